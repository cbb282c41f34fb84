package reception

import (
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

const (
	// lastWait bounds how long is waited for what a caller was saying when the line went dead.
	lastWait = 2 * time.Second
	// lastSilence is how many frames of silence follow at once, so that recognition finds the end of what was said.
	lastSilence = 30
)

// hungUp tells the conversation that the caller is gone, and what he was saying.
func (l *live) hungUp() {
	ev := dialogue.HungUp{}
	if l.ending == nil {
		ev.Last = l.lastWords()
	}
	l.handle(ev)
}

// lastWords is what the caller was saying when the line went dead; nil when that was nothing, or nobody has understood it.
func (l *live) lastWords() *dialogue.Heard {
	if l.utt.id == 0 || l.stream == nil || l.away {
		return nil
	}
	ev := l.lastHeard()
	u := l.utt
	l.utt = utterance{}
	if ev == nil || strings.TrimSpace(ev.Text) == "" {
		return nil
	}
	f := l.utteranceOf(u)
	text := strings.TrimSpace(ev.Text)
	if f != nil {
		l.later = nil
		l.conv.Rewind(f.mark)
		l.expect, l.cards = f.expect, f.cards
		text = f.join(text, l.endpointing())
	}
	last := *ev
	last.Text = l.guardCard(text)
	u.final = &last
	conf, weak := confidence(last)
	if f != nil {
		l.turns.again(u, conf)
	} else {
		l.turns.next(l.scribe, l.rec.ID, l.deps.Observer)
		l.turns.heard(u, conf)
	}
	return &dialogue.Heard{Text: last.Text, Confidence: conf, Weak: weak, Language: last.Language}
}

// utteranceOf is the turn that an utterance goes on with; nil when it is one of its own.
func (l *live) utteranceOf(u utterance) *former {
	if u.continues != nil && u.continues == l.former {
		return u.continues
	}
	return nil
}

// lastHeard waits for the transcript of the utterance in progress. Recognition begins at a pause, and nothing comes from the line
// any more: silence is put behind what was said. Where no transcript comes, one of the words so far must do.
func (l *live) lastHeard() *engines.ListenEvent {
	heard := l.utt.partial
	if l.utt.final != nil {
		return l.utt.final
	}
	l.ear.drop()
	silence := make(audio.PCM, engines.FrameSamples)
	for range lastSilence {
		l.stream.Frame(silence)
	}
	tick, enough := time.NewTicker(audio.FrameDuration), time.NewTimer(lastWait)
	defer tick.Stop()
	defer enough.Stop()
	for {
		select {
		case ev, ok := <-l.events:
			switch {
			case !ok:
				return heard
			case ev.Kind == engines.Transcribed && ev.Utterance == l.utt.id && (ev.Final || ev.Text != ""):
				if heard = &ev; ev.Final {
					return heard
				}
			}
		case <-tick.C:
			l.stream.Frame(silence)
		case <-enough.C:
			return heard
		}
	}
}
