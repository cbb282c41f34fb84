package knowledge

import (
	"fmt"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Passage is one to three sentences of a document of the business, quoted as they are written.
type Passage struct {
	Document string // its ID
	Name     string // of the document, as it is spoken: "house rules"
	Page     int    // from 1; 0 = not known
	Heading  string // that it stands under
	Text     string
}

// Source names where a passage stands, for the record of a call. It has no blank: blanks part sources.
func (p Passage) Source() string {
	if p.Page == 0 {
		return fmt.Sprintf("documents[%s]", p.Document)
	}
	return fmt.Sprintf("documents[%s].page[%d]", p.Document, p.Page)
}

// Passages returns what callers may be told of documents.
func Passages(ds []record.Document) []Passage {
	var out []Passage
	for _, d := range ds {
		if !d.Removed.IsZero() {
			continue
		}
		for _, p := range d.Passages {
			if !p.Off {
				out = append(out, Passage{Document: d.ID, Name: d.Name, Page: p.Page, Heading: p.Heading, Text: p.Text})
			}
		}
	}
	return out
}

// longQuote is how many characters of a passage are heard at the most before a second sentence is left out: nobody keeps more in mind.
const longQuote = 240

// Excerpt returns the one or two sentences of a passage, as they are written, that share most words with what was asked; the first
// ones where none does.
func (p Passage) Excerpt(asked string, l language.Language) string {
	sentences := language.Written(l, p.Text)
	wanted := map[string]bool{}
	for _, w := range l.Words(asked) {
		if !l.StopWord(w) {
			wanted[l.Root(w)] = true
		}
	}
	shared := func(text string) int {
		found := map[string]bool{}
		for _, w := range l.Words(text) {
			if r := l.Root(w); wanted[r] {
				found[r] = true
			}
		}
		return len(found)
	}
	best, most := "", -1
	for i, s := range sentences {
		if n := 2 * shared(s); n > most {
			best, most = s, n
		}
		if i+1 == len(sentences) {
			break
		}
		// Of what fits as well, two sentences tell more than one.
		if pair := s + " " + sentences[i+1]; len([]rune(pair)) <= longQuote && 2*shared(pair)+1 > most {
			best, most = pair, 2*shared(pair)+1
		}
	}
	return best
}
