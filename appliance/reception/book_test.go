package reception_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/calendar"
	"frontdesk.internal/appliance/calendar/caldavtest"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
)

// monday is when these calls come; the clinic in Chicago is open.
var monday = time.Date(2000, 1, 3, 16, 0, 0, 0, time.UTC)

// netDiary is the office's calendars on a real server. What waits for the network is done outside of the bubble, whose clock stands still
// meanwhile.
type netDiary struct {
	*calendar.Diary
	work chan func()
	done chan struct{}
}

// netDiaryOf has read the calendar c. It is made outside of a bubble.
func netDiaryOf(t *testing.T, c record.Calendar) *netDiary {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	c.ID, c.On, c.User = "c", true, "fd"
	d := &netDiary{work: make(chan func()), done: make(chan struct{}), Diary: calendar.New(calendar.Options{
		Records: oneCalendar{c}, Gate: egress.New(nil), Business: func() *knowledge.Business { return b },
		Now: func() time.Time { return monday },
	})}
	d.Refresh(t.Context())
	if !d.InForce() {
		t.Fatalf("%+v", d.State("c"))
	}
	go func() {
		for f := range d.work {
			f()
			d.done <- struct{}{}
		}
	}()
	t.Cleanup(func() { close(d.work) })
	return d
}

// outside does what waits for the network.
func (d *netDiary) outside(f func(ctx context.Context) error) (taken bool, err error) {
	d.work <- func() { err = f(context.Background()) }
	<-d.done
	if errors.Is(err, calendar.ErrTaken) {
		return true, nil
	}
	return false, err
}

// Book implements reception.Diary.
func (d *netDiary) Book(_ context.Context, b record.Booking) (taken bool, err error) {
	return d.outside(func(ctx context.Context) error { return d.Diary.Book(ctx, b) })
}

// Move implements reception.Diary.
func (d *netDiary) Move(_ context.Context, a record.Appointment, to record.Slot) (taken bool, err error) {
	return d.outside(func(ctx context.Context) error { return d.Diary.Move(ctx, a, to) })
}

// Cancel implements reception.Diary.
func (d *netDiary) Cancel(_ context.Context, a record.Appointment) (taken bool, err error) {
	return d.outside(func(ctx context.Context) error { return d.Diary.Cancel(ctx, a) })
}

// oneCalendar is the only one that the office has.
type oneCalendar struct{ only record.Calendar }

func (o oneCalendar) Calendars() ([]record.Calendar, error)            { return []record.Calendar{o.only}, nil }
func (o oneCalendar) Calendar(string) (record.Calendar, string, error) { return o.only, "hunter2", nil }

// visitTurns are what a caller says who books a cleaning.
var visitTurns = []string{
	"I would like to book a teeth cleaning.", "Tuesday at nine, please.", "My name is Anna Berger.", "Yes.", "Yes.",
}

// talk has the caller say everything there is to say, and hangs up.
func (o *office) talk(turns int) {
	o.quiet()
	for range turns {
		o.say(1200 * time.Millisecond)
		o.quiet()
	}
	o.hangup()
}

// A whole call on a real connection: what is wished, which times, read back, written, and told only then.
func TestACallerBooksATime(t *testing.T) {
	var putAt atomic.Pointer[string] // what was said before the entry was written
	recs := newRecords()
	server := &caldavtest.Server{}
	server.Before = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			said := recs.said()
			putAt.Store(&said)
		}
		return false
	}
	server.Start(t)
	server.Add("1.ics", caldavtest.Event("UID:a", "DTSTART:20000103T160000Z", "DTEND:20000103T230000Z")) // the rest of Monday
	d := netDiaryOf(t, record.Calendar{URL: server.URL, CA: server.CA})
	synctest.Test(t, func(t *testing.T) { bookCleaning(t, d, recs) })
	entries := strings.Join(server.Objects(), "")
	for _, want := range []string{
		"X-FRONTDESK-NUMBER:12175550182", "SUMMARY:teeth cleaning: Anna Berger", "DTSTART:20000104T150000Z", "DTEND:20000104T154500Z",
	} {
		if !strings.Contains(entries, want) {
			t.Errorf("%q is not in %s", want, entries)
		}
	}
	before := putAt.Load()
	if before == nil || !strings.Contains(*before, "Shall I book that?") || strings.Contains(*before, "You're booked") {
		t.Errorf("before it was written, this was said: %v", before)
	}
}

// The same with a server that offices run.
func TestACallerBooksATimeWithRadicale(t *testing.T) {
	address := caldavtest.Radicale(t)
	d := netDiaryOf(t, record.Calendar{URL: address})
	caldavtest.Request(t, http.MethodPut, address+"a.ics",
		caldavtest.Event("UID:a", "DTSTART:20000103T160000Z", "DTEND:20000103T230000Z"))
	d.Refresh(t.Context())
	synctest.Test(t, func(t *testing.T) { bookCleaning(t, d, newRecords()) })
	d.Refresh(t.Context())
	if found := d.Find("+12175550182"); len(found) != 1 || !found[0].Start.Equal(monday.Add(23*time.Hour)) {
		t.Errorf("%+v", found)
	}
}

// bookCleaning is the call, in a bubble.
func bookCleaning(t *testing.T, d *netDiary, recs *records) {
	t.Helper()
	time.Sleep(time.Until(monday))
	o := openWith(t, &office{recs: recs, diary: d}, visitTurns...)
	o.talk(len(visitTurns))
	for i, want := range []string{
		"These times are free. It could be tomorrow", "Good: tomorrow", "number", "Shall I book that?", "booked for teeth cleaning",
	} {
		if said := recs.turn(i + 1).Said; !strings.Contains(said, want) {
			t.Errorf("turn %d: said %q, want %q", i+1, said, want)
		}
	}
	if len(recs.messages) > 0 {
		t.Errorf("it is a message too: %+v", recs.messages)
	}
}

// The server goes when the caller has chosen: the office gets the wish, and nothing is promised.
func TestTheCalendarIsGoneInMidCall(t *testing.T) {
	var gone atomic.Bool
	server := (&caldavtest.Server{Before: func(http.ResponseWriter, *http.Request) bool {
		if gone.Load() {
			panic(http.ErrAbortHandler)
		}
		return false
	}}).Start(t)
	d := netDiaryOf(t, record.Calendar{URL: server.URL, CA: server.CA})
	recs := newRecords()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		o := openWith(t, &office{recs: recs, diary: d}, visitTurns...)
		o.quiet()
		for i := range visitTurns {
			o.say(1200 * time.Millisecond)
			o.quiet()
			if i == 1 {
				gone.Store(true)
			}
		}
		o.hangup()
	})
	said := recs.said()
	if strings.Contains(said, "You're booked") || !strings.Contains(said, "nothing is booked. I'll note it") ||
		!strings.Contains(recs.turn(-1).Said, "I have noted") {
		t.Errorf("said %s", said)
	}
	if len(recs.messages) != 1 || !strings.Contains(string(recs.messages[0].Reason), "teeth cleaning") || recs.messages[0].Partial {
		t.Errorf("kept %+v", recs.messages)
	}
	if got := server.Objects(); len(got) != 0 {
		t.Errorf("%s stands in the calendar", got)
	}
}

// The next call of the same number moves what the first one has booked, and the one after that calls it off.
func TestACallerMovesATimeAndCallsItOff(t *testing.T) {
	server := (&caldavtest.Server{}).Start(t)
	t.Run("a server in memory", func(t *testing.T) {
		moveAndCancel(t, netDiaryOf(t, record.Calendar{URL: server.URL, CA: server.CA}))
	})
	t.Run("radicale", func(t *testing.T) { moveAndCancel(t, netDiaryOf(t, record.Calendar{URL: caldavtest.Radicale(t)})) })
}

func moveAndCancel(t *testing.T, d *netDiary) {
	t.Helper()
	booking := record.Booking{
		Slot:    record.Slot{Start: monday.Add(47 * time.Hour), End: monday.Add(48 * time.Hour), Calendar: "c"},
		Service: "teeth cleaning", Name: "Anna Berger", Number: "+12175550182",
	}
	if err := d.Diary.Book(t.Context(), booking); err != nil {
		t.Fatal(err)
	}
	call := func(texts ...string) *records {
		recs := newRecords()
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(monday))
			openWith(t, &office{recs: recs, diary: d}, texts...).talk(len(texts))
		})
		return recs
	}
	recs := call("I can't make it on Wednesday.", "My name is Anna Berger.", "Thursday at ten, please.", "Yes.")
	if said := recs.turn(-1).Said; !strings.Contains(said, "Your appointment is now on Thursday at ten AM") || len(recs.messages) > 0 {
		t.Errorf("said %q, kept %+v", recs.said(), recs.messages)
	}
	found := d.Find("+12175550182")
	if len(found) != 1 || !found[0].Start.Equal(monday.Add(72*time.Hour)) || found[0].Name != "Anna Berger" {
		t.Fatalf("%+v", found)
	}
	recs = call("I need to cancel my appointment.", "My name is Olivia Baker.", "Yes.", "Yes.")
	if said := recs.said(); strings.Contains(said, "Thursday") || len(recs.messages) != 1 || len(d.Find("+12175550182")) != 1 {
		t.Errorf("to another name it said %q, kept %+v", said, recs.messages)
	}
	recs = call("I need to cancel my appointment.", "My name is Anna Berger.", "Yes.")
	if said := recs.turn(-1).Said; !strings.Contains(said, "is cancelled") {
		t.Errorf("said %q", recs.said())
	}
	d.Refresh(t.Context())
	if d.Find("+12175550182") != nil || d.State("c").Entries != 0 {
		t.Errorf("%+v is left", d.Find("+12175550182"))
	}
}
