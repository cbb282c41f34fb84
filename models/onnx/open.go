//go:build native

package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// ErrNotOpen says that a session was asked for before Open had succeeded.
var ErrNotOpen = errors.New("ONNX Runtime is not open")

// opened mirrors the state that the library and its binding keep once for each process; it cannot live in a value that
// callers own, because two owners would not see each other's library.
var opened struct {
	sync.Mutex
	path string // absolute; "" before Open succeeded
}

// Open loads ONNX Runtime from libPath (libonnxruntime.so…) and makes its process-wide environment. It may be called
// any number of times, from any goroutine: once it has succeeded, a further call with the same file does nothing and
// one with another file fails, since a process can hold one runtime only. After a failure it may be called again.
// The runtime stays loaded until the process ends.
func Open(libPath string) error {
	path, err := filepath.Abs(libPath)
	if err != nil {
		return fmt.Errorf("open ONNX Runtime %q: %w", libPath, err)
	}
	opened.Lock()
	defer opened.Unlock()
	if opened.path == path {
		return nil
	}
	if opened.path != "" {
		return fmt.Errorf("open ONNX Runtime %s: this process already runs %s; give every model the same library", path, opened.path)
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("open ONNX Runtime (run `make setup`, or give the path of libonnxruntime.so): %w", err)
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return fmt.Errorf("open ONNX Runtime %s (is it the build for this machine?): %w", path, err)
	}
	opened.path = path
	return nil
}

// isOpen reports whether Open has succeeded.
func isOpen() bool {
	opened.Lock()
	defer opened.Unlock()
	return opened.path != ""
}
