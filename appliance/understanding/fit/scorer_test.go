package fit

import (
	"math"
	"slices"
	"testing"

	"frontdesk.internal/appliance/understanding"
)

// TestScorerFindsWhatSpeaksForTheRightOne: of two candidates the nearer is meant, except that what is asked for in vain is meant
// when none is near: that takes two features together.
func TestScorerFindsWhatSpeaksForTheRightOne(t *testing.T) {
	feature := func(list ...any) (out []understanding.Feature) {
		for i := 0; i < len(list); i += 2 {
			out = append(out, understanding.Feature{Name: list[i].(string), Value: list[i+1].(float64)})
		}
		return out
	}
	fresh := func() *table {
		tab := &table{names: map[string]int{}}
		for i := range 200 {
			x, noise := float64(i%11)/11, float64(i%3)
			tab.add([]understanding.Candidate{
				{Features: feature("near", x, "noise", noise, "item", 1.0)}, {Features: feature("near", x/2, "noise", 2-noise, "item", 1.0)},
				{Features: feature("best", x, "none", 1.0)},
			}, []bool{x > 0.5, false, x <= 0.5}, 1)
		}
		tab.add([]understanding.Candidate{{}, {}}, []bool{false, false}, 1) // nothing is right: teaches nothing
		return tab
	}
	tab := fresh()
	if len(tab.data) != 200 {
		t.Fatalf("%d turns", len(tab.data))
	}
	h := understanding.Head{Scorer: tab.scorer()}
	wrong := 0
	for i := range 11 {
		x := float64(i) / 11
		cs := h.Judge([]understanding.Candidate{
			{Meaning: understanding.Meaning{Service: 1}, Features: feature("near", x, "noise", 1.0, "item", 1.0)},
			{Meaning: understanding.Meaning{Service: 2}, Features: feature("near", x/2, "noise", 1.0, "item", 1.0)},
			{Meaning: understanding.Meaning{Service: -1}, Features: feature("best", x, "none", 1.0)},
		})
		if (cs[0].Meaning.Service == 1) != (x > 0.5) {
			wrong++
		}
	}
	if wrong > 1 {
		t.Errorf("%d of 11 are read wrongly", wrong)
	}
	if again := fresh().scorer(); !slices.Equal(again.Hidden, h.Scorer.Hidden) || !slices.Equal(again.Linear, h.Scorer.Linear) {
		t.Error("the same data give another scorer")
	}
}

// TestGradient holds the gradient against small steps in each direction.
func TestGradient(t *testing.T) {
	c := choice{rows: [][]term{{{0, 1}, {1, 0.5}}, {{0, -1}}, {{1, 2}}}, right: []bool{true, false, true}, weight: 0.7}
	p := newNetwork(2)
	p.linear[0], p.linear[1] = 0.3, -0.2
	loss := func() float64 {
		all, good := 0.0, 0.0
		for i, r := range c.rows {
			u := 0.0
			act := slices.Clone(p.bias)
			for _, x := range r {
				u += p.linear[x.at] * x.x
				for j := range act {
					act[j] += p.hidden[x.at*units+j] * x.x
				}
			}
			for j, a := range act {
				u += p.out[j] * math.Tanh(a)
			}
			all += math.Exp(u)
			if c.right[i] {
				good += math.Exp(u)
			}
		}
		return -math.Log(good/all) * c.weight
	}
	m := newMoments(p)
	p.gradient(c, m.g, 1)
	for k, part := range p.parts() {
		for i := range part {
			const h = 1e-6
			was := part[i]
			part[i] = was + h
			up := loss()
			part[i] = was - h
			down := loss()
			part[i] = was
			if want, got := (up-down)/(2*h), m.g.parts()[k][i]; math.Abs(want-got) > 1e-6 {
				t.Errorf("part %d, %d: the gradient is %v, want %v", k, i, got, want)
			}
		}
	}
}
