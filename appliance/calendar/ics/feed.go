package ics

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Feed is a calendar that others read and do not change (METHOD:PUBLISH, RFC 5546 section 3.2.1).
type Feed struct {
	Name    string
	Zone    *time.Location // of the clock times; one without a name of the IANA's writes them as UTC
	Refresh time.Duration  // how often a program is to look for what is new; 0 = as it likes
	Items   []Item
}

// Item is one entry of a feed.
type Item struct {
	UID       string // the same whenever it is written
	Made      time.Time
	Changed   time.Time // the last time; it is the entry's stamp, so that what did not change reads as before
	Sequence  int       // how often it was changed
	Start     time.Time
	End       time.Time // after Start; of a whole day it is ignored
	AllDay    bool      // the day of Start in the feed's zone, on which nobody is busy
	Summary   string
	Text      string
	Tentative bool // nobody has confirmed it
	Cancelled bool
}

// Publish writes a feed. What it writes depends on nothing but f: the same feed is the same text.
func Publish(f Feed) []byte {
	w := &feedWriter{zone: named(f.Zone)}
	for _, l := range []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Frontdesk//Frontdesk//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"NAME:" + escape(f.Name), "X-WR-CALNAME:" + escape(f.Name), // RFC 7986 section 5.1, and as it was called before
	} {
		fold(&w.b, l)
	}
	if f.Refresh > 0 {
		every := fmt.Sprintf("PT%dM", int(f.Refresh/time.Minute))
		fold(&w.b, "REFRESH-INTERVAL;VALUE=DURATION:"+every) // RFC 7986 section 5.7
		fold(&w.b, "X-PUBLISHED-TTL:"+every)
	}
	if w.zone != time.UTC && slices.ContainsFunc(f.Items, func(i Item) bool { return !i.AllDay }) {
		w.timezone(f.Items)
	}
	for _, i := range f.Items {
		w.item(i)
	}
	fold(&w.b, "END:VCALENDAR")
	return w.b.Bytes()
}

// named is a zone that others know by its name; else UTC.
func named(l *time.Location) *time.Location {
	if l == nil || !strings.Contains(l.String(), "/") {
		return time.UTC
	}
	return l
}

// feedWriter writes the lines of a feed.
type feedWriter struct {
	b    bytes.Buffer
	zone *time.Location
}

// at is a property that is a time.
func (w *feedWriter) at(name string, t time.Time) string {
	if w.zone == time.UTC || twice(t, w.zone) {
		return name + ":" + t.UTC().Format(utcForm)
	}
	return name + ";TZID=" + w.zone.String() + ":" + t.In(w.zone).Format(civilForm)
}

// twice reports whether the clock of a zone shows the time of t at another moment, too: when it is set back.
func twice(t time.Time, l *time.Location) bool {
	shows := civilOf(t.In(l))
	from, until := t.In(l).ZoneBounds()
	for _, at := range []time.Time{from, until} {
		if at.IsZero() {
			continue
		}
		_, before := at.Add(-time.Second).In(l).Zone()
		_, after := at.In(l).Zone()
		back := time.Duration(before-after) * time.Second
		for _, other := range []time.Time{t.Add(back), t.Add(-back)} {
			if back > 0 && civilOf(other.In(l)).Equal(shows) {
				return true
			}
		}
	}
	return false
}

func (w *feedWriter) item(i Item) {
	status := "CONFIRMED"
	switch {
	case i.Cancelled:
		status = "CANCELLED"
	case i.Tentative:
		status = "TENTATIVE"
	}
	lines := []string{
		"BEGIN:VEVENT", "UID:" + escape(i.UID), "DTSTAMP:" + i.Changed.UTC().Format(utcForm),
		"CREATED:" + i.Made.UTC().Format(utcForm), "LAST-MODIFIED:" + i.Changed.UTC().Format(utcForm),
		"SEQUENCE:" + strconv.Itoa(i.Sequence), "STATUS:" + status,
	}
	if i.AllDay {
		day := i.Start.In(w.zone)
		lines = append(lines, "DTSTART;VALUE=DATE:"+day.Format(dateForm), "DTEND;VALUE=DATE:"+day.AddDate(0, 0, 1).Format(dateForm),
			"TRANSP:TRANSPARENT")
	} else {
		lines = append(lines, w.at("DTSTART", i.Start), w.at("DTEND", i.End))
	}
	lines = append(lines, "SUMMARY:"+escape(i.Summary))
	if i.Text != "" {
		lines = append(lines, "DESCRIPTION:"+escape(i.Text))
	}
	for _, l := range append(lines, "END:VEVENT") {
		fold(&w.b, l)
	}
}

// rule is one setting of the clock in a zone, with every moment at which it begins to hold.
type rule struct {
	name     string
	dst      bool
	from, to int         // seconds east of Greenwich before and then
	onsets   []time.Time // on the clock as it was before, as if it were UTC's
}

// timezone writes the zone as far as the entries need it (RFC 5545 section 3.6.5): each change of the clock by its date, because that is
// what a zone did, and will do as far as is known; no rule of ours can be wrong about it.
func (w *feedWriter) timezone(items []Item) {
	first, last := span(items)
	fold(&w.b, "BEGIN:VTIMEZONE")
	fold(&w.b, "TZID:"+w.zone.String())
	for _, r := range changes(w.zone, first, last) {
		part := "STANDARD"
		if r.dst {
			part = "DAYLIGHT"
		}
		lines := []string{
			"BEGIN:" + part, "DTSTART:" + r.onsets[0].Format(civilForm), "TZOFFSETFROM:" + offsetText(r.from), "TZOFFSETTO:" + offsetText(r.to),
			"TZNAME:" + escape(r.name),
		}
		for _, o := range r.onsets[1:] {
			lines = append(lines, "RDATE:"+o.Format(civilForm))
		}
		for _, l := range append(lines, "END:"+part) {
			fold(&w.b, l)
		}
	}
	fold(&w.b, "END:VTIMEZONE")
}

// span is from the first beginning of entries to the last end.
func span(items []Item) (first, last time.Time) {
	first, last = items[0].Start, items[0].End
	for _, i := range items {
		if i.Start.Before(first) {
			first = i.Start
		}
		if i.End.After(last) {
			last = i.End
		}
	}
	return first, last
}

// changesMost bounds the changes of the clock that are written: a zone has two a year.
const changesMost = 100

// changes are the settings of the clock in a zone that hold between two moments, the earliest first.
func changes(l *time.Location, first, last time.Time) (rules []rule) {
	at := first
	for range changesMost {
		from, until := at.In(l).ZoneBounds()
		name, to := at.In(l).Zone()
		r := rule{name: name, dst: at.In(l).IsDST(), from: to, to: to}
		onset := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) // it has always been so
		if !from.IsZero() {
			_, r.from = from.Add(-time.Second).In(l).Zone()
			onset = from.UTC().Add(time.Duration(r.from) * time.Second)
		}
		i := slices.IndexFunc(rules, func(x rule) bool { return x.name == r.name && x.dst == r.dst && x.from == r.from && x.to == r.to })
		if i < 0 {
			i = len(rules)
			rules = append(rules, r)
		}
		rules[i].onsets = append(rules[i].onsets, onset)
		if until.IsZero() || until.After(last) {
			break
		}
		at = until
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return cmp.Compare(a.onsets[0].Unix(), b.onsets[0].Unix()) })
	return rules
}

// offsetText is an offset as it is written: "+0100", "-0330", "+001730".
func offsetText(secs int) string {
	sign := '+'
	if secs < 0 {
		sign, secs = '-', -secs
	}
	text := fmt.Sprintf("%c%02d%02d", sign, secs/3600, secs/60%60)
	if secs%60 != 0 {
		text += fmt.Sprintf("%02d", secs%60)
	}
	return text
}
