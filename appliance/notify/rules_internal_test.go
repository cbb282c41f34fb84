package notify

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/record"
)

// Who gets what, when, by the office's clock.
func TestDue(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(day, clock string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, zone)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	r := record.Recipient{
		On: true, Tells: record.DefaultTells(), Quiet: record.Quiet{From: "18:00", To: "08:00"}, Daily: "17:30",
	}
	const today, tomorrow = "2026-03-02", "2026-03-03"
	for _, tt := range []struct {
		kind      record.OccasionKind
		now, want time.Time // a zero want: never
		daily     bool
	}{
		{record.OccasionMessage, at(today, "12:00"), at(today, "12:00"), false},
		{record.OccasionMessage, at(today, "18:00"), at(tomorrow, "08:00"), false},
		{record.OccasionMessage, at(today, "07:59"), at(today, "08:00"), false},
		{record.OccasionMessage, at(today, "08:00"), at(today, "08:00"), false},
		{record.OccasionUrgent, at(today, "23:00"), at(today, "23:00"), false},
		{record.OccasionHealth, at(today, "23:00"), at(tomorrow, "08:00"), false},
		{record.OccasionMissed, at(today, "12:00"), at(today, "17:30"), true},
		{record.OccasionMissed, at(today, "17:30"), at(tomorrow, "17:30"), true},
		{record.OccasionTest, at(today, "12:00"), time.Time{}, false},
		// The night in which the clocks go forward has the morning an hour earlier.
		{record.OccasionMessage, at("2026-03-28", "20:00"), at("2026-03-29", "08:00"), false},
	} {
		got, slot, ok := due(&r, record.Occasion{Kind: tt.kind}, tt.now)
		if ok == tt.want.IsZero() || ok && !got.Equal(tt.want) || slot.IsZero() == tt.daily {
			t.Errorf("%s at %v: %v, %v, %v; want %v", tt.kind, tt.now, got, slot, ok, tt.want)
		}
	}
	r.On = false
	if _, _, ok := due(&r, record.Occasion{Kind: record.OccasionUrgent}, at(today, "12:00")); ok {
		t.Error("somebody is told who is switched off")
	}
	r.On, r.Quiet = true, record.Quiet{From: "12:00", To: "13:00"} // by day, too
	if got, _, _ := due(&r, record.Occasion{Kind: record.OccasionMessage}, at(today, "12:30")); !got.Equal(at(today, "13:00")) {
		t.Errorf("at lunch: %v", got)
	}
}

// What comes and goes is no news, and what was told is told once, and that it is over.
func TestTroubles(t *testing.T) {
	var x Troubles
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	down := health.Condition{Name: "phone.registration", Severity: health.Failed, Text: "No calls come in.", Since: now}
	small := health.Condition{Name: "engines.voice", Severity: health.Degraded, Text: "There is no voice.", Since: now}
	disk := health.Condition{Name: "disk", Severity: health.Degraded, Text: "The disk is nearly full.", Since: now}
	look := func(after time.Duration, cs ...health.Condition) []string { return x.News(now.Add(after), cs) }
	if n := look(time.Minute, down, small, disk); len(n) != 0 {
		t.Errorf("at once: %q", n)
	}
	if n := look(5*time.Minute, down, small, disk); len(n) != 2 {
		t.Errorf("after five minutes: %q", n)
	}
	if n := look(6*time.Minute, down, disk); len(n) != 0 {
		t.Errorf("told twice: %q", n)
	}
	if n := look(7*time.Minute, disk); len(n) != 0 {
		t.Errorf("over at once: %q", n)
	}
	if n := look(8*time.Minute, down, disk); len(n) != 0 {
		t.Errorf("it had not been over: %q", n)
	}
	if n := append(look(9*time.Minute, disk), look(13*time.Minute, disk)...); len(n) != 1 || n[0] != "This is over: No calls come in." {
		t.Errorf("over: %q", n)
	}
}

// A failed attempt is followed by a longer wait, with chance in it, up to an hour.
func TestBackoff(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	n := New(Options{Now: func() time.Time { return now }})
	if n.backoff(record.Delivery{}) != 0 {
		t.Error("the first attempt waits")
	}
	for attempt, most := range map[int]time.Duration{
		1: firstRetry, 2: 2 * firstRetry, 4: 8 * firstRetry, 12: lastRetry, 60: lastRetry, 5000: lastRetry,
	} {
		seen := map[time.Duration]bool{}
		for range 50 {
			got := n.backoff(record.Delivery{Attempts: attempt, Tried: now})
			if got < most/2 || got > most {
				t.Errorf("attempt %d waits %v, want at most %v", attempt, got, most)
			}
			seen[got] = true
		}
		if len(seen) < 10 {
			t.Errorf("attempt %d waits as long as everybody's", attempt)
		}
	}
}
