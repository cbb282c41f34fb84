package fit

import (
	"context"
	"fmt"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// Hear reads text by h, said in place of turn i of a trade: what a recogniser made of it, or the turn itself. What was said before
// it is as the trade has it.
func (s *Set) Hear(ctx context.Context, name string, i int, text string, h *understanding.Head) (understanding.Reading, error) {
	t, err := s.trade(name)
	if err != nil {
		return understanding.Reading{}, err
	}
	r := t.reader.With(h)
	seen, err := r.See(ctx, text, moment.In(t.Business.Location()))
	if err != nil {
		return understanding.Reading{}, err
	}
	if t.before[i] != nil {
		before := t.before[i].Copy()
		before.Reread(&h.Probe)
		seen = seen.After(h.Judge(r.Candidates(before))[0].Meaning)
	}
	return r.Decide(seen), nil
}

// Score says what became of turn i of a trade, read as reading by whatever reads. Verdict.Top is the place of a wanted meaning
// among what was done or, when nothing was, suspected.
func (s *Set) Score(name string, i int, reading understanding.Reading) (Verdict, error) {
	t, err := s.trade(name)
	if err != nil {
		return Verdict{}, err
	}
	turn := t.Turns[i]
	v := Verdict{Trade: t.Name, Language: s.lang.Tag(), Kind: turn.Kind, Say: turn.Say, Want: turn.Want, Top: -1}
	list := reading.Asks
	if len(list) == 0 {
		list = reading.Weak
	}
	for k, a := range list {
		if k == 0 {
			v.Got, v.P = t.describe(a.Meaning), a.Score
		}
		if v.Top < 0 && t.right([]understanding.Candidate{{Meaning: a.Meaning}}, t.wants[i])[0] {
			v.Top = k
		}
	}
	t.judge(&v, reading, turn, t.wants[i])
	return v, nil
}

func (s *Set) trade(name string) (*trade, error) {
	for _, t := range s.trades {
		if t.Name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("there is no trade %q in %s", name, s.lang.Tag())
}

// Trades are the trades that are judged, in order.
func (s *Set) Trades() []corpus.Trade {
	var out []corpus.Trade
	for _, t := range s.trades {
		if !t.beside {
			out = append(out, t.Trade)
		}
	}
	return out
}
