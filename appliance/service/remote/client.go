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
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/models/progress"
)

// Client has operations done by the appliance behind a socket. It is safe for concurrent use.
type Client struct {
	http *http.Client
}

var _ service.Invoker = (*Client)(nil)

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

// usual is how long an operation that is not long may take when who asks sets no limit.
const usual = 30 * time.Second

// Invoke implements service.Invoker. Who waits in ctx is told how far a long operation is.
func (c *Client) Invoke(ctx context.Context, op service.Operation, in, out any) (err error) {
	facts := op.Facts()
	if _, limited := ctx.Deadline(); !limited && !facts.Long && !facts.File {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, usual)
		defer cancel()
	}
	body, err := c.send(ctx, facts.Name, in)
	if err != nil {
		return err
	}
	if content, ok := out.(*service.Content); ok {
		*content, err = openFile(body)
		return err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	for lines := json.NewDecoder(body); ; {
		var l line
		if err := lines.Decode(&l); err != nil {
			return fmt.Errorf("the appliance gave no answer: %w", err)
		}
		switch {
		case l.Step != nil:
			progress.Tell(ctx, *l.Step)
			continue
		case l.Done != nil:
			if err := json.Unmarshal(*l.Done, out); err != nil {
				return fmt.Errorf("read the appliance's answer: %w", err)
			}
		}
		return l.Failed.err()
	}
}

// send sends what an operation is to do, and returns the answer, to be closed.
func (c *Client) send(ctx context.Context, name string, in any) (io.ReadCloser, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	who, err := json.Marshal(service.ActorOf(ctx))
	if err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://appliance/"+name, bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set(actorHeader, string(who))
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the appliance: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("the appliance answered %s; is it of the same version as this command?", resp.Status),
			resp.Body.Close())
	}
	return resp.Body, nil
}

// file is the content that a stream gives out, after the line that says that it comes.
type file struct {
	io.Reader
	io.Closer
	kind string
}

// openFile reads the line before a file.
func openFile(body io.ReadCloser) (service.Content, error) {
	var l line
	first, err := readLine(body)
	if err == nil {
		err = json.Unmarshal(first, &l)
	}
	if err == nil {
		err = l.Failed.err()
	}
	if err != nil {
		return nil, errors.Join(err, body.Close())
	}
	return &file{Reader: body, Closer: body, kind: l.File}, nil
}

// maxLine bounds the line before a file, in bytes.
const maxLine = 64 << 10

// readLine reads up to the end of a line and no byte further.
func readLine(r io.Reader) ([]byte, error) {
	var out []byte
	for b := make([]byte, 1); len(out) < maxLine; {
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, fmt.Errorf("the appliance gave no answer: %w", err)
		}
		if b[0] == '\n' {
			return out, nil
		}
		out = append(out, b[0])
	}
	return nil, errors.New("the appliance's answer is too long")
}

// Type implements service.Content.
func (f *file) Type() string { return f.kind }

// WriteTo implements service.Content.
func (f *file) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, f.Reader)
	if err != nil {
		return n, fmt.Errorf("read the file: %w", err)
	}
	return n, nil
}
