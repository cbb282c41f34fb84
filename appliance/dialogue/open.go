package dialogue

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// What a caller wants when nothing particular was asked: facts first, then one deed.

// open takes a turn when nothing particular was asked.
func (c *Conversation) open(ev Heard, r understanding.Reading) {
	if len(r.Asks) == 1 && r.Asks[0].Doubt && c.tellLikely(r.Asks[0], c.second(r), ev.Text) {
		c.guesses = 0
		return
	}
	if c.tellBoth(r.Asks, ev.Text) {
		c.guesses = 0
		return
	}
	if len(r.Asks) > 0 && !(len(r.Asks) == 1 && understanding.Courtesy(r.Asks[0].Intent) && len(r.When.Days) > 0) { // "thanks, and Mondays?"
		c.guesses = 0
		c.act(ev, r)
		return
	}
	if a, ok := c.elliptic(r); ok {
		c.guesses = 0
		r.Asks = []understanding.Ask{a}
		c.act(ev, r)
		return
	}
	if len(r.Asks) > 0 {
		c.guesses = 0
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
		if len(r.Words) <= 4 && !c.isQuestion(r) {
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
	if r.Meaning && len(r.Weak) > 0 {
		c.unsure(ev, r)
		return
	}
	c.askModel(ev, r)
}

// elliptic completes a turn by what was spoken of before: "and on Sunday?", "and a crown?".
func (c *Conversation) elliptic(r understanding.Reading) (understanding.Ask, bool) {
	a := understanding.Ask{Score: 1, When: r.When, Services: r.Named.Services, Staff: r.Named.Staff, Text: r.Text}
	if len(r.Words) > shortTurn {
		return c.aboutTopic(a, r)
	}
	switch {
	case len(r.When.Days) > 0 && len(r.Named.Services) == 0:
		a.Intent = understanding.Hours
		return a, c.topic.Intent == understanding.Hours || c.topic.Intent == understanding.Holidays
	case len(r.Named.Services) == 0 && len(c.topic.Services) > 0 && c.lang.RefersBack(r.Words) && len(r.Weak) > 0 && r.Weak[0].Guessed:
		a.Intent, a.Services = r.Weak[0].Intent, c.topic.Services // "how long does that take?"
		return a, a.Intent == understanding.Price || a.Intent == understanding.Duration
	case len(r.Named.Services) > 0 && (c.topic.Intent == understanding.Price || c.topic.Intent == understanding.Service ||
		c.topic.Intent == understanding.Duration):
		a.Intent = c.topic.Intent
		return a, true
	}
	return understanding.Ask{}, false
}

// aboutTopic completes a question at the end of a longer turn that points back, where it is likeliest that the same is meant: "a hundred
// and ten, right, and how long does that take".
func (c *Conversation) aboutTopic(a understanding.Ask, r understanding.Reading) (understanding.Ask, bool) {
	if len(r.Weak) == 0 || len(r.Named.Services) > 0 || len(c.topic.Services) != 1 || len(c.topic.Services[0].Items) != 1 {
		return a, false
	}
	likely := r.Weak[0]
	if likely.Intent != understanding.Price && likely.Intent != understanding.Duration ||
		likely.Meaning.Service != c.topic.Services[0].Items[0] {
		return a, false
	}
	for _, part := range language.Parts(r.Text) {
		if words := c.lang.Words(part); len(words) <= shortTurn && c.lang.IsQuestion(part) && c.lang.RefersBack(words) {
			a.Intent, a.Services = likely.Intent, c.topic.Services
			return a, true
		}
	}
	return a, false
}

// act does what the caller asked for: facts first, then one deed.
func (c *Conversation) act(ev Heard, r understanding.Reading) {
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

// facts answers everything that can be answered, in the order in which it was asked, and returns what is left to do.
func (c *Conversation) facts(r understanding.Reading) (deeds []understanding.Ask) {
	var asksBack []understanding.Ask
	r.Asks = daysTogether(overHoliday(r.Asks))
	for _, a := range r.Asks {
		switch {
		case a.Intent == understanding.Holidays && len(a.When.Days) == 1 && r.Has(understanding.Hours): // that tells it
		case !understanding.Informative(a.Intent):
			deeds = append(deeds, a)
		case !specific(a):
			asksBack = append(asksBack, a)
		default:
			c.fact(a, "rule")
		}
	}
	for _, a := range asksBack { // last, for the caller answers what was asked last
		c.fact(a, "rule")
	}
	return deeds
}

// overHoliday gives hours that are asked for beside a holiday the days of that: "over Easter, when are you back?".
func overHoliday(asks []understanding.Ask) []understanding.Ask {
	holiday := slices.IndexFunc(asks, func(a understanding.Ask) bool {
		return a.Intent == understanding.Holidays && len(a.When.Days) == 1
	})
	hours := slices.IndexFunc(asks, func(a understanding.Ask) bool {
		return a.Intent == understanding.Hours && len(a.When.Days) == 0
	})
	if holiday < 0 || hours < 0 {
		return asks
	}
	asks = slices.Clone(asks)
	asks[hours].When = asks[holiday].When
	return asks
}

// daysTogether makes one question of several for the hours of days, each of which is told once.
func daysTogether(asks []understanding.Ask) (out []understanding.Ask) {
	for _, a := range asks {
		i := slices.IndexFunc(out, func(b understanding.Ask) bool {
			return b.Intent == understanding.Hours && a.Intent == understanding.Hours && len(b.When.Days) > 0 && len(a.When.Days) > 0
		})
		if i < 0 {
			out = append(out, a)
			continue
		}
		w := &out[i].When
		w.Days, w.Named = slices.Clone(w.Days), slices.Clone(w.Named)
		for k, d := range a.When.Days {
			if slices.ContainsFunc(w.Days, d.Equal) {
				continue
			}
			for len(w.Named) < len(w.Days) {
				w.Named = append(w.Named, "")
			}
			w.Days = append(w.Days, d)
			if k < len(a.When.Named) {
				w.Named = append(w.Named, a.When.Named[k])
			}
		}
	}
	return out
}

// deed does what is no fact.
func (c *Conversation) deed(ev Heard, a understanding.Ask) {
	switch a.Intent {
	case understanding.Message, understanding.Appointment, understanding.Matter, understanding.Complaint:
		c.takeMessage(ev, a, "rule")
	case understanding.Person:
		c.personAsked(a)
	case understanding.Privacy:
		c.askBack(a, ev.Text, "rule")
	case understanding.Unknown:
		c.notKnown(a.Text)
	case understanding.Goodbye:
		if a.Score < sureAside && !c.saysGoodbye(ev.Text) {
			if len(c.lang.Words(ev.Text)) > shortTurn { // who wants to end the call says so, or is brief
				a = understanding.Ask{Intent: understanding.Matter, Text: ev.Text}
			}
			c.askBack(a, ev.Text, "meaning") // nobody is hung up on by a guess
			return
		}
		c.goodbye("rule")
	case understanding.WrongNumber:
		c.wrongNumber(turn{})
	case understanding.Thanks:
		c.decide("thanks", "rule", "")
		c.tell(language.TextWelcome)
		c.anythingElse(true)
	case understanding.NeverMind:
		c.decide("never_mind", "rule", "")
		c.tell(language.TextAllRight)
		c.anythingElse(true)
	default:
		c.small(a)
	}
}

// notKnown deals with what the profile has no answer to. Who asks whether this is another place is told whom he has reached; who asks
// on about a service hears what else is said of it, once; all else goes on the owner's list.
func (c *Conversation) notKnown(text string) {
	if c.lang.Seeks(c.lang.Words(text)) && len(c.topic.Services) == 0 {
		c.decide("answer.business", "rule", "name")
		c.say(language.K(language.TextBusiness, language.Args{Business: c.biz.Name}))
		c.tell(language.TextHowHelp)
		return
	}
	if c.tellMore(text) {
		return
	}
	c.decide("other", "rule", "")
	c.unasked = strings.TrimSpace(text)
	c.listQuestion()
}

// tellMore tells what is said of the service that is being spoken of, where that was not told yet: what callers ask on about often
// stands there.
func (c *Conversation) tellMore(text string) bool {
	s := c.topic.Services
	if len(s) != 1 || len(s[0].Items) != 1 || !c.lang.RefersBack(c.lang.Words(text)) {
		return false
	}
	i := s[0].Items[0]
	about := c.biz.Services[i].Description
	if about == "" || slices.Contains(c.described, i) {
		return false
	}
	c.decide("answer.service", "meaning", fmt.Sprintf("services[%d].description", i))
	c.described = append(c.described, i)
	c.say(owner(about))
	a := c.topic
	a.Intent = understanding.Service
	c.wasItWanted(a, nil, text)
	return true
}

// small answers small talk and questions about the assistant.
func (c *Conversation) small(a understanding.Ask) {
	c.decide(string(a.Intent), "rule", "")
	switch a.Intent {
	case understanding.Robot:
		c.tell(language.TextRobot)
	case understanding.Recorded:
		if c.opt.Announce && !c.refused {
			c.tell(language.TextIsRecorded)
			return
		}
		if c.unwritten {
			c.tell(language.TextUnwritten)
			return
		}
		c.tell(language.TextWritesDown)
	case understanding.RefuseRecording: // there is none
		if !c.refused {
			c.stopRecording(record.ByVoice)
		}
		if !c.notRecordedSaid() {
			c.tell(c.notRecordedText())
		}
	case understanding.Hello, understanding.Chitchat:
		c.tell(language.TextYesHelp)
	case understanding.Question:
		c.tell(language.TextGoAhead)
	case understanding.Help:
		c.inMenu = true
		c.tell(language.TextHelp, c.keypad())
	default:
		c.notUnderstood(a.Text)
	}
}
