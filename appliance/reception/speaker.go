package reception

import (
	"context"
	"log/slog"
	"sync"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// speaker renders clauses in order into the voice. Clauses that were rendered ahead need no engine and are there at once.
type speaker struct {
	call    string
	voice   *voice
	mouth   engines.Mouth
	phrases Phrases
	logger  *slog.Logger

	jobs   chan speakJob
	failed chan struct{} // signalled (capacity 1) when the voice engine is not there
	wg     sync.WaitGroup

	mu     sync.Mutex
	cancel context.CancelFunc // ends the renderings queued so far
	ctx    context.Context    //nolint:containedctx // the lifetime of one utterance, replaced by stop
	root   context.Context    //nolint:containedctx // the call's
}

type speakJob struct {
	ctx context.Context //nolint:containedctx // travels with the job
	c   *clause
}

// maxClauses bounds what can wait to be rendered in one call; no reply has a tenth of it.
const maxClauses = 256

func newSpeaker(ctx context.Context, call string, v *voice, m engines.Mouth, p Phrases, l *slog.Logger) *speaker {
	s := &speaker{
		call: call, voice: v, mouth: m, phrases: p, logger: l, root: ctx,
		jobs: make(chan speakJob, maxClauses), failed: make(chan struct{}, 1),
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.wg.Go(s.render)
	return s
}

// slowSpeed is the speed of the voice for a caller who has asked for a slower one.
const slowSpeed = 0.8

// prepare makes the clauses of one Say; those rendered ahead are complete. Nothing is rendered ahead for a slow voice.
func (s *speaker) prepare(a dialogue.Say) (cs []*clause) {
	speed := 1.0
	if a.Slow {
		speed = slowSpeed
	}
	if a.Phrase != "" && !a.Slow {
		if pcm, ok := s.phrases.Phrase(a.Phrase); ok {
			return []*clause{{text: joinClauses(a.Clauses), pcm: pcm, whole: true, firm: a.Firm, notice: a.Notice, lastNotice: a.Notice}}
		}
	}
	for i, t := range a.Clauses {
		c := &clause{text: t, speed: speed, lang: a.Language, firm: a.Firm, notice: a.Notice, lastNotice: a.Notice && i == len(a.Clauses)-1}
		if pcm, ok := s.phrases.Clause(a.Language, t); ok && !a.Slow {
			c.pcm = append(pcm.Clone(), make(audio.PCM, pauseAfter(t))...)
			c.whole = true
		}
		cs = append(cs, c)
	}
	return cs
}

// submit gives the unrendered clauses to the renderer, after they were queued in the voice.
func (s *speaker) submit(cs []*clause) {
	s.mu.Lock()
	ctx := s.ctx
	s.mu.Unlock()
	for _, c := range cs {
		if c.whole {
			continue
		}
		select {
		case s.jobs <- speakJob{ctx: ctx, c: c}:
		default:
			s.voice.fail(c) // overflow: said shorter rather than late
			s.logger.Error("voice queue full", "call", s.call)
		}
	}
}

// stop ends all rendering and playing and returns what was said.
func (s *speaker) stop() string {
	s.mu.Lock()
	s.cancel()
	s.ctx, s.cancel = context.WithCancel(s.root)
	s.mu.Unlock()
	return s.voice.stop()
}

// close waits for the renderer. The root context must be done.
func (s *speaker) close() {
	s.mu.Lock()
	s.cancel()
	s.mu.Unlock()
	close(s.jobs)
	s.wg.Wait()
}

// render is the speaker goroutine.
func (s *speaker) render() {
	for j := range s.jobs {
		if j.ctx.Err() != nil {
			continue
		}
		req := engines.SpeakRequest{Call: s.call, Text: j.c.text, Rate: LineRate, Speed: j.c.speed, Language: j.c.lang}
		err := s.mouth.Speak(j.ctx, req, func(p engines.Speech) error {
			s.voice.fill(j.c, p.PCM, false)
			return nil
		})
		switch {
		case err == nil:
			s.voice.fill(j.c, make(audio.PCM, pauseAfter(j.c.text)), true)
		case j.ctx.Err() != nil:
		default:
			s.logger.Warn("render clause", "call", s.call, "err", err)
			s.voice.fail(j.c)
			select {
			case s.failed <- struct{}{}:
			default:
			}
		}
	}
}
