//go:build native

package turn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/onnx"
)

var _ engines.TurnDetector = (*Detector)(nil)

// Options make a Detector.
type Options struct {
	Model       string // path of smart-turn-v3.x-cpu.onnx
	OnnxRuntime string // path of libonnxruntime.so; one for the whole process
	Threads     int    // 0 means 1: the model is small, and the recogniser wants the other cores at the same moment
}

// Detector is the loaded model. Make it with New.
type Detector struct {
	mu       sync.Mutex
	session  *onnx.Session // nil after Close
	features *Features
}

// New opens ONNX Runtime if nobody has yet and loads the model.
func New(o Options) (*Detector, error) {
	if err := onnx.Open(o.OnnxRuntime); err != nil {
		return nil, fmt.Errorf("load turn detector: %w", err)
	}
	s, err := onnx.NewSession(o.Model, onnx.Options{
		Inputs: []string{"input_features"}, Outputs: []string{"logits"}, Threads: max(1, o.Threads),
	})
	if err != nil {
		return nil, fmt.Errorf("load turn detector: %w", err)
	}
	return &Detector{session: s, features: NewFeatures()}, nil
}

// EndOfTurn implements engines.TurnDetector: the probability, 0…1, that the speaker at the end of pcm (16 kHz, at most
// the last 8 s count) is done. When ctx ends, it stops between the front end and the model or inside the model, and
// the error is the context's cause.
func (d *Detector) EndOfTurn(ctx context.Context, pcm audio.PCM) (float64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session == nil {
		return 0, errors.New("judge end of turn: the detector is closed")
	}
	if ctx.Err() != nil {
		return 0, fmt.Errorf("judge end of turn: %w", context.Cause(ctx))
	}
	mel := d.features.Compute(pcm)
	run, err := d.session.Run(ctx, onnx.Float32(mel, 1, Mels, Frames))
	if err != nil {
		return 0, fmt.Errorf("judge end of turn: %w", err)
	}
	out := run[0].Data
	// The graph's output is called "logits" but is already behind the sigmoid.
	if len(out) != 1 || math.IsNaN(float64(out[0])) {
		return 0, fmt.Errorf("judge end of turn: the model gave %v, want one probability", out)
	}
	return min(1, max(0, float64(out[0]))), nil
}

// Close frees the model. It waits for an EndOfTurn under way.
func (d *Detector) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.session == nil {
		return nil
	}
	s := d.session
	d.session = nil
	return s.Close()
}
