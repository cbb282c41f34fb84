package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/record"
)

// SelfTests are calls of the box to itself.
type SelfTests interface {
	StartSelfTest(ctx context.Context) (record.SelfTest, error)
	SelfTest(ctx context.Context) (record.SelfTest, error)
}

// selfTestRoutes are those about calls of the box to itself.
func selfTestRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), s Service) {
	route("POST /v1/selftest", func(r *http.Request) (any, error) { return s.StartSelfTest(r.Context()) })
	route("GET /v1/selftest", func(r *http.Request) (any, error) { return s.SelfTest(r.Context()) })
}

// StartSelfTest implements Service.
func (c *Client) StartSelfTest(ctx context.Context) (record.SelfTest, error) {
	return ask[record.SelfTest](ctx, c, http.MethodPost, "/v1/selftest", nil, nil)
}

// SelfTest implements Service.
func (c *Client) SelfTest(ctx context.Context) (record.SelfTest, error) {
	return ask[record.SelfTest](ctx, c, http.MethodGet, "/v1/selftest", nil, nil)
}
