package dialogue

import (
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// movesMax is how many transfers may fail in one call before only messages are taken.
const movesMax = 2

// personAsked puts the caller through, or takes a message when that cannot be done now.
func (c *Conversation) personAsked(a understanding.Ask) {
	items := meant(a)
	if len(items) == 0 {
		c.wished = a.Text
		c.wantPerson("rule")
		return
	}
	if len(items) > 1 {
		c.decide("person.which", "rule", "staff")
		c.persons = items[:min(len(items), 3)]
		c.state = whichPerson
		c.again()
		return
	}
	p := c.biz.Staff[items[0]]
	if p.Extension != "" && c.busyNow(p.Extension) {
		c.decide("person.busy", "rule", "presence")
		c.say(language.K(language.TextPersonBusy, language.Args{Person: p.Name}))
		c.beginMessage("", p.Name)
		return
	}
	here := c.biz.PersonAt(p, c.now) || c.biz.Transfer.Always && p.Hours == nil && !c.biz.AwayAt(p, c.now)
	if p.Extension != "" && c.moves < movesMax && here {
		c.transfer(p.Extension, p.Name, "rule", "staff")
		return
	}
	if p.Extension == "" && c.reachable() && (p.Hours == nil || here) && !c.biz.AwayAt(p, c.now) {
		// Not put through by name, but the office can be. Who is put through to somebody else is told.
		c.say(language.K(language.TextPersonOffice, language.Args{Person: p.Name}))
		c.transferAny(p.Name, "rule")
		return
	}
	c.decide("person.message", "rule", "staff")
	back, _ := c.biz.PersonBack(p, c.now) // zero: not known
	c.say(language.K(language.TextPersonAway, language.Args{Person: p.Name, At: back}))
	c.beginMessage("", p.Name)
}

// asksAbout is the one of the staff about whom a turn asks: who is named, or who was spoken of last; -1 for nobody.
func (c *Conversation) asksAbout(r understanding.Reading) int {
	items := meant(understanding.Ask{Staff: r.Named.Staff, Roles: r.Named.Roles})
	switch {
	case len(items) == 1:
		return items[0]
	case len(items) > 1 || !c.lang.Someone(r.Words):
		return -1
	}
	if i := slices.IndexFunc(c.biz.Staff, func(p knowledge.Person) bool { return p.Name == c.draft.forWhom }); c.draft.active && i >= 0 {
		return i
	}
	if items := meant(c.topic); len(items) == 1 {
		return items[0]
	}
	return -1
}

// presenceAsked says whether a turn asks when somebody is there of whom the profile says when: "is Anna in today", "when's he back".
func (c *Conversation) presenceAsked(t turn) bool {
	if len(t.Words) > presenceMost || !c.lang.Presence(t.Words) || c.busy() {
		return false
	}
	i := c.asksAbout(t.Reading)
	if i < 0 || c.biz.Staff[i].Hours == nil {
		return false
	}
	today := len(t.When.Days) == 0 || t.When.Days[0].Format(time.DateOnly) == c.now.In(c.biz.Location()).Format(time.DateOnly)
	return c.inMessage() || !today || !c.biz.PersonAt(c.biz.Staff[i], c.now) // who asks for somebody who is there wants to speak to him
}

// callsFor says whether a turn asks for somebody by asking whether he is there; whether it is known when he works makes no difference.
func (c *Conversation) callsFor(t turn) bool {
	if c.inMessage() || c.busy() || len(t.When.Days) > 0 && !sameDay(t.When.Days[0], c.now.In(c.biz.Location())) || t.Has(understanding.Harm) {
		return false
	}
	for _, s := range c.lang.Sentences(t.said) {
		words := c.lang.Words(s)
		if !c.lang.CallsFor(words) || len(words) > presenceMost {
			continue
		}
		x := c.reader().Index()
		if len(meant(understanding.Ask{Staff: x.Staff(words), Roles: x.Roles(words)})) > 0 {
			return true
		}
	}
	return false
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// presenceMost is the longest question for somebody, in words.
const presenceMost = 16

func (c *Conversation) tellPresence(t turn) {
	p := c.biz.Staff[c.asksAbout(t.Reading)]
	c.decide("person.presence", "rule", "staff")
	args := language.Args{Person: p.Name}
	if len(t.When.Days) > 0 {
		day, _ := c.biz.PersonHours(p, t.When.Days[0])
		if c.biz.AwayAt(p, t.When.Days[0]) {
			day.Opening = knowledge.Opening{}
		}
		args.Day = dayOf(day, "")
		c.say(language.K(language.TextPersonHours, args))
		if len(day.Spans) > 0 || day.ByAppointment {
			c.presenceTold()
			return
		}
	}
	if at, ok := c.biz.PersonBack(p, c.now); ok {
		args.At = at
		c.say(language.K(language.TextPersonBack, args))
	} else if len(t.When.Days) == 0 {
		c.tell(language.TextCantTell)
	}
	c.presenceTold()
}

// presenceTold goes on after it.
func (c *Conversation) presenceTold() {
	if c.inMessage() {
		c.again()
		return
	}
	c.state = idle
	c.anythingElse(true)
}

// whichOf asks which of the staff is meant.
func (c *Conversation) whichOf(persons []int) language.Line {
	var names []string
	for _, i := range persons {
		names = append(names, c.biz.Staff[i].Name)
	}
	return language.K(language.TextChoose, language.Args{Items: names})
}

func (c *Conversation) personPrompt() []language.Line { return one(c.whichOf(c.persons)) }

// personChosen takes the answer to it.
func (c *Conversation) personChosen(ev Heard, r understanding.Reading) {
	if len(r.Asks) == 0 && c.lang.YesNo(r.Words) == language.No {
		c.noneOfThem()
		return
	}
	c.state = idle
	a := understanding.Ask{Intent: understanding.Person, Staff: r.Named.Staff, Roles: r.Named.Roles, Text: r.Text}
	if len(meant(a)) == 0 || understanding.Informative(firstIntent(r)) {
		c.open(ev, r)
		return
	}
	c.personAsked(a)
}

// meant are those of the staff whom the caller may mean: by name, by role, or by both where one alone leaves several. A role that
// several have is no wish for one of them.
func meant(a understanding.Ask) []int {
	var named, have []int
	if len(a.Staff) > 0 {
		named = a.Staff[0].Items
	}
	if len(a.Roles) > 0 {
		have = a.Roles[0].Items
	}
	if len(named) == 0 && len(have) == 1 {
		return have
	}
	var both []int
	for _, i := range named {
		if slices.Contains(have, i) {
			both = append(both, i)
		}
	}
	if len(both) > 0 {
		return both
	}
	return named
}

// busyNow says whether a telephone is known to be in a call. Nobody is rung who is.
func (c *Conversation) busyNow(extension string) bool {
	return c.opt.Busy != nil && extension != "" && c.opt.Busy(extension)
}

// anybody are the extensions that may take a caller who asks for no one by name, in the order in which they are rung: the caller's own
// person is first.
func (c *Conversation) anybody() []string {
	t := c.biz.Transfer
	if t.Extension == "" {
		return nil
	}
	list := append([]string{t.Extension}, t.Next...)
	if own := c.ownExtension(); own != "" {
		list = append([]string{own}, slices.DeleteFunc(list, func(e string) bool { return e == own })...)
	}
	return slices.DeleteFunc(list, func(e string) bool { return c.busyNow(e) || c.awayNow(e) })
}

// own is who of the staff deals with the caller; nil when that is nobody, or nobody of the staff any more.
func (c *Conversation) own() *knowledge.Person {
	i := slices.IndexFunc(c.biz.Staff, func(p knowledge.Person) bool { return c.opt.Own != "" && p.Name == c.opt.Own })
	if i < 0 {
		return nil
	}
	return &c.biz.Staff[i]
}

// ownExtension is where the caller's own person is rung; "" when nobody can be now.
func (c *Conversation) ownExtension() string {
	p := c.own()
	if p == nil || p.Hours != nil && !c.biz.PersonAt(*p, c.now) {
		return ""
	}
	return p.Extension
}

// awayNow says whether an extension is that of somebody who is away today.
func (c *Conversation) awayNow(extension string) bool {
	return slices.ContainsFunc(c.biz.Staff, func(p knowledge.Person) bool {
		return p.Extension == extension && c.biz.AwayAt(p, c.now)
	})
}

// reachable says whether callers can be put through to somebody now.
func (c *Conversation) reachable() bool {
	return len(c.anybody()) > 0 && c.moves < movesMax && (c.biz.Transfer.Always || c.biz.OpenAt(c.now))
}

// transferAny puts the caller through to whoever takes the call. name is whom the caller has asked for; "" is nobody.
func (c *Conversation) transferAny(name, by string) {
	list := c.anybody()
	c.transfer(list[0], name, by, "transfer.extension")
	c.move.next = list[1:]
}

// wantPerson puts the caller through to anybody, or takes a message at once: nobody who asks for a person is kept.
func (c *Conversation) wantPerson(by string) {
	if c.reachable() {
		c.transferAny("", by)
		return
	}
	c.decide("person.message", by, "")
	if c.degraded {
		c.tellPhrase(language.TextNobody)
		c.callbackMenu()
		return
	}
	if c.inMessage() {
		c.tell(language.TextNobody)
		c.again()
		return
	}
	lead := language.TextNobody
	if !c.biz.OpenAt(c.now) {
		lead = language.TextClosedNobody
	}
	c.beginMessage(lead, "")
}

// transfer says so and puts the caller through. extension comes from the profile and nowhere else.
func (c *Conversation) transfer(extension, name, by, source string) {
	c.decide("transfer", by, source)
	c.move = pendingMove{id: c.id(), extension: extension, name: name}
	c.state = moving
	c.keys = ""
	c.ring(language.TextTransfer)
}

// ring says k and has the person rung who is to take the call.
func (c *Conversation) ring(k language.Key) {
	c.speak(Say{Phrase: c.phraseName(string(k)), Firm: true}, language.K(k))
	c.out = append(c.out, Transfer{ID: c.move.id, Extension: c.move.extension, Name: c.move.name, Brief: c.brief()})
}

// briefMost bounds the caller's own words in what a person of the office is told, in runes.
const briefMost = 160

// brief is what the person hears who is to take the call, in the business's first language: who calls and why, as far as we know;
// nothing unless the owner wants it.
func (c *Conversation) brief() []string {
	if !c.biz.Transfer.Announce {
		return nil
	}
	who := c.draft.name
	if who == "" {
		who = string(c.known)
	}
	reason := []rune(strings.TrimSpace(c.draft.reason))
	l := c.inPlace(language.K(language.TextBrief,
		language.Args{Name: who, Urgent: c.draft.emergency, Words: string(reason[:min(len(reason), briefMost)])}))
	return c.spoken[0].Clauses(c.spoken[0].Text(l.Key, l.Args))
}

// transferred is told how a transfer ended.
func (c *Conversation) transferred(ev Transferred) {
	if c.state != moving || ev.ID != c.move.id {
		return
	}
	if ev.Err == nil {
		c.state = ended // a message begun is moot: the caller has the office on the line
		return
	}
	m := c.move
	if len(m.next) > 0 {
		c.decide("transfer.next", "rule", "transfer.next")
		c.move = pendingMove{id: c.id(), extension: m.next[0], name: m.name, emergency: m.emergency, next: m.next[1:]}
		c.ring(language.TextTransferNext)
		return
	}
	c.moves++
	c.decide("transfer.failed", "rule", "")
	c.move = pendingMove{}
	if c.degraded {
		c.tellPhrase(language.TextTransferFail)
		c.callbackMenu()
		return
	}
	if m.emergency {
		c.urgentMessage(language.TextTransferFail)
		return
	}
	c.tell(language.TextTransferFail)
	c.beginMessage(language.TextCanTake, m.name)
}

// emergency says the owner's words and gets the caller to help, or the message to the office.
func (c *Conversation) emergency(r understanding.Reading, warned bool) {
	e := c.biz.Emergency
	c.decide("emergency", "rule", "emergency")
	if !c.draft.active {
		c.draft = c.newDraft()
	}
	d := &c.draft
	d.urgency, d.asked, d.emergency = record.Urgent, true, true
	if d.reason == "" || c.state == askReason {
		d.reason = strings.TrimSpace(r.Text)
	}
	said := owner(e.Say)
	if e.Say == "" { // the owner has not said what to tell
		said = language.K(language.TextCallHelp, language.Args{Digits: numbering.EmergencyNumber(c.biz.Region)})
	}
	if !warned {
		c.speak(Say{Firm: true}, said)
	}
	if e.Extension != "" && c.moves < movesMax {
		c.transfer(e.Extension, "", "rule", "emergency.extension")
		c.move.emergency = true
		if c.reachable() {
			c.move.next = slices.DeleteFunc(c.anybody(), func(ext string) bool { return ext == e.Extension })
		}
		return
	}
	if c.reachable() {
		c.transferAny("", "rule")
		c.move.emergency = true
		return
	}
	if warned { // nobody is there: what was said before the yes is the best help
		c.speak(Say{Firm: true}, language.K(language.TextCallHelp, language.Args{Digits: numbering.EmergencyNumber(c.biz.Region)}))
	}
	c.urgentMessage("")
}

// urgentMessage goes on with a message that is urgent.
func (c *Conversation) urgentMessage(lead language.Key) {
	c.tell(lead)
	if !c.draft.active {
		c.draft = c.newDraft()
	}
	c.draft.urgency, c.draft.asked = record.Urgent, true
	c.advance(language.TextEmergency)
}
