package service_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
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

// Where figures take long they are kept for a while: who asks does not wait, and the next one has new ones.
func TestStatisticsThatTakeLongAreKept(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	keepCall(t, s, "first", noon)
	var clock atomic.Int64
	var step atomic.Int64
	now := func() time.Time { return noon.Add(time.Hour + time.Duration(clock.Add(step.Load()))) }
	step.Store(int64(100 * time.Millisecond)) // so long takes what looks at the clock
	d := servicetest.New(t, service.Options{Records: s, Now: now})
	ask := func() int {
		t.Helper()
		got, err := service.ReadStatistics.Do(servicetest.Operator(t), d, service.Period{})
		if err != nil {
			t.Fatal(err)
		}
		return got.Calls
	}
	keepCall(t, s, "second", noon)
	if got := ask(); got != 2 {
		t.Fatalf("nobody keeps them up, and there are %d calls", got)
	}
	runIndex(t, d)
	if got := ask(); got != 2 {
		t.Fatalf("%d calls", got)
	}
	keepCall(t, s, "third", noon)
	if got := ask(); got != 2 {
		t.Fatalf("%d calls; they were counted again", got)
	}
	clock.Add(int64(2 * time.Minute))
	for ask() != 3 { // the first one to ask wakes who makes them anew
		runtime.Gosched()
	}
	keepCall(t, s, "fourth", noon)
	clock.Add(int64(time.Hour))
	if got := ask(); got != 4 {
		t.Fatalf("%d calls; an hour later they are as before", got)
	}
	step.Store(0) // from here on it takes no time
	clock.Add(int64(time.Hour))
	ask()
	keepCall(t, s, "fifth", noon)
	if got := ask(); got != 5 {
		t.Fatalf("%d calls; what takes no time is kept", got)
	}
}
