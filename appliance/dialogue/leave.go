package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// leaves says whether the caller takes leave, wherever the call is, and says nothing else. Who is at the question whether that is
// meant has answered it.
func (c *Conversation) leaves(t turn) bool {
	leaves := c.lang.Leaves(t.Words) || c.lang.Farewell(t.Words) && (c.lang.Nothing(t.Words) || len(t.Words) <= 2)
	confirms := c.state == guessing && c.guess.Intent != understanding.Goodbye && c.lang.YesNo(c.lang.Words(t.said)) == language.Yes
	return c.state != askRecording && (leaves && !(confirms && (dangerous(c.guess) || !c.lang.Farewell(t.Words))) || c.endsCall(t))
}

// partingMost is how many words of a turn may take leave at its end.
const partingMost = 4

// asksIn says whether a clause asks something; "passt schon" is put like a question and is none.
func (c *Conversation) asksIn(clause string) bool {
	return c.lang.IsQuestion(clause) && c.lang.YesNo(c.lang.Words(clause)) == language.Neither
}

// endsCall says whether a turn ends in taking leave, whatever is remarked before it, when nothing is being taken down and nothing is
// asked: "I'll have a think and ring back, cheers, bye now".
func (c *Conversation) endsCall(t turn) bool {
	words := c.lang.Words(t.said)
	if c.inMessage() || c.state == guessing && dangerous(c.guess) || len(words) <= partingMost ||
		slices.ContainsFunc(language.Parts(t.said), c.asksIn) ||
		slices.ContainsFunc(t.Asks, func(a understanding.Ask) bool {
			return understanding.TakenDown(a.Intent) || a.Intent == understanding.Person
		}) {
		return false
	}
	for k := 1; k <= partingMost; k++ {
		if c.lang.Leaves(words[len(words)-k:]) {
			return true
		}
	}
	return false
}

func (c *Conversation) goodbyeInMessage(t turn) bool {
	aside := c.interrupts(t) || c.state == rightsCode && t.short && len(t.Asks) > 0
	return aside && t.Asks[0].Intent == understanding.Goodbye && t.Asks[0].Score >= sureAside && c.lang.Farewell(t.Words)
}

// goodbye ends the call at the caller's wish; a message begun is kept first.
func (c *Conversation) goodbye(by string) {
	out := record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	c.decide("goodbye", by, "")
	if c.draft.worthKeeping() {
		c.bye = &out
		c.commit(true)
		return
	}
	c.hang(out)
}

// takesLeave ends the call. A yes to the message that goes with it confirms that.
func (c *Conversation) takesLeave(t turn) {
	if c.state == checkAll && c.lang.YesNo(t.Words) == language.Yes && !c.draft.books() {
		c.decide("message.confirmed", "rule", "")
		c.bye = &record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
		c.commit(false)
		return
	}
	c.goodbye("rule")
}

// saysGoodbye says whether words end the call by themselves, whatever they were read as.
func (c *Conversation) saysGoodbye(text string) bool {
	words := c.lang.Words(text)
	return c.lang.Farewell(words) || c.lang.Nothing(words) || c.lang.Leaves(words)
}
