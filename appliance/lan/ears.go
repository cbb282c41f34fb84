package lan

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/lan/openai"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

var _ engines.Ears = (*Hosts)(nil)

// What of a stream belongs to an utterance, and the longest that a computer is asked about; a longer one is for the box alone.
const (
	before   = 300 * time.Millisecond // its first voiced window
	after    = 200 * time.Millisecond // its last, which the pause is longer than
	clipMost = 15 * time.Second
)

// The words of the box's own ears for an utterance that they could not look at.
const (
	ownBusy   = "busy"
	ownFailed = "failed"
)

// ownLeast is the least time that a computer is still waited for when the box itself has no words to offer.
const ownLeast = 500 * time.Millisecond

// Listen implements engines.Ears. When something is said, the box's own ears find out; at each pause they and a computer write down what
// was said, and the words that come first are the final ones. The other's are left out.
func (h *Hosts) Listen(ctx context.Context, o engines.ListenOptions) (engines.Listening, error) {
	inner, err := h.o.Own.Listen(ctx, o)
	if err != nil || !h.wanted(record.EngineSpeech) {
		return inner, err
	}
	if o.Language == "" {
		o.Language = "en"
	}
	l := &listening{
		Listening: inner, hosts: h, o: o, past: make(audio.PCM, samples(clipMost+before+after)), events: make(chan engines.ListenEvent, 64),
		heard: make(chan heard, 4), patience: time.NewTimer(time.Hour),
	}
	l.patience.Stop()
	l.life, l.end = context.WithCancel(ctx)
	l.wg.Go(l.run)
	return l, nil
}

func samples(d time.Duration) int { return int(d * engines.Rate / time.Second) }

// listening is one stream. The fields below events belong to its goroutine (run).
type listening struct {
	engines.Listening // the box's own

	hosts *Hosts
	o     engines.ListenOptions
	life  context.Context //nolint:containedctx // the stream's own, ended by Close
	end   context.CancelFunc
	wg    sync.WaitGroup
	heard chan heard

	mu   sync.Mutex
	past audio.PCM // the newest samples, in a ring
	had  int       // samples since the stream opened
	hint string

	events chan engines.ListenEvent

	utterance uint64
	began     time.Duration
	ask       *asked               // under way
	taken     bool                 // a computer's words for this pause are out
	held      *engines.ListenEvent // that the box has no words for this pause, while a computer may
	patience  *time.Timer          // with held
}

// asked is one question to a computer.
type asked struct {
	x      *host
	cancel context.CancelFunc
	event  engines.ListenEvent // to be completed by the words
	begun  time.Time
}

// heard is the answer to a question.
type heard struct {
	to  *asked
	t   openai.Transcript
	err error
}

// Frame implements engines.Listening.
func (l *listening) Frame(pcm audio.PCM) bool {
	ok := l.Listening.Frame(pcm)
	l.mu.Lock()
	defer l.mu.Unlock()
	for at := l.had % len(l.past); len(pcm) > 0; at = l.had % len(l.past) {
		n := copy(l.past[at:], pcm)
		l.had, pcm = l.had+n, pcm[n:]
	}
	return ok
}

// Hint implements engines.Listening.
func (l *listening) Hint(h engines.Hint) {
	l.mu.Lock()
	l.hint = h.Prompt
	l.mu.Unlock()
	l.Listening.Hint(h)
}

// Events implements engines.Listening.
func (l *listening) Events() <-chan engines.ListenEvent { return l.events }

// Close implements engines.Listening.
func (l *listening) Close() error {
	l.end()
	err := l.Listening.Close()
	l.wg.Wait()
	return err
}

// run hands events on until the box's own stream ends.
func (l *listening) run() {
	defer close(l.events)
	defer l.end()
	defer l.drop()
	for {
		select {
		case ev, ok := <-l.Listening.Events():
			if !ok {
				return
			}
			l.event(ev)
		case a := <-l.heard:
			if a.to == l.ask {
				l.answered(a)
			}
		case <-l.patience.C:
			l.release()
		case <-l.life.Done(): // the box's own stream ends, too
			for more := true; more; { // what is left is for nobody
				_, more = <-l.Listening.Events()
			}
			return
		}
	}
}

// emit hands an event on.
func (l *listening) emit(ev engines.ListenEvent) {
	select {
	case l.events <- ev:
	case <-l.life.Done():
	}
}

// event takes one of the box's own.
func (l *listening) event(ev engines.ListenEvent) {
	switch {
	case ev.Kind == engines.SpeechStarted:
		l.drop()
		l.release()
		l.utterance, l.began, l.taken = ev.Utterance, ev.At, false
	case ev.Kind == engines.SpeechResumed:
		l.drop()
		l.held, l.taken = nil, false
	case ev.Kind == engines.Transcribed && ev.Final && ev.Utterance == l.utterance:
		switch {
		case l.taken: // by other words
			return
		case l.ask != nil && (ev.Rejected == ownBusy || ev.Rejected == ownFailed):
			l.held = &ev
			l.patience.Reset(l.hosts.patience())
			return
		case l.ask != nil:
			l.ask.x.second()
			l.drop()
		}
	}
	l.emit(ev)
	if ev.Kind == engines.SpeechPaused && ev.Utterance == l.utterance {
		l.inquire(ev)
	}
}

// patience is how long a computer may take when the box itself has no words: as long as the box would have taken.
func (h *Hosts) patience() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(ownLeast, h.own[record.EngineSpeech].took)
}

// inquire asks a computer for the words up to a pause, when there is one.
func (l *listening) inquire(ev engines.ListenEvent) {
	l.drop()
	clip, ok := l.clip(l.began-before, ev.At+after)
	if !ok {
		return
	}
	x, done := l.hosts.take(record.EngineSpeech)
	if x == nil {
		return
	}
	if len(l.o.Also) == 0 {
		clip.Language = l.o.Language
	}
	ctx, cancel := context.WithCancel(l.life)
	a := &asked{x: x, cancel: cancel, begun: l.hosts.o.Now(), event: engines.ListenEvent{
		Kind: engines.Transcribed, Final: true, Utterance: ev.Utterance, At: ev.At, Speech: ev.Speech,
	}}
	l.ask = a
	l.hosts.asking.Go(func() {
		defer done()
		defer cancel()
		t, err := x.client.Transcribe(ctx, clip)
		if ctx.Err() != nil {
			return // nobody wants to know any more
		}
		select {
		case l.heard <- heard{a, t, err}:
		case <-l.life.Done():
		}
	})
}

// clip copies a part of the stream; ok is false when it is too long, or not there any more.
func (l *listening) clip(from, to time.Duration) (c openai.Clip, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first, last := max(0, samples(from)), min(l.had, samples(to))
	if first >= last || last-first > samples(clipMost) || l.had-first > len(l.past) {
		return c, false
	}
	c = openai.Clip{PCM: make(audio.PCM, 0, last-first), Prompt: l.hint}
	for first < last {
		at := first % len(l.past)
		n := min(last-first, len(l.past)-at)
		c.PCM = append(c.PCM, l.past[at:at+n]...)
		first += n
	}
	return c, true
}

// answered takes the answer to the question under way.
func (l *listening) answered(a heard) {
	l.ask = nil
	defer l.release()
	if a.err != nil {
		a.to.x.failed(a.err)
		return
	}
	language, ok := l.spoken(a.t.Language)
	if a.t.Rejected != "" || a.t.Text == "" || !ok {
		return // the box's own words count
	}
	a.to.x.first()
	ev := a.to.event
	ev.Language, ev.Text, ev.Words, ev.AvgLogProb, ev.NoSpeechProb = language, a.t.Text, a.t.Words, a.t.AvgLogProb, a.t.NoSpeechProb
	ev.Took = l.hosts.o.Now().Sub(a.to.begun)
	l.mu.Lock()
	ev.Now = time.Duration(l.had) * time.Second / engines.Rate
	l.mu.Unlock()
	l.held, l.taken = nil, true
	l.emit(ev)
}

// spoken is the language of words; ok is false when it is none that may be spoken.
func (l *listening) spoken(said string) (language string, ok bool) {
	if len(l.o.Also) == 0 {
		return l.o.Language, true
	}
	return said, said != "" && (said == l.o.Language || slices.Contains(l.o.Also, said))
}

// release hands on that the box has no words.
func (l *listening) release() {
	l.patience.Stop()
	if l.held == nil {
		return
	}
	ev := *l.held
	l.held = nil
	if l.ask != nil {
		l.ask.x.failed(&notify.Error{Fault: notify.FaultSlow, Err: errors.New("later than the box would have been")})
		l.drop()
	}
	l.emit(ev)
}

// drop tells the computer that nobody wants its answer any more.
func (l *listening) drop() {
	if l.ask != nil {
		l.ask.cancel()
		l.ask = nil
	}
}
