//go:build native

package onnx_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"frontdesk.internal/models/onnx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const library = "libonnxruntime.so.1.32.0"

// weights returns the path of a file of the weights folder, or skips the test.
func weights(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), name)
	if _, err := os.Stat(path); err == nil && os.Getenv("FRONTDESK_WEIGHTS") != "" {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	}
	t.Skipf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	return ""
}

func voice(t testing.TB) *onnx.Session {
	t.Helper()
	if err := onnx.Open(weights(t, library)); err != nil {
		t.Fatal(err)
	}
	s, err := onnx.NewSession(weights(t, "en_US-joe-medium.onnx"), onnx.Options{
		Inputs: []string{"input", "input_lengths", "scales"}, Outputs: []string{"output"}, Threads: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func inputs(ids []int64) []onnx.Tensor {
	return []onnx.Tensor{
		onnx.Int64(ids, 1, int64(len(ids))),
		onnx.Int64([]int64{int64(len(ids))}, 1),
		onnx.Float32([]float32{0, 1, 0}, 3),
	}
}

func TestOpenTwice(t *testing.T) {
	path := weights(t, library)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := onnx.Open(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	err := onnx.Open(filepath.Join(t.TempDir(), "other.so"))
	if err == nil || !strings.Contains(err.Error(), "already runs") {
		t.Errorf("second library: got %v, want it refused", err)
	}
}

func TestNewSessionErrors(t *testing.T) {
	if err := onnx.Open(weights(t, library)); err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(t.TempDir(), "bad.onnx")
	if err := os.WriteFile(bad, []byte("this is no model"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{bad, filepath.Join(t.TempDir(), "none.onnx")} {
		if s, err := onnx.NewSession(path, onnx.Options{Inputs: []string{"x"}, Outputs: []string{"y"}}); err == nil {
			t.Errorf("%s: got a session, want an error", path)
			_ = s.Close()
		} else if !strings.Contains(err.Error(), "frontdesk models") {
			t.Errorf("%s: the error does not say what to do: %v", path, err)
		}
	}
}

func TestRun(t *testing.T) {
	s := voice(t)
	ids := []int64{1, 0, 20, 0, 59, 0, 24, 0, 120, 0, 27, 0, 100, 0, 2} // "hello"
	run, err := s.Run(t.Context(), inputs(ids)...)
	if err != nil {
		t.Fatal(err)
	}
	first, shape := run[0].Data, run[0].Shape
	if len(first) < 1000 || shape[len(shape)-1] != int64(len(first)) {
		t.Errorf("got %d samples in shape %v, want some speech", len(first), shape)
	}
	again, err := s.Run(t.Context(), inputs(ids)...)
	if err != nil {
		t.Fatal(err)
	}
	if len(again[0].Data) != len(first) {
		t.Errorf("without noise the same input gave %d and then %d samples", len(first), len(again[0].Data))
	}
	if _, err := s.Run(t.Context(), inputs(ids)[:2]...); err == nil {
		t.Error("a missing input was not refused")
	}
}

func TestRunCancelled(t *testing.T) {
	s := voice(t)
	ids := make([]int64, 2000) // long enough that the run cannot be over before the cancel below
	for i := range ids {
		ids[i] = int64(14 + i%20)
	}
	cause := errors.New("caller hung up")
	ctx, cancel := context.WithCancelCause(t.Context())
	started := make(chan struct{})
	go func() {
		<-started
		cancel(cause)
	}()
	close(started)
	if _, err := s.Run(ctx, inputs(ids)...); !errors.Is(err, cause) {
		t.Errorf("got %v, want the cause of the cancellation", err)
	}
	if _, err := s.Run(ctx, inputs(ids)...); !errors.Is(err, cause) {
		t.Errorf("already cancelled: got %v, want the cause", err)
	}
	if _, err := s.Run(t.Context(), inputs(ids[:20])...); err != nil {
		t.Errorf("after a cancelled run: %v", err)
	}
}
