package phone

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/phone/transaction"
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

// callerOf reads the caller from From or, when trusted, from P-Asserted-Identity (RFC 3325), else from Remote-Party-ID (its draft, which
// PBXs of the old school still send). A caller who withholds the number (RFC 3323) stays unknown, whatever else the message says.
func callerOf(req *sip.Request, trustAsserted bool) identity {
	from := req.From()
	if from == nil || private(req) {
		return identity{}
	}
	if trustAsserted {
		for _, read := range []func(*sip.Request) (identity, bool){asserted, remoteParty} {
			if who, ok := read(req); ok {
				return who
			}
		}
	}
	if withheld(&from.Address) {
		return identity{}
	}
	return identityOf(from.DisplayName, &from.Address)
}

// asserted reads P-Asserted-Identity: one address, or a SIP address and a tel URI. What has a number counts first.
func asserted(req *sip.Request) (identity, bool) {
	var best identity
	found := false
	for _, v := range listed(req, "P-Asserted-Identity") {
		var uri sip.Uri
		var params sip.HeaderParams
		name, err := sip.ParseAddressValue(v, &uri, &params)
		if err != nil || withheld(&uri) {
			continue
		}
		who := identityOf(name, &uri)
		if !found || best.number == "" && who.number != "" {
			if who.name == "" {
				who.name = best.name
			}
			best = who
		}
		found = true
	}
	return best, found
}

// remoteParty reads the Remote-Party-ID of who calls; its own privacy parameter is kept to.
func remoteParty(req *sip.Request) (identity, bool) {
	for _, v := range listed(req, "Remote-Party-ID") {
		var uri sip.Uri
		var params sip.HeaderParams
		name, err := sip.ParseAddressValue(v, &uri, &params)
		if err != nil {
			continue
		}
		if party, ok := transaction.Param(params, "party"); ok && !strings.EqualFold(party, "calling") {
			continue
		}
		privacy, _ := transaction.Param(params, "privacy")
		switch strings.ToLower(strings.Trim(privacy, "\"")) {
		case "full", "uri":
			return identity{}, true
		case "name":
			name = ""
		}
		if withheld(&uri) {
			return identity{}, true
		}
		return identityOf(name, &uri), true
	}
	return identity{}, false
}

// divertedFrom is who was called first and whose calls go here, as Diversion (RFC 5806) or History-Info (RFC 7044) say; "" when nobody
// is named, or nobody with a number. The last one who sent the call on counts.
func divertedFrom(req *sip.Request) record.PhoneNumber {
	for _, v := range listed(req, "Diversion") { // the newest first
		if n := numberIn(v); n != "" {
			return n
		}
	}
	entries := listed(req, "History-Info") // the oldest first; the last one is this call
	for i := len(entries) - 2; i >= 0; i-- {
		if n := numberIn(entries[i]); n != "" {
			return n
		}
	}
	return ""
}

// numberIn reads the number of an address.
func numberIn(value string) record.PhoneNumber {
	var uri sip.Uri
	var params sip.HeaderParams
	if _, err := sip.ParseAddressValue(value, &uri, &params); err != nil || withheld(&uri) {
		return ""
	}
	return identityOf("", &uri).number
}

// maxListed bounds how many values of one header are looked at.
const maxListed = 16

// listed returns the values of all headers called name, which commas outside quotes and angle brackets separate.
func listed(req sip.Message, name string) []string {
	var out []string
	for _, h := range req.GetHeaders(name) {
		v := h.Value()
		quoted, bracket, start := false, false, 0
		for i := 0; i <= len(v) && len(out) < maxListed; i++ {
			switch {
			case i == len(v) || v[i] == ',' && !quoted && !bracket:
				if part := strings.TrimSpace(v[start:i]); part != "" {
					out = append(out, part)
				}
				start = i + 1
			case v[i] == '\\' && quoted:
				i++
			case v[i] == '"':
				quoted = !quoted
			case !quoted && v[i] == '<':
				bracket = true
			case !quoted && v[i] == '>':
				bracket = false
			}
		}
	}
	return out
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
