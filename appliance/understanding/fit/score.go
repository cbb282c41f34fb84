package fit

import (
	"slices"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// Verdict is what became of one turn.
type Verdict struct {
	Trade, Kind, Say string
	Want             []string
	Got              string
	P                float64
	Right, Asked     bool
	Lost, Wrong      bool
	Top              int // place of a right candidate, from 0; -1 when there is none
	HarmMissed       bool
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
			out = append(out, t.verdict(r, seen, h, turn, t.wants[i]))
		}
	}
	return out
}

func (t *trade) verdict(r *understanding.Reader, seen understanding.Seen, h *understanding.Head, turn corpus.Turn, ws []want) Verdict {
	v := Verdict{Trade: t.Name, Kind: turn.Kind, Say: turn.Say, Want: turn.Want, Top: -1}
	cs := h.Judge(r.Candidates(seen))
	right := t.right(cs, ws)
	v.Top = slices.Index(right, true)
	v.Got, v.P = t.describe(cs[0].Meaning), cs[0].P
	reading := r.Decide(seen)
	ok := func(m understanding.Meaning) bool {
		return t.right([]understanding.Candidate{{Meaning: m}}, ws)[0]
	}
	switch {
	case len(reading.Asks) > 0:
		v.Right = ok(reading.Asks[0].Meaning)
		v.Got = t.describe(reading.Asks[0].Meaning)
		v.Lost = !v.Right && reading.Asks[0].Intent == understanding.Unknown
		v.Wrong = !v.Right && !v.Lost
	default:
		v.Asked = len(reading.Weak) > 0 && ok(reading.Weak[0].Meaning) || len(reading.Weak) > 1 && ok(reading.Weak[1].Meaning)
		v.Lost = !v.Asked
	}
	v.HarmMissed = turn.Kind == "harm" && !(len(reading.Asks) > 0 && (reading.Asks[0].Intent == understanding.Harm || reading.Asks[0].Intent == understanding.Emergency))
	return v
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
