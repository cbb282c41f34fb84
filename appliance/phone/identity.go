package phone

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// identity is who calls, as far as the PBX says so.
type identity struct {
	number record.PhoneNumber
	name   record.Personal
}

// maxName bounds a display name, in runes.
const maxName = 64

// callerOf reads the caller from From or, when trusted, from P-Asserted-Identity (RFC 3325). A caller who withholds the
// number (RFC 3323) stays unknown, whatever else the message says.
func callerOf(req *sip.Request, trustAsserted bool) identity {
	if trustAsserted {
		if v := header(req, "P-Asserted-Identity"); v != "" {
			var uri sip.Uri
			var params sip.HeaderParams
			if name, err := sip.ParseAddressValue(v, &uri, &params); err == nil && !private(req) {
				return identityOf(name, &uri)
			}
		}
	}
	from := req.From()
	if from == nil || private(req) || withheld(&from.Address) {
		return identity{}
	}
	return identityOf(from.DisplayName, &from.Address)
}

func private(req *sip.Request) bool {
	for _, v := range tokens(req, "Privacy") {
		for _, p := range strings.Split(v, ";") {
			switch strings.ToLower(strings.TrimSpace(p)) {
			case "id", "user", "header":
				return true
			}
		}
	}
	return false
}

// withheld recognises the addresses of RFC 3323 section 4.1.1.3 and what PBXs make of them.
func withheld(u *sip.Uri) bool {
	switch strings.ToLower(u.User) {
	case "anonymous", "unknown", "unavailable", "restricted", "private", "withheld":
		return true
	}
	return strings.EqualFold(u.Host, "anonymous.invalid")
}

func identityOf(displayName string, u *sip.Uri) identity {
	name := cleanName(displayName)
	user := u.User
	if u.Scheme == "tel" {
		user = u.Raw()
	}
	num := phoneNumber(user)
	if num == "" && name == "" {
		name = cleanName(unescape(user)) // an extension with a name, "maria"
	}
	switch strings.ToLower(name) {
	case "anonymous", "unknown", "restricted", "private", "withheld", string(num):
		name = ""
	}
	return identity{number: num, name: record.Personal(name)}
}

// phoneNumber reads the user part of an address or a tel URI (RFC 3966): digits with an optional plus, without visual
// separators and parameters. It returns "" for what is no number.
func phoneNumber(user string) record.PhoneNumber {
	user, _, _ = strings.Cut(unescape(user), ";")
	var b strings.Builder
	for i, r := range strings.TrimSpace(user) {
		switch {
		case r >= '0' && r <= '9' || r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune("-.() ", r):
		default:
			return ""
		}
	}
	if n := b.String(); n != "+" && len(n) <= 32 {
		return record.PhoneNumber(n)
	}
	return ""
}

func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// cleanName makes a display name fit to be shown and spoken: quoted pairs resolved, valid UTF-8, printable, bounded.
func cleanName(s string) string {
	var b strings.Builder
	escaped, n := false, 0
	for _, r := range s {
		if r == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			continue
		}
		if n++; n > maxName {
			break
		}
		b.WriteRune(r)
	}
	return strings.Trim(strings.TrimSpace(b.String()), "\"")
}
