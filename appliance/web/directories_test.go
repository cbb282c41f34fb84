package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/contacts"
	"frontdesk.internal/appliance/contacts/lookup"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// knower is contacts that say what the test wants.
type knower struct {
	secret string
	says   string
	fault  error
}

func (*knower) Changed() {}
func (*knower) State(string) (contacts.State, []contacts.Asked) {
	return contacts.State{Last: noon, Asked: 7}, []contacts.Asked{{At: noon, What: "https://crm.lan/c?tel=…42", Answer: "known", TookMS: 12}}
}

func (k *knower) Try(_ context.Context, d record.Directory, secret string, n record.PhoneNumber) (contacts.Trial, error) {
	k.secret = secret
	if k.fault != nil {
		return contacts.Trial{}, k.fault
	}
	found, err := lookup.Read([]byte(k.says), d, nil)
	return contacts.Trial{Found: found, Sent: "https://crm.lan/c?tel=" + string(n)}, err
}

// An owner connects a system, tries it with a number, sees what came back, switches it off and removes it.
func TestDirectoriesPage(t *testing.T) {
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	knows := &knower{fault: &notify.Error{Fault: notify.FaultCredentials, Code: 401}}
	d := servicetest.New(t, service.Options{
		Records: records, Contacts: knows, Now: newClock().Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/directories")
	wantAll(t, body, "Nothing leaves this box", `href="/directories/new"`)
	_, body = s.ask(t, http.MethodGet, "/directories/new")
	wantAll(t, body, `name="name_field"`, "never takes back what a caller has asked for")
	form := url.Values{
		"name": {"CRM"}, "url": {"https://crm.lan/c"}, "header": {"X-API-Key"}, "kind": {"lookup"},
		"secret": {"hunter2hunter2"}, "on": {"yes"}, "form": {"e164"},
		"name_field": {"customer.name"}, "tags_field": {"tags"}, "tags": {"gold = vip\r\n"},
	}
	r, body := s.post(t, "/directories", form)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a number: %s", r.Status)
	}
	wantAll(t, body, "Write {number} where the number goes", "gold = vip")
	form.Set("url", "https://crm.lan/c?tel={number}")
	r, _ = s.post(t, "/directories", form)
	at := strings.TrimSuffix(r.Header.Get("Location"), "?done=saved")
	if !strings.HasPrefix(at, "/directories/") {
		t.Fatalf("added: %s, to %q", r.Status, at)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "the number that calls is sent there", "There is one. It is never shown", "https://crm.lan/c?tel=…42", "gold = vip")
	wantNone(t, body, "hunter2")
	_, body = s.post(t, at+"/try", url.Values{"number": {"2175550142"}})
	wantAll(t, body, "does not take the name and the secret (401)")
	if knows.secret != "hunter2hunter2" {
		t.Errorf("tried with %q", knows.secret)
	}
	knows.fault, knows.says = nil, `{"customer":{"name":"Ada <b>Byron"},"tags":["Gold"]}`
	_, body = s.post(t, at+"/try", url.Values{"number": {"2175550142"}})
	wantAll(t, body, "name Ada &lt;b&gt;Byron", "Important", "What came back", "<b>Gold</b>")
	if r, _ := s.post(t, at+"/try", url.Values{"number": {""}}); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no number: %s", r.Status)
	}
	form.Del("on")
	form.Set("secret", "")
	if r, _ := s.post(t, at, form); r.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("changed: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "Nothing: it is switched off.")
	if r, _ := s.post(t, at+"/remove", nil); r.Header.Get("Location") != "/directories?done=removed" {
		t.Errorf("removed: %s", r.Status)
	}
	if r, _ := s.ask(t, http.MethodGet, at); r.Header.Get("Location") != "/directories" {
		t.Errorf("one that is gone: %s", r.Status)
	}
}

// An owner connects an address book, and says that callers are to be written there.
func TestAddressBookPage(t *testing.T) {
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	d := servicetest.New(t, service.Options{
		Records: records, Contacts: shelf{}, Now: newClock().Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/directories/new-book")
	wantAll(t, body, "CardDAV address", `name="write_back"`, `value="carddav"`)
	wantNone(t, body, `name="name_field"`, `name="header"`)
	form := url.Values{
		"kind": {"carddav"}, "name": {"Office"}, "url": {"https://dav.lan/fd/office/"}, "user": {"fd"},
		"secret": {"hunter2hunter2"}, "on": {"yes"},
	}
	r, _ := s.post(t, "/directories", form)
	at := strings.TrimSuffix(r.Header.Get("Location"), "?done=saved")
	_, body = s.ask(t, http.MethodGet, at+"?done=saved")
	wantAll(t, body, "Nothing of a caller goes there", "Try it to see whether it can be read", "<dd>12</dd>", "were erased here",
		"Frontdesk has not written them")
	wantNone(t, body, "hunter2", "still to be taken away")
	_, body = s.post(t, at+"/try", nil)
	wantAll(t, body, "These are there; take the address of one:", "<code>https://dav.lan/fd/work/</code>")
	form.Set("write_back", "yes")
	form.Set("secret", "")
	if r, _ := s.post(t, at, form); r.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("changed: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "are written there, with name", `name="write_back" value="yes" checked`)
	_, body = s.ask(t, http.MethodGet, "/directories")
	wantAll(t, body, "12 with a number, read ")
}

// shelf is contacts with an address book.
type shelf struct{}

func (shelf) Changed() {}
func (shelf) State(string) (contacts.State, []contacts.Asked) {
	return contacts.State{Last: noon, Book: record.BookCount{Cards: 12, Ignored: 1}}, nil
}

func (shelf) Try(context.Context, record.Directory, string, record.PhoneNumber) (contacts.Trial, error) {
	return contacts.Trial{Book: &contacts.BookTrial{Others: []dav.Other{{Name: "Work", URL: "https://dav.lan/fd/work/"}}}}, nil
}
