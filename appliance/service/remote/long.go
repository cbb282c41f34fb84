package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk.internal/appliance/progress"
	"frontdesk.internal/appliance/service"
)

// longAct is an act that may take long: the answer is one line of JSON for each step, and a last one with what came of it.
type longAct[In, Out any] string

// maxLong bounds what a command sends with one, such as the contacts of an import, in bytes.
const maxLong = 512 << 20

// line is one line of the answer.
type line[Out any] struct {
	Step   *progress.Step `json:"step,omitempty"`
	Done   *Out           `json:"done,omitempty"`
	Failed *reply         `json:"failed,omitempty"`
}

// serve answers with fn, whose context ends when the command that asked is gone.
func (a longAct[In, Out]) serve(mux *http.ServeMux, fn func(ctx context.Context, in In) (Out, error)) {
	mux.HandleFunc("POST /v1/acts/"+string(a), func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxLong)
		in, err := readBody[In](r)
		if err != nil {
			answer(w, nil, err)
			return
		}
		lines := json.NewEncoder(w)
		flush := http.NewResponseController(w)
		tell := func(l line[Out]) {
			_ = errors.Join(lines.Encode(l), flush.Flush()) // a command that went away need not know
		}
		_ = flush.SetWriteDeadline(time.Time{}) // without it, it ends at the deadline of all
		ctx := service.WithDoor(r.Context(), r.Header.Get(doorHeader))
		out, err := fn(progress.With(ctx, func(s progress.Step) { tell(line[Out]{Step: &s}) }), in)
		if err != nil {
			_, why := explain(err)
			tell(line[Out]{Failed: &why})
			return
		}
		tell(line[Out]{Done: &out})
	})
}

// toItsEnd is an act that goes to its end when the command that asked for it is gone.
func toItsEnd[In, Out any](fn func(ctx context.Context, in In) (Out, error)) func(ctx context.Context, in In) (Out, error) {
	return func(ctx context.Context, in In) (Out, error) { return fn(context.WithoutCancel(ctx), in) }
}

// ask has the appliance do it, however long it takes, and tells who waits in ctx how far it is.
func (a longAct[In, Out]) ask(ctx context.Context, c *Client, in In) (out Out, err error) {
	resp, err := c.send(ctx, http.MethodPost, "/v1/acts/"+string(a), nil, in)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return out, refusal(resp)
	}
	for lines := json.NewDecoder(resp.Body); ; {
		var l line[Out]
		if err := lines.Decode(&l); err != nil {
			return out, fmt.Errorf("the appliance gave no answer: %w", err)
		}
		switch {
		case l.Failed != nil:
			return out, l.Failed.err()
		case l.Done != nil:
			return *l.Done, nil
		case l.Step != nil:
			progress.Tell(ctx, *l.Step)
		}
	}
}
