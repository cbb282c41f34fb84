package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// Client asks the appliance through its socket. It is safe for concurrent use.
type Client struct {
	http *http.Client
}

// Dial returns a client of the appliance that listens on socket. The error is ErrNotRunning when none does. Close it in
// the end.
func Dial(ctx context.Context, socket string) (*Client, error) {
	conn, err := connect(ctx, socket)
	if err != nil {
		return nil, err
	}
	if err := conn.Close(); err != nil {
		return nil, fmt.Errorf("talk to the appliance: %w", err)
	}
	return At(socket), nil
}

// At returns a client of whatever appliance listens on socket when it is asked: ErrNotRunning may come and go. Close it in the end.
func At(socket string) *Client {
	return &Client{http: &http.Client{
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return connect(ctx, socket) },
		},
	}}
}

// Close lets go of idle connections.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// usual is how long an answer may take when who asks sets no limit.
const usual = 30 * time.Second

// ask sends a request and decodes the answer.
func ask[T any](ctx context.Context, c *Client, method, path string, query url.Values, body any) (v T, err error) {
	if _, limited := ctx.Deadline(); !limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, usual)
		defer cancel()
	}
	resp, err := c.send(ctx, method, path, query, body)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, resp.Body.Close()) }()
	if resp.StatusCode != http.StatusOK {
		return v, refusal(resp)
	}
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		return v, fmt.Errorf("read the appliance's answer: %w", err)
	}
	return v, nil
}

// send sends a request. The body of the answer is to be closed.
func (c *Client) send(ctx context.Context, method, path string, query url.Values, body any) (*http.Response, error) {
	var send io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write request: %w", err)
		}
		send = bytes.NewReader(b)
	}
	u := url.URL{Scheme: "http", Host: "appliance", Path: path, RawQuery: query.Encode()}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), send)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set(doorHeader, service.Door(ctx))
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the appliance: %w", err)
	}
	return resp, nil
}

// refusal turns an answer that is not what was asked for back into the error it was on the other side.
func refusal(resp *http.Response) error {
	var r reply
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxBody)).Decode(&r); err != nil || r.Error == "" {
		return fmt.Errorf("the appliance answered %s; is it of the same version as this command?", resp.Status)
	}
	return r.err()
}

// err is the error that it was on the other side.
func (r reply) err() error {
	switch r.Kind {
	case kindNotFound:
		return store.ErrNotFound
	case kindInvalid:
		return &service.InvalidError{What: r.What, Problems: r.Problems}
	case kindConflict:
		return &service.ConflictError{Section: r.Section}
	case kindSame:
		return service.ErrUnchanged
	}
	return fmt.Errorf("the appliance says: %s", r.Error)
}

func limit(n int) url.Values { return url.Values{"limit": {strconv.Itoa(n)}} }

// period adds the ends of a stretch of time that has them.
func period(q url.Values, since, before time.Time) url.Values {
	for name, t := range map[string]time.Time{"since": since, "before": before} {
		if !t.IsZero() {
			q.Set(name, t.Format(time.RFC3339Nano))
		}
	}
	return q
}

// Status implements Service.
func (c *Client) Status(ctx context.Context) (service.Status, error) {
	return ask[service.Status](ctx, c, http.MethodGet, "/v1/status", nil, nil)
}

// Calls implements Service.
func (c *Client) Calls(ctx context.Context, f service.CallFilter) ([]record.Call, error) {
	q := period(limit(f.Limit), f.Since, f.Before)
	q.Set("caller", f.Caller)
	q.Set("tests", strconv.FormatBool(f.Tests))
	return ask[[]record.Call](ctx, c, http.MethodGet, "/v1/calls", q, nil)
}

// Call implements Service.
func (c *Client) Call(ctx context.Context, id string) (service.CallDetail, error) {
	return one[service.CallDetail](ctx, c, "/v1/calls/", id)
}

// Callers implements Service.
func (c *Client) Callers(ctx context.Context, n int) ([]record.Caller, error) {
	return ask[[]record.Caller](ctx, c, http.MethodGet, "/v1/callers", limit(n), nil)
}

// Caller implements Service.
func (c *Client) Caller(ctx context.Context, id string) (service.CallerDetail, error) {
	return one[service.CallerDetail](ctx, c, "/v1/callers/", id)
}

// Messages implements Service.
func (c *Client) Messages(ctx context.Context, n int, done bool) ([]record.Message, error) {
	q := limit(n)
	q.Set("done", strconv.FormatBool(done))
	return ask[[]record.Message](ctx, c, http.MethodGet, "/v1/messages", q, nil)
}

// Message implements Service.
func (c *Client) Message(ctx context.Context, id string) (record.Message, error) {
	return one[record.Message](ctx, c, "/v1/messages/", id)
}

// MarkDone implements Service.
func (c *Client) MarkDone(ctx context.Context, id string, isDone bool) (record.Message, error) {
	if !plain(id) {
		return record.Message{}, store.ErrNotFound
	}
	return ask[record.Message](ctx, c, http.MethodPut, "/v1/messages/"+id+"/done", nil, done{Done: isDone})
}

// Unanswered implements Service.
func (c *Client) Unanswered(ctx context.Context) ([]record.Unanswered, error) {
	return ask[[]record.Unanswered](ctx, c, http.MethodGet, "/v1/unanswered", nil, nil)
}

// one asks for a single record.
func one[T any](ctx context.Context, c *Client, path, id string) (v T, err error) {
	return about[T](ctx, c, http.MethodGet, path, id, "", nil)
}

// about asks something of a single record.
func about[T any](ctx context.Context, c *Client, method, path, id, rest string, body any) (v T, err error) {
	if !plain(id) {
		return v, store.ErrNotFound
	}
	return ask[T](ctx, c, method, path+id+rest, nil, body)
}

// plain reports whether id stays one element of a path on its way; no record has another.
func plain(id string) bool {
	return id != "" && id != "." && id != ".." && !bytes.ContainsAny([]byte(id), "/\\")
}
