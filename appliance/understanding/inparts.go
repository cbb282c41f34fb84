package understanding

import (
	"slices"
)

// surePart and likelyPart are how likely the meaning of a part must be to be dealt with by itself, plainly or with the question whether
// it was wanted.
const (
	surePart   = 0.75
	likelyPart = 0.5
)

// inParts are the different things that the parts of an utterance ask, each by itself and at least likely.
func (r *Reader) inParts(s Seen) (asks []Ask) {
	if len(s.parts) < 2 {
		return nil
	}
	for _, part := range s.parts {
		cs := r.head.Judge(r.Candidates(Seen{whole: part}))
		if cs[0].P < likelyPart || courtesy[cs[0].Meaning.Intent] || cs[0].Meaning.Intent == Unknown || cs[0].Meaning.Intent == Harm {
			continue
		}
		a := r.ask(cs[0], part)
		if a.Intent == Person && !r.wantsSomebody(part) {
			continue
		}
		switch i := slices.IndexFunc(asks, func(b Ask) bool { return same(a, b) }); {
		case i < 0:
			asks = append(asks, a)
		case asks[i].Score < surePart && a.Score >= surePart: // said twice, and surely the second time
			asks[i] = a
		}
	}
	return asks
}

// factsAsked are the facts that parts of an utterance ask for, put as questions; to be told with the question whether they were wanted.
func (r *Reader) factsAsked(parts []Ask) (asks []Ask) {
	for _, a := range parts {
		if Informative(a.Intent) && r.lang.IsQuestion(a.Text) {
			a.Doubt = r.book != nil
			asks = append(asks, a)
		}
	}
	return asks
}

// wantsSomebody says whether a part of an utterance by itself asks to speak to somebody: in so many words, or by hardly more than his name,
// or in a question that has it. A role that is named in it is often only what is spoken of, "the party", and so is somebody named in a
// statement: "nobody answered at Maria's".
func (r *Reader) wantsSomebody(v view) bool {
	out := &Reading{Words: v.seg.words, Named: v.seg.named}
	named := len(v.seg.named.Staff) > 0 && (len(v.seg.words) <= namedMost || r.lang.IsQuestion(v.seg.text))
	return named || r.lang.WantsPerson(v.seg.words) || r.lang.AnyPerson(v.seg.words) || r.speaksTo(out)
}

// namedMost is how many words a part has at most that asks for somebody by a name alone: "Maria Lopez, please".
const namedMost = 4

// together are those of parts that are at least so likely, when the likeliest meaning of the whole utterance, first, is one of them; and
// how likely it is that the whole means one of them.
func (r *Reader) together(parts []Ask, likely float64, first Ask, whole []Candidate) (asks []Ask, p float64) {
	for _, a := range parts {
		if a.Score >= likely {
			asks = append(asks, a)
		}
	}
	if slices.ContainsFunc(asks, func(a Ask) bool { return r.lang.IsQuestion(a.Text) }) {
		// Beside a question, what is only likely and put as none is a remark: "so that'd be April then. And do I have to ask the church?".
		asks = slices.DeleteFunc(asks, func(a Ask) bool { return Informative(a.Intent) && a.Score < surePart && !r.lang.IsQuestion(a.Text) })
	}
	if len(r.factsAsked(asks)) > 0 { // what is told around a question is why it is asked
		asks = slices.DeleteFunc(asks, func(a Ask) bool { return a.Intent == Matter })
	}
	if !slices.ContainsFunc(asks, func(b Ask) bool { return same(first, b) }) {
		return nil, 0
	}
	for _, c := range whole {
		if slices.ContainsFunc(asks, func(b Ask) bool { return b.Meaning == c.Meaning }) {
			p += c.P
		}
	}
	return asks, p
}

// same says whether two asks want the same.
func same(a, b Ask) bool {
	if a.Intent != b.Intent || a.Answer != b.Answer || a.Right != b.Right {
		return false
	}
	if len(a.Services) > 0 && len(b.Services) > 0 && !slices.Equal(a.Services[0].Items, b.Services[0].Items) {
		return false
	}
	return len(a.When.Days) == 0 || len(b.When.Days) == 0 || slices.Equal(a.When.Days, b.When.Days)
}
