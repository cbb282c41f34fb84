package knowledge

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// horizon is how far ahead the calendar looks for an opening, in days: a year with every day taken by a holiday still ends.
const horizon = 400

// neverCloses is the stretch of opening, in days, after which a business counts as always open.
const neverCloses = 15

// Day is what holds on one calendar day.
type Day struct {
	Date time.Time // its midnight, or the first moment of the day, in the business's time zone
	Opening
	Holiday string // name of the holiday that replaces the weekly hours; "" on a normal day
	Source  string // profile field: "hours.monday" or "holidays[2]"
}

// Closed says whether the business does not open on that day, for those without an appointment at least.
func (d Day) Closed() bool { return len(d.Spans) == 0 }

// At returns the moment at which the wall clock shows minutes since that day's midnight. It is right on days on which the clock changes; a
// time that the change skips is moved over the gap.
func (d Day) At(minutes int) time.Time {
	y, m, day := d.Date.Date()
	return wallClock(y, m, day, minutes, d.Date.Location())
}

// wallClock returns the moment at which the clock shows minutes since midnight, and for a time that a change of the clock skips the one
// as long after the change: of some nights there is no midnight. time.Date may go the other way, to the day before.
func wallClock(y int, m time.Month, d, minutes int, loc *time.Location) time.Time {
	t := time.Date(y, m, d, 0, minutes, 0, 0, loc)
	_, offset := t.Zone()
	behind := time.Date(y, m, d, 0, minutes, 0, 0, time.UTC).Unix() - (t.Unix() + int64(offset))
	return t.Add(time.Duration(max(0, behind)) * time.Second)
}

// Rows returns the weekly rows by time.Weekday, Sunday first.
func (h *Hours) Rows() [7]string {
	return [7]string{h.Sunday, h.Monday, h.Tuesday, h.Wednesday, h.Thursday, h.Friday, h.Saturday}
}

// Week returns what normally holds by time.Weekday, Sunday first. A row that cannot be read counts as closed; Validate reports it.
func (h *Hours) Week() [7]Opening {
	var w [7]Opening
	for i, row := range h.Rows() {
		w[i], _ = ParseHours(row)
	}
	return w
}

// DayHours returns what holds on the calendar day that date falls on in the business's time zone.
func (b *Business) DayHours(date time.Time) Day { return b.day(date, &b.Hours) }

// PersonHours is DayHours for a member of staff; ok is false when the profile does not say when they work.
func (b *Business) PersonHours(p Person, date time.Time) (d Day, ok bool) {
	if p.Hours == nil {
		return Day{}, false
	}
	return b.day(date, p.Hours), true
}

func (b *Business) day(date time.Time, h *Hours) Day {
	loc := date.Location()
	if loc.String() != b.TimeZone { // loading a zone reads a file
		loc = b.Location()
	}
	y, m, d := date.In(loc).Date()
	day := Day{Date: wallClock(y, m, d, 0, loc)}
	if i := b.holidayOn(y, m, d); i >= 0 {
		day.Holiday, day.Source = b.Holidays[i].Name, fmt.Sprintf("holidays[%d]", i)
		day.Opening, _ = ParseHours(b.Holidays[i].Hours)
		return day
	}
	wd := time.Date(y, m, d, 12, 0, 0, 0, time.UTC).Weekday()
	day.Opening, _ = ParseHours(h.Rows()[wd])
	day.Source = "hours." + strings.ToLower(wd.String())
	return day
}

// OpenAt says whether the business is open at t.
func (b *Business) OpenAt(t time.Time) bool { return openAt(b.DayHours, t) }

// PersonAt says whether a member of staff works at t: by their own hours, else by the business's.
func (b *Business) PersonAt(p Person, t time.Time) bool {
	if b.AwayAt(p, t) {
		return false
	}
	if p.Hours == nil {
		return b.OpenAt(t)
	}
	return openAt(func(d time.Time) Day { return b.day(d, p.Hours) }, t)
}

// PersonBack returns when a member of staff with hours of their own next begins to work after t; ok is false where that is not known,
// or not within a fortnight.
func (b *Business) PersonBack(p Person, t time.Time) (at time.Time, ok bool) {
	if p.Hours == nil {
		return time.Time{}, false
	}
	today := b.day(t, p.Hours)
	for i := range neverCloses {
		d := b.day(noon(today.Date, i), p.Hours)
		for _, s := range d.Spans {
			if at := d.At(s.From); at.After(t) && !b.AwayAt(p, at) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// AwayAt says whether a member of staff is away on the day of t, whatever the hours.
func (b *Business) AwayAt(p Person, t time.Time) bool {
	return p.Away != "" && t.In(b.Location()).Format(time.DateOnly) <= p.Away
}

func openAt(on func(time.Time) Day, t time.Time) bool {
	today := on(t)
	for _, d := range [2]Day{on(noon(today.Date, -1)), today} {
		for _, s := range d.Spans {
			if !t.Before(d.At(s.From)) && t.Before(d.At(s.To)) {
				return true
			}
		}
	}
	return false
}

// NextOpening returns the first opening after t; ok is false when there is none within a year.
func (b *Business) NextOpening(t time.Time) (at time.Time, ok bool) {
	today := b.DayHours(t)
	for i := range horizon {
		d := b.DayHours(noon(today.Date, i))
		for _, s := range d.Spans {
			if at := d.At(s.From); at.After(t) && !b.OpenAt(at.Add(-time.Second)) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// NextClosing returns when the opening that t falls into ends; spans that touch (around midnight) are one. ok is false when the
// business is closed at t or does not close for two weeks.
func (b *Business) NextClosing(t time.Time) (at time.Time, ok bool) {
	if !b.OpenAt(t) {
		return time.Time{}, false
	}
	today := b.DayHours(t)
	for i := -1; i < neverCloses; i++ {
		d := b.DayHours(noon(today.Date, i))
		for _, s := range d.Spans {
			if end := d.At(s.To); end.After(t) && !b.OpenAt(end) {
				return end, true
			}
		}
	}
	return time.Time{}, false
}

// Upcoming is a holiday and those of its days that are still ahead.
type Upcoming struct {
	Index int // in Business.Holidays
	Day   Day // the first of them
	Days  int // how many follow each other, also beyond the time that was asked for
}

// NextHolidays returns the holidays that begin or are running within days from t, in order, each once.
func (b *Business) NextHolidays(t time.Time, days int) []Upcoming {
	var out []Upcoming
	today := b.DayHours(t)
	last := -1
	for i := range horizon {
		date := noon(today.Date, i)
		y, m, d := date.Date()
		h := b.holidayOn(y, m, d)
		if h >= 0 && b.Holidays[h].Closure() { // nobody asks for it as a holiday
			h = -1
		}
		if i >= days && (h < 0 || h != last) {
			break
		}
		switch {
		case h >= 0 && h != last:
			out = append(out, Upcoming{Index: h, Day: b.DayHours(date), Days: 1})
		case h >= 0:
			out[len(out)-1].Days++
		}
		last = h
	}
	return out
}

// noon returns midday n days after the day that begins at date: far from any change of the clock.
func noon(date time.Time, n int) time.Time {
	y, m, d := date.Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, date.Location())
}

// holidayOn returns the index of the holiday that holds on a day, or -1. A dated entry wins over a yearly one, a shorter over a
// longer, then the first.
func (b *Business) holidayOn(y int, m time.Month, d int) int {
	best, bestLen, bestYearly := -1, 0, false
	for i, h := range b.Holidays {
		length, yearly, ok := h.covers(y, m, d)
		if !ok {
			continue
		}
		if best < 0 || (bestYearly && !yearly) || (bestYearly == yearly && length < bestLen) {
			best, bestLen, bestYearly = i, length, yearly
		}
	}
	return best
}

// covers says whether the holiday takes in a day, and how many days long it is.
func (h Holiday) covers(y int, m time.Month, d int) (length int, yearly, ok bool) {
	from, yearly, err := parseHolidayDate(h.From)
	if err != nil {
		return 0, false, false
	}
	to := from
	if h.To != "" {
		var toYearly bool
		to, toYearly, err = parseHolidayDate(h.To)
		if err != nil || toYearly != yearly {
			return 0, false, false
		}
	}
	if !yearly {
		day := civil{y, m, d}
		return from.daysTo(to) + 1, false, !day.before(from) && !to.before(day)
	}
	// A yearly range may wrap around the turn of the year.
	day, first, last := civil{0, m, d}, civil{0, from.m, from.d}, civil{0, to.m, to.d}
	if last.before(first) {
		return 366 - last.daysTo(first), true, !day.before(first) || !last.before(day)
	}
	return first.daysTo(last) + 1, true, !day.before(first) && !last.before(day)
}

// civil is a calendar date without time zone; year 0 (a leap year) stands for every year.
type civil struct {
	y int
	m time.Month
	d int
}

func (c civil) utc() time.Time      { return time.Date(c.y, c.m, c.d, 0, 0, 0, 0, time.UTC) }
func (c civil) before(o civil) bool { return c.utc().Before(o.utc()) }
func (c civil) daysTo(o civil) int  { return int(o.utc().Sub(c.utc()).Hours() / 24) }
func (c civil) valid() bool         { y, m, d := c.utc().Date(); return y == c.y && m == c.m && d == c.d }

// parseHolidayDate reads "2026-12-24" or, for every year, "12-25".
func parseHolidayDate(s string) (c civil, yearly bool, err error) {
	parts := strings.Split(s, "-")
	var n [3]int
	if len(parts) != 2 && len(parts) != 3 {
		return civil{}, false, errNotADate
	}
	for i, p := range parts {
		want := 2
		if len(parts) == 3 && i == 0 {
			want = 4
		}
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) != want {
			return civil{}, false, errNotADate
		}
		n[i+3-len(parts)] = int(v)
	}
	c = civil{n[0], time.Month(n[1]), n[2]}
	if !c.valid() {
		return civil{}, false, errNotADate
	}
	return c, len(parts) == 2, nil
}
