package selftest

import (
	"context"
	"fmt"
	"sync"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/audio/vad"
	"frontdesk.internal/models/engines"
)

// Rate is the sample rate of the calling end, in samples a second; lines that Options.Dial opens must have it.
const Rate = engines.Rate

// Levels and times by which the calling end tells speech from silence, on a line whose silence is digital.
const (
	voiced     = -48.0                   // dB of full scale
	replyOver  = 1100 * time.Millisecond // silence after which the box has finished
	replyDue   = 15 * time.Second        // longest wait for a reply
	replyMost  = 45 * time.Second        // longest reply
	hesitation = 400 * time.Millisecond  // before a question, as a person would
)

// spoken is one reply of the box.
type spoken struct {
	first, last time.Time // when its first and last packet with sound came; zero without any
	pcm         audio.PCM
}

// exchange is a question and its reply.
type exchange struct {
	q        question
	began    time.Time // when it began to be said
	lastSaid time.Time // when its last frame with sound was sent
	reply    spoken
}

// player is ear and mouth of the calling end. Hear and Say run on the line's clock; whoever asks waits for changes.
type player struct {
	changed chan struct{} // capacity 1

	mu     sync.Mutex
	heard  spoken
	speech audio.PCM // still to be said from at on
	at     int
	loud   int       // samples of speech up to its last frame with sound
	sent   time.Time // of the last frame with sound

}

var (
	_ line.Ear   = (*player)(nil)
	_ line.Mouth = (*player)(nil)
)

func newPlayer() *player { return &player{changed: make(chan struct{}, 1)} }

// Hear implements line.Ear.
func (p *player) Hear(f line.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if !f.Silence && vad.Level(f.PCM) > voiced {
		at := f.Arrived
		if at.IsZero() {
			at = f.At
		}
		if p.heard.first.IsZero() {
			p.heard.first = at
		}
		p.heard.last = at
	}
	if !p.heard.first.IsZero() {
		p.heard.pcm = append(p.heard.pcm, f.PCM...)
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// Say implements line.Mouth.
func (p *player) Say(dst audio.PCM) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := copy(dst, p.speech[p.at:])
	if n > 0 && p.at < p.loud {
		p.sent = time.Now()
	}
	p.at += n
	clear(dst[n:])
	return len(dst) // silence is sent too: a telephone never stops sending
}

// ask says a question and waits for the whole reply; nil when the box has hung up.
func (p *player) ask(ctx context.Context, done <-chan struct{}, q question) (*exchange, error) {
	if _, err := p.until(ctx, done, hesitation, func() bool { return false }); err != nil {
		return nil, err
	}
	x := &exchange{q: q, began: time.Now()}
	p.mu.Lock()
	p.speech, p.at, p.loud, p.sent = q.speech, 0, 0, time.Time{}
	const frame = Rate / 50
	for i := 0; i+frame <= len(q.speech); i += frame {
		if vad.Level(q.speech[i:i+frame]) > voiced {
			p.loud = i + frame
		}
	}
	p.heard = spoken{}
	p.mu.Unlock()
	if _, err := p.until(ctx, done, q.speech.Duration(Rate)+2*time.Second, func() bool { return p.at >= len(p.speech) }); err != nil {
		return nil, err
	}
	p.mu.Lock()
	x.lastSaid = p.sent
	if !p.heard.first.After(p.sent) {
		p.heard = spoken{} // the rest of what it said before
	}
	p.mu.Unlock()
	var err error
	x.reply, err = p.reply(ctx, done)
	if err != nil {
		return nil, err
	}
	return x, nil
}

// reply waits until the box has begun to speak and has been silent again for a while.
func (p *player) reply(ctx context.Context, done <-chan struct{}) (spoken, error) {
	up, err := p.until(ctx, done, replyDue, func() bool { return !p.heard.first.IsZero() })
	if err == nil && up {
		_, err = p.until(ctx, done, replyMost, func() bool { return time.Since(p.heard.last) > replyOver })
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.heard
	s.pcm = s.pcm.Clone()
	p.heard = spoken{}
	return s, err
}

// until waits for cond, which is called with mu held at every frame. It reports false when the time was over or the call.
func (p *player) until(ctx context.Context, done <-chan struct{}, limit time.Duration, cond func() bool) (bool, error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		p.mu.Lock()
		ok := cond()
		p.mu.Unlock()
		if ok {
			return true, nil
		}
		select {
		case <-p.changed:
		case <-timer.C:
			return false, nil
		case <-done:
			return false, nil
		case <-ctx.Done():
			return false, fmt.Errorf("self-test: %w", context.Cause(ctx))
		}
	}
}
