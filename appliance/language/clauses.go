package language

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths of what is spoken in one go, in characters.
const (
	clauseMax  = 80  // longer ones are cut
	clauseMost = 100 // no piece is longer where there is any place to cut it
	firstLong  = 30  // the first is cut from here on, so that the voice begins early
	firstLeast = 15  // but never shorter than this
	restLeast  = 12  // nor is less left behind it
)

// Breaks says where the sentences of a language end and where a voice may breathe.
type Breaks struct {
	Abbreviations map[string]bool // words behind which a full stop ends no sentence, in lower case and without it
	Ordinals      bool            // neither does one behind digits: "24."
	Before        []string        // words before which a long sentence may be cut
}

// Sentences cuts a text behind full stops, question and exclamation marks, and semicolons; recognisers do not always begin a sentence with
// a large letter. White space between them is dropped. [Written] is for what people have written.
func (b Breaks) Sentences(text string) []string {
	words := strings.Fields(text)
	var out []string
	from := 0
	for i, w := range words {
		bare := strings.TrimRight(w, `"')]”’`)
		if i+1 < len(words) && !b.ends(bare) {
			continue
		}
		out = append(out, strings.Join(words[from:i+1], " "))
		from = i + 1
	}
	return out
}

// ends says whether a sentence ends with a word that has a next one behind it.
func (b Breaks) ends(w string) bool {
	switch {
	case strings.HasSuffix(w, "!"), strings.HasSuffix(w, "?"), strings.HasSuffix(w, "…"), strings.HasSuffix(w, "..."),
		strings.HasSuffix(w, ";"):
		return true
	case strings.HasSuffix(w, "."):
		return !b.abbreviated(w)
	}
	return false
}

// abbreviated says whether a word that ends in a full stop goes on in the same sentence: titles, initials and the like.
func (b Breaks) abbreviated(w string) bool {
	w = strings.ToLower(strings.TrimLeft(strings.TrimSuffix(w, "."), `"'([“‘`))
	if utf8.RuneCountInString(w) == 1 {
		r, _ := utf8.DecodeRuneInString(w)
		return unicode.IsLetter(r) || (b.Ordinals && unicode.IsDigit(r))
	}
	return b.Abbreviations[w] || (b.Ordinals && len(w) <= 2 && AllDigits(w))
}

// Clauses cuts a text into short pieces for the voice: sentences, and parts of those that are long; the first ends early. Joined with
// blanks they are the words of the text again.
func (b Breaks) Clauses(text string) []string {
	var out []string
	for _, s := range Written(b, text) {
		for {
			limit := clauseMax
			if len(out) == 0 {
				limit = firstLong
			}
			if utf8.RuneCountInString(s) <= limit {
				break
			}
			at := b.cut(s, limit)
			if at < 0 {
				break
			}
			out = append(out, s[:at])
			s = strings.TrimSpace(s[at:])
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cut finds where a long sentence is best cut: behind the last comma before the limit, or the first behind it, else before a word such as
// "and". It is -1 when there is no good place.
func (b Breaks) cut(s string, limit int) int {
	best, least := -1, firstLeast
	for i, n := 0, 0; i < len(s); n++ {
		_, size := utf8.DecodeRuneInString(s[i:])
		if s[i] == ' ' && n >= least && n <= clauseMost && len(s)-i >= restLeast && strings.ContainsRune(",:;", rune(s[i-1])) {
			if best < 0 || n <= limit {
				best = i
			}
		}
		i += size
	}
	if best > 0 || limit < clauseMax {
		return best
	}
	for _, w := range b.Before {
		if i := strings.LastIndex(s[:min(len(s)-restLeast, limit)], " "+w+" "); i >= firstLeast {
			return i
		}
	}
	return -1
}
