package ics

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// Bounds of what a time zone's rules are expanded to. Outlook begins them in 1601.
const (
	zoneUntil = 2070
	zoneMost  = 2000 // changes of the clock of one rule
)

// zones are the time zones that an object names, by TZID.
type zones struct {
	home    *time.Location
	defined map[string]*component
	known   map[string]*time.Location
}

// newZones reads the time zones of an object.
func newZones(cal *component, home *time.Location) *zones {
	z := &zones{home: home, defined: map[string]*component{}, known: map[string]*time.Location{}}
	for _, c := range cal.parts {
		if c.name == "VTIMEZONE" {
			z.defined[c.value("TZID")] = c
		}
	}
	return z
}

// find returns the zone that a property is in; nil when nobody knows it. A name of the IANA's wins over the rules that come along:
// these are often older, or cover a few years only.
func (z *zones) find(p *property) *time.Location {
	id := p.params["TZID"]
	if id == "" {
		return z.home
	}
	if l, ok := z.known[id]; ok {
		return l
	}
	l := iana(id)
	if c := z.defined[id]; l == nil && c != nil {
		l = rules(id, c)
	}
	z.known[id] = l
	return l
}

// iana finds a zone of the IANA's in a TZID, which may have a prefix such as "/freeassociation.sourceforge.net/Europe/Berlin".
func iana(id string) *time.Location {
	parts := strings.Split(strings.Trim(id, "/"), "/")
	for n := min(3, len(parts)); n > 0; n-- {
		name := strings.Join(parts[len(parts)-n:], "/")
		if n == 1 && name != "UTC" && name != "GMT" { // "CST" is more than one zone
			break
		}
		if l, err := time.LoadLocation(name); err == nil && name != "" && name != "Local" {
			return l
		}
	}
	return nil
}

// change is a change of the clock.
type change struct {
	at int64 // Unix seconds
	to int32 // seconds east of Greenwich from then on
	// summer time
	dst bool
}

// rules makes a zone of a VTIMEZONE (RFC 5545 section 3.6.5); nil when it says nothing.
func rules(id string, c *component) *time.Location {
	var changes []change
	first, from := int64(1<<62), int32(0)
	for _, o := range c.parts {
		before, ok1 := offset(o.value("TZOFFSETFROM"))
		after, ok2 := offset(o.value("TZOFFSETTO"))
		if !ok1 || !ok2 {
			continue
		}
		for _, civil := range onsets(o) {
			at := civil.Unix() - int64(before)
			changes = append(changes, change{at: at, to: after, dst: o.name == "DAYLIGHT"})
			if at < first {
				first, from = at, before
			}
		}
	}
	if len(changes) == 0 {
		return nil
	}
	slices.SortFunc(changes, func(a, b change) int { return int(min(max(a.at-b.at, -1), 1)) })
	l, err := time.LoadLocationFromTZData(id, zoneFile(changes, from))
	if err != nil {
		return nil
	}
	return l
}

// onsets are the moments, on the clock as it was before, at which a rule of a zone begins to hold.
func onsets(o *component) []time.Time {
	start, err := time.Parse(civilForm, strings.TrimSuffix(o.value("DTSTART"), "Z"))
	if err != nil {
		return nil
	}
	out := []time.Time{start}
	for _, p := range o.all("RDATE") {
		for v := range strings.SplitSeq(p.value, ",") {
			if t, err := time.Parse(civilForm, strings.TrimSuffix(v, "Z")); err == nil {
				out = append(out, t)
			}
		}
	}
	opt, ok := readRule(o.value("RRULE"), start, time.UTC)
	if !ok || opt.Freq != rrule.YEARLY {
		return out
	}
	if end := time.Date(zoneUntil, 1, 1, 0, 0, 0, 0, time.UTC); opt.Until.IsZero() || opt.Until.After(end) {
		opt.Until = end
	}
	r, err := rrule.NewRRule(opt)
	if err != nil {
		return out
	}
	next := r.Iterator()
	for range zoneMost {
		t, ok := next()
		if !ok {
			break
		}
		out = append(out, t)
	}
	return out
}

// offset reads "+0100" or "-053000" in seconds.
func offset(s string) (int32, bool) {
	if len(s) != 5 && len(s) != 7 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	var n [3]int32
	for i := range (len(s) - 1) / 2 {
		a, b := s[1+2*i]-'0', s[2+2*i]-'0'
		if a > 9 || b > 9 {
			return 0, false
		}
		n[i] = int32(a)*10 + int32(b)
	}
	if n[0] > 23 || n[1] > 59 || n[2] > 59 {
		return 0, false
	}
	secs := n[0]*3600 + n[1]*60 + n[2]
	if s[0] == '-' {
		secs = -secs
	}
	return secs, true
}

// zoneFile writes changes of the clock as a file of version 2 (RFC 8536); before is the offset before the first. It has types: one for the
// time before, and one for each change.
func zoneFile(changes []change, before int32) []byte {
	type kind struct {
		to  int32
		dst bool
	}
	kinds := []kind{{before, false}}
	index := make([]byte, 0, len(changes))
	for _, c := range changes {
		k := kind{c.to, c.dst}
		i := slices.Index(kinds[1:], k) + 1
		if i == 0 {
			if len(kinds) > 250 {
				break
			}
			i = len(kinds)
			kinds = append(kinds, k)
		}
		index = append(index, byte(i))
	}
	changes = changes[:len(index)]
	var b bytes.Buffer
	write := func(v any) { _ = binary.Write(&b, binary.BigEndian, v) } // into memory: never fails
	const name = "local\x00"
	header := func(times, types, chars int) {
		b.WriteString("TZif2")
		b.Write(make([]byte, 15))
		write([]uint32{0, 0, 0, uint32(times), uint32(types), uint32(chars)})
	}
	header(0, 0, 0)
	header(len(changes), len(kinds), len(name))
	for _, c := range changes {
		write(c.at)
	}
	b.Write(index)
	for _, k := range kinds {
		write(k.to)
		write(k.dst)
		b.WriteByte(0)
	}
	b.WriteString(name)
	b.WriteString("\n\n")
	return b.Bytes()
}
