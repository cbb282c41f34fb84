package appliance

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldavtest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// oneCalendar is the only one that the office has.
type oneCalendar struct{ only record.Calendar }

func (o oneCalendar) Calendars() ([]record.Calendar, error) {
	return []record.Calendar{o.only}, nil
}
func (o oneCalendar) Calendar(string) (record.Calendar, string, error) {
	return o.only, "hunter2", nil
}

// A call hears apart that a time is taken, and that nobody knows.
func TestACallBooksATime(t *testing.T) {
	server := (&caldavtest.Server{}).Start(t)
	always := "0:00-24:00"
	b := &knowledge.Business{Name: "x", TimeZone: "UTC", Hours: knowledge.Hours{
		Monday: always, Tuesday: always, Wednesday: always, Thursday: always, Friday: always, Saturday: always, Sunday: always,
	}}
	d := callDiary{calendar.New(calendar.Options{
		Records: oneCalendar{record.Calendar{ID: "c", On: true, URL: server.URL, CA: server.CA, User: "fd"}}, Gate: egress.New(nil),
		Business: func() *knowledge.Business { return b },
	})}
	d.Refresh(t.Context())
	slots := d.Offer(record.Wish{Length: time.Hour})
	if !d.InForce() || len(slots) != 3 {
		t.Fatalf("%v", slots)
	}
	booking := record.Booking{Slot: slots[0], Service: "x", Name: "y", Number: "1"}
	if taken, err := d.Book(t.Context(), booking); taken || err != nil {
		t.Errorf("%v, %v", taken, err)
	}
	if taken, err := d.Book(t.Context(), booking); !taken || err != nil {
		t.Errorf("again: %v, %v", taken, err)
	}
	found := d.Find("1")
	if len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	if taken, err := d.Move(t.Context(), found[0], slots[1]); taken || err != nil {
		t.Errorf("moved: %v, %v", taken, err)
	}
	if taken, err := d.Cancel(t.Context(), found[0]); !taken || err != nil {
		t.Errorf("cancelled as it was before: %v, %v", taken, err)
	}
	booking.Calendar = "gone"
	if taken, err := d.Book(t.Context(), booking); taken || err == nil {
		t.Errorf("one that is gone: %v, %v", taken, err)
	}
}
