package reception

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// ear takes the frames from the line's clock and hands them to the recognition stream that is open now. Hear never
// blocks: a frame that finds no stream or a full queue is dropped and counted.
type ear struct {
	mu      sync.Mutex
	stream  engines.Listening
	opened  time.Time     // wall time of the stream's position 0
	waiting bool          // a stream was just opened and has had no frame yet
	held    time.Duration // how long the newest frame lay in the jitter buffer
	played  int           // samples since the stream was opened, by the line's clock
	given   int           // samples that the stream has had, or has coming in rest
	rest    audio.PCM     // less than a frame
	ours    [oursKept]stretch
	lost    atomic.Uint64
	now     func() time.Time
}

// stretch is a part of the stream, in samples.
type stretch struct{ from, to int }

// oursKept is how many stretches that turned out to be our own voice are remembered; one an utterance is many.
const oursKept = 8

var _ line.Ear = (*ear)(nil)

// Hear implements line.Ear.
func (e *ear) Hear(f line.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stream == nil {
		return
	}
	if e.waiting {
		e.opened, e.waiting = f.At, false
		e.played, e.given, e.rest, e.ours = 0, 0, e.rest[:0], [oursKept]stretch{}
	}
	if f.Ours > 0 {
		copy(e.ours[1:], e.ours[:])
		e.ours[0] = stretch{e.given - f.Ours, e.given}
	}
	pcm := f.PCM
	if f.Early != nil {
		pcm = f.Early
	}
	e.played += len(f.PCM)
	e.given += len(pcm)
	if !f.Arrived.IsZero() {
		// What the stream has ahead of the playout has not waited for it.
		e.held = max(0, f.At.Sub(f.Arrived)-e.lead())
	}
	e.rest = append(e.rest, pcm...)
	for len(e.rest) >= engines.FrameSamples {
		if !e.stream.Frame(e.rest[:engines.FrameSamples]) {
			e.lost.Add(1)
		}
		e.rest = append(e.rest[:0], e.rest[engines.FrameSamples:]...)
	}
}

// lead is by how much the stream is ahead of the playout. Called with mu held.
func (e *ear) lead() time.Duration {
	return time.Duration(e.given-e.played) * time.Second / LineRate
}

// owned reports whether most of the stream from one position to another turned out to be our own voice, come back over the line. to
// = 0 is its end.
func (e *ear) owned(from, to time.Duration) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	part := stretch{int(from * LineRate / time.Second), int(to * LineRate / time.Second)}
	if to == 0 {
		part.to = e.given
	}
	ours := 0
	for _, o := range e.ours {
		ours += max(0, min(o.to, part.to)-max(o.from, part.from))
	}
	return 2*ours > part.to-part.from
}

// open opens a recognition stream and makes it the current one.
func (e *ear) open(ctx context.Context, ears engines.Ears, o engines.ListenOptions) (engines.Listening, error) {
	s, err := ears.Listen(ctx, o)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	e.stream, e.waiting, e.opened = s, true, e.now()
	e.mu.Unlock()
	return s, nil
}

// drop makes no stream the current one.
func (e *ear) drop() {
	e.mu.Lock()
	e.stream = nil
	e.mu.Unlock()
}

// wall converts a position of the current stream to the time at which it had it, and tells how long frames lie in the jitter buffer
// before that.
func (e *ear) wall(at time.Duration) (delivered time.Time, held time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.opened.Add(at - e.lead()), e.held
}

// confidence folds a transcript's word probabilities into one figure and names the weak words.
func confidence(ev engines.ListenEvent) (c float64, weak []string) {
	if len(ev.Words) == 0 {
		return 0.5, nil
	}
	sum := 0.0
	for _, w := range ev.Words {
		sum += w.Prob
		if w.Prob < 0.4 {
			weak = append(weak, w.Text)
		}
	}
	return sum / float64(len(ev.Words)), weak
}
