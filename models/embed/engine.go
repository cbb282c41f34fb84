//go:build native

package embed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"frontdesk.internal/models/embed/tokenizer"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/onnx"
)

var _ engines.Embedder = (*Engine)(nil)

// Options make an Engine.
type Options struct {
	Models      []Model // those that name a language serve it, and the first that names none
	OnnxRuntime string  // path of libonnxruntime.so; one for the whole process
	Threads     int     // 0 means 1: the models are small, and the recogniser wants the other cores
}

// Engine holds the loaded models. Make it with New.
type Engine struct {
	models  []Model
	loaded  []*loaded
	missing error
	turn    chan struct{} // one token: who has it runs a model
	closed  bool          // under turn
}

// loaded is one model that can run.
type loaded struct {
	tokenizer *tokenizer.Tokenizer
	session   *onnx.Session
	ranker    *onnx.Session // nil: none
	lower     *lowerKept    // nil: none
	types     bool          // the graph wants token types
	whole     bool          // the graph gives one vector for a text, not one for each piece
}

// What a graph may give: the vector of the text, which is taken as it is, or one for each piece, whose mean is taken.
const (
	ofText   = "sentence_embedding"
	ofPieces = "last_hidden_state"
	ofLower  = "lower" // what the layers below the ranker's make of each piece
)

// New opens ONNX Runtime if nobody has yet and loads the models. One that cannot be loaded is left out and told by
// [Engine.Missing]; when none can, that is an error.
func New(o Options) (*Engine, error) {
	if err := onnx.Open(o.OnnxRuntime); err != nil {
		return nil, fmt.Errorf("load sentence embedder: %w", err)
	}
	e := &Engine{turn: make(chan struct{}, 1)}
	for _, m := range o.Models {
		l, err := load(m, max(1, o.Threads))
		if err != nil {
			e.missing = errors.Join(e.missing, fmt.Errorf("%s: %w", m.Name, err))
			continue
		}
		e.models, e.loaded = append(e.models, m), append(e.loaded, l)
	}
	if len(e.models) == 0 {
		return nil, errors.Join(errors.New("load sentence embedder: there is no model"), e.missing)
	}
	return e, nil
}

// load loads one model.
func load(m Model, threads int) (*loaded, error) {
	f, err := os.Open(m.Tokenizer)
	if err != nil {
		return nil, fmt.Errorf("open tokenizer (run `frontdesk models fetch`): %w", err)
	}
	defer f.Close()
	l := &loaded{}
	if l.tokenizer, err = tokenizer.Read(f); err != nil {
		return nil, fmt.Errorf("%s: %w", m.Tokenizer, err)
	}
	in, out, err := onnx.Names(m.File)
	if err != nil {
		return nil, err
	}
	l.types = slices.Contains(in, "token_type_ids")
	inputs := []string{"input_ids", "attention_mask"}
	if l.types {
		inputs = append(inputs, "token_type_ids")
	}
	outputs := []string{ofPieces}
	if l.whole = slices.Contains(out, ofText); l.whole {
		outputs = []string{ofText}
	}
	output := outputs[0]
	if m.Ranker != "" {
		outputs = append(outputs, ofLower)
	}
	if len(in) != len(inputs) || !slices.Contains(in, inputs[0]) || !slices.Contains(in, inputs[1]) || !slices.Contains(out, output) {
		return nil, fmt.Errorf("%s takes %s and gives %s, want %s and %s or %s", m.File,
			strings.Join(in, ", "), strings.Join(out, ", "), strings.Join(inputs, ", "), ofText, ofPieces)
	}
	if l.session, err = onnx.NewSession(m.File, onnx.Options{Inputs: inputs, Outputs: outputs, Threads: threads}); err != nil ||
		m.Ranker == "" {
		return l, err
	}
	if l.ranker, err = loadRanker(m.Ranker); err != nil {
		return nil, errors.Join(err, l.session.Close())
	}
	l.lower = newLowerKept()
	return l, nil
}

// Missing says which models could not be loaded; nil when all are there.
func (e *Engine) Missing() error { return e.missing }

// Models returns the names of the loaded models.
func (e *Engine) Models() []string {
	var names []string
	for _, m := range e.models {
		names = append(names, m.Name)
	}
	return names
}

// Embed implements engines.Embedder.
func (e *Engine) Embed(ctx context.Context, language string, texts []string) (engines.Vectors, error) {
	if err := engines.CheckEmbed(texts); err != nil {
		return engines.Vectors{}, err
	}
	if language == "" {
		language = "en"
	}
	chosen := choose(e.models, language)
	if len(chosen) == 0 {
		return engines.Vectors{}, fmt.Errorf("no model knows the language %q: %w", language, engines.ErrUnavailable)
	}
	v := engines.Vectors{Model: Names(e.models, language), Vectors: make([][]float32, len(texts))}
	for _, i := range chosen {
		own, err := e.embed(ctx, e.models[i], e.loaded[i], texts)
		if err != nil {
			return engines.Vectors{}, fmt.Errorf("embed texts: %w", err)
		}
		for t, x := range own {
			v.Vectors[t] = append(v.Vectors[t], x...)
		}
		if len(own) > 0 {
			v.Dims = append(v.Dims, len(own[0]))
		}
	}
	return v, nil
}

// embed makes the vectors of one model.
func (e *Engine) embed(ctx context.Context, m Model, l *loaded, texts []string) ([][]float32, error) {
	vectors, pieces := make([][]float32, len(texts)), make([][]int64, len(texts))
	for i, t := range texts {
		pieces[i] = l.tokenizer.Encode(m.Prefix+strings.TrimSpace(t), maxPieces)
	}
	for _, group := range batches(pieces) {
		out, dim, err := e.run(ctx, l, pieces, group)
		if err != nil {
			return nil, err
		}
		each := len(out[0].Data) / len(group)
		for row, i := range group {
			n := len(pieces[i])
			if l.lower != nil {
				l.lower.put(texts[i], out[1].Data[row*each:][:n*dim], dim)
			}
			if l.whole {
				n = 1
			}
			if vectors[i], err = mean(out[0].Data[row*each:(row+1)*each], n, dim); err != nil {
				return nil, err
			}
		}
	}
	return vectors, nil
}

// run has the model work on a group, when it is this caller's turn. dim is how long each vector is.
func (e *Engine) run(ctx context.Context, l *loaded, pieces [][]int64, group []int) (out []onnx.Output, dim int, err error) {
	leave, err := e.enter(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer leave()
	ids, mask, width := padded(pieces, group)
	shape := []int64{int64(len(group)), int64(width)}
	in := []onnx.Tensor{onnx.Int64(ids, shape...), onnx.Int64(mask, shape...)}
	if l.types {
		in = append(in, onnx.Int64(make([]int64, len(ids)), shape...))
	}
	if out, err = l.session.Run(ctx, in...); err != nil {
		return nil, 0, err
	}
	if l.whole {
		shape = shape[:1]
	}
	got := out[0].Shape
	if len(got) != len(shape)+1 || !slices.Equal(got[:len(shape)], shape) || got[len(shape)] < 1 {
		return nil, 0, fmt.Errorf("the model gave shape %v for %v", got, shape)
	}
	if len(out) > 1 && !slices.Equal(out[1].Shape, got) {
		return nil, 0, fmt.Errorf("the lower layers gave shape %v beside %v", out[1].Shape, got)
	}
	return out, int(got[len(shape)]), nil
}

// enter waits for this caller's turn; leave ends it.
func (e *Engine) enter(ctx context.Context) (leave func(), err error) {
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	leave = func() { <-e.turn }
	if e.closed {
		leave()
		return nil, fmt.Errorf("the embedder is closed: %w", engines.ErrUnavailable)
	}
	return leave, nil
}

// Close frees the models. It waits for the run under way; later ones get engines.ErrUnavailable.
func (e *Engine) Close() error {
	e.turn <- struct{}{}
	defer func() { <-e.turn }()
	if e.closed {
		return nil
	}
	e.closed = true
	var errs []error
	for _, l := range e.loaded {
		errs = append(errs, l.session.Close())
		if l.ranker != nil {
			errs = append(errs, l.ranker.Close())
		}
	}
	return errors.Join(errs...)
}
