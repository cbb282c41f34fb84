package en

import (
	"strings"
	"unicode"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// stem cuts the endings that do not change what a word names: cleanings, cleaning and clean are one.
func stem(w string) string {
	if strings.ContainsFunc(w, unicode.IsDigit) || len(w) < 4 {
		return w
	}
	cut := func(suffix, instead string, least int) bool {
		if s, ok := strings.CutSuffix(w, suffix); ok && len(s) >= least {
			w = s + instead
			return true
		}
		return false
	}
	_ = cut("ies", "y", 2) || cut("sses", "ss", 2) || cut("shes", "sh", 2) || cut("ches", "ch", 2) || cut("xes", "x", 2) ||
		(!strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") && cut("s", "", 3))
	if cut("ing", "", 3) || cut("ed", "", 3) {
		if n := len(w); n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsz", rune(w[n-1])) {
			w = w[:n-1] // "clogged" → "clog"
		}
		return w
	}
	_ = cut("ment", "", 4) || cut("e", "", 3)
	return w
}

// sound returns a rough key of how a word is pronounced in English: words that a recogniser confuses share it. Vowels count only at the
// start.
func sound(w string) string {
	var b []byte
	put := func(c byte) {
		if n := len(b); n == 0 || b[n-1] != c {
			b = append(b, c)
		}
	}
	at := func(i int) byte {
		if i >= 0 && i < len(w) {
			return w[i]
		}
		return 0
	}
	for i := 0; i < len(w); i++ {
		c, next := w[i], at(i+1)
		switch c {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			if i == 0 {
				put('a')
			}
		case 'b', 'f', 'v', 'p':
			switch {
			case c == 'p' && next == 'h':
				put('f')
				i++
			case c == 'b' && next == 0 && at(i-1) == 'm': // "crumb"
			case c == 'v':
				put('f')
			default:
				put(c)
			}
		case 'c':
			switch {
			case next == 'h':
				put('x')
				i++
			case next == 'e' || next == 'i' || next == 'y':
				put('s')
			default:
				put('k')
			}
		case 'd', 't':
			switch {
			case c == 't' && next == 'c' && at(i+2) == 'h':
			case c == 't' && next == 'i' && at(i+2) == 'o':
				put('x')
			case next == 'h':
				put('0')
				i++
			default:
				put('t')
			}
		case 'g':
			switch {
			case next == 'h':
				i++
			case next == 'n' && i == 0:
			case next == 'e' || next == 'i' || next == 'y':
				put('j')
			default:
				put('k')
			}
		case 'h', 'w':
			if c == 'w' && i == 0 && next != 'r' {
				put('w')
			}
		case 'k', 'q':
			if c != 'k' || next != 'n' || i != 0 {
				put('k')
			}
		case 's', 'z':
			if c == 's' && next == 'h' {
				put('x')
				i++
				continue
			}
			put('s')
		case 'x':
			put('k')
			put('s')
		default:
			put(c)
		}
	}
	return string(b)
}

// Alike implements [language.Vocabulary].
func (Language) Alike(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case len(a) < 3 || len(b) < 3 || language.HasDigit(a) || language.HasDigit(b):
		return 0
	}
	sa, sb := stem(a), stem(b)
	if sa == sb {
		return 0.97
	}
	if min(len(sa), len(sb)) < 4 {
		return 0
	}
	ka, kb := sound(sa), sound(sb)
	switch longest := max(len(sa), len(sb)); {
	case ka == kb && len(ka) >= 3 && language.Edits(sa, sb, 3) <= max(1, longest/3):
		return 0.85
	case language.Slip(sa, sb):
		return 0.8
	}
	return 0
}

// AlikeName implements [language.Vocabulary].
func (Language) AlikeName(said, want string) float64 {
	switch {
	case said == want:
		return 1
	case stopWords[said] || lightWords[said] || len(said) < 4 || len(want) < 4:
		return 0
	case sound(said) == sound(want) && language.Edits(said, want, 2) <= 2 && stem(said) != want:
		return 0.85
	case len(want) >= 6 && said[0] == want[0] && language.Edits(said, want, 1) <= 1:
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
func (Language) Particle(w string) bool { return w == "up" || w == "out" }

// Noun implements [language.Vocabulary].
func (Language) Noun(words []string, at int) bool {
	if at == 0 {
		return false
	}
	switch words[at-1] {
	case "a", "an", "my", "our", "his", "her", "the", "simple", "last", "new":
		return true
	}
	return false
}

// Negated implements [language.Reader].
func (Language) Negated(words []string, at int) bool {
	return phrase.Has(words[max(0, at-4):at], "not", "no", "non", "never", "without")
}
