package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/holidays"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
)

// yearAhead are the public holidays of the coming year, each with what the draft says of it.
type yearAhead struct {
	Where string // "Bavaria, Germany"
	More  bool   // the regions have holidays of their own, and which one it is is not known
	Days  []publicDay
	Open  bool // some are not in the draft yet
}

// publicDay is one public holiday.
type publicDay struct {
	Name   string
	Date   string // "2026-12-25", by which the form names it
	When   string // "Friday, 25 December 2026"
	Yearly bool
	State  string // "as every Monday", "open 9-12"; "" = closed
	Closed bool
	Listed bool // the draft has an entry for it
	Within bool // it lies in a longer closure, which is changed below
}

// yearAheadOf lists the holidays of where b is; nil when those of its country are not known.
func yearAheadOf(b knowledge.Business, now time.Time) *yearAhead {
	place, ok := holidays.In(b.Region, b.Address.State)
	if !ok {
		return nil
	}
	where := strings.TrimPrefix(place.Region+", "+place.Country, ", ")
	out := &yearAhead{Where: inwords.Capital(where), More: place.Regions && place.Region == ""}
	for _, d := range place.Year(now) {
		x := publicDay{Name: d.Name, Date: d.Date.Format(time.DateOnly), When: d.Date.Format("Monday, 2 January 2006"), Yearly: d.Yearly}
		on := b.DayHours(noonIn(d.Date, b.Location()))
		i := entryOf(on.Source)
		x.Listed = i >= 0
		x.Closed = x.Listed && on.Closed() && !on.ByAppointment
		switch {
		case !x.Listed:
			x.State = "as every " + d.Date.Weekday().String()
			out.Open = true
		case x.Closed:
		default:
			x.State = "open " + b.Holidays[i].Hours
		}
		if x.Listed && b.Holidays[i].To != "" && b.Holidays[i].To != b.Holidays[i].From {
			x.Within = true
		}
		out.Days = append(out.Days, x)
	}
	return out
}

// noonIn is the midday of a date at a place.
func noonIn(d time.Time, place *time.Location) time.Time {
	y, m, day := d.Date()
	return time.Date(y, m, day, 12, 0, 0, 0, place)
}

// entryOf is the place in the list of holidays that a day's source names; -1 when it is an ordinary day.
func entryOf(source string) int {
	var i int
	if _, err := fmt.Sscanf(source, "holidays[%d]", &i); err != nil {
		return -1
	}
	return i
}

// setHolidays closes the business on one public holiday or on all of them, or opens it again, in the draft. One that falls on the same date
// every year is an entry for every year.
func (p *pages) setHolidays(v *visit) (reply, error) {
	if err := v.ParseForm(); err != nil {
		return p.nothingHere(), nil //nolint:nilerr // Not a form of ours.
	}
	f := formData{v.PostForm}
	d, err := service.ReadDraft.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	b := d.Business
	b.Holidays = slices.Clone(b.Holidays)
	year := yearAheadOf(b, v.now)
	at := ""
	if year == nil {
		return p.nothingHere(), nil
	}
	for _, day := range year.Days {
		if f.get("day") == "all" && !day.Listed || f.get("day") == day.Date {
			setHoliday(&b, day, f.get("do") == "close")
			at = day.Date
		}
	}
	if at == "" {
		return p.nothingHere(), nil
	}
	if _, err := service.SaveDraft.Do(detached(v), p.service, service.DraftChange{
		Revision: d.Revision, Section: edit.Holidays, Business: b,
	}); err != nil {
		return reply{}, err
	}
	p.statusCache.forget()
	if f.get("day") == "all" {
		return goTo("/business/holidays#year-title"), nil
	}
	return goTo("/business/holidays#day-" + at), nil
}

// setHoliday closes the business on a day or has it open as on every other. What lies in a longer closure stays.
func setHoliday(b *knowledge.Business, day publicDay, closed bool) {
	date, err := time.Parse(time.DateOnly, day.Date)
	if err != nil || day.Within {
		return
	}
	i := entryOf(b.DayHours(noonIn(date, b.Location())).Source)
	switch {
	case i >= 0 && closed:
		b.Holidays[i].Hours = ""
	case i >= 0:
		b.Holidays = slices.Delete(b.Holidays, i, i+1)
	case closed && day.Yearly:
		b.Holidays = append(b.Holidays, knowledge.Holiday{Name: day.Name, From: date.Format(yearlyDate)})
	case closed:
		b.Holidays = append(b.Holidays, knowledge.Holiday{Name: day.Name, From: day.Date})
	}
}

// yearlyDate is how the profile writes a day of every year.
const yearlyDate = "01-02"

// holidayDays are the days of an entry as the form has them: with a year, for a browser's calendar, and a tick for every year.
type holidayDays struct {
	from, to string
	yearly   bool
}

// daysOf is an entry for the form: a day of every year is shown as the next one.
func daysOf(h knowledge.Holiday, now time.Time) holidayDays {
	as := holidayDays{from: h.From, to: h.To} // also what is no day, for the owner to mend
	from, ok := nextOn(h.From, now)
	if !ok {
		return as
	}
	if to, ok := nextOn(h.To, from); ok {
		as.to = to.Format(time.DateOnly)
	} else if h.To != "" {
		return as
	}
	as.from, as.yearly = from.Format(time.DateOnly), true
	return as
}

// nextOn is the next day of the year day that is not before a day; ok is false when it is none.
func nextOn(day string, after time.Time) (time.Time, bool) {
	if len(day) != len(yearlyDate) {
		return time.Time{}, false
	}
	y, m, d := after.Date()
	first := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	for year := y; year < y+9; year++ { // the 29th of February may be eight years away
		if t, err := time.Parse(time.DateOnly, fmt.Sprintf("%d-%s", year, day)); err == nil && !t.Before(first) {
			return t, true
		}
	}
	return time.Time{}, false
}

// holiday reads an entry of the form.
func (f *sectionForm) holiday(path string) knowledge.Holiday {
	h := knowledge.Holiday{
		Name: f.line(path + ".name"), From: f.line(path + ".from"), To: f.line(path + ".to"), Hours: f.line(path + ".hours"),
	}
	if f.has(path + ".yearly") {
		h.From, h.To = everyYear(h.From), everyYear(h.To)
	}
	return h
}

// everyYear leaves the year of a date out.
func everyYear(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format(yearlyDate)
	}
	return day
}

// holidayNote says when an entry holds: "25 December, every year", "24 to 31 December 2026".
func holidayNote(h knowledge.Holiday, now time.Time) string {
	days := daysOf(h, now)
	from, err := time.Parse(time.DateOnly, days.from)
	if err != nil {
		return strings.TrimSpace(h.From + " " + h.To)
	}
	layout := "2 January 2006"
	if days.yearly {
		layout = "2 January"
	}
	out := from.Format(layout)
	if to, err := time.Parse(time.DateOnly, days.to); err == nil && !to.Equal(from) {
		out += " to " + to.Format(layout)
	}
	if days.yearly {
		out += ", every year"
	}
	return inwords.Capital(out)
}

func (page *sectionPage) holidays(b knowledge.Business, now time.Time) {
	page.Year = yearAheadOf(b, now)
	entries(page, "holidays", "day or closure", b.Holidays, func(h knowledge.Holiday) string {
		if h.Name == "" {
			return "Closed for a time"
		}
		return h.Name
	}, func(s *fieldset, path string, h knowledge.Holiday) {
		days := daysOf(h, now)
		s.Note = holidayNote(h, now)
		if h == (knowledge.Holiday{}) {
			s.Note = ""
		}
		s.line(path+".name", "Name", h.Name, "Empty for a closure that has none.").
			day(path+".from", "From", days.from, "").day(path+".to", "Until", days.to, "Empty for one day.").
			check(path+".yearly", "Every year on these days", days.yearly).
			line(path+".hours", "Hours", h.Hours, "Empty when closed.")
	})
}

// holidayRoutes are the routes of the holidays of the year.
func (p *pages) holidayRoutes(mux *http.ServeMux) {
	p.handle(mux, "POST /business/holidays/days", owner, p.setHolidays)
}
