package calendar_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldavtest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/notify/notifytest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

var berlin = func() *time.Location {
	l, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return l
}()

// now is a Monday.
var now = time.Date(2026, 3, 23, 7, 0, 0, 0, berlin)

func business() *knowledge.Business {
	return &knowledge.Business{
		Name: "Praxis", TimeZone: "Europe/Berlin",
		Hours: knowledge.Hours{Monday: "9-12, 14-17", Tuesday: "9-12", Wednesday: "9-12", Thursday: "9-12", Friday: "9-12"},
		Staff: []knowledge.Person{
			{Name: "Maria Lopez", Hours: &knowledge.Hours{Monday: "10-15", Tuesday: "8-10"}}, {Name: "Jan Weber", Away: "2026-03-31"},
		},
		Holidays: []knowledge.Holiday{{Name: "Betriebsausflug", From: "2026-03-25"}},
	}
}

// shelf keeps calendars in memory.
type shelf struct {
	mu   sync.Mutex
	list []record.Calendar
}

func (s *shelf) Calendars() ([]record.Calendar, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]record.Calendar(nil), s.list...), nil
}

func (s *shelf) Calendar(id string) (record.Calendar, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.list {
		if c.ID == id {
			return c, "hunter2", nil
		}
	}
	return record.Calendar{}, "", store.ErrNotFound
}

// clock is a time that tests set.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock() *clock {
	c := &clock{}
	c.set(now)
	return c
}

func (c *clock) set(t time.Time) { c.at.Store(&t) }
func (c *clock) now() time.Time  { return *c.at.Load() }

// diary is one of a box with calendars.
func diary(t testing.TB, c *clock, list ...record.Calendar) (*calendar.Diary, *egress.Gate) {
	t.Helper()
	for i := range list {
		list[i].ID, list[i].On, list[i].User = fmt.Sprint("c", i), true, "fd"
	}
	gate := egress.New(nil)
	d := calendar.New(calendar.Options{Records: &shelf{list: list}, Gate: gate, Business: business, Now: c.now})
	d.Refresh(t.Context())
	return d, gate
}

func of(s *caldavtest.Server) record.Calendar { return record.Calendar{URL: s.URL, CA: s.CA} }

// shown writes slots as the clock in Berlin has them.
func shown(slots []record.Slot) string {
	var out []string
	for _, s := range slots {
		out = append(out, strings.TrimSpace(s.Start.In(berlin).Format("Mon 15:04")+" "+s.Person))
	}
	return strings.Join(out, ", ")
}

func on(day, clock int) time.Time { return time.Date(2026, 3, day, clock, 0, 0, 0, berlin) }

func busy(uid string, day, from, to int) string {
	return caldavtest.Event("UID:"+uid, fmt.Sprintf("DTSTART;TZID=Europe/Berlin:202603%02dT%02d0000", day, from),
		fmt.Sprintf("DTEND;TZID=Europe/Berlin:202603%02dT%02d0000", day, to))
}

func TestWhatIsOffered(t *testing.T) {
	s := (&caldavtest.Server{}).Start(t)
	s.Add("1.ics", busy("a", 23, 9, 11))
	s.Add("2.ics", busy("b", 24, 9, 10))
	s.Add("3.ics", caldavtest.Event("UID:c", "DTSTART;VALUE=DATE:20260326", "DTEND;VALUE=DATE:20260327"))
	d, _ := diary(t, newClock(), of(s))
	half := 30 * time.Minute
	afternoon := record.Wish{Length: half, Timed: true, From: 12 * 60, To: 18 * 60}
	tuesday := record.Wish{Length: half, Days: []time.Time{on(24, 0)}, Timed: true, From: 11 * 60}
	again := record.Wish{Length: half, Not: []record.Slot{{Start: on(23, 11), Calendar: "c0"}}}
	for name, c := range map[string]struct {
		wish record.Wish
		want string
	}{
		"as soon as possible":                  {record.Wish{Length: half}, "Mon 11:00, Mon 11:30, Mon 14:00"},
		"too long for what is left":            {record.Wish{Length: 90 * time.Minute}, "Mon 14:00, Mon 15:30, Tue 10:00"},
		"in the afternoon":                     {afternoon, "Mon 14:00, Mon 14:30, Mon 15:00"},
		"at four":                              {record.Wish{Length: half, Timed: true, From: 16 * 60}, "Mon 15:30, Mon 16:00, Mon 16:30"},
		"on Tuesday":                           {record.Wish{Length: half, Days: []time.Time{on(24, 0)}}, "Tue 10:00, Tue 10:30, Tue 11:00"},
		"on Tuesday at eleven":                 {tuesday, "Tue 10:30, Tue 11:00, Tue 11:30"},
		"on a holiday":                         {record.Wish{Length: half, Days: []time.Time{on(25, 0)}}, "Fri 09:00, Fri 09:30, Fri 10:00"},
		"on a day that is taken":               {record.Wish{Length: half, Days: []time.Time{on(26, 0)}}, "Fri 09:00, Fri 09:30, Fri 10:00"},
		"others than before":                   {again, "Mon 11:15, Mon 14:00, Mon 14:30"},
		"of no length":                         {record.Wish{}, ""},
		"longer than any opening":              {record.Wish{Length: 5 * time.Hour}, ""},
		"with somebody whom no calendar knows": {record.Wish{Length: half, Person: "Maria Lopez"}, ""},
	} {
		if got := shown(d.Offer(c.wish)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhoseCalendarItIs(t *testing.T) {
	office, maria, jan := (&caldavtest.Server{}).Start(t), (&caldavtest.Server{}).Start(t), (&caldavtest.Server{}).Start(t)
	office.Add("1.ics", busy("a", 23, 10, 11))
	maria.Add("2.ics", busy("b", 23, 11, 12))
	m, j := of(maria), of(jan)
	m.For, j.For = "Maria Lopez", "Jan Weber"
	d, _ := diary(t, newClock(), of(office), m, j)
	half := 30 * time.Minute
	for person, want := range map[string]string{
		"Maria Lopez": "Mon 14:00 Maria Lopez, Mon 14:30 Maria Lopez, Tue 09:00 Maria Lopez", // her hours within the office's
		"Jan Weber":   "Wed 09:00 Jan Weber, Wed 09:30 Jan Weber, Wed 10:00 Jan Weber",       // away until then
		"":            "Mon 14:00 Maria Lopez, Mon 14:30 Maria Lopez, Tue 09:00 Maria Lopez",
		"Somebody":    "",
	} {
		got := d.Offer(record.Wish{Length: half, Person: person})
		if shown(got) != want {
			t.Errorf("%q: %s, want %s", person, shown(got), want)
		}
	}
	slot := d.Offer(record.Wish{Length: half})[0]
	if err := d.Book(t.Context(), record.Booking{Slot: slot, Service: "Kontrolle", Name: "Ann", Number: "+491"}); err != nil {
		t.Fatal(err)
	}
	if len(maria.Objects()) != 2 || len(office.Objects()) != 1 {
		t.Errorf("%q, %q", maria.Objects(), office.Objects())
	}
}

// An appointment is moved within its calendar, whoever else has one; a wish may name calendars in any case.
func TestTimesOfCertainCalendars(t *testing.T) {
	office, maria := (&caldavtest.Server{}).Start(t), (&caldavtest.Server{}).Start(t)
	m := of(maria)
	m.For = "Maria Lopez"
	d, _ := diary(t, newClock(), of(office), m)
	for id, want := range map[string]string{
		"c0": "Mon 09:00, Mon 10:00, Mon 11:00", "c1": "Mon 10:00 Maria Lopez, Mon 11:00 Maria Lopez, Mon 14:00 Maria Lopez", "c2": "",
	} {
		if got := shown(d.Offer(record.Wish{Length: time.Hour, Calendars: []string{id}})); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// A service may have a room of its own, or belong to somebody of the staff; all others are the office's.
func TestServicesThatHaveTheirCalendars(t *testing.T) {
	office, room, maria := (&caldavtest.Server{}).Start(t), (&caldavtest.Server{}).Start(t), (&caldavtest.Server{}).Start(t)
	office.Add("1.ics", busy("a", 23, 9, 10))
	room.Add("2.ics", busy("b", 23, 10, 11))
	r, m := of(room), of(maria)
	r.Services, m.For, m.Services = []string{"X-ray"}, "Maria Lopez", []string{"cleaning", "Check-up"}
	d, _ := diary(t, newClock(), of(office), r, m)
	for service, want := range map[string]string{
		"x-ray": "Mon 11:00, Mon 14:00, Mon 15:00", "check-up": "Mon 10:00 Maria Lopez, Mon 11:00 Maria Lopez, Mon 14:00 Maria Lopez",
		"advice": "Mon 10:00, Mon 11:00, Mon 14:00",
	} {
		if got := shown(d.Offer(record.Wish{Length: time.Hour, Service: service})); got != want {
			t.Errorf("%s: %s, want %s", service, got, want)
		}
	}
	slot := d.Offer(record.Wish{Length: time.Hour, Service: "advice"})[0]
	if err := d.Book(t.Context(), record.Booking{Slot: slot, Service: "advice", Name: "Ann", Number: "+491"}); err != nil {
		t.Fatal(err) // the room is taken then, which is nothing to the office
	}
	if len(office.Objects()) != 2 || len(room.Objects()) != 1 {
		t.Errorf("%q, %q", office.Objects(), room.Objects())
	}
}

// life is all that an appointment goes through, on one server.
func life(t *testing.T, c record.Calendar, add func(uid string, day, from, to int)) {
	t.Helper()
	d, gate := diary(t, newClock(), c)
	if !d.InForce() {
		t.Fatalf("%+v", d.State("c0"))
	}
	hour := time.Hour
	slots := d.Offer(record.Wish{Length: hour})
	b := record.Booking{Slot: slots[0], Service: "Kontrolle", Name: "Ann Brown", Number: "+49 30 1234"}
	if err := d.Book(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := d.Book(t.Context(), b); !errors.Is(err, calendar.ErrTaken) {
		t.Errorf("booked twice: %v", err)
	}
	if again := d.Offer(record.Wish{Length: hour}); again[0].Start.Equal(b.Start) {
		t.Errorf("%s are offered again", shown(again))
	}
	// Somebody of the office is quicker.
	add("office", 23, 14, 15)
	at := on(23, 14)
	theirs := record.Booking{Slot: record.Slot{Start: at, End: at.Add(hour), Calendar: "c0"}}
	if err := d.Book(t.Context(), theirs); !errors.Is(err, calendar.ErrTaken) {
		t.Errorf("taken all the same: %v", err)
	}
	if d.Find("+49 30 9999") != nil || d.Find("") != nil {
		t.Error("another number finds it")
	}
	found := d.Find("+49301234")
	if len(found) != 1 || !found[0].Start.Equal(b.Start) || found[0].Service != "Kontrolle" || found[0].Name != "Ann Brown" {
		t.Fatalf("%+v", found)
	}
	to := d.Offer(record.Wish{Length: hour, Days: []time.Time{on(24, 0)}, Move: found[0].ID})[0]
	if err := d.Move(t.Context(), found[0], record.Slot{Start: at, End: at.Add(hour), Calendar: "c0"}); !errors.Is(err, calendar.ErrTaken) {
		t.Errorf("moved to where somebody is: %v", err)
	}
	if err := d.Move(t.Context(), found[0], to); err != nil {
		t.Fatal(err)
	}
	if err := d.Cancel(t.Context(), found[0]); !errors.Is(err, calendar.ErrTaken) {
		t.Errorf("cancelled as it was before: %v", err)
	}
	found = d.Find("+49301234")
	if len(found) != 1 || !found[0].Start.Equal(to.Start) || found[0].Name != "Ann Brown" {
		t.Fatalf("%+v, not at %s", found, to.Start)
	}
	if err := d.Cancel(t.Context(), found[0]); err != nil {
		t.Fatal(err)
	}
	d.Refresh(t.Context())
	if d.Find("+49301234") != nil || d.State("c0").Entries != 1 {
		t.Errorf("%+v", d.State("c0"))
	}
	sent := uint64(0)
	for _, e := range gate.Take() {
		if e.Purpose != string(egress.Calendar) {
			t.Errorf("%+v", e)
		}
		sent += e.Sent
	}
	if sent == 0 {
		t.Error("nothing was counted")
	}
}

func TestAnAppointment(t *testing.T) {
	for _, s := range []*caldavtest.Server{{}, {Digest: true}, {Tagged: true}} {
		s.Start(t)
		life(t, of(s), func(uid string, day, from, to int) { s.Add(uid+".ics", busy(uid, day, from, to)) })
	}
}

func TestRadicale(t *testing.T) {
	address := caldavtest.Radicale(t)
	life(t, record.Calendar{URL: address}, func(uid string, day, from, to int) {
		caldavtest.Request(t, http.MethodPut, address+uid+".ics", busy(uid, day, from, to))
	})
	d, _ := diary(t, newClock(), record.Calendar{URL: address})
	sight, err := d.Try(t.Context(), record.Calendar{URL: address, User: "fd"}, "hunter2")
	if err != nil || !sight.Calendar || sight.Name != "Office" || sight.Entries != 1 {
		t.Errorf("%+v: %v", sight, err)
	}
	root := strings.TrimSuffix(address, caldavtest.Path) + "/"
	sight, err = d.Try(t.Context(), record.Calendar{URL: root, User: "fd"}, "hunter2")
	if err != nil || sight.Calendar || len(sight.Others) != 1 || sight.Others[0].URL != address {
		t.Errorf("%+v: %v", sight, err)
	}
	_, err = d.Try(t.Context(), record.Calendar{URL: address, User: "fd"}, "hunter3")
	if notify.Explain(err).Fault != notify.FaultCredentials {
		t.Errorf("a wrong password: %v", err)
	}
}

// Many calls, of two boxes, want the same time, or a part of it: one gets it.
func TestNobodyGetsATimeTwice(t *testing.T) {
	s := (&caldavtest.Server{}).Start(t)
	a, _ := diary(t, newClock(), of(s))
	b, _ := diary(t, newClock(), of(s))
	var got atomic.Int32
	var calls sync.WaitGroup
	for i := range 6 {
		d := []*calendar.Diary{a, b}[i%2]
		start := on(23, 10).Add(time.Duration(i/2) * 15 * time.Minute)
		calls.Go(func() {
			err := d.Book(t.Context(), record.Booking{
				Slot: record.Slot{Start: start, End: start.Add(time.Hour), Calendar: "c0"}, Service: "x", Name: "y", Number: "1",
			})
			switch {
			case err == nil:
				got.Add(1)
			case !errors.Is(err, calendar.ErrTaken):
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if n := int(got.Load()); n > 1 || len(s.Objects()) != n {
		t.Errorf("%d calls have got the time, %d entries are there", n, len(s.Objects()))
	}
}

func TestWhatMayBeTheMatter(t *testing.T) {
	good := (&caldavtest.Server{}).Start(t)
	_, otherCA := notifytest.Certificate(t)
	closed := (&caldavtest.Server{Before: func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	}}).Start(t)
	moved := (&caldavtest.Server{Before: func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, good.URL, http.StatusMovedPermanently)
		return true
	}}).Start(t)
	garbage := (&caldavtest.Server{Before: func(w http.ResponseWriter, _ *http.Request) bool {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_, _ = conn.Write([]byte("\x00\x01 hello?\r\n\r\n")) // only now: what comes before the request counts as unasked
			_ = conn.Close()
		}
		return true
	}}).Start(t)
	page := (&caldavtest.Server{Before: func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusMultiStatus)
		_, _ = w.Write([]byte("<html>sign in"))
		return true
	}}).Start(t)
	endless := (&caldavtest.Server{Before: func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusMultiStatus)
		for range 300 {
			if _, err := w.Write(make([]byte, 100_000)); err != nil {
				break
			}
		}
		return true
	}}).Start(t)
	for name, c := range map[string]struct {
		c    record.Calendar
		want notify.Fault
	}{
		"gone":              {record.Calendar{URL: "https://" + notifytest.Gone(t) + caldavtest.Path}, notify.FaultGone},
		"garbage":           {of(garbage), notify.FaultGarbage},
		"busy":              {of(closed), notify.FaultBusy},
		"elsewhere":         {of(moved), notify.FaultRefused},
		"another page":      {of(page), notify.FaultGarbage},
		"no end":            {of(endless), notify.FaultGarbage},
		"wrong certificate": {record.Calendar{URL: good.URL, CA: otherCA}, notify.FaultCertificate},
		"no certificate":    {record.Calendar{URL: good.URL, CA: "x"}, notify.FaultSetting},
		"no address":        {record.Calendar{URL: "calendar.example"}, notify.FaultSetting},
		"no calendar":       {record.Calendar{URL: strings.TrimSuffix(good.URL, "office/"), CA: good.CA}, notify.FaultSetting},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := diary(t, newClock(), c.c)
			if got := d.State("c0"); got.Problem == "" || !strings.HasPrefix(got.Problem, string(c.want)) || got.InForce {
				t.Errorf("%+v, want %q", got, c.want)
			}
			if d.InForce() || d.Offer(record.Wish{Length: time.Hour}) != nil {
				t.Error("times are offered all the same")
			}
		})
	}
}

// A server that is gone in mid-call: nothing is promised, and what came through all the same is taken back.
func TestNothingIsPromisedThatIsNotSure(t *testing.T) {
	var lost atomic.Bool
	s := &caldavtest.Server{}
	s.Before = func(_ http.ResponseWriter, r *http.Request) bool {
		if !lost.Load() || r.Method != http.MethodPut {
			return false
		}
		s.Add(strings.TrimPrefix(r.URL.Path, caldavtest.Path), busy("lost", 23, 9, 10)) // it is there,
		panic(http.ErrAbortHandler)                                                     // and nobody hears of it
	}
	s.Start(t)
	c := newClock()
	d, _ := diary(t, c, of(s))
	slot := d.Offer(record.Wish{Length: time.Hour})[0]
	lost.Store(true)
	err := d.Book(t.Context(), record.Booking{Slot: slot, Service: "x", Number: "1"})
	if err == nil || errors.Is(err, calendar.ErrTaken) || len(s.Objects()) != 1 {
		t.Fatalf("%v, %q", err, s.Objects())
	}
	lost.Store(false)
	d.Refresh(t.Context())
	if len(s.Objects()) != 0 {
		t.Errorf("%q are left", s.Objects())
	}
	if got := d.Offer(record.Wish{Length: time.Hour})[0]; !got.Start.Equal(slot.Start) {
		t.Errorf("%v is offered, not %v", got, slot)
	}
	// What was read long ago is no offer.
	c.set(now.Add(20 * time.Minute))
	if d.InForce() || d.Offer(record.Wish{Length: time.Hour}) != nil || d.Find("1") != nil {
		t.Error("times are offered that nobody knows")
	}
	d.Refresh(t.Context())
	if !d.InForce() {
		t.Error("it is not offered again")
	}
}

// No caller waits for a server that says nothing longer than the time that a booking has.
func TestASlowServerEnds(t *testing.T) {
	release := make(chan struct{})
	var slow atomic.Bool
	s := (&caldavtest.Server{Before: func(http.ResponseWriter, *http.Request) bool {
		if slow.Load() {
			<-release
		}
		return false
	}}).Start(t)
	t.Cleanup(func() { close(release) })
	d, _ := diary(t, newClock(), of(s))
	slot := d.Offer(record.Wish{Length: time.Hour})[0]
	slow.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := d.Book(ctx, record.Booking{Slot: slot, Service: "x", Number: "1"})
	if err == nil || notify.Explain(err).Fault != notify.FaultSlow {
		t.Errorf("%v", err)
	}
	if d.Offer(record.Wish{Length: time.Hour}) == nil {
		t.Error("the offer waits too")
	}
}

func TestNothingGoesOutUntilTheOwnerSaysSo(t *testing.T) {
	s := (&caldavtest.Server{}).Start(t)
	gate := egress.New(nil)
	c := of(s)
	c.ID, c.User = "c0", "fd"
	d := calendar.New(calendar.Options{Records: &shelf{list: []record.Calendar{c}}, Gate: gate, Business: business, Now: newClock().now})
	d.Refresh(t.Context())
	if len(gate.Take()) != 0 || len(s.Asked()) != 0 || d.InForce() {
		t.Error("something went out")
	}
	if _, err := d.Try(t.Context(), c, "hunter2"); err != nil {
		t.Error(err)
	}
	for _, x := range gate.Destinations() {
		if x.On {
			t.Errorf("%s is let out after a trial", x.Name)
		}
	}
	if err := d.Book(t.Context(), record.Booking{Slot: record.Slot{Calendar: "c0"}}); !errors.Is(err, calendar.ErrUnknown) {
		t.Error(err)
	}
}

// What has not changed is not sent again.
func TestAnUnchangedCalendarIsNotReadAgain(t *testing.T) {
	s := (&caldavtest.Server{Tagged: true}).Start(t)
	c := newClock()
	d, _ := diary(t, c, of(s))
	c.set(now.Add(10 * time.Minute))
	d.Refresh(t.Context())
	c.set(now.Add(20 * time.Minute))
	if got := strings.Join(s.Asked(), " "); got != "PROPFIND REPORT PROPFIND" || !d.InForce() {
		t.Error(got)
	}
	s.Add("1.ics", busy("a", 23, 9, 12))
	d.Refresh(t.Context())
	if d.State("c0").Entries != 1 {
		t.Errorf("%+v", d.State("c0"))
	}
}
