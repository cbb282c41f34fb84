package notify

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/record"
)

// clockTime reads "17:30".
func clockTime(s string) (hour, minute int, ok bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour(), t.Minute(), err == nil
}

// next is the first time after now at which the office's clock shows a time of day.
func next(now time.Time, clock string) (time.Time, bool) {
	h, m, ok := clockTime(clock)
	if !ok {
		return now, false
	}
	for day := range 3 { // a day may lack the hour
		t := time.Date(now.Year(), now.Month(), now.Day()+day, h, m, 0, 0, now.Location())
		if t.After(now) {
			return t, true
		}
	}
	return now, false
}

// quietUntil is when a recipient may be told again; ok is false when that is now.
func quietUntil(q record.Quiet, now time.Time) (until time.Time, ok bool) {
	h, m, ok1 := clockTime(q.From)
	h2, m2, ok2 := clockTime(q.To)
	if !ok1 || !ok2 {
		return now, false
	}
	from, to, at := h*60+m, h2*60+m2, now.Hour()*60+now.Minute()
	quiet := at >= from && at < to
	if from > to { // over midnight
		quiet = at >= from || at < to
	}
	if !quiet {
		return now, false
	}
	return next(now, q.To)
}

// due says when a recipient is told of an occasion; ok is false when never. A slot says that it goes with all others of that time.
// now is of the office's clock.
func due(r *record.Recipient, o record.Occasion, now time.Time) (at, slot time.Time, ok bool) {
	if !r.On {
		return now, slot, false
	}
	switch r.When(o.Kind) {
	case record.WhenAtOnce:
		if o.Kind == record.OccasionUrgent { // it breaks through
			return now, slot, true
		}
		at, _ = quietUntil(r.Quiet, now)
		return at, slot, true
	case record.WhenDaily:
		at, ok = next(now, r.Daily)
		return at, at, ok
	case record.WhenNever:
	}
	return now, slot, false
}

// concerns reports whether a message is for a recipient who wants those for one person only.
func concerns(r *record.Recipient, m record.Message) bool {
	return r.For == "" || strings.EqualFold(strings.TrimSpace(m.For), r.For)
}
