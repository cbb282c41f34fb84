package knowledge_test

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
)

// office is a business with a lunch break, a late bar on Friday and some holidays.
func office() *knowledge.Business {
	return &knowledge.Business{
		TimeZone: "America/Chicago", Currency: "USD", Region: "US",
		Hours: knowledge.Hours{
			Monday: "8:00-12:00, 13:00-17:00", Tuesday: "8:00-17:00", Wednesday: "8:00-17:00", Thursday: "8:00-17:00", Friday: "18:00-2:00",
			Saturday: "closed", Sunday: "",
		},
		Holidays: []knowledge.Holiday{
			{Name: "Christmas Day", From: "12-25"},
			{Name: "Christmas Eve", From: "12-24", Hours: "9-12"},
			{Name: "winter break", From: "12-28", To: "01-02"},
			{Name: "inventory", From: "2026-12-25", Hours: "10-11"},
			{Name: "trip", From: "2027-03-01", To: "2027-03-05"},
			{Name: "fair", From: "2027-03-03", Hours: "8-9"},
			{Name: "leap", From: "02-29"},
		},
	}
}

func local(t *testing.T, s string) time.Time {
	t.Helper()
	got, err := time.ParseInLocation("2006-01-02 15:04", s, office().Location())
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestOpenAt(t *testing.T) {
	b := office()
	for when, want := range map[string]bool{
		"2026-11-23 07:59": false, "2026-11-23 08:00": true, "2026-11-23 11:59": true, "2026-11-23 12:00": false, "2026-11-23 12:59": false,
		"2026-11-23 13:00": true, "2026-11-23 17:00": false, "2026-11-27 17:59": false, "2026-11-27 23:59": true, "2026-11-28 01:59": true,
		"2026-11-28 02:00": false, "2026-11-28 12:00": false, "2025-12-25 10:00": false, "2026-12-25 10:30": true, "2026-12-25 11:00": false,
		"2026-12-24 11:00": true, "2026-12-24 13:00": false, "2026-12-29 10:00": false, "2027-01-01 19:00": false, "2027-01-02 00:30": false,
		"2027-01-04 10:00": true, "2027-03-02 10:00": false, "2027-03-03 08:30": true, "2028-02-29 10:00": false, "2027-03-01 10:00": false,
	} {
		if got := b.OpenAt(local(t, when)); got != want {
			t.Errorf("OpenAt(%s) = %v, want %v", when, got, want)
		}
	}
}

// TestOpenAtOtherZone gives the moment in another zone than the business's.
func TestOpenAtOtherZone(t *testing.T) {
	if !office().OpenAt(time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC)) || office().OpenAt(time.Date(2026, 11, 23, 13, 59, 0, 0, time.UTC)) {
		t.Error("eight in Chicago is fourteen hours UTC in winter")
	}
}

func TestNextOpening(t *testing.T) {
	b := office()
	for when, want := range map[string]string{
		"2026-11-23 07:00": "2026-11-23 08:00", "2026-11-23 12:30": "2026-11-23 13:00", "2026-11-23 08:00": "2026-11-23 13:00",
		"2026-11-27 03:00": "2026-11-27 18:00", "2026-11-28 01:00": "2026-11-30 08:00", "2026-12-24 12:00": "2026-12-25 10:00",
		"2026-12-25 12:00": "2027-01-04 08:00",
	} {
		got, ok := b.NextOpening(local(t, when))
		if !ok || !got.Equal(local(t, want)) {
			t.Errorf("NextOpening(%s) = %v, %v, want %s", when, got, ok, want)
		}
	}
	if at, ok := (&knowledge.Business{TimeZone: "UTC"}).NextOpening(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Errorf("a business without hours opens at %v", at)
	}
}

func TestNextClosing(t *testing.T) {
	b := office()
	for when, want := range map[string]string{
		"2026-11-23 09:00": "2026-11-23 12:00", "2026-11-27 20:00": "2026-11-28 02:00", "2026-11-28 01:00": "2026-11-28 02:00",
	} {
		got, ok := b.NextClosing(local(t, when))
		if !ok || !got.Equal(local(t, want)) {
			t.Errorf("NextClosing(%s) = %v, %v, want %s", when, got, ok, want)
		}
	}
	if at, ok := b.NextClosing(local(t, "2026-11-28 12:00")); ok {
		t.Errorf("closed, but closes at %v", at)
	}
}

// TestAroundTheClock joins whole days: they neither close nor open.
func TestAroundTheClock(t *testing.T) {
	b := &knowledge.Business{TimeZone: "America/Chicago", Hours: knowledge.Hours{
		Monday: "24 hours", Tuesday: "24 hours", Wednesday: "24 hours", Thursday: "24 hours", Friday: "24 hours", Saturday: "24 hours",
		Sunday: "24 hours",
	}}
	now := local(t, "2026-11-23 09:00")
	if at, ok := b.NextClosing(now); ok {
		t.Errorf("closes at %v", at)
	}
	if at, ok := b.NextOpening(now); ok {
		t.Errorf("opens at %v", at)
	}
	b.Hours.Wednesday = "closed"
	if at, ok := b.NextClosing(now); !ok || !at.Equal(local(t, "2026-11-25 00:00")) {
		t.Errorf("NextClosing = %v, %v", at, ok)
	}
	if at, ok := b.NextOpening(now); !ok || !at.Equal(local(t, "2026-11-26 00:00")) {
		t.Errorf("NextOpening = %v, %v", at, ok)
	}
}

// TestClockChange holds the wall clock on the days when it is set: 2026-03-08 and 2026-11-01 in Chicago.
func TestClockChange(t *testing.T) {
	b := office()
	b.Hours.Sunday, b.Hours.Saturday = "1:30-9:00", "22:00-4:00"
	for when, want := range map[string]bool{
		"2026-03-08 08:59": true, "2026-03-08 09:00": false, "2026-11-01 08:59": true, "2026-11-01 09:00": false,
	} {
		if got := b.OpenAt(local(t, when)); got != want {
			t.Errorf("OpenAt(%s) = %v, want %v", when, got, want)
		}
	}
	spring, autumn := b.DayHours(local(t, "2026-03-07 12:00")), b.DayHours(local(t, "2026-10-31 12:00"))
	if got := spring.At(28 * 60).Sub(spring.At(22 * 60)); got != 5*time.Hour {
		t.Errorf("the night of the spring change lasts %v", got)
	}
	if got := autumn.At(28 * 60).Sub(autumn.At(22 * 60)); got != 7*time.Hour {
		t.Errorf("the night of the autumn change lasts %v", got)
	}
	if at, ok := b.NextClosing(local(t, "2026-03-08 01:45")); !ok || !at.Equal(local(t, "2026-03-08 09:00")) {
		t.Errorf("overlapping nights close at %v, %v", at, ok)
	}
}

func TestDayHoursSource(t *testing.T) {
	b := office()
	for when, want := range map[string]string{
		"2026-11-23 00:00": "hours.monday", "2026-11-29 23:59": "hours.sunday", "2026-12-24 12:00": "holidays[1]",
		"2026-12-25 12:00": "holidays[3]", "2027-12-25 12:00": "holidays[0]", "2027-03-03 12:00": "holidays[5]",
		"2027-03-04 12:00": "holidays[4]", "2027-01-01 12:00": "holidays[2]",
	} {
		if got := b.DayHours(local(t, when)).Source; got != want {
			t.Errorf("DayHours(%s).Source = %s, want %s", when, got, want)
		}
	}
}

func TestNextHolidays(t *testing.T) {
	var got []string
	for _, u := range office().NextHolidays(local(t, "2026-12-20 12:00"), 20) {
		got = append(got, u.Day.Holiday+" "+u.Day.Date.Format("01-02")+" "+string(rune('0'+u.Days)))
	}
	want := []string{"Christmas Eve 12-24 1", "inventory 12-25 1", "winter break 12-28 6"}
	if len(got) != len(want) {
		t.Fatalf("NextHolidays = %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("NextHolidays[%d] = %q, want %q", i, got[i], want[i])
		}
	}
}

func TestPersonHours(t *testing.T) {
	b := office()
	p := knowledge.Person{Hours: &knowledge.Hours{Monday: "9-10"}}
	if !b.PersonAt(p, local(t, "2026-11-23 09:30")) || b.PersonAt(p, local(t, "2026-11-23 11:00")) ||
		b.PersonAt(p, local(t, "2026-12-25 10:30")) == false {
		t.Error("own hours, but for the holidays that everybody has")
	}
	if !b.PersonAt(knowledge.Person{}, local(t, "2026-11-23 11:00")) {
		t.Error("without own hours those of the business hold")
	}
	if _, ok := b.PersonHours(knowledge.Person{}, local(t, "2026-11-23 11:00")); ok {
		t.Error("hours that nobody gave")
	}
}

// In Chile the clock changes at midnight: of the spring's day there is no midnight, and it begins at one.
func TestDayWithoutMidnight(t *testing.T) {
	b := knowledge.Business{TimeZone: "America/Santiago", Hours: knowledge.Hours{Saturday: "22:00-24:00", Sunday: "0:00-6:00"}}
	sunday := b.DayHours(time.Date(2027, 9, 5, 12, 0, 0, 0, b.Location()))
	one := time.Date(2027, 9, 5, 1, 0, 0, 0, b.Location())
	if !sunday.Date.Equal(one) || sunday.Date.Day() != 5 || sunday.Source != "hours.sunday" {
		t.Errorf("Sunday begins at %v: %s", sunday.Date, sunday.Source)
	}
	if got := sunday.At(0); !got.Equal(one) {
		t.Errorf("midnight is at %v", got)
	}
	if got := sunday.At(6 * 60); got.Hour() != 6 || got.Day() != 5 {
		t.Errorf("six is at %v", got)
	}
	if !b.OpenAt(one.Add(-time.Second)) || !b.OpenAt(one) {
		t.Error("closed at the turn of the day")
	}
	if at, ok := b.NextClosing(one.Add(-time.Minute)); !ok || at.Hour() != 6 {
		t.Errorf("closes at %v, %v", at, ok)
	}
}
