package record

import "time"

// Document is something that the owner has written and that callers may be told of in its own words: house rules, a price list, terms.
type Document struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`             // as it is spoken: "house rules"
	File     string            `json:"file"`             // that it was read from, without its folder
	Form     string            `json:"form"`             // of the file: "pdf", "docx", "markdown", "text"
	Size     int64             `json:"size"`             // of the file in bytes; the file itself is not kept
	Pages    int               `json:"pages"`            // 0: it has none, or does not tell them
	At       time.Time         `json:"at"`               // when it was added, or replaced last
	By       string            `json:"by,omitempty"`     // who did that
	Notes    []string          `json:"notes"`            // what could not be read of it, in plain words
	Passages []DocumentPassage `json:"passages"`         // in the order of the document
	Removed  time.Time         `json:"removed,omitzero"` // when it was removed; it can be had back for a while
}

// DocumentPassage is one to three sentences of a document.
type DocumentPassage struct {
	ID      string `json:"id"`                // stays the same in a new version of the document that has the same words
	Page    int    `json:"page,omitempty"`    // from 1; 0 = not known
	Heading string `json:"heading,omitempty"` // that it stands under
	Text    string `json:"text"`
	Off     bool   `json:"off"` // callers are not told of it
}

// On is how many passages callers may be told.
func (d Document) On() int {
	n := 0
	for _, p := range d.Passages {
		if !p.Off {
			n++
		}
	}
	return n
}
