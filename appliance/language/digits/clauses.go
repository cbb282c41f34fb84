package digits

import (
	"regexp"
	"strings"
)

var (
	// pause is where one who speaks pauses, as a recogniser writes it.
	pause = regexp.MustCompile(`[,;!?…]+(?:\s+|$)|\.+(?:\s+|$)|\s+[-–—]+\s+|:\s+`)
	// trunk is a prefix that is not dialled behind a country code: "+44 (0)20".
	trunk = regexp.MustCompile(`(\+\s*\d{1,3}\s*)\(\s*0\s*\)`)
	// between stands between digits and means nothing.
	between = strings.NewReplacer("-", " ", ".", " ", "(", " ", ")", " ", "/", " ", ",", " ", "·", " ", "–", " ", "+", " plus ")
)

// Clauses cuts what was said where one who speaks pauses, and each clause into words: signs between digits are gone, a "+" is the word "plus".
func Clauses(text string, words func(string) []string) [][]string {
	var out [][]string
	for _, c := range pause.Split(trunk.ReplaceAllString(text, "$1"), -1) {
		if w := words(between.Replace(c)); len(w) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// Figures returns the digits of a word in figures: "217", and "5:55" or "55o6" as a recogniser may write it in the middle of a number. sure is
// false where the word may as well be something else.
func Figures(w string) (digits string, sure bool) {
	var b strings.Builder
	sure = true
	for _, r := range w {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == 'o' && len(w) > 1:
			b.WriteByte('0')
			sure = false
		case r == ':':
			sure = false
		default:
			return "", false
		}
	}
	if !strings.ContainsAny(w, "0123456789") {
		return "", false
	}
	return b.String(), sure
}
