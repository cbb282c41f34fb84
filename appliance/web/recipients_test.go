package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// postman is a notifier whose letters come to an end that the test wants.
type postman struct {
	to    notify.Target
	fault error
}

func (p *postman) Test(_ context.Context, to notify.Target) error { p.to = to; return p.fault }
func (p *postman) Changed()                                       {}

// An owner has a mail address told, tries it, looks at what was sent, and takes it away again; what cannot be is marked where it stands.
func TestRecipientsPage(t *testing.T) {
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	post := &postman{}
	d := servicetest.New(t, service.Options{
		Records: records, Notifier: post, Now: newClock().Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/recipients")
	wantAll(t, body, "Nobody.", "Nothing leaves this box", `href="/recipients/new?via=email"`)
	_, body = s.ask(t, http.MethodGet, "/recipients/new?via=email")
	wantAll(t, body, `name="server"`, `name="from"`, `value="https://127.0.0.1`, "cannot be taken back")
	form := url.Values{
		"via": {"email"}, "name": {"Maria"}, "server": {"mail.lan:587"}, "to": {"maria"}, "from": {"fd@example.com"}, "user": {"fd"},
		"secret": {"hunter2hunter2"}, "security": {"starttls"}, "tell_message": {"at once"}, "tell_missed": {"never"}, "daily": {"17:30"},
		"on": {"yes"},
	}
	r, body := s.post(t, "/recipients", form)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an address that is none: %s", r.Status)
	}
	wantAll(t, body, "Write one or more addresses", `value="mail.lan:587"`)
	form.Set("to", "maria@example.com")
	r, _ = s.post(t, "/recipients", form)
	at := strings.TrimSuffix(r.Header.Get("Location"), "?done=added")
	if !strings.HasPrefix(at, "/recipients/") {
		t.Fatalf("added: %s, to %q", r.Status, at)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "At once: messages.", "There is one. It is never shown", "Nothing yet.")
	wantNone(t, body, "hunter2")
	_, body = s.post(t, at+"/test", nil)
	wantAll(t, body, "It was taken")
	if post.to.Secret != "hunter2hunter2" || post.to.To != "maria@example.com" {
		t.Errorf("tested %+v", post.to.Recipient)
	}
	post.fault = &notify.Error{Fault: notify.FaultCredentials, Code: 535}
	_, body = s.post(t, at+"/test", nil)
	wantAll(t, body, "does not take the name and the secret (535)")

	m, err := records.SaveMessage(record.Message{At: noon, Number: "+12175550123", Reason: "a toothache"})
	if err != nil {
		t.Fatal(err)
	}
	os, err := records.Occasions(1)
	if err != nil || len(os) != 1 || os[0].Ref != m.ID {
		t.Fatalf("%+v, %v", os, err)
	}
	id := strings.TrimPrefix(at, "/recipients/")
	if err := records.Post(os[0].ID, []record.Delivery{{Occasion: os[0], Recipient: id, Due: noon}}); err != nil {
		t.Fatal(err)
	}
	ds, err := records.Deliveries(id, record.DeliveryWaiting, 0)
	if err != nil || len(ds) != 1 {
		t.Fatal(ds, err)
	}
	ds[0].State, ds[0].Problem = record.DeliveryDead, "the server refused it (550)"
	if err := records.SettleDelivery(ds...); err != nil {
		t.Fatal(err)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "Given up", "A caller has left a message.", "the server refused it (550)", "Try all again")
	wantNone(t, body, "toothache")
	if r, _ := s.post(t, at+"/retry", nil); r.Header.Get("Location") != at+"?done=retried" {
		t.Errorf("tried again: %s", r.Status)
	}
	form.Set("server", "other.lan:587")
	form.Set("secret", "")
	if r, body := s.post(t, at, form); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Type the secret again") {
		t.Errorf("another server: %s", r.Status)
	}
	if r, _ := s.post(t, at+"/remove", nil); r.Header.Get("Location") != "/recipients?done=removed" {
		t.Errorf("removed: %s", r.Status)
	}
	if rs, err := records.Recipients(); err != nil || len(rs) != 0 {
		t.Errorf("%+v, %v", rs, err)
	}
}
