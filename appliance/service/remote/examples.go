package remote

import (
	"context"
	"net/http"
	"net/url"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
)

// Examples are what the owner has taught.
type Examples interface {
	Examples(ctx context.Context) ([]service.Learned, error)
	Meanings(ctx context.Context) ([]edit.Meaning, error)
	Correct(ctx context.Context, call string, turn int, means string) (service.Learned, error)
	RemoveExample(ctx context.Context, id string) error
	KeepExample(ctx context.Context, id string) (service.Learned, error)
}

// correction is the body that says what a turn should have been taken for.
type correction struct {
	Turn  int    `json:"turn"`
	Means string `json:"means"`
}

func exampleRoutes(route router, s Service) {
	route("GET /v1/examples", func(r *http.Request) (any, error) { return s.Examples(r.Context()) })
	route("GET /v1/meanings", func(r *http.Request) (any, error) { return s.Meanings(r.Context()) })
	with(route, "POST /v1/calls/{id}/meant", func(r *http.Request, b correction) (any, error) {
		return s.Correct(r.Context(), r.PathValue("id"), b.Turn, b.Means)
	})
	route("DELETE /v1/examples/{id}", func(r *http.Request) (any, error) {
		return nothing{}, s.RemoveExample(r.Context(), r.PathValue("id"))
	})
	route("POST /v1/examples/{id}/keep", func(r *http.Request) (any, error) {
		return s.KeepExample(r.Context(), r.PathValue("id"))
	})
}

// Examples implements Service.
func (c *Client) Examples(ctx context.Context) ([]service.Learned, error) {
	return ask[[]service.Learned](ctx, c, http.MethodGet, "/v1/examples", url.Values{}, nil)
}

// Meanings implements Service.
func (c *Client) Meanings(ctx context.Context) ([]edit.Meaning, error) {
	return ask[[]edit.Meaning](ctx, c, http.MethodGet, "/v1/meanings", url.Values{}, nil)
}

// Correct implements Service.
func (c *Client) Correct(ctx context.Context, call string, turn int, means string) (service.Learned, error) {
	return about[service.Learned](ctx, c, http.MethodPost, "/v1/calls/", call, "/meant", correction{Turn: turn, Means: means})
}

// RemoveExample implements Service.
func (c *Client) RemoveExample(ctx context.Context, id string) error {
	_, err := about[nothing](ctx, c, http.MethodDelete, "/v1/examples/", id, "", nil)
	return err
}

// KeepExample implements Service.
func (c *Client) KeepExample(ctx context.Context, id string) (service.Learned, error) {
	return about[service.Learned](ctx, c, http.MethodPost, "/v1/examples/", id, "/keep", nothing{})
}
