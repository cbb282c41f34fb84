package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/lan"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// helper is a computer that says what the test wants.
type helper struct {
	secret string
	fault  error
	said   string
}

func (*helper) Changed() {}

func (*helper) State(record.EngineRole) lan.State {
	return lan.State{Standing: lan.StandingUsed, Tried: noon, Serves: "large-v3", TookMS: 120, OwnMS: 640, Asked: 9, First: 7, Late: 2}
}

func (h *helper) Try(_ context.Context, _ record.EngineHost, secret string) (lan.Trial, error) {
	h.secret = secret
	if h.fault != nil {
		return lan.Trial{}, h.fault
	}
	return lan.Trial{Standing: lan.StandingUsed, Said: h.said, Took: 120 * time.Millisecond, Own: 640 * time.Millisecond}, nil
}

// An owner has a computer help, reads what goes there, tries it, switches it off and removes it.
func TestEngineHostsPage(t *testing.T) {
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	helps := &helper{fault: &notify.Error{Fault: notify.FaultCredentials, Code: 401}}
	d := servicetest.New(t, service.Options{
		Records: records, Hosts: helps, Now: newClock().Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/engine-hosts")
	wantAll(t, body, `href="/engine-hosts/speech"`, `href="/engine-hosts/text"`, "the box alone")
	const at = "/engine-hosts/speech"
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "what callers say goes there", "who runs it can listen to callers")
	wantNone(t, body, "/try")
	form := url.Values{"url": {"gpu.lan"}, "secret": {"hunter2hunter2"}, "on": {"yes"}}
	r, body := s.post(t, at, form)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no address: %s", r.Status)
	}
	wantAll(t, body, "Write the address with https://", `value="gpu.lan"`)
	form.Set("url", "http://192.168.1.20:8080/v1")
	if r, _ = s.post(t, at, form); r.Header.Get("Location") != at+"?done=saved" {
		t.Fatalf("connected: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "The sound of what callers say goes there", "without encryption", "the first answer counts", "640 ms", "large-v3",
		"There is one. It is never shown")
	wantNone(t, body, "hunter2")
	_, body = s.post(t, at+"/try", nil)
	wantAll(t, body, "does not take the name and the secret (401)")
	if helps.secret != "hunter2hunter2" {
		t.Errorf("tried with %q", helps.secret)
	}
	helps.fault, helps.said = nil, "when <b>are you open"
	_, body = s.post(t, at+"/try", nil)
	wantAll(t, body, "It answers in 120 milliseconds; the box itself takes 640.", "when &lt;b&gt;are you open")
	_, body = s.ask(t, http.MethodGet, "/engine-hosts")
	wantAll(t, body, "helped by a computer")
	form.Del("on")
	form.Set("secret", "")
	if r, _ := s.post(t, at, form); r.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("changed: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "Nothing: it is switched off.")
	if r, _ := s.post(t, at+"/remove", nil); r.Header.Get("Location") != "/engine-hosts?done=removed" {
		t.Errorf("removed: %s", r.Status)
	}
	if r, _ := s.ask(t, http.MethodGet, "/engine-hosts/cook"); r.Header.Get("Location") != "/engine-hosts" {
		t.Errorf("no such role: %s", r.Status)
	}
}
