package hear

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

var _ engines.Listening = (*stream)(nil)

const (
	// eventBuffer is how many events the channel holds.
	eventBuffer = 16
	// mostPartials is how many undelivered events there may be before partials are dropped.
	mostPartials = eventBuffer
	// mostEvents is how many undelivered events there may be at all. An utterance makes four; a reader that is hundreds
	// behind is gone.
	mostEvents = 1024
	// mostSilence bounds what is scored in place of lost frames; after a second of silence more changes nothing.
	mostSilence = time.Second
)

// errUnread ends a stream whose events nobody reads.
var errUnread = errors.New("the events of the stream are not read")

// errClosed is the cause of a stream's end by Close.
var errClosed = errors.New("closed")

// errEnded is the cause of work that is not wanted any more.
var errEnded = errors.New("the utterance went on or ended")

// stream is one call's ear. The fields below mu are shared; all others belong to its goroutine (run).
type stream struct {
	hub    *Hub
	o      engines.ListenOptions
	log    *slog.Logger
	ctx    context.Context //nolint:containedctx // the stream's own life, ended by Close
	cancel context.CancelCauseFunc
	ring   ring
	wake   chan struct{} // holds a token when there is something new
	events chan engines.ListenEvent
	done   chan struct{} // closed when the goroutine has ended

	mu    sync.Mutex
	taken uint64
	hint  string
	inbox []func() // results of lanes, to be run on the goroutine
	err   error

	language string   // the one that was spoken last
	others   []string // all that may be spoken

	tuning  Tuning
	scorer  *scorer
	window  audio.PCM // of fixed length
	filled  int       // samples of window that are there
	seg     *segmenter
	taker   uint64 // the last Take that was acted on
	now     int    // samples taken in since the stream opened
	scored  int    // samples scored
	past    past
	utt     *utterance // nil when idle
	heard   int        // position of the end of the last utterance's voice; the next one has nothing from before it
	number  uint64     // of the last utterance
	pending []engines.ListenEvent
	judge   *time.Timer // running while a pause waits for its judgement
}

// newStream makes a stream; the caller starts run.
func newStream(ctx context.Context, h *Hub, o engines.ListenOptions) *stream {
	s := &stream{
		hub: h, o: o, log: h.o.Logger.With("call", o.Call), tuning: h.o.Tuning, language: o.Language, others: o.Also,
		wake: make(chan struct{}, 1), events: make(chan engines.ListenEvent, eventBuffer), done: make(chan struct{}),
	}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	return s
}

// Frame implements engines.Listening.
func (s *stream) Frame(pcm audio.PCM) bool {
	if s.ctx.Err() != nil {
		return false
	}
	ok := s.ring.push(pcm)
	s.nudge()
	return ok
}

// Take implements engines.Listening. A final that has not been made yet is not made any more.
func (s *stream) Take(utterance uint64) {
	s.mu.Lock()
	s.taken = max(s.taken, utterance)
	s.mu.Unlock()
	s.nudge()
}

// Hint implements engines.Listening.
func (s *stream) Hint(h engines.Hint) {
	s.mu.Lock()
	s.hint = h.Prompt
	s.mu.Unlock()
}

// Events implements engines.Listening.
func (s *stream) Events() <-chan engines.ListenEvent { return s.events }

// Err implements engines.Listening.
func (s *stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close implements engines.Listening.
func (s *stream) Close() error {
	s.cancel(errClosed)
	<-s.done
	return nil
}

// nudge wakes the goroutine.
func (s *stream) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// deliver brings a lane's result to the goroutine.
func (s *stream) deliver(result func()) {
	s.mu.Lock()
	s.inbox = append(s.inbox, result)
	s.mu.Unlock()
	s.nudge()
}

// run is the stream's goroutine.
func (s *stream) run() {
	defer close(s.done)
	defer close(s.events)
	defer context.AfterFunc(s.hub.ctx, func() { s.cancel(context.Cause(s.hub.ctx)) })()
	s.open()
	defer s.scorer.close()
	defer s.drop()
	for {
		var (
			out  chan<- engines.ListenEvent
			next engines.ListenEvent
		)
		if len(s.pending) > 0 {
			out, next = s.events, s.pending[0]
		}
		select {
		case <-s.ctx.Done():
			s.end(context.Cause(s.ctx))
			return
		case out <- next:
			s.pending = s.pending[1:]
		case <-s.judge.C:
			s.report(s.utt, -1)
		case <-s.wake:
			s.step()
		}
		if len(s.pending) > mostEvents {
			s.end(errUnread)
			return
		}
	}
}

// open prepares what the goroutine owns.
func (s *stream) open() {
	s.judge = time.NewTimer(time.Hour)
	s.judge.Stop()
	s.scorer = newScorer(s.hub.o.VAD, s.log)
	s.window = make(audio.PCM, s.scorer.window())
	s.seg = newSegmenter(s.tuning, span(len(s.window)))
	s.past = newPast(s.tuning, len(s.window))
}

// end records why the stream ends.
func (s *stream) end(cause error) {
	s.cancel(cause)
	s.judge.Stop()
	if errors.Is(cause, errClosed) {
		cause = nil
	}
	s.mu.Lock()
	s.err = cause
	s.mu.Unlock()
}

// step does all that is new: results, a Take, frames.
func (s *stream) step() {
	s.mu.Lock()
	inbox, taken := s.inbox, s.taken
	s.inbox = nil
	s.mu.Unlock()
	for _, result := range inbox {
		result()
	}
	if taken > s.taker {
		s.taker = taken
		if s.utt != nil && s.utt.number <= taken {
			s.finish()
		}
	}
	var frame [engines.FrameSamples]int16
	for s.ctx.Err() == nil {
		gap, ok := s.ring.pop(&frame)
		if !ok {
			return
		}
		s.silence(gap)
		s.consume(frame[:])
	}
}

// silence puts silence in the place of lost frames, so that positions stay those of the audio clock.
func (s *stream) silence(frames int) {
	var zero [engines.FrameSamples]int16
	most := int(mostSilence / audio.FrameDuration)
	if skip := frames - most; skip > 0 {
		s.now += skip * engines.FrameSamples
		s.scored += skip * engines.FrameSamples
		s.past.clear()
		frames = most
	}
	for range frames {
		s.consume(zero[:])
	}
}

// consume cuts samples into windows.
func (s *stream) consume(pcm audio.PCM) {
	s.now += len(pcm)
	for len(pcm) > 0 {
		n := copy(s.window[s.filled:], pcm)
		s.filled += n
		pcm = pcm[n:]
		if s.filled == len(s.window) {
			s.filled = 0
			s.scored += len(s.window)
			s.hear(s.window)
		}
	}
}

// emit queues an event. When the reader is behind, partials go first; nothing else is ever dropped.
func (s *stream) emit(e engines.ListenEvent) {
	e.Now = span(s.now)
	if len(s.pending) >= mostPartials {
		kept := s.pending[:0]
		for _, p := range s.pending {
			if p.Kind != engines.Transcribed || p.Final {
				kept = append(kept, p)
			}
		}
		s.pending = kept
		if e.Kind == engines.Transcribed && !e.Final {
			return
		}
	}
	s.pending = append(s.pending, e)
}
