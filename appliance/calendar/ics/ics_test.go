package ics_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar/ics"
)

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// calendar wraps lines as a server sends them.
func calendar(lines ...string) []byte {
	all := append(append([]string{"BEGIN:VCALENDAR", "VERSION:2.0"}, lines...), "END:VCALENDAR", "")
	return []byte(strings.Join(all, "\r\n"))
}

// event is an entry with UID e.
func event(lines ...string) []string {
	return append(append([]string{"BEGIN:VEVENT", "UID:e"}, lines...), "END:VEVENT")
}

// shown is how a time is compared: by the clock in Berlin.
func shown(es []ics.Event) []string {
	slices.SortFunc(es, func(a, b ics.Event) int { return a.Start.Compare(b.Start) })
	out := []string{}
	for _, e := range es {
		out = append(out, e.Start.In(berlin).Format("01-02 15:04")+" "+e.End.Sub(e.Start).String())
	}
	return out
}

const outlook = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`

func TestWhenSomebodyIsBusy(t *testing.T) {
	// March 2026: the clock goes forward on Sunday the 29th.
	w := ics.Window{From: time.Date(2026, 3, 23, 0, 0, 0, 0, berlin), To: time.Date(2026, 4, 6, 0, 0, 0, 0, berlin), Home: berlin}
	for name, c := range map[string]struct {
		lines []string
		want  []string
		bad   int
	}{
		"a time of UTC":    {event("DTSTART:20260324T080000Z", "DTEND:20260324T090000Z"), []string{"03-24 09:00 1h0m0s"}, 0},
		"a time of a zone": {event("DTSTART;TZID=America/New_York:20260324T080000", "DURATION:PT90M"), []string{"03-24 13:00 1h30m0s"}, 0},
		"a zone with a prefix": {
			event(`DTSTART;TZID="/freeassociation.sourceforge.net/Europe/Berlin":20260324T080000`, "DURATION:PT1H"),
			[]string{"03-24 08:00 1h0m0s"}, 0,
		},
		"no zone is the office's": {event("DTSTART:20260324T080000", "DTEND:20260324T083000"), []string{"03-24 08:00 30m0s"}, 0},
		"a zone by rules, both sides of the change": {
			append(strings.Split(outlook, "\n"), event("DTSTART;TZID=W. Europe Standard Time:20260327T090000", "DURATION:PT1H",
				"RRULE:FREQ=WEEKLY;BYDAY=FR,MO;COUNT=3")...),
			[]string{"03-27 09:00 1h0m0s", "03-30 09:00 1h0m0s", "04-03 09:00 1h0m0s"}, 0,
		},
		"a zone that nobody knows": {event("DTSTART;TZID=Nowhere:20260324T080000", "DURATION:PT1H"), []string{}, 1},
		"nine o'clock stays nine o'clock": {
			event("DTSTART;TZID=Europe/Berlin:20251027T090000", "DTEND;TZID=Europe/Berlin:20251027T100000", "RRULE:FREQ=WEEKLY"),
			[]string{"03-23 09:00 1h0m0s", "03-30 09:00 1h0m0s"}, 0,
		},
		"a time that the clock skips": {
			event("DTSTART;TZID=Europe/Berlin:20260328T023000", "DURATION:PT15M", "RRULE:FREQ=DAILY;COUNT=3"),
			[]string{"03-28 02:30 15m0s", "03-29 03:30 15m0s", "03-30 02:30 15m0s"}, 0,
		},
		"all day": {event("DTSTART;VALUE=DATE:20260324", "DTEND;VALUE=DATE:20260325"), []string{"03-24 00:00 24h0m0s"}, 0},
		"all day when the day has 23 hours": {
			event("DTSTART;VALUE=DATE:20260329"), []string{"03-29 00:00 23h0m0s"}, 0,
		},
		"all day, yearly": {event("DTSTART;VALUE=DATE:19900325", "RRULE:FREQ=YEARLY"), []string{"03-25 00:00 24h0m0s"}, 0},
		"but not then": {
			event("DTSTART;TZID=Europe/Berlin:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260326T080000Z",
				"EXDATE;TZID=Europe/Berlin:20260324T090000,20260325T090000"),
			[]string{"03-23 09:00 1h0m0s", "03-26 09:00 1h0m0s"}, 0,
		},
		"until a day": {
			event("DTSTART;TZID=Europe/Berlin:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;UNTIL=20260324"),
			[]string{"03-23 09:00 1h0m0s", "03-24 09:00 1h0m0s"}, 0,
		},
		"once at another time, once not at all": {
			append(append(event("DTSTART;TZID=Europe/Berlin:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE;COUNT=3"),
				event("RECURRENCE-ID;TZID=Europe/Berlin:20260324T090000", "DTSTART;TZID=Europe/Berlin:20260327T140000", "DURATION:PT2H")...),
				event("RECURRENCE-ID:20260325T080000Z", "DTSTART:20260325T080000Z", "DURATION:PT1H", "STATUS:CANCELLED")...),
			[]string{"03-23 09:00 1h0m0s", "03-27 14:00 2h0m0s"}, 0,
		},
		"at another time from then on": {
			append(event("DTSTART;TZID=Europe/Berlin:20260323T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4"),
				event("RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260325T090000",
					"DTSTART;TZID=Europe/Berlin:20260325T110000", "DURATION:PT30M")...),
			[]string{"03-23 09:00 1h0m0s", "03-24 09:00 1h0m0s", "03-25 11:00 30m0s", "03-26 11:00 30m0s"}, 0,
		},
		"other days too": {
			event("DTSTART:20260324T080000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260325T080000Z/PT2H,20260326T080000Z/20260326T083000Z"),
			[]string{"03-24 09:00 1h0m0s", "03-25 09:00 2h0m0s", "03-26 09:00 30m0s"}, 0,
		},
		"cancelled":             {event("DTSTART:20260324T080000Z", "DURATION:PT1H", "STATUS:CANCELLED"), []string{}, 0},
		"takes nobody's time":   {event("DTSTART:20260324T080000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), []string{}, 0},
		"of another month":      {event("DTSTART:20260524T080000Z", "DURATION:PT1H"), []string{}, 0},
		"runs into it":          {event("DTSTART:20260322T200000Z", "DURATION:PT12H"), []string{"03-22 21:00 12h0m0s"}, 0},
		"ends before it begins": {event("DTSTART:20260324T080000Z", "DTEND:20260324T070000Z"), []string{}, 1},
		"repeats by the second": {event("DTSTART:20260324T080000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY"), []string{"03-24 09:00 1s"}, 1},
		"on a day that never is": {
			event("DTSTART:20260324T080000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), []string{"03-24 09:00 1h0m0s"}, 1,
		},
		"a rule that is no rule":  {event("DTSTART:20260324T080000Z", "DURATION:PT1H", "RRULE:sometimes"), []string{"03-24 09:00 1h0m0s"}, 1},
		"no beginning":            {event("DURATION:PT1H"), []string{}, 1},
		"a line goes on":          {event("DTSTART:2026032", " 4T080000Z", "DURATION:PT", "\t1H"), []string{"03-24 09:00 1h0m0s"}, 0},
		"something else":          {[]string{"BEGIN:VTODO", "DTSTART:20260324T080000Z", "END:VTODO"}, []string{}, 0},
		"an unfinished parameter": {event("DTSTART:20260324T080000Z", "DURATION:PT1H", "SUMMARY;X=abc"), []string{"03-24 09:00 1h0m0s"}, 0},
		"the first is no Tuesday": {
			event("DTSTART:20260323T080000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
			[]string{"03-23 09:00 1h0m0s", "03-24 09:00 1h0m0s", "03-31 10:00 1h0m0s"}, 0,
		},
		"a zone's name in a value": {event("DTSTART;TZID=CST:20260324T080000", "DURATION:PT1H"), []string{}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, bad, err := ics.Expand(calendar(c.lines...), w)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(shown(got), c.want) || bad != c.bad {
				t.Errorf("%q with %d unreadable, want %q with %d", shown(got), bad, c.want, c.bad)
			}
		})
	}
}

func TestWhatIsNoCalendarIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "a page": "<html>sign in</html>", "no end": "BEGIN:VCALENDAR\r\n", "an end too much": "END:VCALENDAR\r\n",
		"ends crossed": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\nEND:VEVENT\n", "another thing": "BEGIN:VCARD\nEND:VCARD\n",
		"too deep": strings.Repeat("BEGIN:VCALENDAR\n", 100_000),
	} {
		if got, _, err := ics.Expand([]byte(text), ics.Window{To: time.Unix(1<<32, 0)}); err == nil {
			t.Errorf("%s: taken, with %d events", name, len(got))
		}
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	e := ics.Entry{
		UID: "frontdesk-1@x", Stamp: time.Unix(1e9, 0), Start: time.Date(2026, 3, 24, 9, 0, 0, 0, berlin),
		End: time.Date(2026, 3, 24, 9, 30, 0, 0, berlin), Summary: "Kontrolle: Jürgen; Müller, \\ " + strings.Repeat("ä", 200) + "\nX:1",
		Number: "+4930123", Name: "Özil; Ann", Service: "Kontrolle, groß",
	}
	data := ics.Write(e)
	for line := range bytes.SplitSeq(data, []byte("\r\n")) {
		if len(line) > 75 || bytes.ContainsAny(line, "\n") {
			t.Errorf("%q has %d octets", line, len(line))
		}
	}
	got, bad, err := ics.Expand(data, ics.Window{From: e.Start.Add(-time.Hour), To: e.End, Home: berlin})
	if err != nil || bad != 0 || len(got) != 1 {
		t.Fatalf("%v, %d unreadable: %v", got, bad, err)
	}
	if g := got[0]; g.UID != e.UID || !g.Start.Equal(e.Start) || !g.End.Equal(e.End) || g.Number != e.Number ||
		g.Service != e.Service || g.Name != e.Name {
		t.Errorf("%+v", g)
	}
}

func TestWhatIsMovedKeepsTheOfficesWords(t *testing.T) {
	start := time.Date(2026, 3, 25, 15, 0, 0, 0, time.UTC)
	data := calendar(event("DTSTART;TZID=Europe/Berlin:20260324T080000", "DURATION:PT1H", "SEQUENCE:4", "SUMMARY:Kontrolle mit Akte",
		"BEGIN:VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "END:VALARM")...)
	got, err := ics.Move(data, start, start, start.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SUMMARY:Kontrolle mit Akte\r\n", "SEQUENCE:5\r\n", "TRIGGER:-PT15M\r\n", "DURATION:PT5M\r\n"} {
		if !bytes.Contains(got, []byte(want)) {
			t.Errorf("%q is not in %q", want, got)
		}
	}
	es, bad, err := ics.Expand(got, ics.Window{From: start.AddDate(0, 0, -7), To: start.AddDate(0, 0, 7), Home: berlin})
	if err != nil || bad != 0 || !slices.Equal(shown(es), []string{"03-25 16:00 1h0m0s"}) {
		t.Errorf("%q, %d unreadable: %v", shown(es), bad, err)
	}
	for _, line := range []string{"RRULE:FREQ=DAILY", "RECURRENCE-ID:20260324T080000Z"} {
		if _, err := ics.Move(calendar(event("DTSTART:20260324T080000Z", line)...), start, start, start); err == nil {
			t.Errorf("%s was moved", line)
		}
	}
}

// FuzzExpand has whatever a server may send read: it ends soon, and what it says lies in the window.
func FuzzExpand(f *testing.F) {
	f.Add(calendar(event("DTSTART:20260324T080000Z", "RRULE:FREQ=YEARLY;BYEASTER=1;BYSETPOS=-1")...))
	f.Add(calendar(append(strings.Split(outlook, "\n"),
		event("DTSTART;TZID=W. Europe Standard Time:20260327T090000", "RRULE:FREQ=MONTHLY;BYDAY=2MO,-1FR;COUNT=3")...)...))
	seeds, err := filepath.Glob("testdata/*.ics")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range seeds {
		data, err := os.ReadFile(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	w := ics.Window{From: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Home: berlin}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _, err := ics.Expand(data, w)
		for _, e := range got {
			if err != nil || !e.Start.Before(w.To) || !e.End.After(w.From) || !e.End.After(e.Start) {
				t.Fatalf("%+v: %v", e, err)
			}
		}
		_ = fmt.Sprint(got)
	})
}
