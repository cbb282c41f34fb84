package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// How often a number may fail: from triesToKeys failures on the keypad is asked for, at triesToOffer the number that the call comes
// from is offered, and after triesMost the message goes without one.
const (
	triesToKeys  = 2
	triesToOffer = 3
	triesMost    = 3
)

// piecesMost is in how many pieces a number may be said, and correctedMost how often it may be corrected after it was read back.
const (
	piecesMost    = 5
	correctedMost = 5
)

// Digits that nobody has asked for are a telephone number from unaskedLeast on; where one was asked for, fewer than fewDigits among
// other words are none.
const (
	unaskedLeast = 7
	fewDigits    = 3
)

// numbersIn reads the telephone numbers in what was said, of which current was known before.
func (c *Conversation) numbersIn(n language.Number, current string, agreed bool) digits.Said {
	return digits.Put(current, n, c.biz.Region, agreed)
}

// digitsIn reads the digits of a telephone number; what is told as the number of a thing, as of an invoice, is none, nor are few digits
// here and there among words.
func (c *Conversation) digitsIn(text string) language.Number {
	if c.lang.OtherNumber(c.lang.Words(text)) {
		text = strings.Join(slices.DeleteFunc(c.lang.Sentences(text), func(s string) bool { return c.lang.OtherNumber(c.lang.Words(s)) }), " ")
	}
	n := c.lang.ReadDigits(text)
	scattered := n.Others > 1 && !n.Tail && !n.Area && len(n.Pieces) > 0 && !slices.ContainsFunc(n.Pieces, func(p language.Piece) bool {
		return len(strings.Join(p.Groups, "")) >= fewDigits || p.Place != language.PlaceNone || p.Role != language.RoleOn
	})
	if scattered {
		return language.Number{Others: n.Others}
	}
	return n
}

// isOwn says whether the caller means the number that he calls from: by its last digits, or in words and with no other number.
func (c *Conversation) isOwn(words []string, n language.Number) bool {
	if !c.canCallBack() {
		return false
	}
	last := len(n.Digits) > 1 && strings.HasSuffix(c.from.Digits(), n.Digits) && len(n.Digits) < unaskedLeast
	return c.lang.ThisNumber(words) && (n.Digits == "" || last) || last && n.Tail && !c.whole(c.draft.number)
}

// noteNumber takes a whole number from a turn that was about something else.
func (c *Conversation) noteNumber(text string) {
	if s := c.numbersIn(c.digitsIn(text), "", false); c.isNumber(s) {
		c.takeNumber(s)
	}
}

// isNumber says whether digits that nobody has asked for are a telephone number.
func (c *Conversation) isNumber(s digits.Said) bool {
	return c.whole(s.Number) && len(s.Number) >= unaskedLeast
}

// telephone is the telephone number in a text; "" = none.
func (c *Conversation) telephone(text string) string {
	if s := c.numbersIn(c.digitsIn(text), "", false); c.isNumber(s) {
		return s.Number
	}
	return ""
}

// takeNumber takes what was said; it is not confirmed yet.
func (c *Conversation) takeNumber(s digits.Said) {
	d := &c.draft
	d.number, d.numberFrom, d.numberOK, d.partial = s.Number, fromSpoken, false, ""
	c.takeMore(s)
}

// takeMore takes what was said beside a number.
func (c *Conversation) takeMore(s digits.Said) {
	if s.Second != "" && s.Second != s.Number {
		c.draft.second = s.Second
	}
	if s.Extension != "" {
		c.draft.extension = s.Extension
	}
}

// ownNumber takes the number that the call comes from.
func (c *Conversation) ownNumber() {
	d := &c.draft
	c.decide("message.number", "rule", "")
	d.number, d.numberFrom, d.numberOK, d.partial = string(c.from), fromCallerID, true, ""
	c.advance(language.TextThankYou)
}

// callerIDAnswered takes the answer to "Shall we call back on the number you are calling from?".
func (c *Conversation) callerIDAnswered(ev Heard, r understanding.Reading) {
	n := c.digitsIn(ev.Text)
	s := c.numbersIn(n, "", false)
	reply := c.lang.YesNo(r.Words)
	switch {
	case c.isOwn(r.Words, n) && (reply != language.No || n.Tail):
		c.remarkBeside(ev.Text, r)
		c.ownNumber()
	case c.whole(s.Number), len(s.Number) >= fewDigits && reply != language.Yes:
		c.remarkBeside(ev.Text, r)
		c.numberSaid(s)
	case reply == language.Yes, c.lang.ThisNumber(r.Words) && reply != language.No:
		c.remarkBeside(ev.Text, r)
		c.ownNumber()
	case reply == language.No:
		c.remarkBeside(ev.Text, r)
		c.otherNumber()
	default:
		c.remarkBeside(c.besideName(ev.Text), r)
		c.unusable("message.ask_number")
	}
}

// ringsForHelp says whether a caller whose number is asked for tells that he calls the emergency services: theirs is not his.
func (c *Conversation) ringsForHelp(t turn) bool {
	return c.inMessage() && c.row().number && c.state != checkAll && c.draft.partial == "" &&
		numbering.Emergency(c.digitsIn(t.said).Digits, c.biz.Region)
}

// letGo sends him there, and keeps what he has told.
func (c *Conversation) letGo(turn) {
	c.speak(Say{Firm: true}, language.K(language.TextCallHelp, language.Args{Digits: numbering.EmergencyNumber(c.biz.Region)}))
	c.goodbye("rule")
}

// otherNumber asks for a number in the place of the one that the call comes from, or goes without when none was understood.
func (c *Conversation) otherNumber() {
	if c.draft.lastOffer {
		c.withoutNumber()
		return
	}
	c.decide("message.ask_number", "rule", "")
	c.advance(language.TextAllRight)
}

// withoutNumber goes on without one.
func (c *Conversation) withoutNumber() {
	c.decide("message.no_number", "fallback", "")
	c.draft.number, c.draft.partial, c.draft.noNumber = "", "", true
	c.advance(language.TextAllRight)
}

// numberGiven takes digits that were said. Groups said in several turns are joined.
func (c *Conversation) numberGiven(ev Heard, r understanding.Reading) {
	d := &c.draft
	n := c.digitsIn(ev.Text)
	s := c.numbersIn(n, d.partial, false)
	few := len(n.Digits) < fewDigits
	switch {
	case c.isOwn(r.Words, n), few && !c.whole(s.Number) && c.lang.ThisNumber(r.Words) && c.canCallBack():
		c.remarkBeside(ev.Text, r)
		c.ownNumber()
	case n.Digits == "" && c.lang.Refuses(r.Words):
		c.decide("message.no_number", "rule", "")
		d.noNumber, d.partial = true, ""
		c.advance(language.TextAllRight)
	case n.Digits == "", few && n.Others > 1 && !c.whole(s.Number):
		c.remarkBeside(ev.Text, r)
		c.numberFailed("", askNumber)
	default:
		c.remarkBeside(ev.Text, r)
		c.numberSaid(s)
	}
}

// numberSaid goes on with what was understood of a number: a whole one is read back, of others the rest is asked for.
func (c *Conversation) numberSaid(s digits.Said) {
	d := &c.draft
	whole, possible := c.wholeOrPart(s.Number)
	switch {
	case whole:
		c.decide("message.number", "rule", "")
		c.takeNumber(s)
		c.advance("")
	case !possible:
		c.numberFailed(language.TextNumberLong, askNumber)
	case s.Number == d.partial || d.pieces >= piecesMost:
		c.numberFailed(language.TextNumberShort, askNumber)
	default:
		c.decide("message.number", "rule", "")
		c.takeMore(s)
		c.askRest(s.Number)
	}
}

// askRest asks for what a number lacks.
func (c *Conversation) askRest(part string) {
	d := &c.draft
	d.pieces++
	d.number, d.partial = "", part
	c.state = askNumber
	c.say(language.K(language.TextNumberPart, language.Args{Digits: part}), language.K(language.TextNumberRest))
}

// whole says whether digits are a telephone number of the business's region, with its area code or without.
func (c *Conversation) whole(number string) bool { return digits.Whole(number, c.biz.Region) }

// wholeOrPart says whether digits are a telephone number, and whether one can have or begin with so many.
func (c *Conversation) wholeOrPart(number string) (whole, possible bool) {
	_, possible = numbering.Complete(number, c.biz.Region)
	return c.whole(number), possible
}

// wrongLength is what to say of a number that is none.
func (c *Conversation) wrongLength(number string) language.Key {
	if _, possible := c.wholeOrPart(number); !possible {
		return language.TextNumberLong
	}
	return language.TextNumberShort
}

// canCallBack says whether the call comes from a number that can be called back.
func (c *Conversation) canCallBack() bool {
	return len(c.from.Digits()) >= numbering.Least(c.biz.Region)
}

// numberUnclear counts what nobody could understand as a failure; in the middle of a number it may have been a noise.
func (c *Conversation) numberUnclear() {
	switch {
	case c.keys != "": // the caller is typing
	case c.draft.partial != "" && c.unclear == 1:
		c.notClear()
	default:
		c.numberFailed(language.TextDidntCatch, askNumber)
	}
}

// checkUnclear reads the number back once more.
func (c *Conversation) checkUnclear() {
	if c.unclear >= stuckAfter {
		c.numberUnchecked()
		return
	}
	c.notClear()
}

// numberUnchecked gives up a number that was read back: the caller says neither yes nor no to it.
func (c *Conversation) numberUnchecked() { c.numberFailed("", keyNumber) }

// numberFailed asks again, later by keypad; then it offers the number that the call comes from, and in the end goes on without. by
// is the state to ask in while there is a choice.
func (c *Conversation) numberFailed(why language.Key, by state) {
	d := &c.draft
	d.tries++
	c.keys, d.number, d.partial, d.numberOK, d.corrected = "", "", "", false, 0
	switch {
	case d.tries >= triesToOffer && c.canCallBack() && !d.lastOffer:
		d.offered, d.lastOffer = true, true
		c.decide("message.offer_number", "fallback", "")
		c.state = offerNumber
		c.tell(why)
		c.again()
	case d.tries > triesMost || d.lastOffer:
		c.withoutNumber()
	case d.tries >= triesToKeys || by == keyNumber:
		c.decide("message.ask_number", "rule", "")
		c.state = keyNumber
		c.tell(why, language.TextNumberKeys)
	default:
		c.decide("message.ask_number", "rule", "")
		c.state = askNumber
		c.tell(why, language.TextAskNumberAgain)
	}
}

// numberChecked takes the answer to a number that was read back. A correction of a part is put into it and read back again; only a
// whole number is taken.
func (c *Conversation) numberChecked(ev Heard, r understanding.Reading) {
	d := &c.draft
	n := c.digitsIn(ev.Text)
	reply := c.lang.YesNo(r.Words)
	s := c.numbersIn(n, d.number, reply == language.Yes)
	changed := n.Digits != "" && !c.sameNumber(s.Number, d.number)
	repeated := n.Digits != "" && c.sameNumber(plusDigits(n), d.number)
	switch {
	case c.isOwn(r.Words, n):
		c.remarkBeside(ev.Text, r)
		c.ownNumber()
	case changed, n.Digits != "" && reply == language.No:
		if d.corrected++; d.corrected > correctedMost {
			c.numberFailed("", keyNumber)
			return
		}
		c.decide("message.number_corrected", "rule", "")
		d.number, d.numberFrom = s.Number, fromSpoken
		c.takeMore(s)
		c.again()
	case (reply == language.Yes || repeated) && !c.whole(d.number):
		c.numberNotWhole()
	case reply == language.Yes || repeated:
		c.decide("message.number_right", "rule", "")
		d.numberOK = true
		c.remarkBeside(ev.Text, r)
		c.takeMore(s)
		c.advance(language.TextThankYou)
	case reply == language.No:
		c.numberFailed(language.TextSorry, askNumber)
	default:
		c.unusable("message.check_number")
	}
}

// numberNotWhole asks for the rest of a number that a correction has left without, whatever the caller says to it.
func (c *Conversation) numberNotWhole() {
	number := c.draft.number
	if _, possible := c.wholeOrPart(number); !possible || c.draft.pieces >= piecesMost {
		c.numberFailed(c.wrongLength(number), askNumber)
		return
	}
	c.decide("message.number", "rule", "")
	c.askRest(number)
}

// sameNumber says whether two numbers are one, however they are written.
func (c *Conversation) sameNumber(a, b string) bool {
	e164 := func(n string) record.PhoneNumber { return numbering.E164(record.PhoneNumber(n), c.biz.Region) }
	return a == b || e164(a) == e164(b)
}

// speaksOfNumber says whether a turn corrects the number of the message.
func (c *Conversation) speaksOfNumber(text string) bool {
	n := c.digitsIn(text)
	if n.Digits == "" || c.draft.number == "" {
		return false
	}
	beside := n.Others > 1 // "a unicorn on the back, and we were on lane twelve"
	return (n.Tail || n.Area) && !beside || n.Others == 0 && len(n.Digits) > 1 || c.whole(plusDigits(n)) && len(n.Digits) >= unaskedLeast
}

// changeNumber corrects the number of the message, or asks for another.
func (c *Conversation) changeNumber(ev Heard) {
	d := &c.draft
	was := d.number
	d.number, d.numberOK, d.noNumber, d.offered, d.lastOffer, d.tries, d.pieces, d.corrected = "", false, false, true, false, 0, 0, 0
	if n := c.digitsIn(ev.Text); n.Digits != "" {
		if s := c.numbersIn(n, was, false); c.whole(s.Number) {
			c.takeNumber(s)
		}
	}
	c.advance("")
}

// plusDigits writes a number that was said as record keeps it.
func plusDigits(n language.Number) string {
	if n.Plus {
		return "+" + n.Digits
	}
	return n.Digits
}
