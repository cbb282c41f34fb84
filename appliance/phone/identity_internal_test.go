package phone

import (
	"strings"
	"testing"
	"unicode"

	"github.com/emiago/sipgo/sip"
)

// FuzzIdentity reads who calls from headers of any bytes: what comes out is a number of digits and a name that can be shown.
func FuzzIdentity(f *testing.F) {
	f.Add(`"Boss, the" <sip:boss@pbx>, <tel:+12175550142>`)
	f.Add(`<sip:201@pbx>;reason=no-answer`)
	f.Add(`"\", <sip:1@x`)
	f.Add(`SIP;cause=200;text="a;b", Q.850;cause=16`)
	f.Fuzz(func(t *testing.T, value string) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "100", Host: "pbx"})
		req.AppendHeader(&sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: "12", Host: "pbx"}})
		for _, name := range []string{"P-Asserted-Identity", "Remote-Party-ID", "Diversion", "History-Info", "Reason", "Privacy"} {
			req.AppendHeader(sip.NewHeader(name, value))
		}
		if parts := listed(req, "Diversion"); len(parts) > maxListed || len(strings.Join(parts, "")) > len(value) {
			t.Fatalf("%q became %q", value, parts)
		}
		who := callerOf(req, true)
		for _, n := range []string{string(who.number), string(divertedFrom(req))} {
			if strings.Trim(n, "+0123456789") != "" || len(n) > 32 {
				t.Errorf("the number %q", n)
			}
		}
		if name := string(who.name); strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) || len([]rune(name)) > maxName {
			t.Errorf("the name %q", name)
		}
		if status, cause := reasonsOf(req); status < 0 || status > 699 || cause < 0 || cause > 127 {
			t.Errorf("status %d, cause %d", status, cause)
		}
	})
}
