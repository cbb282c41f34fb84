// Package openai speaks with a server that has OpenAI's interface, as llama-server, vLLM and servers for Whisper have it: it has one of a
// closed list chosen, and speech written down.
//
// It believes nothing that a server says but what it was asked for: which of the list, how likely that was, and words with their
// probabilities, all within bounds. A [Client] starts no goroutine and is safe for concurrent use. What a server says is in no error.
package openai

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strings"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
)

// Bounds of one answer.
const (
	answerMost = 512 << 10        // octets
	patience   = 30 * time.Second // who asks has a shorter one
	nameMost   = 200              // octets of a model's name
)

// Server is who is spoken with.
type Server struct {
	URL   string // what all paths begin with; "/v1" when it has no path
	Model string // as the server calls it; "" = the first that it lists
	Key   string // "" = none
	CA    string // certificates to believe instead of the system's, PEM
}

// Client speaks with one server.
type Client struct {
	http  *httpout.Client
	base  string
	named string                 // by the settings
	model atomic.Pointer[string] // that the server lists first; nil = it was not asked yet
	plain atomic.Bool            // it writes down words alone, with no probabilities
}

// New returns a client. The server has to be in the office's own network. The error is a *notify.Error.
func New(gate *egress.Gate, s Server) (*Client, error) {
	server := httpout.Server{
		Purpose: egress.Engines, URL: s.URL, CA: s.CA, AnswerMost: answerMost, Patience: patience, House: true,
	}
	if s.Key != "" {
		server.Header, server.Password = "Authorization", "Bearer "+s.Key
	}
	h, err := httpout.New(gate, server)
	if err != nil {
		return nil, err
	}
	base := strings.TrimRight(h.Base.EscapedPath(), "/")
	return &Client{http: h, base: cmp.Or(base, "/v1"), named: s.Model}, nil
}

// at is the path of one function.
func (c *Client) at(function string) string { return path.Join(c.base, function) }

// Model returns what the server calls the model that is asked. A server that lists none has one that needs no name.
func (c *Client) Model(ctx context.Context) (string, error) {
	if c.named != "" {
		return c.named, nil
	}
	if m := c.model.Load(); m != nil {
		return *m, nil
	}
	a, err := c.http.Do(ctx, http.MethodGet, c.at("models"), http.Header{"Accept": {"application/json"}}, nil)
	if err != nil {
		return "", err
	}
	name := nameless
	switch {
	case a.Code == http.StatusNotFound || a.Code == http.StatusMethodNotAllowed || a.Code == http.StatusNotImplemented:
	case a.Code != http.StatusOK:
		return "", httpout.Judge(a.Code)
	default:
		if name, err = firstModel(a.Body); err != nil {
			return "", err
		}
	}
	c.model.Store(&name)
	return name, nil
}

// nameless is what a model is called that the server has no name for.
const nameless = "default"

// firstModel reads a list of models.
func firstModel(body []byte) (string, error) {
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return "", garbage("no list of models")
	}
	for _, m := range list.Data {
		if m.ID != "" && len(m.ID) <= nameMost {
			return m.ID, nil
		}
	}
	return nameless, nil
}

// post sends a request and returns the body of an answer that is one.
func (c *Client) post(ctx context.Context, function, kind string, body []byte) ([]byte, error) {
	a, err := c.http.Do(ctx, http.MethodPost, c.at(function), http.Header{
		"Accept": {"application/json"}, "Content-Type": {kind},
	}, body)
	if err != nil {
		return nil, err
	}
	if a.Code != http.StatusOK {
		return nil, httpout.Judge(a.Code)
	}
	return a.Body, nil
}

func garbage(what string) error {
	return &notify.Error{Fault: notify.FaultGarbage, Err: errors.New(what)}
}
