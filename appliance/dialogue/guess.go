package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/language"
)

// guessText asks back what we think is wanted.
func (c *Conversation) guessText(a hearing.Ask) language.Line {
	switch a.Intent {
	case hearing.Hours, hearing.Holidays:
		return language.K(language.TextGuessHours)
	case hearing.Price:
		if len(a.Services) == 1 && len(a.Services[0].Items) == 1 {
			return language.K(language.TextGuessPrice, language.Args{Service: c.names(a.Services[0].Items)[0]})
		}
		return language.K(language.TextGuessPrices)
	case hearing.Service, hearing.Duration:
		if len(a.Services) > 0 {
			return language.K(language.TextGuessService, language.Args{Service: c.names(a.Services[0].Items[:1])[0]})
		}
		return language.K(language.TextGuessServices)
	case hearing.Services:
		return language.K(language.TextGuessServices)
	case hearing.Address, hearing.Directions, hearing.Parking:
		return language.K(language.TextGuessPlace)
	case hearing.Staff:
		return language.K(language.TextGuessStaff)
	case hearing.Phone, hearing.Email, hearing.Website:
		return language.K(language.TextGuessContact)
	case hearing.Answer:
		return language.K(language.TextGuessAnswer, language.Args{Question: c.biz.Answers[a.Answer].Question})
	case hearing.Person:
		return language.K(language.TextGuessPerson)
	case hearing.Goodbye:
		return language.K(language.TextGuessGoodbye)
	}
	return language.K(language.TextOfferMessage)
}

// askBack puts a guess to the caller.
func (c *Conversation) askBack(a hearing.Ask, text, by string) {
	c.why = a
	c.decide("guess."+string(a.Intent), by, "")
	c.guess, c.guessBy, c.question = a, by, text
	c.state = guessing
	c.say(c.guessText(a))
}

// guessed takes the answer to a guess.
func (c *Conversation) guessed(ev Heard, r hearing.Reading) {
	reply := c.lang.YesNo(r.Words)
	switch {
	case reply == language.Yes && len(r.Words) <= shortTurn:
		c.state = idle
		c.guesses = 0
		c.follow(c.guess, c.question, c.guessBy)
	case reply == language.No && len(r.Asks) == 0 && len(r.Words) <= 4:
		// What was asked is still not known: the office shall know of it.
		c.state = idle
		if c.guess.Intent == hearing.Goodbye || c.guess.Intent == hearing.Message {
			c.decide("open", "rule", "")
			c.tell(language.TextAllRight, language.TextHowHelp)
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
	case len(r.Asks) == 0 && c.lang.YesNo(r.Words) == language.No:
		c.decide("open", "rule", "")
		c.state = idle
		c.tell(language.TextAllRight, language.TextHowHelp)
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
	switch reply := c.lang.YesNo(r.Words); {
	case r.Has(hearing.Message), r.Has(hearing.Appointment), hearing.Informative(firstIntent(r)):
		c.state = idle
		c.open(ev, r)
	case reply == language.Yes:
		c.decide("message.begin", "rule", "")
		c.draft = c.newDraft()
		c.draft.reason = c.question
		c.noteUrgency(c.question)
		c.advance(language.TextOfCourse)
	case r.Has(hearing.Goodbye) && reply != language.Yes:
		c.question = ""
		c.goodbye("rule")
	case reply == language.No:
		c.decide("offer.refused", "rule", "")
		c.question = ""
		c.tell(language.TextAllRight)
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
		c.tell(language.TextNotSure)
	case 2:
		c.guesses = 0
		c.unasked = text
		c.listQuestion()
	}
}
