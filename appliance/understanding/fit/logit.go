package fit

import (
	"math"
	"slices"

	"frontdesk.internal/appliance/understanding"
)

// choice is one turn's candidates, and which of them are right.
type choice struct {
	rows  [][]term
	right []bool
}

type term struct {
	at int
	x  float64
}

// How the weights of the candidates are fitted.
const (
	logitSteps = 500
	logitRate  = 0.05
	logitDecay = 0.15 // L2, a turn counting 1
)

// logit fits the weights with which candidates are judged: those of a softmax over each turn's candidates (a conditional logit), by
// Adam over all turns at once.
func logit(turns [][]understanding.Candidate, right [][]bool) map[string]float64 {
	names := map[string]int{}
	var data []choice
	for t, cs := range turns {
		if !slices.Contains(right[t], true) {
			continue
		}
		c := choice{right: right[t]}
		for _, cand := range cs {
			var r []term
			for _, f := range cand.Features {
				at, ok := names[f.Name]
				if !ok {
					at = len(names)
					names[f.Name] = at
				}
				r = append(r, term{at, f.Value})
			}
			c.rows = append(c.rows, r)
		}
		data = append(data, c)
	}
	w := adam(len(names), func(w, grad []float64) {
		for i := range w {
			grad[i] = 2 * logitDecay * w[i]
		}
		for _, c := range data {
			c.gradient(w, grad)
		}
		for i := range grad {
			grad[i] /= float64(len(data))
		}
	})
	out := make(map[string]float64, len(names))
	for n, i := range names {
		out[n] = math.Round(w[i]*1e4) / 1e4
	}
	return out
}

// gradient adds that of the loss -log P(right).
func (c choice) gradient(w, grad []float64) {
	p := make([]float64, len(c.rows))
	top := math.Inf(-1)
	for i, r := range c.rows {
		for _, t := range r {
			p[i] += w[t.at] * t.x
		}
		top = max(top, p[i])
	}
	all, good := 0.0, 0.0
	for i := range p {
		p[i] = math.Exp(p[i] - top)
		all += p[i]
		if c.right[i] {
			good += p[i]
		}
	}
	for i, r := range c.rows {
		d := p[i] / all
		if c.right[i] {
			d -= p[i] / good
		}
		for _, t := range r {
			grad[t.at] += d * t.x
		}
	}
}

func adam(n int, gradient func(w, grad []float64)) []float64 {
	w, g, m, v := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for s := range logitSteps {
		gradient(w, g)
		b1, b2 := 1-math.Pow(0.9, float64(s+1)), 1-math.Pow(0.999, float64(s+1))
		for i := range w {
			m[i] = 0.9*m[i] + 0.1*g[i]
			v[i] = 0.999*v[i] + 0.001*g[i]*g[i]
			w[i] -= logitRate * (m[i] / b1) / (math.Sqrt(v[i]/b2) + 1e-8)
		}
	}
	return w
}
