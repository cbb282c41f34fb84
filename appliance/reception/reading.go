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
	text, tag string
	done      chan *understanding.Reading // takes one
}

// read has a transcript's meaning looked up, with what it goes on with. What was looked up for the same words before is kept: the caller made a
// sound, but said no more.
func (l *live) read(ev engines.ListenEvent) {
	text, _ := l.whole(ev.Text)
	tag := ev.Language
	if tag == "" {
		tag = l.lang().Tag()
	}
	if r := l.utt.reading; r != nil && r.text == text && r.tag == tag {
		return
	}
	l.utt.reading = nil
	if l.deps.Meaning == nil || text == "" {
		return
	}
	r := &reading{text: text, tag: tag, done: make(chan *understanding.Reading, 1)}
	l.utt.reading = r
	before := l.conv.Before()
	if f := l.continued(); f != nil {
		before = f.mark.Before()
	}
	l.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), readLimit)
		defer cancel()
		r.done <- l.deps.Meaning.Read(ctx, l.biz, r.tag, r.text, time.Now(), before)
	})
}

// meaning is what the utterance means; nil when its words were changed since, or nobody knows: the words must do then.
func (r *reading) meaning(text string) *understanding.Reading {
	if r == nil || r.text != text {
		return nil
	}
	return <-r.done
}
