package numbering

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"frontdesk.internal/appliance/record"
)

// plain reports whether n is a plus and digits from which no country's rules take any away, so that the form of E.164 of it is n itself,
// whoever dials it, and also where it is no valid number. Most numbers come so from a PBX, and each call looks up its number: reading it
// in full takes some 25 times as long.
func plain(n record.PhoneNumber) bool {
	digits, plus := strings.CutPrefix(string(n), "+")
	if !plus || len(digits) < shortest || len(digits) > Most || n.Digits() != digits {
		return false
	}
	for i := range mostCountryCode { // no country code begins another one
		code, _ := strconv.Atoi(digits[:i+1])
		if taken, ok := prefixes()[code]; ok {
			return taken == nil || !taken.MatchString(digits[i+1:])
		}
	}
	return false
}

// mostCountryCode is how many digits a country code has at most, by ITU-T E.164.
const mostCountryCode = 3

// prefixes are, by country code, what may be taken away or changed at the beginning of a number of that plan: the digits that are dialled
// before it within the country, such as the 0 in "+44 (0)1725"; nil = nothing. A code that several regions share has one rule, as when a
// number with it is read.
var prefixes = sync.OnceValue(func() map[int]*regexp.Regexp {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil // then every number is read in full
	}
	out := map[int]*regexp.Regexp{}
	for _, m := range all.GetMetadata() {
		code := int(m.GetCountryCode())
		if phonenumbers.GetRegionCodeForCountryCode(code) != m.GetId() {
			continue
		}
		out[code] = nil
		if p := m.GetNationalPrefixForParsing(); p != "" {
			out[code] = regexp.MustCompile("^(?:" + p + ")")
		}
	}
	return out
})
