package api_test

import (
	"net/http"
	"strings"
	"testing"

	"frontdesk.internal/appliance/service"
)

// addCalendar connects a calendar.
func (o *office) addCalendar() string {
	o.t.Helper()
	w := o.ask(o.owner, http.MethodPost, "/calendars",
		map[string]any{"name": "Practice", "url": "https://cloud.example/x/", "user": "fd", "secret": "hunter2"})
	if w.Code != http.StatusCreated {
		o.t.Fatalf("add: %d %s", w.Code, w.Body)
	}
	cs := get[[]service.CalendarState](o, http.MethodGet, "/calendars", nil)
	return cs[len(cs)-1].ID
}

// A password is never told; what is wrong is told by field; what is not running cannot be tried.
func TestCalendars(t *testing.T) {
	o := open(t)
	id := o.addCalendar()
	if w := o.ask(o.owner, http.MethodGet, "/calendars", nil); strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("told: %s", w.Body)
	}
	w := o.ask(o.owner, http.MethodPut, "/calendars/"+id, map[string]any{"name": "Practice", "url": "http://cloud.example/x/", "user": "fd"})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `"location":"url"`) {
		t.Errorf("without encryption: %d %s", w.Code, w.Body)
	}
	change := map[string]any{"name": "Room 2", "url": "https://cloud.example/y/", "user": "fd", "off": true}
	if w := o.ask(o.owner, http.MethodPut, "/calendars/"+id, change); w.Code != http.StatusOK ||
		!strings.Contains(w.Body.String(), "switched off") {
		t.Errorf("changed: %d %s", w.Code, w.Body)
	}
	if w := o.ask(o.staff, http.MethodGet, "/calendars", nil); w.Code != http.StatusForbidden {
		t.Errorf("staff: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodPost, "/calendars/"+id+"/try", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("a trial of what is not running: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/calendars/"+id, nil); w.Code != http.StatusNoContent {
		t.Errorf("removed: %d", w.Code)
	}
	if w := o.ask(o.owner, http.MethodDelete, "/calendars/"+id, nil); w.Code != http.StatusNotFound {
		t.Errorf("removed again: %d", w.Code)
	}
}
