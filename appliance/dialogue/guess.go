package dialogue

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// guessText asks back what we think is wanted.
func (c *Conversation) guessText(a understanding.Ask) language.Line {
	switch a.Intent {
	case understanding.Hours, understanding.Holidays:
		return language.K(language.TextGuessHours)
	case understanding.Price:
		if len(a.Services) == 1 && len(a.Services[0].Items) == 1 {
			return language.K(language.TextGuessPrice, language.Args{Service: c.names(a.Services[0].Items)[0]})
		}
		return language.K(language.TextGuessPrices)
	case understanding.Service, understanding.Duration:
		if len(a.Services) > 0 {
			return language.K(language.TextGuessService, language.Args{Service: c.names(a.Services[0].Items[:1])[0]})
		}
		return language.K(language.TextGuessServices)
	case understanding.Services:
		return language.K(language.TextGuessServices)
	case understanding.Address, understanding.Directions, understanding.Parking:
		return language.K(language.TextGuessPlace)
	case understanding.Staff:
		return language.K(language.TextGuessStaff)
	case understanding.Phone, understanding.Email, understanding.Website:
		return language.K(language.TextGuessContact)
	case understanding.Answer:
		return language.K(language.TextGuessAnswer, language.Args{Question: c.biz.Answers[a.Answer].Question})
	case understanding.Person:
		return language.K(language.TextGuessPerson)
	case understanding.Goodbye:
		return language.K(language.TextGuessGoodbye)
	case understanding.Matter, understanding.Complaint:
		return language.K(language.TextGuessMatter)
	case understanding.Appointment:
		return language.K(language.TextGuessVisit)
	case understanding.Harm:
		return language.K(language.TextHarm, language.Args{Digits: numbering.EmergencyNumber(c.biz.Region)})
	case understanding.Privacy:
		return language.K(guessRights[a.Right])
	}
	return language.K(language.TextOfferMessage)
}

// askBack puts a guess to the caller.
func (c *Conversation) askBack(a understanding.Ask, text, by string) {
	c.askEither(a, nil, text, by)
}

// askEither puts one guess, or two, to the caller.
func (c *Conversation) askEither(a understanding.Ask, other *understanding.Ask, text, by string) {
	c.why = a
	if a.Intent == understanding.Privacy && slices.Contains(c.noted, a.Right) {
		if a.Right = c.otherRight(text); a.Right == "" {
			c.decide("rights.noted", by, "")
			c.tell(language.TextRightNoted)
			c.anythingElse(true)
			return
		}
	}
	if c.opt.NoMessages && understanding.TakenDown(a.Intent) { // what is not taken is not offered
		c.advance("")
		return
	}
	c.decide("guess."+string(a.Intent), by, "")
	c.guess, c.other, c.guessBy, c.question, c.guessTold = a, other, by, text, false
	// "Is it about leaving a message or a repair?" is no question: a message is offered alone, and what else may be meant behind a no.
	c.guessAlone = other != nil && (noTopic(a.Intent) || noTopic(other.Intent))
	c.state = guessing
	c.say(c.guessLine())
}

// harmHeard asks at once whether it is an emergency, and tells whom to call: no business is the right place for a life in danger.
func (c *Conversation) harmHeard(t turn) {
	a, _ := t.Get(understanding.Harm)
	c.harmTwice, c.harmless = false, t.Weak
	likely := a.Score >= warnedOf || c.lang.AsksHelp(c.lang.Words(t.said))
	say := c.biz.Emergency.Say
	if c.warned = say != "" && likely; c.warned { // what keeps people from harm does not wait for a yes
		c.speak(Say{Firm: true}, owner(say))
	}
	c.askBack(a, t.Text, "meaning")
}

// warnedOf is from which probability of harm on what the owner says in danger is said at once.
const warnedOf = 0.3

// childHeard asks for an adult. Of the child nothing is taken but that somebody shall call back, and nothing is recorded.
func (c *Conversation) childHeard(turn) {
	c.decide("child", "meaning", "")
	c.child, c.refused = true, true
	c.out = append(c.out, StopRecording{})
	if !c.draft.emergency {
		c.begun, c.begunAt = c.draft, c.state
		c.draft = draft{}
	}
	c.state = idle
	c.tell(language.TextChild)
}

// grownUp takes it back: an adult sounded like a child, or has come to the telephone. What was stopped stays so.
func (c *Conversation) grownUp(turn) {
	c.decide("child.grown", "rule", "")
	c.child, c.state = false, idle
	if c.tell(language.TextAllRight); c.begun.active { // a message that was being taken goes on
		c.draft, c.state, c.begun = c.begun, c.begunAt, draft{}
		c.again()
		return
	}
	c.tell(language.TextHowHelp)
}

// noTopic says whether i is to leave a message, whatever about.
func noTopic(i understanding.Intent) bool {
	return understanding.TakenDown(i) && i != understanding.Appointment
}

// guessed takes the answer to a guess.
func (c *Conversation) guessed(ev Heard, r understanding.Reading) {
	words := c.lang.Words(ev.Text) // with the yes or no that r may be without
	reply := language.ReplyIn(c.lang, ev.Text)
	if reply == language.Yes && len(words) > 1 && c.lang.YesNo(words[:1]) == language.No {
		reply = language.No // "no, it's fine"
	}
	if c.guessTold && reply != language.No { // it was not refused
		c.guesses = 0
	}
	if c.guess.Intent != understanding.Harm && r.Has(understanding.Harm) { // whatever was asked
		c.harmHeard(turn{Reading: r})
		return
	}
	if c.other != nil && !c.guessTold && !c.guessAlone && c.either(r, reply) {
		return
	}
	if understanding.TakenDown(c.guess.Intent) && reply != language.No && c.givesName(ev) {
		return
	}
	if c.guess.Intent == understanding.Harm {
		if c.harmAnswered(r, words, reply) {
			return
		}
		r.Asks = slices.DeleteFunc(slices.Clone(r.Asks), dangerous)
	}
	if kind := c.lang.Right(r.Words); c.guess.Intent == understanding.Privacy && kind != "" && kind != c.guess.Right {
		c.askBack(understanding.Ask{Intent: understanding.Privacy, Right: kind, Text: r.Text}, ev.Text, "rule") // another one is made use of
		return
	}
	switch {
	case c.guessTold && (reply == language.Yes || r.Has(understanding.Thanks)) && (asksMore(r) || c.asksBehind(ev.Text)):
		c.guesses, c.state = 0, idle
		c.open(ev, r)
	case c.guessTold && (reply == language.Yes && len(words) <= shortTurn || r.Has(understanding.Thanks)):
		c.guesses, c.topic.Doubt = 0, false
		c.decide("guess.right", "rule", "")
		c.anythingElse(true)
	case reply == language.Yes && (len(words) <= shortTurn || c.guess.Intent == understanding.Privacy || c.agrees(words, r)):
		c.state = idle
		c.guesses = 0
		if who := (understanding.Ask{Staff: r.Named.Staff, Roles: r.Named.Roles, Text: r.Text}); c.guess.Intent == understanding.Person &&
			len(meant(who)) > 0 { // "yes, the manager"
			c.personAsked(who)
			return
		}
		if c.guess.Intent == understanding.Privacy && len(words) > shortTurn { // "yes, and tell me what you have on me"
			c.question += " " + ev.Text
		}
		c.follow(c.guess, c.question, c.guessBy)
	case (c.guessTold || c.guessAlone) && c.other != nil && reply == language.No && len(r.Asks) == 0 && len(words) <= shortTurn:
		c.askBack(*c.other, c.question, "meaning")
	case reply == language.No && len(r.Asks) == 0 && len(words) <= 4:
		// What was asked is still not known: the office shall know of it.
		c.state = idle
		switch c.guess.Intent {
		case understanding.Goodbye, understanding.Message, understanding.Matter, understanding.Complaint, understanding.Appointment,
			understanding.Harm, understanding.Privacy:
			c.decide("open", "rule", "")
			if c.tell(language.TextAllRight); c.resume() {
				return
			}
			if c.guess.Intent == understanding.Harm && len(c.harmless) > 0 { // what was said is not to be said again
				c.guesses = 0
				c.unsure(Heard{Text: c.question}, understanding.Reading{Text: c.question, Weak: c.harmless, Meaning: true})
				return
			}
			c.tell(language.TextHowHelp)
			return
		}
		c.unasked = c.question
		c.listQuestion()
	default:
		c.state = idle
		if reply == language.No { // what was refused is not told again
			r.Asks, r.Weak = c.withoutGuess(r.Asks), c.withoutGuess(r.Weak)
		}
		c.open(ev, r)
	}
}

// agrees says whether a longer turn, which begins with a yes, agrees to something that is to be done and only adds to it: "yes I would, it
// says Kathleen with a C". Whose rest asks something has not settled for it.
func (c *Conversation) agrees(words []string, r understanding.Reading) bool {
	deed := understanding.TakenDown(c.guess.Intent) || c.guess.Intent == understanding.Person
	return deed && !c.guessTold && c.lang.YesNo(words[:1]) == language.Yes && !c.isQuestion(r) &&
		!slices.ContainsFunc(language.Parts(r.Text), c.lang.IsQuestion)
}

// withoutGuess is asks without what was guessed.
func (c *Conversation) withoutGuess(asks []understanding.Ask) []understanding.Ask {
	return slices.DeleteFunc(slices.Clone(asks), func(a understanding.Ask) bool {
		return a.Meaning == c.guess.Meaning && a.Meaning.Intent != "" || c.guess.Intent == understanding.Service && a.Intent == c.guess.Intent &&
			a.Meaning.Service == c.guess.Meaning.Service
	})
}

// behindMost is how many words a yes, a no or a thanks has before a question begins.
const behindMost = 4

// asksBehind says whether a question follows behind a yes, a no or a thanks: "no thanks, but can you do it during the week".
func (c *Conversation) asksBehind(text string) bool {
	words := c.lang.Words(text)
	if len(words) > 2 && c.lang.Joins(words[1]) && c.meaning(words[2:]) > 0 { // "yes, and the lift pass"
		return true
	}
	for k := 1; k <= min(behindMost, len(words)-3); k++ {
		if c.lang.IsQuestion(strings.Join(words[k:], " ")) {
			return true
		}
	}
	return false
}

// asksMore says whether behind a yes there is something else that the caller wants.
func asksMore(r understanding.Reading) bool {
	return len(r.When.Days) > 0 ||
		slices.ContainsFunc(r.Asks, func(a understanding.Ask) bool {
			return !understanding.Courtesy(a.Intent) && a.Intent != understanding.Unknown
		})
}

// dangerous says whether an ask speaks of harm.
func dangerous(a understanding.Ask) bool {
	return a.Intent == understanding.Harm || a.Intent == understanding.Emergency
}

// harmAgain is from which probability on harm is heard again of who has said that there is none.
const harmAgain = 0.5

// calmed takes harm that is only suspected for what else was likely meant, once the caller has said that nobody is in danger.
func (c *Conversation) calmed(r understanding.Reading) understanding.Reading {
	if !c.unharmed || len(r.Asks) != 1 || r.Asks[0].Intent != understanding.Harm || r.Asks[0].Score >= harmAgain || c.lang.Endangers(r.Words) {
		return r
	}
	r.Asks = nil
	return r
}

// harmAnswered takes the answer to the question about harm. It reports that the turn is dealt with; else there is none. A yes is
// clear, and so is harm told once more. A no in which harm is heard may be either, and what is neither may be somebody who can't
// listen: both are asked again, once. After that no is no, and the rest counts as yes. Who asks something else, in which no harm is
// heard, is not in danger.
func (c *Conversation) harmAnswered(r understanding.Reading, words []string, reply language.Reply) bool {
	told := reply == language.Neither && !c.isQuestion(r) && slices.ContainsFunc(r.Weak, dangerous) // it is said in other words
	harm := (told || slices.ContainsFunc(r.Asks, dangerous)) && (!c.lang.DeniesEmergency(words) || c.isQuestion(r))
	asksOn := slices.ContainsFunc(r.Asks, func(a understanding.Ask) bool { return !understanding.Courtesy(a.Intent) }) || c.isQuestion(r) &&
		len(r.Weak) > 0 && !slices.ContainsFunc(r.Weak, dangerous)
	if c.lang.Unsure(words) && (!asksOn || c.lang.AsksHelp(words)) { // who is not sure is taken for one in danger
		reply = language.Yes
	}
	if reply == language.Neither && c.guess.Score >= warnedOf && c.lang.AsksHelp(words) { // "what should I do, is anybody there?"
		reply = language.Yes
	}
	if reply == language.No && c.lang.AsksHelp(words) && !c.lang.DeniesEmergency(words) { // "I don't think so, but should I be worried?"
		reply = language.Yes
	}
	plain := reply == language.Yes || reply == language.No && !harm || reply == language.Neither && (harm || asksOn)
	switch {
	case !plain && !c.harmTwice:
		c.harmTwice = true
		c.decide("guess.harm", "rule", "")
		c.again()
		return true
	case reply == language.No, reply == language.Neither && !harm && asksOn:
		c.warned, c.unharmed = false, true
		return false
	}
	warned := c.warned
	c.state, c.warned = idle, false
	c.emergency(understanding.Reading{Text: c.question}, warned)
	return true
}

// follow does what was guessed and confirmed, or what the model chose.
func (c *Conversation) follow(a understanding.Ask, text, by string) {
	ev := Heard{Text: text, Confidence: 1}
	if understanding.Informative(a.Intent) {
		c.fact(a, by)
		c.afterFact()
		return
	}
	switch a.Intent {
	case understanding.Message, understanding.Appointment, understanding.Matter, understanding.Complaint:
		c.takeMessage(ev, a, by)
	case understanding.Person:
		c.wantPerson(by)
	case understanding.Goodbye:
		c.goodbye(by)
	case understanding.Privacy:
		c.privacyAsked(ev, a)
	case understanding.Unknown:
		c.unasked = text
		c.listQuestion()
	default:
		c.small(a)
	}
}

// chosen takes the answer to "Do you mean X or Y?" and "Which service …?".
func (c *Conversation) chosen(ev Heard, r understanding.Reading) {
	a := c.choose
	r.Asks = slices.DeleteFunc(slices.Clone(r.Asks), dangerous) // where harm was meant, this is not reached
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
		c.noneOfThem()
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
func onlyAbout(r understanding.Reading, i understanding.Intent) bool {
	for _, a := range r.Asks {
		if a.Intent != i && a.Intent != understanding.Service && !understanding.TakenDown(a.Intent) && a.Intent != understanding.Goodbye &&
			a.Intent != understanding.Thanks {
			return false
		}
	}
	return true
}

func firstIntent(r understanding.Reading) understanding.Intent {
	if len(r.Asks) == 0 {
		return ""
	}
	return r.Asks[0].Intent
}

// notUnderstood is said when neither rules nor model know what was meant. The second time in a row, whether it was said or asked
// back before, the turn goes on the owner's list.
func (c *Conversation) notUnderstood(text string) {
	c.decide("not_understood", "fallback", "")
	if c.guesses++; c.guesses == 1 {
		c.tell(language.TextNotSure)
		return
	}
	c.guesses = 0
	c.unasked = text
	c.listQuestion()
}

// guessRights are the questions before anything is done about a caller's rights.
var guessRights = map[record.RequestKind]language.Key{
	record.RequestAccess: language.TextGuessAccess, record.RequestErase: language.TextGuessErase,
	record.RequestNoContact: language.TextGuessNoContact, record.RequestWithdraw: language.TextGuessWithdraw,
	record.RequestRectify: language.TextGuessRectify, record.RequestObject: language.TextGuessObject,
}

// asksFact says whether a turn asks something, and does not ask that something be done.
func (c *Conversation) asksFact(text string) bool {
	return slices.ContainsFunc(language.Parts(text), func(part string) bool {
		return c.lang.IsQuestion(part) && !c.lang.AsksToDo(c.lang.Words(part))
	})
}

// topicOf names what is asked, for a question between several; the key "" for what cannot stand in one.
func (c *Conversation) topicOf(a understanding.Ask) topic {
	service := ""
	if len(a.Services) > 0 {
		service = c.names(a.Services[0].Items)[0]
	}
	switch a.Intent {
	case understanding.Hours, understanding.Holidays:
		return topic{Key: language.TopicHours}
	case understanding.Price:
		if service == "" {
			return topic{Key: language.TopicPrices}
		}
		return topic{Key: language.TopicPrice, of: service}
	case understanding.Service, understanding.Duration:
		return topic{Key: language.TopicService, of: service}
	case understanding.Services:
		return topic{Key: language.TopicServices}
	case understanding.Address, understanding.Directions, understanding.Parking:
		return topic{Key: language.TopicPlace}
	case understanding.Staff:
		return topic{Key: language.TopicStaff}
	case understanding.Phone, understanding.Email, understanding.Website:
		return topic{Key: language.TopicContact}
	case understanding.Answer:
		return topic{Key: language.TopicAnswer, of: c.biz.Answers[a.Answer].Question}
	case understanding.Person:
		return topic{Key: language.TopicPerson}
	case understanding.Message, understanding.Matter, understanding.Complaint:
		return topic{Key: language.TopicMessage}
	case understanding.Appointment:
		return topic{Key: language.TopicAppointment}
	}
	return topic{}
}

// topic is what may have been meant, as it is named to the caller.
type topic struct {
	Key language.Key
	of  string
}

func (t topic) line() language.Line {
	return language.K(t.Key, language.Args{Service: t.of, Question: t.of})
}

// guessLine is the question about what is guessed, of one thing or of two.
func (c *Conversation) guessLine() language.Line {
	if c.guessTold {
		return language.K(language.TextGuessTold)
	}
	if c.other == nil || c.guessAlone {
		return c.guessText(c.guess)
	}
	first, second := c.topicOf(c.guess), c.topicOf(*c.other)
	if first.Key == language.TopicAnswer && second.Key != first.Key { // a question of the owner's has a mark at its end
		first, second = second, first
	}
	return language.K(language.TextEither, language.Args{Topics: []language.Line{first.line(), second.line()}})
}

// either takes the answer to "Is it about A or B?". It reports that it is dealt with.
func (c *Conversation) either(r understanding.Reading, reply language.Reply) bool {
	of := func(list []understanding.Ask, g understanding.Ask) bool {
		return slices.ContainsFunc(list, func(a understanding.Ask) bool {
			return c.topicOf(a) == c.topicOf(g) && !understanding.Courtesy(a.Intent)
		})
	}
	for _, list := range [][]understanding.Ask{r.Asks, r.Weak} { // what is only suspected may be meant where it is one of the two
		if c.oneOfTwo(of(list, c.guess), of(list, *c.other)) {
			return true
		}
	}
	if len(r.Words) <= shortTurn && c.oneOfTwo(c.echoes(r.Words, c.guess), c.echoes(r.Words, *c.other)) {
		return true
	}
	if reply != language.Yes || len(r.Words) > shortTurn {
		return false
	}
	// Yes, but which? The likelier is asked about alone.
	c.other = nil
	c.decide("guess."+string(c.guess.Intent), c.guessBy, "")
	c.say(c.guessText(c.guess))
	return true
}

// oneOfTwo follows the guess or the other, where only one of them is meant. It reports whether that is so.
func (c *Conversation) oneOfTwo(first, second bool) bool {
	if first == second {
		return false
	}
	g := c.guess
	if second {
		g = *c.other
	}
	c.state, c.guesses = idle, 0
	c.follow(g, c.question, c.guessBy)
	return true
}

// echoes says whether words take up a word by which a guess was named: "the swimming one".
func (c *Conversation) echoes(words []string, a understanding.Ask) bool {
	t := c.topicOf(a)
	named := c.lang.Words(c.lang.Text(t.Key, language.Args{Service: t.of, Question: t.of}))
	return slices.ContainsFunc(words, func(w string) bool {
		return c.meaningful(w) && slices.ContainsFunc(named, func(n string) bool { return c.meaningful(n) && c.lang.Root(n) == c.lang.Root(w) })
	})
}

// noneOfThem takes a no to a choice.
func (c *Conversation) noneOfThem() {
	c.decide("open", "rule", "")
	c.deny()
	c.tell(language.TextAllRight, language.TextHowHelp)
}

func (c *Conversation) guessPrompt() []language.Line { return one(c.guessLine()) }

func (c *Conversation) choosePrompt() []language.Line {
	return one(c.chooseText(c.choose.Services[0].Items))
}

func (c *Conversation) whichPrompt() []language.Line {
	return one(c.whichText(language.TextForExample))
}
