package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/service"
)

// lineWithin is how long who follows the calls may take for a line.
const lineWithin = 10 * time.Second

// runningRoutes are the calls that go on.
func (a *interfaces) runningRoutes() {
	huma.Register(a.api, operation(http.MethodGet, "/running", "list-running-calls", tagCalls,
		"The calls that go on, with what was said so far", service.ListRunning),
		func(ctx context.Context, _ *empty) (*body[callhub.State], error) {
			s, err := service.ListRunning.Get(ctx, a.service)
			return answer(a, s, err)
		})
	const lines = "application/jsonl"
	op := operation(http.MethodGet, "/running/follow", "follow-running-calls", tagCalls,
		"The same whenever it has changed, and every 15 seconds: one object a line, for as long as somebody reads", service.FollowRunning)
	state := a.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[callhub.State](), true, "")
	op.Responses = map[string]*huma.Response{
		"200": {Description: "Lines of JSON", Content: map[string]*huma.MediaType{lines: {Schema: state}}},
	}
	huma.Register(a.api, op, func(ctx context.Context, _ *empty) (*huma.StreamResponse, error) {
		followed, err := service.FollowRunning.Get(ctx, a.service)
		if err != nil {
			return nil, a.explain(err)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", followed.Type())
			h.SetHeader("X-Accel-Buffering", "no")
			w := &lineWriter{Writer: h.BodyWriter(), holds: holdsOf(ctx), checked: time.Now()}
			if rw, ok := w.Writer.(http.ResponseWriter); ok {
				w.ctl = http.NewResponseController(rw)
			}
			if err := service.Pour(w, followed); err != nil {
				a.log.Debug("nobody follows the calls any more", "err", err)
			}
		}}, nil
	})
}

// lineWriter sends each line at once, as long as the token or the session holds.
type lineWriter struct {
	io.Writer
	ctl     *http.ResponseController // nil: it cannot be hurried
	holds   func() bool
	checked time.Time
}

// errOver says that a token or a session has ended.
var errOver = errors.New("the token or the session holds no more")

// Write implements io.Writer.
func (w *lineWriter) Write(b []byte) (int, error) {
	now := time.Now()
	if now.Sub(w.checked) >= service.FollowBeat {
		if !w.holds() {
			return 0, errOver
		}
		w.checked = now
	}
	if w.ctl == nil {
		return w.Writer.Write(b)
	}
	// In HTTP/2 the deadline ends the answer even when nothing is being written, so it has to reach beyond the next line.
	if err := w.ctl.SetWriteDeadline(now.Add(service.FollowBeat + lineWithin)); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return 0, err
	}
	n, err := w.Writer.Write(b)
	return n, errors.Join(err, w.ctl.Flush())
}
