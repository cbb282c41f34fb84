package dialogue

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// Recognition below these confidences is not trusted.
const (
	tooUnsure  = 0.3  // the words are worth nothing unless they make sense
	nameUnsure = 0.55 // a name is asked back
)

// shortTurn is the longest turn, in words, that can be a bare command in the middle of a message.
const shortTurn = 8

// WantsFloor says whether text, said while we speak, is meant as an interruption. Unlike Backchannel it knows what was asked:
// "okay" answers a yes-or-no question that is being asked.
func (c *Conversation) WantsFloor(text string) bool {
	if text == "" {
		return false
	}
	if c.row().expects == ExpectYesNo && c.lang.YesNo(c.lang.Words(text)) != language.Neither {
		return true
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
		c.again()
		return
	}
	c.misheardReply(&ev)
	r := c.read(ev)
	if len(r.Words) == 0 || (ev.Confidence > 0 && ev.Confidence < tooUnsure && len(r.Asks) == 0) {
		c.unheard()
		return
	}
	if len(r.Asks) > 0 {
		c.why = r.Asks[0]
	}
	c.noteMatter(r)
	if c.notRecordedSaid() && c.state != askReason && !wantsMore(r) {
		c.goOn()
		return
	}
	if c.noToNotice(r) || c.anywhere(ev.Text, r) {
		c.unclear = 0
		return
	}
	c.inMenu = false
	c.unclear = 0
	c.early(&ev)
	c.row().heard(ev, r)
}

// misheardReply takes a single word, where yes or no is the answer, for the yes or no that it sounds like.
func (c *Conversation) misheardReply(ev *Heard) {
	words := c.lang.Words(ev.Text)
	if c.row().expects != ExpectYesNo || len(words) != 1 || c.lang.YesNo(words) != language.Neither {
		return
	}
	if said := c.lang.ReplyHeard(words[0]); said != "" {
		ev.Text, ev.Reading = said, nil
	}
}

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

func (c *Conversation) emergencyHeard(t turn) { c.emergency(t.Reading) }

// emergencyMeant keeps the owner's words from deciding where the caller is being asked whether it is an emergency.
func (c *Conversation) emergencyMeant(t turn) bool {
	asked := c.state == guessing && c.guess.Intent == understanding.Harm
	return t.Has(understanding.Emergency) && !c.draft.emergency && !asked
}

// harmMeant keeps the question about harm from being asked while it is, or where a message already speaks of it.
func (c *Conversation) harmMeant(t turn) bool {
	return t.Has(understanding.Harm) && !c.draft.emergency && c.state != guessing && (!c.inMessage() || c.lang.Endangers(t.Words))
}

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
	case c.inMessage() && c.isAddressed(t.Reading): // "it's for Maria"
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

func (c *Conversation) goodbyeInMessage(t turn) bool {
	aside := c.interrupts(t) || c.state == rightsCode && t.short && len(t.Asks) > 0
	return aside && t.Asks[0].Intent == understanding.Goodbye && t.Asks[0].Score >= sureAside && c.lang.Farewell(t.Words)
}

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

// leaves says whether the caller takes leave, wherever the call is, and says nothing else. Who is at the question whether that is
// meant has answered it.
func (c *Conversation) leaves(t turn) bool {
	leaves := c.lang.Leaves(t.Words) || c.lang.Farewell(t.Words) && (c.lang.Nothing(t.Words) || len(t.Words) <= 2)
	confirms := c.state == guessing && c.guess.Intent != understanding.Goodbye && c.lang.YesNo(t.Words) == language.Yes
	return c.state != askRecording && leaves && !(confirms && (dangerous(c.guess) || !c.lang.Farewell(t.Words)))
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

// sureAside is how sure a reading must be for something else than what is asked.
const sureAside = 0.9

// wantsMost is the longest turn, in words, that only wants to know something.
const wantsMost = 14

// asksInMessage says whether a turn asks for facts in the middle of a message: in a few words, or for several and for nothing else.
func (c *Conversation) asksInMessage(t turn) bool {
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

// likelyAside is how sure a reading must be of a turn that is put as a question, where no question is an answer.
const likelyAside = 0.5

// asides are the facts that a question in the middle of a message asks for, surely or likely: "and can we bring the dog?". A question
// that holds a telephone number, or what somebody is to be told, is none.
func (c *Conversation) asides(t turn) (asks []understanding.Ask) {
	if !c.isQuestion(t.Reading) || len(t.Words) > wantsMost || c.telephone(t.said) != "" || c.isAddressed(t.Reading) {
		return nil
	}
	list := t.Asks
	if len(list) == 0 && len(t.Weak) > 0 && t.Weak[0].Doubt {
		list = t.Weak[:1]
	}
	for _, a := range list {
		if !understanding.Informative(a.Intent) || a.Score < likelyAside || !c.tellable(a) {
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

// specific says whether a question can be answered without asking back.
func specific(a understanding.Ask) bool {
	switch a.Intent {
	case understanding.Price, understanding.Duration, understanding.Service:
		return len(a.Services) > 0 && len(a.Services[0].Items) <= 2
	}
	return true
}

// isQuestion says whether a turn is put as a question.
func (c *Conversation) isQuestion(r understanding.Reading) bool { return c.lang.IsQuestion(r.Text) }

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
	if len(r.Words) > shortTurn {
		return understanding.Ask{}, false
	}
	a := understanding.Ask{Score: 1, When: r.When, Services: r.Named.Services, Staff: r.Named.Staff, Text: r.Text}
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
		words := c.lang.Words(ev.Text)
		if a.Score < sureAside && !c.lang.Farewell(words) && !c.lang.Nothing(words) && !c.lang.Leaves(words) {
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

// Before is what the caller asked last and was told, for a turn that only goes on from it ("and how long does that take?"); nil = nothing
// yet, or something else is being asked now.
func (c *Conversation) Before() *understanding.Meaning {
	if c.topic.Meaning.Intent == "" || c.state != idle && c.state != offered && !(c.state == guessing && c.guessTold) {
		return nil
	}
	m := c.topic.Meaning
	return &m
}

// read is what a turn means. A name means nothing: what its sound is like does not count where a name is due.
func (c *Conversation) read(ev Heard) understanding.Reading {
	if ev.Reading != nil && !c.SaysName(ev.Text) {
		return c.relayed(*ev.Reading)
	}
	r, _ := c.reader().ReadAfter(context.Background(), ev.Text, c.now, c.Before()) // by words alone: nothing that can fail
	return c.relayed(r)
}

// SaysName says whether the caller has answered the question for his name, and said nothing else. What that means need not be looked up.
func (c *Conversation) SaysName(text string) bool {
	if c.state != askName && c.state != checkName && c.state != spellName {
		return false
	}
	n, ok := c.nameIn(text)
	return ok && n.Remark == ""
}

// relayed takes a wish that somebody of the office be told something for a message, where it was read as one to speak with him.
func (c *Conversation) relayed(r understanding.Reading) understanding.Reading {
	s := r.Named.Staff
	if c.inMessage() || len(s) != 1 || len(s[0].Items) != 1 || len(s[0].At) == 0 || !c.lang.Relays(r.Words, s[0].At[0]) ||
		len(r.Asks) > 1 || len(r.Asks) == 1 && r.Asks[0].Intent != understanding.Person {
		return r
	}
	r.Asks = []understanding.Ask{{Intent: understanding.Message, Score: 1, Staff: s, Text: r.Text}}
	return r
}
