package appliance

import (
	"context"
	"errors"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/reception/phrasebook"
	"frontdesk.internal/models/engines"
)

// phrases are what must be there even with the engines down.
func phrases(b *knowledge.Business, now time.Time) []phrasebook.Phrase {
	var ps []phrasebook.Phrase
	for _, p := range dialogue.Phrases(b, now) {
		ps = append(ps, phrasebook.Phrase{Name: p.Name, Text: p.Text, Clauses: all.For(p.Language).Clauses(p.Text), Language: p.Language})
	}
	return ps
}

// likely are the clauses that callers will probably hear: the replies to the plain questions about everything in the profile, in
// each of its languages. They are found by asking a conversation of our own, so that they are to the letter what a call will say.
func likely(b *knowledge.Business, now time.Time) []phrasebook.Phrase {
	var ps []phrasebook.Phrase
	seen := map[string]bool{}
	for _, tag := range b.Tongues() {
		for _, q := range plainQuestions(b, all.For(tag)) {
			c := dialogue.New(b, dialogue.Options{})
			c.Handle(now, dialogue.Answered{From: "5550100"})
			c.Handle(now, dialogue.Spoken{})
			for _, a := range c.Handle(now, dialogue.Heard{Text: q, Confidence: 1, Language: tag}) {
				say, ok := a.(dialogue.Say)
				if !ok {
					continue
				}
				for _, t := range say.Clauses {
					if !seen[tag+t] {
						seen[tag+t] = true
						ps = append(ps, phrasebook.Phrase{Text: t, Language: say.Language})
					}
				}
			}
		}
	}
	return ps
}

// plainQuestions are what callers of a language probably ask.
func plainQuestions(b *knowledge.Business, l language.Language) []string {
	var out []string
	ask := func(a language.Args, keys ...language.Key) {
		for _, k := range keys {
			out = append(out, l.Text(k, a))
		}
	}
	ask(language.Args{}, language.AskHours, language.AskToday, language.AskTomorrow, language.AskOpenNow, language.AskCloses,
		language.AskAddress, language.AskParking, language.AskServices, language.AskMessage, language.AskGoodbye, language.AskHuman,
		language.AskEmail, language.AskWebsite, language.AskRobot, language.AskStaff)
	ask(language.Args{Weekday: time.Saturday}, language.AskOpenOn)
	for _, d := range []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Sunday} {
		ask(language.Args{Weekday: d}, language.AskHoursOn)
	}
	for _, s := range b.Services {
		ask(language.Args{Service: s.Name}, language.AskPrice, language.AskService)
	}
	for _, a := range b.Answers {
		out = append(out, a.Question)
	}
	for _, p := range b.Staff {
		ask(language.Args{Person: p.Name}, language.AskPerson)
	}
	return out
}

// renderEvery is how often the phrases of the day are looked through: they change at midnight and with opening hours.
const renderEvery = 5 * time.Minute

// renderAhead keeps the phrase book complete: first what must be there, then what is likely, the latter only while nobody calls.
func (a *Appliance) renderAhead(ctx context.Context) error {
	tick := time.NewTicker(renderEvery)
	defer tick.Stop()
	for {
		a.understand(ctx)
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

// understand has the business embedded, in the background once it has been the first time.
func (a *Appliance) understand(ctx context.Context) {
	edition := a.ready.current()
	b, _ := a.Business()
	a.meanings.Prepare(ctx, b)
	a.meanings.whenPrepared(ctx, b, func() {
		a.ready.understood(edition)
		if a.ready.current() == edition {
			a.meanings.keep(b)
		}
	})
}

// render renders what is due for the published business. It leaves off what is only likely when another one is published.
func (a *Appliance) render(ctx context.Context) {
	edition := a.ready.current()
	b, _ := a.Business()
	now := time.Now()
	if err := a.deps.Engines.Warm(ctx, dialogue.Prefix(b)); err != nil && ctx.Err() == nil {
		a.log.Debug("warm language model", "err", err) // it loads last; a call warms it again
	}
	a.openVoices(ctx, b)
	if err := a.book.Render(ctx, a.deps.Engines, phrases(b, now)); err != nil {
		if ctx.Err() == nil {
			a.log.Warn("render phrases", "err", err)
		}
		return
	}
	a.ready.setRendered(edition)
	for _, p := range a.book.Load(likely(b, now)) {
		if err := a.quiet(ctx); err != nil || a.ready.current() != edition {
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

// openVoices has the voices of the business's languages loaded, so that no caller waits for one, and health tells of one that
// cannot be used.
func (a *Appliance) openVoices(ctx context.Context, b *knowledge.Business) {
	for _, tag := range b.Tongues() {
		req := engines.SpeakRequest{Language: all.For(tag).Tag(), Rate: reception.LineRate}
		if err := a.deps.Engines.Speak(ctx, req, func(engines.Speech) error { return nil }); err != nil && ctx.Err() == nil {
			a.log.Debug("open voice", "language", tag, "err", err) // what has to be said tries again
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
