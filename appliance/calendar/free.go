package calendar

import (
	"cmp"
	"slices"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// Bounds of what is offered.
const (
	ahead   = 60             // days that are looked at
	lead    = time.Hour      // nobody has to be there sooner
	step    = 15             // minutes, of the clock: appointments begin at a quarter of an hour
	apart   = 30             // minutes between what is offered at once, at the least
	offered = 3              // times at once
	day     = 24 * time.Hour // as a measure of how far off something is
)

// span is a stretch of time.
type span struct{ from, to time.Time }

// free returns the times at which somebody could see a caller from now on: within the hours of the business and, when it is one of the
// staff, the person's own.
func free(b *knowledge.Business, p *knowledge.Person, busy []span, length time.Duration, now time.Time) (out []span) {
	slices.SortFunc(busy, func(a, b span) int { return a.from.Compare(b.from) })
	today := b.DayHours(now).Date
	for i := range ahead {
		y, m, d := today.Date()
		date := time.Date(y, m, d+i, 12, 0, 0, 0, today.Location())
		if p != nil && b.AwayAt(*p, date) {
			continue
		}
		hours := b.DayHours(date)
		for _, s := range open(b, p, date, hours) {
			end := hours.At(s.To)
			for at := (s.From + step - 1) / step * step; at < s.To; at += step {
				x := span{from: hours.At(at)}
				x.to = x.from.Add(length)
				if x.to.After(end) {
					break
				}
				if x.from.Before(now.Add(lead)) || overlaps(busy, x) {
					continue
				}
				out = append(out, x)
			}
		}
	}
	return out
}

// open are the hours of a day at which both the business and the person are there.
func open(b *knowledge.Business, p *knowledge.Person, date time.Time, hours knowledge.Day) (out []knowledge.Span) {
	if p == nil {
		return hours.Spans
	}
	own, ok := b.PersonHours(*p, date)
	if !ok {
		return hours.Spans
	}
	for _, x := range hours.Spans {
		for _, y := range own.Spans {
			if s := (knowledge.Span{From: max(x.From, y.From), To: min(x.To, y.To)}); s.From < s.To {
				out = append(out, s)
			}
		}
	}
	return out
}

// overlaps reports whether x takes time of one of busy, which are in order of their beginnings.
func overlaps(busy []span, x span) bool {
	for _, b := range busy {
		if !b.from.Before(x.to) {
			return false
		}
		if b.to.After(x.from) {
			return true
		}
	}
	return false
}

// choose returns up to three slots nearest to what was asked, in the order of time.
func choose(slots []record.Slot, w record.Wish, home *time.Location) []record.Slot {
	type scored struct {
		record.Slot
		cost time.Duration
	}
	var list []scored
	for _, s := range slots {
		if !slices.ContainsFunc(w.Not, func(n record.Slot) bool { return n.Start.Equal(s.Start) && n.Calendar == s.Calendar }) {
			list = append(list, scored{s, distance(s, w, slots[0].Start, home)})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Or(cmp.Compare(a.cost, b.cost), a.Start.Compare(b.Start)) })
	var out []record.Slot
	gap := max(w.Length, apart*time.Minute)
	for _, s := range list {
		near := func(o record.Slot) bool { d := o.Start.Sub(s.Start); return d < gap && -d < gap }
		if len(out) < offered && !slices.ContainsFunc(out, near) {
			out = append(out, s.Slot)
		}
	}
	slices.SortFunc(out, func(a, b record.Slot) int { return a.Start.Compare(b.Start) })
	return out
}

// distance is how far a slot is from what was asked; first is the first one that there is. A day that was named counts more than the
// time of the day, and a time of the day more than a day that was not.
func distance(s record.Slot, w record.Wish, first time.Time, home *time.Location) time.Duration {
	at := s.Start.In(home)
	clock, off := at.Hour()*60+at.Minute(), 0
	if w.Timed {
		switch {
		case clock < w.From:
			off = w.From - clock
		case w.To > w.From && clock >= w.To:
			off = clock - w.To + 1
		case w.To <= w.From:
			off = clock - w.From
		}
	}
	minutes := time.Duration(off) * time.Minute
	if len(w.Days) == 0 {
		if w.Timed {
			return time.Duration(days(first.In(home), at))*time.Hour + minutes*8
		}
		return s.Start.Sub(first)
	}
	best := time.Duration(1<<62 - 1)
	for _, d := range w.Days {
		far := days(d.In(home), at)
		if far < 0 {
			far = 1 - 2*far // the day after is rather meant than the day before
		}
		best = min(best, time.Duration(far)*day)
	}
	return best + minutes
}

// days is how many days by the calendar lie between a and b.
func days(a, b time.Time) int {
	date := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(date(b).Sub(date(a)) / day)
}
