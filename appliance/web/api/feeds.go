package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// feedBody is a feed as it is sent here. What is left out is empty.
type feedBody struct {
	Name     string           `json:"name" minLength:"1" maxLength:"80"`
	For      string           `json:"for,omitempty" maxLength:"80" doc:"Whose appointments it has, a name of the staff; left out, all."`
	Calendar string           `json:"calendar,omitempty" maxLength:"100" doc:"ID of the calendar whose appointments it has, such as a room's."`
	Shows    record.FeedShows `json:"shows,omitempty" enum:"nobody,initial,name" default:"initial" doc:"What it tells of callers."`
	Number   bool             `json:"number,omitempty" doc:"Tell the caller's number, too."`
	Requests bool             `json:"requests,omitempty" doc:"Also wishes for an appointment that callers have left as messages."`
}

func (a *interfaces) feedRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/feeds", "list-feeds", tagCalendars,
		"The addresses by which calendar programs read the appointments", service.ListFeeds),
		func(ctx context.Context, _ *empty) (*body[[]service.FeedState], error) {
			fs, err := service.ListFeeds.Get(ctx, a.service)
			return answer(a, fs, err)
		})
	type wish struct{ Body feedBody }
	add := operation(http.MethodPost, "/feeds", "add-feed", tagCalendars,
		"Let a calendar program read appointments; the address is told this once", service.AddFeed)
	add.DefaultStatus = http.StatusCreated
	huma.Register(a.api, add, func(ctx context.Context, in *wish) (*body[service.NewFeed], error) {
		b := in.Body
		f, err := service.AddFeed.Do(ctx, a.service, record.Feed{
			Name: b.Name, For: b.For, Calendar: b.Calendar, Shows: b.Shows, Number: b.Number, Requests: b.Requests,
		})
		return answer(a, f, err)
	})
	huma.Register(a.api, may(operation(http.MethodDelete, "/feeds/{id}", "revoke-feed", tagCalendars,
		"End a feed at once", service.RevokeFeed), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			if err := service.RevokeFeed.Act(ctx, a.service, in.ID); err != nil {
				return nil, a.explain(err)
			}
			return nil, nil //nolint:nilnil // huma's way of an answer without a body.
		})
}
