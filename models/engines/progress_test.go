package engines_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// clock is a time that the test sets.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

type worker struct{ since time.Time }

func (w *worker) BusySince() time.Time { return w.since }

func TestProgress(t *testing.T) {
	c := &clock{t: time.Unix(1000, 0)}
	p := engines.NewProgress(c.now)
	if got := p.Worst(); got != (engines.Overdue{}) {
		t.Errorf("idle: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	within := func(owner string, limit time.Duration, fn func()) {
		t.Helper()
		if err := p.Do(ctx, owner, limit, func(context.Context) error { fn(); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, want engines.Overdue) {
		t.Helper()
		if got := p.Worst(); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
	}
	within("slow", time.Hour, func() {
		c.t = c.t.Add(10 * time.Second)
		expect("one at work", engines.Overdue{Owner: "slow", Busy: 10 * time.Second})
		within("limited", time.Minute, func() {
			expect("the older one", engines.Overdue{Owner: "slow", Busy: 10 * time.Second})
			c.t = c.t.Add(61 * time.Second)
			expect("beyond its limit", engines.Overdue{Owner: "limited", Busy: 61 * time.Second, Late: time.Second})
			cancel()
			p.Worst()
			c.t = c.t.Add(3 * time.Second)
			expect("beyond its limit, the other cancelled", engines.Overdue{Owner: "limited", Busy: 64 * time.Second, Late: 4 * time.Second})
		})
		expect("cancelled", engines.Overdue{Owner: "slow", Busy: 74 * time.Second, Late: 3 * time.Second})
	})
	expect("done", engines.Overdue{})

	w := &worker{}
	p.Watch("mind", w)
	p.Watch("nothing", 5) // no Worker
	expect("idle worker", engines.Overdue{})
	w.since = c.t
	c.t = c.t.Add(engines.CallLimit + 2*time.Second)
	expect("worker", engines.Overdue{Owner: "mind", Busy: engines.CallLimit + 2*time.Second, Late: 2 * time.Second})
}

func TestProgressWatchesBackends(t *testing.T) {
	p := engines.NewProgress(time.Now)
	seen := func(owner string) error {
		if got := p.Worst(); got.Owner != owner {
			t.Errorf("at work: %q, want %q", got.Owner, owner)
		}
		return nil
	}
	pcm := make(audio.PCM, engines.Rate)
	probe := probing{seen}
	if _, err := p.Recognizer(probe).Recognize(t.Context(), pcm, engines.RecognizeOptions{}); err != nil {
		t.Error(err)
	}
	if _, err := p.TurnDetector(probe).EndOfTurn(t.Context(), pcm); err != nil {
		t.Error(err)
	}
	if _, err := p.Voice(probe).Speak(t.Context(), "x", 1); err != nil {
		t.Error(err)
	}
	s, err := p.VoiceDetector(&modelstest.VoiceDetector{}).NewStream()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.Score(modelstest.Tone(engines.Rate, 300, 32*time.Millisecond)); err != nil || got < 0.5 {
		t.Errorf("Score = %v, %v", got, err)
	}
	broken := &modelstest.Recognizer{}
	broken.Fail(errors.New("broken"))
	if _, err := p.Recognizer(broken).Recognize(t.Context(), pcm, engines.RecognizeOptions{}); err == nil {
		t.Error("the error was lost")
	}
	if got := p.Worst(); got.Owner != "" {
		t.Errorf("afterwards %q is at work", got.Owner)
	}
}

// probing calls its function with the name under which it should be at work.
type probing struct{ seen func(owner string) error }

func (p probing) Recognize(context.Context, audio.PCM, engines.RecognizeOptions) (engines.Recognition, error) {
	return engines.Recognition{}, p.seen("recogniser")
}

func (p probing) EndOfTurn(context.Context, audio.PCM) (float64, error) {
	return 0, p.seen("turn detector")
}

func (p probing) Rate() int { return 8000 }

func (p probing) Speak(context.Context, string, float64) (audio.PCM, error) {
	return nil, p.seen("voice")
}

func (p probing) Close() error { return nil }
