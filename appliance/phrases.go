package appliance

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/reception/phrasebook"
)

// phrases are what must be there even with the engines down.
func phrases(b *knowledge.Business, now time.Time) []phrasebook.Phrase {
	var ps []phrasebook.Phrase
	for _, p := range dialogue.Phrases(b, now) {
		ps = append(ps, phrasebook.Phrase{Name: p.Name, Text: p.Text})
	}
	return ps
}

// likely are the clauses that callers will probably hear: the replies to the plain questions about everything in the profile.
// They are found by asking a conversation of our own, so that they are to the letter what a call will say.
func likely(b *knowledge.Business, now time.Time) []phrasebook.Phrase {
	questions := []string{
		"what are your opening hours", "are you open today", "are you open tomorrow", "are you open now", "are you open on saturday",
		"when do you close", "where are you", "is there parking", "what services do you offer", "can I leave a message", "thank you goodbye",
		"can I speak to a person", "what is your e-mail address", "what is your website", "are you a robot", "who works there",
	}
	for _, d := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "sunday"} {
		questions = append(questions, "what are your hours on "+d)
	}
	for _, s := range b.Services {
		questions = append(questions, "how much is "+s.Name, "do you do "+s.Name)
	}
	for _, a := range b.Answers {
		questions = append(questions, a.Question)
	}
	for _, p := range b.Staff {
		questions = append(questions, "who is "+p.Name)
	}
	var ps []phrasebook.Phrase
	seen := map[string]bool{}
	for _, q := range questions {
		c := dialogue.New(b, dialogue.Options{})
		c.Handle(now, dialogue.Answered{From: "5550100"})
		c.Handle(now, dialogue.Spoken{})
		for _, a := range c.Handle(now, dialogue.Heard{Text: q, Confidence: 1}) {
			say, ok := a.(dialogue.Say)
			if !ok {
				continue
			}
			for _, t := range say.Clauses {
				if !seen[t] {
					seen[t] = true
					ps = append(ps, phrasebook.Phrase{Text: t})
				}
			}
		}
	}
	return ps
}

// renderEvery is how often the phrases of the day are looked through: they change at midnight and with opening hours.
const renderEvery = 5 * time.Minute

// renderAhead keeps the phrase book complete: first what must be there, then what is likely, the latter only while nobody calls.
func (a *Appliance) renderAhead(ctx context.Context) error {
	tick := time.NewTicker(renderEvery)
	defer tick.Stop()
	for {
		if speech, _ := a.ready.Ready(); speech {
			a.render(ctx)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-a.ready.stale:
		case <-tick.C:
		}
	}
}

func (a *Appliance) render(ctx context.Context) {
	b, _ := a.Business()
	now := time.Now()
	if err := a.deps.Engines.Warm(ctx, dialogue.Prefix(b)); err != nil && ctx.Err() == nil {
		a.log.Debug("warm language model", "err", err) // it loads last; a call warms it again
	}
	if err := a.book.Render(ctx, a.deps.Engines, phrases(b, now)); err != nil {
		if ctx.Err() == nil {
			a.log.Warn("render phrases", "err", err)
		}
		return
	}
	a.ready.setRendered(true)
	for _, p := range a.book.Load(likely(b, now)) {
		if err := a.quiet(ctx); err != nil {
			return
		}
		if err := a.book.Render(ctx, a.deps.Engines, []phrasebook.Phrase{p}); err != nil {
			if ctx.Err() == nil {
				a.log.Warn("render likely replies", "err", err)
			}
			return
		}
	}
}

var errStopped = errors.New("stopped")

// quiet waits until no call goes on.
func (a *Appliance) quiet(ctx context.Context) error {
	for a.calls.Load() > 0 {
		t := time.NewTimer(time.Second)
		select {
		case <-ctx.Done():
			t.Stop()
			return errStopped
		case <-t.C:
		}
	}
	return ctx.Err()
}
