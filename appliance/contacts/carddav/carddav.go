// Package carddav speaks with a server of address books (CardDAV, RFC 6352), as far as a receptionist needs it: what has changed since the
// last time, the cards that have, and a card put, replaced or removed so that nothing of others is overwritten.
//
// A [Client] has the rules of httpout: one server, no redirection, answers up to a bound. It goes out by egress and starts no goroutine.
// What the server says is in no error.
package carddav

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Bounds of one request.
const (
	answerMost = 20 << 20 // octets
	chunk      = 50       // cards that are asked for at once
	tellsMost  = 50       // times that a server says that it has not told all
)

// ErrTaken says that something else is there, or was put there meanwhile.
var ErrTaken = dav.ErrTaken

// Client speaks with the server of one address book.
type Client struct{ out *dav.Client }

// New returns a client for an address book, with its password and how long it waits for one answer. The error is a *notify.Error.
func New(gate *egress.Gate, d record.Directory, password string, patience time.Duration) (*Client, error) {
	out, err := dav.New(httpout.New(gate, httpout.Server{
		Purpose: egress.Contacts, URL: d.URL, User: d.User, Password: password, Header: d.Header, CA: d.CA, AnswerMost: answerMost,
		Patience: patience,
	}))
	if err != nil {
		return nil, err
	}
	return &Client{out}, nil
}

// Seen is what stands at the address of an address book.
type Seen struct {
	Book  bool   // it is one
	Name  string // as its owner calls it
	Tag   string // changes with anything in it; "" = the server does not say
	Token string // from where to ask for changes (RFC 6578); "" = the server does not tell these
}

// Look returns what stands at the address. The error is a *notify.Error.
func (c *Client) Look(ctx context.Context) (Seen, error) {
	p, err := c.out.Look(ctx)
	return Seen{Book: p.Type.AddressBook != nil, Name: p.Name, Tag: p.Tag, Token: p.Token}, err
}

// Find returns the address books of the user, as far as the server tells. The error is a *notify.Error.
func (c *Client) Find(ctx context.Context) ([]dav.Other, error) {
	return c.out.Find(ctx, func(p dav.Prop) string { return p.BookHome.Href }, func(p dav.Prop) bool { return p.Type.AddressBook != nil })
}

// List returns the cards that there are, with path and ETag alone. The error is a *notify.Error.
func (c *Client) List(ctx context.Context) ([]record.AddressCard, error) {
	got, err := c.out.List(ctx)
	return c.listed(got), err
}

// listed are the objects of an answer, without the collection itself and those below it.
func (c *Client) listed(found []dav.Found) (out []record.AddressCard) {
	own := strings.Trim(c.out.Base.Path, "/")
	for _, f := range found {
		u, err := c.out.Target(f.At)
		if err != nil || f.Type.Collection != nil || strings.Trim(u.Path, "/") == own {
			continue
		}
		out = append(out, record.AddressCard{Path: normal(u), ETag: f.ETag})
	}
	return out
}

// Changes are what has become of an address book.
type Changes struct {
	Cards []record.AddressCard // new or changed, with path and ETag alone
	Gone  []string             // paths
	Token string               // from where to ask the next time
}

// ErrAnew says that the server does not know any more what has changed since: all is to be listed.
var ErrAnew = errors.New("the server does not tell what has changed since")

// Changes returns what has changed since a token was given out. The error is [ErrAnew] or a *notify.Error.
func (c *Client) Changes(ctx context.Context, token string) (Changes, error) {
	var out Changes
	for range tellsMost {
		got, err := c.out.Ask(ctx, "REPORT", c.out.Base.EscapedPath(), "0", `<d:sync-collection xmlns:d="DAV:"><d:sync-token>`+escaped(token)+
			`</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/><d:resourcetype/></d:prop></d:sync-collection>`)
		var fault *notify.Error
		switch {
		case errors.As(err, &fault) && fault.Code >= 400 && fault.Code < 500 && fault.Code != http.StatusUnauthorized:
			return Changes{}, ErrAnew // RFC 6578 section 3.2: valid-sync-token, or it is not supported at all
		case err != nil:
			return Changes{}, err
		case got.Token == "":
			return Changes{}, ErrAnew
		}
		out.Cards = append(out.Cards, c.listed(got.Found)...)
		for _, at := range got.Gone {
			if u, err := c.out.Target(at); err == nil {
				out.Gone = append(out.Gone, normal(u))
			}
		}
		if out.Token = got.Token; !got.More || out.Token == token {
			return out, nil
		}
		token = out.Token
	}
	return Changes{}, ErrAnew
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // into memory: never fails
	return b.String()
}

// Card is a vCard with where it is.
type Card struct {
	Path, ETag string
	Text       string
}

// Read reads cards and tells take of them, some at a time. One that is not there any more, or is too long, is left out. The error is a
// *notify.Error, or that of take.
func (c *Client) Read(ctx context.Context, paths []string, take func([]Card) error) error {
	for some := range slices.Chunk(paths, chunk) {
		cards, err := c.read(ctx, some)
		if err == nil {
			err = take(cards)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read asks for cards at once; what is too long together is asked for in halves. Few servers know that photographs can be left out
// (RFC 6352 section 10.4.2).
func (c *Client) read(ctx context.Context, paths []string) ([]Card, error) {
	var b strings.Builder
	b.WriteString(`<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><d:getetag/><c:address-data>`)
	for _, name := range []string{"VERSION", "UID", "FN", "N", "ORG", "TEL", "EMAIL", "CATEGORIES"} {
		b.WriteString(`<c:prop name="` + name + `"/>`)
	}
	b.WriteString(`</c:address-data></d:prop>`)
	for _, p := range paths {
		b.WriteString("<d:href>" + escaped(p) + "</d:href>")
	}
	b.WriteString(`</c:addressbook-multiget>`)
	got, err := c.out.Ask(ctx, "REPORT", c.out.Base.EscapedPath(), "1", b.String())
	switch {
	case errors.Is(err, httpout.ErrTooLong) && len(paths) > 1:
		first, err := c.read(ctx, paths[:len(paths)/2])
		if err != nil {
			return nil, err
		}
		second, err := c.read(ctx, paths[len(paths)/2:])
		return append(first, second...), err
	case errors.Is(err, httpout.ErrTooLong):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var cards []Card
	for _, f := range got.Found {
		u, err := c.out.Target(f.At)
		if err != nil || f.AddressData == "" || !slices.Contains(paths, normal(u)) {
			continue
		}
		cards = append(cards, Card{Path: normal(u), ETag: f.ETag, Text: f.AddressData})
	}
	return cards, nil
}

// Path is where a card of a name is, or would be.
func (c *Client) Path(name string) string {
	return strings.TrimSuffix(normal(c.out.Base), "/") + "/" + url.PathEscape(name) + ".vcf"
}

// normal is a path in one form, however the server has escaped it.
func normal(u *url.URL) string {
	if strings.Contains(strings.ToLower(u.RawPath), "%2f") { // this slash parts nothing
		return u.EscapedPath()
	}
	return (&url.URL{Path: u.Path}).EscapedPath()
}

// Put writes a card where nothing may be yet, or where it is still as tag says, and returns its ETag. The error is [ErrTaken] or a
// *notify.Error: after one of these it may be there all the same, when the answer was lost.
func (c *Client) Put(ctx context.Context, at, tag, text string) (string, error) {
	header := http.Header{"If-None-Match": {"*"}}
	if tag != "" {
		header = http.Header{"If-Match": {tag}}
	}
	now, err := c.out.Write(ctx, at, header, "text/vcard", []byte(text))
	if err != nil || now != "" {
		return now, err
	}
	return c.out.Tag(ctx, at)
}

// Tag returns the ETag of a card. The error is a *notify.Error.
func (c *Client) Tag(ctx context.Context, at string) (string, error) { return c.out.Tag(ctx, at) }

// Remove removes a card when it is still as it was; one that is gone is removed. The error is [ErrTaken] or a *notify.Error.
func (c *Client) Remove(ctx context.Context, at, tag string) error { return c.out.Remove(ctx, at, tag) }
