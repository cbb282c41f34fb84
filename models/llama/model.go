//go:build native

package llama

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"frontdesk.internal/models/engines"
)

var (
	_ engines.LanguageModel = (*Model)(nil)
	_ engines.Worker        = (*Model)(nil)
)

const (
	// queueSize bounds the requests that wait for the owner; one more gets engines.ErrBusy.
	queueSize = 16
	// defaultContext is the size of the KV cache when Options.Context is 0.
	defaultContext = 4096
	// defaultParallel is the number of requests interleaved when Options.Parallel is 0.
	defaultParallel = 4
	// maxParallel bounds Options.Parallel.
	maxParallel = 16
	// defaultTokens bounds an answer whose request does not.
	defaultTokens = 256
)

// Errors that say what was wrong with a request.
var (
	// ErrTooLong says that prefix, prompt and answer together exceed the context.
	ErrTooLong = errors.New("prompt is longer than the model's context")
)

// Options describe a model.
type Options struct {
	Model    string       // the GGUF file
	Threads  int          // of the computation; 0 means one for each core
	Context  int          // tokens in the KV cache, shared by prefixes and requests; 0 means 4096
	Parallel int          // requests interleaved; 0 means 4, at most 16
	StateDir string       // where computed prefixes are saved; "" saves none
	Logger   *slog.Logger // llama.cpp's lines at Debug; nil discards

	tuning *tuning // nil: what was measured best
}

// tuning holds settings that only benchmarks vary.
type tuning struct{ poll, flash, repack int }

// Model is a loaded language model. Its methods are safe for concurrent use.
type Model struct {
	native  *native
	logger  *slog.Logger
	context int

	layouts [2]layout // without and with a system text

	life    sync.RWMutex // held for reading while a request uses native outside the owner
	closed  bool         // guarded by life
	queue   chan *job
	closing chan struct{}
	done    chan struct{}
	running running
}

// repackOn returns the repack setting for a GOARCH. On x86-64 most of an answer's time is the prompt's, for which ggml's code
// on mapped Q4_K weights is as fast with AVX2, and a third faster with AVX-512, than that on repacked ones; and the copy takes
// half as much memory again. On arm64 the repacked layout is what the dot product instructions were made for.
func repackOn(arch string) int {
	if arch == "amd64" {
		return 0
	}
	return -1
}

// New loads a model and starts its owner.
func New(o Options) (*Model, error) {
	logger := o.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if err := checkMemory(o.Model); err != nil {
		return nil, fmt.Errorf("open language model %s: %w", o.Model, err)
	}
	identity, err := modelIdentity(o.Model)
	if err != nil {
		return nil, fmt.Errorf("open language model %s: %w", o.Model, err)
	}
	if o.Parallel < 0 || o.Parallel > maxParallel {
		return nil, fmt.Errorf("open language model: %d parallel requests, want at most %d", o.Parallel, maxParallel)
	}
	parallel := orDefault(o.Parallel, defaultParallel)
	tune := tuning{poll: 0, flash: -1, repack: repackOn(runtime.GOARCH)}
	if o.tuning != nil {
		tune = *o.tuning
	}
	nativeLog.attach(logger)
	n, err := openNative(o.Model, nativeParams{
		context: orDefault(o.Context, defaultContext), batch: batchTokens, outputs: batchOutputs,
		sequences: keptPrefixes + parallel + scratchSequences,
		threads:   orDefault(o.Threads, runtime.NumCPU()),
		poll:      tune.poll, flash: tune.flash, repack: tune.repack,
	})
	if err != nil {
		return nil, fmt.Errorf("open language model %s: %w", o.Model, err)
	}
	m := &Model{
		native: n, logger: logger, context: orDefault(o.Context, defaultContext),
		queue: make(chan *job, queueSize), closing: make(chan struct{}), done: make(chan struct{}),
	}
	m.running.native = n
	if err := m.readTemplate(); err != nil {
		n.close()
		return nil, fmt.Errorf("open language model %s: %w", o.Model, err)
	}
	identity += fmt.Sprintf(" llama.cpp %s flash %d repack %d", nativeVersion(), tune.flash, tune.repack)
	s := newScheduler(m, parallel, &savedStates{dir: o.StateDir, model: identity})
	go func() {
		defer close(m.done)
		s.run()
	}()
	return m, nil
}

func orDefault(v, def int) int {
	if v <= 0 {
		return def
	}
	return v
}

// readTemplate takes the chat template apart, with and without a system text.
func (m *Model) readTemplate() error {
	for i, system := range []string{"", systemPlace} {
		rendered, own, err := m.native.render(system, userPlace)
		if err != nil {
			return err
		}
		if !own && i == 0 {
			m.logger.Warn("the model has no chat template that llama.cpp knows; ChatML is used")
		}
		if m.layouts[i], err = newLayout(rendered, system != ""); err != nil {
			return err
		}
		// Some templates write the beginning-of-text token, which tokenize adds by itself.
		if bos, added := m.native.beginning(); added {
			m.layouts[i].head = trimPrefix(m.layouts[i].head, bos)
		}
	}
	return nil
}

// Describe names the model's architecture, size and quantisation.
func (m *Model) Describe() string { return m.native.describe() }

// Warm computes prefix, or fetches it from StateDir, so that the first request that uses it need not.
func (m *Model) Warm(ctx context.Context, prefix string) error {
	_, err := m.do(ctx, func() (*job, error) { return m.newWarm(prefix) })
	if err != nil {
		return fmt.Errorf("warm prefix: %w", err)
	}
	return nil
}

// Complete answers a request. MaxTokens of 0 or less means no answer when Scores are asked for, else 256 tokens.
// Token.LogProb is 0 and Token.Margin +Inf for text that the grammar left no choice about; under a grammar, candidates
// that only spell the same text in other pieces do not count for Margin, and neither do those beyond the 64 best.
// Errors: ErrTooLong, engines.ErrBusy when too many wait, engines.ErrUnavailable after Close, the context's cause.
func (m *Model) Complete(ctx context.Context, r engines.CompleteRequest) (engines.Completion, error) {
	c, err := m.do(ctx, func() (*job, error) { return m.newComplete(r) })
	if err != nil {
		return engines.Completion{}, fmt.Errorf("complete: %w", err)
	}
	return c, nil
}

// do makes a job, hands it to the owner and waits for its end.
func (m *Model) do(ctx context.Context, create func() (*job, error)) (engines.Completion, error) {
	if ctx.Err() != nil {
		return engines.Completion{}, context.Cause(ctx)
	}
	j, err := m.enqueue(create)
	if err != nil {
		return engines.Completion{}, err
	}
	stop := context.AfterFunc(ctx, func() { m.running.cancel(j) })
	defer stop()
	select {
	case r := <-j.result:
		return r.completion, r.err
	case <-ctx.Done():
		return engines.Completion{}, context.Cause(ctx)
	}
}

// enqueue makes a job, in the caller's goroutine, and puts it into the queue.
func (m *Model) enqueue(create func() (*job, error)) (*job, error) {
	m.life.RLock()
	defer m.life.RUnlock()
	if m.closed {
		return nil, engines.ErrUnavailable
	}
	j, err := create()
	if err != nil {
		return nil, err
	}
	j.queued = time.Now()
	select {
	case m.queue <- j:
		return j, nil
	default:
		j.grammar.free()
		return nil, engines.ErrBusy
	}
}

// Close stops the work under way, fails the requests that wait and frees the model. It may be called again.
func (m *Model) Close() error {
	m.life.Lock()
	first := !m.closed
	m.closed = true
	m.life.Unlock()
	if first {
		m.running.close()
		close(m.closing)
	}
	<-m.done
	return nil
}

// BusySince implements engines.Worker: when the owner went into the batch that it is computing, the zero time between
// batches. A batch that is broken off counts until llama.cpp has come back from it.
func (m *Model) BusySince() time.Time {
	m.running.mu.Lock()
	defer m.running.mu.Unlock()
	return m.running.since
}

// running is the set of jobs in the batch that is being computed. The computation is broken off when no one waits for
// any part of it any more, and at Close.
type running struct {
	native *native

	mu     sync.Mutex
	jobs   map[*job]struct{} // nil between batches
	since  time.Time         // when the batch began; zero between batches
	closed bool
}

// begin declares the jobs of the next batch. It reports false when all are cancelled: the batch is not worth it.
func (r *running) begin(jobs []*job) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.jobs = make(map[*job]struct{}, len(jobs))
	for _, j := range jobs {
		if !j.cancelled.Load() {
			r.jobs[j] = struct{}{}
		}
	}
	if len(r.jobs) == 0 {
		r.jobs = nil
		return false
	}
	r.since = time.Now()
	r.native.abort(false)
	return true
}

// end says that the batch is over.
func (r *running) end() {
	r.mu.Lock()
	r.jobs, r.since = nil, time.Time{}
	r.mu.Unlock()
}

// cancel marks a job as not wanted any more, from any goroutine.
func (r *running) cancel(j *job) {
	j.cancelled.Store(true)
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.jobs[j]; !ok {
		return
	}
	delete(r.jobs, j)
	if len(r.jobs) == 0 {
		r.native.abort(true)
	}
}

// close breaks off the batch under way and refuses further ones.
func (r *running) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	if r.jobs != nil {
		r.native.abort(true)
	}
}
