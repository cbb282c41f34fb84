package dialogue

import (
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// Quote is what is said of a passage that answers a question, in the owner's own words, and the source for the record. l is the
// language that the passage is written in.
func Quote(p knowledge.Passage, asked string, l language.Language) (line language.Line, source string) {
	return language.K(language.QuoteDocument, language.Args{Document: p.Name, Text: p.Excerpt(asked, l)}), p.Source()
}
