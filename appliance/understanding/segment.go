package understanding

import (
	"time"

	"frontdesk.internal/appliance/language"
)

// most bounds the words that are read of one utterance; nobody's question is longer, and it bounds the work.
const most = 90

// segment is an utterance, or a part of it that is read by itself.
type segment struct {
	text  string
	words []string
	tags  []string // what of the profile a word is part of, or ""
	when  language.When
	named Named
	vec   []float32 // nil without embeddings
}

// segment prepares a text for reading.
func (r *Reader) segment(text string, now time.Time) segment {
	words := r.lang.Words(text)
	if len(words) > most {
		words = words[:most]
	}
	s := segment{text: text, words: words, when: r.lang.When(words, now, r.biz.Region)}
	s.named = Named{Services: r.index.Services(words), Staff: r.index.Staff(words), Roles: r.index.Roles(words)}
	s.tags = make([]string, len(words))
	mark := func(tag string, at []int) {
		for _, i := range at {
			s.tags[i] = tag
		}
	}
	for _, m := range s.named.Services {
		if m.Score >= 0.6 {
			mark("#service", m.At)
		}
	}
	for _, m := range s.named.Roles {
		mark("#role", m.At)
	}
	mark("#day", s.when.At)
	mark("#time", s.when.TimeAt)
	for _, m := range s.named.Staff {
		mark("#person", m.At)
	}
	return s
}

// parts cuts an utterance into what may be several questions: sentences, and what an "and" joins to a question.
func (r *Reader) parts(text string) []string {
	var out []string
	for _, s := range r.lang.Sentences(text) {
		out = append(out, splitJoined(r.lang, s)...)
	}
	return out
}

// splitJoined cuts "when do you close and how much is a trim" before the "and", and "they still need firing, do you take them" behind the
// comma.
func splitJoined(l language.Language, text string) []string {
	fields := fieldsAt(text)
	for i, f := range fields {
		if i < 2 || len(fields)-i < 4 {
			continue
		}
		if rest := text[f.to:]; text[f.to-1] == ',' && l.IsQuestion(rest) {
			return append([]string{text[:f.to]}, splitJoined(l, rest)...)
		}
		if ws := l.Words(text[f.from:f.to]); len(ws) != 1 || !l.Joins(ws[0]) {
			continue
		}
		if rest := text[f.to:]; l.IsQuestion(rest) {
			return append([]string{text[:f.from]}, splitJoined(l, rest)...)
		}
	}
	return []string{text}
}

type field struct{ from, to int }

// fieldsAt returns where the words of text stand.
func fieldsAt(text string) []field {
	var out []field
	from := -1
	for i := range len(text) + 1 {
		blank := i == len(text) || text[i] == ' '
		switch {
		case blank && from >= 0:
			out = append(out, field{from, i})
			from = -1
		case !blank && from < 0:
			from = i
		}
	}
	return out
}
