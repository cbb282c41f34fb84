//go:build native

package moonshine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/onnx"
	"frontdesk.internal/models/transcript"
)

var _ engines.Recognizer = (*Recognizer)(nil)

// ErrClosed is returned by a Recognizer after Close.
var ErrClosed = errors.New("recognizer is closed")

// Sizes of Moonshine base.
const (
	layers = 8
	heads  = 8
	head   = 52
	// shortest is how many samples make one place of the encoder; a clip that is shorter is filled up.
	shortest = 2048
)

// Longest is how long a clip may be, in samples: the encoder has places for 24 s.
const Longest = 24 * engines.Rate

// Options make a Recognizer.
type Options struct {
	Model       string // path of the encoder, NAME-encoder.onnx; NAME-cross.onnx, NAME-decoder.onnx and NAME-tokenizer.bin lie beside it
	OnnxRuntime string // path of libonnxruntime.so; one for the whole process
	Threads     int    // of the encoder; 0 means 1. The decoder's products are too small to be shared
}

// beside returns the path of another file of the model.
func (o Options) beside(name string) string {
	return strings.TrimSuffix(o.Model, "encoder.onnx") + name
}

// Recognizer is the loaded model. Make it with New.
type Recognizer struct {
	tokens tokens

	mu                       sync.Mutex
	encoder, memory, decoder *onnx.Session // nil after Close
}

// New opens ONNX Runtime if nobody has yet and loads the model.
func New(o Options) (*Recognizer, error) {
	r := &Recognizer{}
	if err := r.load(o); err != nil {
		return nil, fmt.Errorf("load short-clip recogniser: %w", errors.Join(err, r.Close()))
	}
	return r, nil
}

func (r *Recognizer) load(o Options) error {
	if err := onnx.Open(o.OnnxRuntime); err != nil {
		return err
	}
	f, err := os.Open(o.beside("tokenizer.bin"))
	if err != nil {
		return fmt.Errorf("open tokens (run `frontdesk models fetch`): %w", err)
	}
	defer f.Close() // read only
	if r.tokens, err = readTokens(f); err != nil {
		return fmt.Errorf("%s: %w", o.beside("tokenizer.bin"), err)
	}
	in := []string{"input_ids", "position"}
	out := []string{"logits"}
	in = append(append(in, names("cross")...), names("past")...)
	out = append(out, names("present")...)
	r.encoder, err = onnx.NewSession(o.Model, onnx.Options{
		Inputs: []string{"input_values"}, Outputs: []string{"hidden"}, Threads: max(1, o.Threads),
	})
	if err != nil {
		return err
	}
	r.memory, err = onnx.NewSession(o.beside("cross.onnx"),
		onnx.Options{Inputs: []string{"hidden"}, Outputs: names("cross"), Threads: max(1, o.Threads)})
	if err != nil {
		return err
	}
	r.decoder, err = onnx.NewSession(o.beside("decoder.onnx"), onnx.Options{Inputs: in, Outputs: out, Threads: 1})
	return err
}

// names are those of the keys and values of all layers.
func names(of string) []string {
	var out []string
	for i := range layers {
		out = append(out, fmt.Sprintf("%s.%d.key", of, i), fmt.Sprintf("%s.%d.value", of, i))
	}
	return out
}

// Recognize implements engines.Recognizer for clips of at most Longest in English; it takes no prompt. When ctx ends, it stops within a few
// milliseconds, and the error is the context's cause.
func (r *Recognizer) Recognize(ctx context.Context, pcm audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.decoder == nil:
		return engines.Recognition{}, ErrClosed
	case o.Language != "" && o.Language != "en":
		return engines.Recognition{}, fmt.Errorf("recognise speech: the model understands English only, not %q", o.Language)
	case len(pcm) > Longest:
		return engines.Recognition{}, fmt.Errorf("recognise speech: a clip of %v is too long", pcm.Duration(engines.Rate))
	case len(pcm) == 0:
		return engines.Recognition{Rejected: transcript.RejectedNoSpeech}, nil
	}
	heard, err := r.listen(ctx, pcm)
	if err != nil {
		return engines.Recognition{}, fmt.Errorf("recognise speech: %w", err)
	}
	d := transcript.Decoded{NoSpeech: -1, Duration: pcm.Duration(engines.Rate)}
	if d.Pieces, err = r.write(ctx, heard, tokenLimit(d.Duration.Seconds())); err != nil {
		return engines.Recognition{}, fmt.Errorf("recognise speech: %w", err)
	}
	got := d.Recognition()
	got.Text = finished(modern.Replace(got.Text))
	for i := range got.Words {
		got.Words[i].Text = modern.Replace(got.Words[i].Text)
	}
	if last := len(got.Words) - 1; last >= 0 {
		got.Words[last].Text = finished(got.Words[last].Text)
	}
	return got, nil
}

// listen returns what the decoder looks at.
func (r *Recognizer) listen(ctx context.Context, pcm audio.PCM) ([]onnx.Tensor, error) {
	samples := make([]float32, max(len(pcm), shortest))
	for i, s := range pcm {
		samples[i] = float32(s) / 32768
	}
	hidden, err := r.encoder.Run(ctx, onnx.Float32(samples, 1, int64(len(samples))))
	if err != nil {
		return nil, err
	}
	cross, err := r.memory.Run(ctx, tensors(hidden)...)
	if err != nil {
		return nil, err
	}
	return tensors(cross), nil
}

// tensors makes inputs of outputs.
func tensors(out []onnx.Output) []onnx.Tensor {
	in := make([]onnx.Tensor, len(out))
	for i, o := range out {
		in[i] = onnx.Float32(o.Data, o.Shape...)
	}
	return in
}

// write gives one token after the other, at most limit.
func (r *Recognizer) write(ctx context.Context, heard []onnx.Tensor, limit int) ([]transcript.Piece, error) {
	past := make([]onnx.Tensor, len(names("past")))
	for i := range past {
		past[i] = onnx.Float32([]float32{}, 1, heads, 0, head)
	}
	var out []transcript.Piece
	for at, id := 0, start; at < limit; at++ {
		in := append([]onnx.Tensor{onnx.Int64([]int64{int64(id)}, 1, 1), onnx.Int64([]int64{int64(at)}, 1)}, heard...)
		got, err := r.decoder.Run(ctx, append(in, past...)...)
		if err != nil {
			return nil, err
		}
		past = tensors(got[1:])
		var p transcript.Piece
		id, p.LogProb = likeliest(got[0].Data)
		p.Prob = math.Exp(p.LogProb)
		text, written := r.tokens.text(id)
		p.Text, p.Special = text, !written
		out = append(out, p)
		if id == end {
			break
		}
	}
	return out, nil
}

// Close frees the model. It waits for a Recognize under way.
func (r *Recognizer) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, s := range []**onnx.Session{&r.encoder, &r.memory, &r.decoder} {
		if *s != nil {
			errs = append(errs, (*s).Close())
			*s = nil
		}
	}
	return errors.Join(errs...)
}
