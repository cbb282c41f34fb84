package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
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

// soundType marks an answer that is a recording.
const soundType = "audio/wav"

// lateWriter knows whether anything was written.
type lateWriter struct {
	to    io.Writer
	begun bool
}

// Write implements io.Writer.
func (l *lateWriter) Write(p []byte) (int, error) {
	l.begun = true
	return l.to.Write(p)
}

// WriteRecording implements Service.
func (c *Client) WriteRecording(ctx context.Context, call string, w io.Writer) (err error) {
	if !plain(call) {
		return store.ErrNotFound
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	resp, err := c.send(ctx, http.MethodGet, "/v1/calls/"+call+"/recording", nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("read the recording: %w", err)
	}
	return nil
}

// cut ends a connection in mid-answer: the other side must see that it is not whole.
func cut(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close() // that is the message
	}
}
