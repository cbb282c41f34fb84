package en

import (
	"slices"
	"strconv"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/feast"
	"frontdesk.internal/appliance/language/phrase"
)

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday,
	"friday":   time.Friday,
	"saturday": time.Saturday, "sundays": time.Sunday, "mondays": time.Monday, "tuesdays": time.Tuesday, "wednesdays": time.Wednesday,
	"thursdays": time.Thursday, "fridays": time.Friday, "saturdays": time.Saturday, "wensday": time.Wednesday,
	"wendesday": time.Wednesday, "saterday": time.Saturday,
	"sat": time.Saturday, "thurs": time.Thursday, "tues": time.Tuesday,
}

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
	"november": 11, "december": 12,
	"jan": 1, "feb": 2, "aug": 8, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// ordinals are the days of a month in words; compound ones are two words ("twenty fourth").
var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
	"eleventh": 11, "twelfth": 12,
	"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
	"twentieth": 20, "thirtieth": 30,
}

var cardinals = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
	"twelve": 12, "thirteen": 13,
	"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30,
	"forty": 40, "fifty": 50,
}

// When implements [language.Slots].
func (Language) When(words []string, now time.Time, region string) language.When {
	r := whenReader{words: words, today: feast.Midday(now, 0)}
	for _, f := range feast.In(feasts, words, region) {
		if days, from, ok := beside.Days(words, f.At, f.Feast.Next(r.today)); ok {
			for _, d := range days {
				r.add(d, "", from, f.At+f.N-from)
			}
			continue
		}
		r.add(f.Feast.Next(r.today), f.Feast.Name, f.At, f.N)
	}
	for i := range words {
		if !slices.Contains(r.out.At, i) {
			r.day(i)
		}
	}
	r.clock()
	r.part()
	return r.out
}

// dayParts are the parts of a day as people reckon them.
var dayParts = map[string]language.Span{
	"morning": {From: 7 * 60, To: 12 * 60}, "afternoon": {From: 12 * 60, To: 17 * 60}, "arvo": {From: 12 * 60, To: 17 * 60},
	"evening": {From: 17 * 60, To: 22 * 60}, "tonight": {From: 17 * 60, To: 22 * 60},
}

// part reads the part of a day. "Good morning" is none.
func (r *whenReader) part() {
	for i, w := range r.words {
		if p, ok := dayParts[w]; ok && !greets[r.at(i-1)] {
			r.out.Part = p
		}
	}
}

// greets are words before a part of a day that is a greeting.
var greets = phrase.NewSet("good nice lovely great pleasant")

// beside are the words that tell a day from a feast.
var beside = feast.Beside{
	Weekdays: weekdays, Day: "day", Weekend: "weekend", Before: "before", After: "after",
	Article: func(w string) bool { return phrase.Has([]string{w}, "the") },
}

type whenReader struct {
	words []string
	today time.Time
	out   language.When
}

func (r *whenReader) at(i int) string {
	if i < 0 || i >= len(r.words) {
		return ""
	}
	return r.words[i]
}

func (r *whenReader) add(d time.Time, name string, from, n int) {
	for i := range n {
		r.out.At = append(r.out.At, from+i)
	}
	for _, have := range r.out.Days {
		if have.Equal(d) {
			return
		}
	}
	r.out.Days, r.out.Named = append(r.out.Days, d), append(r.out.Named, name)
}

// day reads the day that begins at word i, if one does.
func (r *whenReader) day(i int) {
	w := r.words[i]
	if wd, ok := weekdays[w]; ok {
		ahead := feast.Ahead(r.today, wd)
		if r.at(i-1) == "next" && ahead == 0 {
			ahead = 7
		}
		if r.numbered(i + 1) { // "Thursday the 24th": the number says which
			r.out.At = append(r.out.At, i)
			return
		}
		r.add(feast.Midday(r.today, ahead), "", i, 1)
		return
	}
	switch w {
	case "today", "tonight":
		r.add(r.today, "", i, 1)
	case "tomorrow":
		if r.at(i-1) == "after" && r.at(i-2) == "day" {
			r.add(feast.Midday(r.today, 2), "", i-2, 3)
			return
		}
		r.add(feast.Midday(r.today, 1), "", i, 1)
	case "weekend", "weekends":
		sat := feast.Ahead(r.today, time.Saturday)
		r.add(feast.Midday(r.today, sat), "", i, 1)
		r.add(feast.Midday(r.today, sat+1), "", i, 1)
	case "afternoon", "evening", "morning", "arvo":
		if r.at(i-1) == "this" {
			r.add(r.today, "", i-1, 2)
		}
	case "now", "currently", "still":
		r.out.Now = true
	default:
		r.date(i)
	}
}

// numbered says whether a day of the month follows at i ("the 24th", "december").
func (r *whenReader) numbered(i int) bool {
	if r.at(i) == "the" {
		i++
	}
	if _, ok := months[r.at(i)]; ok {
		_, n := r.dayNumber(i+1, true) // "may" and "march" are also verbs
		return n > 0 || r.at(i) != "may" && r.at(i) != "march"
	}
	_, n := r.dayNumber(i, false)
	return n > 0
}

// date reads "december twenty fourth", "the 24th of december", "the 24th".
func (r *whenReader) date(i int) {
	if m, ok := months[r.words[i]]; ok {
		j := i + 1
		if r.at(j) == "the" {
			j++
		}
		if d, n := r.dayNumber(j, true); n > 0 {
			r.addDate(m, d, i, j+n-i)
		}
		return
	}
	d, n := r.dayNumber(i, false)
	if n == 0 {
		return
	}
	j := i + n
	if r.at(j) == "of" {
		j++
	}
	if m, ok := months[r.at(j)]; ok {
		r.addDate(m, d, i, j+1-i)
		return
	}
	next := r.at(j)
	if r.at(i-1) == "the" && (next == "" || stopWords[next] || (r.at(i-2) == "on" && next != "floor")) {
		m := r.today.Month()
		if d < r.today.Day() {
			m++
		}
		r.addDate(m, d, i, n)
	}
}

func (r *whenReader) addDate(m time.Month, d, from, n int) {
	y := r.today.Year()
	for range 9 { // the 29th of February is at most eight years ahead
		t := time.Date(y, m, d, 12, 0, 0, 0, r.today.Location())
		if t.Day() == d && !t.Before(r.today) {
			r.add(t, "", from, n)
			return
		}
		y++
	}
}

// dayNumber reads a day of the month at i; loose takes "24" and "twenty four" too, which follow a month's name.
func (r *whenReader) dayNumber(i int, loose bool) (d, n int) {
	w := r.at(i)
	if d, ok := ordinals[w]; ok {
		if w == "second" && !loose && r.at(i+1) != "of" && r.at(i-1) != "the" {
			return 0, 0
		}
		return d, 1
	}
	if t := cardinals[w]; t == 20 || t == 30 {
		if d, ok := ordinals[r.at(i+1)]; ok && d < 10 && t+d <= 31 {
			return t + d, 2
		}
		if d := cardinals[r.at(i+1)]; loose && d > 0 && d < 10 && t+d <= 31 {
			return t + d, 2
		}
	}
	if d := cardinals[w]; loose && d > 0 && d <= 31 {
		return d, 1
	}
	digits := w
	suffix := false
	if len(w) > 2 {
		switch w[len(w)-2:] {
		case "st", "nd", "rd", "th":
			digits, suffix = w[:len(w)-2], true
		}
	}
	if v, err := strconv.Atoi(digits); err == nil && v >= 1 && v <= 31 && (suffix || loose) {
		return v, 1
	}
	return 0, 0
}
