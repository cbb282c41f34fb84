package dialogue

import (
	"slices"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// How an appointment that there is gets another time, or is called off: the caller says his name, the one that was booked with the number
// he calls from and in that name is read to him, and with his yes it is changed. A number alone shows nobody, so nothing is said of an
// appointment before the name fits. All else becomes a message, which names what was wanted.

// changesMostOfCall is how often appointments may be looked for in one call: names are not to be tried out.
const changesMostOfCall = 2

// findVisit begins with an appointment that there is, if a turn is about one and it can be found. It reports whether it is so.
func (c *Conversation) findVisit(ev Heard, a understanding.Ask) bool {
	if c.opt.Find == nil || !c.appoints() || c.finds >= changesMostOfCall {
		return false
	}
	want := c.changeOf(ev, a)
	if want == language.ChangeNone {
		return false
	}
	c.finds++
	d := &c.draft
	d.visit = visit{change: want, said: a.When}
	if d.onFile { // a name that comes with the number shows no more than the number
		d.name, d.onFile = "", false
	}
	return true
}

// appoints reports whether appointments can be dealt with on this call at all.
func (c *Conversation) appoints() bool {
	return c.opt.Offer != nil && !c.child && !c.degraded && !c.opt.NoMessages && !c.opt.Unwritten
}

// changeOf is what a turn wants of an appointment that there is. The words of the service say nothing of it: "an oil change".
func (c *Conversation) changeOf(ev Heard, a understanding.Ask) language.Change {
	words := c.lang.Words(ev.Text)
	if len(a.Services) > 0 && slices.Equal(words, c.lang.Words(a.Text)) {
		for _, i := range slices.Backward(a.Services[0].At) { // ascending
			words = slices.Delete(words, i, i+1)
		}
	}
	want := c.lang.Changes(words)
	if want == language.ChangeAbsent && len(a.Services)+len(c.topic.Services) > 0 {
		return language.ChangeNone // "I can't come on Monday, is Tuesday free for a cleaning?"
	}
	return want
}

// looks reports whether an appointment is to be looked for next: the name is known now.
func (d *draft) looks() bool { return d.visit.change != language.ChangeNone && d.visit.found.ID == "" }

// lookUp finds the appointment that a caller speaks of, and goes on with it.
func (c *Conversation) lookUp() {
	d := &c.draft
	v := &d.visit
	found := c.opt.Find()
	found = slices.DeleteFunc(slices.Clone(found), func(a record.Appointment) bool { return !c.sameName(d.name, string(a.Name)) })
	if len(found) > 1 { // the day that was named tells which
		found = slices.DeleteFunc(found, func(a record.Appointment) bool { return !c.onDay(a, v.said) })
	}
	if len(found) != 1 {
		c.decide("appointment.not_found", "rule", "")
		c.asMessage(language.TextVisitUnknown)
		return
	}
	v.found = found[0]
	v.service.Name = v.found.Service
	c.decide("appointment.found", "rule", "")
	switch v.change {
	case language.ChangeMove:
		c.say(c.visitIs())
		c.moveVisit()
	case language.ChangeCancel:
		c.state = checkChange
		c.again()
	default:
		c.state = whichChange
		c.again()
	}
}

// sameName says whether an appointment may be that of somebody who says this name: its last name fits, and the first one where both
// have one.
func (c *Conversation) sameName(said, entry string) bool {
	a, b := c.lang.Words(said), c.lang.Words(entry)
	if len(a) == 0 || len(b) == 0 || !c.soundsLike(a[len(a)-1], b[len(b)-1]) {
		return false
	}
	return len(a) == 1 || len(b) == 1 || c.soundsLike(a[0], b[0])
}

// slipLeast is the fewest letters of a name of which one may have been heard wrongly.
const slipLeast = 5

// soundsLike says whether two words of a name may be one that was heard twice.
func (c *Conversation) soundsLike(a, b string) bool {
	return a == b || c.lang.AlikeName(a, b) > 0 || c.lang.AlikeName(b, a) > 0 ||
		min(len(a), len(b)) >= slipLeast && language.Edits(a, b, 1) <= 1
}

// onDay reports whether an appointment is on one of the days that were named.
func (c *Conversation) onDay(a record.Appointment, w language.When) bool {
	return len(w.Days) > 0 && c.meansTime(a.Slot, language.When{Days: w.Days})
}

func (c *Conversation) visitIs() language.Line {
	v := &c.draft.visit
	return language.K(language.TextVisitIs, language.Args{At: v.found.Start.In(c.zone), Service: v.found.Service})
}

// moveVisit offers times for an appointment that is to be moved. Its own day and hour, where they were named, are no wish.
func (c *Conversation) moveVisit() {
	v := &c.draft.visit
	v.change = language.ChangeMove
	v.wish = record.Wish{
		Length: v.found.End.Sub(v.found.Start), Person: v.found.Person, Calendars: []string{v.found.Calendar}, Move: v.found.ID,
		Not: []record.Slot{v.found.Slot},
	}
	w := v.said
	w.Days = slices.DeleteFunc(slices.Clone(w.Days), func(day time.Time) bool {
		return c.onDay(v.found, language.When{Days: []time.Time{day}})
	})
	if w.Has && c.meansTime(v.found.Slot, language.When{Has: true, Clock: w.Clock, Sure: w.Sure}) {
		w.Has = false
	}
	c.wishTime(w)
	c.nextTimes(language.TextTimes, w)
}

// changeAsked names the appointment, and asks what is to become of it.
func (c *Conversation) changeAsked() []language.Line {
	return []language.Line{c.visitIs(), language.K(language.TextWhichChange)}
}

// changeSaid takes the answer to it.
func (c *Conversation) changeSaid(_ Heard, r understanding.Reading) {
	w := r.When
	want := c.lang.Changes(r.Words)
	switch {
	case want == language.ChangeCancel:
		c.draft.visit.change, c.state = want, checkChange
		c.decide("appointment.cancel", "rule", "")
		c.again()
	case want == language.ChangeMove || w.Has || len(w.Days) > 0:
		c.draft.visit.said = w
		c.moveVisit()
	case c.lang.YesNo(r.Words) == language.No || c.lang.Nothing(r.Words) || c.lang.Leaves(r.Words):
		c.visitStays()
	default:
		c.unusable("appointment.which_change")
	}
}

// changePrompt reads back what is about to be done.
func (c *Conversation) changePrompt() []language.Line {
	v := &c.draft.visit
	if v.change == language.ChangeCancel {
		return []language.Line{c.visitIs(), language.K(language.TextCancelIt)}
	}
	return one(language.K(language.TextMoveIt, language.Args{At: v.slot.Start.In(c.zone)}))
}

// changeChecked takes the yes or no to it.
func (c *Conversation) changeChecked(_ Heard, r understanding.Reading) {
	v := &c.draft.visit
	reply, want := c.lang.YesNo(r.Words), c.lang.Changes(r.Words)
	other := want >= language.ChangeMove && want != v.change
	w, at := r.When, v.found.Slot
	if v.change == language.ChangeMove {
		at = v.slot
	}
	fits := c.meansTime(at, w) // also: nothing was said of it
	switch {
	case reply == language.Yes && !other && fits:
		c.decide("appointment.confirmed", "rule", "")
		c.changeVisit()
	case want == language.ChangeMove && other:
		v.said = w
		c.moveVisit()
	case want == language.ChangeCancel && other:
		v.change = want
		c.decide("appointment.cancel", "rule", "")
		c.again()
	case v.change == language.ChangeMove && !fits: // "no, rather on Friday", "yes, but at ten"
		if len(w.Days) == 0 {
			w.Days = []time.Time{at.Start}
		}
		if before := c.offersMeant(w); len(before) == 1 {
			c.timeChosen(before[0])
			return
		}
		c.wishTime(w)
		c.nextTimes(language.TextTimes, w)
	case reply == language.No:
		c.visitStays()
	default:
		c.unusable("appointment.check")
	}
}

// visitStays leaves an appointment as it is.
func (c *Conversation) visitStays() {
	c.decide("appointment.stays", "rule", "")
	c.draft, c.before = draft{}, c.draft
	c.tell(language.TextStays)
	c.anythingElse(true)
}

// asMessage goes on as if there were no calendar. The office reads which appointment was meant, where that is sure.
func (c *Conversation) asMessage(lead language.Key) {
	d := &c.draft
	if a := d.visit.found; a.ID != "" {
		about := c.lang.Text(language.TextOfVisit, language.Args{At: a.Start.In(c.zone), Service: a.Service})
		d.reason = joined(d.reason, about)
	}
	if s := d.visit.slot; d.visit.change == language.ChangeMove && !s.Start.IsZero() {
		d.reason = joined(d.reason, c.lang.Text(language.TextForTime, language.Args{At: s.Start.In(c.zone), Service: d.visit.service.Name}))
	}
	d.visit = visit{}
	c.decide("message.begin", "rule", "")
	c.advance(lead)
}

// changeVisit does what the caller has confirmed; answered by Booked.
func (c *Conversation) changeVisit() {
	v := &c.draft.visit
	v.id = c.id()
	c.state = moving
	todo := Change{ID: v.id, Appointment: v.found}
	if v.change == language.ChangeMove {
		todo.To = v.slot
	}
	c.out = append(c.out, todo)
}

// visitChanged tells the caller what became of it.
func (c *Conversation) visitChanged(ev Booked) {
	d := c.draft
	v := d.visit
	c.draft.visit.id = 0
	switch {
	case ev.Err == nil && !ev.Taken:
		c.state = idle
		c.draft, c.before = draft{}, d
		if v.change == language.ChangeMove {
			c.decide("appointment.moved", "rule", "")
			c.tellOrHang(language.K(language.TextMoved, language.Args{At: v.slot.Start.In(c.zone)}))
			return
		}
		c.decide("appointment.cancelled", "rule", "")
		c.tellOrHang(language.K(language.TextCancelled, language.Args{At: v.found.Start.In(c.zone)}))
	case ev.Taken && v.change == language.ChangeMove && c.bye == nil && !c.degraded && c.stands(v.found):
		c.decide("appointment.taken", "rule", "")
		c.draft.visit.slot = record.Slot{}
		c.nextTimes(language.TextOtherTimes, language.When{})
	default: // the office deals with the request
		c.decide("appointment.failed", "fallback", "")
		if c.bye != nil || c.degraded {
			c.draft.visit = visit{}
			c.commit(true)
			return
		}
		c.asMessage(language.TextNotChanged)
	}
}

// stands reports whether an appointment is still as the caller was told.
func (c *Conversation) stands(a record.Appointment) bool {
	return slices.ContainsFunc(c.opt.Find(), func(x record.Appointment) bool { return x.ID == a.ID && x.Start.Equal(a.Start) })
}

// tellOrHang says what became of an appointment, and goes on, or ends the call where the caller has taken leave. Without the voice it
// cannot be said: none of it is rendered ahead.
func (c *Conversation) tellOrHang(l language.Line) {
	if c.degraded {
		c.openMenu()
		return
	}
	c.say(l)
	if c.bye != nil {
		c.hang(*c.bye)
		return
	}
	c.anythingElse(true)
}

// droppedText says what became of a message that is not wanted any more.
func (c *Conversation) droppedText() language.Key {
	if c.draft.visit.found.ID != "" {
		return language.TextStays
	}
	return language.TextDropped
}

// speaksOfChange keeps "cancel it" from calling off a message where an appointment is spoken of.
func (c *Conversation) speaksOfChange(t turn) bool {
	return c.draft.visit.found.ID != "" && (c.state == whichChange || c.state == checkChange || c.state == pickTime) &&
		c.lang.Changes(t.Words) >= language.ChangeMove
}
