package remote

import (
	"context"
	"net/http"
	"time"

	"frontdesk.internal/appliance/service"
)

// Sound is the microphone and the speaker of the box.
type Sound interface {
	SoundDevices(ctx context.Context) (service.SoundDevices, error)
	SoundLevel(ctx context.Context, use service.SoundUse, length time.Duration) (service.SoundLevel, error)
	SoundEcho(ctx context.Context, use service.SoundUse, length time.Duration) (service.SoundLevel, error)
	SoundTone(ctx context.Context, use service.SoundUse, hz float64, length time.Duration) error
	StartTalk(ctx context.Context, use service.SoundUse) (service.Talk, error)
	StopTalk(ctx context.Context) (service.Talk, error)
	Talk(ctx context.Context) (service.Talk, error)
}

// soundCheck is the body of a check.
type soundCheck struct {
	Use    service.SoundUse `json:"use"`
	Length time.Duration    `json:"length_ns"`
	Hz     float64          `json:"hz,omitempty"`
}

// soundRoutes are those about microphone and speaker.
func soundRoutes(route func(pattern string, fn func(r *http.Request) (any, error)), s Service) {
	check := func(pattern string, fn func(ctx context.Context, c soundCheck) (any, error)) {
		route(pattern, func(r *http.Request) (any, error) {
			c, err := readBody[soundCheck](r)
			if err != nil {
				return nil, err
			}
			return fn(r.Context(), c)
		})
	}
	route("GET /v1/sound/devices", func(r *http.Request) (any, error) { return s.SoundDevices(r.Context()) })
	check("POST /v1/sound/level", func(ctx context.Context, c soundCheck) (any, error) { return s.SoundLevel(ctx, c.Use, c.Length) })
	check("POST /v1/sound/echo", func(ctx context.Context, c soundCheck) (any, error) { return s.SoundEcho(ctx, c.Use, c.Length) })
	check("POST /v1/sound/tone", func(ctx context.Context, c soundCheck) (any, error) {
		return struct{}{}, s.SoundTone(ctx, c.Use, c.Hz, c.Length)
	})
	check("POST /v1/sound/talk", func(ctx context.Context, c soundCheck) (any, error) { return s.StartTalk(ctx, c.Use) })
	route("DELETE /v1/sound/talk", func(r *http.Request) (any, error) { return s.StopTalk(r.Context()) })
	route("GET /v1/sound/talk", func(r *http.Request) (any, error) { return s.Talk(r.Context()) })
}

// SoundDevices implements Service.
func (c *Client) SoundDevices(ctx context.Context) (service.SoundDevices, error) {
	return ask[service.SoundDevices](ctx, c, http.MethodGet, "/v1/sound/devices", nil, nil)
}

// SoundLevel implements Service.
func (c *Client) SoundLevel(ctx context.Context, use service.SoundUse, length time.Duration) (service.SoundLevel, error) {
	return ask[service.SoundLevel](ctx, c, http.MethodPost, "/v1/sound/level", nil, soundCheck{Use: use, Length: length})
}

// SoundEcho implements Service.
func (c *Client) SoundEcho(ctx context.Context, use service.SoundUse, length time.Duration) (service.SoundLevel, error) {
	return ask[service.SoundLevel](ctx, c, http.MethodPost, "/v1/sound/echo", nil, soundCheck{Use: use, Length: length})
}

// SoundTone implements Service.
func (c *Client) SoundTone(ctx context.Context, use service.SoundUse, hz float64, length time.Duration) error {
	_, err := ask[struct{}](ctx, c, http.MethodPost, "/v1/sound/tone", nil, soundCheck{Use: use, Length: length, Hz: hz})
	return err
}

// StartTalk implements Service.
func (c *Client) StartTalk(ctx context.Context, use service.SoundUse) (service.Talk, error) {
	return ask[service.Talk](ctx, c, http.MethodPost, "/v1/sound/talk", nil, soundCheck{Use: use})
}

// StopTalk implements Service.
func (c *Client) StopTalk(ctx context.Context) (service.Talk, error) {
	return ask[service.Talk](ctx, c, http.MethodDelete, "/v1/sound/talk", nil, nil)
}

// Talk implements Service.
func (c *Client) Talk(ctx context.Context) (service.Talk, error) {
	return ask[service.Talk](ctx, c, http.MethodGet, "/v1/sound/talk", nil, nil)
}
