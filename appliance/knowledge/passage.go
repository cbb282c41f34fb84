package knowledge

import (
	"fmt"

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
