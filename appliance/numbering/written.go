package numbering

import (
	"regexp"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"frontdesk.internal/appliance/record"
)

var (
	// numberLike is what may be a telephone number in a text.
	numberLike = regexp.MustCompile(`\+?\(?\d(?:[\d ()./\x{2013}-]{3,22}\d)`)
	// dateLike looks like one but is a date.
	dateLike = regexp.MustCompile(`^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$`)
	// localLike is a number without its area code, as it is written where such are dialled.
	localLike = regexp.MustCompile(`^\d{3}-\d{4}$`)
)

// Written puts what say returns in the place of the telephone numbers in a text: those that are valid when they are dialled in region.
func Written(text, region string, say func(number string) string) string {
	return numberLike.ReplaceAllStringFunc(text, func(m string) string {
		// What stands in the text before a number may look like a part of it, "call 24 030 123456": the longest number at the end counts.
		for at := 0; at < len(m); {
			rest := m[at:]
			if isNumber(rest, region) {
				return m[:at] + say(rest)
			}
			next := strings.IndexAny(rest, " ")
			if next < 0 {
				break
			}
			at += next + 1
		}
		return m
	})
}

func isNumber(s, region string) bool {
	digits := record.PhoneNumber(s).Digits()
	prefix := phonenumbers.GetNddPrefixForRegion(region, true)
	if dateLike.MatchString(s) || strings.HasPrefix(prefix, "0") && !strings.HasPrefix(s, "+") && !strings.HasPrefix(digits, prefix) {
		return false
	}
	if _, ok := read(s, region); ok {
		return true
	}
	return localLike.MatchString(s) && Local(digits, region)
}
