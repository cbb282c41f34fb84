package de

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// endings that do not change what a word names, longest first: those of the plural and the cases, of comparison and of what is made of
// verbs. They are cut in this order, one of each group.
//
// This is a stemmer of our own rather than the one of Snowball: it works on folded umlauts, which make Zahn and Zähne one, and twenty
// lines are less than another dependency.
var (
	inflections = []string{"erinnen", "innen", "ern", "em", "en", "er", "es", "e"}
	derivations = []string{"ung", "lich", "isch", "heit", "keit", "in"}
)

// leastStem is the fewest letters that are left of a word.
const leastStem = 4

// stem cuts endings and unfolds umlauts, which German puts into plurals.
func stem(w string) string {
	if language.HasDigit(w) || len(w) < leastStem {
		return w
	}
	w = unfold(w)
	if n := len(w) - 1; n >= leastStem && ownEnding(w[n-1], w[n]) {
		w = w[:n]
	}
	for _, group := range [][]string{inflections, derivations} {
		for _, e := range group {
			if s, ok := strings.CutSuffix(w, e); ok && len(s) >= leastStem {
				w = s
				break
			}
		}
	}
	return w
}

// ownEnding says whether the last letter of a word is an ending: "Kellers", "Kugeln"; the s of "Haus" is its own.
func ownEnding(before, last byte) bool {
	return last == 's' && strings.IndexByte("aeiousx", before) < 0 || last == 'n' && (before == 'l' || before == 'r')
}

// unfold writes ae, oe and ue without the e. "ue" behind a vowel or q is none: "neue", "Quelle".
func unfold(w string) string {
	var b strings.Builder
	for i := 0; i < len(w); i++ {
		b.WriteByte(w[i])
		vowel := i > 0 && strings.IndexByte("aeiouq", w[i-1]) >= 0
		if at(w, i+1) == 'e' && strings.IndexByte("aou", w[i]) >= 0 && !vowel {
			i++
		}
	}
	return b.String()
}

// sound returns the code of a word by the Cologne phonetics (H. J. Postel, 1969): words that sound alike in German share it.
func sound(w string) string {
	var b []byte
	for i := range len(w) {
		code := soundOf(at(w, i-1), w[i], at(w, i+1), i == 0)
		for k := range len(code) {
			if n := len(b); n == 0 || b[n-1] != code[k] {
				b = append(b, code[k])
			}
		}
	}
	// Vowels count only at the start.
	out := b[:0:0]
	for i, c := range b {
		if c != '0' || i == 0 {
			out = append(out, c)
		}
	}
	return string(out)
}

func at(w string, i int) byte {
	if i < 0 || i >= len(w) {
		return 0
	}
	return w[i]
}

// soundOf is the code of one letter between its neighbours.
func soundOf(before, c, after byte, first bool) string {
	in := func(b byte, of string) bool { return b != 0 && strings.IndexByte(of, b) >= 0 }
	switch {
	case in(c, "aeijouy"):
		return "0"
	case c == 'h':
		return ""
	case c == 'b', c == 'p' && after != 'h':
		return "1"
	case (c == 'd' || c == 't') && !in(after, "csz"):
		return "2"
	case c == 'd', c == 't':
		return "8"
	case in(c, "fvwp"):
		return "3"
	case in(c, "gkq"):
		return "4"
	case c == 'c' && first && in(after, "ahkloqrux"), c == 'c' && !first && in(after, "ahkoqux") && !in(before, "sz"):
		return "4"
	case c == 'x' && !in(before, "ckq"):
		return "48"
	case c == 'l':
		return "5"
	case in(c, "mn"):
		return "6"
	case c == 'r':
		return "7"
	}
	return "8" // c, s, x, z
}

// Parts of a compound are this long at least; shorter ones are in too many words.
const (
	leastHead     = 5 // "Haarschnitt" in "Herrenhaarschnitt"
	leastModifier = 5
	leastRest     = 3
)

// How sure it is that a part of a compound means the whole, and the other way round.
const (
	headSaid     = 0.75 // "Reinigung" for "Zahnreinigung"
	headWanted   = 0.85 // "Zahnreinigung" for "Reinigung": it is one
	modifierSaid = 0.6  // "Wurzel" for "Wurzelbehandlung"
)

// compound compares words of which one is a part of the other. German makes of two nouns one word, whose last part says what it is.
func compound(said, wanted string) float64 {
	switch {
	case hasHead(wanted, said):
		return headSaid
	case hasHead(said, wanted):
		return headWanted
	case hasModifier(wanted, said), hasModifier(said, wanted):
		return modifierSaid
	}
	return 0
}

func hasHead(whole, part string) bool {
	return len(part) >= leastHead && len(whole)-len(part) >= leastRest && strings.HasSuffix(whole, part)
}

func hasModifier(whole, part string) bool {
	rest, ok := strings.CutPrefix(whole, part)
	return ok && len(part) >= leastModifier && len(rest) >= leastHead
}

// leastSound is the fewest letters of stems that may be compared by their sound: in shorter ones the vowels, which have none, tell words
// apart.
const leastSound = 6

// Alike implements [language.Vocabulary].
func (Language) Alike(said, wanted string) float64 {
	switch {
	case said == wanted:
		return 1
	case len(said) < 3 || len(wanted) < 3 || language.HasDigit(said) || language.HasDigit(wanted):
		return 0
	}
	a, b := stem(said), stem(wanted)
	if a == b {
		return 0.97
	}
	if min(len(a), len(b)) < 4 {
		return 0
	}
	if s := max(compound(a, b), compound(unfold(said), unfold(wanted))); s > 0 {
		return s
	}
	ka, kb := sound(a), sound(b)
	switch longest := max(len(a), len(b)); {
	case ka == kb && len(ka) >= 3 && longest >= leastSound && language.Edits(a, b, 3) <= longest/3:
		return 0.85
	case language.Slip(a, b):
		return 0.8
	}
	return 0
}

// AlikeName implements [language.Vocabulary].
func (Language) AlikeName(said, wanted string) float64 {
	switch {
	case said == wanted:
		return 1
	case stopWords[said] || lightWords[said] || len(said) < 4 || len(wanted) < 4:
		return 0
	case sound(said) == sound(wanted) && language.Edits(said, wanted, 3) <= max(len(said), len(wanted))/2:
		return 0.85
	case len(wanted) >= 6 && said[0] == wanted[0] && language.Edits(said, wanted, 1) <= 1:
		return 0.8
	}
	return 0
}

// Synonym implements [language.Vocabulary].
func (Language) Synonym(w string) string {
	if c, ok := sameMeaning[w]; ok {
		return c
	}
	return w
}

// Root implements [language.Vocabulary].
func (l Language) Root(w string) string { return stem(l.Synonym(w)) }

// Particle implements [language.Vocabulary].
func (Language) Particle(string) bool { return false }

// Noun implements [language.Vocabulary].
func (Language) Noun(words []string, at int) bool {
	return at > 0 && phrase.Has(words[at-1:at], "ein", "eine", "einen", "einem", "einer", "der", "die", "das", "den", "dem", "mein",
		"meine", "meinen", "unser", "unsere", "ihr", "ihre")
}

// Negated implements [language.Reader]: German says "no" before a thing and "not" behind a verb.
func (Language) Negated(words []string, at int) bool {
	if phrase.Has(words[max(0, at-4):at], "nicht", "kein", "keine", "keinen", "keinem", "keiner", "ohne", "nie", "niemals") {
		return true
	}
	for i := at + 1; i < len(words) && i <= at+2; i++ {
		if words[i] == "nicht" {
			return true
		}
		if !betweenNot[words[i]] {
			return false
		}
	}
	return false
}

// betweenNot may stand between a verb and its "nicht".
var betweenNot = phrase.NewSet(`aber auch zum es gar ja noch doch jetzt gerade mehr sie ihn ihm mir`)
