//go:build native

package whisper

// #cgo LDFLAGS: -Wl,--as-needed -Wl,--wrap=ggml_backend_init_by_type -lwhisper -lggml -lggml-cpu -lggml-base -lm -lstdc++ -lpthread
// #include <stdlib.h>
// #include "native.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"
	"unsafe"

	binding "github.com/ggerganov/whisper.cpp/bindings/go"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/transcript"
)

var _ engines.Recognizer = (*Recognizer)(nil)

// ErrClosed is returned by a Recognizer or a VAD after Close.
var ErrClosed = errors.New("recognizer is closed")

// Options make a Recognizer. Zero values mean the defaults.
type Options struct {
	Model   string // path of a ggml Whisper model
	Threads int    // compute threads; 0: the number of physical cores
	// AudioCtxFloor is the smallest encoder context, in positions of 20 ms rounded up to a multiple of 256, at most 1280;
	// 0: [DefaultAudioCtxFloor]. What comes to nothing is looked at again with a longer one.
	AudioCtxFloor int
	MaxTokens     int          // most tokens of one utterance; 0: [DefaultMaxTokens]
	Beam          int          // beams of the search for a final result; 1: greedy; 0: [DefaultBeam]
	Logger        *slog.Logger // the engine's own lines; nil: dropped. Process-wide: the last one given counts
}

// Recognizer is one loaded model. Recognize runs one utterance at a time; further callers wait. Make it with New.
type Recognizer struct {
	o         Options
	languages map[string]int // ISO 639-1 → the model's language number

	mu      sync.Mutex
	ctx     *binding.Context // nil after Close
	worker  *C.fd_worker
	eot     binding.Token
	samples []float32
}

// New loads the model. It takes as long as reading the file; its memory is about twice the file's size.
func New(o Options) (*Recognizer, error) {
	if o.Threads <= 0 {
		o.Threads = PhysicalCores()
	}
	if o.AudioCtxFloor <= 0 {
		o.AudioCtxFloor = DefaultAudioCtxFloor
	}
	if o.MaxTokens <= 0 {
		o.MaxTokens = DefaultMaxTokens
	}
	if o.Beam <= 0 {
		o.Beam = DefaultBeam
	}
	if _, err := os.Stat(o.Model); err != nil {
		return nil, fmt.Errorf("load recognition model (run `frontdesk models fetch`): %w", err)
	}
	logTo(o.Logger)
	r := &Recognizer{o: o, languages: map[string]int{}, worker: C.fd_worker_new()}
	if err := r.load(); err != nil {
		C.fd_worker_free(r.worker)
		return nil, fmt.Errorf("load recognition model %s: %w", o.Model, err)
	}
	for id := range binding.Whisper_lang_max_id() + 1 {
		r.languages[binding.Whisper_lang_str(id)] = id
	}
	r.eot = r.ctx.Whisper_token_eot()
	return r, nil
}

// load opens the model and takes hold of its backend. The thread is locked because the capture is per thread.
func (r *Recognizer) load() error {
	runtime.LockOSThread()
	C.fd_capture_begin(r.worker)
	r.ctx = binding.Whisper_init(r.o.Model)
	captured := C.fd_capture_end()
	runtime.UnlockOSThread()
	if r.ctx == nil {
		return errors.New("the engine refused the file (run `frontdesk models verify`)")
	}
	if captured != 1 {
		r.ctx.Whisper_free()
		return fmt.Errorf("found %d compute backends, want 1: the binary is linked against another whisper.cpp", captured)
	}
	C.fd_worker_bind(r.worker)
	return nil
}

// Close frees the model. It waits for a Recognize under way.
func (r *Recognizer) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx == nil {
		return nil
	}
	r.ctx.Whisper_free()
	C.fd_worker_free(r.worker) // after the context, whose backend reads the worker's flag
	r.ctx, r.worker = nil, nil
	return nil
}

// Recognize implements engines.Recognizer. Of longer audio, the last 25.6 s count. When ctx ends, the engine
// stops within one node of its compute graph (a few milliseconds) and the error is the context's cause.
func (r *Recognizer) Recognize(ctx context.Context, pcm audio.PCM, o engines.RecognizeOptions) (engines.Recognition, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.ctx == nil:
		return engines.Recognition{}, ErrClosed
	case ctx.Err() != nil:
		return engines.Recognition{}, fmt.Errorf("recognise speech: %w", context.Cause(ctx))
	case len(pcm) == 0:
		return engines.Recognition{Rejected: transcript.RejectedNoSpeech, NoSpeechProb: 1}, nil
	}
	language, err := r.language(o.Language)
	if err != nil {
		return engines.Recognition{}, err
	}
	got, err := r.look(ctx, pcm, language, o, r.o.AudioCtxFloor)
	if err != nil || o.Partial || !doubtful(got) || audioContext(len(pcm), r.o.AudioCtxFloor) >= audioContext(len(pcm), secondFloor) {
		return got, err
	}
	return r.look(ctx, pcm, language, o, secondFloor)
}

// look recognises with an encoder context of at least floor positions.
func (r *Recognizer) look(ctx context.Context, pcm audio.PCM, language int, o engines.RecognizeOptions,
	floor int) (engines.Recognition, error) {
	if err := r.run(ctx, pcm, language, o, floor); err != nil {
		return engines.Recognition{}, err
	}
	d := transcript.Decoded{Duration: pcm.Duration(engines.Rate)}
	d.Pieces = r.pieces()
	d.NoSpeech = float64(C.fd_no_speech(r.c(), C.int(r.o.Threads)))
	if ctx.Err() != nil {
		return engines.Recognition{}, fmt.Errorf("recognise speech: %w", context.Cause(ctx))
	}
	return d.Recognition(), nil
}

// language returns the model's number of an ISO 639-1 code.
func (r *Recognizer) language(code string) (int, error) {
	if code == "" {
		code = "en"
	}
	id, ok := r.languages[code]
	if !ok {
		return 0, fmt.Errorf("recognise speech: the model knows no language %q (use an ISO 639-1 code such as \"en\")", code)
	}
	if code != "en" && r.ctx.Whisper_is_multilingual() == 0 {
		return 0, fmt.Errorf("recognise speech: the model understands English only, not %q (choose a multilingual one: `frontdesk models list`)",
			code)
	}
	return id, nil
}

// run is one pass of encoder and decoder; the result stays in the context.
func (r *Recognizer) run(ctx context.Context, pcm audio.PCM, language int, o engines.RecognizeOptions, floor int) error {
	samples := r.convert(pcm)
	strategy, beam := binding.SAMPLING_GREEDY, 1
	if r.o.Beam > 1 && !o.Partial {
		strategy, beam = binding.SAMPLING_BEAM_SEARCH, r.o.Beam
	}
	p := r.ctx.Whisper_full_default_params(strategy)
	if err := p.SetLanguage(language); err != nil {
		return fmt.Errorf("recognise speech: %w", err)
	}
	p.SetThreads(r.o.Threads)
	p.SetBeamSize(beam)
	p.SetAudioCtx(audioContext(len(samples), floor))
	p.SetMaxTokensPerSegment(tokenLimit(len(samples), r.o.MaxTokens))
	p.SetNoContext(true)
	p.SetSingleSegment(true)
	p.SetPrintProgress(false)
	p.SetPrintTimestamps(false)

	co := C.fd_options{best_of: 1}
	if prompt := promptText(o.Prompt); prompt != "" {
		co.prompt = C.CString(prompt)
		defer C.free(unsafe.Pointer(co.prompt))
	}
	C.fd_worker_abort(r.worker, 0)
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		C.fd_worker_abort(r.worker, 1)
	})
	rc := C.fd_full(r.c(), r.worker, (*C.struct_whisper_full_params)(unsafe.Pointer(&p)), &co,
		(*C.float)(&samples[0]), C.int(len(samples)))
	if !stop() {
		<-done // it uses the worker, which Close may free next
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("recognise speech: %w", context.Cause(ctx))
	case rc != 0:
		return fmt.Errorf("recognise speech: the engine failed with code %d", int(rc))
	}
	return nil
}

// EncodeTime measures the encoder alone on a whole 30 s window, which is what this machine is slow or fast at. It is meant for a
// recogniser that has recognised nothing yet: later ones may keep the window of their last audio.
func (r *Recognizer) EncodeTime() (time.Duration, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ctx == nil {
		return 0, ErrClosed
	}
	threads := r.o.Threads
	if err := r.ctx.Whisper_pcm_to_mel(make([]float32, 30*engines.Rate), threads); err != nil {
		return 0, fmt.Errorf("measure encoder: %w", err)
	}
	began := time.Now()
	if err := r.ctx.Whisper_encode(0, threads); err != nil {
		return 0, fmt.Errorf("measure encoder: %w", err)
	}
	return time.Since(began), nil
}

// c is the context as this package's own C sees it; the binding's type is the same struct under another Go name.
func (r *Recognizer) c() *C.struct_whisper_context {
	return (*C.struct_whisper_context)(unsafe.Pointer(r.ctx))
}

// convert scales to ±1 into memory that the next call reuses.
func (r *Recognizer) convert(pcm audio.PCM) []float32 {
	if len(pcm) > maxSamples {
		pcm = pcm[len(pcm)-maxSamples:]
	}
	r.samples = r.samples[:0]
	for _, s := range pcm {
		r.samples = append(r.samples, float32(s)/32768)
	}
	return r.samples
}

// pieces copies the text tokens out of the context.
func (r *Recognizer) pieces() []transcript.Piece {
	const most = longestContext // far above any token limit
	var (
		ids             [most]C.int32_t
		probs, logprobs [most]C.float
		out             []transcript.Piece
	)
	for segment := range r.ctx.Whisper_full_n_segments() {
		n := C.fd_tokens(r.c(), C.int(segment), &ids[0], &probs[0], &logprobs[0], most)
		for i := range int(n) {
			p := transcript.Piece{Prob: float64(probs[i]), LogProb: float64(logprobs[i])}
			if id := binding.Token(ids[i]); id < r.eot {
				p.Text = r.ctx.Whisper_token_to_str(id)
			} else {
				p.Special = true
			}
			out = append(out, p)
		}
	}
	return out
}
