package hibari

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// piece is a word, a number or a sign of a text.
type piece struct {
	text  string
	space bool // white space follows
}

// Signs that stand before or behind words and are pieces of their own.
const (
	quotes      = "'\"”“`‘´’‚,„»«「」『』（）〔〕【】《》〈〉"
	punctuation = "…,:;!?¿¡()[]{}<>_#*&。？！，、；：～·"
	pictures    = "™®©°§¶†‡•"
	signs       = "$£€¥฿₽₹₩₪₺₴₦₫₱₲₵₸₼₾₿"
)

var (
	// signCodes are currencies written with a letter.
	signCodes = []string{"US$", "C$", "A$"}
	// measures are cut off the number before them, the longest first.
	measures = byLength(strings.Fields("km km² km³ m m² m³ dm dm² dm³ cm cm² cm³ mm mm² mm³ ha µm nm yd in ft kg g mg µg t lb oz m/s km/h " +
		"kmh mph hPa Pa mbar mb MB kb KB gb GB tb TB T G M K %"))
	// address is the form of those of the web and of mail, which are not cut.
	address = regexp.MustCompile(`(?i)\A(?:(?:(?:https?|ftp)://|www\.)\S+|[\pL\pN_.+-]+@[\pL\pN_-]+(?:\.[\pL\pN_-]+)+` +
		`|(?:[\pL\pN_-]+\.)+(?:com|org|net|edu|gov|io|co|uk|de|fr|info|biz|us|ca|au|tv|me|ly|ai)(?:/\S*)?)\z`)
)

// byLength sorts words so that the longest come first; the order of those of one length stays.
func byLength(words []string) []string {
	slices.SortStableFunc(words, func(a, b string) int { return count(b) - count(a) })
	return words
}

// tokenizer cuts a text into pieces as spaCy does it for English. special are the words that it cuts by a list.
type tokenizer struct{ special map[string][]string }

// pieces cuts a text.
func (t tokenizer) pieces(text string) []piece {
	words := strings.Fields(text)
	var out []piece
	for i, w := range words {
		for _, p := range t.split(w) {
			out = append(out, piece{text: p})
		}
		out[len(out)-1].space = i+1 < len(words)
	}
	return out
}

// split cuts a text without spaces: signs are taken off both ends until a known word is left, then what is inside is cut.
func (t tokenizer) split(s string) []string {
	if list, ok := t.special[s]; ok {
		return list
	}
	var front, back []string
	for s != "" && t.special[s] == nil {
		n := leading(s)
		if n > 0 && t.special[s[n:]] != nil {
			front, s = append(front, s[:n]), s[n:]
			break
		}
		m := trailing(s[n:])
		if m > 0 && t.special[s[:len(s)-m]] != nil {
			back, s = append(back, s[len(s)-m:]), s[:len(s)-m]
			break
		}
		if n == 0 && m == 0 {
			break
		}
		if n > 0 {
			front = append(front, s[:n])
		}
		if m > 0 {
			back = append(back, s[len(s)-m:])
		}
		s = s[n : len(s)-m]
	}
	out := front
	switch list := t.special[s]; {
	case s == "":
	case list != nil:
		out = append(out, list...)
	case address.MatchString(s):
		out = append(out, s)
	default:
		out = append(out, inside(s)...)
	}
	slices.Reverse(back)
	return t.rejoin(append(out, back...))
}

// leading returns the length of the sign with which s begins.
func leading(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == '.':
		if dots := len(s) - len(strings.TrimLeft(s, ".")); dots > 1 {
			return dots
		}
		return 0
	case r == '+':
		if n < len(s) && isDigit(rune(s[n])) {
			return 0
		}
		return n
	case strings.ContainsRune("%=—–"+punctuation+quotes+signs+pictures, r):
		return n
	}
	for _, c := range signCodes {
		if strings.HasPrefix(s, c) {
			return len(c)
		}
	}
	return 0
}

// trailing returns the length of the sign with which s ends.
func trailing(s string) int {
	n := 0
	if dots := len(s) - len(strings.TrimRight(s, ".")); dots > 1 {
		n = dots
	}
	for _, end := range []string{"'s", "'S", "’s", "’S", "……"} {
		if strings.HasSuffix(s, end) {
			n = max(n, len(end))
		}
	}
	for _, m := range measures {
		if behindDigit(s, m) {
			n = max(n, len(m))
			break
		}
	}
	for _, c := range signCodes {
		if behindDigit(s, c) {
			n = max(n, len(c))
		}
	}
	if n > 0 || s == "" {
		return n
	}
	r, size := utf8.DecodeLastRuneInString(s)
	before, _ := utf8.DecodeLastRuneInString(s[:len(s)-size])
	switch {
	case r == '.' && fullStop(s[:len(s)-1]),
		strings.ContainsRune(punctuation+quotes+pictures+"—–", r),
		(r == '+' || strings.ContainsRune(signs, r)) && isDigit(before):
		return size
	}
	return 0
}

// behindDigit reports whether s ends with a digit and end.
func behindDigit(s, end string) bool {
	rest, ok := strings.CutSuffix(s, end)
	return ok && rest != "" && isDigit(rune(rest[len(rest)-1]))
}

// fullStop reports whether a full stop behind s is one, and no part of an abbreviation or an initial.
func fullStop(s string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	if size == 0 {
		return false
	}
	if isDigit(r) || isLower(r) || strings.ContainsRune("%²-+"+punctuation+quotes, r) {
		return true
	}
	before, n := utf8.DecodeLastRuneInString(s[:len(s)-size])
	if isUpper(r) && n > 0 && isUpper(before) {
		return true
	}
	degree, _ := utf8.DecodeLastRuneInString(s[:len(s)-size])
	return strings.ContainsRune("FfCcKk", r) && degree == '°'
}

// inside cuts s at the signs within: hyphens, slashes, commas without a space.
func inside(s string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); {
		n := infix(s, i)
		if n == 0 {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		if i > 0 {
			if i > start {
				out = append(out, s[start:i])
			}
			out = append(out, s[i:i+n])
			start = i + n
		}
		i += n
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}

// infix returns the length of the sign at s[i:] that cuts s.
func infix(s string, i int) int {
	r, n := utf8.DecodeRuneInString(s[i:])
	before, m := utf8.DecodeLastRuneInString(s[:i])
	after := func(n int) rune {
		if i+n >= len(s) {
			return 0
		}
		c, _ := utf8.DecodeRuneInString(s[i+n:])
		return c
	}
	if r == '.' && after(1) == '.' {
		return len(s[i:]) - len(strings.TrimLeft(s[i:], "."))
	}
	if r == '…' || strings.ContainsRune(pictures, r) {
		return n
	}
	next := after(n)
	switch {
	case m == 0:
		return 0
	case strings.ContainsRune("+-*^", r) && isDigit(before) && (isDigit(next) || next == '-'):
		return n
	case r == '.' && (isLower(before) || strings.ContainsRune(quotes, before)) && next != 0 &&
		(isUpper(next) || strings.ContainsRune(quotes, next)):
		return n
	case r == ',' && isLetter(before) && isLetter(next):
		return n
	case before == '_' || !isWord(before):
		return 0
	case strings.ContainsRune(":<>=/", r) && isLetter(next):
		return n
	}
	for _, dash := range []string{"-", "–", "—", "--", "---", "——", "~"} {
		if strings.HasPrefix(s[i:], dash) && isLetter(after(len(dash))) {
			return len(dash)
		}
	}
	return 0
}

// rejoin puts pieces together that are a known word: "Sept" and ".".
func (t tokenizer) rejoin(pieces []string) []string {
	if len(pieces) < 2 {
		return pieces
	}
	var out []string
next:
	for i := 0; i < len(pieces); {
		for k := 3; k > 1; k-- {
			if i+k > len(pieces) {
				continue
			}
			if list := t.special[strings.Join(pieces[i:i+k], "")]; list != nil {
				out = append(out, list...)
				i += k
				continue next
			}
		}
		out = append(out, pieces[i])
		i++
	}
	return out
}
