package dialogue

import (
	"strings"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// movesMax is how many transfers may fail in one call before only messages are taken.
const movesMax = 2

// personAsked puts the caller through, or takes a message when that cannot be done now.
func (c *Conversation) personAsked(a hearing.Ask) {
	items := a.Staff
	if len(items) == 0 && len(a.Roles) > 0 && len(a.Roles[0].Items) == 1 {
		items = a.Roles
	}
	if len(items) == 0 {
		c.wantPerson("rule")
		return
	}
	if m := items[0]; m.Ambiguous() {
		var names []string
		for _, i := range m.Items[:min(len(m.Items), 3)] {
			names = append(names, c.aloud(c.biz.Staff[i].Name))
		}
		c.decide("person.which", "rule", "staff")
		c.state = idle
		c.say("Do you mean " + knowledge.List(names, "or") + "?")
		return
	}
	p := c.biz.Staff[items[0].Items[0]]
	if p.Extension != "" && c.busyNow(p.Extension) {
		c.decide("person.busy", "rule", "presence")
		c.beginMessage(c.aloud(p.Name)+" is on another call right now. "+textFor+"them.", p.Name)
		return
	}
	if p.Extension != "" && c.moves < movesMax && (c.biz.PersonAt(p, c.now) || (c.biz.Transfer.Always && p.Hours == nil)) {
		c.transfer(p.Extension, p.Name, "rule", "staff")
		return
	}
	if p.Extension == "" && c.reachable() {
		// Not put through by name, but the office can be.
		c.transfer(c.biz.Transfer.Extension, p.Name, "rule", "transfer.extension")
		return
	}
	c.decide("person.message", "rule", "staff")
	c.beginMessage(c.aloud(p.Name)+" can't be reached right now. "+textFor+"them.", p.Name)
}

// busyNow says whether a telephone is known to be in a call. Nobody is rung who is.
func (c *Conversation) busyNow(extension string) bool {
	return c.opt.Busy != nil && extension != "" && c.opt.Busy(extension)
}

// reachable says whether callers can be put through to somebody now.
func (c *Conversation) reachable() bool {
	t := c.biz.Transfer
	return t.Extension != "" && !c.busyNow(t.Extension) && c.moves < movesMax && (t.Always || c.biz.OpenAt(c.now))
}

// wantPerson puts the caller through to anybody, or takes a message at once: nobody who asks for a person is kept.
func (c *Conversation) wantPerson(by string) {
	if c.reachable() {
		c.transfer(c.biz.Transfer.Extension, "", by, "transfer.extension")
		return
	}
	c.decide("person.message", by, "")
	if c.degraded {
		c.phrase(phraseNobody, textNobody)
		c.callbackMenu()
		return
	}
	if c.inMessage() {
		c.say(textNobody)
		c.again()
		return
	}
	lead := textNobody
	if !c.biz.OpenAt(c.now) {
		lead = textClosedNobody
	}
	c.beginMessage(lead, "")
}

// transfer says so and puts the caller through. extension comes from the profile and nowhere else.
func (c *Conversation) transfer(extension, name, by, source string) {
	c.decide("transfer", by, source)
	c.move = pendingMove{id: c.id(), extension: extension, name: name}
	c.state = moving
	c.keys = ""
	c.speak(Say{Phrase: phraseTransfer, Firm: true}, textTransfer)
	c.out = append(c.out, Transfer{ID: c.move.id, Extension: extension, Name: name, Brief: c.brief()})
}

// briefMost bounds the caller's own words in what a person of the office is told, in runes.
const briefMost = 160

// brief is what the person hears who is to take the call: who calls and why, as far as we know; nothing unless the owner wants it.
func (c *Conversation) brief() []string {
	if !c.biz.Transfer.Announce {
		return nil
	}
	who := c.draft.name
	if who == "" {
		who = string(c.known)
	}
	if who == "" {
		who = "A caller"
	}
	text := who + " is on the line and asks for you."
	if c.draft.emergency {
		text = who + " is on the line. It sounds urgent."
	}
	if reason := []rune(strings.TrimSpace(c.draft.reason)); len(reason) > 0 {
		text += " In their words: " + strings.TrimRight(string(reason[:min(len(reason), briefMost)]), ".!? ") + "."
	}
	return clauses(text + " " + textBrief)
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
	c.moves++
	c.decide("transfer.failed", "rule", "")
	m := c.move
	c.move = pendingMove{}
	if c.degraded {
		c.phrase(phraseTransferFail, textTransferFail)
		c.callbackMenu()
		return
	}
	if m.emergency {
		c.urgentMessage(textTransferFail)
		return
	}
	c.beginMessage(textTransferFail+" I can take a message.", m.name)
}

// emergency says the owner's words and gets the caller to help, or the message to the office.
func (c *Conversation) emergency(r hearing.Reading) {
	e := c.biz.Emergency
	c.decide("emergency", "rule", "emergency")
	if !c.draft.active {
		c.draft = draft{active: true}
	}
	d := &c.draft
	d.urgency, d.asked, d.emergency = record.Urgent, true, true
	if d.reason == "" || c.state == askReason {
		d.reason = strings.TrimSpace(r.Text)
	}
	c.speak(Say{Firm: true}, c.aloud(e.Say))
	if e.Extension != "" && c.moves < movesMax {
		c.transfer(e.Extension, "", "rule", "emergency.extension")
		c.move.emergency = true
		return
	}
	c.urgentMessage("")
}

// urgentMessage goes on with a message that is urgent.
func (c *Conversation) urgentMessage(lead string) {
	if !c.draft.active {
		c.draft = draft{active: true}
	}
	c.draft.urgency, c.draft.asked = record.Urgent, true
	c.advance(strings.TrimSpace(lead + " " + textEmergency))
}
