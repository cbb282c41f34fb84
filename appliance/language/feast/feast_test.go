package feast_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language/feast"
)

func TestRules(t *testing.T) {
	for _, tt := range []struct {
		rule feast.Rule
		year int
		want string
	}{
		{feast.Fixed(time.December, 24), 2026, "12-24"},
		{feast.Nth(time.November, time.Thursday, 4), 2026, "11-26"},
		{feast.Nth(time.May, time.Monday, -1), 2026, "05-25"},
		{feast.Nth(time.February, time.Sunday, -1), 2032, "02-29"},
		{feast.After(feast.Nth(time.November, time.Thursday, 4), 1), 2026, "11-27"},
		{feast.After(feast.Fixed(time.February, 28), 1), 2028, "02-29"},
		{feast.Easter(0), 2024, "03-31"}, {feast.Easter(0), 2025, "04-20"}, {feast.Easter(0), 2026, "04-05"}, {feast.Easter(0), 2027,
			"03-28"},
		{feast.Easter(0), 2038, "04-25"}, {feast.Easter(0), 2285, "03-22"}, // the latest and the earliest that there are
		{feast.Easter(-2), 2026, "04-03"}, {feast.Easter(1), 2026, "04-06"}, {feast.Easter(39), 2026, "05-14"}, {feast.Easter(50), 2026,
			"05-25"}, {feast.Easter(60), 2026, "06-04"},
		{feast.Easter(-48), 2026, "02-16"}, {feast.Easter(-46), 2024, "02-14"},
		{feast.Before(time.November, 23, time.Wednesday), 2026, "11-18"}, {feast.Before(time.November, 23, time.Wednesday), 2022, "11-16"},
		{feast.Advent(1), 2026, "11-29"}, {feast.Advent(4), 2026, "12-20"}, {feast.Advent(4), 2022, "12-18"}, {feast.Advent(4), 2023,
			"12-24"},
	} {
		m, d := tt.rule(tt.year)
		if got := fmt.Sprintf("%02d-%02d", m, d); got != tt.want {
			t.Errorf("%d: %s, want %s", tt.year, got, tt.want)
		}
	}
}

func TestNext(t *testing.T) {
	f := feast.Feast{On: feast.Fixed(time.December, 25)}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for today, want := range map[string]string{"2026-12-24 23:59": "2026-12-25 12:00", "2026-12-25 00:00": "2026-12-25 12:00",
		"2026-12-25 23:59": "2026-12-25 12:00", "2026-12-26 00:00": "2027-12-25 12:00"} {
		at, err := time.ParseInLocation("2006-01-02 15:04", today, berlin)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Next(at); got.Format("2006-01-02 15:04") != want || got.Location() != berlin {
			t.Errorf("from %s on: %v, want %s", today, got, want)
		}
	}
}

func TestIn(t *testing.T) {
	list := []feast.Feast{
		{Name: "Thanksgiving of Canada", Called: [][]string{{"thanksgiving"}}, Regions: []string{"CA"}},
		{Name: "New Year's Eve", Called: [][]string{{"new", "years", "eve"}}},
		{Name: "New Year", Called: [][]string{{"new", "years", "day"}, {"new", "years"}}},
		{Name: "Thanksgiving", Called: [][]string{{"thanksgiving"}}},
	}
	for _, tt := range []struct{ text, region, want string }{
		{"open on thanksgiving", "US", "Thanksgiving@2"}, {"open on thanksgiving", "CA", "Thanksgiving of Canada@2"}, {"thanksgiving", "",
			"Thanksgiving@0"},
		{"new years eve and new years", "US", "New Year's Eve@0"}, {"new years day", "US", "New Year@0"}, {"a new year", "US", ""}, {"",
			"US", ""},
	} {
		var got []string
		for _, f := range feast.In(list, strings.Fields(tt.text), tt.region) {
			got = append(got, fmt.Sprintf("%s@%d", f.Feast.Name, f.At))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%q in %q: %s, want %s", tt.text, tt.region, g, tt.want)
		}
	}
}

func TestAhead(t *testing.T) {
	saturday := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	for wd, want := range map[time.Weekday]int{time.Saturday: 0, time.Sunday: 1, time.Friday: 6} {
		if got := feast.Ahead(saturday, wd); got != want {
			t.Errorf("%v is %d days ahead, want %d", wd, got, want)
		}
	}
}
