package control

import (
	"context"
	"net/http"

	"frontdesk.internal/appliance/record"
)

// recordingRoutes are those about whether calls are recorded.
func recordingRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), s Service) {
	route("GET /v1/recording", func(r *http.Request) (any, error) { return s.RecordingSettings(r.Context()) })
	route("PUT /v1/recording", func(r *http.Request) (any, error) {
		set, err := readBody[record.RecordingSettings](r)
		if err != nil {
			return nil, err
		}
		return s.SetRecordingSettings(r.Context(), set)
	})
}

// RecordingSettings implements Service.
func (c *Client) RecordingSettings(ctx context.Context) (record.RecordingSettings, error) {
	return ask[record.RecordingSettings](ctx, c, http.MethodGet, "/v1/recording", nil, nil)
}

// SetRecordingSettings implements Service.
func (c *Client) SetRecordingSettings(ctx context.Context, s record.RecordingSettings) (record.RecordingSettings, error) {
	return ask[record.RecordingSettings](ctx, c, http.MethodPut, "/v1/recording", nil, s)
}
