package callers

import "frontdesk.internal/appliance/language"

// SpokenNumber is how a caller says a number.
func (c *Caller) SpokenNumber(number string, style int) string {
	return books[c.Tongue().Tag()].spoken(number, style, false)
}

// Questions are the texts that callers answer.
func Questions() []language.Key { return questions }

// CueWords are the words by which a text is known again.
func CueWords(l language.Language, k language.Key) string { return cueOf(l, k).words }

// LastQuestion is the text of the office that was said last.
func LastQuestion(l language.Language, said string) language.Key { return newEar(l).last(said) }
