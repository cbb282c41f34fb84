package en

import (
	"slices"
	"strings"
)

// Undoes implements [language.Replies].
func (Language) Undoes(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc([]string{
			"cancel", "reschedul", "mov", "postpon", "chang", "confirm", "shift", "already", "existing", "forgot",
		}, func(stem string) bool { return strings.HasPrefix(w, stem) })
	})
}
