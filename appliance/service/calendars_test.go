package service_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldav"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// What cannot be a calendar is told by field, and nothing of it is kept.
func TestACalendarThatCannotBe(t *testing.T) {
	h := openHouse(t)
	for field, change := range map[string]func(e *service.CalendarEdit){
		"name":     func(e *service.CalendarEdit) { e.Name = " " },
		"url":      func(e *service.CalendarEdit) { e.URL = "http://cloud.example/office/" },
		"secret":   func(e *service.CalendarEdit) { e.Secret = "" },
		"ca":       func(e *service.CalendarEdit) { e.CA = "x" },
		"user":     func(e *service.CalendarEdit) { e.User = "a\r\nb" },
		"services": func(e *service.CalendarEdit) { e.Services = []string{"cleaning\x00"} },
	} {
		e := calendarEdit()
		change(&e)
		_, err := service.SetCalendar.Do(servicetest.Operator(t), h.d, e)
		var invalid *service.InvalidError
		if !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Path != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, url := range []string{"http://192.168.1.5:5232/a/", "http://nas.lan/a/", "http://nas/a/", "http://[fe80::1]/a/"} {
		e := calendarEdit()
		e.URL = url
		ok(h, service.SetCalendar, e)
	}
	if cs := ok(h, service.ListCalendars, service.None{}); len(cs) != 4 {
		t.Errorf("%d are kept", len(cs))
	}
}

// A password is never shown, stays when it is left out, and goes to no server that it was not typed for.
func TestThePasswordOfACalendar(t *testing.T) {
	h := openHouse(t)
	e := calendarEdit()
	e.ID = h.calendar()
	e.Secret, e.Name = "", "Office"
	if st := ok(h, service.SetCalendar, e); st.Name != "Office" || !st.HasSecret || st.Entries != 3 {
		t.Errorf("%+v", st)
	}
	if _, secret, err := h.s.Calendar(e.ID); err != nil || secret != "hunter2" {
		t.Errorf("%q, %v", secret, err)
	}
	e.URL = "https://elsewhere.example/"
	var invalid *service.InvalidError
	if _, err := service.SetCalendar.Do(servicetest.Operator(t), h.d, e); !errors.As(err, &invalid) || invalid.Problems[0].Path != "secret" {
		t.Errorf("another server: %v", err)
	}
	e.ID = "none"
	if _, err := service.SetCalendar.Do(servicetest.Operator(t), h.d, e); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	ok(h, service.RemoveCalendar, h.calendar())
}

func TestWhatATrialSays(t *testing.T) {
	for want, c := range map[string]struct {
		sight  calendar.Sight
		secret service.Password
	}{
		"It cannot be read: the server does not take the name and the secret (401).": {secret: "wrong"},
		"no entries":                   {secret: "hunter2"},
		"1 entry cannot be understood": {calendar.Sight{Entries: 2, Unreadable: 1}, "hunter2"},
		"take the address of one":      {calendar.Sight{Seen: caldav.Seen{Others: []caldav.Other{{Name: "a"}}}}, "hunter2"},
		"but no calendar":              {calendar.Sight{Seen: caldav.Seen{Others: []caldav.Other{}}}, "hunter2"},
	} {
		h := openHouse(t)
		h.d = h.with(func(o *service.Options) { o.Diary = planner{c.sight} })
		e := calendarEdit()
		e.Secret = c.secret
		if got := ok(h, service.TryCalendar, ok(h, service.SetCalendar, e).ID); !strings.Contains(got.Text, want) {
			t.Errorf("%q, want %q", got.Text, want)
		}
	}
}

// Why nobody can be offered times by a calendar that can be read is said; and who gets what callers say stands in the record of processing.
func TestACalendarThatDoesNotFit(t *testing.T) {
	h := openHouse(t)
	e := calendarEdit()
	e.For = "Nobody Here"
	if st := ok(h, service.SetCalendar, e); !strings.Contains(st.Unfitting, "Nobody Here") {
		t.Errorf("%+v", st)
	}
	e = calendarEdit()
	e.Services = []string{" ", "", "Flying  lessons"}
	if st := ok(h, service.SetCalendar, e); !strings.Contains(st.Unfitting, "is called Flying lessons") || len(st.Services) != 1 {
		t.Errorf("%+v", st)
	}
	if p := ok(h, service.ReadProcessing, service.None{}); !strings.HasSuffix(p.Recipients[len(p.Recipients)-1], ": Practice") {
		t.Errorf("%q", p.Recipients)
	}
	if got := service.CalendarSends(record.Calendar{}); !strings.Contains(got, "switched off") {
		t.Error(got)
	}
}
