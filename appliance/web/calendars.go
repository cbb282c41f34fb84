package web

import (
	"errors"
	"net/http"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// calendarRoutes are the office's calendars, by which callers are offered times.
func (p *pages) calendarRoutes(mux *http.ServeMux) {
	p.handle(mux, "GET /calendars", owner, p.showCalendars)
	p.handle(mux, "GET /calendars/new", owner, func(*visit) (reply, error) {
		return calendarForm(calendarPage{New: true, Form: record.Calendar{On: true}})
	})
	p.handle(mux, "POST /calendars", owner, p.saveCalendar)
	p.handle(mux, "GET /calendars/{id}", owner, func(v *visit) (reply, error) { return p.calendarPage(v, calendarPage{}) })
	p.handle(mux, "POST /calendars/{id}", owner, p.saveCalendar)
	p.handle(mux, "POST /calendars/{id}/try", owner, p.tryCalendar)
	p.handle(mux, "POST /calendars/{id}/remove", owner, p.removeCalendar)
}

type calendarsPage struct {
	List []service.CalendarState
	Done string
}

func (p *pages) showCalendars(v *visit) (reply, error) {
	cs, err := service.ListCalendars.Get(v.Context(), p.service)
	page := calendarsPage{List: cs}
	if v.URL.Query().Get("done") == "removed" {
		page.Done = "Removed. Nothing is asked or written there any more; what stands in it stays."
	}
	return reply{page: "calendars.html", title: "Calendars", nav: navSystem, data: page}, err
}

// calendarPage is one calendar: the form, and how it is doing.
type calendarPage struct {
	New    bool
	Form   record.Calendar
	State  service.CalendarState
	Faults map[string]string
	Done   string
	Trial  *service.CalendarTrial
}

func calendarForm(page calendarPage) (reply, error) {
	rep := reply{page: "calendar.html", title: "Calendar", nav: navSystem, data: page}
	if len(page.Faults) > 0 {
		rep.code = http.StatusUnprocessableEntity
	}
	return rep, nil
}

func (p *pages) calendarPage(v *visit, page calendarPage) (reply, error) {
	cs, err := service.ListCalendars.Get(v.Context(), p.service)
	if err != nil {
		return reply{}, err
	}
	id, found := v.PathValue("id"), false
	for _, c := range cs {
		if c.ID == id {
			page.State, found = c, true
		}
	}
	if !found {
		return goTo("/calendars"), nil
	}
	if page.Form.ID == "" {
		page.Form = page.State.Calendar
	}
	if v.URL.Query().Get("done") == "saved" {
		page.Done = "Saved. Try it to see whether it can be read."
	}
	return calendarForm(page)
}

func (p *pages) saveCalendar(v *visit) (reply, error) {
	text := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	e := service.CalendarEdit{
		Calendar: record.Calendar{
			ID: v.PathValue("id"), Name: text("name"), On: text("on") != "", URL: text("url"), User: text("user"), For: text("for"), CA: text("ca"),
			Services: strings.FieldsFunc(v.PostFormValue("services"), func(r rune) bool { return r == '\r' || r == '\n' }),
		},
		Secret: service.Password(v.PostFormValue("secret")),
	}
	st, err := service.SetCalendar.Do(detached(v), p.service, e)
	var invalid *service.InvalidError
	switch {
	case errors.As(err, &invalid) && e.ID == "":
		return calendarForm(calendarPage{New: true, Form: e.Calendar, Faults: byField(invalid.Problems)})
	case errors.As(err, &invalid):
		return p.calendarPage(v, calendarPage{Form: e.Calendar, Faults: byField(invalid.Problems)})
	case err != nil:
		return reply{}, err
	}
	return goTo("/calendars/" + st.ID + "?done=saved"), nil
}

func (p *pages) tryCalendar(v *visit) (reply, error) {
	t, err := service.TryCalendar.Do(v.Context(), p.service, v.PathValue("id"))
	if errors.Is(err, service.ErrNotRunning) {
		t, err = service.CalendarTrial{Text: "Frontdesk is not running, so nothing can be asked."}, nil
	}
	if err != nil {
		return reply{}, err
	}
	return p.calendarPage(v, calendarPage{Trial: &t})
}

func (p *pages) removeCalendar(v *visit) (reply, error) {
	if err := service.RemoveCalendar.Act(detached(v), p.service, v.PathValue("id")); err != nil {
		return reply{}, err
	}
	return goTo("/calendars?done=removed"), nil
}
