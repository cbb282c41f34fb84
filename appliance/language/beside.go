package language

import (
	"strings"

	"frontdesk.internal/appliance/language/phrase"
)

// Beside finds a question that stands beside something else in one turn, with a mark between them or none: "yes please and how much would
// it be roughly".
type Beside struct {
	Joins  phrase.Set     // words that join a question to what stands before it
	Opens  phrase.Phrases // how one begins there; anchored by "^"
	Any    phrase.Phrases // how one begins that needs no such word; anchored, too
	Starts phrase.Set     // words with which a clause begins that asks something: nothing within it begins a question of its own
	Words  func(text string) []string
}

// besideLeast is how many words a question beside something else has at the least.
const besideLeast = 3

// Find returns the question, and the text without it and without what joins it. question is "" when there is none, rest when there is
// nothing else.
func (b Beside) Find(text string) (rest, question string) {
	fields := fieldsOf(text)
	asks := false // the clause
	for at := range fields {
		from := fields[at][0]
		words := b.Words(text[from:])
		begins := b.begins(text, fields, at)
		if begins {
			asks = len(words) > 0 && b.Starts[words[0]]
		}
		if len(words) < besideLeast || !(b.Any.In(words) && (begins || !asks)) && !(begins && b.Opens.In(words)) {
			continue
		}
		end := sentenceEnd(text, from)
		before := at
		for before > 0 && b.joins(text[fields[before-1][0]:fields[before-1][1]]) {
			before--
		}
		rest = strings.TrimSpace(text[:fields[before][0]])
		if before == 0 {
			rest = ""
		}
		return strings.TrimSpace(rest + " " + strings.TrimSpace(text[end:])), strings.TrimSpace(text[from:end])
	}
	return text, ""
}

// begins says whether a clause may begin with field at: at the start, behind a mark, or behind a word that joins.
func (b Beside) begins(text string, fields [][2]int, at int) bool {
	if at == 0 {
		return true
	}
	before := text[fields[at-1][0]:fields[at-1][1]]
	return strings.ContainsAny(before[len(before)-1:], ",.;!?:–") || b.joins(before)
}

func (b Beside) joins(field string) bool {
	words := b.Words(field)
	return len(words) == 1 && b.Joins[words[0]]
}

// sentenceEnd is behind the mark that ends the sentence which holds position from.
func sentenceEnd(text string, from int) int {
	if i := strings.IndexAny(text[from:], ".!?"); i >= 0 {
		return from + i + 1
	}
	return len(text)
}
