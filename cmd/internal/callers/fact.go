package callers

import (
	"strings"

	"frontdesk.internal/appliance/language"
)

// Fact is what a caller must have learned for a wish to be met.
type Fact struct {
	What   string
	Heard  []string       // of which each must be heard on the line, "a|b" either
	Said   string         // what the box must say that it has said
	Spoken string         // a name that must be in it
	Keys   []language.Key // of whose texts one must be in it
	Most   string         // an owner's text of which most words must be in it
	Day    string         // the weekday that is asked about
	Wrong  []string       // what must not be said instead: facts of the profile that are another's
	Not    bool           // nothing must be said to be offered
}

// overlap is the share of an owner's words that are enough to have heard his reply, of which one may have been cut off.
const overlap = 0.5

// Met says whether what the box says that it has said tells the fact.
func (f *Fact) Met(l language.Language, said string) bool {
	if f.Not {
		return !offers(l, said)
	}
	if f.Said != "" && !Says(said, f.Said) {
		return false
	}
	if f.Most != "" && covers(l, said, f.Most) >= overlap {
		return true
	}
	if f.Spoken == "" && f.Most == "" {
		return f.Day == "" || Says(said, f.Day) || Says(said, dayWords[l.Tag()])
	}
	return f.Spoken != "" && Says(said, l.Aloud(f.Spoken, "")) && f.keyed(l, said)
}

// dayWords are what days are called that have a name of their own.
var dayWords = map[string]string{"en": "today|tomorrow|every day|to", "de": "heute|morgen|jeden Tag|bis"}

func (f *Fact) keyed(l language.Language, said string) bool {
	for _, k := range f.Keys {
		if cueOf(l, k).in(Words(said)) >= 0 {
			return true
		}
	}
	return len(f.Keys) == 0
}

// OnLine says whether the line carried the fact, by what a recogniser made of it.
func (f *Fact) OnLine(l language.Language, heard string) bool {
	for _, h := range f.Heard {
		if !Says(heard, h) {
			return false
		}
	}
	return f.Most == "" || f.Spoken != "" || covers(l, heard, f.Most) >= overlap*0.7 // a recogniser errs in names and long words
}

// Mistaken returns the fact of another day or service that was told instead; "" is none.
func (f *Fact) Mistaken(l language.Language, said string) string {
	if f.Not && offers(l, said) {
		return "it was said to be offered"
	}
	if f.Met(l, said) {
		return ""
	}
	for _, w := range f.Wrong {
		parts := strings.Split(w, "…")
		all := true
		for _, p := range parts {
			all = all && Says(said, p)
		}
		if all && (f.Day == "" || !Says(said, f.Day)) {
			return w
		}
	}
	return ""
}

// offers says whether something is said to be offered.
func offers(l language.Language, said string) bool {
	return cueOf(l, language.TextOffered).in(Words(said)) >= 0
}

// covers is the share of the words of text that carry meaning and are in said.
func covers(l language.Language, said, text string) float64 {
	there := map[string]bool{}
	for _, w := range l.Words(said) {
		there[l.Root(w)] = true
	}
	all, found := 0, 0
	for _, w := range l.Words(text) {
		if l.StopWord(w) {
			continue
		}
		all++
		if there[l.Root(w)] {
			found++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(found) / float64(all)
}
