package fit

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"frontdesk.internal/appliance/understanding"
)

// choice is one turn's candidates, which of them are right, and how much the turn counts.
type choice struct {
	rows   [][]term
	right  []bool
	weight float64
}

type term struct {
	at int
	x  float64
}

// How the scorer is fitted.
const (
	units       = 16   // hidden ones
	rounds      = 25   // through all turns
	atOnce      = 64   // turns a step
	firstRate   = 0.02 // of learning; it falls to nothing
	decayLinear = 0.3  // L2, a turn counting 1
	decayHidden = 0.3
)

// table collects turns as the scorer is fitted on them.
type table struct {
	names  map[string]int
	ranked bool // what a ranker says counts too
	data   []choice
}

// add takes a turn; one without a right candidate teaches nothing.
func (t *table) add(cs []understanding.Candidate, right []bool, weight float64) {
	if !slices.Contains(right, true) {
		return
	}
	c := choice{right: right, weight: weight}
	for _, cand := range cs {
		r := make([]term, 0, len(cand.Features))
		for _, f := range cand.Features {
			if !t.ranked && strings.HasPrefix(f.Name, understanding.RankPrefix) {
				continue
			}
			at, ok := t.names[f.Name]
			if !ok {
				at = len(t.names)
				t.names[f.Name] = at
			}
			r = append(r, term{at, f.Value})
		}
		c.rows = append(c.rows, r)
	}
	t.data = append(t.data, c)
}

// scorer fits the scorer by which candidates are judged: the loss is that of a softmax over each turn's candidates (a conditional
// logit with hidden units), its steps are Adam's. The same data give the same scorer.
func (t *table) scorer() understanding.Scorer {
	n := len(t.names)
	p := newNetwork(n)
	order := make([]int, len(t.data))
	for i := range order {
		order[i] = i
	}
	rng := rand.New(rand.NewPCG(1, 2)) // always the same order
	steps, step := rounds*((len(order)+atOnce-1)/atOnce), 0
	grad := newMoments(p)
	for range rounds {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for batch := range slices.Chunk(order, atOnce) {
			grad.clear()
			for _, i := range batch {
				p.gradient(t.data[i], grad.g, float64(len(batch)))
			}
			p.decay(grad.g, float64(len(t.data)))
			grad.move(p, firstRate*(1-float64(step)/float64(steps)))
			step++
		}
	}
	s := understanding.Scorer{Names: make([]string, n)}
	for name, at := range t.names {
		s.Names[at] = name
	}
	s.Linear, s.Hidden, s.Bias, s.Out = rounded(p.linear), rounded(p.hidden), rounded(p.bias), rounded(p.out)
	s.Ready()
	return s
}

func rounded(list []float64) []float32 {
	out := make([]float32, len(list))
	for i, x := range list {
		out[i] = float32(math.Round(x*1e4)/1e4 + 0) // no minus zero
	}
	return out
}

// network are the weights while they are fitted.
type network struct{ linear, hidden, bias, out []float64 }

func newNetwork(features int) *network {
	rng := rand.New(rand.NewPCG(3, 4)) // always the same beginning
	p := &network{make([]float64, features), make([]float64, features*units), make([]float64, units), make([]float64, units)}
	for i := range p.hidden {
		p.hidden[i] = rng.NormFloat64() / math.Sqrt(30) // about as many features has a candidate
	}
	for i := range p.out {
		p.out[i] = rng.NormFloat64() / 10
	}
	return p
}

func (p *network) parts() [][]float64 { return [][]float64{p.linear, p.hidden, p.bias, p.out} }

// gradient adds to g that of the loss -log P(right) of one turn, n being how many turns share the step.
func (p *network) gradient(c choice, g *network, n float64) {
	u := make([]float64, len(c.rows))
	acts := make([]float64, len(c.rows)*units)
	for i, row := range c.rows {
		act := acts[i*units : (i+1)*units]
		copy(act, p.bias)
		for _, t := range row {
			u[i] += p.linear[t.at] * t.x
			for j, w := range p.hidden[t.at*units : (t.at+1)*units] {
				act[j] += w * t.x
			}
		}
		for j := range act {
			act[j] = math.Tanh(act[j])
			u[i] += p.out[j] * act[j]
		}
	}
	for i, d := range slope(u, c.right) {
		if d == 0 {
			continue
		}
		d *= c.weight / n
		act := acts[i*units : (i+1)*units]
		var back [units]float64
		for j, a := range act {
			g.out[j] += d * a
			back[j] = d * p.out[j] * (1 - a*a)
			g.bias[j] += back[j]
		}
		for _, t := range c.rows[i] {
			g.linear[t.at] += d * t.x
			h := g.hidden[t.at*units : (t.at+1)*units]
			for j := range h {
				h[j] += back[j] * t.x
			}
		}
	}
}

// slope is how the loss -log P(right) changes with each score.
func slope(u []float64, right []bool) []float64 {
	top := slices.Max(u)
	all, good := 0.0, 0.0
	p := make([]float64, len(u))
	for i := range u {
		p[i] = math.Exp(u[i] - top)
		all += p[i]
		if right[i] {
			good += p[i]
		}
	}
	for i := range p {
		q := 0.0
		if right[i] {
			q = p[i] / max(good, 1e-12)
		}
		p[i] = p[i]/all - q
	}
	return p
}

// decay adds that of the penalty for large weights.
func (p *network) decay(g *network, turns float64) {
	for i, w := range p.linear {
		g.linear[i] += 2 * decayLinear / turns * w
	}
	for i, w := range p.hidden {
		g.hidden[i] += 2 * decayHidden / turns * w
	}
}

// moments are Adam's.
type moments struct {
	g, first, second *network
	step             int
}

func newMoments(p *network) *moments {
	like := func() *network {
		return &network{make([]float64, len(p.linear)), make([]float64, len(p.hidden)), make([]float64, len(p.bias)), make([]float64, len(p.out))}
	}
	return &moments{g: like(), first: like(), second: like()}
}

func (m *moments) clear() {
	for _, part := range m.g.parts() {
		clear(part)
	}
}

// move takes one step against the gradient.
func (m *moments) move(p *network, rate float64) {
	m.step++
	b1, b2 := 1-math.Pow(0.9, float64(m.step)), 1-math.Pow(0.999, float64(m.step))
	g, first, second := m.g.parts(), m.first.parts(), m.second.parts()
	for k, part := range p.parts() {
		for i := range part {
			x := g[k][i]
			first[k][i] = 0.9*first[k][i] + 0.1*x
			second[k][i] = 0.999*second[k][i] + 0.001*x*x
			part[i] -= rate * (first[k][i] / b1) / (math.Sqrt(second[k][i]/b2) + 1e-8)
		}
	}
}
