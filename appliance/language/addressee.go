package language

import (
	"regexp"
	"slices"
	"strings"
)

// Addressee finds the name behind words that say for whom something is, with a title or a first name that is known; to has the name
// as its first group.
func (r *NameReader) Addressee(text string, to *regexp.Regexp) (name string, ok bool) {
	for _, m := range to.FindAllStringSubmatch(text, -1) {
		fields := strings.Fields(strings.TrimRight(m[1], ".,"))
		if i := slices.IndexFunc(fields, func(w string) bool { return r.Joins[strings.ToLower(w)] }); i > 0 {
			fields = fields[:i] // "Maria I'm late"
		}
		for len(fields) > 1 && r.Ends(strings.ToLower(fields[len(fields)-1])) {
			fields = fields[:len(fields)-1]
		}
		bare := slices.DeleteFunc(slices.Clone(fields), func(w string) bool { return r.Title(strings.TrimSuffix(strings.ToLower(w), ".")) })
		titled := len(bare) < len(fields)
		if len(bare) == 0 || slices.ContainsFunc(bare, func(w string) bool { return r.Ends(strings.ToLower(w)) }) {
			continue
		}
		if titled || r.Book.First(bare[0]) {
			return strings.Join(fields, " "), true
		}
	}
	return "", false
}
