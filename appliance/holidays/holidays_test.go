package holidays_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/holidays"
)

func year(t *testing.T, country, state string, from time.Time) (p holidays.Place, list string) {
	t.Helper()
	p, ok := holidays.In(country, state)
	if !ok {
		t.Fatalf("no holidays of %s", country)
	}
	var out []string
	for _, d := range p.Year(from) {
		mark := ""
		if d.Yearly {
			mark = "*"
		}
		out = append(out, d.Date.Format("2006-01-02")+mark)
	}
	return p, strings.Join(out, " ")
}

// The lists are those that the countries publish; * falls on the same date every year.
func TestYear(t *testing.T) {
	jan := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	for _, x := range []struct {
		country, state, region string
		from                   time.Time
		want                   string
	}{
		{"DE", "", "", jan(2027), "2027-01-01* 2027-03-26 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 2027-10-03* 2027-12-25* 2027-12-26*"},
		{"de", "Bayern", "Bavaria", time.Date(2026, 11, 30, 23, 0, 0, 0, time.FixedZone("", -9*3600)),
			"2026-12-25* 2026-12-26* 2027-01-01* 2027-01-06* 2027-03-26 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 2027-05-27 " +
				"2027-08-15* 2027-10-03* 2027-11-01*"},
		{"DE", "sn", "Saxony", jan(2027), "2027-01-01* 2027-03-26 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 2027-10-03* 2027-10-31* " +
			"2027-11-17 2027-12-25* 2027-12-26*"},
		{"DE", "MV", "Mecklenburg-Vorpommern", jan(2027), "2027-01-01* 2027-03-08* 2027-03-26 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 " +
			"2027-10-03* 2027-10-31* 2027-12-25* 2027-12-26*"},
		{"AT", "Wien", "", jan(2027), "2027-01-01* 2027-01-06* 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 2027-05-27 2027-08-15* " +
			"2027-10-26* 2027-11-01* 2027-12-08* 2027-12-25* 2027-12-26*"},
		{"US", "TX", "", jan(2027), "2027-01-01* 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-06-19* 2027-07-04* 2027-07-05 2027-09-06 " +
			"2027-10-11 2027-11-11* 2027-11-25 2027-12-24 2027-12-25* 2027-12-31"},
		{"GB", "", "", jan(2027), "2027-01-01* 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-25* 2027-12-26* 2027-12-27 " +
			"2027-12-28"},
		{"CH", "ZH", "Zurich", jan(2027), "2027-01-01* 2027-03-26 2027-03-29 2027-05-01* 2027-05-06 2027-05-17 2027-08-01* 2027-12-25* " +
			"2027-12-26*"},
	} {
		p, got := year(t, x.country, x.state, x.from)
		if got != x.want || p.Region != x.region {
			t.Errorf("%s %s is %q, with\n%s, want\n%s", x.country, x.state, p.Region, got, x.want)
		}
	}
}

// Where the region is not known, only what holds in all of them is there.
func TestWholeCountry(t *testing.T) {
	all, common := year(t, "AU", "", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	_, victoria := year(t, "AU", "Victoria", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	if !all.Regions || !strings.Contains(common, "2027-01-26") || len(common) >= len(victoria) {
		t.Errorf("everywhere %q, in Victoria %q", common, victoria)
	}
	if _, ok := holidays.In("XX", ""); ok {
		t.Error("a country that is none")
	}
}
