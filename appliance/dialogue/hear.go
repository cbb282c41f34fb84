package dialogue

import (
	"context"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// Recognition below these confidences is not trusted.
const (
	tooUnsure  = 0.3  // the words are worth nothing unless they make sense
	nameUnsure = 0.55 // a name is asked back
)

// shortTurn is the longest turn, in words, that can be a bare command in the middle of a message.
const shortTurn = 8

// WantsFloor says whether text, said while we speak, is meant as an interruption. Unlike Backchannel it knows what was asked:
// "okay" answers a yes-or-no question that is being asked.
func (c *Conversation) WantsFloor(text string) bool {
	if text == "" {
		return false
	}
	if c.row().expects == ExpectYesNo && c.lang.YesNo(c.lang.Words(text)) != language.Neither {
		return true
	}
	return !c.lang.Backchannel(text)
}

// heard takes one complete turn of the caller.
func (c *Conversation) heard(ev Heard) {
	c.ask = pendingAsk{} // what was asked about the turn before is no longer wanted
	if c.recordingRefused(ev.Text) {
		return
	}
	if c.busy() {
		c.postpone(ev)
		return
	}
	if c.degraded {
		c.decide("unheard", "fallback", "")
		c.tellPhrase(language.TextUnheard)
		c.again()
		return
	}
	c.misheardReply(&ev)
	r := c.calmed(c.read(ev))
	if len(r.Words) == 0 || (ev.Confidence > 0 && ev.Confidence < tooUnsure && len(r.Asks) == 0) {
		c.unheard()
		return
	}
	if len(r.Asks) > 0 {
		c.why = r.Asks[0]
	}
	c.noteMatter(r)
	r = c.passedOn(ev, c.notAgain(r))
	if c.notRecordedSaid() && c.state != askReason && !wantsMore(r) {
		c.goOn()
		return
	}
	c.condole(ev, r)
	c.besideAnswer(&ev, &r)
	if c.noToNotice(r) || c.anywhere(ev.Text, r) {
		c.unclear = 0
		return
	}
	c.inMenu = false
	c.unclear = 0
	c.early(&ev)
	c.row().heard(ev, r)
}

// condole says once that we are sorry for a caller's loss.
func (c *Conversation) condole(ev Heard, r understanding.Reading) {
	if c.condoled || c.inMessage() || r.Has(understanding.Harm) || r.Has(understanding.Emergency) || c.lang.Endangers(r.Words) ||
		!c.lang.Mourns(c.lang.Words(ev.Text)) {
		return
	}
	c.condoled = true
	c.tell(language.TextCondolence)
}

// misheardReply takes a single word, where yes or no is the answer, for the yes or no that it sounds like.
func (c *Conversation) misheardReply(ev *Heard) {
	words := c.lang.Words(ev.Text)
	if c.row().expects != ExpectYesNo || len(words) != 1 || c.lang.YesNo(words) != language.Neither {
		return
	}
	if said := c.lang.ReplyHeard(words[0]); said != "" {
		ev.Text, ev.Reading = said, nil
	}
}

// specific says whether a question can be answered without asking back.
func specific(a understanding.Ask) bool {
	switch a.Intent {
	case understanding.Price, understanding.Duration, understanding.Service:
		return len(a.Services) > 0 && len(a.Services[0].Items) <= 2
	}
	return true
}

// isQuestion says whether a turn is put as a question.
func (c *Conversation) isQuestion(r understanding.Reading) bool { return c.lang.IsQuestion(r.Text) }

// meaning counts the words that carry meaning by themselves.
func (c *Conversation) meaning(words []string) (n int) {
	for _, w := range words {
		if c.meaningful(w) {
			n++
		}
	}
	return n
}

// meaningful says whether a word carries meaning by itself.
func (c *Conversation) meaningful(word string) bool { return !c.lang.StopWord(word) }

// Before is what the caller asked last and was told, for a turn that only goes on from it ("and how long does that take?"); nil = nothing
// yet, or something else is being asked now.
func (c *Conversation) Before() *understanding.Meaning {
	if c.topic.Meaning.Intent == "" || c.state != idle && c.state != offered && !(c.state == guessing && c.guessTold) {
		return nil
	}
	m := c.topic.Meaning
	return &m
}

// read is what a turn means. A name means nothing: what its sound is like does not count where a name is due.
func (c *Conversation) read(ev Heard) understanding.Reading {
	if ev.Reading != nil && !c.SaysName(ev.Text) {
		return c.relayed(*ev.Reading)
	}
	r, _ := c.reader().ReadAfter(context.Background(), c.Gist(ev.Text), c.now, c.Before()) // by words alone: nothing that can fail
	return c.relayed(r)
}

// SaysName says whether the caller has answered the question for his name, and said nothing else. What that means need not be looked up.
func (c *Conversation) SaysName(text string) bool {
	if c.state != askName && c.state != checkName && c.state != spellName {
		return false
	}
	n, ok := c.nameIn(text)
	return ok && n.Remark == ""
}

// relayed takes a wish that somebody of the office be told something for a message, where it was read as one to speak with him.
func (c *Conversation) relayed(r understanding.Reading) understanding.Reading {
	s := r.Named.Staff
	if c.inMessage() || len(s) != 1 || len(s[0].Items) != 1 || len(s[0].At) == 0 || !c.lang.Relays(r.Words, s[0].At[0]) ||
		len(r.Asks) > 1 || len(r.Asks) == 1 && r.Asks[0].Intent != understanding.Person {
		return r
	}
	r.Asks = []understanding.Ask{{Intent: understanding.Message, Score: 1, Staff: s, Text: r.Text}}
	return r
}
