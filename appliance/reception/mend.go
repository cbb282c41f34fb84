package reception

import (
	"strings"
	"time"
	"unicode"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/models/engines"
)

// A caller who only draws breath may be taken to be done. Who goes on then gets the floor, and both parts are one turn: the
// conversation goes back to where it was before the first, and the joined words are decided on anew. What cannot be undone stands;
// the second part is a turn then.
const (
	// mendWithin is how long after a turn was taken a caller who speaks may be going on with it.
	mendWithin = time.Second
	// unheardReply is how much of a reply nobody can have understood and answered yet, the way over the line and back included.
	unheardReply = 350 * time.Millisecond
)

// former is the caller's last turn while it can still be taken back.
type former struct {
	mark   dialogue.Mark
	expect dialogue.Expect // what was due
	text   string
	words  []engines.Word
	cards  cards
	open   bool          // whether the caller was done was not sure
	index  int           // of the turn
	voiced time.Duration // position of its last voiced frame
	stream engines.Listening
	taken  time.Time
}

// goesOn returns the turn that the speech that begins with ev goes on with; nil when it is a turn of its own.
func (l *live) goesOn(ev engines.ListenEvent) *former {
	f := l.former
	if f == nil || f.stream != l.stream || !l.turns.open || l.turns.t.Index != f.index {
		return nil
	}
	began, held := l.ear.wall(ev.At)
	began = began.Add(-held)
	said := l.turns.t.SaidAt
	switch {
	case began.Sub(f.taken) > mendWithin:
		return nil
	case f.open, said.IsZero(), began.Sub(said) < unheardReply:
		return f
	}
	return nil
}

// continued is the turn that the utterance in progress goes on with; nil when it is one of its own, or what it would go on with cannot be
// undone any more.
func (l *live) continued() *former {
	if f := l.utt.continues; f != nil && f == l.former {
		return f
	}
	return nil
}

// whole is what the caller has said with text, and what was due before.
func (l *live) whole(text string) (string, dialogue.ExpectKind) {
	text = strings.TrimSpace(text)
	f := l.continued()
	if f == nil {
		return text, l.expect.Kind
	}
	return f.join(text, l.endpointing()), f.expect.Kind
}

// join puts more behind the words so far. Recognition ends each part as a sentence; where that would break a number, a name or a phrase in
// two, the mark goes.
func (f *former) join(more string, e endpointing) string {
	first := f.text
	if more == "" || first == "" {
		return strings.TrimSpace(first + " " + more)
	}
	digit := func(s string, last bool) bool {
		r := []rune(strings.TrimRight(s, ".,;:…- "))
		if len(r) == 0 {
			return false
		}
		if last {
			return unicode.IsDigit(r[len(r)-1])
		}
		return unicode.IsDigit(r[0])
	}
	switch {
	case f.expect.Kind == dialogue.ExpectDigits, f.expect.Kind == dialogue.ExpectName, e.hangs(first, wordsOf(first)), digit(first, true) &&
		digit(more, false):
		first = strings.TrimRight(first, ".,;:…- ")
	}
	return first + " " + more
}

// remember keeps what is needed to take back the turn that is about to be decided on.
func (l *live) remember(u utterance, text string, open bool) {
	l.stands() // the one before
	l.former = &former{
		mark: l.conv.Mark(), expect: l.expect, text: text, words: u.final.Words, cards: l.cards, open: open,
		index: l.turns.index(), voiced: u.ended, stream: l.stream, taken: time.Now(),
	}
}

// mend takes the last turn back and decides on it together with what the caller went on to say.
func (l *live) mend(u utterance, f *former, text string) {
	l.logger.Info("the caller went on after the turn was taken; both parts are decided on as one", "after_ms",
		(u.began - f.voiced).Milliseconds())
	l.later = nil
	l.timers.mend.Stop()
	l.pace.cut++
	l.pace.paused(f.expect.Kind, u.began-f.voiced)
	l.held = false
	l.speaker.stop()
	l.cancelAsks()
	l.conv.Rewind(f.mark)
	l.expect, l.cards = f.expect, f.cards
	f.text, f.words, f.voiced = l.guardCard(f.join(text, l.endpointing())), append(f.words, u.final.Words...), u.ended
	f.open, f.taken = true, time.Now()
	final := *u.final
	final.Text, final.Words = f.text, f.words
	u.final = &final
	conf, weak := confidence(final)
	l.turns.again(u, conf)
	l.cards.next(l.turns.t, l.numberDue())
	l.handle(dialogue.Heard{Reading: l.meaning(u, f.text), Text: f.text, Confidence: conf, Weak: weak, Language: final.Language})
}

// endpointing tells when the caller is done.
func (l *live) endpointing() endpointing { return endpointing{l.lang(), l.biz.Region} }

// waits keeps a question for the owner's list back until the turn that it came from cannot be taken back any more: what breaks off
// is a question that nobody can answer. It reports whether it does; the words that follow the listing come a little later then,
// while the caller still hears that there is no answer. Other things that cannot be undone are done at once, and the turn stands.
func (l *live) waits(a dialogue.Action) bool {
	if u, ok := a.(dialogue.Unanswered); ok && l.former != nil {
		l.later = &u
		l.timers.mend.Reset(time.Until(l.former.taken.Add(mendWithin)))
		return true
	}
	if dialogue.Irrevocable(a) {
		l.stands()
	}
	return false
}

// stands says that the last turn is not taken back any more, and does what waited for that.
func (l *live) stands() {
	l.former = nil
	l.timers.mend.Stop()
	if u := l.later; u != nil {
		l.later = nil
		l.unanswered(*u)
	}
}

// ripe is told that the time is over in which the caller goes on with the last turn. Who is speaking already may still be doing that.
func (l *live) ripe() {
	if l.utt.id != 0 && l.continued() != nil {
		l.timers.mend.Reset(mendWithin)
		return
	}
	l.stands()
}

// standsFor does so when something happened that is no part of the turn.
func (l *live) standsFor(ev dialogue.Event) {
	switch ev.(type) {
	case dialogue.Heard, dialogue.Proposed, dialogue.Interrupted, dialogue.Spoken:
	default:
		l.stands()
	}
}
