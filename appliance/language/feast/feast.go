// Package feast reckons the days on which holidays fall, so that a language can name them. Everything in it is pure.
package feast

import (
	"slices"
	"time"

	"frontdesk.internal/appliance/language/phrase"
)

// Feast is a holiday that everybody knows, whether or not the profile has it.
type Feast struct {
	Name    string     // as it is said
	Called  [][]string // the normalised words by which callers name it
	On      Rule
	Regions []string // where it is meant by these words; none: everywhere
}

// Rule returns the day of a year on which something falls.
type Rule func(year int) (time.Month, int)

// Fixed is the same day every year.
func Fixed(m time.Month, d int) Rule {
	return func(int) (time.Month, int) { return m, d }
}

// Nth is the n-th weekday of a month; n -1 is the last.
func Nth(m time.Month, wd time.Weekday, n int) Rule {
	return func(y int) (time.Month, int) {
		if n < 0 {
			last := time.Date(y, m+1, 0, 12, 0, 0, 0, time.UTC)
			return m, last.Day() - (int(last.Weekday())-int(wd)+7)%7
		}
		first := time.Date(y, m, 1, 12, 0, 0, 0, time.UTC)
		return m, 1 + (int(wd)-int(first.Weekday())+7)%7 + 7*(n-1)
	}
}

// After is days after what another rule gives; negative ones are before.
func After(r Rule, days int) Rule {
	return func(y int) (time.Month, int) {
		m, d := r(y)
		t := time.Date(y, m, d+days, 12, 0, 0, 0, time.UTC)
		return t.Month(), t.Day()
	}
}

// Before is the last weekday wd before a day: "the Wednesday before".
func Before(m time.Month, d int, wd time.Weekday) Rule {
	return func(y int) (time.Month, int) {
		t := time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
		back := (int(t.Weekday()) - int(wd) + 7) % 7
		if back == 0 {
			back = 7
		}
		t = t.AddDate(0, 0, -back)
		return t.Month(), t.Day()
	}
}

// Easter is days after Easter Sunday (Gregorian computus of Meeus, Jones and Butcher).
func Easter(days int) Rule {
	return After(func(y int) (time.Month, int) {
		a, b, c := y%19, y/100, y%100
		d, e, f := b/4, b%4, (b+8)/25
		g := (b - f + 1) / 3
		h := (19*a + b - d - g + 15) % 30
		i, k := c/4, c%4
		l := (32 + 2*e + 2*i - h - k) % 7
		m := (a + 11*h + 22*l) / 451
		n := h + l - 7*m + 114
		return time.Month(n / 31), n%31 + 1
	}, days)
}

// Advent is the n-th Sunday in Advent; the fourth is the last before Christmas Day.
func Advent(n int) Rule {
	return After(Before(time.December, 25, time.Sunday), 7*(n-4))
}

// Next is the next day from today on, at midday in today's zone, on which the feast falls.
func (f Feast) Next(today time.Time) time.Time {
	y := today.Year()
	m, d := f.On(y)
	t := time.Date(y, m, d, 12, 0, 0, 0, today.Location())
	if t.Before(Midday(today, 0)) {
		m, d = f.On(y + 1)
		t = time.Date(y+1, m, d, 12, 0, 0, 0, today.Location())
	}
	return t
}

// Found is a feast that was named, and where.
type Found struct {
	Feast Feast
	At, N int // position and number of its words
}

// In finds the feasts named in words by people of a region, in the order of the list. Of two that share a word the first is meant, so
// longer names stand before shorter ones that they hold, and those of a region before those of everywhere.
func In(list []Feast, words []string, region string) []Found {
	var out []Found
	var taken []int
	for _, f := range list {
		if len(f.Regions) > 0 && !slices.Contains(f.Regions, region) {
			continue
		}
		for _, name := range f.Called {
			i := phrase.Index(words, name)
			if i < 0 || slices.Contains(taken, i) {
				continue
			}
			for k := range name {
				taken = append(taken, i+k)
			}
			out = append(out, Found{f, i, len(name)})
			break
		}
	}
	return out
}

// Midday returns noon n days after the day of t.
func Midday(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, t.Location())
}

// Ahead is how many days after from the next weekday wd is; 0 is the same day.
func Ahead(from time.Time, wd time.Weekday) int { return (int(wd) - int(from.Weekday()) + 7) % 7 }
