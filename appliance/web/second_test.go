package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/pquerna/otp/totp"
)

// The owner sets up a second factor with a picture that was made here, signs in with a code for recovery, and signs a browser out.
func TestTheSecondFactorOnThePage(t *testing.T) {
	s := openReal(t).site.asOwner(t)
	_, page := s.post(t, "/account/second/start", nil)
	wants(t, page, `<svg class="qr"`, "Code of the app")
	key := inputs(t, page, "/account/second").Get("key")
	secret := strings.ReplaceAll(regexp.MustCompile(`Secret: <code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(page)[1], " ", "")
	code, err := totp.GenerateCode(secret, s.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	r, page := s.post(t, "/account/second", url.Values{"key": {key}, "password": {"wrong"}, "code": {code}})
	if wants(t, page, "The password is wrong."); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a wrong password: %s", r.Status)
	}
	key = inputs(t, page, "/account/second").Get("key")
	secret = strings.ReplaceAll(regexp.MustCompile(`Secret: <code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(page)[1], " ", "")
	if code, err = totp.GenerateCode(secret, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	_, page = s.post(t, "/account/second", url.Values{"key": {key}, "password": {password}, "code": {code}})
	recovery := regexp.MustCompile(`<li><code>([A-Z0-9-]+)</code></li>`).FindAllStringSubmatch(page, -1)
	if len(recovery) != 10 {
		t.Fatalf("%d codes for recovery:\n%s", len(recovery), page)
	}
	_, page = s.ask(t, http.MethodGet, "/account")
	wants(t, page, "A code of your app is needed", "10 codes for recovery", "this browser")
	mine := s.secret
	s.secret = ""
	_, page = s.post(t, "/signin", url.Values{"name": {"Maria"}, "password": {password}})
	wants(t, page, "Now the code")
	f := inputs(t, page, "/signin/code")
	f.Set("code", "000000")
	if r, _ := s.post(t, "/signin/code", f); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong code: %s", r.Status)
	}
	f.Set("code", recovery[0][1])
	if r, _ := s.post(t, "/signin/code", f); r.StatusCode != http.StatusSeeOther || len(r.Cookies()) == 0 {
		t.Errorf("a code for recovery: %s", r.Status)
	}
	s.secret = mine
	_, page = s.ask(t, http.MethodGet, "/account")
	other := regexp.MustCompile(`/account/sessions/([0-9a-f]+)/revoke`).FindStringSubmatch(page)
	if other == nil {
		t.Fatalf("no other browser:\n%s", page)
	}
	if r, _ := s.post(t, other[0], nil); r.Header.Get("Location") != "/account?done=revoked" {
		t.Errorf("signed out: %s", r.Status)
	}
	_, page = s.ask(t, http.MethodGet, "/account/security")
	wants(t, page, "pass the second factor", "refused or failed")
}
