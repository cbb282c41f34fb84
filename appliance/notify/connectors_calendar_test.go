package notify_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldavtest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// viaCalendar is the calendar's column.
const viaCalendar record.Via = "calendar"

// shelf is the only calendar of an office.
type shelf struct {
	only   record.Calendar
	secret string
}

func (s shelf) Calendars() ([]record.Calendar, error) { return []record.Calendar{s.only}, nil }

func (s shelf) Calendar(string) (record.Calendar, string, error) { return s.only, s.secret, nil }

// bookOne has an appointment written into a calendar under a condition, and returns what came of it.
func bookOne(t *testing.T, c condition) string {
	t.Helper()
	if c == diskFull || c == erased {
		return "cannot be: nothing of it is kept on the box"
	}
	s := &caldavtest.Server{Before: func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case c == refused && r.Method == http.MethodPut:
			w.WriteHeader(http.StatusMethodNotAllowed)
			return true
		case c == garbage:
			if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
				_, _ = conn.Write([]byte("\x00\x01 hello?\r\n\r\n"))
				_ = conn.Close()
			}
			return true
		}
		return false
	}}
	s.Start(t)
	out := counterpart{to: record.Recipient{Server: s.URL, CA: s.CA}, secret: "hunter2"}
	if c != garbage {
		out = spoil(t, c, out, func(a string) string { return "https://" + a + caldavtest.Path })
	}
	gate := egress.New(nil)
	d := calendar.New(calendar.Options{
		Records: shelf{record.Calendar{ID: "c", On: true, URL: out.to.Server, CA: out.to.CA, User: "fd"}, out.secret}, Gate: gate,
		Business: func() *knowledge.Business { return &knowledge.Business{TimeZone: "UTC"} },
	})
	within := func() (context.Context, context.CancelFunc) {
		if c == slow { // a caller waits, though longer
			return context.WithTimeout(t.Context(), 100*time.Millisecond)
		}
		return context.WithCancel(t.Context())
	}
	ctx, cancel := within()
	d.Refresh(ctx)
	cancel()
	ctx, cancel = within()
	defer cancel()
	at := time.Now().Add(24 * time.Hour)
	err := d.Book(ctx, record.Booking{
		Slot: record.Slot{Start: at, End: at.Add(time.Hour), Calendar: "c"}, Service: "cleaning", Name: "Ada", Number: "+12175550123",
	})
	var fault *notify.Error
	switch got := strings.Join(s.Objects(), ""); {
	case err == nil && strings.Contains(got, "cleaning: Ada"):
		if counted := gate.Take(); len(counted) == 0 || counted[0].Purpose != string(egress.Calendar) {
			t.Errorf("the ledger says %+v", counted)
		}
		return "booked"
	case err == nil, got != "":
		t.Errorf("%v, and the calendar holds %q", err, got)
	}
	if !errors.As(err, &fault) {
		fault = notify.Explain(err)
	}
	return "a message instead: " + fault.Error()
}
