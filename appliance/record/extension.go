package record

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Extension is the account at the office's PBX, without its password: the one shape of it in the settings file, in the records, at doors
// and in the phone.
type Extension struct {
	Registrar string `json:"registrar" toml:"registrar"`           // the PBX, host or host:port; several separated by commas stand in for it
	Transport string `json:"transport" toml:"transport"`           // "udp", "tcp" or "tls"
	User      string `json:"user" toml:"user"`                     // the extension, such as 100
	AuthUser  string `json:"auth_user,omitempty" toml:"auth_user"` // name for the password when it is not the extension
	Domain    string `json:"domain,omitempty" toml:"domain"`       // domain of the address when it is not the first registrar's host
}

// SavedExtension is an account that somebody saved at a door.
type SavedExtension struct {
	Extension
	By string    `json:"by,omitempty"` // who set it, as shown to people
	At time.Time `json:"at,omitzero"`  // when
}

// ExtensionFault is what is wrong with a field of an account; Field is its name in JSON and in the settings file.
type ExtensionFault struct{ Field, Value, Text string }

// maxRegistrars bounds how many places one account names.
const maxRegistrars = 16

// NoExtension says what to do where the extension is missing.
const NoExtension = "write the extension that the telephone system gave to this box, such as 100"

// Faults returns what is wrong with the fields that are filled, and that the extension is missing where there is a PBX. An empty account
// has no fault: the box runs without one.
func (e Extension) Faults() []ExtensionFault {
	var out []ExtensionFault
	check := func(ok bool, field, value, text string) {
		if !ok {
			out = append(out, ExtensionFault{field, value, text})
		}
	}
	check(e.Registrar == "" || GoodHosts(e.Registrar), "registrar", e.Registrar,
		"write a name or an address, with a port after a colon if it needs one: pbx.example or 192.0.2.10:5060; a second one that stands "+
			"in for it goes after a comma")
	check(slices.Contains([]string{"udp", "tcp", "tls"}, e.Transport), "transport", e.Transport, "choose udp, tcp or tls")
	check(e.User != "" || e.Registrar == "", "user", "", NoExtension)
	check(goodUser(e.User), "user", e.User, "write the extension only, the part before the @")
	check(goodAuthUser(e.AuthUser), "auth_user", e.AuthUser, "this has characters that no user name has")
	check(e.Domain == "" || goodHost(e.Domain), "domain", e.Domain, "write a name such as office.example, or leave it empty")
	return out
}

// Hosts are the registrar and those that stand in for it, without their ports.
func (e Extension) Hosts() []string {
	var out []string
	for s := range strings.SplitSeq(e.Registrar, ",") {
		if host, _ := hostPort(strings.TrimSpace(s)); host != "" {
			out = append(out, host)
		}
	}
	return out
}

// Knows reports whether all hosts are some of e's own.
func (e Extension) Knows(hosts []string) bool {
	own := e.Hosts()
	return !slices.ContainsFunc(hosts, func(h string) bool {
		return !slices.ContainsFunc(own, func(o string) bool { return strings.EqualFold(o, h) })
	})
}

// WithDefaults returns e with its empty fields filled: UDP, the extension as user name, the first registrar's host as domain.
func (e Extension) WithDefaults() Extension {
	e.Transport = strings.ToLower(cmp.Or(e.Transport, "udp"))
	e.AuthUser = cmp.Or(e.AuthUser, e.User)
	if hosts := e.Hosts(); e.Domain == "" && len(hosts) > 0 {
		e.Domain = hosts[0]
	}
	return e
}

// Bare returns e without what WithDefaults would fill in again, as people wrote it.
func (e Extension) Bare() Extension {
	if e.AuthUser == e.User {
		e.AuthUser = ""
	}
	if hosts := e.Hosts(); len(hosts) > 0 && e.Domain == hosts[0] {
		e.Domain = ""
	}
	return e
}

// GoodHosts reports whether list names one host or more, with commas between; each is "host" or "host:port".
func GoodHosts(list string) bool {
	n := 0
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s == "" || !goodHost(s) {
			return false
		}
		n++
	}
	return n <= maxRegistrars
}

func goodHost(s string) bool {
	if len(s) > 255 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("@<>\";/", r) }) {
		return false
	}
	host, port := hostPort(s)
	if s[0] == '[' || strings.ContainsAny(host, ":[]") {
		addr, err := netip.ParseAddr(host)
		if err != nil || !addr.Is6() {
			return false
		}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return host != "" && (host == s || "["+host+"]" == s || err == nil && n > 0)
}

// hostPort separates "host:port", "[2001:db8::1]:port" and the same without a port. What is neither comes back whole.
func hostPort(s string) (host, port string) {
	if in, rest, ok := strings.Cut(strings.TrimPrefix(s, "["), "]"); ok && s[0] == '[' {
		if rest == "" || rest[0] == ':' {
			return in, strings.TrimPrefix(rest, ":")
		}
		return s, ""
	}
	if host, port, ok := strings.Cut(s, ":"); ok && !strings.Contains(port, ":") {
		return host, port
	}
	return s, ""
}

func goodUser(s string) bool {
	return len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("@<>\";:", r) })
}

// goodAuthUser takes "100@office.example", too: some systems want that. It stands between quotes (RFC 7616 section 3.4).
func goodAuthUser(s string) bool {
	return len(s) <= 128 && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' })
}

// PhoneChange is one change of a registration at the telephone system.
type PhoneChange struct {
	At        time.Time `json:"at"`
	Extension string    `json:"extension,omitempty"` // whose registration
	State     string    `json:"state"`
	Verdict   string    `json:"verdict,omitempty"`
	Text      string    `json:"text"` // a plain sentence
	Code      int       `json:"code,omitempty"`
}
