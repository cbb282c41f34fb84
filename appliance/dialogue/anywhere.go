package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// What works in every state: anywhereRules has the order.

// anywhere handles what works in every state. It reports that the turn is dealt with.
func (c *Conversation) anywhere(said string, r understanding.Reading) bool {
	t := turn{Reading: r, said: said, short: len(r.Words) <= shortTurn}
	for _, rule := range c.anywhereRules() {
		if rule.applies(t) {
			rule.do(t)
			return true
		}
	}
	return false
}

// emergencyDenied says whether a caller of whom an urgent message is taken says that there is no emergency.
func (c *Conversation) emergencyDenied(t turn) bool {
	return c.draft.emergency && c.inMessage() && c.lang.DeniesEmergency(t.Words)
}

// emergencyOff drops the message and goes on with what else was said.
func (c *Conversation) emergencyOff(t turn) {
	c.decide("emergency.denied", "rule", "")
	c.draft, c.state = draft{}, idle
	c.tell(language.TextAllRight)
	r := t.Reading
	r.Asks = slices.DeleteFunc(slices.Clone(r.Asks), func(a understanding.Ask) bool {
		return dangerous(a) || understanding.Courtesy(a.Intent) || a.Intent == understanding.Unknown
	})
	if len(r.Asks) == 0 {
		c.tell(language.TextHowHelp)
		return
	}
	c.open(Heard{Text: t.said}, r)
}

func (c *Conversation) emergencyHeard(t turn) { c.emergency(t.Reading, false) }

// emergencyMeant keeps the owner's words from deciding where the caller is being asked whether it is an emergency.
func (c *Conversation) emergencyMeant(t turn) bool {
	asked := c.state == guessing && c.guess.Intent == understanding.Harm
	return t.Has(understanding.Emergency) && !c.draft.emergency && !asked
}

// harmMeant keeps the question about harm from being asked while it is, or where a message already speaks of it.
// Who is asked for which service, and names one, answers that, unless harm is likely.
func (c *Conversation) harmMeant(t turn) bool {
	chooses := (c.state == choosing || c.state == whichService) && len(t.Named.Services) > 0
	if a, _ := t.Get(understanding.Harm); chooses && a.Score < likelyHarm && !c.lang.Endangers(t.Words) {
		return false
	}
	return t.Has(understanding.Harm) && !c.draft.emergency && c.state != guessing && (!c.inMessage() || c.lang.Endangers(t.Words))
}

// likelyHarm is from which probability on harm is asked about of a caller who has just named the service that he was asked for.
const likelyHarm = 0.5

func (c *Conversation) refusalHeard(turn) { c.refuseRecording(record.ByVoice) }

func (c *Conversation) wrongNumber(turn) {
	c.decide("wrong_number", "rule", "")
	c.speak(Say{Firm: true}, language.K(language.TextWrongNumber))
	c.out = append(c.out, Hangup{Outcome: completed("wrong_number")})
	c.state = ended
}

// slowerMeant tells a wish to be told more slowly from one for haste: "yes, and as soon as possible".
func (c *Conversation) slowerMeant(t turn) bool {
	return t.short && t.Has(understanding.Slower) && c.lang.Urgency(t.Words) != language.UrgencySaid
}

func (c *Conversation) slower(turn) {
	c.decide("slower", "rule", "")
	c.slow = true // from here on, to the end of the call
	c.repeat()
}

func (c *Conversation) repeatAsked(turn) {
	c.decide("repeat", "rule", "")
	c.repeat()
}

// holdMeant says whether the caller asks for a moment, and for nothing that can be dealt with now.
func (c *Conversation) holdMeant(t turn) bool {
	if !c.lang.Holds(t.Words) || c.telephone(t.said) != "" || c.lang.WantsToKnow(t.Words) {
		return false
	}
	return !slices.ContainsFunc(t.Asks, func(a understanding.Ask) bool {
		return understanding.Informative(a.Intent) && a.Score >= sureAside && specific(a)
	})
}

func (c *Conversation) hold(turn) {
	c.decide("hold", "rule", "")
	c.waits = true
	c.tell(language.TextTakeTime)
}

// personMeant tells a wish for a person from the caller's own name, which may be that of somebody who works there, and from a
// reason that speaks of persons.
func (c *Conversation) personMeant(t turn) bool {
	switch {
	case !t.Has(understanding.Person) || len(t.Asks) != 1:
		return false
	case c.state == askName || c.state == checkName || c.state == spellName:
		_, name := c.nameIn(t.said)
		return len(t.Named.Staff) == 0 && (!name || c.lang.WantsPerson(t.Words))
	case c.inMessage() && (c.isAddressed(t.Reading) || c.lang.AsksToPassOn(t.Words)): // "it's for Maria", "I want the owner to call me"
		return false
	case c.row().number && !c.lang.WantsPerson(t.Words) && (len(t.Named.Staff) == 0 || c.lang.YesNo(t.Words) == language.Yes):
		return false // "you can reach me at …", "yes, and I want the owner to call me"
	}
	return t.short || c.state != askReason
}

func (c *Conversation) personHeard(t turn) {
	a, _ := t.Get(understanding.Person)
	c.personAsked(a)
}

// interrupts says whether a turn can be something else than what is asked while a message is taken.
func (c *Conversation) interrupts(t turn) bool { return c.inMessage() && t.short && len(t.Asks) > 0 }

// messageUnwanted says whether the caller would rather leave no message. A no where yes or no is asked, or a number, answers that.
func (c *Conversation) messageUnwanted(t turn) bool {
	if !c.interrupts(t) || c.speaksOfChange(t) || c.collects() || c.row().expects == ExpectYesNo && c.lang.YesNo(t.Words) == language.No ||
		c.state == checkAll || c.state == askChange || c.part(t.Words) != language.PartNone {
		return false
	}
	switch i := t.Asks[0].Intent; {
	case c.state == askName && len(t.Words) > 2 && c.lang.YesNo(t.Words[:len(t.Words)-1]) != language.No && t.Asks[0].Score < sureAside:
		return false // only its last word says no: a name that was misheard
	case i == understanding.NeverMind:
		return true
	default:
		return i == understanding.Message && c.lang.YesNo(t.Words) == language.No
	}
}

// rightInMessage says whether the caller asks about what is kept of callers, in the middle of a message; "the name is wrong" is
// about the message.
func (c *Conversation) rightInMessage(t turn) bool {
	if !c.inMessage() || c.state == askReason || len(t.Asks) == 0 || c.part(t.Words) != language.PartNone {
		return false
	}
	a := t.Asks[0]
	return a.Intent == understanding.Privacy && a.Score >= sureAside && c.opt.Rights && c.from.Digits() != ""
}

func (c *Conversation) askRight(t turn) {
	c.draft.left = c.state
	c.askBack(t.Asks[0], t.Text, "rule")
}

// asksWho says whether the caller asks whom he is talking to while something else is being asked of him.
func (c *Conversation) asksWho(t turn) bool {
	return c.prompt() != nil && c.state != askRecording && c.lang.AsksWho(t.Words)
}

func (c *Conversation) asksAboutCall(t turn) bool {
	return c.interrupts(t) && (t.Asks[0].Intent == understanding.Robot || t.Asks[0].Intent == understanding.Recorded) &&
		c.isQuestion(t.Reading)
}

func (c *Conversation) aboutCall(t turn) {
	a := understanding.Ask{Intent: understanding.Robot, Text: t.Text}
	if len(t.Asks) > 0 && t.Asks[0].Intent == understanding.Recorded {
		a = t.Asks[0]
	}
	c.small(a)
	c.again()
}

// repeat says again what was said last.
func (c *Conversation) repeat() {
	if len(c.lastSaid) == 0 {
		c.tell(language.TextHowHelp)
		return
	}
	if c.state == checkAll {
		c.summaryAgain()
		return
	}
	c.say(c.lastSaid...)
}
