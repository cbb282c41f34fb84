package language

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language/phrase"
)

// Asides are what callers say beside what a message is to tell: how they answer, greet, grumble, introduce themselves and direct who takes
// it down. It is read only.
type Asides struct {
	Fillers phrase.Set // words that say nothing at the beginning of a clause: "well"
	Replies phrase.Set // the same where a mark stands behind them, or another of them: "no"
	Joins   phrase.Set // join a clause to the one before: "and"
	Leads   RunSet     // begin a clause, and only direct: "tell them that"
	Says    RunSet     // the same before somebody's name and one of That: "tell Maria that"
	That    phrase.Set
	Intros  RunSet         // the same before the caller's name: "this is"
	Ends    RunSet         // end a clause and say nothing: "by the way"
	Whole   phrase.Phrases // a clause with one of these tells nothing: "you are not listening"
	Speaks  phrase.Phrases // the same where it does not say what about: "can I talk to"
	Instead RunSet         // what stands behind is all of the message: "what I want is"
	Closes  RunSet         // what stands before is: "that's the message"
	Parts   phrase.Set     // words before which a long sentence has a part of its own: "because"
	Carries func(word string) bool
	About   func(words []string) bool
	Title   func(word string) bool // "Dr." ends nothing
	Hanging func(word string) bool
	Words   func(text string) []string
}

// RunSet are runs of words.
type RunSet map[string]bool

// NewRunSet makes a set of texts as [Runs] takes them.
func NewRunSet(lines string) RunSet {
	set := RunSet{}
	for _, r := range Runs(lines) {
		set[strings.Join(r, " ")] = true
	}
	return set
}

// piece is a word as it was said, with its marks.
type piece struct {
	text  string
	words []string
	ends  bool // a mark behind it ends a clause
}

func (a Asides) pieces(text string) []piece {
	var out []piece
	for f := range strings.FieldsSeq(text) {
		p := piece{text: f, words: a.Words(f)}
		p.ends = strings.ContainsAny(f[len(f)-1:], ".,;:!?–") && !(len(p.words) == 1 && a.Title(p.words[0]))
		out = append(out, p)
	}
	return out
}

// run says how many pieces one of the runs takes from i on; 0 = none begins there.
func run(ps []piece, i int, runs RunSet) int {
	var said []string
	best := 0
	for n := i; n < len(ps) && len(said) < runMost; n++ {
		if said = append(said, ps[n].words...); runs[strings.Join(said, " ")] {
			best = n + 1 - i
		}
	}
	return best
}

// runMost is the most words of a run.
const runMost = 9

// Tell is what of a turn a message is to tell; name is the caller's. whole says that it stands in the place of what was told before.
func (a Asides) Tell(text, name string) (told string, whole bool) {
	ps := a.pieces(text)
	for i := 0; i < len(ps); i++ {
		if n := run(ps, i, a.Instead); n > 0 && i+n+1 < len(ps) { // "the message is wrong" tells nothing
			ps, whole, i = ps[i+n:], true, -1
		}
	}
	for i := range ps {
		if n := run(ps, i, a.Closes); n > 0 && i > 0 && (i+n == len(ps) || ps[i+n-1].ends) {
			ps, whole = ps[:i], true
			break
		}
	}
	var kept []piece
	of := a.Words(name)
	for len(ps) > 0 {
		n := slices.IndexFunc(ps, func(p piece) bool { return p.ends }) + 1
		if n == 0 {
			n = len(ps)
		}
		kept = append(kept, a.tells(ps[:n], of, len(kept) == 0)...)
		ps = ps[n:]
	}
	return plainly(kept), whole
}

// tells is what a clause tells; first says that nothing stands before it.
func (a Asides) tells(ps []piece, name []string, first bool) []piece {
	all := ps
	for len(ps) > 0 {
		n := a.lead(ps, name, first, len(ps) < len(all))
		if n == 0 {
			break
		}
		ps = ps[n:]
	}
	for i := len(ps) - 1; i > 0; i-- {
		if n := run(ps, i, a.Ends); n > 0 && i+n == len(ps) {
			ps = ps[:i]
		}
	}
	words := said(ps)
	empty := !slices.ContainsFunc(words, a.Carries)
	if len(words) == 0 || a.Whole.In(words) || a.Whole.In(said(all)) || a.Speaks.In(words) && !a.About(words) ||
		empty && (len(words) < emptyLeast || len(ps) < len(all)) {
		return nil
	}
	return ps
}

// emptyLeast is the fewest words of a clause that may tell something though none of them carries a meaning: "and I do not have it".
const emptyLeast = 4

func said(ps []piece) (words []string) {
	for _, p := range ps {
		words = append(words, p.words...)
	}
	return words
}

// lead says how many words at the beginning of a clause tell nothing; led says that others stood before them.
func (a Asides) lead(ps []piece, name []string, first, led bool) int {
	if n := run(ps, 0, a.Leads); n > 0 {
		return n
	}
	if n := run(ps, 0, a.Says); n > 0 {
		for i := n; i < len(ps) && i < n+saidTo; i++ {
			if a.That.All(ps[i].words) {
				return i + 1
			}
		}
	}
	n := run(ps, 0, a.Intros)
	// "Nguyen is the surname" is about the name
	if of := named(ps[n:], name); of > 0 && (n > 0 || led || of == len(ps) || first && of > 1) {
		return n + of
	}
	w := ps[0].words
	next := len(ps) > 1 && (a.Replies.All(ps[1].words) || a.Fillers.All(ps[1].words))
	switch {
	case len(w) == 0, a.Fillers.All(w), a.Replies.All(w) && (ps[0].ends || next), first && len(ps) > 1 && a.Joins.All(w):
		return 1
	}
	return 0
}

// saidTo is the most words for somebody who is told something, and one more.
const saidTo = 5

// named says how many words are the caller's name.
func named(ps []piece, name []string) (n int) {
	for n < len(ps) && len(ps[n].words) == 1 && slices.Contains(name, ps[n].words[0]) {
		n++
	}
	return n
}

// plainly writes words with a large letter first and without a comma last.
func plainly(ps []piece) string {
	var b []string
	for _, p := range ps {
		b = append(b, p.text)
	}
	return Capital(strings.TrimRight(strings.Join(b, " "), " ,;:-–"))
}

// Brief is what a text tells in so many words at the most: of its parts those that say most in the fewest words, in their order. A text
// that is no longer stays as it is.
func (a Asides) Brief(text string, most int) string {
	ps := a.pieces(text)
	if len(ps) <= most {
		return text
	}
	parts := a.parts(ps)
	taken := make([]int, len(parts)) // how many words of each
	for left := most; left > 0; {
		best, worth := -1, worthLeast
		for i, p := range parts {
			if taken[i] > 0 || len(p) > left && left < cutLeast {
				continue
			}
			w := a.worth(p)
			if i == 0 {
				w *= firstWorth
			}
			if w > worth {
				best, worth = i, w
			}
		}
		if best < 0 {
			break
		}
		taken[best] = min(len(parts[best]), left)
		left -= taken[best]
	}
	var out []piece
	for i, p := range parts {
		if taken[i] == 0 {
			continue
		}
		p = slices.Clone(p[:taken[i]])
		if apart := i == 0 || taken[i-1] < len(parts[i-1]); apart {
			for len(p) > 1 && a.Joins.All(p[0].words) {
				p = p[1:]
			}
			if n := len(out); n > 0 && !out[n-1].ends {
				out[n-1].text += ","
			}
		}
		for len(p) > 1 && len(p) < len(parts[i]) && a.Hanging(strings.ToLower(p[len(p)-1].text)) {
			p = p[:len(p)-1]
		}
		out = append(out, p...)
	}
	return plainly(out)
}

// firstWorth is how much more the first part is worth: most callers begin with what it is about.
const firstWorth = 1.25

// worthLeast is how much a part must be worth to be said.
const worthLeast = 0.16

// cutLeast is the fewest words to which a part is cut.
const cutLeast = 6

// partLeast is the fewest words of a part that a word begins, and not a mark.
const partLeast = 3

// parts cuts a text behind its marks and before the words that begin a part.
func (a Asides) parts(ps []piece) (out [][]piece) {
	from := 0
	for i := range ps {
		if i-from >= partLeast && len(ps)-i >= partLeast && a.Parts.All(ps[i].words) && len(ps[i].words) > 0 {
			out, from = append(out, ps[from:i]), i
		}
		if ps[i].ends {
			out, from = append(out, ps[from:i+1]), i+1
		}
	}
	if from < len(ps) {
		out = append(out, ps[from:])
	}
	return out
}

// worth is how much a part says in how few words.
func (a Asides) worth(p []piece) float64 {
	n := 0
	for _, w := range said(p) {
		if a.Carries(w) {
			n++
		}
	}
	return float64(n) / float64(len(p)+2)
}
