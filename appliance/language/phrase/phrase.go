// Package phrase finds fixed phrases in words: how a language writes down what it reads out of answers. Everything in it is pure.
package phrase

import (
	"slices"
	"strings"
)

// gapMax is how many words a "..." may skip.
const gapMax = 4

// Phrases are words that must follow each other: "a|b" either, "x?" may be missing, "..." up to four words between, "^" the start and "$"
// the end of what was said.
type Phrases []pattern

type pattern []token

type token struct {
	words    []string
	optional bool
	gap      bool
	mark     byte // '^', '$', or 0
}

// Compile makes phrases from their texts.
func Compile(texts ...string) Phrases {
	out := make(Phrases, 0, len(texts))
	for _, text := range texts {
		var p pattern
		for f := range strings.FieldsSeq(text) {
			t := token{}
			switch {
			case f == "...":
				t.gap = true
			case f == "^" || f == "$":
				t.mark = f[0]
			default:
				f, t.optional = strings.CutSuffix(f, "?")
				t.words = strings.Split(f, "|")
			}
			p = append(p, t)
		}
		out = append(out, p)
	}
	return out
}

// In says whether one of the phrases is in words.
func (ps Phrases) In(words []string) bool {
	return ps.End(words, func(int) bool { return true }) >= 0
}

// End is where one of the phrases ends that is in words, of those that may end there: the position behind it; -1 when there is none.
func (ps Phrases) End(words []string, may func(end int) bool) int {
	for _, p := range ps {
		for from := range len(words) + 1 {
			if end := p.matches(0, from, words, may); end >= 0 {
				return end
			}
		}
	}
	return -1
}

// matches tries the tokens from number t on at word i and returns the position behind them, or -1.
func (p pattern) matches(t, i int, words []string, may func(end int) bool) int {
	if t == len(p) {
		if !may(i) {
			return -1
		}
		return i
	}
	tok := p[t]
	switch {
	case tok.mark == '^' && i == 0, tok.mark == '$' && i == len(words):
		return p.matches(t+1, i, words, may)
	case tok.mark != 0:
		return -1
	case tok.gap:
		for skip := 0; skip <= gapMax && i+skip <= len(words); skip++ {
			if end := p.matches(t+1, i+skip, words, may); end >= 0 {
				return end
			}
		}
		return -1
	case i < len(words) && slices.Contains(tok.words, words[i]):
		if end := p.matches(t+1, i+1, words, may); end >= 0 {
			return end
		}
	}
	if tok.optional {
		return p.matches(t+1, i, words, may)
	}
	return -1
}

// Set is a set of words. It is read only.
type Set map[string]bool

// NewSet makes a set of the words in a text.
func NewSet(words string) Set {
	m := Set{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// Any says whether one of words is in the set.
func (s Set) Any(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return s[w] })
}

// All says whether every one of words is in the set.
func (s Set) All(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !s[w] })
}

// Has says whether one of the words of is in words.
func Has(words []string, of ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}

// Index finds a run of words in words; -1 when it is not there.
func Index(words, run []string) int {
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return i
		}
	}
	return -1
}
