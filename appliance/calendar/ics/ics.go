// Package ics reads iCalendar objects (RFC 5545) as far as it matters when nobody has time, and writes events and feeds of them.
//
// What comes in is a server's, and nothing in it is trusted: depth, repetitions and what one of them costs are bounded, and an entry that
// cannot be read is counted, not guessed. The recurrence rules themselves are rrule-go's; they are worked out on the clock of the
// entry's zone, and each time becomes a moment afterwards, so that a weekly nine o'clock stays nine o'clock when the clock changes.
//
// The package is pure: no I/O, no clock, no goroutine.
package ics

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Forms of times (RFC 5545 sections 3.3.4 and 3.3.5).
const (
	dateForm  = "20060102"
	civilForm = "20060102T150405"
	utcForm   = "20060102T150405Z"
)

// Bounds of what one entry may mean.
const (
	stepsMost    = 40_000               // repetitions that are worked out, from the first one on: daily for a hundred years
	timesMost    = 48                   // times a day
	intervalMost = 10_000               // days, weeks, months or years
	lengthMost   = 366 * 24 * time.Hour // an entry that takes longer ends then
)

// Names of properties that only entries of ours have.
const (
	propNumber  = "X-FRONTDESK-NUMBER"
	propService = "X-FRONTDESK-SERVICE"
	propName    = "X-FRONTDESK-NAME"
)

// Event is a stretch of time in which somebody is busy.
type Event struct {
	UID        string
	Start, End time.Time
	AllDay     bool
	Repeats    bool

	// Number, Name and Service stand in entries that Write has made: who has booked, and what.
	Number, Name, Service string
}

// Window is what times are looked for in.
type Window struct {
	From, To time.Time
	Home     *time.Location // of times that name no zone, and of days
}

// Expand returns when somebody is busy within a window by an iCalendar object, in no order, and how many entries it could not read.
// What is cancelled or transparent is no busy time.
func Expand(data []byte, w Window) (events []Event, unreadable int, err error) {
	if w.Home == nil {
		w.Home = time.UTC
	}
	root, err := parse(data)
	if err != nil {
		return nil, 0, err
	}
	for _, cal := range root.parts {
		found, bad := expandObject(cal, w)
		events = append(events, found...)
		unreadable += bad
	}
	return events, unreadable, nil
}

// entry is a VEVENT that was read.
type entry struct {
	*component
	start    moment
	length   length
	replaces moment // RECURRENCE-ID: which of the repetitions it stands for
	onward   bool   // and for all that follow (RANGE=THISANDFUTURE)
}

// idle reports whether an entry takes nobody's time.
func (e *entry) idle() bool {
	return strings.EqualFold(e.value("STATUS"), "CANCELLED") || strings.EqualFold(e.value("TRANSP"), "TRANSPARENT")
}

func expandObject(cal *component, w Window) (events []Event, unreadable int) {
	z := newZones(cal, w.Home)
	masters, changed := []*entry{}, map[string][]*entry{}
	for _, c := range cal.parts {
		if c.name != "VEVENT" {
			continue
		}
		e, ok := readEntry(c, z)
		switch {
		case !ok:
			unreadable++
		case e.replaces.ok:
			changed[c.value("UID")] = append(changed[c.value("UID")], e)
		default:
			masters = append(masters, e)
		}
	}
	for _, e := range masters {
		found, ok := e.expand(z, w, changed[e.value("UID")])
		if !ok {
			unreadable++
		}
		events = append(events, found...)
	}
	for _, list := range changed {
		for _, e := range list {
			events = e.add(events, w, e.start.at(), e.length)
		}
	}
	return events, unreadable
}

func readEntry(c *component, z *zones) (*entry, bool) {
	e := &entry{component: c}
	p := c.get("DTSTART")
	if p == nil {
		return nil, false
	}
	if e.start = z.read(p, p.value); !e.start.ok {
		return nil, false
	}
	switch end, dur := c.get("DTEND"), c.get("DURATION"); {
	case end != nil:
		to := z.read(end, end.value)
		if !to.ok || to.at().Before(e.start.at()) || to.date != e.start.date {
			return nil, false
		}
		if e.start.date {
			e.length.days = int(to.civil.Sub(e.start.civil) / (24 * time.Hour))
		} else {
			e.length.exact = to.at().Sub(e.start.at())
		}
	case dur != nil:
		l, ok := readLength(dur.value)
		if !ok {
			return nil, false
		}
		e.length = l
	case e.start.date:
		e.length.days = 1
	}
	if p := c.get("RECURRENCE-ID"); p != nil {
		e.onward = strings.EqualFold(p.params["RANGE"], "THISANDFUTURE")
		if e.replaces = z.read(p, p.value); !e.replaces.ok {
			return nil, false
		}
	}
	return e, true
}

// add adds the time that an entry takes from start on, when it lies in the window.
func (e *entry) add(events []Event, w Window, start time.Time, l length) []Event {
	end := l.after(start)
	if e.idle() || !end.After(w.From) || !start.Before(w.To) || !end.After(start) {
		return events
	}
	return append(events, Event{
		UID: e.value("UID"), Start: start, End: end, AllDay: e.start.date, Repeats: e.get("RRULE") != nil || e.get("RDATE") != nil,
		Number: text(e.value(propNumber)), Name: text(e.value(propName)), Service: text(e.value(propService)),
	})
}

// expand adds every repetition of an entry but those that others stand for. It reports whether all could be worked out.
func (e *entry) expand(z *zones, w Window, changed []*entry) (events []Event, ok bool) {
	slices.SortFunc(changed, func(a, b *entry) int { return a.replaces.at().Compare(b.replaces.at()) })
	gone := map[int64]bool{}
	for _, c := range changed {
		gone[c.replaces.at().Unix()] = true
	}
	ok = true
	for _, p := range e.all("EXDATE") {
		for v := range strings.SplitSeq(p.value, ",") {
			if m := z.read(&p, v); m.ok {
				gone[m.at().Unix()] = true
			} else {
				ok = false // it is busy then: better than twice in one place
			}
		}
	}
	times := map[int64]bool{}
	take := func(m moment, l length) {
		start := m.at()
		if gone[start.Unix()] || times[start.Unix()] {
			return
		}
		times[start.Unix()] = true
		for _, c := range slices.Backward(changed) {
			if c.onward && c.replaces.at().Before(start) {
				moved := moment{civil: m.civil.Add(c.start.civil.Sub(c.replaces.civil)), zone: c.start.zone, date: c.start.date, ok: true}
				events = c.add(events, w, moved.at(), c.length)
				return
			}
		}
		events = e.add(events, w, start, l)
	}
	take(e.start, e.length)
	for _, p := range e.all("RDATE") {
		for v := range strings.SplitSeq(p.value, ",") {
			m, l, read := z.readPeriod(&p, v, e.length)
			ok = ok && read
			if read {
				take(m, l)
			}
		}
	}
	for _, p := range e.all("RRULE") {
		ok = e.repeat(p.value, w, take) && ok
	}
	return events, ok
}

// repeat works a recurrence rule out, on the clock of the entry's zone. It reports whether that could be done.
func (e *entry) repeat(rule string, w Window, take func(moment, length)) (ok bool) {
	defer func() { // the rules are a stranger's, and the library has lists that it indexes by them
		if recover() != nil {
			ok = false
		}
	}()
	opt, ok := readRule(rule, e.start.civil, e.start.zone)
	if !ok {
		return false
	}
	if end := w.To.In(e.start.zone); opt.Until.IsZero() || opt.Until.After(civilOf(end)) {
		opt.Until = civilOf(end)
	}
	if opt.Until.Before(opt.Dtstart) {
		return true
	}
	r, err := rrule.NewRRule(opt)
	if err != nil {
		return false
	}
	next := r.Iterator()
	for range stepsMost {
		t, more := next()
		if !more {
			return true
		}
		take(moment{civil: t, zone: e.start.zone, date: e.start.date, ok: true}, e.length)
	}
	return false
}

// readRule reads a recurrence rule (RFC 5545 section 3.3.10) to be worked out on the clock of a zone, with times of UTC standing for
// what the clock shows. One that repeats within a day is not understood.
func readRule(rule string, start time.Time, zone *time.Location) (rrule.ROption, bool) {
	if rule == "" || strings.ContainsAny(rule, "\r\n") {
		return rrule.ROption{}, false
	}
	opt, err := rrule.StrToROptionInLocation(strings.ToUpper(rule), time.UTC)
	if err != nil {
		return rrule.ROption{}, false
	}
	until := ""
	for part := range strings.SplitSeq(strings.ToUpper(rule), ";") {
		if v, ok := strings.CutPrefix(part, "UNTIL="); ok {
			until = v
		}
	}
	switch {
	case strings.HasSuffix(until, "Z"):
		opt.Until = civilOf(opt.Until.In(zone))
	case len(until) == len(dateForm):
		opt.Until = opt.Until.Add(24*time.Hour - time.Second) // the day is meant to its end
	}
	opt.Dtstart = start
	daily := opt.Freq == rrule.YEARLY || opt.Freq == rrule.MONTHLY || opt.Freq == rrule.WEEKLY || opt.Freq == rrule.DAILY
	times := max(1, len(opt.Byhour)) * max(1, len(opt.Byminute)) * max(1, len(opt.Bysecond))
	return *opt, daily && times <= timesMost && opt.Interval <= intervalMost && !never(opt)
}

// never reports whether a rule names only days that no month has: looking for one of them takes the library eight thousand years.
func never(opt *rrule.ROption) bool {
	if len(opt.Bymonth) == 0 || len(opt.Bymonthday) == 0 {
		return false
	}
	most := [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	for _, m := range opt.Bymonth {
		for _, d := range opt.Bymonthday {
			if m >= 1 && m <= 12 && max(d, -d) <= most[m] {
				return false
			}
		}
	}
	return true
}

// moment is a time as an entry has it: what a clock shows, and whose clock.
type moment struct {
	civil time.Time // the clock, as if it were UTC's
	zone  *time.Location
	date  bool // a whole day
	ok    bool
}

// at is when that is. A time that a change of the clock skips counts as long after the change (RFC 5545 section 3.3.5).
func (m moment) at() time.Time {
	y, mon, d := m.civil.Date()
	t := time.Date(y, mon, d, m.civil.Hour(), m.civil.Minute(), m.civil.Second(), 0, m.zone)
	if behind := m.civil.Sub(civilOf(t)); behind > 0 {
		return t.Add(behind)
	}
	return t
}

// civilOf is what the clock shows at t, as if it were UTC's.
func civilOf(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// read reads a value of a property that is a time or a day.
func (z *zones) read(p *property, value string) moment {
	form, zone, date := civilForm, z.find(p), false
	switch value = strings.TrimSpace(value); len(value) {
	case len(dateForm):
		form, zone, date = dateForm, z.home, true
	case len(utcForm):
		form, zone = utcForm, time.UTC
	}
	t, err := time.Parse(form, value)
	if err != nil || zone == nil || t.Year() < 1601 || t.Year() > 9000 {
		return moment{}
	}
	return moment{civil: t, zone: zone, date: date, ok: true}
}

// readPeriod reads a value of RDATE, which may say how long it takes (RFC 5545 section 3.3.9).
func (z *zones) readPeriod(p *property, value string, l length) (moment, length, bool) {
	from, to, period := strings.Cut(value, "/")
	m := z.read(p, from)
	if !m.ok || !period {
		return m, l, m.ok
	}
	if end := z.read(p, to); end.ok {
		return m, length{exact: end.at().Sub(m.at())}, true
	}
	l, ok := readLength(to)
	return m, l, ok
}

// length is how long something takes: days by the calendar, and hours by the clock.
type length struct {
	days  int
	exact time.Duration
}

// after is when something ends that begins at t.
func (l length) after(t time.Time) time.Time {
	if most := t.Add(lengthMost); l.days > 366 || l.exact > lengthMost {
		return most
	}
	if l.days == 0 {
		return t.Add(l.exact)
	}
	return moment{civil: civilOf(t).AddDate(0, 0, l.days), zone: t.Location()}.at().Add(l.exact)
}

// readLength reads a duration: "PT1H30M", "P1D", "P2W" (RFC 5545 section 3.3.6). One that is negative is none.
func readLength(s string) (l length, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(s)), "+"), "P")
	if !ok || rest == "" {
		return length{}, false
	}
	clock := false
	for rest != "" {
		if after, t := strings.CutPrefix(rest, "T"); t {
			clock, rest = true, after
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end <= 0 || end > 7 {
			return length{}, false
		}
		n, err := strconv.Atoi(rest[:end])
		if err != nil {
			return length{}, false
		}
		switch unit := rest[end]; {
		case !clock && unit == 'W':
			l.days += 7 * n
		case !clock && unit == 'D':
			l.days += n
		case clock && unit == 'H':
			l.exact += time.Duration(n) * time.Hour
		case clock && unit == 'M':
			l.exact += time.Duration(n) * time.Minute
		case clock && unit == 'S':
			l.exact += time.Duration(n) * time.Second
		default:
			return length{}, false
		}
		rest = rest[end+1:]
	}
	return l, true
}

// Entry is an event that is to be written.
type Entry struct {
	UID          string
	Stamp        time.Time // when it is written
	Start, End   time.Time
	Summary      string
	Description  string
	Number, Name string // by which the caller's next call finds it
	Service      string
}

// Write writes an entry as an object of its own. Its times are UTC, so that it needs no zone.
func Write(e Entry) []byte {
	var b bytes.Buffer
	line := func(name, value string) {
		fold(&b, name+":"+value)
	}
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Frontdesk//Frontdesk//EN")
	line("BEGIN", "VEVENT")
	line("UID", escape(e.UID))
	line("DTSTAMP", e.Stamp.UTC().Format(utcForm))
	line("DTSTART", e.Start.UTC().Format(utcForm))
	line("DTEND", e.End.UTC().Format(utcForm))
	for _, t := range [][2]string{
		{"SUMMARY", e.Summary}, {"DESCRIPTION", e.Description}, {propNumber, e.Number}, {propName, e.Name},
		{propService, e.Service},
	} {
		if t[1] != "" {
			line(t[0], escape(t[1]))
		}
	}
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return b.Bytes()
}

// Move returns an object of one entry with another time; every other line stays as it is.
func Move(data []byte, stamp, start, end time.Time) ([]byte, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	events := 0
	for _, cal := range root.parts {
		for _, c := range cal.parts {
			if c.name == "VEVENT" {
				events++
			}
		}
	}
	if events != 1 {
		return nil, errRepeats
	}
	var b bytes.Buffer
	within, sequence, depth := false, 0, 0
	for raw := range bytes.Lines(unfold(data)) {
		line := strings.TrimRight(string(raw), "\r\n")
		p, _ := readLine(line)
		switch {
		case line == "":
			continue
		case p.name == "BEGIN" && strings.EqualFold(p.value, "VEVENT"):
			within, depth = true, 0
		case within && p.name == "BEGIN":
			depth++
		case within && p.name == "END" && depth > 0:
			depth--
		case within && p.name == "END":
			within = false
			for _, l := range []string{
				"DTSTAMP:" + stamp.UTC().Format(utcForm), "DTSTART:" + start.UTC().Format(utcForm), "DTEND:" + end.UTC().Format(utcForm),
				"SEQUENCE:" + strconv.Itoa(sequence+1),
			} {
				fold(&b, l)
			}
		case !within || depth > 0: // a reminder has times of its own
		case slices.Contains([]string{"RRULE", "RDATE", "RECURRENCE-ID"}, p.name):
			return nil, errRepeats
		case p.name == "SEQUENCE":
			sequence, _ = strconv.Atoi(p.value) // else it begins anew
			continue
		case slices.Contains([]string{"DTSTAMP", "DTSTART", "DTEND", "DURATION"}, p.name):
			continue
		}
		fold(&b, line)
	}
	return b.Bytes(), nil
}

// errRepeats says that an object is more than one entry that takes place once.
var errRepeats = errors.New("the entry is not a single one")

// fold writes a content line in pieces of at most 75 octets, none of which ends within a character (RFC 5545 section 3.1).
func fold(b *bytes.Buffer, line string) {
	const most = 75
	for room := most; len(line) > room; room = most - 1 {
		cut := room
		for cut > 1 && line[cut]&0xC0 == 0x80 {
			cut--
		}
		b.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	b.WriteString(line + "\r\n")
}
