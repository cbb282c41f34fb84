package service_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// A period is from its first moment to before its last, in calls and messages alike; without one it is the last thirty days.
func TestThePeriodOfStatistics(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for _, x := range []struct {
		name            string
		from, to        time.Time
		calls, messages int
	}{
		{"the last thirty days", time.Time{}, noon.Add(time.Hour), 2, 3},
		{"both calls just so", noon, noon.Add(time.Minute + 1), 2, 3},
		{"the second is at the end", noon, noon.Add(time.Minute), 1, 2},
		{"the first is before", noon.Add(1), noon.Add(time.Hour), 1, 1},
		{"nothing of then", noon.AddDate(-1, 0, 0), noon.AddDate(0, -1, 0), 0, 0},
		{"turned around", noon.Add(time.Hour), noon, 0, 0},
	} {
		got := ok(h, service.ReadStatistics, service.Period{From: x.from, To: x.to})
		if got.Calls != x.calls || got.Messages != x.messages || got.Questions != 1 {
			t.Errorf("%s: %d calls, %d messages, %d questions; want %d and %d", x.name, got.Calls, got.Messages, got.Questions, x.calls, x.messages)
		}
	}
	h.now = noon.AddDate(0, 0, 30)
	if got := ok(h, service.ReadStatistics, service.Period{}); got.Calls != 2 || !got.To.Equal(h.now) || !got.From.Equal(noon) {
		t.Errorf("thirty days later: %+v", got)
	}
	h.now = h.now.Add(1)
	if got := ok(h, service.ReadStatistics, service.Period{}); got.Calls != 1 {
		t.Errorf("a moment after: %+v", got)
	}
}

// Figures name nobody: the staff does not see them, hours are those of the place, and tests of the box are no calls.
func TestWhatIsInStatistics(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if _, err := h.s.BeginCall(record.Call{ID: "test", Started: noon, Origin: record.OriginSelfTest}); err != nil {
		t.Fatal(err)
	}
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message, Done: true})
	got := ok(h, service.ReadStatistics, service.Period{To: noon.Add(time.Hour)})
	hour := noon.In(h.biz.Location()).Hour()
	if got.Calls != 2 || got.Answered != 2 || got.Callers != 1 || got.Repeat != 1 || got.Hours[hour] != 2 || got.Weekdays[time.Monday] != 2 ||
		got.Messages != 3 || got.Open != 2 || got.Results[string(record.ResultCompleted)] != 2 {
		t.Errorf("%+v", got)
	}
	if _, err := as(h, service.Staff, service.ReadStatistics, service.Period{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	empty := servicetest.New(t, service.Options{Records: openStore(t), Now: func() time.Time { return noon }})
	if got, err := service.ReadStatistics.Do(servicetest.Operator(t), empty, service.Period{}); err != nil || got.Calls != 0 ||
		got.Repeat != 0 || len(got.Days) != 0 {
		t.Errorf("an empty box: %+v, %v", got, err)
	}
}

// slowly is a service with a clock on which everything takes a tenth of a second, until swift is called, and its index.
func slowly(t *testing.T, s *store.Store) (d *service.Service, later func(time.Duration), swift func()) {
	t.Helper()
	var clock, step atomic.Int64
	step.Store(int64(100 * time.Millisecond))
	now := func() time.Time { return noon.Add(time.Hour + time.Duration(clock.Add(step.Load()))) }
	d = servicetest.New(t, service.Options{Records: s, Now: now, Privacy: privacy.New(privacy.Options{Records: s, Now: now})})
	return d, func(d time.Duration) { clock.Add(int64(d)) }, func() { step.Store(0) }
}

// Where figures take long they are kept for a while: who asks does not wait, and the next one has new ones.
func TestStatisticsThatTakeLongAreKept(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d, later, swift := slowly(t, s)
	ask := func() int {
		t.Helper()
		got, err := service.ReadStatistics.Do(servicetest.Operator(t), d, service.Period{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Results["spoiled"] != 0 {
			t.Fatal("what was returned belongs to somebody else, too")
		}
		got.Results["spoiled"] = 1
		return got.Calls
	}
	keepCall(t, s, "first", noon)
	ask()
	keepCall(t, s, "second", noon)
	if got := ask(); got != 2 {
		t.Fatalf("nobody keeps them up, and there are %d calls", got)
	}
	runIndex(t, d)
	keepCall(t, s, "third", noon)
	if got := ask(); got != 2 {
		t.Fatalf("%d calls; they were counted again", got)
	}
	later(2 * time.Minute)
	for ask() != 3 { // the first one to ask wakes who makes them anew
		runtime.Gosched()
	}
	keepCall(t, s, "fourth", noon)
	later(time.Hour)
	if got := ask(); got != 4 {
		t.Fatalf("%d calls; an hour later they are as before", got)
	}
	swift()
	later(time.Hour)
	ask()
	keepCall(t, s, "fifth", noon)
	if got := ask(); got != 5 {
		t.Fatalf("%d calls; what takes no time is kept", got)
	}
}

// The same holds for what will be removed soon, but what was just changed is seen at once.
func TestWhatIsDueIsKeptWhereItTakesLong(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	d, _, _ := slowly(t, s)
	ask := func() int {
		t.Helper()
		got, err := service.ListDue.Do(servicetest.Operator(t), d, service.DueAhead)
		if err != nil {
			t.Fatal(err)
		}
		return len(got)
	}
	set := func(days int) {
		t.Helper()
		if _, err := service.SetRetention.Do(servicetest.Operator(t), d, record.Retention{Transcripts: days}); err != nil {
			t.Fatal(err)
		}
	}
	set(1)
	keepCall(t, s, "first", noon)
	runIndex(t, d)
	keepCall(t, s, "second", noon)
	if got := ask(); got != 1 {
		t.Fatalf("%d are due; they were counted again", got)
	}
	set(100)
	if got := ask(); got != 0 {
		t.Fatalf("%d are due, as before the change", got)
	}
	set(1)
	if got := ask(); got != 2 {
		t.Fatalf("%d are due", got)
	}
}
