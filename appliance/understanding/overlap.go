package understanding

import (
	"math"

	"frontdesk.internal/appliance/language"
)

// vocabulary is the words that the items of one list are told in, to find an item by the words that an utterance has in common with
// all that is said of it: names, descriptions, replies. Read only once made.
type vocabulary struct {
	lang  language.Language
	items []said
	in    map[string]int // of how many items a word is
}

// said are the roots of the words of one item: of its names, and of all that is said of it.
type said struct{ names, all map[string]bool }

// overlap is what an utterance and an item have in common: the weight of the words in all that is said of the item, of those in its
// names, and which part of its names was said.
type overlap struct{ all, names, part float64 }

func (o overlap) add(f *fit, name string) {
	f.add(name+"overlap", o.all)
	f.add(name+"overlap.names", o.names)
	f.add(name+"overlap.part", o.part)
}

func newVocabulary(l language.Language) *vocabulary {
	return &vocabulary{lang: l, in: map[string]int{}}
}

// add enters an item by its names and what else is said of it.
func (v *vocabulary) add(names []string, more ...string) {
	s := said{map[string]bool{}, map[string]bool{}}
	for _, t := range names {
		for _, w := range v.roots(v.lang.Words(t)) {
			s.names[w], s.all[w] = true, true
		}
	}
	for _, t := range more {
		for _, w := range v.roots(v.lang.Words(t)) {
			s.all[w] = true
		}
	}
	for w := range s.all {
		v.in[w]++
	}
	v.items = append(v.items, s)
}

// roots are the roots of the words that carry meaning, each once.
func (v *vocabulary) roots(words []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range words {
		if v.lang.StopWord(w) {
			continue
		}
		if r := v.lang.Root(w); !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// light is how much a word counts that names nothing by itself, and scale brings the sums to about one.
const (
	light = 0.4
	scale = 0.25
)

// weight is large for a word that few items have.
func (v *vocabulary) weight(root string) float64 {
	w := math.Log((float64(len(v.items)) + 1) / (float64(v.in[root]) + 0.5))
	if v.lang.LightWord(root) {
		w *= light
	}
	return w
}

// overlaps compares words with every item.
func (v *vocabulary) overlaps(words []string) []overlap {
	out := make([]overlap, len(v.items))
	for _, w := range v.roots(words) {
		if v.in[w] == 0 {
			continue
		}
		x := v.weight(w)
		for i, s := range v.items {
			if s.all[w] {
				out[i].all += scale * x
			}
			if s.names[w] {
				out[i].names += scale * x
				out[i].part += x
			}
		}
	}
	for i, s := range v.items {
		if out[i].part == 0 {
			continue
		}
		sum := 0.0
		for w := range s.names {
			sum += math.Round(v.weight(w)*1e6) / 1e6 // rounded: the order of a map must not show
		}
		out[i].part /= sum + 0.1
	}
	return out
}
