package hearing

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language/en"
)

// gapMax is how many words a "..." in a pattern may skip.
const gapMax = 4

// A pattern is words that must follow each other: "a|b" either, "x?" may be missing, "..." up to gapMax words between, "#service" any word of a named service (likewise #staff, #role, #day, #time, #digits), "^" the start and "$" the end of the
// segment.
type pattern struct {
	score float64
	toks  []token
}

type token struct {
	words    []string
	optional bool
	gap      bool
	mark     byte // '^', '$', or 0
}

// compile makes patterns of one score from their texts.
func compile(score float64, texts ...string) []pattern {
	out := make([]pattern, 0, len(texts))
	for _, text := range texts {
		p := pattern{score: score}
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
			p.toks = append(p.toks, t)
		}
		out = append(out, p)
	}
	return out
}

// tagged is a segment's words with what they were recognised as.
type tagged struct {
	words []string
	tags  []string // "service", "staff", "role", "day", "time", "digits" or ""; may be nil
}

func (u tagged) tag(i int) string {
	if i < len(u.tags) {
		return u.tags[i]
	}
	return ""
}

// match is where a pattern was found.
type match struct {
	score float64
	at    []int
}

// bestOf returns the best match of any of ps.
func bestOf(ps []pattern, u tagged) (best match, ok bool) {
	for _, p := range ps {
		if p.score <= best.score {
			continue
		}
		for from := range len(u.words) + 1 {
			if at, found := p.from(0, from, u); found {
				best, ok = match{p.score, at}, true
				break
			}
		}
	}
	return best, ok
}

// from matches the pattern's tokens from number t on at word i.
func (p pattern) from(t, i int, u tagged) ([]int, bool) {
	if t == len(p.toks) {
		return nil, true
	}
	tok := p.toks[t]
	switch {
	case tok.mark == '^':
		if i != 0 {
			return nil, false
		}
		return p.from(t+1, i, u)
	case tok.mark == '$':
		if i != len(u.words) {
			return nil, false
		}
		return p.from(t+1, i, u)
	case tok.gap:
		for skip := 0; skip <= gapMax && i+skip <= len(u.words); skip++ {
			if at, ok := p.from(t+1, i+skip, u); ok {
				return at, true
			}
		}
		return nil, false
	}
	for n := tok.width(u, i, len(p.toks) > 1); n > 0; n-- {
		if at, ok := p.from(t+1, i+n, u); ok {
			for k := i + n - 1; k >= i; k-- {
				at = append(at, k)
			}
			return at, true
		}
	}
	if tok.optional {
		return p.from(t+1, i, u)
	}
	return nil, false
}

// width is the number of words at i that the token takes at most; 0 = none. loose lets words be a little misheard.
func (t token) width(u tagged, i int, loose bool) int {
	if i >= len(u.words) {
		return 0
	}
	for _, w := range t.words {
		if tag, ok := strings.CutPrefix(w, "#"); ok {
			n := 0
			for i+n < len(u.words) && u.tag(i+n) == tag {
				n++
			}
			if n > 0 {
				return n
			}
			continue
		}
		if u.words[i] == w || (loose && misheard(u.words[i], w)) {
			return 1
		}
	}
	return 0
}

// misheard says whether a long word of a pattern is what was said, but for a slip of the recogniser.
func misheard(said, want string) bool {
	if len(want) < 6 || len(said) < 5 || (en.Language{}).StopWord(said) {
		return false
	}
	s := en.Language{}.Alike(said, want)
	return s >= 0.8 && s < 0.97 // the patterns list the forms of a word that mean the same ("openings" is not "opening")
}

// overlap says whether two sorted or unsorted lists of positions share one.
func overlap(a, b []int) bool {
	return slices.ContainsFunc(a, func(i int) bool { return slices.Contains(b, i) })
}
