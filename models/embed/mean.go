package embed

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Model is one model and what it is for.
type Model struct {
	Name      string   `json:"name"`      // in the vectors; it changes when the files do
	File      string   `json:"file"`      // ONNX
	Tokenizer string   `json:"tokenizer"` // tokenizer.json
	Languages []string `json:"languages"` // ISO 639-1; none: all
	Prefix    string   `json:"prefix"`    // put before every text, as the model was trained
	Ranker    string   `json:"ranker"`    // ONNX: what compares texts by what the lower layers make of them; "" for none
}

// Limits of one run of a model.
const (
	// batchTexts is how many texts are worked on at once. More are hardly faster for each and hold up a call: the largest model takes
	// some 50 ms a text.
	batchTexts = 2
	// maxPieces is how much of a text counts; attention costs the square of it.
	maxPieces = 256
)

// choose returns the indices of the models for a language: all that name it, in their order, and then the first for all.
func choose(list []Model, language string) []int {
	var out []int
	for i, m := range list {
		if slices.Contains(m.Languages, language) {
			out = append(out, i)
		}
	}
	if i := slices.IndexFunc(list, func(m Model) bool { return len(m.Languages) == 0 }); i >= 0 {
		out = append(out, i)
	}
	return out
}

// Names are the names of the models that make a language's vectors, as the vectors have them.
func Names(list []Model, language string) string {
	var names []string
	for _, i := range choose(list, language) {
		names = append(names, list[i].Name)
	}
	return strings.Join(names, "+")
}

// batches cuts the texts, given as numbers of pieces, into groups of about the same length, as lists of indices.
func batches(texts [][]int64) [][]int {
	order := make([]int, len(texts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(texts[a]), len(texts[b])) })
	return slices.Collect(slices.Chunk(order, batchTexts))
}

// padded lays texts side by side, filled up to the longest, with a mask that is 1 where there is a piece.
func padded(texts [][]int64, group []int) (ids, mask []int64, width int) {
	for _, i := range group {
		width = max(width, len(texts[i]))
	}
	ids, mask = make([]int64, len(group)*width), make([]int64, len(group)*width)
	for row, i := range group {
		copy(ids[row*width:], texts[i])
		for at := range texts[i] {
			mask[row*width+at] = 1
		}
	}
	return ids, mask, width
}

// mean returns the mean of the first n of the vectors in a row of out, each dim numbers, brought to length 1.
func mean(out []float32, n, dim int) ([]float32, error) {
	v := make([]float32, dim)
	for at := range n {
		for i, x := range out[at*dim : (at+1)*dim] {
			v[i] += x
		}
	}
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) || sum == 0 {
		return nil, fmt.Errorf("the model gave a vector of length %v", math.Sqrt(sum))
	}
	scale := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= scale
	}
	return v, nil
}
