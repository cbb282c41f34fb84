package dialogue

import (
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/dialogue/hearing"
	"frontdesk.internal/appliance/knowledge"
)

// hours answers a question about opening hours from the calendar.
func (c *Conversation) hours(a hearing.Ask) (text, source string) {
	days := a.When.Days
	today := c.biz.DayHours(c.now)
	switch {
	case len(days) > 2:
		days = days[:3]
	case len(days) == 0 && a.When.Has:
		days = []time.Time{c.now}
	case len(days) == 0 && (a.Aspect == hearing.AspectIsOpen || a.Aspect == hearing.AspectIsClosed || a.When.Now):
		return c.openNow(a.Aspect), today.Source
	case len(days) == 0 && a.Aspect == hearing.AspectCloses:
		return c.closes(), today.Source
	case len(days) == 0 && a.Aspect == hearing.AspectOpens:
		return c.opens(), today.Source
	case len(days) == 0:
		return c.week(), "hours"
	}
	var out []string
	for i, d := range days {
		name := ""
		if i < len(a.When.Named) {
			name = a.When.Named[i]
		}
		day := c.biz.DayHours(d)
		out = append(out, c.dayText(day, name, c.polar(a, day)))
		source = strings.TrimSpace(source + " " + day.Source)
	}
	if len(days) == 1 && c.biz.DayHours(days[0]).Closed() {
		out = append(out, c.reopens(days[0]))
	}
	return strings.Join(out, " "), source
}

// polar is the "Yes" or "No" with which a question about a day is answered, when it is one that can be.
func (c *Conversation) polar(a hearing.Ask, d knowledge.Day) string {
	open := !d.Closed()
	if a.When.Has {
		open = false
		for _, s := range d.Spans {
			open = open || (a.When.Clock >= s.From && a.When.Clock < s.To)
		}
	}
	switch {
	case a.Aspect == hearing.AspectIsOpen && open, a.Aspect == hearing.AspectIsClosed && !open:
		return "Yes, "
	case a.Aspect == hearing.AspectIsOpen, a.Aspect == hearing.AspectIsClosed:
		return "No, "
	}
	return ""
}

// openNow answers "Are you open?".
func (c *Conversation) openNow(asked hearing.Aspect) string {
	if c.biz.OpenAt(c.now) {
		lead := "Yes, we are open right now"
		if asked == hearing.AspectIsClosed {
			lead = "No, we are open right now"
		}
		if at, ok := c.biz.NextClosing(c.now); ok {
			lead += ", until " + knowledge.ClockOf(at)
		}
		return lead + "."
	}
	lead := "No, we are closed right now."
	if asked == hearing.AspectIsClosed {
		lead = "Yes, we are closed right now."
	}
	return lead + " " + c.reopens(c.now)
}

// reopens says when the business opens next after t.
func (c *Conversation) reopens(t time.Time) string {
	at, ok := c.biz.NextOpening(t)
	if !ok {
		return ""
	}
	return "We open again " + c.dayName(at) + " at " + knowledge.ClockOf(at) + "."
}

// opens answers "When do you open?".
func (c *Conversation) opens() string {
	if c.biz.OpenAt(c.now) {
		return capital(c.openNow(hearing.AspectHours)[len("Yes, "):])
	}
	at, ok := c.biz.NextOpening(c.now)
	if !ok {
		return "We are closed until further notice."
	}
	return "We open " + c.dayName(at) + " at " + knowledge.ClockOf(at) + "."
}

// closes answers "When do you close?".
func (c *Conversation) closes() string {
	d := c.biz.DayHours(c.now)
	if c.biz.OpenAt(c.now) || (!d.Closed() && c.now.Before(d.At(d.Spans[len(d.Spans)-1].To))) {
		return c.dayText(d, "", "")
	}
	return capital(c.openNow(hearing.AspectHours)[len("No, "):])
}

// dayText says what holds on a day, such as "On Saturday we are open from nine AM to one PM".
func (c *Conversation) dayText(d knowledge.Day, called, polar string) string {
	when := c.dayName(d.Date)
	lead := polar + when
	if polar == "" {
		lead = capital(when)
	}
	holiday := c.aloud(d.Holiday)
	if d.Closed() && holiday != "" {
		return lead + " we are closed for " + holiday + "."
	}
	if holiday == "" && called != "" {
		holiday = called // "on Halloween": named by the caller, normal hours
	}
	switch {
	case d.Closed() && holiday != "":
		return lead + ", " + holiday + ", we are closed."
	case d.Closed():
		return lead + " we are closed."
	case holiday != "":
		return lead + ", " + holiday + ", we are open " + knowledge.SpanWords(d.Spans) + "."
	}
	return lead + " we are open " + knowledge.SpanWords(d.Spans) + "."
}

// dayName names a day as people do: "today", "tomorrow", "on Saturday", "on Thursday, December twenty-fourth".
func (c *Conversation) dayName(t time.Time) string {
	y, m, d := t.Date()
	ty, tm, td := c.now.Date()
	ahead := int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Sub(time.Date(ty, tm, td, 0, 0, 0, 0, time.UTC)).Hours() / 24)
	switch {
	case ahead == 0:
		return "today"
	case ahead == 1:
		return "tomorrow"
	case ahead > 1 && ahead < 7:
		return "on " + t.Weekday().String()
	}
	return "on " + knowledge.DateWords(t)
}

// week reads the weekly hours, days with the same hours together, and what is different in the next seven days.
func (c *Conversation) week() string {
	out := weekText(c.biz)
	for _, u := range c.biz.NextHolidays(c.now, 7) {
		out += " Please note: " + c.upcoming(u)
	}
	return out
}

// weekText reads the weekly hours.
func weekText(b *knowledge.Business) string {
	rows := b.Hours.Week()
	order := []time.Weekday{1, 2, 3, 4, 5, 6, 0}
	var groups [][]time.Weekday
	for _, d := range order {
		at := slices.IndexFunc(groups, func(g []time.Weekday) bool { return slices.Equal(rows[g[0]], rows[d]) })
		if at < 0 {
			groups = append(groups, []time.Weekday{d})
			continue
		}
		groups[at] = append(groups[at], d)
	}
	var open []string
	closed := ""
	for _, g := range groups {
		if len(rows[g[0]]) == 0 {
			closed = "On " + days(g) + " we are closed."
			continue
		}
		open = append(open, days(g)+" "+knowledge.SpanWords(rows[g[0]]))
	}
	switch {
	case len(open) == 0:
		return "We have no regular opening hours."
	case len(open) == 1:
		return strings.TrimSpace("We are open " + open[0] + ". " + closed)
	}
	for i := range open[1:] {
		open[i+1] = capital(open[i+1])
	}
	return strings.TrimSpace("We are open " + strings.Join(open, ". ") + ". " + closed)
}

// days names weekdays, three and more in a row as a range.
func days(g []time.Weekday) string {
	n := len(g)
	if n == 7 {
		return "every day"
	}
	inRow := n >= 3
	for i := 1; i < n && inRow; i++ {
		inRow = (g[i-1]+1)%7 == g[i]
	}
	if inRow {
		return g[0].String() + " to " + g[n-1].String()
	}
	var names []string
	for _, d := range g {
		names = append(names, d.String())
	}
	return knowledge.List(names, "and")
}

// holidays lists the next days with other hours.
func (c *Conversation) holidays() (text, source string) {
	up := c.biz.NextHolidays(c.now, 120)
	if len(up) == 0 {
		return "", ""
	}
	var out []string
	for _, u := range up[:min(3, len(up))] {
		out = append(out, c.upcoming(u))
	}
	return strings.Join(out, " "), "holidays"
}

// upcoming says what holds on the days of a holiday.
func (c *Conversation) upcoming(u knowledge.Upcoming) string {
	first := u.Day.Date
	last := time.Date(first.Year(), first.Month(), first.Day()+u.Days-1, 12, 0, 0, 0, first.Location())
	var lead string
	switch u.Days {
	case 1:
		return c.dayText(u.Day, "", "")
	case 2:
		lead = capital(c.dayName(first)) + " and " + c.dayName(last)
	default:
		lead = "From " + strings.TrimPrefix(c.dayName(first), "on ") + " to " + strings.TrimPrefix(c.dayName(last), "on ")
	}
	if u.Day.Closed() {
		return lead + " we are closed for " + c.aloud(u.Day.Holiday) + "."
	}
	return lead + ", " + c.aloud(u.Day.Holiday) + ", we are open " + knowledge.SpanWords(u.Day.Spans) + "."
}

// capital writes the first letter large.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
