package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/service"
)

// Console is the technician's way in at a serial line.
type Console interface {
	PINState(ctx context.Context) (service.PINState, error)
	PassPIN(ctx context.Context, pin service.Password) (service.PINState, error)
	SetPIN(ctx context.Context, p service.NewPIN) (service.PINState, error)
	NewConsolePassword(ctx context.Context) (service.ConsolePassword, error)
}

// doorHeader carries the name of the door that somebody came through; see service.WithDoor.
const doorHeader = "Frontdesk-Door"

// typed is the body of a sign-in.
type typed struct {
	PIN service.Password `json:"pin"`
}

func consoleRoutes(route router, s Service) {
	route("GET /v1/console/pin", func(r *http.Request) (any, error) { return s.PINState(r.Context()) })
	with(route, "POST /v1/console/pin/pass", func(r *http.Request, t typed) (any, error) { return s.PassPIN(r.Context(), t.PIN) })
	route("POST /v1/console/password", func(r *http.Request) (any, error) { return s.NewConsolePassword(r.Context()) })
	with(route, "PUT /v1/console/pin", func(r *http.Request, p service.NewPIN) (any, error) { return s.SetPIN(r.Context(), p) })
}

// PINState implements Service.
func (c *Client) PINState(ctx context.Context) (service.PINState, error) {
	return ask[service.PINState](ctx, c, http.MethodGet, "/v1/console/pin", nil, nil)
}

// PassPIN implements Service.
func (c *Client) PassPIN(ctx context.Context, pin service.Password) (service.PINState, error) {
	return ask[service.PINState](ctx, c, http.MethodPost, "/v1/console/pin/pass", nil, typed{PIN: pin})
}

// SetPIN implements Service.
func (c *Client) SetPIN(ctx context.Context, p service.NewPIN) (service.PINState, error) {
	return ask[service.PINState](ctx, c, http.MethodPut, "/v1/console/pin", nil, p)
}

// NewConsolePassword implements Service.
func (c *Client) NewConsolePassword(ctx context.Context) (service.ConsolePassword, error) {
	return ask[service.ConsolePassword](ctx, c, http.MethodPost, "/v1/console/password", nil, nil)
}
