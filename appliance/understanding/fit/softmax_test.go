package fit

import (
	"bytes"
	"testing"
)

// toy is sentences of two meanings, told apart by their vector or by their words.
func toy(vectors bool) []sample {
	var out []sample
	for i := range 40 {
		s := sample{label: "a", grams: []string{"^", "apple"}}
		v := []float32{1, float32(i%5) / 5}
		if i%2 == 1 {
			s = sample{label: "b", grams: []string{"^", "pear"}}
			v[0] = -1
		}
		if vectors {
			s.vec, s.grams = v, []string{"^"}
		}
		out = append(out, s)
	}
	return out
}

func TestSoftmaxLearnsFromVectorsAndFromWords(t *testing.T) {
	for _, vectors := range []bool{true, false} {
		data := toy(vectors)
		dim := 0
		if vectors {
			dim = 2
		}
		m := newSoftmax(data, dim)
		m.train(data)
		u := make([]float32, 2)
		for _, s := range data {
			r := m.row(s)
			m.scores(r, u)
			if u[r.target] <= u[1-r.target] {
				t.Fatalf("vectors %v: %+v is taken for the other: %v", vectors, s, u)
			}
		}
	}
}

func TestSoftmaxIsTheSameEachTime(t *testing.T) {
	probe := func() ([]byte, []byte) {
		data := toy(true)
		m := newSoftmax(data, 2)
		m.train(data)
		p := m.probe()
		return p.Dense, p.Sparse
	}
	d1, s1 := probe()
	d2, s2 := probe()
	if !bytes.Equal(d1, d2) || !bytes.Equal(s1, s2) {
		t.Error("the same data give two probes")
	}
}
