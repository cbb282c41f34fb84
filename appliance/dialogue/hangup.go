package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/understanding"
)

// hungUp keeps what the caller told before the line went dead, to the last word that was heard. Nothing is said or begun any more.
func (c *Conversation) hungUp(ev HungUp) {
	if c.state == saving && c.save.question {
		c.state = c.save.back
	}
	var last []Heard
	for _, e := range c.later { // said while something was being saved
		if h, ok := e.(Heard); ok {
			last = append(last, h)
		}
	}
	c.later = nil
	if ev.Last != nil {
		last = append(last, *ev.Last)
	}
	for _, h := range last {
		if c.state != saving && c.state != ended && !c.degraded {
			c.lastWords(h)
		}
	}
	c.out = slices.DeleteFunc(c.out, func(a Action) bool { return !outlasts(a) })
	if c.state != saving {
		c.savePartial()
	}
	c.state = ended
}

// outlasts says whether an action is still to be done when the caller is gone.
func outlasts(a Action) bool {
	switch a.(type) {
	case Commit, Remember, Decide, StopRecording, Consented:
		return true
	}
	return false
}

// lastWords takes what was heard last, perhaps not to its end, for the message that is being taken. Outside of one it is the
// beginning of a message when it tells who called, or what number to call.
func (c *Conversation) lastWords(h Heard) {
	c.switchTo(h.Language)
	if c.inMessage() {
		c.heard(h)
		return
	}
	n, named := c.lang.IntroducedName(h.Text)
	told := c.numbersIn(c.lang.ReadDigits(h.Text), "", false).Number
	if c.busy() || c.child || c.draft.active || !named && (!c.whole(told) || len(told) < unaskedLeast) {
		return
	}
	if r := c.read(h); understanding.Informative(firstIntent(r)) || c.anywhere(h.Text, r) {
		return
	}
	c.draft = c.newDraft()
	d := &c.draft
	d.reason = strings.TrimSpace(h.Text)
	if named {
		d.name, d.onFile = n.Text, false
	}
	c.noteNumber(h.Text)
	c.noteUrgency(d.reason)
}
