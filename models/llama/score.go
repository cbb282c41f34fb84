package llama

import "math"

// The probability of each text of a closed list is that of the way to it through the list: at each token where texts
// part, the model's probability of the token taken, among those that the list allows there. What follows once a text is
// the only one left is not counted, so nothing needs to be computed for it; texts that differ in their first token need
// no computing at all beyond the prompt. Where a text ends and another goes on, the end of the answer is one of the ways.

// fork is a place where texts of the list part.
type fork struct {
	path  []int32         // tokens from the start of the answer
	next  []int32         // the tokens that are possible here, without duplicates
	texts map[int32][]int // by token: the texts that go on with it
	ends  []int           // the texts that end here
}

// forks finds the places where the token sequences part, shorter paths first. There are none when there is one text.
func forks(list [][]int32) []fork {
	var out []fork
	all := make([]int, len(list))
	for i := range all {
		all[i] = i
	}
	level := []fork{}
	descend := func(path []int32, texts []int) {
		if f, ok := nextFork(list, path, texts); ok {
			level = append(level, f)
		}
	}
	descend(nil, all)
	for len(level) > 0 {
		current := level
		level = nil
		out = append(out, current...)
		for _, f := range current {
			for _, t := range f.next {
				descend(append(append([]int32(nil), f.path...), t), f.texts[t])
			}
		}
	}
	return out
}

// nextFork goes from path on along what texts have in common to the place where they part.
func nextFork(list [][]int32, path []int32, texts []int) (fork, bool) {
	if len(texts) < 2 {
		return fork{}, false
	}
	for {
		f := fork{path: path, texts: make(map[int32][]int)}
		for _, i := range texts {
			if len(list[i]) == len(path) {
				f.ends = append(f.ends, i)
				continue
			}
			t := list[i][len(path)]
			if _, seen := f.texts[t]; !seen {
				f.next = append(f.next, t)
			}
			f.texts[t] = append(f.texts[t], i)
		}
		switch {
		case len(f.next) == 0:
			return fork{}, false // equal texts
		case len(f.next) > 1 || len(f.ends) > 0:
			return f, true
		}
		path = append(append([]int32(nil), path...), f.next[0])
	}
}

// apply adds what the model thinks at f, in log probabilities of the ways, to the sums of the texts below it.
func (f *fork) apply(sums []float64, probs []float64, end float64) {
	ways := append([]float64(nil), probs...)
	if len(f.ends) > 0 {
		ways = append(ways, end)
	}
	ways = normalise(ways)
	for k, t := range f.next {
		for _, i := range f.texts[t] {
			sums[i] += math.Log(ways[k])
		}
	}
	for _, i := range f.ends {
		sums[i] += math.Log(ways[len(ways)-1])
	}
}

// normalise turns log probabilities into probabilities with sum 1.
func normalise(sums []float64) []float64 {
	best := math.Inf(-1)
	for _, s := range sums {
		best = max(best, s)
	}
	total := 0.0
	out := make([]float64, len(sums))
	for i, s := range sums {
		out[i] = math.Exp(s - best)
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}
