package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// tagCalendars is the group of the office's calendars.
const tagCalendars = "Calendars"

// calendarBody is a calendar as it is sent here. What is left out is empty.
type calendarBody struct {
	Name   string           `json:"name" minLength:"1" maxLength:"80"`
	Off    bool             `json:"off,omitempty" doc:"Keep it, and ask and write nothing there."`
	URL    string           `json:"url" maxLength:"500" doc:"CalDAV address of the calendar, https://host/path/."`
	User   string           `json:"user,omitempty" maxLength:"500"`
	Secret service.Password `json:"secret,omitempty" maxLength:"4096" doc:"Password. Never told again. Left out, the one there is stays."`
	CA     string           `json:"ca,omitempty" maxLength:"65536" doc:"Certificates to believe instead of the system's, PEM."`
	For    string           `json:"for,omitempty" maxLength:"80" doc:"Whose it is, a name of the staff; left out, the whole office's."`

	Services []string `json:"services,omitempty" maxItems:"100" doc:"Which services it is for, by their names in the profile; left out, all."`
}

// edit is the body as the service wants it.
func (b calendarBody) edit(id string) service.CalendarEdit {
	return service.CalendarEdit{Secret: b.Secret, Calendar: record.Calendar{
		ID: id, Name: b.Name, On: !b.Off, URL: b.URL, User: b.User, CA: b.CA, For: b.For, Services: b.Services,
	}}
}

func (a *interfaces) calendarRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/calendars", "list-calendars", tagCalendars,
		"The office's calendars, and how they are doing", service.ListCalendars),
		func(ctx context.Context, _ *empty) (*body[[]service.CalendarState], error) {
			cs, err := service.ListCalendars.Get(ctx, a.service)
			return answer(a, cs, err)
		})
	type added struct{ Body calendarBody }
	add := operation(http.MethodPost, "/calendars", "add-calendar", tagCalendars,
		"Connect a calendar: callers are offered times by it from now on", service.SetCalendar)
	add.DefaultStatus = http.StatusCreated
	huma.Register(a.api, add, func(ctx context.Context, in *added) (*body[service.CalendarState], error) {
		c, err := service.SetCalendar.Do(ctx, a.service, in.Body.edit(""))
		return answer(a, c, err)
	})
	type changed struct {
		ID   string `path:"id" maxLength:"100"`
		Body calendarBody
	}
	huma.Register(a.api, may(operation(http.MethodPut, "/calendars/{id}", "change-calendar", tagCalendars,
		"Change all settings of one", service.SetCalendar), http.StatusNotFound),
		func(ctx context.Context, in *changed) (*body[service.CalendarState], error) {
			c, err := service.SetCalendar.Do(ctx, a.service, in.Body.edit(in.ID))
			return answer(a, c, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/calendars/{id}", "remove-calendar", tagCalendars,
		"Forget one; what stands in it stays", service.RemoveCalendar), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RemoveCalendar.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
	huma.Register(a.api, may(operation(http.MethodPost, "/calendars/{id}/try", "try-calendar", tagCalendars,
		"Look at one, also when it is off; nothing there is changed", service.TryCalendar), http.StatusNotFound,
		http.StatusServiceUnavailable),
		func(ctx context.Context, in *byID) (*body[service.CalendarTrial], error) {
			t, err := service.TryCalendar.Do(ctx, a.service, in.ID)
			return answer(a, t, err)
		})
}
