package dialogue

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/understanding"
)

// keyed takes one key.
func (c *Conversation) keyed(k rune) {
	c.ask = pendingAsk{}
	if c.recordingRefusedByKey(k) {
		return
	}
	if c.busy() {
		c.postpone(Keyed{Key: k})
		return
	}
	c.unclear = 0
	c.row().keyed(k)
}

// openKeyed takes a key where nothing is asked that a key answers.
func (c *Conversation) openKeyed(k rune) {
	if !c.commonKey(k) {
		c.choiceKeyed(k)
	}
}

// yesNoKeyed takes a key in the place of a yes or no; what the menu has just offered goes before.
func (c *Conversation) yesNoKeyed(k rune) {
	switch {
	case c.commonKey(k):
	case c.inMenu:
		c.choiceKeyed(k)
	case k == '1' || k == '2':
		c.heard(Heard{Text: c.words(map[rune]language.Key{'1': language.WordYes, '2': language.WordNo}[k]), Confidence: 1})
	default:
		c.decide("no_such_key", "key", "")
		c.again()
	}
}

// commonKey takes the keys that are the same wherever no digits are collected. It reports that the key is dealt with.
func (c *Conversation) commonKey(k rune) bool {
	switch k {
	case '0':
		c.wantPerson("key")
	case '*':
		c.decide("repeat", "key", "")
		c.repeat()
	default:
		return false
	}
	return true
}

// choiceKeyed takes a key of the menu.
func (c *Conversation) choiceKeyed(k rune) {
	taking := c.inMessage()
	if !taking {
		c.state = idle
	}
	switch k {
	case '1':
		if c.biz.Nobody() {
			c.decide("no_such_key", "key", "")
			c.tell(language.TextNoSuchKey, c.keypad())
			break
		}
		c.decide("answer.hours", "key", "hours")
		c.say(c.week()...)
	case '2':
		lines, source := c.place(understanding.Address)
		if lines == nil {
			lines = []language.Line{language.K(language.TextDontHave)}
		}
		c.decide("answer.address", "key", source)
		c.say(lines...)
	case '3':
		c.decide("message.begin", "key", "")
		c.beginMessage(language.TextOfCourse, "")
		return
	case rightsKey:
		if c.opt.Rights && !taking {
			c.rightsMenu()
			return
		}
		c.decide("no_such_key", "key", "")
		c.tell(language.TextNoSuchKey, c.keypad())
		c.inMenu = true
	default:
		c.decide("no_such_key", "key", "")
		c.tell(language.TextNoSuchKey, c.keypad())
		c.inMenu = true
	}
	if taking {
		c.again()
	}
}

// keypad says which keys there are.
func (c *Conversation) keypad() language.Key {
	if c.opt.Rights && !c.inMessage() {
		return language.TextKeypadMore
	}
	return language.TextKeypad
}

// typedMost bounds the digits that are collected: the longest number with a prefix before it.
const typedMost = numbering.Most + 3

// numberKeyed collects a telephone number; '#' or a pause ends it, '*' starts over.
func (c *Conversation) numberKeyed(k rune) {
	switch {
	case k == '*':
		c.keys = ""
		c.decide("number.restart", "key", "")
		c.tell(language.TextNumberKeys)
		c.state = keyNumber
	case k == '#':
		c.numberTyped()
	case k == '0' && c.keys == "" && !numbering.LeadingZero(c.biz.Region):
		c.wantPerson("key") // no number begins with it there
	case k >= '0' && k <= '9' && len(c.keys) < typedMost:
		c.keys += string(k)
	}
}

// keysPaused ends a typed number.
func (c *Conversation) keysPaused() {
	if c.keys == "" || c.busy() {
		return
	}
	if f := c.row().paused; f != nil {
		f()
		return
	}
	c.keys = ""
}

// numberTyped takes the number that was keyed.
func (c *Conversation) numberTyped() {
	n := c.keys
	c.keys = ""
	d := &c.draft
	switch {
	case n == "0":
		c.wantPerson("key")
	case !c.whole(n):
		c.numberFailed(c.wrongLength(n), keyNumber)
	default:
		c.decide("message.number", "key", "")
		d.number, d.numberFrom, d.numberOK, d.partial = n, fromKeyed, false, ""
		c.advance("")
	}
}

// openMenu begins the menu that works without the engines.
func (c *Conversation) openMenu() {
	c.state = menu
	c.tellPhrase(language.TextMenu)
}

// menuUnclear says that nobody can hear the caller now, and what can be pressed.
func (c *Conversation) menuUnclear() {
	c.tellPhrase(language.TextUnheard)
	c.again()
}

// menuKeyed takes a key while the engines are down.
func (c *Conversation) menuKeyed(k rune) {
	if c.biz.Nobody() && (k == '1' || k == '2') {
		k = 0 // the box has neither hours nor an address
	}
	switch k {
	case '0':
		c.wantPerson("key")
	case '1':
		c.decide("answer.hours", "key", "hours")
		d := c.biz.DayHours(c.now)
		c.speak(Say{Phrase: c.phraseName(todayPhrase(d))}, todayLine(d))
		c.phrase(weekLine(c.biz))
		c.again()
	case '2':
		c.decide("answer.address", "key", "address")
		if lines, _ := c.place(understanding.Address); lines != nil {
			c.phrase(lines[0])
		}
		c.again()
	case '3':
		c.decide("message.begin", "key", "")
		c.callbackMenu()
	default:
		c.decide("no_such_key", "key", "")
		c.tellPhrase(language.TextNoSuchKey)
		c.again()
	}
}

// callbackMenu takes a call-back with keys alone.
func (c *Conversation) callbackMenu() {
	if !c.draft.active {
		c.draft = c.newDraft()
	}
	c.keys = ""
	if c.canCallBack() {
		c.state = menuOffer
		c.tellPhrase(language.TextCallback)
		return
	}
	c.state = menuKey
	c.tellPhrase(language.TextNumberKeys)
}

func (c *Conversation) menuOffered(k rune) {
	switch k {
	case '0':
		c.wantPerson("key")
	case '1':
		c.decide("message.number", "key", "")
		c.draft.number, c.draft.numberFrom, c.draft.numberOK = string(c.from), fromCallerID, true
		c.commit(false)
	case '2':
		c.decide("message.ask_number", "key", "")
		c.state = menuKey
		c.tellPhrase(language.TextNumberKeys)
	default:
		c.decide("no_such_key", "key", "")
		c.again()
	}
}

func (c *Conversation) menuDigit(k rune) {
	switch {
	case k == '*':
		c.keys = ""
		c.decide("number.restart", "key", "")
		c.tellPhrase(language.TextNumberKeys)
	case k == '#':
		c.menuTyped()
	case k == '0' && c.keys == "" && !numbering.LeadingZero(c.biz.Region):
		c.wantPerson("key")
	case k >= '0' && k <= '9' && len(c.keys) < typedMost:
		c.keys += string(k)
	}
}

// menuTyped takes the number that was keyed and reads it back with rendered digits.
func (c *Conversation) menuTyped() {
	n := c.keys
	c.keys = ""
	switch {
	case n == "0":
		c.wantPerson("key")
		return
	case !c.whole(n):
		c.menuFailed(c.wrongLength(n))
		return
	}
	c.decide("message.number", "key", "")
	c.draft.number, c.draft.numberFrom = n, fromKeyed
	c.state = menuCheck
	c.again()
}

// menuFailed asks for the number again, and gives up where that does not help.
func (c *Conversation) menuFailed(why language.Key) {
	c.draft.tries++
	switch {
	case c.draft.tries == triesToOffer && c.canCallBack():
		c.decide("message.offer_number", "fallback", "")
		c.state = menuOffer
	case c.draft.tries > triesMost:
		c.decide("message.no_number", "fallback", "")
		c.draft = draft{}
		c.state = menu
	default:
		c.decide("message.ask_number", "key", "")
	}
	c.tellPhrase(why)
	c.again()
}

// typedPrompt reads the typed number back, a phrase for each digit.
func (c *Conversation) typedPrompt() []language.Line {
	out := one(language.K(language.TextNumberRead))
	for _, r := range c.draft.number {
		if r >= '0' && r <= '9' {
			out = append(out, digitLine(r))
		}
	}
	return append(out, language.K(language.TextNumberCheck))
}

func (c *Conversation) menuChecked(k rune) {
	switch k {
	case '0':
		c.wantPerson("key")
	case '1':
		c.decide("message.confirmed", "key", "")
		c.draft.numberOK = true
		c.commit(false)
	case '*', '2':
		c.decide("number.restart", "key", "")
		c.draft.number = ""
		c.state = menuKey
		c.tellPhrase(language.TextNumberKeys)
	default:
		c.decide("no_such_key", "key", "")
		c.again()
	}
}
