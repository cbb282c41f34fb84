// Package numbering reads telephone numbers as the office's country dials them: E.164 to keep and compare, so that one caller is one
// caller whichever way the PBX writes the number, national digits to say aloud, spaced groups to show.
//
// Numbers that are none in the public plan (extensions, short codes, what a PBX made up) stay as they are. Nothing here does I/O; all
// functions are safe for concurrent use.
package numbering

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"frontdesk.internal/appliance/record"
)

// shortest is how many digits a number has at least to be one of the public plan; extensions are shorter.
const shortest = 7

// E164 returns n in the form of ITU-T E.164, "+441725550144", read as somebody in region would dial it: an ISO 3166 code such as "US".
// What is no valid number there is returned as it came.
func E164(n record.PhoneNumber, region string) record.PhoneNumber {
	if plain(n) {
		return n
	}
	p, ok := read(string(n), region)
	if !ok {
		return n
	}
	return record.PhoneNumber(phonenumbers.Format(p, phonenumbers.E164))
}

// Canonical returns n in the one form in which it is kept and compared: that of E.164 where somebody in region would reach a number
// of the public plan by it, else its digits without what people put between them.
func Canonical(n record.PhoneNumber, region string) record.PhoneNumber {
	if e := E164(n, region); e != n {
		return e
	}
	bare := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("()[]-–./", r) {
			return -1
		}
		return r
	}, string(n))
	if digits := strings.TrimPrefix(bare, "+"); digits != "" && digits == record.PhoneNumber(bare).Digits() {
		return record.PhoneNumber(bare)
	}
	return record.PhoneNumber(strings.TrimSpace(string(n))) // a name that a PBX has put in its place
}

// National returns the digits that somebody in region dials: "01725550144" for "+441725550144" in GB. Numbers of other countries
// keep their plus, and what is no valid number is returned as it came.
func National(n record.PhoneNumber, region string) record.PhoneNumber {
	p, ok := read(string(n), region)
	if !ok || int(p.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(region) {
		return n
	}
	return record.PhoneNumber(record.PhoneNumber(phonenumbers.Format(p, phonenumbers.NATIONAL)).Digits())
}

// Shown returns n in groups, as one reads it: "+44 1725 550144". What is not in the form of E.164 is returned as it came.
func Shown(n record.PhoneNumber) string {
	if !strings.HasPrefix(string(n), "+") {
		return string(n)
	}
	p, ok := read(string(n), "")
	if !ok {
		return string(n)
	}
	return phonenumbers.Format(p, phonenumbers.INTERNATIONAL)
}

func read(n, region string) (*phonenumbers.PhoneNumber, bool) {
	if len(record.PhoneNumber(n).Digits()) < shortest || len(n) > 32 {
		return nil, false
	}
	p, err := phonenumbers.Parse(n, region)
	if err != nil || !phonenumbers.IsValidNumber(p) {
		return nil, false
	}
	return p, true
}

// Callable returns n in the form of ITU-T E.164 when it is a valid number that costs what a call costs: none at a premium or shared rate,
// which a stranger may have left for the sake of that.
func Callable(n record.PhoneNumber, region string) (_ record.PhoneNumber, ok bool) {
	p, ok := read(string(n), region)
	if !ok || !phonenumbers.IsValidNumber(p) {
		return "", false
	}
	switch phonenumbers.GetNumberType(p) {
	case phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.UNKNOWN:
		return "", false
	}
	return record.PhoneNumber(phonenumbers.Format(p, phonenumbers.E164)), true
}
