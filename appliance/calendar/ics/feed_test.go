package ics_test

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/calendar/ics"
)

// week is an entry a week at nine, for as long as a feed may last and longer.
func week(zone *time.Location, from time.Time, n int) []ics.Item {
	var items []ics.Item
	for i := range n {
		start := time.Date(from.Year(), from.Month(), from.Day()+7*i, 9, 0, 0, 0, zone)
		items = append(items, ics.Item{
			UID: start.UTC().Format("20060102") + "@box", Made: from, Changed: from, Start: start, End: start.Add(time.Hour), Summary: "x",
		})
	}
	return items
}

// The rules of the zone that come along say what the zone does: who knows only them finds every entry at its moment, also where the clock
// is set by half an hour, on the southern half, and where it never changes.
func TestTheZoneOfAFeed(t *testing.T) {
	for _, name := range []string{
		"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Europe/Dublin", "Pacific/Apia",
		"Africa/Casablanca",
	} {
		zone := mustZone(name)
		items := week(zone, time.Date(2026, 1, 5, 0, 0, 0, 0, zone), 110)
		text := ics.Publish(ics.Feed{Name: "a", Zone: zone, Items: items})
		if bytes.Count(text, []byte("BEGIN:VTIMEZONE")) != 1 {
			t.Fatalf("%s: %s", name, text)
		}
		text = bytes.ReplaceAll(text, []byte(name), []byte("Nowhere Else")) // else the reader would take what it knows itself
		got, bad, err := ics.Expand(text, ics.Window{From: items[0].Start.Add(-time.Hour), To: items[109].End.Add(time.Hour)})
		if err != nil || bad > 0 || len(got) != len(items) {
			t.Fatalf("%s: %d entries, %d unreadable, %v", name, len(got), bad, err)
		}
		slices.SortFunc(got, func(a, b ics.Event) int { return a.Start.Compare(b.Start) })
		for i, e := range got {
			if !e.Start.Equal(items[i].Start) || !e.End.Equal(items[i].End) {
				t.Errorf("%s: %s is read as %s", name, items[i].Start, e.Start)
			}
		}
	}
}

// An hour that the clock shows twice is told apart.
func TestTheHourThatIsTwice(t *testing.T) {
	first := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // half past two, summer time
	var items []ics.Item
	for i := range 4 {
		at := first.Add(time.Duration(i-1) * time.Hour)
		items = append(items, ics.Item{UID: at.Format(time.RFC3339), Changed: first, Start: at, End: at.Add(10 * time.Minute)})
	}
	text := ics.Publish(ics.Feed{Zone: berlin, Items: items})
	got, _, err := ics.Expand(text, ics.Window{From: first.Add(-24 * time.Hour), To: first.Add(24 * time.Hour)})
	if err != nil || len(got) != 4 {
		t.Fatal(got, err)
	}
	for _, e := range got {
		if e.Start.UTC().Format(time.RFC3339) != e.UID {
			t.Errorf("%s is read as %s", e.UID, e.Start.UTC())
		}
	}
	if n := strings.Count(string(text), "DTSTART;TZID=Europe/Berlin:20261025T"); n != 2 {
		t.Errorf("%d times that are not twice are written by the clock:\n%s", n, text)
	}
}

// strange is a feed with all that an entry can have, and texts that would break lines.
func strange() ics.Feed {
	at := time.Date(2026, 3, 23, 9, 0, 0, 0, berlin)
	return ics.Feed{
		Name: "Praxis; Dr. Müller, Söhne", Zone: berlin, Refresh: 15 * time.Minute,
		Items: []ics.Item{
			{UID: "a@box", Made: at, Changed: at, Start: at, End: at.Add(30 * time.Minute), Summary: strings.Repeat("Zähne, ", 30) + "A.",
				Text: "+49 30 1234\nEND:VEVENT\r\nX-BAD:1"},
			{UID: "b@box", Made: at, Changed: at.Add(time.Hour), Sequence: 2, Start: at.Add(time.Hour), End: at.Add(2 * time.Hour),
				Summary: `back\slash`, Cancelled: true},
			{UID: "c@box", Made: at, Changed: at, Start: at, AllDay: true, Summary: "wish", Tentative: true},
		},
	}
}

// What is written are lines of RFC 5545, the same each time, and nothing in a text becomes a line of its own.
func TestTheLinesOfAFeed(t *testing.T) {
	text := string(ics.Publish(strange()))
	if text != string(ics.Publish(strange())) {
		t.Error("it is not the same twice")
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
	}
	plain := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{
		"METHOD:PUBLISH\r\n", `NAME:Praxis\; Dr. Müller\, Söhne`, "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "DTSTART;TZID=Europe/Berlin:20260323T090000",
		`DESCRIPTION:+49 30 1234\nEND:VEVENT\nX-BAD:1`, "SEQUENCE:2\r\nSTATUS:CANCELLED", "DTSTAMP:20260323T090000Z", "STATUS:TENTATIVE",
		"DTSTART;VALUE=DATE:20260323\r\nDTEND;VALUE=DATE:20260324\r\nTRANSP:TRANSPARENT", `SUMMARY:back\\slash`,
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is missing in\n%s", want, plain)
		}
	}
	if strings.Contains(plain, "\r\nX-BAD") || strings.Count(plain, "BEGIN:VEVENT\r\n") != 3 {
		t.Errorf("a text became a line:\n%s", plain)
	}
	got, bad, err := ics.Expand([]byte(text), ics.Window{
		From: time.Date(2026, 3, 1, 0, 0, 0, 0, berlin), To: time.Date(2026, 4, 1, 0, 0, 0, 0, berlin), Home: berlin,
	})
	if err != nil || bad > 0 || len(got) != 1 || got[0].UID != "a@box" {
		t.Errorf("busy: %+v, %d, %v", got, bad, err)
	}
	if empty := string(ics.Publish(ics.Feed{Name: "a", Zone: berlin})); strings.Contains(empty, "VTIMEZONE") {
		t.Error(empty)
	}
}

// A reader of others (icalendar for Python, where it is installed) takes a feed, and puts the times where they are.
func TestAnotherReaderTakesAFeed(t *testing.T) {
	const read = `
import sys, icalendar
cal = icalendar.Calendar.from_ical(sys.stdin.buffer.read())
assert not cal.errors, cal.errors
for e in cal.walk("VEVENT"):
    assert not e.errors, e.errors
    print(e["UID"], e["STATUS"], e["SEQUENCE"], e["DTSTART"].dt.isoformat(), e["SUMMARY"][:5], sep="|")
`
	const python = "/usr/bin/python3" // Debian's own, whatever else stands in PATH: the package is for it
	if exec.CommandContext(t.Context(), python, "-c", "import icalendar").Run() != nil {
		t.Skip("icalendar for Python is not installed: apt-get install python3-icalendar")
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", read)
	cmd.Stdin = bytes.NewReader(ics.Publish(strange()))
	var fault bytes.Buffer
	cmd.Stderr = &fault
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, fault.Bytes())
	}
	want := "a@box|CONFIRMED|0|2026-03-23T09:00:00+01:00|Zähne\n" +
		"b@box|CANCELLED|2|2026-03-23T10:00:00+01:00|back\\\nc@box|TENTATIVE|0|2026-03-23|wish\n"
	if string(out) != want {
		t.Errorf("%s, want\n%s", out, want)
	}
}
