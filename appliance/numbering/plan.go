package numbering

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"frontdesk.internal/appliance/record"
)

// Most is how many digits a number has at most, by ITU-T E.164.
const Most = 15

// Complete tells of the digits that somebody in region has dialled or said so far, with a "+" before them when that was said, whether
// they are a whole number, and whether a number of the plan can have or begin with so many. In countries where numbers differ in length a
// whole one may still go on.
func Complete(digits, region string) (complete, possible bool) {
	if len(record.PhoneNumber(digits).Digits()) > Most+3 { // an international prefix and the longest number
		return false, false
	}
	p, err := phonenumbers.Parse(digits, region)
	if err != nil {
		return false, !errors.Is(err, phonenumbers.ErrNumTooLong)
	}
	if len(phonenumbers.GetNationalSignificantNumber(p)) >= shortest && phonenumbers.IsValidNumber(p) {
		return true, true // shorter ones are those of services; where numbers differ in length, people's begin with them
	}
	switch phonenumbers.IsPossibleNumberWithReason(p) {
	case phonenumbers.IS_POSSIBLE:
		// A number that is not given to anybody as far as the plan is known here: as long as numbers usually are is long enough.
		return len(phonenumbers.GetNationalSignificantNumber(p)) >= usual(regionOf(p, region)), true
	case phonenumbers.TOO_LONG, phonenumbers.INVALID_COUNTRY_CODE:
		return false, false
	}
	return false, true
}

// Local says whether digits are as many as a number has in region that is dialled without its area code. What begins as an area
// code does is none.
func Local(digits, region string) bool {
	if prefix := phonenumbers.GetNddPrefixForRegion(region, true); prefix != "" && strings.HasPrefix(digits, prefix) {
		return false
	}
	p, err := phonenumbers.Parse(digits, region)
	return err == nil && len(digits) >= leastLocal && phonenumbers.IsPossibleNumberWithReason(p) == phonenumbers.IS_POSSIBLE_LOCAL_ONLY
}

// leastLocal is the fewest digits that are taken for a telephone number; shorter ones are extensions.
const leastLocal = 5

// Least is how many digits a number has at least that people of region leave to be called back at.
func Least(region string) int {
	country := phonenumbers.GetCountryCodeForRegion(region)
	if country == 0 {
		return shortest
	}
	for n := leastLocal; n < usual(region); n++ {
		p := &phonenumbers.PhoneNumber{CountryCode: new(int32(country)), NationalNumber: new(twos(n))}
		switch phonenumbers.IsPossibleNumberWithReason(p) {
		case phonenumbers.IS_POSSIBLE, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
			return n
		}
	}
	return usual(region)
}

// twos returns a number of n digits.
func twos(n int) uint64 {
	v := uint64(2)
	for range n - 1 {
		v = v*10 + 2
	}
	return v
}

// regionOf is the region in whose plan a number lies; other numbers of the same country code are told apart by their digits only.
func regionOf(p *phonenumbers.PhoneNumber, region string) string {
	if int(p.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(region) {
		return region
	}
	return phonenumbers.GetRegionCodeForCountryCode(int(p.GetCountryCode()))
}

// usual is how many digits, without a prefix, the longer of a region's usual numbers has.
func usual(region string) int {
	n := 0
	for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
		if p := phonenumbers.GetExampleNumberForType(region, kind); p != nil {
			n = max(n, len(phonenumbers.GetNationalSignificantNumber(p)))
		}
	}
	if n == 0 {
		return shortest
	}
	return n
}

// Emergency says whether digits are a number for emergencies in region: "911", "112".
func Emergency(digits, region string) bool { return phonenumbers.IsEmergencyNumber(digits, region) }

// emergencies are the numbers of the emergency services that people know, by region, where they are not 112.
var emergencies = map[string]string{"US": "911", "CA": "911", "GB": "999", "AU": "000", "NZ": "111"}

// EmergencyNumber returns the number of the emergency services that people of a region know.
func EmergencyNumber(region string) string {
	if n, ok := emergencies[region]; ok {
		return n
	}
	return "112"
}

// LeadingZero says whether numbers that are dialled in region can begin with 0.
func LeadingZero(region string) bool {
	if phonenumbers.GetCountryCodeForRegion(region) == 0 {
		return true // nobody knows
	}
	if strings.HasPrefix(phonenumbers.GetNddPrefixForRegion(region, true), "0") {
		return true
	}
	for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
		p := phonenumbers.GetExampleNumberForType(region, kind)
		if p != nil && strings.HasPrefix(phonenumbers.GetNationalSignificantNumber(p), "0") {
			return true
		}
	}
	return false
}

// longGroup is the most digits that one hears as one group.
const longGroup = 5

// Groups returns the digits of a number, or of its beginning, as people of region group them when they say it, and whether a plus
// stands before them. Numbers of the region's own country are as they are dialled there; groups that are too long to be kept in
// mind are divided.
func Groups(number, region string) (groups []string, plus bool) {
	digits := record.PhoneNumber(number).Digits()
	written, plus := digits, strings.HasPrefix(strings.TrimSpace(number), "+")
	complete, _ := Complete(number, region)
	part := ""
	if !complete && !plus && !Local(digits, region) {
		part = begun(digits, region)
	}
	if w, international, ok := dialled(number, region); ok && part == "" {
		written, plus = w, international
	} else if part != "" {
		written = part
	}
	for g := range strings.FieldsFuncSeq(written, func(r rune) bool { return r < '0' || r > '9' }) {
		groups = append(groups, divided(g)...)
	}
	return groups, plus
}

// dialled writes a number that can be one of the plan as it is dialled in region.
func dialled(number, region string) (written string, plus, ok bool) {
	digits := record.PhoneNumber(number).Digits()
	p, err := phonenumbers.Parse(number, region)
	if err != nil || len(digits) > Most+3 {
		return "", false, false
	}
	switch phonenumbers.IsPossibleNumberWithReason(p) {
	case phonenumbers.IS_POSSIBLE, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		written, plus = shownIn(p, region)
		// A format that is made for no number of this length leaves out the 0 that belongs to it.
		return written, plus, !strings.HasSuffix(digits, "0"+record.PhoneNumber(written).Digits())
	}
	return "", false, false
}

// begun writes the beginning of a number in the groups of the whole; "" when there is no whole that begins so.
func begun(digits, region string) string {
	for long := usual(region) + 1; long > len(digits) && len(digits) > 2; long-- {
		whole := digits + strings.Repeat("2", long-len(digits))
		written, plus, ok := dialled(whole, region)
		if !ok || plus || record.PhoneNumber(written).Digits() != whole {
			continue
		}
		n := 0
		for i, r := range written {
			if r >= '0' && r <= '9' {
				if n++; n == len(digits) {
					return written[:i+1]
				}
			}
		}
	}
	return ""
}

// shownIn writes a number as it is dialled in region.
func shownIn(p *phonenumbers.PhoneNumber, region string) (written string, plus bool) {
	if int(p.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(region) {
		return phonenumbers.Format(p, phonenumbers.INTERNATIONAL), true
	}
	return phonenumbers.Format(p, phonenumbers.NATIONAL), false
}

// divided cuts a group that is too long into ones of three and four digits.
func divided(g string) []string {
	if len(g) <= longGroup {
		return []string{g}
	}
	var out []string
	for pieces := (len(g) + 3) / 4; pieces > 0; pieces-- {
		n := len(g) / pieces
		out = append(out, g[:n])
		g = g[n:]
	}
	return out
}
