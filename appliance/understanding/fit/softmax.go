package fit

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"frontdesk.internal/appliance/understanding"
)

// sample is one sentence with what it means.
type sample struct {
	vec    []float32 // nil without embeddings
	grams  []string
	label  string
	weight float32 // how much it counts; 0 = 1
}

// How the probe is fitted. The figures were chosen by cross-validation over trades.
const (
	epochs    = 10
	batchSize = 16
	rate      = 0.3
	decay     = 0.01 // L2, a sentence counting 1
	minCount  = 3    // a gram seen less often teaches nothing
	maxGrams  = 2400 // the most frequent ones; bounds the size of a head
)

// softmax fits a linear classifier by stochastic gradients with a step of its own for every weight (AdaGrad). The order is drawn from a
// fixed seed: the same data give the same probe.
type softmax struct {
	labels []string
	dim    int
	grams  map[string]int
	w, g   []float32 // (dim + grams + 1) × labels: weights, and the sums of their squared gradients
	grad   []float32 // of the batch at hand
}

func newSoftmax(data []sample, dim int) *softmax {
	m := &softmax{dim: dim, grams: map[string]int{}}
	count := map[string]int{}
	for _, s := range data {
		if !slices.Contains(m.labels, s.label) {
			m.labels = append(m.labels, s.label)
		}
		for _, g := range s.grams {
			count[g]++
		}
	}
	slices.Sort(m.labels)
	var list []string
	for g, n := range count {
		if n >= minCount {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b string) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	for i, g := range list[:min(len(list), maxGrams)] {
		m.grams[g] = i
	}
	n := (dim + len(m.grams) + 1) * len(m.labels)
	m.w, m.g, m.grad = make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range m.g {
		m.g[i] = 1e-3
	}
	return m
}

// row is one sample as its inputs.
type row struct {
	vec    []float32
	at     []int
	x      float32
	target int
	weight float32
}

func (m *softmax) row(s sample) row {
	r := row{vec: s.vec, target: slices.Index(m.labels, s.label), weight: cmp.Or(s.weight, 1)}
	for _, g := range s.grams {
		if i, ok := m.grams[g]; ok {
			r.at = append(r.at, m.dim+i)
		}
	}
	if len(s.grams) > 0 {
		r.x = float32(1 / math.Sqrt(float64(len(s.grams))))
	}
	return r
}

func (m *softmax) scores(r row, u []float32) {
	k := len(m.labels)
	copy(u, m.w[len(m.w)-k:])
	for i, x := range r.vec {
		w := m.w[i*k : i*k+k]
		for j := range u {
			u[j] += x * w[j]
		}
	}
	for _, i := range r.at {
		w := m.w[i*k : i*k+k]
		for j := range u {
			u[j] += r.x * w[j]
		}
	}
}

// train fits the probe.
func (m *softmax) train(data []sample) {
	rows := make([]row, len(data))
	for i, s := range data {
		rows[i] = m.row(s)
	}
	r := rand.New(rand.NewPCG(15, 7))
	u := make([]float32, len(m.labels))
	shrink := float32(2*decay) * float32(batchSize) / float32(len(rows))
	for e := range epochs {
		step := float32(rate) / float32(1+0.15*float64(e))
		order := r.Perm(len(rows))
		for batch := range slices.Chunk(order, batchSize) {
			touched := map[int]bool{len(m.w)/len(m.labels) - 1: true}
			for _, i := range batch {
				m.gradient(rows[i], u)
				for _, at := range rows[i].at {
					touched[at] = true
				}
			}
			for i := range m.dim {
				m.update(i, step, shrink)
			}
			for i := range touched {
				m.update(i, step, shrink)
			}
		}
	}
}

// gradient adds that of one sample.
func (m *softmax) gradient(r row, u []float32) {
	m.scores(r, u)
	top := slices.Max(u)
	var sum float32
	for j := range u {
		u[j] = float32(math.Exp(float64(u[j] - top)))
		sum += u[j]
	}
	for j := range u {
		u[j] /= sum
	}
	u[r.target]--
	for j := range u {
		u[j] *= r.weight
	}
	k := len(u)
	add := func(i int, x float32) {
		g := m.grad[i*k : i*k+k]
		for j, v := range u {
			g[j] += x * v
		}
	}
	for i, x := range r.vec {
		add(i, x)
	}
	for _, i := range r.at {
		add(i, r.x)
	}
	add(len(m.w)/k-1, 1)
}

// update takes one step with input i's weights, and forgets their gradient.
func (m *softmax) update(i int, step, shrink float32) {
	k := len(m.labels)
	w, g, grad := m.w[i*k:i*k+k], m.g[i*k:i*k+k], m.grad[i*k:i*k+k]
	for j := range w {
		d := grad[j] + shrink*w[j]
		g[j] += d * d
		w[j] -= step * d / float32(math.Sqrt(float64(g[j])))
		grad[j] = 0
	}
}

// probe is the fitted classifier with its weights in bytes.
func (m *softmax) probe() understanding.Probe {
	k := len(m.labels)
	p := understanding.Probe{Intents: m.labels, Dim: m.dim, Bias: make([]float32, k), Scale: make([]float32, k)}
	p.Grams = make([]string, len(m.grams))
	for g, i := range m.grams {
		p.Grams[i] = g
	}
	rows := len(m.w)/k - 1
	for j := range k {
		top := float32(1e-6)
		for i := range rows {
			top = max(top, float32(math.Abs(float64(m.w[i*k+j]))))
		}
		p.Scale[j], p.Bias[j] = top/127, m.w[rows*k+j]
	}
	put := func(from, to int) []byte {
		out := make([]byte, 0, (to-from)*k)
		for i := from; i < to; i++ {
			for j := range k {
				out = append(out, byte(int8(math.Round(float64(m.w[i*k+j]/p.Scale[j])))))
			}
		}
		return out
	}
	p.Dense, p.Sparse = put(0, m.dim), put(m.dim, rows)
	return p
}
