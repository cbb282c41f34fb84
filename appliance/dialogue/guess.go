package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
)

// guessText asks back what we think is wanted.
func (c *Conversation) guessText(a hearing.Ask) string {
	switch a.Intent {
	case hearing.Hours, hearing.Holidays:
		return "Did you want to know our opening hours?"
	case hearing.Price:
		if len(a.Services) == 1 && len(a.Services[0].Items) == 1 {
			return "Did you want to know the price for " + c.names(a.Services[0].Items)[0] + "?"
		}
		return "Did you want to know our prices?"
	case hearing.Service, hearing.Duration:
		if len(a.Services) > 0 {
			return "Did you want to know about " + c.names(a.Services[0].Items[:1])[0] + "?"
		}
		return "Did you want to know what services we offer?"
	case hearing.Services:
		return "Did you want to know what services we offer?"
	case hearing.Address, hearing.Directions, hearing.Parking:
		return "Did you want to know how to find us?"
	case hearing.Staff:
		return "Did you want to know who works here?"
	case hearing.Phone, hearing.Email, hearing.Website:
		return "Did you want to know how to reach us?"
	case hearing.Answer:
		return "Was this your question: " + c.aloud(c.biz.Answers[a.Answer].Question)
	case hearing.Person:
		return "Would you like to speak to a person?"
	case hearing.Goodbye:
		return "Is that all for today?"
	}
	return textOfferMessage
}

// askBack puts a guess to the caller.
func (c *Conversation) askBack(a hearing.Ask, text, by string) {
	c.decide("guess."+string(a.Intent), by, "")
	c.guess, c.guessBy, c.question = a, by, text
	c.state = guessing
	c.say(c.guessText(a))
}

// guessed takes the answer to a guess.
func (c *Conversation) guessed(ev Heard, r hearing.Reading) {
	reply := hearing.YesNo(r.Words)
	switch {
	case reply == hearing.Yes && len(r.Words) <= shortTurn:
		c.state = idle
		c.guesses = 0
		c.follow(c.guess, c.question, c.guessBy)
	case reply == hearing.No && len(r.Asks) == 0 && len(r.Words) <= 4:
		// What was asked is still not known: the office shall know of it.
		c.state = idle
		if c.guess.Intent == hearing.Goodbye || c.guess.Intent == hearing.Message {
			c.decide("open", "rule", "")
			c.say(textAllRight, textHowHelp)
			return
		}
		c.unasked = c.question
		c.listQuestion()
	default:
		c.state = idle
		c.open(ev, r)
	}
}

// follow does what was guessed and confirmed, or what the model chose.
func (c *Conversation) follow(a hearing.Ask, text, by string) {
	ev := Heard{Text: text, Confidence: 1}
	if hearing.Informative(a.Intent) {
		c.fact(a, by)
		c.afterFact()
		return
	}
	switch a.Intent {
	case hearing.Message, hearing.Appointment:
		c.takeMessage(ev, a, by)
	case hearing.Person:
		c.wantPerson(by)
	case hearing.Goodbye:
		c.goodbye(by)
	default:
		c.small(a)
	}
}

// chosen takes the answer to "Do you mean X or Y?" and "Which service …?".
func (c *Conversation) chosen(ev Heard, r hearing.Reading) {
	a := c.choose
	switch {
	case len(r.Named.Services) > 0 && onlyAbout(r, a.Intent):
		a.Services = r.Named.Services
		if len(a.Services[0].Items) > 2 { // still not clear: take what fits best
			a.Services[0].Items = a.Services[0].Items[:2]
		}
		c.state = idle
		a.Text = c.choose.Text
		c.fact(a, "rule")
		c.afterFact()
	case len(r.Asks) == 0 && hearing.YesNo(r.Words) == hearing.No:
		c.decide("open", "rule", "")
		c.state = idle
		c.say(textAllRight, textHowHelp)
	case len(r.Asks) == 0 && len(r.Words) <= shortTurn:
		// A service that we do not know.
		c.state = idle
		c.unasked = strings.TrimSpace(c.choose.Text + " " + ev.Text)
		c.listQuestion()
	default:
		c.state = idle
		c.open(ev, r)
	}
}

// onlyAbout says whether a turn asks nothing but what intent i already asks.
func onlyAbout(r hearing.Reading, i hearing.Intent) bool {
	for _, a := range r.Asks {
		if a.Intent != i && a.Intent != hearing.Service && a.Intent != hearing.Appointment && a.Intent != hearing.Goodbye && a.Intent != hearing.Thanks {
			return false
		}
	}
	return true
}

// offerAnswered takes the answer to "Would you like to leave a message?".
func (c *Conversation) offerAnswered(ev Heard, r hearing.Reading) {
	switch reply := hearing.YesNo(r.Words); {
	case r.Has(hearing.Message), r.Has(hearing.Appointment), hearing.Informative(firstIntent(r)):
		c.state = idle
		c.open(ev, r)
	case reply == hearing.Yes:
		c.decide("message.begin", "rule", "")
		c.draft = draft{active: true, reason: c.question}
		c.noteUrgency(c.question)
		c.advance(textOfCourse)
	case r.Has(hearing.Goodbye) && reply != hearing.Yes:
		c.question = ""
		c.goodbye("rule")
	case reply == hearing.No:
		c.decide("offer.refused", "rule", "")
		c.question = ""
		c.say(textAllRight)
		c.anythingElse(true)
	default:
		c.state = idle
		c.open(ev, r)
	}
}

func firstIntent(r hearing.Reading) hearing.Intent {
	if len(r.Asks) == 0 {
		return ""
	}
	return r.Asks[0].Intent
}

// notUnderstood is said when neither rules nor model know what was meant.
func (c *Conversation) notUnderstood(text string) {
	c.guesses++
	c.decide("not_understood", "fallback", "")
	switch c.guesses {
	case 1:
		c.say(textNotSure)
	case 2:
		c.guesses = 0
		c.unasked = text
		c.listQuestion()
	}
}
