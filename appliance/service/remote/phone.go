package remote

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/service"
)

// phoneRoutes are those about the account at the telephone system and the ladders.
func phoneRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), s Service) {
	route("GET /v1/phone/account", func(r *http.Request) (any, error) { return s.PhoneAccount(r.Context()) })
	route("POST /v1/phone/account/test", func(r *http.Request) (any, error) {
		e, err := readBody[service.PhoneAccountEdit](r)
		if err != nil {
			return nil, err
		}
		return s.TestPhoneAccount(r.Context(), e)
	})
	route("PUT /v1/phone/account", func(r *http.Request) (any, error) {
		e, err := readBody[service.PhoneAccountEdit](r)
		if err != nil {
			return nil, err
		}
		return s.SetPhoneAccount(r.Context(), e)
	})
	route("GET /v1/phone/ladders", func(r *http.Request) (any, error) { return s.Ladders(r.Context()) })
	route("GET /v1/phone/ladders/{call}", func(r *http.Request) (any, error) { return s.Ladder(r.Context(), r.PathValue("call")) })
}

// PhoneAccount implements Service.
func (c *Client) PhoneAccount(ctx context.Context) (service.PhoneAccount, error) {
	return ask[service.PhoneAccount](ctx, c, http.MethodGet, "/v1/phone/account", nil, nil)
}

// TestPhoneAccount implements Service.
func (c *Client) TestPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneTest, error) {
	return ask[service.PhoneTest](ctx, c, http.MethodPost, "/v1/phone/account/test", nil, e)
}

// SetPhoneAccount implements Service.
func (c *Client) SetPhoneAccount(ctx context.Context, e service.PhoneAccountEdit) (service.PhoneAccount, error) {
	return ask[service.PhoneAccount](ctx, c, http.MethodPut, "/v1/phone/account", nil, e)
}

// Ladders implements Service.
func (c *Client) Ladders(ctx context.Context) ([]service.Ladder, error) {
	return ask[[]service.Ladder](ctx, c, http.MethodGet, "/v1/phone/ladders", nil, nil)
}

// Ladder implements Service.
func (c *Client) Ladder(ctx context.Context, call string) (service.Ladder, error) {
	return one[service.Ladder](ctx, c, "/v1/phone/ladders/", call)
}
