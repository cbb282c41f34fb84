package en

import (
	"slices"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// clockMarks are words behind which a bare number is a time of day.
var clockMarks = phrase.NewSet("at until till after before by past around about")

const halfDay = language.DayMinutes / 2

// clock reads a time of day: "8:30", "5 pm", "half past eight", "seven in the evening", "noon".
func (r *whenReader) clock() {
	for i, w := range r.words {
		if slices.Contains(r.out.At, i) {
			continue
		}
		switch w {
		case "noon", "midday", "lunch", "lunchtime":
			r.setClock(halfDay, true, i, 1)
			return
		case "midnight":
			r.setClock(0, true, i, 1)
			return
		}
		mins, n, certain := r.clockAt(i)
		if n == 0 {
			continue
		}
		half, used := r.half(i + n)
		if half == "" && !certain && !clockMarks[r.at(i-1)] && r.at(i+n) != "oclock" {
			continue
		}
		sure := half != ""
		switch {
		case half == "pm" && mins < halfDay:
			mins += halfDay
		case half == "am" && mins >= halfDay:
			mins -= halfDay
		case half == "" && mins < 7*60:
			mins += halfDay // nobody asks an office about four at night
		case mins >= halfDay+60:
			sure = true
		}
		r.setClock(mins, sure, i, n+used)
		return
	}
}

func (r *whenReader) setClock(mins int, sure bool, from, n int) {
	r.out.Clock, r.out.Has, r.out.Sure = mins, true, sure
	for i := range n {
		r.out.TimeAt = append(r.out.TimeAt, from+i)
	}
}

// clockAt reads hour and minutes at i, and whether nothing but a time of day is said so. n is the number of words; 0 = no time.
func (r *whenReader) clockAt(i int) (mins, n int, certain bool) {
	w := r.at(i)
	if hour, minute, ok := strings.Cut(w, ":"); ok {
		h, err1 := strconv.Atoi(hour)
		m, err2 := strconv.Atoi(minute)
		if err1 != nil || err2 != nil || len(minute) != 2 || h > 23 || m > 59 || h < 0 || m < 0 {
			return 0, 0, false
		}
		return h*60 + m, 1, true
	}
	if mins, n, ok := r.relative(i); ok {
		return mins, n, true
	}
	h, ok := r.hour(i)
	if !ok {
		return 0, 0, false
	}
	m, used := r.minutes(i + 1)
	return h*60 + m, 1 + used, false
}

// hour reads a full hour at i.
func (r *whenReader) hour(i int) (int, bool) {
	h, err := strconv.Atoi(r.at(i))
	if err != nil {
		h = cardinals[r.at(i)]
	}
	return h, h >= 1 && h <= 12
}

// minutes reads the minutes behind an hour: "thirty", "forty five", "oh five".
func (r *whenReader) minutes(i int) (m, n int) {
	first, second := cardinals[r.at(i)], cardinals[r.at(i+1)]
	switch {
	case r.at(i) == "oh" && second > 0 && second < 10:
		return second, 2
	case first >= 20 && first < 60 && second > 0 && second < 10:
		return first + second, 2
	case first >= 10 && first < 60:
		return first, 1
	}
	return 0, 0
}

// relative reads "half past eight", "quarter to nine", "ten past three", and the British "half eight".
func (r *whenReader) relative(i int) (mins, n int, ok bool) {
	var by int
	j := i + 1
	switch r.at(i) {
	case "half":
		if h, ok := r.hour(j); ok {
			return h*60 + 30, 2, true
		}
		if r.at(j) != "past" {
			return 0, 0, false
		}
		by = 30
	case "quarter":
		by = 15
	default:
		if by, n = r.minutes(i); n == 0 {
			if by = cardinals[r.at(i)]; by != 5 {
				return 0, 0, false
			}
			n = 1
		}
		j = i + n
	}
	if r.at(j) == "minutes" {
		j++
	}
	sign := 1
	switch r.at(j) {
	case "past", "after":
	case "to", "before", "till", "of":
		sign = -1
	default:
		return 0, 0, false
	}
	h, ok := r.hour(j + 1)
	if !ok {
		return 0, 0, false
	}
	return (h*60 + sign*by) % language.DayMinutes, j + 2 - i, true
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
