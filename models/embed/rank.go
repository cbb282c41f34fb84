//go:build native

package embed

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/onnx"
)

// rankThreads is on how many cores texts are compared: a caller waits for it, and the recogniser is done with what was said.
const rankThreads = 2

// loadRanker loads what compares texts. Its graph is that of models/build/mpnetconv.
func loadRanker(file string) (*onnx.Session, error) {
	takes, gives := []string{"said", "items", "items_mask", "answers"}, "scores"
	in, out, err := onnx.Names(file)
	if err != nil {
		return nil, err
	}
	slices.Sort(in)
	if !slices.Equal(in, slices.Sorted(slices.Values(takes))) || !slices.Contains(out, gives) {
		return nil, fmt.Errorf("%s compares no texts: it takes %s and gives %s, want %s and %s", file,
			strings.Join(in, ", "), strings.Join(out, ", "), strings.Join(takes, ", "), gives)
	}
	return onnx.NewSession(file, onnx.Options{Inputs: takes, Outputs: []string{gives}, Threads: min(rankThreads, runtime.NumCPU())})
}

// Rank implements engines.Embedder: the first model of the language that has a ranker compares.
func (e *Engine) Rank(ctx context.Context, language, said string, items []engines.RankItem) (engines.Ranks, error) {
	if err := engines.CheckRank(said, items); err != nil {
		return engines.Ranks{}, err
	}
	if language == "" {
		language = "en"
	}
	for _, i := range choose(e.models, language) {
		if l := e.loaded[i]; l.ranker != nil {
			r, err := e.rank(ctx, e.models[i], l, said, items)
			if err != nil {
				return r, fmt.Errorf("rank items: %w", err)
			}
			return r, nil
		}
	}
	return engines.Ranks{}, fmt.Errorf("no model compares texts in the language %q: %w", language, engines.ErrUnavailable)
}

func (e *Engine) rank(ctx context.Context, m Model, l *loaded, said string, items []engines.RankItem) (engines.Ranks, error) {
	texts := []string{said}
	for _, i := range items {
		texts = append(texts, i.Text)
	}
	lowers, err := e.lowers(ctx, m, l, texts)
	if err != nil || len(items) == 0 {
		return engines.Ranks{}, err
	}
	dim, longest := lowers[0].dim, 0
	for _, x := range lowers[1:] {
		longest = max(longest, len(x.data)/dim)
	}
	n := len(items)
	all, mask, answers := make([]float32, n*longest*dim), make([]int64, n*longest), make([]int64, n)
	for i, x := range lowers[1:] {
		copy(all[i*longest*dim:], x.data)
		for p := range len(x.data) / dim {
			mask[i*longest+p] = 1
		}
		if items[i].Answer {
			answers[i] = 1
		}
	}
	leave, err := e.enter(ctx)
	if err != nil {
		return engines.Ranks{}, err
	}
	defer leave()
	out, err := l.ranker.Run(ctx, onnx.Float32(lowers[0].data, 1, int64(len(lowers[0].data)/dim), int64(dim)),
		onnx.Float32(all, int64(n), int64(longest), int64(dim)), onnx.Int64(mask, int64(n), int64(longest)), onnx.Int64(answers, int64(n)))
	if err != nil {
		return engines.Ranks{}, err
	}
	if len(out[0].Data) != 2*(n+1) {
		return engines.Ranks{}, fmt.Errorf("the ranker gave shape %v for %d items", out[0].Shape, n)
	}
	r := engines.Ranks{None: float64(out[0].Data[0])}
	for i := range n {
		r.Items = append(r.Items, engines.Rank{Score: float64(out[0].Data[2*i+2]), Facet: float64(out[0].Data[2*i+3])})
	}
	return r, nil
}

// lowers are what the lower layers make of texts. Those that are not kept are embedded for it.
func (e *Engine) lowers(ctx context.Context, m Model, l *loaded, texts []string) ([]lower, error) {
	out := make([]lower, len(texts))
	for i, t := range texts {
		var ok bool
		if out[i], ok = l.lower.get(t); ok {
			continue
		}
		if _, err := e.embed(ctx, m, l, []string{t}); err != nil {
			return nil, err
		}
		if out[i], ok = l.lower.get(t); !ok {
			return nil, fmt.Errorf("too many texts at once: %w", engines.ErrBusy)
		}
	}
	return out, nil
}
