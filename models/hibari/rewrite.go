package hibari

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// rewriting replaces what an expression finds. Go's expressions cannot look around, so what must stand before is a function, and what must
// follow belongs to the expression, behind an empty group that marks the end of what is replaced.
type rewriting struct {
	find  *regexp.Regexp                           // tried at one place after the other
	start func(before rune) bool                   // whether it may be found behind this character; utf8.RuneError is the beginning
	with  func(found []string, rest string) string // what takes its place; found[0] is what is replaced, rest what follows
	needs string                                   // one of these characters is in a text that it can be found in; "" for any
}

// apply rewrites a text.
func (r rewriting) apply(text string) string {
	if r.needs != "" && !strings.ContainsAny(text, r.needs) {
		return text
	}
	var b strings.Builder
	done := 0
	before := utf8.RuneError
	for i := 0; i < len(text); {
		if r.start(before) {
			if m := r.find.FindStringSubmatchIndex(text[i:]); m != nil && endOf(m) > 0 {
				end := i + endOf(m)
				found := make([]string, len(m)/2)
				for g := range found {
					if m[2*g] >= 0 {
						found[g] = text[i+m[2*g] : i+m[2*g+1]]
					}
				}
				found[0] = text[i:end]
				b.WriteString(text[done:i])
				b.WriteString(r.with(found, text[end:]))
				before = last(text[:end])
				done, i = end, end
				continue
			}
		}
		c, size := utf8.DecodeRuneInString(text[i:])
		before, i = c, i+size
	}
	return b.String() + text[done:]
}

// The ways in which what is found may begin.
func anywhere(rune) bool      { return true }
func atWord(before rune) bool { return before == utf8.RuneError || !isWord(before) }

// apartFrom is atWord with more characters that must not stand before.
func apartFrom(others string) func(rune) bool {
	return func(before rune) bool { return atWord(before) && !strings.ContainsRune(others, before) }
}

// alternatives is an expression for words, the longest first.
func alternatives(words []string) string {
	words = byLength(words)
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = regexp.QuoteMeta(w)
	}
	return strings.Join(quoted, "|")
}
