package de

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/feast"
	"frontdesk.internal/appliance/language/phrase"
)

var weekdays = map[string]time.Weekday{
	"sonntag": time.Sunday, "montag": time.Monday, "dienstag": time.Tuesday, "mittwoch": time.Wednesday, "donnerstag": time.Thursday,
	"freitag": time.Friday, "samstag": time.Saturday,
}

var months = map[string]time.Month{
	"januar": 1, "februar": 2, "maerz": 3, "april": 4, "mai": 5, "juni": 6, "juno": 6, "juli": 7, "julei": 7, "august": 8, "september": 9,
	"oktober": 10, "november": 11, "dezember": 12,
	"jan": 1, "feb": 2, "sept": 9, "okt": 10, "nov": 11, "dez": 12,
}

// dayParts are parts of a day by which a weekday is qualified in the same word: "Montagabend".
var dayParts = []string{"vormittag", "nachmittag", "mittag", "abend", "morgen", "nacht", "frueh"}

// weekdayOf reads a weekday with what may be joined to it: "montags", "freitagnachmittags".
func weekdayOf(w string) (wd time.Weekday, part string, ok bool) {
	if w = strings.TrimSuffix(w, "s"); w == "" {
		return 0, "", false
	}
	for _, p := range dayParts {
		if d, found := strings.CutSuffix(w, p); found && d != "" {
			if wd, ok = weekdays[d]; ok {
				return wd, p, true
			}
		}
	}
	wd, ok = weekdays[w]
	return wd, "", ok
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

// parts are the parts of a day as people reckon them, by what a word ends with: "heute Abend", "Freitagnachmittag".
var parts = map[string]language.Span{
	"vormittag": {From: 7 * 60, To: 12 * 60}, "nachmittag": {From: 12 * 60, To: 17 * 60}, "abend": {From: 17 * 60, To: 22 * 60},
}

// part reads the part of a day. "Guten Abend" is none.
func (r *whenReader) part() {
	for i, w := range r.words {
		for end, p := range parts {
			if strings.HasSuffix(strings.TrimSuffix(w, "s"), end) && !greets[r.at(i-1)] && w != "feierabend" {
				r.out.Part = p
			}
		}
	}
}

// greets are words before a part of a day that is a greeting.
var greets = phrase.NewSet("guten schoenen guter")

// beside are the words that tell a day from a feast.
var beside = feast.Beside{
	Weekdays: weekdays, Day: "tag", Weekend: "wochenende", Before: "vor", After: "nach",
	Article: func(w string) bool { return phrase.Has([]string{w}, "dem", "den") },
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
	if wd, _, ok := weekdayOf(w); ok {
		r.weekday(wd, i)
		return
	}
	switch w {
	case "heute":
		r.fromToday(i)
	case "morgen":
		r.tomorrow(i)
	case "uebermorgen":
		r.add(feast.Midday(r.today, 2), "", i, 1)
	case "ueberuebermorgen":
		r.add(feast.Midday(r.today, 3), "", i, 1)
	case "wochenende", "wochenenden":
		sat := feast.Ahead(r.today, time.Saturday)
		if phrase.Has(r.words[max(0, i-1):i], "naechstes", "naechste", "naechsten",
			"uebernaechstes") && r.today.Weekday() == time.Saturday {
			sat = 7
		}
		r.add(feast.Midday(r.today, sat), "", i, 1)
		r.add(feast.Midday(r.today, sat+1), "", i, 1)
	case "jetzt", "gerade", "momentan", "aktuell", "derzeit", "noch":
		r.out.Now = true
	default:
		if !r.ahead(i) {
			r.date(i)
		}
	}
}

// fromToday reads "heute" and "heute in acht Tagen", which is in a week.
func (r *whenReader) fromToday(i int) {
	if r.at(i+1) == "in" && r.at(i+3) == "tagen" && (r.at(i+2) == "acht" || r.at(i+2) == "8") {
		r.add(feast.Midday(r.today, 7), "", i, 4)
		return
	}
	if r.at(i+1) == "in" { // "heute in einer Woche"
		if n, used := r.distance(i + 1); used > 0 {
			r.add(feast.Midday(r.today, n), "", i, used+1)
			return
		}
	}
	r.add(r.today, "", i, 1)
}

// tomorrow reads "morgen", which is also the morning.
func (r *whenReader) tomorrow(i int) {
	switch r.at(i - 1) {
	case "guten", "gut", "am", "heute", "diesen", "jeden", "schoenen", "den", "uebermorgen":
		return
	}
	if _, _, ok := weekdayOf(r.at(i - 1)); ok {
		return // "Montag Morgen"
	}
	r.add(feast.Midday(r.today, 1), "", i, 1)
}

// weekday reads a weekday and which one is meant.
func (r *whenReader) weekday(wd time.Weekday, i int) {
	if r.numbered(i + 1) { // "Donnerstag, der 24.": the number says which
		r.out.At = append(r.out.At, i)
		return
	}
	ahead := feast.Ahead(r.today, wd)
	monday := feast.Ahead(r.today, time.Monday) // of the next week
	if monday == 0 {
		monday = 7
	}
	inWeek := monday + (int(wd)+6)%7
	from, n := i, 1
	next := func(w string) bool { return strings.HasPrefix(w, "naechste") || strings.HasPrefix(w, "kommende") }
	switch {
	case next(r.at(i-2)) && r.at(i-1) == "woche":
		ahead, from, n = inWeek, i-2, 3
	case next(r.at(i+1)) && r.at(i+2) == "woche":
		ahead, n = inWeek, 3
	case r.at(i+1) == "in" && r.at(i+2) == "einer" && r.at(i+3) == "woche":
		ahead, n = ahead+7, 4
	case strings.HasPrefix(r.at(i-1), "uebernaechste"):
		ahead, from, n = ahead+7, i-1, 2
	case next(r.at(i-1)) && ahead == 0:
		ahead, from, n = 7, i-1, 2
	}
	r.add(feast.Midday(r.today, ahead), "", from, n)
}

// ahead reads "in drei Tagen", "in einer Woche".
func (r *whenReader) ahead(i int) bool {
	if r.words[i] != "in" {
		return false
	}
	n, used := r.distance(i)
	if used > 0 {
		r.add(feast.Midday(r.today, n), "", i, used)
	}
	return used > 0
}

// distance reads a number of days or weeks behind the "in" at i.
func (r *whenReader) distance(i int) (days, used int) {
	n, ok := r.number(i + 1)
	if !ok || n < 1 || n > 60 {
		return 0, 0
	}
	switch r.at(i + 2) {
	case "tag", "tagen":
		return n, 3
	case "woche", "wochen":
		return 7 * n, 3
	}
	return 0, 0
}

// number reads a number in digits or in a word.
func (r *whenReader) number(i int) (int, bool) {
	w := r.at(i)
	if language.AllDigits(w) && len(w) < 6 {
		n, err := strconv.Atoi(w)
		return n, err == nil
	}
	return cardinal(w)
}

// numbered says whether a day of the month follows at i ("der 24.", "24. Dezember").
func (r *whenReader) numbered(i int) bool {
	if r.at(i) == "der" || r.at(i) == "den" || r.at(i) == "dem" {
		i++
	}
	if _, ok := ordinal(r.at(i)); ok {
		return true
	}
	n, ok := r.number(i)
	_, month := months[r.at(i+1)]
	return ok && n >= 1 && n <= 31 && (month || r.at(i-1) == "der" || r.at(i-1) == "den" || r.at(i-1) == "dem") || strings.Count(r.at(i),
		".") > 0 && language.HasDigit(r.at(i))
}

// date reads "vierundzwanzigster Dezember", "24. Dezember", "24.12.", "am vierundzwanzigsten", "am dritten zwoelften".
func (r *whenReader) date(i int) {
	if d, m, ok := dotted(r.words[i]); ok {
		r.addDate(m, d, i, 1)
		return
	}
	d, inWords := ordinal(r.words[i])
	if !inWords {
		n, ok := r.number(i)
		if !ok {
			return
		}
		d = n
	}
	if d < 1 || d > 31 {
		return
	}
	if m, ok := months[r.at(i+1)]; ok {
		r.addDate(m, d, i, 2)
		return
	}
	if m, ok := ordinal(r.at(i + 1)); ok && inWords && m <= 12 && r.named(i) {
		r.addDate(time.Month(m), d, i, 2)
		return
	}
	next := r.at(i + 1)
	alone := next == "" || stopWords[next] && next != "mal"
	if r.named(i) && alone && next != "uhr" && (inWords || r.at(i-1) == "am") {
		m := r.today.Month()
		if d < r.today.Day() {
			m++
		}
		r.addDate(m, d, i, 1)
	}
}

// named says whether a number at i stands where a day of the month does: "am", "den", "bis zum".
func (r *whenReader) named(i int) bool {
	switch r.at(i - 1) {
	case "am", "den", "dem", "der", "vom", "ab":
		return true
	case "zum":
		return r.at(i-2) == "bis"
	}
	return false
}

// dotted reads "24.12" and "24.12.2026".
func dotted(w string) (d int, m time.Month, ok bool) {
	p := strings.Split(w, ".")
	if len(p) != 2 && len(p) != 3 || !language.AllDigits(p[0]) || !language.AllDigits(p[1]) || len(p[0]) > 2 || len(p[1]) > 2 {
		return 0, 0, false
	}
	d, _ = strconv.Atoi(p[0]) // digits, as we have seen
	month, _ := strconv.Atoi(p[1])
	return d, time.Month(month), d >= 1 && d <= 31 && month >= 1 && month <= 12
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
