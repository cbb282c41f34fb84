package reception

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/models/engines"
)

// handle gives one event to the conversation and does what it wants done.
func (l *live) handle(ev dialogue.Event) {
	if l.ending != nil {
		// The goodbye was said: only what must not be lost still counts.
		if _, gone := ev.(dialogue.HungUp); !gone {
			return
		}
	}
	l.standsFor(ev)
	l.perform(l.conv.Handle(time.Now(), ev))
}

// perform does actions in order. Clauses of several Says follow each other as one utterance.
func (l *live) perform(actions []dialogue.Action) {
	var cs []*clause
	for _, a := range actions {
		if l.waits(a) {
			continue
		}
		switch a := a.(type) {
		case dialogue.Decide:
			l.turns.decided(a)
		case dialogue.Say:
			l.turns.saying(a)
			if l.speaker != nil {
				cs = append(cs, l.speaker.prepare(a)...)
			}
		case dialogue.Expect:
			l.expecting(a)
		case dialogue.Ask:
			l.ask(a)
		case dialogue.Commit:
			l.commit(a)
		case dialogue.Unanswered:
			l.unanswered(a)
		case dialogue.Remember:
			if l.rec.CallerID == "" || l.scribe.keep == nothing {
				continue // nobody to remember it of, or who does not want it
			}
			name := record.Personal(a.Name)
			l.scribe.do(func() error { return l.deps.Records.Remember(l.rec.CallerID, name) })
		case dialogue.Transfer:
			l.moving = &a
		case dialogue.StopRecording:
			if l.recorder != nil {
				l.recorder.refuse()
			}
			if a.Unwritten {
				l.scribe.forgetWords(l.rec.ID)
			}
		case dialogue.StartRecording:
			if l.recorder != nil {
				l.recorder.allow()
			}
		case dialogue.Consented:
			l.consented(a.State, a.How)
		case dialogue.Book:
			l.book(a)
		case dialogue.Change:
			l.change(a)
		case dialogue.Right:
			l.right(a)
		case dialogue.Hangup:
			out := a.Outcome
			l.ending = &out
		}
	}
	l.utter(cs)
}

// utter queues clauses, and starts what waits for the voice when there is nothing to say.
func (l *live) utter(cs []*clause) {
	if len(cs) == 0 {
		if busy, _ := l.voice.speaking(); l.moving != nil && !busy {
			l.signalDrained()
		}
		return
	}
	turn := l.turns.index()
	if busy, _ := l.voice.speaking(); busy {
		l.deps.Observer.TurnSpeaking(l.rec.ID, l.turns.t.Said)
	}
	l.voice.enqueue(cs, func(at, ready time.Time) {
		select {
		case l.first <- firstSample{turn: turn, ready: ready, at: at}:
		default:
		}
	})
	l.turns.queued()
	l.speaker.submit(cs)
	l.turns.keep(l.scribe, l.rec.ID)
}

// signalDrained makes the loop go on as if something had been said to its end.
func (l *live) signalDrained() {
	select {
	case l.voice.drained <- struct{}{}:
	default:
	}
}

func (l *live) expecting(e dialogue.Expect) {
	if l.stream != nil && e.Hint != l.expect.Hint {
		l.stream.Hint(engines.Hint{Prompt: e.Hint})
	}
	l.expect = e
	l.timers.silenceArmed = false
	if e.KeyPause == 0 {
		l.timers.keys.Stop()
	}
}

// ask puts a closed question to the language model; its answer comes back as Proposed, whatever happens.
func (l *live) ask(a dialogue.Ask) {
	timeout := a.Timeout
	if timeout == 0 {
		timeout = l.deps.Limits.Ask
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	l.asks[a.ID] = cancel
	l.turns.thinking()
	req := engines.CompleteRequest{
		Call: l.call.ID(), Prefix: dialogue.Prefix(l.biz), Prompt: a.Prompt, Grammar: a.Grammar, MaxTokens: a.Max,
	}
	if len(a.Choices) > 0 {
		req.Grammar = dialogue.Grammar(a.Choices)
	}
	if req.MaxTokens == 0 {
		req.MaxTokens = 16
	}
	l.helpers.Go(func() {
		defer cancel()
		got, err := l.deps.Mind.Complete(ctx, req)
		p := dialogue.Proposed{ID: a.ID, Choice: -1, Text: got.Text, Err: err}
		if err == nil {
			p.Choice, p.Confidence = chosen(got, a.Choices)
		}
		select {
		case l.asked <- p:
		default: // never more are open than the channel holds
		}
	})
}

// chosen finds which of choices the completion is and how sure the model was of it.
func chosen(c engines.Completion, choices []string) (int, float64) {
	sum := 0.0
	for _, t := range c.Tokens {
		sum += t.LogProb
	}
	text := strings.TrimSpace(c.Text)
	for i, s := range choices {
		if s == text {
			return i, math.Exp(sum)
		}
	}
	return -1, 0
}

// proposed takes the model's answer unless the question was cancelled meanwhile.
func (l *live) proposed(p dialogue.Proposed) {
	cancel, open := l.asks[p.ID]
	if !open {
		return
	}
	cancel()
	delete(l.asks, p.ID)
	l.turns.thought()
	l.handle(p)
}

// cancelAsks stops questions whose answer nobody wants any more.
func (l *live) cancelAsks() {
	for id, cancel := range l.asks {
		cancel()
		delete(l.asks, id)
	}
}

// commit makes a message durable, then tells the conversation.
func (l *live) commit(a dialogue.Commit) {
	m := a.Message
	m.CallID, m.CallerID, m.At = l.rec.ID, l.rec.CallerID, time.Now()
	m.Number, m.Second = numbering.E164(m.Number, l.biz.Region), numbering.E164(m.Second, l.biz.Region)
	if l.scribe.keep == nothing {
		l.conclude(func() dialogue.Event { return dialogue.Committed{ID: a.ID, Err: errNotKept} })
		return
	}
	l.rec.Messages++
	l.conclude(func() dialogue.Event {
		_, err := l.deps.Records.SaveMessage(m)
		if err != nil {
			l.logger.Error("save message", "err", err)
		}
		return dialogue.Committed{ID: a.ID, Err: err}
	})
}

// errNotKept says that nothing of the kind is kept of this caller.
var errNotKept = errors.New("this caller does not want it to be kept")

func (l *live) unanswered(a dialogue.Unanswered) {
	if l.scribe.keep != words {
		l.conclude(func() dialogue.Event { return dialogue.Committed{ID: a.ID, Err: errNotKept} })
		return
	}
	u := record.Unanswered{CallID: l.rec.ID, At: time.Now(), Question: record.Personal(a.Question)}
	l.conclude(func() dialogue.Event {
		err := l.deps.Records.AddUnanswered(u)
		if err != nil {
			l.logger.Error("save unanswered question", "err", err)
		}
		return dialogue.Committed{ID: a.ID, Err: err}
	})
}

// conclude runs f on the scribe and brings its event back to the loop.
func (l *live) conclude(f func() dialogue.Event) {
	l.waiting++
	l.scribe.do(func() error {
		ev := f()
		select {
		case l.answered <- ev:
		default: // the call is over; the record is kept all the same
		}
		return nil
	})
}

// concluded takes the answer to a commit or a transfer.
func (l *live) concluded(ev dialogue.Event) {
	l.waiting--
	if t, ok := ev.(dialogue.Transferred); ok && t.Err == nil {
		l.ending = &record.Outcome{Result: record.ResultTransfer, Reason: "transferred"}
	}
	l.handle(ev)
}
