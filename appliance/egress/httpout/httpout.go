// Package httpout is an HTTP client to one server that the owner has named: a calendar, an address book, a system that knows callers, a
// computer that helps the box.
//
// A [Client] follows no redirection, for the owner has named one server; it reads answers up to a bound, and each request has a deadline.
// It goes out by egress, signs in by Basic or Digest (RFC 7616) or with a header of the server's own, and starts no goroutine. What the
// server says is in no error: it may repeat a caller's words.
package httpout

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/icholy/digest"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Bounds of one request that names none.
const (
	answerMost = 20 << 20 // octets
	patience   = 5 * time.Second
)

// ErrTooLong says that an answer has more octets than are read.
var ErrTooLong = errors.New("the answer is too long")

var errMoved = errors.New("the server sends to another address, which the owner has not named")

// Server is who is spoken with.
type Server struct {
	Purpose  egress.Purpose
	URL      string // http or https; requests go to paths of its host alone
	User     string // "" = nobody signs in
	Password string
	// Header is the header that the password goes in instead, when there is no user: "Authorization", "X-API-Key".
	Header     string
	CA         string        // certificates to believe instead of the system's, PEM
	AnswerMost int           // octets of an answer; 0 = 20 MiB
	Patience   time.Duration // for one request; 0 = 5 s
	House      bool          // it has to be in the office's own network, and at a private address when its URL is http
}

// Client speaks with one server.
type Client struct {
	Base *url.URL
	s    Server
	http *http.Client
}

// New returns a client. The error is a *notify.Error.
func New(gate *egress.Gate, s Server) (*Client, error) {
	base, err := url.Parse(s.URL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, &notify.Error{Fault: notify.FaultSetting, Err: errors.New("no address of a server")}
	}
	base.User, base.Fragment = nil, ""
	trust, err := notify.Trust(record.Recipient{CA: s.CA}, base.Hostname())
	if err != nil {
		return nil, err
	}
	s.AnswerMost, s.Patience = cmp.Or(s.AnswerMost, answerMost), cmp.Or(s.Patience, patience)
	dial := gate.DialName
	if s.House {
		dial = func(ctx context.Context, p egress.Purpose, address string) (net.Conn, error) {
			return gate.DialHouse(ctx, p, address, base.Scheme == "http")
		}
	}
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return dial(ctx, s.Purpose, address)
		},
		TLSClientConfig: trust, MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives: true, // what a server says unasked on an idle connection is logged
	}
	return &Client{
		Base: base, s: s,
		http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return errMoved }},
	}, nil
}

// Answer is what a server has said.
type Answer struct {
	Code   int
	Header http.Header
	Body   []byte
}

// Do sends a request to a path of the server, with a sign-in when the server asks for it by Digest. The error is a *notify.Error.
func (c *Client) Do(ctx context.Context, method, at string, header http.Header, body []byte) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.s.Patience)
	defer cancel()
	a, err := c.once(ctx, method, at, header, body, "")
	if err != nil || a.Code != http.StatusUnauthorized || c.s.User == "" {
		return a, err
	}
	ch, err := digest.FindChallenge(a.Header)
	if err != nil {
		return a, nil // it takes Basic, and has not taken ours
	}
	target, err := c.Target(at)
	if err != nil {
		return a, nil
	}
	sign, err := digest.Digest(ch, digest.Options{
		Method: method, URI: target.RequestURI(), Username: c.s.User, Password: c.s.Password, Count: 1,
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	})
	if err != nil {
		return a, nil // a kind that nobody knows
	}
	return c.once(ctx, method, at, header, body, sign.String())
}

// Target is the address of a path of the server.
func (c *Client) Target(at string) (*url.URL, error) {
	u, err := c.Base.Parse(at)
	if err != nil || u.Host != c.Base.Host || u.Scheme != c.Base.Scheme {
		return nil, &notify.Error{Fault: notify.FaultRefused, Err: errMoved}
	}
	return u, nil
}

func (c *Client) once(ctx context.Context, method, at string, header http.Header, body []byte, sign string) (Answer, error) {
	u, err := c.Target(at)
	if err != nil {
		return Answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", "Frontdesk")
	switch {
	case sign != "":
		req.Header.Set("Authorization", sign)
	case c.s.User != "":
		req.SetBasicAuth(c.s.User, c.s.Password)
	case c.s.Header != "" && c.s.Password != "":
		req.Header.Set(c.s.Header, c.s.Password)
	}
	res, err := c.http.Do(req)
	switch {
	case errors.Is(err, errMoved):
		if res != nil {
			return Answer{}, &notify.Error{Fault: notify.FaultRefused, Code: res.StatusCode, Err: errMoved}
		}
		return Answer{}, &notify.Error{Fault: notify.FaultRefused, Err: errMoved}
	case err != nil && slices.ContainsFunc(noHTTP(), func(text string) bool { return strings.Contains(err.Error(), text) }):
		return Answer{}, &notify.Error{Fault: notify.FaultGarbage, Err: err}
	case err != nil:
		return Answer{}, notify.Explain(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	got, err := io.ReadAll(io.LimitReader(res.Body, int64(c.s.AnswerMost)+1))
	if err != nil {
		return Answer{}, notify.Explain(err)
	}
	if len(got) > c.s.AnswerMost {
		return Answer{}, &notify.Error{Fault: notify.FaultGarbage, Err: ErrTooLong}
	}
	return Answer{res.StatusCode, res.Header, got}, nil
}

// noHTTP are what errors of net/http say, which have no types, when a server speaks something else: the last one when it speaks first.
func noHTTP() []string {
	return []string{"malformed HTTP", "connection broken", "readLoopPeekFailLocked"}
}

// Judge tells what a code other than what was hoped for means. The error is a *notify.Error.
func Judge(code int) error {
	fault := notify.FaultRefused
	switch {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		fault = notify.FaultCredentials
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code >= 500:
		fault = notify.FaultBusy
	case code < 300:
		fault = notify.FaultGarbage
	}
	return &notify.Error{Fault: fault, Code: code}
}
