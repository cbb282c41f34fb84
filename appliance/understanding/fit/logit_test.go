package fit

import (
	"math"
	"testing"

	"frontdesk.internal/appliance/understanding"
)

func TestLogitFindsWhatSpeaksForTheRightOne(t *testing.T) {
	var turns [][]understanding.Candidate
	var right [][]bool
	for i := range 60 {
		x := float64(i%7) / 7
		good := understanding.Candidate{Features: []understanding.Feature{{Name: "near", Value: 0.5 + x}, {Name: "noise", Value: float64(i % 3)}}}
		bad := understanding.Candidate{Features: []understanding.Feature{{Name: "near", Value: x}, {Name: "noise", Value: float64((i + 1) % 3)}}}
		turns, right = append(turns, []understanding.Candidate{bad, good}), append(right, []bool{false, true})
	}
	turns, right = append(turns, []understanding.Candidate{{}, {}}), append(right, []bool{false, false}) // nothing is right: teaches nothing
	w := logit(turns, right)
	if w["near"] < 1 || math.Abs(w["noise"]) > w["near"]/4 {
		t.Errorf("weights %v", w)
	}
	if again := logit(turns, right); again["near"] != w["near"] {
		t.Errorf("the same data give %v and %v", w["near"], again["near"])
	}
}

func TestLogitGradient(t *testing.T) {
	c := choice{rows: [][]term{{{0, 1}, {1, 0.5}}, {{0, -1}}, {{1, 2}}}, right: []bool{true, false, true}}
	loss := func(w []float64) float64 {
		all, good := 0.0, 0.0
		for i, r := range c.rows {
			u := 0.0
			for _, x := range r {
				u += w[x.at] * x.x
			}
			all += math.Exp(u)
			if c.right[i] {
				good += math.Exp(u)
			}
		}
		return -math.Log(good / all)
	}
	w, grad := []float64{0.3, -0.2}, []float64{0, 0}
	c.gradient(w, grad)
	for i := range w {
		const h = 1e-6
		up, down := []float64{w[0], w[1]}, []float64{w[0], w[1]}
		up[i], down[i] = up[i]+h, down[i]-h
		if want := (loss(up) - loss(down)) / (2 * h); math.Abs(want-grad[i]) > 1e-6 {
			t.Errorf("gradient %d is %v, want %v", i, grad[i], want)
		}
	}
}
