package language

import (
	"strings"
	"unicode/utf8"
)

// Letters of names that only join others; what is left of a name without vowels is none.
const (
	vowels      = "aeiouyäöüáàâåæçéèêëíìîïñóòôøúùûýœ"
	bareMost    = 3       // the most letters of a name without a vowel, beside another one: "Ng", "Vlk"
	onlyBetween = "jqvwx" // between consonants they are a letter that was heard wrongly
)

// Possible says whether a name can be one: each word can be spoken, and none is of the words that carried it ("das ist K").
func (r *NameReader) Possible(name string) bool {
	words := strings.Fields(name)
	vowel := false
	for _, w := range words {
		low := strings.ToLower(strings.Trim(w, ".,"))
		if r.Title(low) || r.Particle[low] {
			continue
		}
		if len(words) > 1 && r.Carriers[low] && !r.Book.Known(low) {
			return false
		}
		singles := 0
		for part := range strings.SplitSeq(low, "-") {
			switch n := utf8.RuneCountInString(part); {
			case n == 1:
				singles++
			case strings.ContainsAny(part, vowels):
				vowel = true
				if clusters(part) {
					return false
				}
			case n > bareMost:
				return false
			}
		}
		if singles > 1 || singles == 1 && utf8.RuneCountInString(low) > 1 && strings.Contains(low, "-") {
			return false
		}
	}
	return vowel
}

// clusters says whether a letter stands between consonants that never does so in a name.
func clusters(word string) bool {
	rs := []rune(word)
	consonant := func(i int) bool { return i >= 0 && i < len(rs) && !strings.ContainsRune(vowels+"'’", rs[i]) }
	for i, r := range rs {
		if strings.ContainsRune(onlyBetween, r) && consonant(i-1) && consonant(i+1) && rs[i+1] != r &&
			(r != 'q' || rs[i+1] != 'v') { // "Lindqvist"
			return true
		}
	}
	return false
}
