// Package all finds languages by their tags.
package all

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/de"
	"frontdesk.internal/appliance/language/en"
)

// languages are all that there are, the one to fall back to first. Read only.
var languages = []language.Language{en.Language{}, de.Language{}}

// For returns the language of a BCP 47 tag, of which the primary subtag counts; English when there is none.
func For(tag string) language.Language {
	l, _ := Find(tag)
	return l
}

// Find is For that also reports whether the language is there.
func Find(tag string) (l language.Language, ok bool) {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	for _, l := range languages {
		if l.Tag() == primary {
			return l, true
		}
	}
	return languages[0], false
}

// Tags returns the tags of all languages, the one to fall back to first.
func Tags() []string {
	var out []string
	for _, l := range languages {
		out = append(out, l.Tag())
	}
	return out
}
