package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// nameGiven takes the answer to "May I have your name?".
func (c *Conversation) nameGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	if d.number == "" {
		c.noteNumber(ev.Text)
	}
	n, ok := c.nameIn(c.lang.BeforeNumber(ev.Text))
	switch {
	case ok:
		c.decide("message.name", "rule", "")
		d.name, d.onFile = n.Text, false
		if d.wrongName != "" {
			d.mend(n)
			c.state = checkName
			c.again()
			return
		}
		if n.Spelled || ev.Confidence == 0 || ev.Confidence >= nameUnsure || d.nameTries > 0 {
			c.advance(language.TextThankYou)
			return
		}
		c.state = checkName
		c.say(language.K(language.TextNameUnderstood, language.Args{Name: d.name}), language.K(language.TextIsRight))
	case c.lang.Refuses(r.Words):
		c.decide("message.no_name", "rule", "")
		d.noName = true
		c.advance(language.TextAllRight)
	case d.nameTries >= 2:
		c.decide("message.no_name", "fallback", "")
		d.noName = true
		c.advance(language.TextAllRight)
	default:
		c.decide("message.ask_name", "rule", "")
		d.nameTries++
		c.again()
	}
}

// nameChecked takes the answer to a name that was read back.
func (c *Conversation) nameChecked(ev Heard, r understanding.Reading) {
	d := &c.draft
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.decide("message.name_right", "rule", "")
		c.advance(language.TextThankYou)
		return
	case language.No:
		d.nameTries, d.wrongName = 2, d.name
		if n, ok := c.nameIn(ev.Text); ok && len(r.Words) > 1 {
			c.decide("message.name", "rule", "")
			d.mend(n)
			c.again()
			return
		}
		c.decide("message.spell_name", "rule", "")
		d.name, d.onFile = "", false
		c.deny()
		c.again()
		return
	}
	if n, ok := c.nameIn(ev.Text); ok {
		d.nameTries = 2
		d.mend(n)
	}
	c.unusable("message.name")
}

// nameStands takes a name as it was understood: the caller says neither yes nor no to it.
func (c *Conversation) nameStands() {
	c.decide("message.name", "fallback", "")
	c.advance("")
}

// nameIn reads a name; "Yes, that is right" has none.
func (c *Conversation) nameIn(text string) (language.Name, bool) {
	n, ok := c.lang.PersonName(text)
	if !ok || n.Spelled {
		return n, ok
	}
	for _, w := range c.lang.Words(n.Text) {
		if c.lang.YesNo([]string{w}) == language.Neither {
			return n, true
		}
	}
	return language.Name{}, false
}

// reasonGiven takes what the message is about, in the caller's own words.
func (c *Conversation) reasonGiven(ev Heard, _ understanding.Reading) {
	d := &c.draft
	c.decide("message.reason", "rule", "")
	d.reason = strings.TrimSpace(ev.Text)
	c.noteUrgency(d.reason)
	c.advance("")
}

// urgencyGiven takes the answer to "Is it urgent?".
func (c *Conversation) urgencyGiven(_ Heard, r understanding.Reading) {
	c.decide("message.urgency", "rule", "")
	if reply := c.lang.YesNo(r.Words); reply == language.Yes || reply != language.No && c.lang.Urgency(r.Words) == language.UrgencySaid {
		c.draft.urgency = record.Urgent
	}
	c.advance(language.TextThankYou)
}

// summaryAnswered takes the answer to "Shall I pass that on?".
func (c *Conversation) summaryAnswered(ev Heard, r understanding.Reading) {
	switch reply := c.lang.YesNo(r.Words); {
	case reply == language.Yes:
		c.decide("message.confirmed", "rule", "")
		c.commit(false)
	case c.lang.Part(r.Words) != language.PartNone:
		c.changeGiven(ev, r)
	case c.speaksOfNumber(ev.Text):
		c.decide("message.change", "rule", "")
		c.changeNumber(ev)
	case reply == language.No && c.newReason(ev):
	case reply == language.No:
		c.draft.checked++
		c.decide("message.change", "rule", "")
		c.deny()
		c.again()
	case c.newReason(ev):
	default:
		if c.draft.checked++; c.draft.checked > 2 {
			// Better a message that nobody said yes to than none.
			c.decide("message.unconfirmed", "fallback", "")
			c.commit(true)
			return
		}
		c.decide("message.check", "rule", "")
		c.again()
	}
}

// reasonWords is the fewest words with meaning in a sentence that says what a message is about.
const reasonWords = 2

// newReason takes a sentence in the place of a yes or no as what the message is to say, and reads it back. It reports whether it is one.
func (c *Conversation) newReason(ev Heard) bool {
	text := c.afterReply(ev.Text)
	words := c.lang.Words(text)
	if c.meaning(words) < reasonWords || len(words) <= 2*reasonWords-1 || c.lang.ReadDigits(text).Digits != "" || c.draft.replaced > 2 {
		return false
	}
	c.draft.replaced++
	c.decide("message.reason", "rule", "")
	c.draft.reason, c.draft.asked = text, c.draft.urgency == record.Urgent
	c.noteUrgency(text)
	c.advance("")
	return true
}

// afterReply is a text without the yes or no that it begins with.
func (c *Conversation) afterReply(text string) string {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	if words := c.lang.Words(first); rest != "" && len(words) == 1 && c.lang.YesNo(words) != language.Neither {
		return language.Capital(strings.TrimSpace(rest))
	}
	return strings.TrimSpace(text)
}

// changesMost is how often a message may be called wrong without a word on what is wrong with it; then it is kept as it is.
const changesMost = 3

// changeGiven starts the part of the message over that was wrong.
func (c *Conversation) changeGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	c.decide("message.change", "rule", "")
	switch c.lang.Part(r.Words) {
	case language.PartName:
		d.wrongName, d.name, d.onFile, d.noName, d.nameTries = d.name, "", false, false, 2
		if n, ok := c.lang.IntroducedName(ev.Text); ok {
			d.mend(n)
			c.state = checkName
			c.again()
			return
		}
		c.advance("")
	case language.PartNumber:
		c.changeNumber(ev)
	case language.PartReason:
		d.reason, d.asked = "", false
		c.state = askReason
		c.tell(language.TextAskReasonAgain)
	default:
		if c.speaksOfNumber(ev.Text) {
			c.changeNumber(ev)
			return
		}
		if c.newReason(ev) {
			return
		}
		switch c.lang.YesNo(r.Words) {
		case language.No: // nothing, or none of it
			c.deny()
		default:
			d.checked++
		}
		if d.checked > changesMost {
			c.commit(true)
			return
		}
		c.again()
	}
}

// retryAnswered takes the answer to "Shall I try again?".
func (c *Conversation) retryAnswered(_ Heard, r understanding.Reading) {
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.decide("message.retry", "rule", "")
		c.commit(false)
	case language.No:
		c.dropMessage()
	default:
		c.unusable("message.retry")
	}
}

// dropMessage forgets a message that is not wanted any more, or that cannot be kept.
func (c *Conversation) dropMessage() {
	c.decide("message.dropped", "rule", "")
	c.draft = draft{}
	c.tell(language.TextDropped)
	c.anythingElse(true)
}
