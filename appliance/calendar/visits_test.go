package calendar_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldavtest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// remembering is a diary with real records, in which somebody has called.
func remembering(t *testing.T, c *clock, list ...record.Calendar) (*calendar.Diary, *store.Store, string) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	call, err := s.BeginCall(record.Call{ID: "a", From: "+49301234", Started: c.now()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].ID, list[i].On, list[i].User = fmt.Sprint("c", i), true, "fd"
	}
	d := calendar.New(calendar.Options{Records: &shelf{list: list}, Visits: s, Gate: egress.New(nil), Business: business, Now: c.now})
	d.Refresh(t.Context())
	return d, s, call.CallerID
}

// only is the one appointment that is remembered.
func only(t *testing.T, s *store.Store) record.Visit {
	t.Helper()
	vs, err := s.Visits(time.Time{})
	if err != nil || len(vs) != 1 {
		t.Fatalf("%+v, %v", vs, err)
	}
	return vs[0]
}

// An appointment is remembered when it was made, when the caller moves it or calls it off, and when the office does so in its own calendar.
func TestWhatBecomesOfAnAppointmentIsRemembered(t *testing.T) {
	server, c := (&caldavtest.Server{}).Start(t), newClock()
	d, s, caller := remembering(t, c, of(server))
	slot := d.Offer(record.Wish{Length: time.Hour})[0]
	b := record.Booking{Slot: slot, Caller: caller, Service: "Kontrolle", Name: "Ann Brown", Number: "+49301234"}
	if err := d.Book(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	v := only(t, s)
	if v.Caller != caller || !v.Start.Equal(slot.Start) || v.Service != "Kontrolle" || v.Name != "Ann Brown" ||
		v.Sequence != 0 || v.Cancelled {
		t.Fatalf("%+v", v)
	}
	c.set(now.Add(time.Minute))
	d.Refresh(t.Context()) // it is there: nothing has changed
	if got := only(t, s); got != v {
		t.Errorf("%+v", got)
	}
	found := d.Find("+49301234")[0]
	to := d.Offer(record.Wish{Length: time.Hour, Days: []time.Time{on(24, 0)}, Move: found.ID})[0]
	if err := d.Move(t.Context(), found, to); err != nil {
		t.Fatal(err)
	}
	if got := only(t, s); !got.Start.Equal(to.Start) || got.Sequence != 1 || !got.Changed.Equal(c.now()) {
		t.Errorf("moved by the caller: %+v", got)
	}
	c.set(now.Add(2 * time.Minute))
	d.Refresh(t.Context())
	file := server.Names()[0]
	text := server.Object(file)
	was := "DTSTART:" + to.Start.UTC().Format("20060102T150405Z")
	if !strings.Contains(text, was) {
		t.Fatalf("%s in %s", was, text)
	}
	ended := "DTEND:" + to.End.UTC().Format("20060102T150405Z")
	moved := strings.NewReplacer(was, "DTSTART:20260326T090000Z", ended, "DTEND:20260326T100000Z").Replace(text)
	server.Add(file, moved)
	c.set(now.Add(3 * time.Minute))
	d.Refresh(t.Context())
	if got := only(t, s); !got.Start.Equal(time.Date(2026, 3, 26, 9, 0, 0, 0, time.UTC)) || got.Sequence != 2 {
		t.Errorf("moved by the office: %+v", got)
	}
	server.Add(file, strings.Replace(moved, "BEGIN:VEVENT", "BEGIN:VEVENT\r\nSTATUS:CANCELLED", 1))
	c.set(now.Add(4 * time.Minute))
	d.Refresh(t.Context())
	if got := only(t, s); !got.Cancelled || got.Sequence != 3 {
		t.Errorf("called off by the office: %+v", got)
	}
	server.Add(file, moved)
	c.set(now.Add(5 * time.Minute))
	d.Refresh(t.Context())
	if got := only(t, s); got.Cancelled || got.Sequence != 4 {
		t.Errorf("taken back by the office: %+v", got)
	}
	if err := d.Cancel(t.Context(), d.Find("+49301234")[0]); err != nil {
		t.Fatal(err)
	}
	if got := only(t, s); !got.Cancelled || got.Sequence != 5 {
		t.Errorf("called off by the caller: %+v", got)
	}
}

// While a calendar has an entry that cannot be read, and while it cannot be reached, nothing in it counts as gone.
func TestAnAppointmentThatMayBeThereIsThere(t *testing.T) {
	server, c := (&caldavtest.Server{}).Start(t), newClock()
	d, s, caller := remembering(t, c, of(server))
	if err := d.Book(t.Context(), record.Booking{Slot: d.Offer(record.Wish{Length: time.Hour})[0], Caller: caller, Name: "Ann"}); err != nil {
		t.Fatal(err)
	}
	c.set(now.Add(time.Minute))
	d.Refresh(t.Context())
	for _, file := range server.Names() {
		server.Add(file, caldavtest.Event("UID:x", "DTSTART;TZID=Nowhere:20260323T090000", "DTEND;TZID=Nowhere:20260323T100000"))
	}
	c.set(now.Add(2 * time.Minute))
	d.Refresh(t.Context())
	if d.State("c0").Unreadable == 0 {
		t.Fatalf("%+v", d.State("c0"))
	}
	if got := only(t, s); got.Cancelled {
		t.Errorf("%+v", got)
	}
}

// Of whom no card is kept nothing is remembered, and the appointment stands all the same.
func TestNobodysAppointment(t *testing.T) {
	server := (&caldavtest.Server{}).Start(t)
	d, s, _ := remembering(t, newClock(), of(server))
	slots := d.Offer(record.Wish{Length: time.Hour})
	for i, caller := range []string{"", "gone"} {
		if err := d.Book(t.Context(), record.Booking{Slot: slots[i], Caller: caller, Name: "Ann"}); err != nil {
			t.Fatal(err)
		}
	}
	if vs, err := s.Visits(time.Time{}); err != nil || len(vs) != 0 || len(server.Objects()) != 2 {
		t.Errorf("%+v, %v, %d objects", vs, err, len(server.Objects()))
	}
}
