package sdp

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"frontdesk.internal/audio/dtls"
)

// Errors of [Parse], wrapped with what was found.
var (
	ErrTooLarge  = errors.New("session description too large")
	ErrMalformed = errors.New("session description malformed")
)

// Parse reads a session description (RFC 8866) as leniently as the RFC 3264 answer allows: lines it does not know are
// skipped, order does not matter except that attributes belong to the m-line above them, and only an m-line that cannot
// be answered is an error.
func Parse(body []byte) (*Session, error) {
	if len(body) > MaxBytes {
		return nil, fmt.Errorf("parse sdp: %d bytes: %w", len(body), ErrTooLarge)
	}
	p := parser{session: &Session{}}
	lines := 0
	for len(body) > 0 {
		line := body
		if i := bytes.IndexAny(body, "\r\n"); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			body = nil
		}
		line = bytes.TrimLeft(line, " \t")
		if len(line) < 2 || line[1] != '=' {
			continue
		}
		lines++
		if err := p.line(line[0], strings.TrimSpace(string(line[2:]))); err != nil {
			return nil, err
		}
	}
	if lines == 0 {
		return nil, fmt.Errorf("parse sdp: no line of the form x=value: %w", ErrMalformed)
	}
	p.finish()
	return p.session, nil
}

type parser struct {
	session *Session
	media   *Media // the m-line that attributes now belong to; nil above the first
	own     []bool // per m-line: it has a direction of its own
}

func (p *parser) line(kind byte, value string) error {
	switch kind {
	case 'o':
		p.session.Origin = strings.Join(strings.Fields(value), " ")
	case 's':
		p.session.Name = value
	case 'c':
		p.connection(value)
	case 'm':
		return p.mediaLine(value)
	case 'a':
		p.attribute(value)
	}
	return nil
}

// connection reads "IN IP4 192.0.2.1[/ttl]". A host name stays in Host for the caller to resolve.
func (p *parser) connection(value string) {
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return
	}
	host, _, _ := strings.Cut(fields[2], "/")
	if len(host) > 255 || !isHost(host) {
		return
	}
	addr, _ := netip.ParseAddr(strings.Trim(host, "[]"))
	addr = addr.Unmap()
	if addr.Zone() != "" {
		addr = netip.Addr{}
	}
	if p.media != nil {
		p.media.Host, p.media.Addr = host, addr
		return
	}
	p.session.Host, p.session.Addr = host, addr
}

func (p *parser) mediaLine(value string) error {
	if len(p.session.Media) >= MaxMedia {
		return fmt.Errorf("parse sdp: more than %d media lines: %w", MaxMedia, ErrTooLarge)
	}
	fields := strings.Fields(value)
	if len(fields) < 3 {
		return fmt.Errorf("parse sdp: media line has %d fields: %w", len(fields), ErrMalformed)
	}
	portText, _, _ := strings.Cut(fields[1], "/") // "port/number of ports"
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return fmt.Errorf("parse sdp: media port: %w", ErrMalformed)
	}
	formats := fields[3:]
	if len(formats) > MaxFormats {
		return fmt.Errorf("parse sdp: more than %d formats: %w", MaxFormats, ErrTooLarge)
	}
	m := Media{Type: strings.ToLower(fields[0]), Port: uint16(port), Proto: strings.ToUpper(fields[2])}
	if m.Type == "image" {
		m.Proto = fields[2] // "udptl" is written in lower case by custom, and is echoed as it came
	}
	if !isToken(m.Type) || strings.Contains(m.Type, "/") || !isToken(m.Proto) {
		return fmt.Errorf("parse sdp: media line is not made of tokens: %w", ErrMalformed)
	}
	for _, f := range formats {
		if !isToken(f) {
			return fmt.Errorf("parse sdp: media format is no token: %w", ErrMalformed)
		}
		m.Tokens = append(m.Tokens, f)
		if pt, err := strconv.ParseUint(f, 10, 7); err == nil && (strings.HasPrefix(m.Proto, "RTP/") || strings.HasPrefix(m.Proto, dtlsProto)) {
			name, rate := static(uint8(pt))
			m.Formats = append(m.Formats, Format{PayloadType: uint8(pt), Name: name, Rate: rate, Channels: 1})
		}
	}
	p.session.Media = append(p.session.Media, m)
	p.own = append(p.own, false)
	p.media = &p.session.Media[len(p.session.Media)-1]
	return nil
}

func (p *parser) attribute(value string) {
	key, val, _ := strings.Cut(value, ":")
	key, val = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(val)
	if p.media == nil {
		if d, ok := directionOf(key); ok {
			p.session.Direction = d
			return
		}
		if len(p.session.Attributes) < MaxAttributes {
			p.session.Attributes = append(p.session.Attributes, Attribute{key, val})
		}
		return
	}
	m := p.media
	if d, ok := directionOf(key); ok {
		m.Direction = d
		p.own[len(p.own)-1] = true
		return
	}
	switch key {
	case "rtpmap":
		m.rtpmap(val)
	case "fmtp":
		if pt, params, ok := strings.Cut(val, " "); ok {
			m.eachFormat(pt, func(f *Format) { f.Params = strings.TrimSpace(params) })
		}
	case "ptime":
		m.Ptime = milliseconds(val)
	case "maxptime":
		m.MaxPtime = milliseconds(val)
	case "rtcp":
		m.rtcp(val)
	case "crypto":
		m.crypto(val)
		return // a key is kept as one, not as text
	case "fingerprint":
		if f, ok := dtls.ParseFingerprint(val); ok && m.Fingerprint.Hash == "" {
			m.Fingerprint = f
		}
	case "setup":
		m.Setup = strings.ToLower(val)
	}
	if len(m.Attributes) < MaxAttributes {
		m.Attributes = append(m.Attributes, Attribute{key, val})
	}
}

func (m *Media) eachFormat(token string, set func(*Format)) {
	pt, err := strconv.ParseUint(token, 10, 7)
	if err != nil {
		return
	}
	for i := range m.Formats {
		if m.Formats[i].PayloadType == uint8(pt) {
			set(&m.Formats[i])
		}
	}
}

// rtpmap reads "96 telephone-event/8000[/channels]".
func (m *Media) rtpmap(val string) {
	token, encoding, ok := strings.Cut(val, " ")
	parts := strings.Split(strings.TrimSpace(encoding), "/")
	if !ok || len(parts) < 2 || !isToken(parts[0]) {
		return
	}
	rate, err := strconv.Atoi(strings.TrimSpace(parts[1]))
	if err != nil || rate <= 0 || rate > 192000 {
		return
	}
	channels := 1
	if len(parts) > 2 {
		if n, err := strconv.Atoi(strings.TrimSpace(parts[2])); err == nil && n > 0 && n < 9 {
			channels = n
		}
	}
	m.eachFormat(token, func(f *Format) {
		f.Name, f.Rate, f.Channels = strings.ToUpper(parts[0]), rate, channels
	})
}

// rtcp reads "53020 [IN IP4 126.16.64.4]" (RFC 3605).
func (m *Media) rtcp(val string) {
	fields := strings.Fields(val)
	if len(fields) == 0 {
		return
	}
	port, err := strconv.ParseUint(fields[0], 10, 16)
	if err != nil || port == 0 {
		return
	}
	var addr netip.Addr
	if len(fields) >= 4 {
		addr, _ = netip.ParseAddr(fields[3])
		if addr = addr.Unmap(); addr.Zone() != "" {
			addr = netip.Addr{}
		}
	}
	m.RTCP = netip.AddrPortFrom(addr, uint16(port))
}

// milliseconds reads a packet time; some handsets write "20.0".
func milliseconds(val string) int {
	whole, _, _ := strings.Cut(val, ".")
	n, err := strconv.Atoi(strings.TrimSpace(whole))
	if err != nil || n < 0 || n > 1000 {
		return 0
	}
	return n
}

// finish hands session-level values down to the m-lines that have none of their own.
func (p *parser) finish() {
	for i := range p.session.Media {
		m := &p.session.Media[i]
		if m.Host == "" {
			m.Host, m.Addr = p.session.Host, p.session.Addr
		}
		if !p.own[i] {
			m.Direction = p.session.Direction
		}
		for _, a := range p.session.Attributes { // RFC 8122 section 5, RFC 4145 section 4
			switch {
			case a.Key == "fingerprint" && m.Fingerprint.Hash == "":
				m.Fingerprint, _ = dtls.ParseFingerprint(a.Value)
			case a.Key == "setup" && m.Setup == "":
				m.Setup = strings.ToLower(a.Value)
			}
		}
	}
}

func isHost(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && c != '.' && c != '-' && c != ':' && c != '_' && c != '[' && c != ']' {
			return false
		}
	}
	return true
}
