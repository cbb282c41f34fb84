package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// triesToKeys is how often a spoken number may fail before the keypad is asked for.
const triesToKeys = 2

// triesMost is how often it may fail before the message goes without one.
const triesMost = 5

// nameGiven takes the answer to "May I have your name?".
func (c *Conversation) nameGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	if n := c.lang.ReadDigits(ev.Text); c.number(n) && d.number == "" {
		d.number, d.numberFrom = plusDigits(n), fromSpoken
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

// callerIDAnswered takes the answer to "Shall we call back on the number you are calling from?".
func (c *Conversation) callerIDAnswered(ev Heard, r understanding.Reading) {
	d := &c.draft
	if c.number(c.lang.ReadDigits(ev.Text)) {
		c.numberGiven(ev, r)
		return
	}
	switch c.lang.YesNo(r.Words) {
	case language.Yes:
		c.decide("message.number", "rule", "")
		d.number, d.numberFrom, d.numberOK = string(c.from), fromCallerID, true
		c.advance(language.TextThankYou)
	case language.No:
		c.otherNumber()
	default:
		c.unusable("message.ask_number")
	}
}

// otherNumber asks for a number in the place of the one that the call comes from.
func (c *Conversation) otherNumber() {
	c.decide("message.ask_number", "rule", "")
	c.advance(language.TextAllRight)
}

// numberGiven takes digits that were said. Groups said in several turns are joined.
func (c *Conversation) numberGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	n := c.lang.ReadDigits(ev.Text)
	switch {
	case n.Digits == "" && c.lang.Refuses(r.Words):
		c.decide("message.no_number", "rule", "")
		d.noNumber = true
		c.advance(language.TextAllRight)
		return
	case n.Digits == "" && c.lang.ThisNumber(r.Words) && c.canCallBack():
		c.decide("message.number", "rule", "")
		d.number, d.numberFrom, d.numberOK = string(c.from), fromCallerID, true
		c.advance(language.TextThankYou)
		return
	case n.Digits == "":
		c.numberFailed("")
		return
	}
	all := plusDigits(n)
	if whole, _ := numbering.Complete(all, c.biz.Region); d.partial != "" && !whole {
		all = d.partial + n.Digits
	}
	c.decide("message.number", "rule", "")
	switch whole, possible := c.whole(all); {
	case !possible:
		d.partial = ""
		c.numberFailed(language.TextNumberLong)
	case !whole:
		d.partial = all
		c.state = askNumber
		if d.tries >= triesToKeys {
			d.partial = ""
			c.numberFailed(language.TextNumberShort)
			return
		}
		d.tries++
		c.say(language.K(language.TextNumberPart, language.Args{Digits: all}), language.K(language.TextNumberRest))
	default:
		d.partial = ""
		d.number, d.numberFrom, d.numberOK = all, fromSpoken, false
		c.advance("")
	}
}

// whole says whether digits are a telephone number of the business's region, with its area code or without, and whether one can have or begin with so
// many.
func (c *Conversation) whole(digits string) (whole, possible bool) {
	whole, possible = numbering.Complete(digits, c.biz.Region)
	return whole || numbering.Local(digits, c.biz.Region), possible
}

// number says whether what was said is a telephone number and not a few digits of something else.
func (c *Conversation) number(n language.Number) bool {
	whole, _ := c.whole(plusDigits(n))
	return whole
}

// canCallBack says whether the call comes from a number that can be called back.
func (c *Conversation) canCallBack() bool {
	return len(c.from.Digits()) >= numbering.Least(c.biz.Region)
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

// numberFailed asks again, after triesToKeys failures for the keypad, and after triesMost for none.
func (c *Conversation) numberFailed(why language.Key) {
	d := &c.draft
	d.tries++
	if d.tries > triesMost {
		c.decide("message.no_number", "fallback", "")
		d.noNumber = true
		c.advance(language.TextAllRight)
		return
	}
	c.decide("message.ask_number", "rule", "")
	if d.tries >= triesToKeys {
		c.typeNumber(why)
		return
	}
	c.state = askNumber
	c.tell(why, language.TextAskNumberAgain)
}

// typeNumber asks for the number by keypad.
func (c *Conversation) typeNumber(lead language.Key) {
	c.keys = ""
	c.draft.number, c.draft.partial = "", ""
	c.state = keyNumber
	c.tell(lead, language.TextNumberKeys)
}

// numberChecked takes the answer to a number that was read back; a correction replaces what it corrects.
func (c *Conversation) numberChecked(ev Heard, r understanding.Reading) {
	d := &c.draft
	n := c.lang.ReadDigits(ev.Text)
	reply := c.lang.YesNo(r.Words)
	switch {
	case c.number(n):
		c.decide("message.number", "rule", "")
		d.number, d.numberFrom = plusDigits(n), fromSpoken
		c.again()
	case n.Digits != "" && (reply != language.Yes || n.Tail):
		if d.corrected++; d.corrected > triesMost {
			c.numberByKeys()
			return
		}
		c.decide("message.number_corrected", "rule", "")
		d.number = corrected(d.number, n, c.biz.Region)
		c.again()
	case reply == language.Yes:
		c.decide("message.number_right", "rule", "")
		d.numberOK = true
		c.advance(language.TextThankYou)
	case reply == language.No:
		d.number = ""
		c.numberFailed(language.TextSorry)
	default:
		c.unusable("message.check_number")
	}
}

// numberByKeys asks for the number once more, by keypad.
func (c *Conversation) numberByKeys() {
	c.decide("message.ask_number", "fallback", "")
	c.typeNumber("")
}

// corrected replaces the end of a number, or its area code, by the digits of a correction.
func corrected(number string, n language.Number, region string) string {
	digits := n.Digits
	if groups, plus := numbering.Groups(number, region); n.Area && !plus && len(groups) > 1 {
		return digits + strings.Join(groups[1:], "")
	}
	return number[:max(0, len(number)-len(digits))] + digits
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
		d.number, d.numberOK, d.noNumber, d.offered, d.tries = "", false, false, true, 0
		if n := c.lang.ReadDigits(ev.Text); c.number(n) {
			d.number, d.numberFrom = plusDigits(n), fromSpoken
		}
		c.advance("")
	case language.PartReason:
		d.reason, d.asked = "", false
		c.state = askReason
		c.tell(language.TextAskReasonAgain)
	default:
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
