// Package inwords writes what is kept in words that people of the office read: moments in its time zone, lengths of time, and every
// closed list of the records. All doors that speak to people use it, so that one thing has one name.
//
// It is pure: every function turns a value into a text, and knows no clock but what it is given.
package inwords

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"
)

// Capital writes the first letter of a text large, in every script.
func Capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if first == utf8.RuneError {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// Unknown is what stands for a moment that was not noted.
const Unknown = "not known"

// Moment says when t was, as people do: "today 14:02", "yesterday 14:02", "Tuesday 14:02", "3 November 14:02", "3 November 2025"; days to
// come are "tomorrow 14:02" and "Tuesday 14:02". The time zone is that of now.
func Moment(t, now time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	t = t.In(now.Location())
	clock := " " + t.Format("15:04")
	switch days := daysBetween(t, now); {
	case days == 0:
		return "today" + clock
	case days == 1:
		return "yesterday" + clock
	case days == -1:
		return "tomorrow" + clock
	case days > 1 && days < 7, days < -1 && days > -7:
		return t.Format("Monday") + clock
	case t.Year() == now.Year():
		return t.Format("2 January") + clock
	}
	return t.Format("2 January 2006")
}

// Day says on which day t was, without the time: "today", "Tuesday", "3 November", "3 November 2025".
func Day(t, now time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	t = t.In(now.Location())
	switch days := daysBetween(t, now); {
	case days == 0:
		return "today"
	case days == 1:
		return "yesterday"
	case days == -1:
		return "tomorrow"
	case days > 1 && days < 7, days < -1 && days > -7:
		return t.Format("Monday")
	case t.Year() == now.Year():
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}

// daysBetween counts midnights from t to now.
func daysBetween(t, now time.Time) int {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(day(now).Sub(day(t)).Hours() / 24)
}

// Clock is the time of day of t where the office is.
func Clock(t time.Time, place *time.Location) string {
	if t.IsZero() {
		return Unknown
	}
	return t.In(place).Format("15:04")
}

// Length writes how long a call was or how far into it something is: "1:48", from an hour on "1:02:03". What ended before it began has no
// length.
func Length(d time.Duration) string {
	s := max(0, int(d.Round(time.Second)/time.Second))
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// Took writes how long somebody waited: "0.4 s", "48 s", "3 min", "5 h", "2 days".
func Took(d time.Duration) string {
	d = max(0, d)
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		return fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		return fmt.Sprintf("%.0f h", d.Hours())
	}
	return fmt.Sprintf("%.0f days", d.Hours()/24)
}
