package dialogue

import (
	"slices"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/language"
)

// Recognition below these confidences is not trusted.
const (
	tooUnsure  = 0.3  // the words are worth nothing unless they make sense
	nameUnsure = 0.55 // a name is asked back
)

// shortTurn is the longest turn, in words, that can be a bare command in the middle of a message.
const shortTurn = 8

// WantsFloor says whether text, said while we speak, is meant as an interruption. Unlike Backchannel it knows what was asked: "okay" answers a
// yes-or-no question that is being asked.
func (c *Conversation) WantsFloor(text string) bool {
	if text == "" {
		return false
	}
	switch c.state {
	case guessing, offered, offerNumber, checkNumber, checkName, checkAll, askUrgent, retrySave, askRecording:
		return c.lang.YesNo(c.lang.Words(text)) != language.Neither || !c.lang.Backchannel(text)
	}
	return !c.lang.Backchannel(text)
}

// heard takes one complete turn of the caller.
func (c *Conversation) heard(ev Heard) {
	c.ask = pendingAsk{} // what was asked about the turn before is no longer wanted
	if c.recordingRefused(ev.Text) {
		return
	}
	if c.busy() {
		c.postpone(ev)
		return
	}
	if c.degraded {
		c.decide("unheard", "fallback", "")
		c.tellPhrase(language.TextUnheard)
		c.menuAgain()
		return
	}
	r := c.reader.Read(ev.Text, c.now)
	if len(r.Words) == 0 || (ev.Confidence > 0 && ev.Confidence < tooUnsure && len(r.Asks) == 0) {
		c.notClear()
		return
	}
	if len(r.Asks) > 0 {
		c.why = r.Asks[0]
	}
	if c.noToNotice(r) || c.anywhere(r) {
		c.unclear = 0
		return
	}
	c.inMenu = false
	c.unclear = 0
	switch c.state {
	case idle:
		c.open(ev, r)
	case askRecording:
		c.recordingAnswered(ev, r)
	case rightsCode:
		c.codeSaid(ev.Text)
	case rightsChoice:
		c.state = idle
		c.open(ev, r)
	case guessing:
		c.guessed(ev, r)
	case choosing, whichService:
		c.chosen(ev, r)
	case whichPerson:
		c.personChosen(ev, r)
	case offered:
		c.offerAnswered(ev, r)
	default:
		c.slot(ev, r)
	}
}

// anywhere handles what works in every state.
func (c *Conversation) anywhere(r hearing.Reading) bool {
	short := len(r.Words) <= shortTurn
	free := c.state != askReason || short // a reason may speak of persons and repetitions
	switch {
	case r.Has(hearing.Emergency) && !c.draft.emergency:
		c.emergency(r)
	case r.Has(hearing.WrongNumber) && c.state == idle:
		c.decide("wrong_number", "rule", "")
		c.speak(Say{Firm: true}, language.K(language.TextWrongNumber))
		c.out = append(c.out, Hangup{Outcome: completed("wrong_number")})
		c.state = ended
	case r.Has(hearing.Slower) && short:
		c.decide("slower", "rule", "")
		c.slow = true // from here on, to the end of the call
		c.repeat()
	case r.Has(hearing.Repeat) && short:
		c.decide("repeat", "rule", "")
		c.repeat()
	case r.Has(hearing.Hold) && short:
		c.decide("hold", "rule", "")
		c.quiet = 2 * c.opt.Silence
		c.tell(language.TextTakeTime)
	case r.Has(hearing.Person) && free && len(r.Asks) == 1 && c.personMeant(r):
		a, _ := r.Get(hearing.Person)
		c.personAsked(a)
	case c.inMessage():
		return c.inMessageAnywhere(r, short)
	default:
		return false
	}
	return true
}

// personMeant tells a wish for a person from the caller's own name, which may be that of somebody who works there.
func (c *Conversation) personMeant(r hearing.Reading) bool {
	if c.state != askName && c.state != checkName {
		return true
	}
	return len(r.Named.Staff) == 0
}

// inMessageAnywhere handles what interrupts the taking of a message.
func (c *Conversation) inMessageAnywhere(r hearing.Reading, short bool) bool {
	if len(r.Asks) == 0 || !short {
		return false
	}
	a := r.Asks[0]
	switch {
	case a.Intent == hearing.Goodbye && a.Score >= 0.9 && c.lang.Farewell(r.Words):
		c.goodbye("rule")
	case a.Intent == hearing.NeverMind && c.state != askNumber && c.state != keyNumber:
		c.decide("message.dropped", "rule", "")
		c.draft = draft{}
		c.tell(language.TextDropped)
		c.anythingElse(true)
	case a.Intent == hearing.Robot, a.Intent == hearing.Recorded:
		c.small(a)
		c.again()
	case hearing.Informative(a.Intent) && a.Score >= 0.9 && c.state != askReason && c.isQuestion(r) && specific(a):
		c.facts(r)
		if c.unasked != "" {
			c.listQuestion()
			return true
		}
		c.again()
	default:
		return false
	}
	return true
}

// specific says whether a question can be answered without asking back.
func specific(a hearing.Ask) bool {
	switch a.Intent {
	case hearing.Price, hearing.Duration, hearing.Service:
		return len(a.Services) > 0 && len(a.Services[0].Items) <= 2
	}
	return true
}

// isQuestion says whether a turn is put as a question.
func (c *Conversation) isQuestion(r hearing.Reading) bool { return c.lang.IsQuestion(r.Text) }

// meaning counts the words that carry meaning by themselves.
func (c *Conversation) meaning(words []string) (n int) {
	for _, w := range words {
		if c.meaningful(w) {
			n++
		}
	}
	return n
}

// meaningful says whether a word carries meaning by itself.
func (c *Conversation) meaningful(word string) bool { return !c.lang.StopWord(word) }

// open takes a turn when nothing particular was asked.
func (c *Conversation) open(ev Heard, r hearing.Reading) {
	if len(r.Asks) > 0 {
		c.guesses = 0
		c.act(ev, r)
		return
	}
	if a, ok := c.elliptic(r); ok {
		c.guesses = 0
		r.Asks = []hearing.Ask{a}
		c.act(ev, r)
		return
	}
	if len(r.Words) <= 2 && !slices.ContainsFunc(r.Words, c.meaningful) && c.lang.YesNo(r.Words) == language.Neither {
		c.decide("open", "rule", "")
		c.tell(language.TextYesHelp)
		return
	}
	switch c.lang.YesNo(r.Words) {
	case language.No:
		if len(r.Words) <= 4 {
			c.goodbye("rule")
			return
		}
	case language.Yes:
		if len(r.Words) <= 3 {
			c.decide("open", "rule", "")
			c.tell(language.TextGoAhead)
			return
		}
	}
	c.askModel(ev, r)
}

// elliptic completes a turn by what was spoken of before: "and on Sunday?", "and a crown?".
func (c *Conversation) elliptic(r hearing.Reading) (hearing.Ask, bool) {
	if len(r.Words) > shortTurn {
		return hearing.Ask{}, false
	}
	a := hearing.Ask{Score: 1, When: r.When, Services: r.Named.Services, Staff: r.Named.Staff, Text: r.Text}
	switch {
	case len(r.When.Days) > 0 && len(r.Named.Services) == 0:
		a.Intent = hearing.Hours
		return a, c.topic.Intent == hearing.Hours || c.topic.Intent == hearing.Holidays
	case len(r.Named.Services) > 0 && (c.topic.Intent == hearing.Price || c.topic.Intent == hearing.Service || c.topic.Intent == hearing.Duration):
		a.Intent = c.topic.Intent
		return a, true
	}
	return hearing.Ask{}, false
}

// act does what the caller asked for: facts first, then one deed.
func (c *Conversation) act(ev Heard, r hearing.Reading) {
	deeds := c.facts(r)
	if len(deeds) == 0 {
		c.afterFact()
		return
	}
	c.unasked = ""
	c.deed(ev, deeds[0])
}

// afterFact goes on after answers were given: an open question goes to the owner, else help is offered now and then.
func (c *Conversation) afterFact() {
	switch {
	case c.state != idle:
		c.unasked = ""
	case c.unasked != "":
		c.listQuestion()
	default:
		c.anythingElse(false)
	}
}

// facts answers everything that can be answered and returns what is left to do.
func (c *Conversation) facts(r hearing.Reading) (deeds []hearing.Ask) {
	for _, a := range r.Asks {
		if !hearing.Informative(a.Intent) {
			deeds = append(deeds, a)
			continue
		}
		c.fact(a, "rule")
	}
	return deeds
}

// deed does what is no fact.
func (c *Conversation) deed(ev Heard, a hearing.Ask) {
	switch a.Intent {
	case hearing.Message, hearing.Appointment:
		c.takeMessage(ev, a, "rule")
	case hearing.Person:
		c.personAsked(a)
	case hearing.Privacy:
		c.privacyAsked(ev)
	case hearing.Goodbye:
		c.goodbye("rule")
	case hearing.Thanks:
		c.decide("thanks", "rule", "")
		c.tell(language.TextWelcome)
		c.anythingElse(true)
	case hearing.NeverMind:
		c.decide("never_mind", "rule", "")
		c.tell(language.TextAllRight)
		c.anythingElse(true)
	default:
		c.small(a)
	}
}

// small answers small talk and questions about the assistant.
func (c *Conversation) small(a hearing.Ask) {
	c.decide(string(a.Intent), "rule", "")
	switch a.Intent {
	case hearing.Robot:
		c.tell(language.TextRobot)
	case hearing.Recorded:
		if c.opt.Announce && !c.refused {
			c.tell(language.TextIsRecorded)
			return
		}
		c.tell(language.TextWritesDown)
	case hearing.Hello:
		c.tell(language.TextYesHelp)
	case hearing.Question:
		c.tell(language.TextGoAhead)
	case hearing.Help:
		c.inMenu = true
		c.tell(language.TextHelp, c.keypad())
	default:
		c.notUnderstood(a.Text)
	}
}

// repeat says again what was said last.
func (c *Conversation) repeat() {
	if len(c.lastSaid) == 0 {
		c.tell(language.TextHowHelp)
		return
	}
	c.say(c.lastSaid...)
}
