package phone

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// allowed lists the methods that every [Phone] answers with something else than 405 (RFC 3261 section 20.5).
const allowed = "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, NOTIFY, INFO"

// allow lists those that this one does.
func (p *Phone) allow() string {
	list := allowed
	if p.cfg.OnText != nil {
		list += ", MESSAGE"
	}
	if p.cfg.Subscribers > 0 {
		list += ", SUBSCRIBE"
	}
	return list
}

// header returns the value of the first header called name, "" without one.
func header(m sip.Message, names ...string) string {
	for _, name := range names {
		if hs := m.GetHeaders(name); len(hs) > 0 {
			return strings.TrimSpace(hs[0].Value())
		}
	}
	return ""
}

// tokens returns the comma-separated values of all headers called name (or its compact form).
func tokens(m sip.Message, names ...string) []string {
	var out []string
	for _, name := range names {
		for _, h := range m.GetHeaders(name) {
			for _, v := range strings.Split(h.Value(), ",") {
				if v = strings.TrimSpace(v); v != "" {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// number reads the leading decimal number of a header value such as Expires or Retry-After ("120 (busy);duration=3").
func number(value string) (int, bool) {
	end := 0
	for end < len(value) && value[end] >= '0' && value[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(value[:end])
	return n, err == nil && end > 0 && end < 10
}

// contentType returns the media type in lower case, without parameters.
func contentType(m sip.Message) string {
	kind, _, _ := strings.Cut(header(m, "Content-Type", "c"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// uriHost returns a URI's host and port with the scheme's default port.
func uriHost(u *sip.Uri) (string, uint16) {
	port := u.Port
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
		if u.IsEncrypted() {
			port = sip.DefaultTlsPort
		}
	}
	return strings.Trim(u.Host, "[]"), uint16(port)
}
