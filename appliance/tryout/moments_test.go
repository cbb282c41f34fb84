package tryout_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/en"
	"frontdesk.internal/appliance/tryout"
)

// The businesses of these tests have holidays of one day that come back every year, so that the tests can reckon by themselves what
// holds on a day.
var (
	shopHours = knowledge.Hours{
		Monday: "8:00-12:00, 13:00-17:00", Tuesday: "8:00-17:00", Wednesday: "closed", Thursday: "9:00-19:00", Friday: "18:00-2:00",
		Saturday: "9:00-13:00", Sunday: "closed",
	}
	alwaysHours = knowledge.Hours{
		Monday: "24 hours", Tuesday: "24 hours", Wednesday: "24 hours", Thursday: "24 hours", Friday: "24 hours", Saturday: "24 hours",
		Sunday: "24 hours",
	}
	feastDays = map[string]knowledge.Holiday{
		"12-24": {Name: "Christmas Eve", From: "12-24", Hours: "8:00-12:00"}, "12-25": {Name: "Christmas Day", From: "12-25"},
		"12-31": {Name: "New Year's Eve", From: "12-31", Hours: "8:00-12:00"}, "01-01": {Name: "New Year's Day", From: "01-01"},
		"02-29": {Name: "Leap Day", From: "02-29", Hours: "10:00-11:00"},
	}
	// In zones where the clock changes on other nights, half hours apart, at midnight, and not at all.
	zones = []string{"America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Chatham", "Asia/Kathmandu"}
)

// moments are wall-clock times at the business, and what is odd about them.
var moments = map[string]string{
	"a Monday": "2026-11-23 10:00", "a Tuesday": "2026-11-24 10:00", "a Wednesday": "2026-11-25 10:00", "a Thursday": "2026-11-26 10:00",
	"a Friday": "2026-11-27 19:00", "a Saturday": "2026-11-28 10:00", "a Sunday": "2026-11-29 10:00",
	"Christmas Eve": "2026-12-24 08:00", "Christmas Day": "2026-12-25 10:00", "Christmas on a Saturday": "2027-12-25 12:59",
	"the last day of the year": "2026-12-31 11:59", "the last minute of the year": "2026-12-31 23:59",
	"the first of the new one": "2027-01-01 00:00", "a leap day": "2028-02-29 10:59", "a day before it": "2028-02-28 23:59",
	"no leap year": "2027-02-28 23:59", "one minute before closing": "2026-11-28 12:59", "at closing": "2026-11-28 13:00",
	"one minute before lunch": "2026-11-23 11:59", "midnight": "2026-11-28 00:00", "a minute before midnight": "2026-11-27 23:59",
	"after midnight at the bar": "2026-11-28 01:59", "America springs forward": "2027-03-14 01:59", "and has": "2027-03-14 03:00",
	"America falls back": "2027-11-07 01:30", "on its eve": "2027-11-06 23:59", "Europe springs forward": "2027-03-28 01:59",
	"and so has": "2027-03-28 03:00", "Europe falls back": "2027-10-31 02:30", "on that eve": "2027-10-30 23:30",
	"Chile springs forward": "2027-09-04 23:59", "and did": "2027-09-05 01:00", "Chile falls back": "2027-04-03 23:30",
	"Lord Howe springs forward": "2027-10-03 01:59", "Lord Howe falls back": "2027-04-04 01:45",
}

// around are times about a moment.
var around = []time.Duration{0, -time.Minute, time.Minute, 61 * time.Minute}

// office is a business, and what holds on its days as the test reckons it.
type office struct {
	*knowledge.Business
	week [7]string
}

func newOffice(zone string, hours knowledge.Hours, feasts bool) office {
	o := office{
		Business: &knowledge.Business{Name: "Corner Shop", TimeZone: zone, Language: "en", Region: "US", Currency: "USD", Hours: hours},
		week:     hours.Rows(),
	}
	if feasts {
		for _, h := range feastDays {
			o.Holidays = append(o.Holidays, h)
		}
	}
	return o
}

// on returns what holds on a calendar day, whatever the clocks do.
func (o office) on(y int, m time.Month, d int) (spans []knowledge.Span, feast string) {
	date := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	row := o.week[date.Weekday()]
	if h, ok := feastDays[date.Format("01-02")]; ok && len(o.Holidays) > 0 {
		row, feast = h.Hours, h.Name
	}
	day, err := knowledge.ParseHours(row)
	if err != nil {
		panic(err)
	}
	return day.Spans, feast
}

var english en.Language

// called is how a day is spoken of that lies ahead days after the day of local.
func called(local time.Time, ahead int) string {
	date := time.Date(local.Year(), local.Month(), local.Day()+ahead, 0, 0, 0, 0, time.UTC)
	switch {
	case ahead == 0:
		return "today"
	case ahead == 1:
		return "tomorrow"
	case ahead < 7:
		return "on " + date.Weekday().String()
	}
	return "on " + english.Date(date, "US")
}

// asked asks a question at a moment that is given in the zone of some other place.
func asked(t *testing.T, o office, question string, at time.Time) string {
	t.Helper()
	r, err := tryout.Ask(t.Context(), o.Business, question, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r.Said
}

// TestMoments asks about today, tomorrow and each weekday at odd moments, in several zones: the day that is spoken of is the right one,
// by its right name, with its own hours.
func TestMoments(t *testing.T) {
	for _, zone := range zones {
		t.Run(strings.ReplaceAll(zone, "/", " "), func(t *testing.T) {
			t.Parallel()
			loc, err := time.LoadLocation(zone)
			if err != nil {
				t.Fatal(err)
			}
			offices := map[string]office{"shop": newOffice(zone, shopHours, true), "always": newOffice(zone, alwaysHours, false)}
			for what, wall := range moments {
				at, err := time.ParseInLocation("2006-01-02 15:04", wall, loc)
				if err != nil {
					t.Fatal(err)
				}
				for name, o := range offices {
					for i, d := range around {
						if name == "always" && i > 0 {
							break // nothing changes around it
						}
						elsewhere, err := time.LoadLocation(zones[i%len(zones)]) // what zone the machine is in makes no difference
						if err != nil {
							t.Fatal(err)
						}
						checkMoment(t, o, fmt.Sprintf("%s, %s%+v (%s)", name, what, d, wall), at.Add(d).In(elsewhere))
					}
				}
			}
		})
	}
}

func checkMoment(t *testing.T, o office, what string, at time.Time) {
	t.Helper()
	local := at.In(o.Location())
	checkDay := func(day string, ahead int) {
		spans, feast := o.on(local.Year(), local.Month(), local.Day()+ahead)
		want := []string{"Yes, " + called(local, ahead), "open " + english.Spans(spans), feast}
		if len(spans) == 0 {
			want = []string{"No, " + called(local, ahead), "closed", feast, o.reopens(local, ahead)}
		}
		said := asked(t, o, "Are you open "+day+"?", at)
		if !strings.HasPrefix(said, want[0]+" ") && !strings.HasPrefix(said, want[0]+",") {
			t.Errorf("%s: %q: %q does not begin with %q", what, day, said, want[0])
		}
		for _, w := range want[1:] {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q: %q is not in %q", what, day, w, said)
			}
		}
	}
	checkDay("today", 0)
	checkDay("tomorrow", 1)
	for wd := range time.Weekday(7) {
		checkDay("on "+wd.String(), (int(wd)-int(local.Weekday())+7)%7)
	}
	o.checkNow(t, what, at)
}

// reopens is what is said about the next opening of a day that has none.
func (o office) reopens(local time.Time, ahead int) string {
	for i := ahead + 1; ; i++ {
		if spans, _ := o.on(local.Year(), local.Month(), local.Day()+i); len(spans) > 0 {
			return "We open again " + called(local, i) + " at " + english.Clock(spans[0].From) + "."
		}
	}
}

// checkNow asks whether the business is open at the moment, unless the clock shows this time twice on that night.
func (o office) checkNow(t *testing.T, what string, at time.Time) {
	t.Helper()
	local := at.In(o.Location())
	_, before := local.Add(-3 * time.Hour).Zone()
	_, after := local.Add(3 * time.Hour).Zone()
	changes := before != after
	if changes && local.Hour() < 4 {
		return
	}
	wall := local.Hour()*60 + local.Minute()
	until, open := 0, false
	for i, clock := range []int{wall, wall + 24*60} { // of today, and of last night
		spans, _ := o.on(local.Year(), local.Month(), local.Day()-i)
		for _, s := range spans {
			if clock >= s.From && clock < s.To {
				until, open = s.To, true
			}
		}
	}
	said := asked(t, o, "Are you open right now?", at)
	want := "No, we are closed right now."
	if open {
		want = "Yes, we are open right now, until " + english.Clock(until) + "."
	}
	if o.week == alwaysHours.Rows() {
		want = "Yes, we are open right now."
	}
	if !strings.HasPrefix(said, want) {
		t.Errorf("%s: at %v it says %q, want %q", what, local, said, want)
	}
}
