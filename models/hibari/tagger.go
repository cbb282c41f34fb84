package hibari

import (
	"strings"
	"unicode"
)

// tagger says which part of speech each piece is, in the tags of the Penn Treebank: an averaged perceptron over the words around.
type tagger struct {
	Known   map[string]string             `json:"tagdict"` // words that are one part of speech only
	Tags    []string                      `json:"tags"`
	Vocab   []string                      `json:"vocab"`
	Weights map[string]map[string]float64 `json:"weights"`

	frequent map[string]bool // Vocab
	index    map[string]int  // of a tag in Tags
	votes    map[string][]vote
}

// vote is what one feature says for a tag.
type vote struct {
	tag    int
	weight float64
}

// prepare makes what is looked up of what was read.
func (t *tagger) prepare() {
	t.frequent, t.index, t.votes = map[string]bool{}, map[string]int{}, make(map[string][]vote, len(t.Weights))
	for _, w := range t.Vocab {
		t.frequent[w] = true
	}
	for i, tag := range t.Tags {
		t.index[tag] = i
	}
	for feature, weights := range t.Weights {
		list := make([]vote, 0, len(weights))
		for tag, w := range weights {
			list = append(list, vote{t.index[tag], w})
		}
		t.votes[feature] = list
	}
	t.Vocab, t.Weights = nil, nil
}

// tag returns the tag of each piece.
func (t *tagger) tag(pieces []piece) []string {
	around := make([]string, 0, len(pieces)+4)
	around = append(around, "-START2-", "-START-")
	for _, p := range pieces {
		w := general(p.text)
		if !t.frequent[w] {
			w = "<" + shape(p.text) + ">"
		}
		around = append(around, w)
	}
	around = append(around, "-END-", "-END2-")
	tags := make([]string, len(pieces))
	before, before2 := "-START-", "-START2-"
	for i, p := range pieces {
		tag, ok := t.Known[p.text]
		if !ok {
			tag = t.likeliest(features(i, p.text, around, before, before2))
		}
		tags[i] = tag
		before, before2 = tag, before
	}
	return tags
}

// likeliest is the tag for which the features say most; of several that is the last one by name.
func (t *tagger) likeliest(features []string) string {
	scores := make([]float64, len(t.Tags))
	heard := false
	for _, f := range features {
		for _, v := range t.votes[f] {
			scores[v.tag] += v.weight
			heard = true
		}
	}
	if !heard {
		return "NN"
	}
	best := 0
	for i := range t.Tags {
		if scores[i] > scores[best] || scores[i] == scores[best] && t.Tags[i] > t.Tags[best] {
			best = i
		}
	}
	return t.Tags[best]
}

// features are what is known of the word at i and of those around it; around begins two words before the first.
func features(i int, word string, around []string, before, before2 string) []string {
	j := i + 2
	place := "i+"
	if i == 0 {
		place = "i0"
	}
	return []string{
		"b", "s3=" + tail(word, 3), "p1=" + string(first(word)), "w=" + around[j], "sh=" + shape(word), place,
		"t-1=" + before, "t-2=" + before2, "t-12=" + before + "," + before2,
		"w-1=" + around[j-1], "s3-1=" + tail(around[j-1], 3), "w-2=" + around[j-2],
		"w+1=" + around[j+1], "s3+1=" + tail(around[j+1], 3), "w+2=" + around[j+2],
	}
}

// general is a word as the tagger looks it up.
func general(w string) string {
	switch {
	case strings.Contains(w, "-") && w[0] != '-':
		return "!HYPHEN"
	case allNumerals(w) && count(w) == 4:
		return "!YEAR"
	case numeral(first(w)):
		return "!DIGITS"
	}
	return lower(w)
}

// shape is a rough form of a word.
func shape(w string) string {
	switch {
	case allLetters(w):
		rest := w[len(string(first(w))):]
		switch {
		case w == lower(w):
			return "x"
		case w == upper(w) && count(w) > 1:
			return "XX"
		case w == upper(w):
			return "X1"
		case unicode.IsUpper(first(w)) && rest == lower(rest):
			return "Xx"
		}
		return "xX"
	case allNumerals(w):
		return "d"
	}
	var b strings.Builder
	n := 0
	for _, r := range w {
		if n++; n > 4 {
			break
		}
		switch {
		case numeral(r):
			r = 'd'
		case unicode.IsLetter(r):
			r = 'x'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// numeral reports whether r is a digit of any writing, raised ones included.
func numeral(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune("²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", r)
}

func allNumerals(w string) bool {
	return w != "" && strings.IndexFunc(w, func(r rune) bool { return !numeral(r) }) < 0
}
