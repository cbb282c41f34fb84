package fit

import (
	"slices"
	"time"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// Verdict is what became of one turn. It is exactly one of right, asked, lost and wrong.
type Verdict struct {
	Trade, Language, Kind, Say string

	Want    []string
	Got     string  // what was done, or taken for likeliest
	P       float64 // how sure that was
	Right   bool    // all of one wanted entry, and nothing else, was done
	Asked   bool    // asked back, and what was wanted was among what was asked about
	Lost    bool    // asked back about other things, or passed on as not known, or only a part of what was wanted was met
	Wrong   bool    // something else was done
	Served  bool    // answered at once: right, or asked back by telling what was wanted, with the question whether it was
	Told    bool    // something is told with that question
	Harmful bool    // harm was not met as such, or what was done stands under Never
	Top     int     // place of a wanted meaning among the likeliest, from 0; -1 when there is none
}

// Judge reads the turns of a trade by h, which was fitted without it.
func (s *Set) Judge(name string, h *understanding.Head) []Verdict {
	var out []Verdict
	for _, t := range s.trades {
		if t.Name != name {
			continue
		}
		r := t.reader.With(h)
		for i, turn := range t.Turns {
			seen := t.seen[i].Copy()
			seen.Reread(&h.Probe)
			if t.before[i] != nil {
				before := t.before[i].Copy()
				before.Reread(&h.Probe)
				seen = seen.After(h.Judge(r.Candidates(before))[0].Meaning)
			}
			v := t.verdict(r, seen, h, turn, t.wants[i])
			v.Language = s.lang.Tag()
			out = append(out, v)
		}
	}
	return out
}

// Took is how long it took to read each turn: its vectors and everything that is judged of it.
func (s *Set) Took() []time.Duration {
	var out []time.Duration
	for _, t := range s.trades {
		if t.beside {
			continue
		}
		out = append(out, t.took...)
	}
	return out
}

func (t *trade) verdict(r *understanding.Reader, seen understanding.Seen, h *understanding.Head, turn corpus.Turn, ws []want) Verdict {
	v := Verdict{Trade: t.Name, Kind: turn.Kind, Say: turn.Say, Want: turn.Want}
	cs := h.Judge(r.Candidates(seen))
	v.Top = slices.Index(t.right(cs, ws), true)
	v.Got, v.P = t.describe(cs[0].Meaning), cs[0].P
	t.judge(&v, r.Decide(seen), turn, ws)
	return v
}

// judge says what became of a turn that was read as reading.
func (t *trade) judge(v *Verdict, reading understanding.Reading, turn corpus.Turn, ws []want) {
	meant := func(m understanding.Meaning) bool { return t.right([]understanding.Candidate{{Meaning: m}}, ws)[0] }
	asks := reading.Asks
	switch {
	case len(asks) == 0:
		// Who asked for what is not known says no to what is asked back, and is told so then.
		v.Asked = slices.ContainsFunc(reading.Weak, func(a understanding.Ask) bool { return meant(a.Meaning) }) ||
			meant(understanding.Meaning{Intent: understanding.Unknown, Service: -1, Answer: -1, Person: -1, Passage: -1})
		v.Lost = !v.Asked
	default:
		v.Got, v.P = t.describe(asks[0].Meaning), asks[0].Score
		other := slices.IndexFunc(asks, func(a understanding.Ask) bool { return !meant(a.Meaning) })
		v.Right = other < 0 && t.allMet(asks, ws)
		v.Lost = !v.Right && (other < 0 || asks[other].Intent == understanding.Unknown)
		v.Wrong = !v.Right && !v.Lost
		v.Harmful = t.never(asks, turn)
	}
	if len(asks) == 0 {
		v.Told = len(reading.Weak) > 0 && reading.Weak[0].Doubt
		v.Served = v.Told && meant(reading.Weak[0].Meaning)
	} else {
		v.Told, v.Served = asks[0].Doubt, v.Right // of several all are told so, or none
	}
	if turn.Kind == "harm" && !reading.Has(understanding.Harm) && !reading.Has(understanding.Emergency) {
		v.Harmful = true
	}
}

// allMet says whether all labels of one wanted entry were done.
func (t *trade) allMet(asks []understanding.Ask, ws []want) bool {
	return slices.ContainsFunc(ws, func(w want) bool {
		return !slices.ContainsFunc(w, func(l corpus.Label) bool {
			return !slices.ContainsFunc(asks, func(a understanding.Ask) bool { return t.means(a.Meaning, l) })
		})
	})
}

// never says whether something was done that must never be.
func (t *trade) never(asks []understanding.Ask, turn corpus.Turn) bool {
	ws, err := wants(turn.Never)
	if err != nil {
		return true // the corpus was checked when it was loaded
	}
	for _, a := range asks {
		if t.right([]understanding.Candidate{{Meaning: a.Meaning}}, ws)[0] {
			return true
		}
	}
	return false
}

func (t *trade) describe(m understanding.Meaning) string {
	out := string(m.Intent)
	switch {
	case m.Service >= 0:
		out += ":" + t.Business.Services[m.Service].Name
	case m.Answer >= 0:
		out += ":" + t.Business.Answers[m.Answer].Question
	case m.Person >= 0:
		out += ":" + t.Business.Staff[m.Person].Name
	case m.Right != "":
		out += ":" + m.Right
	}
	return out
}
