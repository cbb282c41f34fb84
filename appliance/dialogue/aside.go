package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/understanding"
)

// Questions in the middle of a message.

// sureAside is how sure a reading must be for something else than what is asked.
const sureAside = 0.9

// wantsMost is the longest turn, in words, that only wants to know something.
const wantsMost = 14

// asksInMessage says whether a turn asks for facts in the middle of a message: in a few words, or for several and for nothing else.
func (c *Conversation) asksInMessage(t turn) bool {
	if c.tellsTime(t.said) || c.state == checkAll && c.lang.Directs(t.Words) {
		return false
	}
	if c.inMessage() && c.state != askReason && len(c.asides(t)) > 0 {
		return true
	}
	if !c.inMessage() || len(t.Asks) == 0 || !t.short && len(t.Asks) < 2 && c.state != askReason {
		return false
	}
	a := t.Asks[0]
	if !understanding.Informative(a.Intent) || a.Score < sureAside || !specific(a) {
		return false
	}
	if c.state == askReason { // a part of it may be the reason
		return !c.biz.Nobody() && (len(t.Words) <= wantsMost && c.lang.WantsToKnow(t.Words) ||
			slices.ContainsFunc(c.lang.Sentences(t.said), c.lang.IsQuestion))
	}
	return c.isQuestion(t.Reading) || c.lang.IsQuestion(t.said)
}

// asideMost is the longest turn, in words, that may hold a question to be answered while a message is taken.
const asideMost = 24

// likelyAside is how sure a reading must be of a turn that is put as a question, where no question is an answer.
const likelyAside = 0.5

// asides are the facts that a question in the middle of a message asks for, surely or likely: "and can we bring the dog?". A question
// that holds a telephone number, or what somebody is to be told, is none.
func (c *Conversation) asides(t turn) (asks []understanding.Ask) {
	if !c.isQuestion(t.Reading) && !c.asksFact(t.said) || len(t.Words) > asideMost || c.telephone(t.said) != "" || c.isAddressed(t.Reading) {
		return nil
	}
	list := t.Asks
	if len(list) == 0 && len(t.Weak) > 0 && t.Weak[0].Doubt {
		list = t.Weak[:1]
	}
	least := likelyAside
	if c.draft.emergency { // who is in danger hears nothing that is only likely meant
		least = sureAside
	}
	for _, a := range list {
		if !understanding.Informative(a.Intent) || a.Score < least || !c.tellable(a) {
			return nil
		}
		asks = append(asks, a)
	}
	return asks
}

// answerInMessage answers questions, takes what the turn tells for the message, and goes on with it.
func (c *Conversation) answerInMessage(t turn) {
	r := t.Reading
	if asides := c.asides(t); len(asides) > 0 && c.state != askReason {
		r.Asks = asides
	}
	r.Asks = slices.DeleteFunc(slices.Clone(r.Asks), func(a understanding.Ask) bool {
		return !understanding.Informative(a.Intent) || !specific(a)
	})
	c.facts(r)
	if c.unasked != "" {
		c.listQuestion()
		return
	}
	if c.state == askReason {
		c.reasonBeside(t)
		return
	}
	if n, ok := c.nameIn(c.lang.BeforeNumber(t.said)); ok && c.state == askName {
		c.nameGiven(Heard{Text: n.Text, Confidence: 1}, understanding.Reading{Text: n.Text, Words: c.lang.Words(n.Text)})
		return
	}
	c.again()
}
