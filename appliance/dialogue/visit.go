package dialogue

import (
	"slices"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// timesMost is how often times are offered for one appointment; then it becomes a message.
const timesMost = 4

// visit is the appointment that a draft is about: the times that were offered, and the one that was chosen.
type visit struct {
	service knowledge.Service
	wish    record.Wish
	offers  []record.Slot // the last ones, in their order
	rounds  int
	slot    record.Slot
	reason  string // what the message says as long as it is about slot; "" = none was chosen
	id      int    // of the Book or Change that is waited for; 0 = none

	change language.Change    // what is wanted of one that there is; ChangeNone = it is a new one
	said   language.When      // what was said of times when that began
	found  record.Appointment // without ID: not looked for yet
}

// books reports whether a yes to the draft books a time: one that was chosen, and nothing was said against it since.
func (d *draft) books() bool { return d.visit.reason != "" && d.reason == d.visit.reason }

// offerTimes offers free times for an appointment that was asked for, instead of taking it down. It reports whether there are any: else
// the office deals with the request.
func (c *Conversation) offerTimes(ev Heard, a understanding.Ask) bool {
	if !c.appoints() || c.changeOf(ev, a) != language.ChangeNone {
		return false
	}
	services := a.Services
	if len(services) == 0 {
		services = c.topic.Services
	}
	if len(services) != 1 || len(services[0].Items) != 1 || c.biz.Services[services[0].Items[0]].Minutes <= 0 {
		return false // which one is for the office to find out
	}
	v := visit{service: c.biz.Services[services[0].Items[0]]}
	v.wish = record.Wish{Length: time.Duration(v.service.Minutes) * time.Minute, Person: c.draft.forWhom, Service: v.service.Name}
	c.draft.visit = v
	c.wishTime(a.When)
	return c.offer(language.TextTimes, a.When)
}

// wishTime takes what was said of the time.
func (c *Conversation) wishTime(w language.When) {
	wish := &c.draft.visit.wish
	if len(w.Days) > 0 {
		wish.Days = w.Days
	}
	switch {
	case w.Has:
		wish.Timed, wish.From, wish.To = true, w.Clock, w.Clock
	case w.Part != (language.Span{}):
		wish.Timed, wish.From, wish.To = true, w.Part.From, w.Part.To
	}
}

// offer names the next free times; one that was asked for to the hour needs no offer. It reports whether there are any.
func (c *Conversation) offer(lead language.Key, w language.When) bool {
	v := &c.draft.visit
	if v.rounds++; v.rounds > timesMost {
		return false
	}
	v.offers = c.opt.Offer(v.wish)
	if len(v.offers) == 0 {
		return false
	}
	v.wish.Not = slices.Concat(v.wish.Not, v.offers)
	if fits := c.timesMeant(v.offers, w); w.Has && len(w.Days) == 1 && len(fits) == 1 {
		c.timeChosen(fits[0])
		return true
	}
	c.decide("appointment.offer", "rule", "")
	c.state = pickTime
	c.tell(lead)
	c.say(c.timesPrompt()...)
	return true
}

// timesPrompt names the times, and asks which of them.
func (c *Conversation) timesPrompt() (lines []language.Line) {
	for _, s := range c.draft.visit.offers {
		lines = append(lines, language.K(language.TextTime, language.Args{At: s.Start.In(c.zone)}))
	}
	return append(lines, language.K(language.TextWhichTime))
}

// timeGiven takes the answer to "Which of them suits you?".
func (c *Conversation) timeGiven(ev Heard, r understanding.Reading) {
	v := &c.draft.visit
	w := r.When
	if c.draft.visit.found.ID != "" && c.lang.Changes(r.Words) == language.ChangeCancel {
		c.state = checkChange
		c.changeChecked(ev, r)
		return
	}
	fits := c.offersMeant(w)
	named := w.Has || len(w.Days) > 0 || w.Part != (language.Span{})
	reply := c.lang.YesNo(r.Words)
	switch {
	case named && reply != language.No && len(fits) == 1:
		c.timeChosen(fits[0])
	case named && reply != language.No && len(fits) > 1 && len(fits) < len(v.offers):
		c.decide("appointment.which", "rule", "") // "Tuesday", when two are on Tuesday
		v.offers = fits
		c.again()
	case named:
		c.wishTime(w)
		c.nextTimes(language.TextTimes, w)
	case reply == language.Yes && len(v.offers) == 1:
		c.timeChosen(v.offers[0])
	case reply == language.No:
		c.nextTimes(language.TextTimes, language.When{})
	default:
		c.unusable("appointment.which")
	}
}

// offersMeant are those of the times that were offered which w may mean: of the last ones, else of those before.
func (c *Conversation) offersMeant(w language.When) []record.Slot {
	v := &c.draft.visit
	fits := c.timesMeant(v.offers, w)
	if len(fits) == 0 && w.Has && len(w.Days) == 1 {
		fits = slices.DeleteFunc(c.timesMeant(v.wish.Not, w), func(s record.Slot) bool { return s == v.found.Slot })
	}
	if onDay := c.timesMeant(fits, language.When{Days: v.wish.Days}); len(w.Days) == 0 && len(onDay) > 0 {
		return onDay // "at ten", of the day that was asked for
	}
	return fits
}

// timesMeant are those of some times which w may mean.
func (c *Conversation) timesMeant(times []record.Slot, w language.When) []record.Slot {
	return slices.DeleteFunc(slices.Clone(times), func(s record.Slot) bool { return !c.meansTime(s, w) })
}

// meansTime reports whether what was said of a time may mean a slot: the day, and the time of the day, of which the half may be left out.
func (c *Conversation) meansTime(s record.Slot, w language.When) bool {
	at := s.Start.In(c.zone)
	clock := at.Hour()*60 + at.Minute()
	const half = language.DayMinutes / 2
	if w.Has && clock != w.Clock && (w.Sure || clock%half != w.Clock%half) {
		return false
	}
	if !w.Has && w.Part != (language.Span{}) && (clock < w.Part.From || clock >= w.Part.To) {
		return false
	}
	y, m, d := at.Date()
	return len(w.Days) == 0 || slices.ContainsFunc(w.Days, func(x time.Time) bool {
		wy, wm, wd := x.In(c.zone).Date()
		return wy == y && wm == m && wd == d
	})
}

// timeKeyed takes the place of a time among those that were named.
func (c *Conversation) timeKeyed(key rune) {
	if i := int(key - '1'); i >= 0 && i < len(c.draft.visit.offers) {
		c.timeChosen(c.draft.visit.offers[i])
		return
	}
	c.openKeyed(key)
}

// nextTimes offers other times, as long as there are any.
func (c *Conversation) nextTimes(lead language.Key, w language.When) {
	if !c.offer(lead, w) {
		c.withoutTime()
	}
}

// withoutTime goes on as if there were no calendar.
func (c *Conversation) withoutTime() {
	if c.draft.visit.found.ID != "" {
		c.asMessage(language.TextMatter)
		return
	}
	c.asMessage(language.TextCalendar)
}

// timeChosen goes on to who comes, or to whether an appointment is to be moved there.
func (c *Conversation) timeChosen(s record.Slot) {
	v := &c.draft.visit
	if v.found.ID != "" {
		v.slot, c.state = s, checkChange
		c.decide("appointment.time", "rule", "")
		c.again()
		return
	}
	args := language.Args{At: s.Start.In(c.zone), Service: v.service.Name}
	v.slot, v.reason = s, c.lang.Text(language.TextForTime, args)
	c.draft.reason, c.draft.asked = v.reason, true
	c.decide("appointment.time", "rule", "")
	c.say(language.K(language.TextTimeNamed, args))
	c.advance("")
}

// visitSummary is what an appointment is read back by.
func (c *Conversation) visitSummary() language.Line {
	a := c.summary()
	a.At, a.Service = c.draft.visit.slot.Start.In(c.zone), c.draft.visit.service.Name
	return language.K(language.TextVisitSummary, a)
}

// book has the time written into the calendar that the caller has confirmed. It reports whether there is one.
func (c *Conversation) book() bool {
	d := &c.draft
	if !d.books() || c.degraded || c.opt.Offer == nil {
		return false
	}
	d.visit.id = c.id()
	c.state = moving
	c.out = append(c.out, Book{ID: d.visit.id, Booking: record.Booking{
		Slot: d.visit.slot, Service: d.visit.service.Name, Name: record.Personal(d.name), Number: record.PhoneNumber(d.number),
	}})
	return true
}

// booked tells the caller what became of it.
func (c *Conversation) booked(ev Booked) {
	d := c.draft
	v := d.visit
	if v.id == 0 || ev.ID != v.id {
		return
	}
	if v.found.ID != "" {
		c.visitChanged(ev)
		return
	}
	c.draft.visit.id = 0
	switch {
	case ev.Err == nil && !ev.Taken:
		c.decide("appointment.booked", "rule", "")
		c.state = idle
		c.draft, c.before = draft{}, d
		c.say(language.K(language.TextBooked, language.Args{At: v.slot.Start.In(c.zone), Service: v.service.Name}))
		if c.bye != nil {
			c.hang(*c.bye)
			return
		}
		c.anythingElse(true)
	case ev.Taken && c.bye == nil && !c.degraded:
		c.decide("appointment.taken", "rule", "")
		c.draft.visit.reason, c.draft.read = "", readBack{}
		if !c.offer(language.TextOtherTimes, language.When{}) {
			c.withoutTime()
		}
	default: // the office deals with the request
		c.decide("appointment.failed", "fallback", "")
		c.draft.visit = visit{}
		if !c.degraded {
			c.tell(language.TextCalendarGone)
		}
		c.commit(false)
	}
}
