package de

import (
	"slices"
	"strconv"
	"strings"
)

// Halves of the day, as words say them.
const (
	forenoon  = "am"
	afternoon = "pm"
	night     = "night"
)

var halfWords = map[string]string{
	"morgens": forenoon, "vormittags": forenoon, "vormittag": forenoon, "frueh": forenoon, "fruehmorgens": forenoon,
	"nachmittags": afternoon, "nachmittag": afternoon, "mittags": afternoon, "mittag": afternoon,
	"abends": afternoon, "abend": afternoon, "nachts": night, "nacht": night,
}

// clockMarks are words behind which a bare number is a time of day.
var clockMarks = map[string]bool{"um": true, "gegen": true, "ab": true, "bis": true, "vor": true, "nach": true, "circa": true,
	"ungefaehr": true, "etwa": true}

// clock reads a time of day: "halb neun", "viertel nach drei", "14 Uhr 30", "um acht", "Mitternacht".
func (r *whenReader) clock() {
	half := r.half()
	for i := range r.words {
		if slices.Contains(r.out.At, i) {
			continue
		}
		mins, n, said := r.clockAt(i)
		if n == 0 {
			continue
		}
		if !said {
			mins, said = inHalf(mins, half)
		}
		r.out.Clock, r.out.Has, r.out.Sure = mins, true, said
		for k := range n {
			r.out.TimeAt = append(r.out.TimeAt, i+k)
		}
		r.markHalf(i + n)
		return
	}
	// "am Mittag", when no hour is said.
	for i, w := range r.words {
		if w == "mittag" || w == "mittags" {
			r.out.Clock, r.out.Has, r.out.Sure, r.out.TimeAt = 12*60, true, true, []int{i}
			return
		}
	}
}

// otherwise are words behind which a part of the day is none: "guten Abend", "wie früh".
var otherwise = map[string]bool{"guten": true, "gute": true, "zu": true, "wie": true}

// half is the half of the day that is said anywhere in the words.
func (r *whenReader) half() string {
	for i, w := range r.words {
		if h, ok := halfWords[w]; ok && !otherwise[r.at(i-1)] {
			return h
		}
		if _, part, ok := weekdayOf(w); ok && part != "" {
			if part == "morgen" {
				return forenoon
			}
			return halfWords[part]
		}
		if w == "morgen" && (r.at(i-1) == "am" || r.at(i-1) == "heute" || r.at(i-1) == "diesen") {
			return forenoon
		}
	}
	return ""
}

// markHalf adds the half of the day behind a time to the words used for it.
func (r *whenReader) markHalf(i int) {
	if w := r.at(i); w == "am" || w == "in" {
		i++
		if r.at(i) == "der" {
			i++
		}
	}
	if _, ok := halfWords[r.at(i)]; ok {
		r.out.TimeAt = append(r.out.TimeAt, i)
	}
}

// inHalf puts a time into the half of the day that was said; without one, into the one in which an office is open.
func inHalf(mins int, half string) (int, bool) {
	const noon = 12 * 60
	switch {
	case half == night && mins >= noon && mins < noon+60:
		return mins - noon, true
	case half == night && mins >= 6*60 && mins < noon, half == afternoon && mins < noon:
		return mins + noon, true
	case half != "":
		return mins, true
	case mins < 6*60 && mins > 0, mins == 6*60+30:
		return mins + noon, false // nobody asks an office about four at night
	}
	return mins, false
}

// clockAt reads hour and minutes at i, and whether the half of the day goes without saying. n is the number of words; 0 = no time.
func (r *whenReader) clockAt(i int) (mins, n int, said bool) {
	switch w := r.at(i); {
	case w == "mitternacht":
		return 0, 1, true
	case strings.Contains(w, ":"):
		return r.digital(i)
	case w == "halb":
		return r.before(i+1, 30, 1)
	case w == "dreiviertel":
		return r.before(i+1, 15, 1)
	case w == "drei" && r.at(i+1) == "viertel":
		return r.before(i+2, 15, 2)
	case w == "kurz" && (r.at(i+1) == "vor" || r.at(i+1) == "nach"):
		if h, used, ok := r.hour(i + 2); ok {
			return h * 60, 2 + used, h > 12
		}
		return 0, 0, false
	}
	if mins, n, ok := r.relative(i); ok {
		return mins, n, mins >= 13*60
	}
	return r.oclock(i)
}

// digital reads "8:30".
func (r *whenReader) digital(i int) (mins, n int, said bool) {
	hour, minute, _ := strings.Cut(r.at(i), ":")
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if err1 != nil || err2 != nil || h > 24 || m > 59 || len(minute) != 2 {
		return 0, 0, false
	}
	n = 1
	if r.at(i+1) == "uhr" {
		n = 2
	}
	return (h*60 + m) % (24 * 60), n, h >= 13 || h == 0 || strings.HasPrefix(hour, "0")
}

// before reads the hour at i and goes back minutes from it; lead words stood before it.
func (r *whenReader) before(i, minutes, lead int) (mins, n int, said bool) {
	h, used, ok := r.hour(i)
	if !ok {
		return 0, 0, false
	}
	return (h*60 - minutes + 24*60) % (24 * 60), lead + used, h > 13
}

// relative reads "viertel nach drei", "zehn vor halb neun" and "viertel vier", which is a quarter past three.
func (r *whenReader) relative(i int) (mins, n int, ok bool) {
	by, quarter := 15, r.at(i) == "viertel"
	if !quarter {
		by, ok = r.number(i)
		if !ok || by%5 != 0 || by < 5 || by > 25 {
			return 0, 0, false
		}
	}
	j := i + 1
	if r.at(j) == "minuten" {
		j++
	}
	var sign int
	switch r.at(j) {
	case "vor":
		sign = -1
	case "nach":
		sign = 1
	default:
		if h, used, ok := r.hour(j); ok && quarter {
			return (h*60 - 45 + 24*60) % (24 * 60), j + used - i, true
		}
		return 0, 0, false
	}
	j++
	half := 0
	if r.at(j) == "halb" {
		half = -30
		j++
	}
	h, used, ok := r.hour(j)
	if !ok {
		return 0, 0, false
	}
	return (h*60 + half + sign*by + 24*60) % (24 * 60), j + used - i, true
}

// hour reads a full hour at i, with the "Uhr" behind it.
func (r *whenReader) hour(i int) (h, n int, ok bool) {
	h, ok = r.number(i)
	if !ok || h > 24 || slices.Contains(r.out.At, i) {
		return 0, 0, false
	}
	if r.at(i+1) == "uhr" {
		return h, 2, true
	}
	return h, 1, true
}

// oclock reads "acht Uhr", "14 Uhr 30", "um acht".
func (r *whenReader) oclock(i int) (mins, n int, said bool) {
	h, used, ok := r.hour(i)
	if !ok {
		return 0, 0, false
	}
	switch {
	case used == 2:
		said = h >= 13 || h == 0
		m, ok := r.number(i + 2)
		counted := strings.HasPrefix(r.at(i+2), "ein") || r.at(i+3) == "uhr" // "acht Uhr eine Frage"
		if ok && m < 60 && !counted && !slices.Contains(r.out.At, i+2) {
			return (h*60 + m) % (24 * 60), 3, said
		}
		return h * 60 % (24 * 60), 2, said
	case clockMarks[r.at(i-1)] && h >= 1 && !stopWords[r.at(i)] && followsTime(r.at(i+1)):
		return h * 60 % (24 * 60), 1, h >= 13
	}
	return 0, 0, false
}

// followsTime says whether a word can stand behind a bare hour: what is counted ("um drei Ecken") cannot.
func followsTime(w string) bool {
	_, half := halfWords[w]
	return w == "" || stopWords[w] || half || answersTime[w]
}

// answersTime are words with meaning that often follow a time.
var answersTime = map[string]bool{"offen": true, "auf": true, "geoeffnet": true, "geschlossen": true, "vorbei": true,
	"vorbeikommen": true, "kommen": true, "termin": true, "heute": true, "frei": true, "da": true, "passt": true}
