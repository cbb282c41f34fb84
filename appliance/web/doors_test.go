package web_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// routes are all addresses of the page, as the code enters them.
func routes(t *testing.T) (list []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(b)
	}
	names := map[string]string{}
	for _, m := range regexp.MustCompile(`const (\w+Path) = "([^"]+)"`).FindAllStringSubmatch(code.String(), -1) {
		names[m[1]] = m[2]
	}
	for _, m := range regexp.MustCompile(`(?:p\.handle\(mux, |mux\.HandleFunc\()"((?:GET|POST) [^"]*)"(?:\+(\w+Path))?(?:\+"([^"]*)")?`).FindAllStringSubmatch(code.String(), -1) {
		if route := m[1] + names[m[2]] + m[3]; !strings.HasSuffix(route, " ") && !strings.Contains(route, "/metrics") {
			list = append(list, route)
		}
	}
	if len(list) < 60 {
		t.Fatalf("only %d routes were found", len(list))
	}
	return list
}

// forms are what is sent to an address besides the usual, where a field chooses between several acts.
func forms() map[string][]url.Values {
	do := func(names ...string) (out []url.Values) {
		for _, n := range names {
			out = append(out, url.Values{"do": {n}})
		}
		return out
	}
	return map[string][]url.Values{
		"POST /records/backup":      do("setup", "verify", "now", "use"),
		"POST /callers/{id}/rights": do("code", "consent", "hold", "release", "erase", "access", "merge", "split"),
		"POST /requests/{id}":       do("identify", "complete", "refuse", "rectify"),
	}
}

// usual is a form that fits most addresses.
func usual() url.Values {
	return url.Values{
		"id": {"x"}, "name": {"x"}, "text": {"x"}, "reason": {"x"}, "note": {"x"}, "extension": {"200"}, "means": {"hours"}, "revision": {"1"},
		"mode": {"ask"}, "days": {"30"}, "transcripts": {"1"}, "calls": {"1"}, "messages": {"1"}, "callers": {"1"}, "minors": {"1"},
		"until": {"2030-01-01"}, "kind": {"contact"}, "state": {"given"}, "how": {"office"}, "question": {"are you open"}, "passage": {"x"},
		"sample": {"dental"}, "confirm": {"yes"}, "sure": {"yes"}, "registrar": {"192.0.2.9"}, "user": {"100"}, "password": {"secret"},
		"transport": {"udp"}, "what": {"x"}, "call": {"x"}, "other": {"y"}, "add": {"note"}, "value": {"x"},
	}
}

// Every address of the page is asked by everybody: what the service would refuse the page refuses, and keeps from nobody what the
// service allows.
func TestWhoMayAtThePage(t *testing.T) {
	spy := &servicetest.Spy{}
	fill := strings.NewReplacer("{$}", "", "{id}", "x", "{section}", "hours", "{version}", "1", "{turn}", "0", "{call}", "x")
	for role, sign := range map[service.Role]func(*site) *site{
		service.Owner: func(s *site) *site { return s.asOwner(t) }, service.Staff: func(s *site) *site { return s.asStaff(t) },
		service.Visitor: func(s *site) *site { return s },
	} {
		s := sign(open(t, spy))
		for _, route := range routes(t) {
			method, path, _ := strings.Cut(route, " ")
			if path == "/signout" || path == "/account/password" { // it ends the session of this test
				continue
			}
			sent := forms()[route]
			if sent == nil {
				sent = []url.Values{{}}
			}
			for _, extra := range sent {
				form := usual()
				for k, v := range extra {
					form[k] = v
				}
				over := spy.Over()
				var r *http.Response
				if method == http.MethodPost {
					r, _ = s.post(t, fill.Replace(path), form)
				} else {
					r, _ = s.ask(t, method, fill.Replace(path))
				}
				if r.StatusCode >= 500 && r.StatusCode != http.StatusServiceUnavailable {
					t.Errorf("%s %v by role %b: %s", route, extra, role, r.Status)
				}
				if spy.Over() > over && r.StatusCode != http.StatusForbidden {
					t.Errorf("%s %v by role %b: %s, although the service refused it", route, extra, role, r.Status)
				}
				if role == service.Visitor && r.StatusCode == http.StatusOK && method == http.MethodPost && path != "/signin" && path != "/setup" {
					t.Errorf("%s by a visitor: %s", route, r.Status)
				}
			}
		}
	}
	const business = "the pages of the business are for who may change it; staff are told of it by the interface"
	spy.Check(t, 50, map[string]string{
		"list-documents": business, "read-document": business, "read-profile": business, "read-draft": business, "list-editions": business,
		"read-edition": business,
		"try-question": business,
	}, service.Owner, service.Staff, service.Visitor)
}
