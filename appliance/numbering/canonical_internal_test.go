package numbering

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"frontdesk.internal/appliance/record"
)

// What is recognised at once as being in the form of E.164 is what reading it in full makes of it: in every country of the plan, valid
// or not, with and without the digits that are dialled before a number within a country.
func TestPlainNumbersAreReadAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 4))
	quick, read := 0, 0
	for code := range phonenumbers.GetSupportedCallingCodes() {
		for first := range 10 {
			for range 3 {
				n := record.PhoneNumber(fmt.Sprintf("+%d%d%0*d", code, first, 5+r.IntN(6), r.IntN(1_000_000)))
				region := []string{"", "US", "GB", "DE", "IT", "AR", "BR"}[r.IntN(7)]
				read++
				if !plain(n) {
					continue
				}
				quick++
				if got := inFull(n, region); got != n {
					t.Errorf("%s in %q is taken as it is, and read in full it is %s", n, region, got)
				}
			}
		}
	}
	if quick < read*3/4 {
		t.Errorf("only %d of %d are recognised at once", quick, read)
	}
}

// inFull is the form of E.164 without a short cut.
func inFull(n record.PhoneNumber, region string) record.PhoneNumber {
	p, ok := read(string(n), region)
	if !ok {
		return n
	}
	return record.PhoneNumber(phonenumbers.Format(p, phonenumbers.E164))
}

// Numbers from which something is taken away, and what is none of the plan, are read in full.
func TestWhatIsReadInFull(t *testing.T) {
	for n, want := range map[record.PhoneNumber]bool{
		"+12175550614": true, "+441725550144": true, "+4989123456": true, "+390612345678": true, "+80012345678": true,
		"+4401725550144": false, "+49089123456": false, "+112175550614": false, // with what is dialled within the country
		"+999999999999": false, // no such country
		"2175550614":    false, "+1 217 5550614": false, "+1(217)5550614": false, "12175550614": false,
		"+121755": false, "+1217555061400000": false, "": false, "+": false, "++12175550614": false, "+٤٩٨٩١٢٣٤٥٦": false,
	} {
		if got := plain(n); got != want {
			t.Errorf("%q is recognised at once: %v, want %v", n, got, want)
		}
	}
	if got := Canonical("+4401725550144", "US"); got != "+441725550144" {
		t.Errorf("the 0 that is dialled within the country is kept: %s", got)
	}
}

// An example of each country's plan is kept as it is, and so is the same number as it is dialled there.
func TestExamplesOfEachCountry(t *testing.T) {
	regions := make([]string, 0, 250)
	for r := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, r)
	}
	slices.Sort(regions)
	for _, region := range regions {
		p := phonenumbers.GetExampleNumber(region)
		if p == nil {
			continue
		}
		n := record.PhoneNumber(phonenumbers.Format(p, phonenumbers.E164))
		if got := Canonical(n, "US"); got != n {
			t.Errorf("%s: %s is kept as %s", region, n, got)
		}
		dialled := National(n, region)
		if got := Canonical(dialled, region); got != n && len(dialled) >= shortest {
			t.Errorf("%s: dialled there as %s it is kept as %s, want %s", region, dialled, got, n)
		}
	}
}
