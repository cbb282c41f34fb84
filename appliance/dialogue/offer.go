package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// offerAnswered takes the answer to "Would you like to leave a message?".
func (c *Conversation) offerAnswered(ev Heard, r understanding.Reading) {
	words := c.lang.Words(ev.Text)
	reply := language.ReplyIn(c.lang, ev.Text)
	if reply == language.Yes && c.lang.YesNo(words[:1]) == language.No {
		reply = language.No // "nah, that's fine": it is no name or number that was read back
	}
	switch {
	case reply == language.No && c.lang.Farewell(words):
		c.question = ""
		c.goodbye("rule")
	case reply != language.No && c.givesName(ev):
	case slices.ContainsFunc(r.Asks, func(a understanding.Ask) bool { return understanding.TakenDown(a.Intent) }),
		understanding.Informative(firstIntent(r)):
		c.state = idle
		c.open(ev, r)
	case reply == language.Yes:
		c.decide("message.begin", "rule", "")
		c.beginOffered()
		c.advance(language.TextOfCourse)
	case r.Has(understanding.Goodbye) && reply != language.Yes:
		c.question = ""
		c.goodbye("rule")
	case reply == language.No && !asksMore(r) && !c.asksBehind(ev.Text):
		c.decide("offer.refused", "rule", "")
		c.question = ""
		c.tell(language.TextAllRight)
		c.anythingElse(true)
	default:
		c.state = idle
		c.open(ev, r)
	}
}

// givesName begins the message that was offered where the caller tells his name, or his number, in the place of a yes. It reports
// whether he does.
func (c *Conversation) givesName(ev Heard) bool {
	n, ok := c.saidName(ev.Text)
	number := c.telephone(ev.Text)
	if !ok && number == "" {
		return false
	}
	c.decide("message.begin", "rule", "")
	c.beginOffered()
	c.noteNumber(ev.Text)
	c.noteWhom(ev.Text)
	if !ok {
		c.advance(language.TextOfCourse)
		return true
	}
	c.draft.name, c.draft.onFile, c.draft.carried, c.draft.unasked = n.Text, false, false, false
	c.remarkBeside(ev.Text, c.plainly(ev.Text))
	c.nameTaken(n, ev)
	return true
}

// saidName finds the name of the caller in a turn that nobody has asked for it in: he introduces himself, or one of its sentences is
// nothing but a first and a last name.
func (c *Conversation) saidName(text string) (language.Name, bool) {
	if n, ok := c.lang.IntroducedName(text); ok {
		return n, true
	}
	for _, s := range c.lang.Sentences(text) {
		n, ok := c.nameIn(c.lang.BeforeNumber(s))
		if ok && n.Remark == "" && strings.Contains(n.Text, " ") && c.isName(n) {
			return n, true
		}
	}
	return language.Name{}, false
}

// isName says whether what may be a name is one of a person, and not of the office: one of its words is a usual name, or it was spelled.
func (c *Conversation) isName(n language.Name) bool {
	words := c.lang.Words(n.Text)
	if len(c.reader().Index().Staff(words)) > 0 || len(c.reader().Index().Services(words)) > 0 {
		return false
	}
	return n.Spelled || c.lang.NameDoubt(n.Text, func(string) bool { return false }) != language.NameWhole
}

// beginOffered begins the message that was offered, with what was asked; where nobody could understand the caller, it goes on.
func (c *Conversation) beginOffered() {
	if c.question == "" && c.draft.active {
		return
	}
	c.draft = c.newDraft()
	c.draft.reason = c.told(c.question)
	c.takeMatter()
	c.noteUrgency(c.draft.reason)
}
