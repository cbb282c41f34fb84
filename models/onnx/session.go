//go:build native

package onnx

import (
	"context"
	"errors"
	"fmt"
	"os"

	ort "github.com/yalue/onnxruntime_go"
)

// Options describe a session.
type Options struct {
	Inputs  []string // names of the graph's inputs, in the order in which Run gets them
	Outputs []string // names of the outputs that Run returns, in that order; their elements are float32 or int64
	Threads int      // threads that share the work of one operator; 0 means 1
	// Overflow lets sums of quantised numbers overflow on processors that have AVX2 but no VNNI. A graph that uses the same weights twice
	// cannot be loaded there without.
	Overflow bool
}

// Session is one loaded model. Run is safe for concurrent use; Close is not safe while a Run is under way.
type Session struct {
	session         *ort.DynamicAdvancedSession
	inputs, outputs int
}

// NewSession loads the model file. Open must have succeeded before.
func NewSession(modelPath string, o Options) (*Session, error) {
	if !isOpen() {
		return nil, fmt.Errorf("load %s: %w", modelPath, ErrNotOpen)
	}
	if _, err := os.Stat(modelPath); err != nil {
		return nil, fmt.Errorf("load model (run `frontdesk models fetch`): %w", err)
	}
	so, err := sessionOptions(max(1, o.Threads), o.Overflow)
	if err != nil {
		return nil, fmt.Errorf("set options for %s: %w", modelPath, err)
	}
	defer so.Destroy() // fails for a nil value only
	s, err := ort.NewDynamicAdvancedSession(modelPath, o.Inputs, o.Outputs, so)
	if err != nil {
		return nil, fmt.Errorf("load %s (run `frontdesk models verify`): %w", modelPath, err)
	}
	return &Session{session: s, inputs: len(o.Inputs), outputs: len(o.Outputs)}, nil
}

// Names returns what the inputs and outputs of the model file are called. Open must have succeeded before.
func Names(modelPath string) (inputs, outputs []string, err error) {
	if !isOpen() {
		return nil, nil, fmt.Errorf("look at %s: %w", modelPath, ErrNotOpen)
	}
	if _, err = os.Stat(modelPath); err != nil {
		return nil, nil, fmt.Errorf("look at model (run `frontdesk models fetch`): %w", err)
	}
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, nil, fmt.Errorf("set options for %s: %w", modelPath, err)
	}
	defer so.Destroy() // fails for a nil value only
	// The binding loads the whole model for this; left as it lies in the file, that is quick.
	err = errors.Join(so.SetGraphOptimizationLevel(ort.GraphOptimizationLevelDisableAll), so.SetLogSeverityLevel(ort.LoggingLevelError),
		so.SetIntraOpNumThreads(1), so.SetInterOpNumThreads(1), so.AddSessionConfigEntry("session.disable_prepacking", "1"))
	if err != nil {
		return nil, nil, fmt.Errorf("set options for %s: %w", modelPath, err)
	}
	in, out, err := ort.GetInputOutputInfoWithOptions(modelPath, so)
	if err != nil {
		return nil, nil, fmt.Errorf("look at %s (run `frontdesk models verify`): %w", modelPath, err)
	}
	for _, x := range in {
		inputs = append(inputs, x.Name)
	}
	for _, x := range out {
		outputs = append(outputs, x.Name)
	}
	return inputs, outputs, nil
}

// sessionOptions makes the settings of a session, most of which all share.
func sessionOptions(threads int, overflow bool) (*ort.SessionOptions, error) {
	so, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		so.SetIntraOpNumThreads(threads),
		so.SetInterOpNumThreads(1),
		so.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		so.SetLogSeverityLevel(ort.LoggingLevelError),
		// A thread that spins for its next piece of work takes the core from the audio clock of a live call.
		so.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		so.AddSessionConfigEntry("session.inter_op.allow_spinning", "0"),
		// Denormal numbers, which appear near silence, cost tens of times a normal addition.
		so.AddSessionConfigEntry("session.set_denormal_as_zero", "1"),
	)
	if !overflow {
		// Without it processors that have AVX2 but no VNNI let sums of quantised numbers overflow, and a model answers differently there.
		err = errors.Join(err, so.AddSessionConfigEntry("session.x64quantprecision", "1"))
	}
	if err != nil {
		return nil, errors.Join(err, so.Destroy())
	}
	return so, nil
}

// Tensor is one input. Make it with Float32 or Int64.
type Tensor struct {
	shape  ort.Shape
	floats []float32
	ints   []int64
}

// Float32 makes an input of data, row-major in the given shape. The data must stay unchanged until Run has returned.
func Float32(data []float32, shape ...int64) Tensor { return Tensor{shape: shape, floats: data} }

// Int64 makes an input of data, row-major in the given shape. The data must stay unchanged until Run has returned.
func Int64(data []int64, shape ...int64) Tensor { return Tensor{shape: shape, ints: data} }

// value hands the tensor to the runtime, without a copy.
func (t Tensor) value() (ort.Value, error) {
	if t.ints != nil {
		return ort.NewTensor(t.shape, t.ints)
	}
	return ort.NewTensor(t.shape, t.floats)
}

// Output is what a run gave: elements, row-major, in a shape.
type Output struct {
	Data  []float32
	Ints  []int64 // in place of Data where the graph gives whole numbers
	Shape []int64
}

// Run computes the outputs for the inputs, in the order of Options.Inputs, and returns them in that of Options.Outputs; the caller
// owns them. When ctx ends, the run is terminated at the next operator of the graph and the error is the context's cause.
func (s *Session) Run(ctx context.Context, in ...Tensor) (out []Output, err error) {
	if len(in) != s.inputs {
		return nil, fmt.Errorf("run model: got %d inputs, the session has %d", len(in), s.inputs)
	}
	values := make([]ort.Value, 0, len(in))
	defer func() {
		for _, v := range values {
			err = errors.Join(err, v.Destroy())
		}
	}()
	for i, t := range in {
		v, err := t.value()
		if err != nil {
			return nil, fmt.Errorf("make input %d: %w", i, err)
		}
		values = append(values, v)
	}
	results := make([]ort.Value, s.outputs) // nil: the runtime allocates them, since their shapes depend on the input
	if err := s.run(ctx, values, results); err != nil {
		return nil, err
	}
	defer func() {
		for _, r := range results {
			err = errors.Join(err, r.Destroy())
		}
	}()
	for _, r := range results {
		switch tensor := r.(type) {
		case *ort.Tensor[float32]:
			out = append(out, Output{Data: append([]float32(nil), tensor.GetData()...), Shape: tensor.GetShape().Clone()})
		case *ort.Tensor[int64]:
			out = append(out, Output{Ints: append([]int64(nil), tensor.GetData()...), Shape: tensor.GetShape().Clone()})
		default:
			return nil, fmt.Errorf("run model: the output is a %T, want float32 or int64", r)
		}
	}
	return out, nil
}

// run is one run that ends early when ctx does.
func (s *Session) run(ctx context.Context, in, out []ort.Value) (err error) {
	if ctx.Err() != nil {
		return fmt.Errorf("run model: %w", context.Cause(ctx))
	}
	ro, err := ort.NewRunOptions()
	if err != nil {
		return fmt.Errorf("make run options: %w", err)
	}
	defer func() { err = errors.Join(err, ro.Destroy()) }()
	var terminated error
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		terminated = ro.Terminate()
	})
	runErr := s.session.RunWithOptions(in, out, ro)
	if !stop() {
		<-done // Terminate uses ro, which is destroyed next
	}
	switch {
	case runErr == nil:
		return terminated
	case ctx.Err() != nil:
		return fmt.Errorf("run model: %w", context.Cause(ctx))
	default:
		return fmt.Errorf("run model: %w", runErr)
	}
}

// Close frees the model and ends its threads.
func (s *Session) Close() error {
	if err := s.session.Destroy(); err != nil {
		return fmt.Errorf("close model: %w", err)
	}
	return nil
}
