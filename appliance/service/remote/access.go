package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/service"
)

// Owner is how the owner gets into the page.
type Owner interface {
	OwnerCode(ctx context.Context) (service.OwnerAccess, error)
	ResetOwner(ctx context.Context) (service.OwnerAccess, error)
}

func ownerRoutes(route router, s Service) {
	route("GET /v1/owner/code", func(r *http.Request) (any, error) { return s.OwnerCode(r.Context()) })
	route("POST /v1/owner/reset", func(r *http.Request) (any, error) { return s.ResetOwner(r.Context()) })
}

// OwnerCode implements Service.
func (c *Client) OwnerCode(ctx context.Context) (service.OwnerAccess, error) {
	return ask[service.OwnerAccess](ctx, c, http.MethodGet, "/v1/owner/code", nil, nil)
}

// ResetOwner implements Service.
func (c *Client) ResetOwner(ctx context.Context) (service.OwnerAccess, error) {
	return ask[service.OwnerAccess](ctx, c, http.MethodPost, "/v1/owner/reset", nil, nil)
}
