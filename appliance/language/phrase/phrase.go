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
	return slices.ContainsFunc(ps, func(p pattern) bool {
		for from := range len(words) + 1 {
			if p.matches(0, from, words) {
				return true
			}
		}
		return false
	})
}

// matches tries the tokens from number t on at word i.
func (p pattern) matches(t, i int, words []string) bool {
	if t == len(p) {
		return true
	}
	tok := p[t]
	switch {
	case tok.mark == '^':
		return i == 0 && p.matches(t+1, i, words)
	case tok.mark == '$':
		return i == len(words) && p.matches(t+1, i, words)
	case tok.gap:
		for skip := 0; skip <= gapMax && i+skip <= len(words); skip++ {
			if p.matches(t+1, i+skip, words) {
				return true
			}
		}
		return false
	case i < len(words) && slices.Contains(tok.words, words[i]) && p.matches(t+1, i+1, words):
		return true
	}
	return tok.optional && p.matches(t+1, i, words)
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
