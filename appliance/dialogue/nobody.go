package dialogue

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// A box that was not told yet for whom it answers, [knowledge.Business.Nobody], says the number that was called and takes messages.
// It has no hours, no address and no person to put callers through to, and must not speak as if it had.

// asNobody are the texts that say what there is to ask or to press, and those that take their place. Read only.
var asNobody = map[language.Key]language.Key{
	language.TextBusiness: language.TextNobodyReached, language.TextBadLine: language.TextNobodyBadLine,
	language.TextNotSure: language.TextNobodyHelp, language.TextHelp: language.TextNobodyHelp, language.TextRobot: language.TextNobodyRobot,
	language.TextKeypad: language.TextNobodyKeys, language.TextKeypadMore: language.TextNobodyKeysMore,
	language.TextMenu: language.TextNobodyMenu, language.TextMenuAgain: language.TextNobodyMenuAgain,
	language.TextClosedNobody: language.TextNobody,
}

// unnamed makes of a line what a box says that answers for nobody yet.
func (c *Conversation) unnamed(l language.Line) language.Line {
	if !c.biz.Nobody() {
		return l
	}
	if k := asNobody[l.Key]; k != "" {
		l.Key, l.Args.Number = k, c.biz.Contact.Phone
	}
	return l
}

// toldWhy has the caller say at once what a message is about: there is nothing to ask for. Without speech the keypad does the same.
func (c *Conversation) toldWhy() {
	if c.biz.Nobody() && !c.degraded && c.state == idle {
		c.draft = draft{active: true, urgency: record.Normal}
		c.state = askReason
	}
}

// howHelp asks what the caller wants, after lead.
func (c *Conversation) howHelp(lead language.Key) {
	if c.toldWhy(); c.state == askReason {
		c.tell(lead, language.TextAskReason)
		return
	}
	c.tell(lead, language.TextHowHelp)
}
