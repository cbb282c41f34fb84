package understanding

import (
	"math"
	"strings"
)

// space is the space in which texts are compared. The vectors of a language's models lie about a common direction, some of them so
// narrowly that everything seems alike; the mean of many sentences, which comes with the head, is taken off first.
type space struct {
	dims []int // of each model
	mean []float32
}

// place returns the unit vector of a raw one; nil when it has another length.
func (s space) place(raw []float32) []float32 {
	if len(raw) != len(s.mean) || len(raw) == 0 {
		return nil
	}
	out := make([]float32, len(raw))
	at := 0
	for _, d := range s.dims {
		sum := 0.0
		for i := at; i < at+d; i++ {
			out[i] = raw[i] - s.mean[i]
			sum += float64(out[i]) * float64(out[i])
		}
		if n := float32(math.Sqrt(sum * float64(len(s.dims)))); n > 0 {
			for i := at; i < at+d; i++ {
				out[i] /= n
			}
		}
		at += d
	}
	return out
}

// nearest is the largest cosine of v to any of list by model m alone, -1 for none.
func (s space) nearest(v []float32, list [][]float32, m int) float64 {
	best := -1.0
	for _, u := range list {
		best = max(best, s.cosine(v, u, m))
	}
	return best
}

// cosine is that of two vectors by model m alone, -1 where one has no vector.
func (s space) cosine(v, u []float32, m int) float64 {
	from := 0
	for _, d := range s.dims[:m] {
		from += d
	}
	to := from + s.dims[m]
	if len(u) < to || len(v) < to {
		return -1
	}
	return near(v[from:to], u[from:to]) * float64(len(s.dims))
}

// near is the scalar product of two vectors, 0 when one is missing.
func near(a, b []float32) float64 {
	if len(a) != len(b) {
		return 0
	}
	var s float32
	for i := range a {
		s += a[i] * b[i]
	}
	return float64(s)
}

// nearest is the largest cosine of v to any of list by all models, at least 0.
func nearest(v []float32, list [][]float32) float64 {
	best := 0.0
	for _, u := range list {
		best = max(best, near(v, u))
	}
	return best
}

// Grams are the words of a text and each with its neighbour: what its wording says of its meaning. Words of the profile are
// replaced by what they are, so that a trade's own words teach nothing.
func Grams(words []string, tags []string) []string {
	list := make([]string, 0, len(words)+2)
	list = append(list, "^")
	for i, w := range words {
		if i < len(tags) && tags[i] != "" {
			if list[len(list)-1] == tags[i] {
				continue
			}
			w = tags[i]
		} else if strings.ContainsAny(w, "0123456789") {
			w = "#"
		}
		list = append(list, w)
	}
	list = append(list, "$")
	seen := map[string]bool{}
	var out []string
	add := func(g string) {
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	for i, w := range list {
		add(w)
		if i > 0 {
			add(list[i-1] + " " + w)
		}
	}
	return out
}
