package language

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Written cuts a text that somebody has written into sentences, by what a language knows of them: as what was heard, but nothing new
// begins with a small letter or behind a semicolon.
func Written(r interface{ Sentences(text string) []string }, text string) []string {
	var out []string
	for _, s := range r.Sentences(text) {
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, "\"'“„«("))
		if k := len(out) - 1; k >= 0 && (unicode.IsLower(first) || strings.HasSuffix(out[k], ";")) {
			out[k] += " " + s
			continue
		}
		out = append(out, s)
	}
	return out
}

// Ended is a text with a mark at its end, so that a voice falls there.
func Ended(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?") || strings.HasSuffix(text, "…") {
		return text
	}
	if bare := strings.TrimRight(text, "\"')”’»"); bare != text && bare != "" && strings.ContainsAny(bare[len(bare)-1:], ".!?") {
		return text
	}
	return strings.TrimRight(text, ",;: ") + "."
}
