package reception

import (
	"context"
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// heard takes one event of the recognition stream; ok is false when the stream ended.
func (l *live) heard(ev engines.ListenEvent, ok bool) {
	if !ok {
		l.logger.Warn("recognition ended", "err", l.stream.Err())
		l.enginesDown()
		return
	}
	switch ev.Kind {
	case engines.SpeechStarted:
		l.utt = utterance{id: ev.Utterance, began: ev.At, continues: l.goesOn(ev)}
		if l.recorder != nil {
			l.recorder.hold()
			if l.cards.digits != "" && (!l.numberDue() || l.cards.begun) {
				l.recorder.suspect()
			}
		}
		l.voice.duck()
	case engines.SpeechSustained:
		if ev.Utterance == l.utt.id && !l.ear.owned(l.utt.began, 0) && l.voice.hold() {
			l.held = true
		}
	case engines.SpeechPaused:
		l.utt.id, l.utt.paused, l.utt.pausedAt = ev.Utterance, true, time.Now()
		l.utt.lastVoiced, l.utt.held = l.ear.wall(ev.At)
		l.utt.prob, l.utt.speech, l.utt.ended = ev.TurnProb, ev.Speech, ev.At
		l.timers.think.Reset(l.deps.Limits.Thinking)
		l.consider()
	case engines.SpeechResumed:
		if l.utt.paused {
			l.pace.paused(l.expect.Kind, ev.At-l.utt.ended)
		}
		if l.utt.final != nil {
			l.utt.partial = l.utt.final
		}
		l.utt.paused, l.utt.final = false, nil
		l.timers.endpoint.Stop()
		l.timers.think.Stop()
	case engines.Transcribed:
		l.deps.Observer.TurnHeard(l.call.ID(), ev.Text, ev.Final)
		if l.recorder != nil && l.cards.doubtful(ev.Text, l.numberDue()) {
			l.recorder.suspect()
		}
		if !ev.Final && ev.Utterance == l.utt.id {
			l.utt.partial = &ev
		}
		if ev.Final && ev.Utterance == l.utt.id {
			l.utt.final, l.utt.transcribed = &ev, time.Now()
			l.read(ev)
			l.consider()
		}
	}
}

// consider takes the caller's turn now, or sets the time when it will be taken if nothing more is said.
func (l *live) consider() {
	if !l.utt.paused || l.utt.final == nil {
		return
	}
	l.timers.think.Stop()
	due := l.utt.lastVoiced
	if l.utt.final.Rejected == "" {
		text, kind := l.whole(l.utt.final.Text)
		wait := l.endpointing().wait(kind, l.utt.prob, text)
		l.utt.open = wait > waitSure
		due = due.Add(l.pace.widen(wait))
	}
	l.utt.due = due
	if wait := time.Until(due); wait > 0 {
		l.timers.endpoint.Reset(wait)
		return
	}
	l.take()
}

// take makes the utterance the caller's turn.
func (l *live) take() {
	u := l.utt
	if u.final == nil || u.id == 0 {
		return
	}
	f := l.continued()
	l.utt = utterance{}
	l.timers.endpoint.Stop()
	l.stream.Take(u.id)
	busy, firm := l.voice.speaking()
	text := strings.TrimSpace(u.final.Text)
	least := blip
	if l.expect.Kind == dialogue.ExpectYesNo {
		least = blipYesNo
	}
	noise := text == "" && (u.speech < least || l.held || busy) || l.ear.owned(u.began, u.ended)
	if noise || ((l.held || busy) && !l.conv.WantsFloor(text)) {
		if l.recorder != nil {
			l.recorder.release(true)
		}
		l.goOn()
		return
	}
	if f != nil && text != "" {
		l.mend(u, f, text)
		return
	}
	text = l.guardCard(text)
	u.final.Text = text
	if busy && !firm {
		l.interrupt()
	}
	l.cancelAsks()
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	conf, weak := confidence(*u.final)
	l.turns.heard(u, conf)
	if text == "" {
		l.handle(dialogue.Unclear{Reason: u.final.Rejected})
		return
	}
	l.remember(u, text, u.open)
	l.cards.next(l.turns.t, l.numberDue())
	l.handle(dialogue.Heard{Reading: l.meaning(u, text), Text: text, Confidence: conf, Weak: weak, Language: u.final.Language})
}

// unheard gives up waiting for a transcript.
func (l *live) unheard() {
	if l.utt.id == 0 || l.stream == nil {
		return
	}
	l.logger.Warn("no transcript in time", "speech_ms", l.utt.speech.Milliseconds())
	u := l.utt
	l.utt = utterance{}
	l.stream.Take(u.id)
	if l.recorder != nil {
		l.recorder.release(false) // nobody knows what it was
	}
	if l.held {
		l.interrupt()
	}
	l.voice.unduck()
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	l.turns.heard(u, 0)
	l.handle(dialogue.Unclear{Reason: "slow"})
}

// goOn resumes what was being said when a sound that was no turn lowered or held it.
func (l *live) goOn() {
	l.voice.unduck()
	if l.held {
		l.held = false
		l.voice.resume()
	}
}

// interrupt ends what is being said because the caller has the floor.
func (l *live) interrupt() {
	l.held = false
	played := l.speaker.stop()
	l.turns.cutOff(played)
	l.handle(dialogue.Interrupted{Played: played})
}

// key takes one key. Keys interrupt like words do.
func (l *live) key(d line.Digit) {
	busy, firm := l.voice.speaking()
	if busy && !firm {
		l.interrupt()
	}
	l.cancelAsks()
	l.timers.silenceArmed = false
	l.timers.silence.Stop()
	l.turns.keyed(l.scribe, l.rec.ID, l.deps.Observer, d)
	if l.recorder != nil {
		l.recorder.hold()
	}
	l.turns.t.Heard = record.Personal(l.guardKeys(string(l.turns.t.Heard)))
	l.handle(dialogue.Keyed{Key: d.Key})
	if l.expect.KeyPause > 0 {
		l.timers.keys.Reset(l.expect.KeyPause)
	}
}

// drained is told when everything queued was said.
func (l *live) drained(ctx context.Context) {
	if busy, _ := l.voice.speaking(); busy {
		return // an old signal; more was queued since
	}
	if m := l.moving; m != nil {
		l.moving = nil
		l.transfer(ctx, *m)
		return
	}
	if l.ending == nil {
		l.handle(dialogue.Spoken{})
	}
}

// enginesDown goes over to rendered phrases and keys. It is told more than once of the same loss.
func (l *live) enginesDown() {
	if l.stream != nil {
		l.ear.drop()
		s := l.stream
		l.stream, l.events = nil, nil
		l.helpers.Go(func() { _ = s.Close() }) // the child behind it is gone; there is nothing left to report
	}
	l.utt = utterance{}
	l.voice.unduck()
	if l.recorder != nil {
		l.recorder.release(false)
	}
	l.timers.endpoint.Stop()
	l.timers.think.Stop()
	l.timers.recover.Reset(recoverEvery)
	if l.degraded {
		return
	}
	l.degraded = true
	l.cancelAsks()
	if busy, _ := l.voice.speaking(); busy {
		l.interrupt()
	}
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	l.sorry = l.turns.index()
	l.handle(dialogue.Engines{Up: false})
}

// tryRecover goes back to talking when the engines are there again.
func (l *live) tryRecover(ctx context.Context) {
	if !l.degraded {
		return
	}
	if speech, _ := l.deps.Engines.Ready(); !speech || (l.stream == nil && !l.listen(ctx)) {
		l.timers.recover.Reset(recoverEvery)
		return
	}
	l.timers.recover.Stop()
	l.degraded = false
	if busy, _ := l.voice.speaking(); busy && l.sorry > 0 && l.turns.index() == l.sorry {
		l.interrupt() // what it says is true no more
	}
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	l.handle(dialogue.Engines{Up: true})
	l.helpers.Go(func() { l.warm(ctx) })
}

// tooLong ends a call that reached its limit, politely.
func (l *live) tooLong() {
	l.leave("too_long", l.conv.LastWord(language.TextTooLong), record.ResultCompleted)
}

// stopping ends a call because the appliance stops.
func (l *live) stopping() {
	l.leave("shutdown", l.conv.LastWord(language.TextStopping), record.ResultFailed)
}

// leave ends the call after a last word, whatever was going on.
func (l *live) leave(reason string, last dialogue.Say, result record.Result) {
	if l.ending != nil {
		return
	}
	l.logger.Info("call is ended by us", "reason", reason)
	if busy, _ := l.voice.speaking(); busy {
		l.interrupt()
	}
	l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
	l.handle(dialogue.HungUp{}) // keeps what the caller has told so far
	l.perform([]dialogue.Action{
		dialogue.Decide{Name: "end." + reason, By: "timer"},
		last,
		dialogue.Hangup{Outcome: record.Outcome{Result: result, Reason: reason}},
	})
}

// arm sets or clears the silence and tail timers by what is going on. Called before every wait.
func (l *live) arm() {
	busy, _ := l.voice.speaking()
	idle := !busy && l.utt.id == 0 && len(l.asks) == 0 && l.waiting == 0 && l.later == nil && l.moving == nil
	if l.ending != nil {
		l.timers.silence.Stop()
		if idle && !l.timers.tailArmed {
			l.timers.tail.Reset(tail)
			l.timers.tailArmed = true
		}
		return
	}
	switch {
	case idle && !l.timers.silenceArmed && l.expect.Silence > 0:
		l.timers.silence.Reset(l.expect.Silence)
		l.timers.silenceArmed = true
	case !idle && l.timers.silenceArmed:
		l.timers.silence.Stop()
		l.timers.silenceArmed = false
	}
}
