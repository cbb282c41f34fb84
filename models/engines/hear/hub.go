package hear

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"frontdesk.internal/models/engines"
)

var _ engines.Ears = (*Hub)(nil)

// Reasons for a final without text besides those of the recogniser (engines.ListenEvent.Rejected): the caller's words
// are lost, and the conversation must ask again.
const (
	RejectedBusy   = "busy"   // too many utterances waited for recognition
	RejectedFailed = "failed" // the recogniser failed
)

// mostWaiting is how many tasks may wait for each engine; with one task a call it is far above any sensible number of
// calls, and beyond it a final would come too late to be of use.
const mostWaiting = 32

// Options make a Hub.
type Options struct {
	Recognizer engines.Recognizer
	VAD        engines.VoiceDetector // nil, or one that fails: loudness decides instead
	Turn       engines.TurnDetector  // nil: pauses are reported with a negative TurnProb
	Tuning     Tuning
	Logger     *slog.Logger // nil: no logs
}

// Hub opens streams over shared engines. Make it with New; safe for concurrent use.
type Hub struct {
	o      Options
	ctx    context.Context //nolint:containedctx // ends all streams; the Hub is their owner
	cancel context.CancelCauseFunc
	words  *lane // recognition
	turns  *lane // turn detection; nil without a detector

	mu      sync.Mutex
	closed  bool
	streams sync.WaitGroup
}

// New starts the goroutines of the shared engines.
func New(o Options) *Hub {
	o.Tuning = o.Tuning.orDefault()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h := &Hub{o: o, words: newLane(mostWaiting)}
	if o.Turn != nil {
		h.turns = newLane(mostWaiting)
	}
	h.ctx, h.cancel = context.WithCancelCause(context.Background())
	return h
}

// Listen implements engines.Ears. The stream also ends, with the context's cause as its error, when ctx ends.
func (h *Hub) Listen(ctx context.Context, o engines.ListenOptions) (engines.Listening, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, fmt.Errorf("listen: %w", engines.ErrUnavailable)
	}
	if o.Language == "" {
		o.Language = "en"
	}
	s := newStream(ctx, h, o)
	h.streams.Go(s.run)
	return s, nil
}

// Close ends all streams with engines.ErrUnavailable, aborts the work under way and waits for it. The backends stay
// the caller's.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.cancel(engines.ErrUnavailable)
	h.streams.Wait()
	h.words.close()
	if h.turns != nil {
		h.turns.close()
	}
}
