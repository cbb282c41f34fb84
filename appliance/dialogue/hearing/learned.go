package hearing

import (
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// learned finds what the owner has told of the very words of an utterance.
type learned map[string]Ask

// learn reads the examples of a profile; those that mean nothing in it are left out.
func learn(b *knowledge.Business, lang language.Language) learned {
	out := learned{}
	for _, e := range b.Learned {
		if a, ok := meant(b, e.Means); ok {
			a.Score, a.Because = 1, e.Text
			out[strings.Join(lang.Words(e.Text), " ")] = a
		}
	}
	return out
}

// meant is what a label of an example asks.
func meant(b *knowledge.Business, label string) (a Ask, ok bool) {
	kind, name, named := strings.Cut(label, ":")
	a.Intent = Intent(kind)
	if !named {
		if kind == "unknown" { // as a price of something that is not offered: it goes on the owner's list
			return Ask{Intent: Price, Unknown: []string{kind}}, true
		}
		return a, kind != string(Answer)
	}
	mention := []knowledge.Mention{{Score: 1}}
	switch a.Intent {
	case Price, Service, Duration:
		for i, s := range b.Services {
			if s.Name == name {
				mention[0].Items, a.Services, ok = []int{i}, mention, true
			}
		}
	case Person, Message, Staff:
		for i, p := range b.Staff {
			if p.Name == name {
				mention[0].Items, a.Staff, ok = []int{i}, mention, true
			}
		}
	case Answer:
		for i, x := range b.Answers {
			if x.Question == name {
				a.Answer, ok = i, true
			}
		}
	}
	return a, ok
}

// find returns what was told of an utterance.
func (l learned) find(r *Reading) bool {
	if len(l) == 0 {
		return false
	}
	a, ok := l[strings.Join(r.Words, " ")]
	if ok {
		a.Text, a.When = r.Text, r.When
		r.Asks = []Ask{a}
	}
	return ok
}
