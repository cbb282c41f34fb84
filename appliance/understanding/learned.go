package understanding

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// taught is how near an utterance must lie to a turn whose meaning the owner has told to mean the same without further proof. Turns
// that say the same in other words lie at 0.6 and above, those about different things seldom above 0.4.
const taught = 0.75

// lesson is a turn whose meaning the owner has told.
type lesson struct {
	words string
	ask   Ask
	vecs  [][]float32
}

// learn reads the examples of a profile; those that mean nothing in it are left out.
func learn(b *knowledge.Business, lang language.Language) []lesson {
	var out []lesson
	for _, e := range b.Learned {
		if a, ok := meant(b, e.Means); ok {
			a.Score, a.Because = 1, e.Text
			out = append(out, lesson{words: strings.Join(lang.Words(e.Text), " "), ask: a})
		}
	}
	return out
}

// meant is what a label of an example asks.
func meant(b *knowledge.Business, label string) (a Ask, ok bool) {
	kind, name, named := strings.Cut(label, ":")
	a.Intent = Intent(kind)
	a.Meaning = meaning(a.Intent)
	if !named {
		return a, a.Intent != Answer
	}
	mention := []knowledge.Mention{{Score: 1}}
	switch a.Intent {
	case Price, Service, Duration:
		i := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == name })
		mention[0].Items, a.Services, a.Meaning.Service, ok = []int{i}, mention, i, i >= 0
	case Person, Message, Staff:
		i := slices.IndexFunc(b.Staff, func(p knowledge.Person) bool { return p.Name == name })
		mention[0].Items, a.Staff, a.Meaning.Person, ok = []int{i}, mention, i, i >= 0
	case Answer:
		i := slices.IndexFunc(b.Answers, func(x knowledge.Answer) bool { return x.Question == name })
		a.Answer, a.Meaning.Answer, ok = max(i, 0), i, i >= 0
	}
	return a, ok
}

// told returns what the owner has told of an utterance, or of one that says the same.
func (r *Reader) told(v view) (Ask, bool) {
	words := strings.Join(v.seg.words, " ")
	best, at := 0.0, -1
	for i, l := range r.lessons {
		if l.words == words {
			best, at = 1, i
			break
		}
		if s := nearest(v.seg.vec, l.vecs); s >= taught && s > best {
			best, at = s, i
		}
	}
	if at < 0 {
		return Ask{}, false
	}
	a := r.lessons[at].ask
	a.Score, a.Text, a.When = best, v.seg.text, v.seg.when
	return a, true
}
