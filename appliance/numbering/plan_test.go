package numbering_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
)

func TestComplete(t *testing.T) {
	for _, x := range []struct {
		digits, region            string
		complete, possible, local bool
	}{
		{"2175550142", "US", true, true, false},
		{"12175550142", "US", true, true, false},
		{"5550123456", "US", true, true, false}, // no area code, but as many digits as one has
		{"5550142", "US", false, true, true},
		{"217555", "US", false, true, false},
		{"21755501", "US", false, true, false},
		{"21755501421", "US", false, false, false},
		{"02079460123", "GB", true, true, false},
		{"020794601", "GB", false, true, false},
		{"07911123456", "GB", true, true, false},
		{"01721234567", "DE", true, true, false},
		{"01721234", "DE", false, true, false},
		{"030123", "DE", false, true, false},
		{"0511929", "DE", false, true, false},
		{"04123456", "DE", true, true, false},
		{"01721", "DE", false, true, false},
		{"017212", "DE", false, true, false},
		{"0207946", "GB", false, true, false},
		{"030123456", "DE", true, true, false},
		{"030123456789012345", "DE", false, false, false},
		{"+4930123456", "US", true, true, false},
		{"0049301234567", "DE", true, true, false},
		{"011442079460123", "US", true, true, false},
		{"0664123456", "AT", true, true, false},
		{"0443641234", "CH", true, true, false},
		{"04436412", "CH", false, true, false},
		{"0612345678", "IT", true, true, false},
		{"", "US", false, true, false},
		{"5", "US", false, true, false},
		{"2175550142", "", false, true, false},
		{strings.Repeat("9", 40), "US", false, false, false},
	} {
		complete, possible := numbering.Complete(x.digits, x.region)
		if local := numbering.Local(x.digits, x.region); complete != x.complete || possible != x.possible || local != x.local {
			t.Errorf("%s in %q: complete %v, possible %v, local %v; want %v, %v, %v", x.digits, x.region, complete, possible, local,
				x.complete, x.possible, x.local)
		}
	}
}

func TestLeast(t *testing.T) {
	for region, want := range map[string]int{"US": 7, "CA": 7, "GB": 5, "DE": 5, "CH": 9, "FR": 9, "": 7, "ZZ": 7} {
		if got := numbering.Least(region); got != want {
			t.Errorf("%q: at least %d digits, want %d", region, got, want)
		}
	}
}

func TestLeadingZero(t *testing.T) {
	for region, want := range map[string]bool{"US": false, "CA": false, "ES": false, "GB": true, "DE": true, "AT": true, "CH": true,
		"IT": true, "FR": true, "": true} {
		if got := numbering.LeadingZero(region); got != want {
			t.Errorf("%q: numbers begin with 0: %v, want %v", region, got, want)
		}
	}
}

func TestEmergency(t *testing.T) {
	for number, want := range map[string]bool{"911 US": true, "112 DE": true, "110 DE": true, "144 AT": true, "117 CH": true,
		"999 GB": true, "112 US": true, "999 US": false, "911 DE": false, "100 US": false, "": false} {
		digits, region, _ := strings.Cut(number, " ")
		if got := numbering.Emergency(digits, region); got != want {
			t.Errorf("%q: an emergency number: %v, want %v", number, got, want)
		}
	}
}

func TestGroups(t *testing.T) {
	for _, x := range []struct{ number, region, want string }{
		{"2175550142", "US", "217 555 0142"},
		{"+1 217-555-0142", "US", "217 555 0142"},
		{"5550142", "US", "555 0142"},
		{"217555", "US", "217 555"},
		{"02079460123", "GB", "020 7946 0123"},
		{"+442079460123", "GB", "020 7946 0123"},
		{"+442079460123", "US", "+ 44 20 7946 0123"},
		{"01725550144", "GB", "01725 550 144"},
		{"01721234567", "DE", "0172 123 4567"},
		{"015123456789", "DE", "01512 345 6789"},
		{"030123456", "DE", "030 123 456"},
		{"03012", "DE", "030 12"},
		{"0172123", "DE", "0172 123"},
		{"21755501", "US", "217 555 01"},
		{"217", "US", "217"},
		{"0207946", "GB", "020 7946"},
		{"020794609", "GB", "020 7946 09"},
		{"061234", "FR", "06 12 34"},
		{"0612345678", "FR", "06 12 34 56 78"},
		{"0412345678", "AU", "0412 345 678"},
		{"04123456", "AU", "0412 345 6"},
		{"0299991234", "AU", "02 9999 1234"},
		{"+49301234", "US", "+ 49 30 1234"},
		{"0443641234", "CH", "044 364 12 34"},
		{"12345678", "ZZ", "1234 5678"},
		{"123456789012345678901", "US", "123 123"},
		{"", "US", ""},
	} {
		groups, plus := numbering.Groups(x.number, x.region)
		got := strings.Join(groups, " ")
		if plus {
			got = "+ " + got
		}
		if len(x.number) > 20 { // what is no number is divided all the same
			if strings.Join(groups, "") != x.number {
				t.Errorf("%s in %q: %s", x.number, x.region, got)
			}
			continue
		}
		if got != x.want {
			t.Errorf("%s in %q: %s, want %s", x.number, x.region, got, x.want)
		}
	}
}

// FuzzGroups: whatever is said aloud is digits in groups that one can keep in mind, and of a number without a country none is lost.
func FuzzGroups(f *testing.F) {
	for _, s := range []string{"2175550142", "+49 30 1234", "0049", "٠٨٩١٢٣٤", "++1", "00000000000"} {
		f.Add(s, "US")
		f.Add(s, "DE")
	}
	f.Fuzz(func(t *testing.T, n, region string) {
		groups, _ := numbering.Groups(n, region)
		for _, g := range groups {
			if g == "" || len(g) > 5 || strings.Trim(g, "0123456789") != "" {
				t.Errorf("%q in %q: group %q", n, region, g)
			}
		}
		if len(groups) == 0 && record.PhoneNumber(n).Digits() != "" {
			t.Errorf("%q in %q: nothing is left", n, region)
		}
		numbering.Complete(n, region)
		numbering.Local(n, region)
	})
}
