package hearing

import (
	"slices"
	"strconv"
	"time"

	"frontdesk.internal/appliance/knowledge"
)

// When is the day and time that the caller's words speak of.
type When struct {
	Days   []time.Time // midday in the business's zone, in the order in which they were named
	Named  []string    // for each day: the holiday by whose name it was called, or ""
	Now    bool        // "now", "still", "currently"
	Clock  int         // minutes since midnight; valid when HasClock
	Sure   bool        // the half of the day was said
	Has    bool        // a time was named
	At     []int       // positions of the words used for days
	TimeAt []int       // positions of the words used for the time
}

var weekdays = map[string]time.Weekday{
	"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
	"saturday": time.Saturday, "sundays": time.Sunday, "mondays": time.Monday, "tuesdays": time.Tuesday, "wednesdays": time.Wednesday,
	"thursdays": time.Thursday, "fridays": time.Friday, "saturdays": time.Saturday, "wensday": time.Wednesday, "wendesday": time.Wednesday, "saterday": time.Saturday,
	"sat": time.Saturday, "thurs": time.Thursday, "tues": time.Tuesday,
}

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
	"jan": 1, "feb": 2, "aug": 8, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

// ordinals are the days of a month in words; compound ones are two words ("twenty fourth").
var ordinals = map[string]int{
	"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
	"thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
}

var cardinals = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
	"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
}

// ReadWhen finds days and times in words. now is in the business's time zone; days are the next ones from it on.
func ReadWhen(words []string, now time.Time) When {
	r := whenReader{words: words, today: midday(now, 0), out: When{}}
	r.feasts()
	for i := range words {
		if !slices.Contains(r.out.At, i) {
			r.day(i)
		}
	}
	r.clock()
	return r.out
}

type whenReader struct {
	words []string
	today time.Time
	out   When
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
		ahead := (int(wd) - int(r.today.Weekday()) + 7) % 7
		if r.at(i-1) == "next" && ahead == 0 {
			ahead = 7
		}
		if r.numbered(i + 1) { // "Thursday the 24th": the number says which
			r.out.At = append(r.out.At, i)
			return
		}
		r.add(midday(r.today, ahead), "", i, 1)
		return
	}
	switch w {
	case "today", "tonight":
		r.add(r.today, "", i, 1)
	case "tomorrow":
		if r.at(i-1) == "after" && r.at(i-2) == "day" {
			r.add(midday(r.today, 2), "", i-2, 3)
			return
		}
		r.add(midday(r.today, 1), "", i, 1)
	case "weekend", "weekends":
		sat := (int(time.Saturday) - int(r.today.Weekday()) + 7) % 7
		r.add(midday(r.today, sat), "", i, 1)
		r.add(midday(r.today, sat+1), "", i, 1)
	case "afternoon", "evening", "morning":
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
	if _, ok := months[r.at(i)]; ok && r.at(i) != "may" && r.at(i) != "march" {
		return true
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
	if r.at(i-1) == "the" && (next == "" || knowledge.StopWord(next) || (r.at(i-2) == "on" && next != "floor")) {
		m := r.today.Month()
		if d < r.today.Day() {
			m++
		}
		r.addDate(m, d, i, n)
	}
}

func (r *whenReader) addDate(m time.Month, d, from, n int) {
	y := r.today.Year()
	t := time.Date(y, m, d, 12, 0, 0, 0, r.today.Location())
	if t.Day() != d {
		return // the 31st of a short month
	}
	if t.Before(r.today) {
		t = time.Date(y+1, m, d, 12, 0, 0, 0, r.today.Location())
	}
	r.add(t, "", from, n)
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

// clock reads a time of day: "8:30", "5 pm", "seven in the evening", "noon".
func (r *whenReader) clock() {
	for i, w := range r.words {
		if slices.Contains(r.out.At, i) {
			continue
		}
		switch w {
		case "noon", "midday", "lunch", "lunchtime":
			r.setClock(12*60, true, i, 1)
			return
		case "midnight":
			r.setClock(0, true, i, 1)
			return
		}
		if mins, n, ok := r.clockAt(i); ok {
			half, used := r.half(i + n)
			marked := r.at(i-1) == "at" || r.at(i-1) == "until" || r.at(i-1) == "after" || r.at(i-1) == "before" || r.at(i-1) == "by" || r.at(i-1) == "past" || r.at(i-1) == "around"
			if half == "" && !marked && !isClock(w) && r.at(i+n) != "oclock" {
				continue
			}
			switch {
			case half == "pm" && mins < 12*60:
				mins += 12 * 60
			case half == "am" && mins >= 12*60:
				mins -= 12 * 60
			case half == "" && mins < 7*60:
				mins += 12 * 60 // nobody asks an office about four at night
			}
			r.setClock(mins, half != "", i, n+used)
			return
		}
	}
}

func isClock(w string) bool { return len(w) >= 4 && (w[1] == ':' || w[2] == ':') }

func (r *whenReader) setClock(mins int, sure bool, from, n int) {
	r.out.Clock, r.out.Has, r.out.Sure = mins, true, sure
	for i := range n {
		r.out.TimeAt = append(r.out.TimeAt, from+i)
	}
}

// clockAt reads hour and minutes at i.
func (r *whenReader) clockAt(i int) (mins, n int, ok bool) {
	w := r.at(i)
	if isClock(w) {
		h, err1 := strconv.Atoi(w[:len(w)-3])
		m, err2 := strconv.Atoi(w[len(w)-2:])
		return h*60 + m, 1, err1 == nil && err2 == nil && h < 24 && m < 60
	}
	h, err := strconv.Atoi(w)
	if err != nil {
		h = cardinals[w]
	}
	if h < 1 || h > 12 {
		return 0, 0, false
	}
	if h == 12 {
		h = 12
	}
	m := cardinals[r.at(i+1)]
	switch {
	case m == 10 || m == 15 || m == 20 || m == 30 || m == 40 || m == 45 || m == 50:
		return h*60 + m, 2, true
	case r.at(i+1) == "thirty":
		return h*60 + 30, 2, true
	}
	return h * 60, 1, true
}

// half reads am, pm, "in the morning" and the like at i.
func (r *whenReader) half(i int) (half string, n int) {
	if r.at(i) == "oclock" {
		h, n := r.half(i + 1)
		return h, n + 1
	}
	switch r.at(i) {
	case "am", "pm":
		return r.at(i), 1
	case "in", "this", "tomorrow", "today", "at":
		for j := i; j < i+3; j++ {
			switch r.at(j) {
			case "morning":
				return "am", j + 1 - i
			case "afternoon", "evening", "night":
				return "pm", j + 1 - i
			}
		}
	}
	return "", 0
}

// midday returns noon n days after the day of t.
func midday(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+n, 12, 0, 0, 0, t.Location())
}

// feast is a holiday that everybody knows, whether or not the profile has it.
type feast struct {
	name  string
	words [][]string
	on    func(year int) (time.Month, int)
}

func fixed(m time.Month, d int) func(int) (time.Month, int) {
	return func(int) (time.Month, int) { return m, d }
}

// nth returns the n-th weekday of a month; n -1 is the last.
func nth(m time.Month, wd time.Weekday, n int) func(int) (time.Month, int) {
	return func(y int) (time.Month, int) {
		if n < 0 {
			last := time.Date(y, m+1, 0, 12, 0, 0, 0, time.UTC)
			return m, last.Day() - (int(last.Weekday())-int(wd)+7)%7
		}
		first := time.Date(y, m, 1, 12, 0, 0, 0, time.UTC)
		return m, 1 + (int(wd)-int(first.Weekday())+7)%7 + 7*(n-1)
	}
}

// easter returns a function for the day that is days after Easter Sunday (Gregorian computus of Meeus, Jones and Butcher).
func easter(days int) func(int) (time.Month, int) {
	return func(y int) (time.Month, int) {
		a, b, c := y%19, y/100, y%100
		d, e, f := b/4, b%4, (b+8)/25
		g := (b - f + 1) / 3
		h := (19*a + b - d - g + 15) % 30
		i, k := c/4, c%4
		l := (32 + 2*e + 2*i - h - k) % 7
		m := (a + 11*h + 22*l) / 451
		n := h + l - 7*m + 114
		t := time.Date(y, time.Month(n/31), n%31+1+days, 12, 0, 0, 0, time.UTC)
		return t.Month(), t.Day()
	}
}

func called(names ...string) [][]string {
	var out [][]string
	for _, n := range names {
		out = append(out, knowledge.Words(n))
	}
	return out
}

// feasts the callers name; longer names stand before shorter ones that they hold. Read only.
var feasts = []feast{
	{"Christmas Eve", called("christmas eve", "xmas eve"), fixed(time.December, 24)},
	{"New Year's Eve", called("new year's eve", "new years eve"), fixed(time.December, 31)},
	{"New Year's Day", called("new year's day", "new years day", "new year's", "new years", "new year"), fixed(time.January, 1)},
	{"Christmas Day", called("christmas day", "christmas", "xmas"), fixed(time.December, 25)},
	{"Boxing Day", called("boxing day"), fixed(time.December, 26)},
	{"Independence Day", called("fourth of july", "4th of july", "july fourth", "july 4th", "independence day"), fixed(time.July, 4)},
	{"Black Friday", called("black friday", "day after thanksgiving"), func(y int) (time.Month, int) { m, d := nth(time.November, time.Thursday, 4)(y); return m, d + 1 }},
	{"Thanksgiving", called("thanksgiving day", "thanksgiving"), nth(time.November, time.Thursday, 4)},
	{"Labor Day", called("labor day", "labour day"), nth(time.September, time.Monday, 1)},
	{"Memorial Day", called("memorial day"), nth(time.May, time.Monday, -1)},
	{"Martin Luther King Day", called("martin luther king day", "martin luther king", "mlk day", "mlk"), nth(time.January, time.Monday, 3)},
	{"Presidents' Day", called("presidents day", "president's day"), nth(time.February, time.Monday, 3)},
	{"Juneteenth", called("juneteenth", "june teenth"), fixed(time.June, 19)},
	{"Columbus Day", called("columbus day", "indigenous peoples day"), nth(time.October, time.Monday, 2)},
	{"Veterans Day", called("veterans day", "veteran's day"), fixed(time.November, 11)},
	{"Halloween", called("halloween"), fixed(time.October, 31)},
	{"Valentine's Day", called("valentine's day", "valentines day"), fixed(time.February, 14)},
	{"Good Friday", called("good friday"), easter(-2)},
	{"Easter Monday", called("easter monday"), easter(1)},
	{"Easter Sunday", called("easter sunday", "easter"), easter(0)},
}

// feasts finds the holidays that were named.
func (r *whenReader) feasts() {
	for _, f := range feasts {
		for _, name := range f.words {
			i := indexWords(r.words, name)
			if i < 0 || slices.Contains(r.out.At, i) {
				continue
			}
			y := r.today.Year()
			m, d := f.on(y)
			t := time.Date(y, m, d, 12, 0, 0, 0, r.today.Location())
			if t.Before(r.today) {
				m, d = f.on(y + 1)
				t = time.Date(y+1, m, d, 12, 0, 0, 0, r.today.Location())
			}
			r.add(t, f.name, i, len(name))
			break
		}
	}
}

// indexWords finds a run of words.
func indexWords(words, run []string) int {
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return i
		}
	}
	return -1
}
