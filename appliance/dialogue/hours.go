package dialogue

import (
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// hours answers a question about opening hours from the calendar.
func (c *Conversation) hours(a understanding.Ask) (lines []language.Line, source string) {
	days := a.When.Days
	today := c.biz.DayHours(c.now)
	switch {
	case len(days) > 2:
		days = days[:3]
	case len(days) == 0 && a.When.Has:
		days = []time.Time{c.now}
	case len(days) == 0 && (a.Aspect == language.AspectIsOpen || a.Aspect == language.AspectIsClosed || a.When.Now):
		return c.openNow(polar(a.Aspect, c.biz.OpenAt(c.now))), today.Source
	case len(days) == 0 && a.Aspect == language.AspectCloses:
		return c.closes(), today.Source
	case len(days) == 0 && a.Aspect == language.AspectOpens:
		return c.opens(), today.Source
	case len(days) == 0:
		return c.week(), "hours"
	}
	for i, d := range days {
		called := ""
		if i < len(a.When.Named) {
			called = a.When.Named[i]
		}
		day := c.biz.DayHours(d)
		if called != "" && day.Holiday == "" && len(day.Spans) > 0 { // the owner has said nothing of it: it may be closed all the same
			lines = append(lines, language.K(language.TextUnlisted, language.Args{Day: dayOf(day, called)}))
			source = strings.TrimSpace(source + " " + day.Source)
			continue
		}
		lines = append(lines, dayLine(day, called, dayPolar(day, polar(a.Aspect, openThen(day, a.When)))))
		source = strings.TrimSpace(source + " " + day.Source)
	}
	if len(days) == 1 && c.biz.DayHours(days[0]).Closed() {
		lines = append(lines, c.reopens(days[0])...)
	}
	return lines, source
}

// openThen says whether the business opens on a day, at the time that was named if one was.
func openThen(d knowledge.Day, w language.When) bool {
	if !w.Has && w.Part != (language.Span{}) { // for some of it
		return slices.ContainsFunc(d.Spans, func(s language.Span) bool { return s.From < w.Part.To && s.To > w.Part.From })
	}
	if !w.Has {
		return !d.Closed()
	}
	for _, s := range d.Spans {
		if w.Clock >= s.From && w.Clock < s.To {
			return true
		}
	}
	return false
}

// polar is the yes or no with which a question is answered that is one for yes or no.
func polar(asked language.Aspect, open bool) language.Reply {
	switch {
	case asked == language.AspectIsOpen && open, asked == language.AspectIsClosed && !open:
		return language.Yes
	case asked == language.AspectIsOpen, asked == language.AspectIsClosed:
		return language.No
	}
	return language.Neither
}

// openNow says whether the business is open at this moment.
func (c *Conversation) openNow(p language.Reply) []language.Line {
	if c.biz.OpenAt(c.now) {
		at, _ := c.biz.NextClosing(c.now) // zero: it does not close
		return one(language.K(language.TextOpenNow, language.Args{Polar: p, At: at}))
	}
	closed := language.K(language.TextClosedNow, language.Args{Polar: p})
	if d := c.biz.DayHours(c.now); d.ByAppointment {
		closed = dayLine(d, "", dayPolar(d, p))
	}
	return append(one(closed), c.reopens(c.now)...)
}

// dayPolar is the yes or no that is said of a day: none of one on which it depends on an appointment.
func dayPolar(d knowledge.Day, p language.Reply) language.Reply {
	if d.ByAppointment && d.Closed() {
		return language.Neither
	}
	return p
}

// reopens says when the business opens next after t.
func (c *Conversation) reopens(t time.Time) []language.Line {
	at, ok := c.biz.NextOpening(t)
	if !ok {
		return nil
	}
	return one(language.K(language.TextReopens, language.Args{At: at}))
}

// opens answers "When do you open?".
func (c *Conversation) opens() []language.Line {
	if c.biz.OpenAt(c.now) || c.biz.DayHours(c.now).ByAppointment {
		return c.openNow(language.Neither)
	}
	at, ok := c.biz.NextOpening(c.now)
	if !ok {
		return one(language.K(language.TextClosedForNow))
	}
	return one(language.K(language.TextOpens, language.Args{At: at}))
}

// closes answers "When do you close?".
func (c *Conversation) closes() []language.Line {
	d := c.biz.DayHours(c.now)
	if c.biz.OpenAt(c.now) || (!d.Closed() && c.now.Before(d.At(d.Spans[len(d.Spans)-1].To))) {
		return one(dayLine(d, "", language.Neither))
	}
	return c.openNow(language.Neither)
}

// dayLine says what holds on a day; called is the holiday by whose name the caller asked.
func dayLine(d knowledge.Day, called string, p language.Reply) language.Line {
	return language.K(language.TextDay, language.Args{Day: dayOf(d, called), Polar: p})
}

// dayOf is a day as texts have it.
func dayOf(d knowledge.Day, called string) language.Day {
	return language.Day{Date: d.Date, Opening: d.Opening, Holiday: d.Holiday, Called: called}
}

// week reads the weekly hours, and what is different in the next seven days.
func (c *Conversation) week() []language.Line {
	lines := one(weekLine(c.biz))
	for _, u := range c.biz.NextHolidays(c.now, 7) {
		lines = append(lines, language.K(language.TextNote), upcoming(u))
	}
	return lines
}

// holidays lists the next days with other hours.
func (c *Conversation) holidays() (lines []language.Line, source string) {
	up := c.biz.NextHolidays(c.now, 120)
	if len(up) == 0 {
		return nil, ""
	}
	for _, u := range up[:min(3, len(up))] {
		lines = append(lines, upcoming(u))
	}
	return lines, "holidays"
}

// upcoming says what holds on the days of a holiday.
func upcoming(u knowledge.Upcoming) language.Line {
	return language.K(language.TextHoliday, language.Args{Day: dayOf(u.Day, ""), Days: u.Days})
}
