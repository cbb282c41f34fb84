package engines

import (
	"context"
	"sync"
	"time"

	"frontdesk.internal/audio"
)

// Limits that [Progress] sets for one piece of native work, well above what the slowest supported box needs. Work beyond
// its limit is cancelled; work that does not end then is stuck, and the supervisor replaces the child.
const (
	RecognizeLimit = 20 * time.Second
	TurnLimit      = 5 * time.Second
	VoiceLimit     = 20 * time.Second
	WindowLimit    = 2 * time.Second
	CompleteLimit  = 2 * time.Minute
	WarmLimit      = 5 * time.Minute
	EmbedLimit     = 30 * time.Second
	LoadLimit      = 5 * time.Minute
	// CallLimit bounds one uninterruptible stay in a native function of a backend that is a [Worker].
	CallLimit = 30 * time.Second
)

// Worker is what a backend with an owner goroutine of its own may be: it says since when the owner has been inside one
// native call, and the zero time while it is outside. Safe for concurrent use.
type Worker interface {
	BusySince() time.Time
}

// Overdue is the piece of work that is furthest past its end.
type Overdue struct {
	Owner string        // what kind of work it is; "" when there is none under way
	Busy  time.Duration // since it began
	Late  time.Duration // since its limit passed or it was cancelled, whichever was first; 0 when neither was
}

// Progress keeps account of the native work under way, so that a call that hangs in native code, and cannot be stopped,
// is noticed. Safe for concurrent use; starts no goroutine: [Progress.Worst] looks at the time when it is asked.
type Progress struct {
	now     func() time.Time
	mu      sync.Mutex
	works   map[*work]struct{}
	workers map[string]Worker
}

type work struct {
	owner string
	begun time.Time
	due   time.Time       // the limit
	ctx   context.Context //nolint:containedctx // an entry lives as long as the work whose context this is
	ended time.Time       // when the cancellation was seen
}

// NewProgress returns an empty account. now is time.Now outside of tests.
func NewProgress(now func() time.Time) *Progress {
	return &Progress{now: now, works: make(map[*work]struct{}), workers: make(map[string]Worker)}
}

// Do runs fn as a piece of work of the owner, with a context that ends after limit.
func (p *Progress) Do(ctx context.Context, owner string, limit time.Duration, fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	defer p.begin(ctx, owner, limit)()
	return fn(ctx)
}

// begin enters a piece of work; the function it returns takes it out.
func (p *Progress) begin(ctx context.Context, owner string, limit time.Duration) (end func()) {
	now := p.now()
	w := &work{owner: owner, begun: now, due: now.Add(limit), ctx: ctx}
	p.mu.Lock()
	p.works[w] = struct{}{}
	p.mu.Unlock()
	return func() {
		p.mu.Lock()
		delete(p.works, w)
		p.mu.Unlock()
	}
}

// Watch has the owner goroutine of w looked at too. It does nothing when backend is no [Worker].
func (p *Progress) Watch(owner string, backend any) {
	w, ok := backend.(Worker)
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers[owner] = w
}

// Worst returns the work that is furthest past its end, or else the one that began first. A cancellation counts from the first
// call of Worst that saw it, so call it at an even pace.
func (p *Progress) Worst() Overdue {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	var worst Overdue
	consider := func(o Overdue) {
		if worst.Owner == "" || o.Late > worst.Late || o.Late == worst.Late && o.Busy > worst.Busy {
			worst = o
		}
	}
	for w := range p.works {
		if w.ended.IsZero() && w.ctx.Err() != nil {
			w.ended = now
		}
		end := w.due
		if !w.ended.IsZero() && w.ended.Before(end) {
			end = w.ended
		}
		consider(Overdue{Owner: w.owner, Busy: now.Sub(w.begun), Late: max(0, now.Sub(end))})
	}
	for owner, w := range p.workers {
		if since := w.BusySince(); !since.IsZero() {
			busy := now.Sub(since)
			consider(Overdue{Owner: owner, Busy: busy, Late: max(0, busy-CallLimit)})
		}
	}
	return worst
}

// Recognizer returns r with its work accounted for and limited.
func (p *Progress) Recognizer(r Recognizer) Recognizer {
	p.Watch("recogniser", r)
	return watchedRecognizer{p: p, Recognizer: r}
}

// TurnDetector returns d with its work accounted for and limited.
func (p *Progress) TurnDetector(d TurnDetector) TurnDetector {
	p.Watch("turn detector", d)
	return watchedTurn{p: p, TurnDetector: d}
}

// VoiceDetector returns d with the work of its streams accounted for.
func (p *Progress) VoiceDetector(d VoiceDetector) VoiceDetector {
	return watchedDetector{p: p, VoiceDetector: d}
}

// Voice returns v with its work accounted for and limited.
func (p *Progress) Voice(v Voice) Voice {
	p.Watch("voice", v)
	return watchedVoice{p: p, Voice: v}
}

type watchedRecognizer struct {
	Recognizer
	p *Progress
}

func (w watchedRecognizer) Recognize(ctx context.Context, pcm audio.PCM, o RecognizeOptions) (r Recognition, err error) {
	err = w.p.Do(ctx, "recogniser", RecognizeLimit, func(ctx context.Context) error {
		r, err = w.Recognizer.Recognize(ctx, pcm, o)
		return err
	})
	return r, err
}

type watchedTurn struct {
	TurnDetector
	p *Progress
}

func (w watchedTurn) EndOfTurn(ctx context.Context, pcm audio.PCM) (prob float64, err error) {
	err = w.p.Do(ctx, "turn detector", TurnLimit, func(ctx context.Context) error {
		prob, err = w.TurnDetector.EndOfTurn(ctx, pcm)
		return err
	})
	return prob, err
}

type watchedVoice struct {
	Voice
	p *Progress
}

func (w watchedVoice) Speak(ctx context.Context, text string, speed float64) (pcm audio.PCM, err error) {
	err = w.p.Do(ctx, "voice", VoiceLimit, func(ctx context.Context) error {
		pcm, err = w.Voice.Speak(ctx, text, speed)
		return err
	})
	return pcm, err
}

type watchedDetector struct {
	VoiceDetector
	p *Progress
}

func (w watchedDetector) NewStream() (VoiceStream, error) {
	s, err := w.VoiceDetector.NewStream()
	if err != nil {
		return nil, err
	}
	return watchedStream{p: w.p, VoiceStream: s}, nil
}

type watchedStream struct {
	VoiceStream
	p *Progress
}

func (w watchedStream) Score(window audio.PCM) (float64, error) {
	// The window is not cancellable and far too short to need a timer of its own: an entry is enough.
	defer w.p.begin(context.Background(), "voice detector", WindowLimit)()
	return w.VoiceStream.Score(window)
}

var (
	_ Recognizer    = watchedRecognizer{}
	_ TurnDetector  = watchedTurn{}
	_ Voice         = watchedVoice{}
	_ VoiceDetector = watchedDetector{}
	_ VoiceStream   = watchedStream{}
)
