//go:build native

package whisper

// #include <stdlib.h>
// #include "native.h"
import "C"

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"unsafe"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

var (
	_ engines.VoiceDetector = (*VAD)(nil)
	_ engines.VoiceStream   = (*vadStream)(nil)
)

// vadWindow is Silero's window at 16 kHz: 32 ms.
const vadWindow = 512

// VAD makes Silero voice detectors, one for each stream. A detector that a stream gave back is used again, since
// loading one takes some milliseconds in which a caller would already speak. Make it with NewVAD.
type VAD struct {
	path string

	mu     sync.Mutex
	closed bool
	idle   []*C.struct_whisper_vad_context
}

// NewVAD loads the first detector from a ggml Silero file, so that a bad file shows at once.
func NewVAD(path string) (*VAD, error) { return NewVADWithLogger(path, nil) }

// NewVADWithLogger is NewVAD with a receiver for the engine's own log lines (process-wide, like Options.Logger).
func NewVADWithLogger(path string, l *slog.Logger) (*VAD, error) {
	logTo(l)
	v := &VAD{path: path}
	s, err := v.NewStream()
	if err != nil {
		return nil, err
	}
	return v, s.Close()
}

// NewStream implements engines.VoiceDetector.
func (v *VAD) NewStream() (engines.VoiceStream, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return nil, ErrClosed
	}
	if n := len(v.idle); n > 0 {
		s := &vadStream{vad: v, ctx: v.idle[n-1]}
		v.idle = v.idle[:n-1]
		s.Reset()
		return s, nil
	}
	if _, err := os.Stat(v.path); err != nil {
		return nil, fmt.Errorf("load voice detector (run `frontdesk models fetch`): %w", err)
	}
	path := C.CString(v.path)
	defer C.free(unsafe.Pointer(path))
	ctx := C.fd_vad_open(path)
	if ctx == nil {
		return nil, fmt.Errorf("load voice detector %s: the engine refused the file (run `frontdesk models verify`)", v.path)
	}
	return &vadStream{vad: v, ctx: ctx}, nil
}

// Close frees the idle detectors; those of open streams are freed when the streams close.
func (v *VAD) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.closed = true
	for _, c := range v.idle {
		C.whisper_vad_free(c)
	}
	v.idle = nil
	return nil
}

// vadStream is one detector with its memory of the last windows.
type vadStream struct {
	vad     *VAD
	ctx     *C.struct_whisper_vad_context // nil after Close
	samples [vadWindow]float32
}

// WindowSamples implements engines.VoiceStream.
func (*vadStream) WindowSamples() int { return vadWindow }

// Score implements engines.VoiceStream.
func (s *vadStream) Score(window audio.PCM) (float64, error) {
	if s.ctx == nil {
		return 0, ErrClosed
	}
	if len(window) != vadWindow {
		return 0, fmt.Errorf("score voice: got a window of %d samples, want %d", len(window), vadWindow)
	}
	for i, x := range window {
		s.samples[i] = float32(x) / 32768
	}
	p := C.fd_vad_score(s.ctx, (*C.float)(&s.samples[0]), vadWindow)
	runtime.KeepAlive(s)
	if p < 0 {
		return 0, errors.New("score voice: the engine failed")
	}
	return float64(p), nil
}

// Reset implements engines.VoiceStream.
func (s *vadStream) Reset() {
	if s.ctx != nil {
		C.whisper_vad_reset_state(s.ctx)
	}
}

// Close implements engines.VoiceStream. It gives the detector back.
func (s *vadStream) Close() error {
	if s.ctx == nil {
		return nil
	}
	s.vad.mu.Lock()
	defer s.vad.mu.Unlock()
	if s.vad.closed {
		C.whisper_vad_free(s.ctx)
	} else {
		s.vad.idle = append(s.vad.idle, s.ctx)
	}
	s.ctx = nil
	return nil
}
