package reception

import (
	"context"
	"time"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/models/engines"
)

// readLimit is the longest that a turn waits for its meaning, once its words are there and its end was found; then the words must do.
const readLimit = 500 * time.Millisecond

// reading is the meaning of a transcript, looked up while it is still being decided whether the caller is done.
type reading struct {
	text, tag    string
	began, ended time.Time
	stop         context.CancelFunc          // nobody wants to know any more
	done         chan *understanding.Reading // takes one, after ended is set
}

// read has a transcript's meaning looked up, with what it goes on with. What was looked up for the same words before is kept: the
// caller made a sound, but said no more.
func (l *live) read(ev engines.ListenEvent) {
	text, _ := l.whole(ev.Text)
	tag := ev.Language
	if tag == "" {
		tag = l.lang().Tag()
	}
	if r := l.utt.reading; r != nil && r.text == text && r.tag == tag {
		return
	}
	if r := l.utt.reading; r != nil {
		r.stop() // other words hold up the engines no longer
	}
	l.utt.reading = nil
	if l.deps.Meaning == nil || text == "" || l.conv.SaysName(text) {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), readLimit)
	r := &reading{text: text, tag: tag, began: time.Now(), stop: stop, done: make(chan *understanding.Reading, 1)}
	l.utt.reading = r
	before := l.conv.Before()
	if f := l.continued(); f != nil {
		before = f.mark.Before()
	}
	gist := l.conv.Gist(text)
	l.helpers.Go(func() {
		defer stop()
		got := l.deps.Meaning.Read(ctx, l.biz, r.tag, gist, time.Now(), before)
		r.ended = time.Now()
		r.done <- got
	})
}

// meaning is what the utterance means; nil when its words were changed since, or nobody knows: the words must do then.
func (l *live) meaning(u utterance, text string) *understanding.Reading {
	r := u.reading
	if r == nil || r.text != text {
		return nil
	}
	got := <-r.done
	l.turns.worked(r.began, r.ended)
	return got
}
