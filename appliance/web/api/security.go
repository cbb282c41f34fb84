package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// securityRoutes are who is signed in, and who was let in and refused.
func (a *interfaces) securityRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/sessions", "list-sessions", tagOffice,
		"Browsers that are signed in; staff see their own", service.ListSessions),
		func(ctx context.Context, _ *empty) (*body[[]service.OpenSession], error) {
			list, err := service.ListSessions.Do(ctx, a.service, service.SessionQuery{})
			return answer(a, list, err)
		})
	huma.Register(a.api, may(operation(http.MethodDelete, "/sessions/{id}", "revoke-session", tagOffice,
		"Sign a browser out", service.RevokeSession), http.StatusNotFound),
		func(ctx context.Context, in *byID) (*empty, error) {
			return a.done(service.RevokeSession.Act(ctx, a.service, in.ID))
		})
	type limited struct {
		Limit int `query:"limit" minimum:"1" maximum:"1000" default:"50"`
	}
	huma.Register(a.api, operation(http.MethodGet, "/security", "list-security", tagOffice,
		"Sign-ins and refusals, the newest first; they age out", service.ListSecurity),
		func(ctx context.Context, in *limited) (*body[[]record.SecurityEvent], error) {
			list, err := service.ListSecurity.Do(ctx, a.service, in.Limit)
			return answer(a, list, err)
		})
}
