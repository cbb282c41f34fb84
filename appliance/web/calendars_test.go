package web_test

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldav"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// planner is a diary that sees what the test wants.
type planner struct {
	secret string
	sight  calendar.Sight
	fault  error
}

func (*planner) Changed()                    {}
func (*planner) State(string) calendar.State { return calendar.State{Read: noon, Entries: 7} }
func (p *planner) Try(_ context.Context, _ record.Calendar, secret string) (calendar.Sight, error) {
	p.secret = secret
	return p.sight, p.fault
}

// An owner connects a calendar, tries it, switches it off and removes it; what cannot be is marked where it stands.
func TestCalendarsPage(t *testing.T) {
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	diary := &planner{fault: &notify.Error{Fault: notify.FaultCredentials, Code: 401}}
	d := servicetest.New(t, service.Options{
		Records: records, Diary: diary, Now: newClock().Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/calendars")
	wantAll(t, body, "Nothing leaves this box", `href="/calendars/new"`)
	_, body = s.ask(t, http.MethodGet, "/calendars/new")
	wantAll(t, body, `name="url"`, "is not removed from there when the caller is erased")
	form := url.Values{
		"name": {"Practice"}, "url": {"http://cloud.example/x/"}, "user": {"fd"}, "secret": {"hunter2hunter2"}, "on": {"yes"},
		"services": {"cleaning\r\nX-ray\r\n"},
	}
	r, body := s.post(t, "/calendars", form)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without encryption: %s", r.Status)
	}
	wantAll(t, body, "read along by everybody", `value="http://cloud.example/x/"`)
	form.Set("url", "https://cloud.example/x/")
	r, _ = s.post(t, "/calendars", form)
	at := strings.TrimSuffix(r.Header.Get("Location"), "?done=saved")
	if !strings.HasPrefix(at, "/calendars/") {
		t.Fatalf("added: %s, to %q", r.Status, at)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "which times of the next two months are taken", "There is one. It is never shown", "7 entries")
	wantAll(t, body, "cleaning\nX-ray\n</textarea>")
	wantNone(t, body, "hunter2")
	_, body = s.post(t, at+"/try", nil)
	wantAll(t, body, "does not take the name and the secret (401)")
	if diary.secret != "hunter2hunter2" {
		t.Errorf("tried with %q", diary.secret)
	}
	diary.fault, diary.sight.Others = nil, []caldav.Other{{Name: "Work", URL: "https://cloud.example/x/work/"}}
	_, body = s.post(t, at+"/try", nil)
	wantAll(t, body, "Work", "https://cloud.example/x/work/")
	form.Set("url", "")
	if r, _ := s.post(t, at, form); r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("no address: %s", r.Status)
	}
	form.Set("url", "https://cloud.example/x/work/")
	form.Del("on")
	form.Set("secret", "")
	if r, _ := s.post(t, at, form); r.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("changed: %s", r.Status)
	}
	_, body = s.ask(t, http.MethodGet, at)
	wantAll(t, body, "Nothing: it is switched off.")
	if r, _ := s.post(t, at+"/remove", nil); r.Header.Get("Location") != "/calendars?done=removed" {
		t.Errorf("removed: %s", r.Status)
	}
	if r, _ := s.ask(t, http.MethodGet, at); r.Header.Get("Location") != "/calendars" {
		t.Errorf("one that is gone: %s", r.Status)
	}
}
