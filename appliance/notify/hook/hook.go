// Package hook brings letters over HTTP: webhooks by the Standard Webhooks scheme, ntfy, Gotify and Matrix.
//
// What is sent where is one function each; the client is the same for all. It follows no redirection, for the owner has named one
// server, keeps no connection, and reads no more of an answer than it needs. The package starts no goroutine of its own; a [Client] is safe
// for concurrent use.
package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	_ "embed" // the schema
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
)

// Schema describes what webhooks send, in JSON Schema 2020-12.
//
//go:embed webhook.schema.json
var Schema []byte

// Client sends over HTTP.
type Client struct {
	Gate *egress.Gate
	Now  func() time.Time // nil = time.Now
}

// Way is a Client with what is sent, and how.
type Way struct {
	*Client
	purpose egress.Purpose
	request func(c *Client, ctx context.Context, to notify.Target, l notify.Letter) (*http.Request, error)
}

var _ notify.Sender = Way{}

// Webhook sends by the Standard Webhooks scheme, version 1.
func (c *Client) Webhook() Way { return Way{c, egress.Webhook, (*Client).webhook} }

// Ntfy publishes to a topic of an ntfy server.
func (c *Client) Ntfy() Way { return Way{c, egress.Ntfy, (*Client).ntfy} }

// Gotify posts as an application of a Gotify server.
func (c *Client) Gotify() Way { return Way{c, egress.Gotify, (*Client).gotify} }

// Matrix sends into a room.
func (c *Client) Matrix() Way { return Way{c, egress.Matrix, (*Client).matrix} }

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

// readMost is how much of an answer is read, in octets.
const readMost = 64 << 10

// errMoved says that a server sends elsewhere.
var errMoved = errors.New("the server sends to another address, which the owner has not named")

// Send implements notify.Sender.
func (w Way) Send(ctx context.Context, to notify.Target, l notify.Letter) error {
	req, err := w.request(w.Client, ctx, to, l)
	if err != nil {
		return &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	trust, err := notify.Trust(to.Recipient, req.URL.Hostname())
	if err != nil {
		return err
	}
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return w.Gate.DialName(ctx, w.purpose, address)
		},
		TLSClientConfig: trust, DisableKeepAlives: true, MaxResponseHeaderBytes: readMost,
	}
	defer t.CloseIdleConnections()
	client := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return errMoved }}
	req.Header.Set("User-Agent", "Frontdesk")
	res, err := client.Do(req)
	switch {
	case errors.Is(err, errMoved):
		return &notify.Error{Fault: notify.FaultRefused, Code: res.StatusCode, Err: err}
	case err != nil && strings.Contains(err.Error(), "malformed HTTP"):
		return &notify.Error{Fault: notify.FaultGarbage, Err: err}
	case err != nil:
		return notify.Explain(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(res.Body, readMost))
	if err != nil {
		return notify.Explain(err)
	}
	return judge(w.purpose, res.StatusCode, body)
}

// judge tells what an answer means (RFC 9110 section 15).
func judge(p egress.Purpose, code int, body []byte) error {
	fault := notify.FaultUnknown
	switch {
	case code >= 200 && code < 300:
		if p != egress.Webhook && !json.Valid(body) { // a portal that wants a sign-in says 200, too
			return &notify.Error{Fault: notify.FaultGarbage, Code: code}
		}
		return nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden || code == http.StatusProxyAuthRequired:
		fault = notify.FaultCredentials
	case code == http.StatusRequestTimeout || code == http.StatusTooManyRequests || code == http.StatusConflict ||
		code == http.StatusTooEarly || code >= 500:
		fault = notify.FaultBusy
	case code >= 300 && code < 500:
		fault = notify.FaultRefused
	}
	return &notify.Error{Fault: fault, Code: code}
}

// post makes a request with JSON.
func post(ctx context.Context, method, address string, v any) (*http.Request, []byte, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return nil, nil, fmt.Errorf("write what is sent: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	return req, body, nil
}

// payload is what a webhook gets; webhook.schema.json describes it.
type payload struct {
	Type      string    `json:"type"`      // "frontdesk.message", …
	Timestamp time.Time `json:"timestamp"` // when it was due
	Data      data      `json:"data"`
}

type data struct {
	Office string        `json:"office,omitempty"`
	Urgent bool          `json:"urgent"`
	Daily  bool          `json:"daily"`
	Items  []notify.Item `json:"items"`
}

// secretPrefix marks a secret of a webhook; what follows is base64.
const secretPrefix = "whsec_"

// Key returns the octets that a webhook is signed with. A secret that is not of the scheme's form is taken as it is.
func Key(secret string) []byte {
	if text, ok := strings.CutPrefix(secret, secretPrefix); ok {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
	}
	return []byte(secret)
}

// Sign is the signature of a webhook: of its ID, its moment and its body.
func Sign(key []byte, id string, at time.Time, body []byte) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s.%d.", id, at.Unix())
	h.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func (c *Client) webhook(ctx context.Context, to notify.Target, l notify.Letter) (*http.Request, error) {
	kind := "daily"
	if !l.Daily && len(l.Items) > 0 {
		kind = string(l.Items[0].Kind)
	}
	req, body, err := post(ctx, http.MethodPost, to.Server, payload{
		Type: "frontdesk." + kind, Timestamp: l.At.UTC(), Data: data{Office: l.Office, Urgent: l.Urgent, Daily: l.Daily, Items: l.Items},
	})
	if err != nil {
		return nil, err
	}
	now := c.now()
	req.Header["webhook-id"] = []string{l.Key} // as the scheme writes them
	req.Header["webhook-timestamp"] = []string{strconv.FormatInt(now.Unix(), 10)}
	req.Header["webhook-signature"] = []string{Sign(Key(to.Secret), l.Key, now, body)}
	return req, nil
}

// link is where the letter's first item is.
func link(l notify.Letter) string {
	if len(l.Items) == 0 {
		return ""
	}
	return l.Items[0].Link
}

// short is a letter without its links, for what shows one link by itself.
func short(l notify.Letter) string {
	var lines []string
	for _, i := range l.Items {
		lines = append(lines, i.Line())
	}
	return strings.Join(lines, "\n")
}

// ntfy publishes as JSON, to the server's root (docs.ntfy.sh/publish, "Publish as JSON").
func (c *Client) ntfy(ctx context.Context, to notify.Target, l notify.Letter) (*http.Request, error) {
	priority := 3
	if l.Urgent {
		priority = 5
	}
	req, _, err := post(ctx, http.MethodPost, to.Server, struct {
		Topic    string   `json:"topic"`
		Title    string   `json:"title"`
		Message  string   `json:"message"`
		Priority int      `json:"priority"`
		Tags     []string `json:"tags"`
		Click    string   `json:"click,omitempty"`
	}{to.To, l.Subject, short(l), priority, []string{"telephone_receiver"}, link(l)})
	if err != nil {
		return nil, err
	}
	switch {
	case to.User != "":
		req.SetBasicAuth(to.User, to.Secret)
	case to.Secret != "":
		req.Header.Set("Authorization", "Bearer "+to.Secret)
	}
	return req, nil
}

// gotify posts a message (gotify.net/api-docs, POST /message).
func (c *Client) gotify(ctx context.Context, to notify.Target, l notify.Letter) (*http.Request, error) {
	address, err := url.JoinPath(to.Server, "message")
	if err != nil {
		return nil, err
	}
	priority := 5
	if l.Urgent {
		priority = 8
	}
	extras := map[string]any{}
	if at := link(l); at != "" {
		extras["client::notification"] = map[string]any{"click": map[string]string{"url": at}}
	}
	req, _, err := post(ctx, http.MethodPost, address, struct {
		Title    string         `json:"title"`
		Message  string         `json:"message"`
		Priority int            `json:"priority"`
		Extras   map[string]any `json:"extras,omitempty"`
	}{l.Subject, short(l), priority, extras})
	if err != nil {
		return nil, err
	}
	req.Header.Set("X-Gotify-Key", to.Secret)
	return req, nil
}

// matrix sends a message event; the letter's key is the transaction's, so that the server takes it once (client-server API, "PUT
// /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}").
func (c *Client) matrix(ctx context.Context, to notify.Target, l notify.Letter) (*http.Request, error) {
	base := strings.TrimRight(to.Server, "/")
	address := base + "/_matrix/client/v3/rooms/" + url.PathEscape(to.To) + "/send/m.room.message/" + url.PathEscape(l.Key)
	req, _, err := post(ctx, http.MethodPut, address, struct {
		Type string `json:"msgtype"`
		Body string `json:"body"`
	}{"m.text", l.Subject + "\n\n" + l.Text()})
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+to.Secret)
	return req, nil
}
