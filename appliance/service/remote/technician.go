package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/journal"
	"frontdesk.internal/appliance/machine"
	"frontdesk.internal/appliance/service"
)

// Ground is what the box stands on, for technicians.
type Ground interface {
	Logs(ctx context.Context, f service.LogFilter) ([]journal.Line, error)
	Machine(ctx context.Context) (machine.Facts, error)
	Network(ctx context.Context) (service.Network, error)
	Models(ctx context.Context) ([]service.Model, error)
	VerifyModels(ctx context.Context) ([]service.Model, error)
	ImportModels(ctx context.Context, dir string) ([]service.Model, error)
	SupportBundle(ctx context.Context) ([]byte, error)
	Restart(ctx context.Context) error
}

// folder is the body of an import.
type folder struct {
	Dir string `json:"dir"`
}

func groundRoutes(route router, s Service) {
	with(route, "POST /v1/logs", func(r *http.Request, f service.LogFilter) (any, error) { return s.Logs(r.Context(), f) })
	route("GET /v1/machine", func(r *http.Request) (any, error) { return s.Machine(r.Context()) })
	route("GET /v1/network", func(r *http.Request) (any, error) { return s.Network(r.Context()) })
	route("GET /v1/models", func(r *http.Request) (any, error) { return s.Models(r.Context()) })
	route("POST /v1/models/verify", func(r *http.Request) (any, error) { return s.VerifyModels(r.Context()) })
	with(route, "POST /v1/models/import", func(r *http.Request, f folder) (any, error) { return s.ImportModels(r.Context(), f.Dir) })
	route("GET /v1/support", func(r *http.Request) (any, error) { return s.SupportBundle(r.Context()) })
	route("POST /v1/restart", func(r *http.Request) (any, error) { return struct{}{}, s.Restart(r.Context()) })
}

// Logs implements Service.
func (c *Client) Logs(ctx context.Context, f service.LogFilter) ([]journal.Line, error) {
	return ask[[]journal.Line](ctx, c, http.MethodPost, "/v1/logs", nil, f)
}

// Machine implements Service.
func (c *Client) Machine(ctx context.Context) (machine.Facts, error) {
	return ask[machine.Facts](ctx, c, http.MethodGet, "/v1/machine", nil, nil)
}

// Network implements Service.
func (c *Client) Network(ctx context.Context) (service.Network, error) {
	return ask[service.Network](ctx, c, http.MethodGet, "/v1/network", nil, nil)
}

// Models implements Service.
func (c *Client) Models(ctx context.Context) ([]service.Model, error) {
	return ask[[]service.Model](ctx, c, http.MethodGet, "/v1/models", nil, nil)
}

// VerifyModels implements Service.
func (c *Client) VerifyModels(ctx context.Context) ([]service.Model, error) {
	return ask[[]service.Model](ctx, c, http.MethodPost, "/v1/models/verify", nil, nil)
}

// ImportModels implements Service.
func (c *Client) ImportModels(ctx context.Context, dir string) ([]service.Model, error) {
	return ask[[]service.Model](ctx, c, http.MethodPost, "/v1/models/import", nil, folder{Dir: dir})
}

// SupportBundle implements Service.
func (c *Client) SupportBundle(ctx context.Context) ([]byte, error) {
	return ask[[]byte](ctx, c, http.MethodGet, "/v1/support", nil, nil)
}

// Restart implements Service.
func (c *Client) Restart(ctx context.Context) error {
	_, err := ask[struct{}](ctx, c, http.MethodPost, "/v1/restart", nil, nil)
	return err
}
