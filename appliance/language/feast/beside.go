package feast

import "time"

// Beside are the words of a language by which a day is told from a feast: "the Thursday before Christmas", "the day after New Year".
type Beside struct {
	Weekdays      map[string]time.Weekday
	Day, Weekend  string
	Before, After string
	Article       func(string) bool
}

// Days returns the days that the words before position at mean, where a feast on the given day is named, and where the first of these
// words stands; ok is false when the feast itself is meant.
func (b Beside) Days(words []string, at int, feast time.Time) (days []time.Time, from int, ok bool) {
	i := at - 1
	if i > 0 && b.Article(words[i]) {
		i--
	}
	if i < 1 || words[i] != b.Before && words[i] != b.After {
		return nil, at, false
	}
	after := words[i] == b.After
	next := func(wd time.Weekday) time.Time {
		if after {
			return Midday(feast, 1+Ahead(Midday(feast, 1), wd))
		}
		return Midday(feast, Ahead(Midday(feast, -7), wd)-7)
	}
	i--
	wd, named := b.Weekdays[words[i]]
	switch {
	case named:
		return []time.Time{next(wd)}, i, true
	case words[i] == b.Weekend:
		if after {
			return []time.Time{next(time.Saturday), Midday(next(time.Saturday), 1)}, i, true
		}
		return []time.Time{Midday(next(time.Sunday), -1), next(time.Sunday)}, i, true
	case words[i] == b.Day && after:
		return []time.Time{Midday(feast, 1)}, i, true
	case words[i] == b.Day:
		return []time.Time{Midday(feast, -1)}, i, true
	}
	return nil, at, false
}
