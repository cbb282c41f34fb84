// Package caldav speaks with a calendar server (CalDAV, RFC 4791), as far as a receptionist needs it: what is there, when somebody is
// busy, and an event put, replaced or removed so that nothing of others is overwritten.
//
// A [Client] follows no redirection, for the owner has named one server; it reads answers of up to answerMost, and each request has
// patience at the most. It goes out by egress, signs in by Basic or Digest (RFC 7616), and starts no goroutine. What the server says is in
// no error: it may repeat an entry's words.
package caldav

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/egress/dav"
	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Bounds of one request.
const (
	answerMost = 20 << 20 // octets
	patience   = 5 * time.Second
)

// ErrTaken says that something else is there, or was put there meanwhile.
var ErrTaken = dav.ErrTaken

// Client speaks with the server of one calendar.
type Client struct{ out *dav.Client }

// New returns a client for a calendar, with its password. The error is a *notify.Error.
func New(gate *egress.Gate, c record.Calendar, password string) (*Client, error) {
	out, err := dav.New(httpout.New(gate, httpout.Server{
		Purpose: egress.Calendar, URL: c.URL, User: c.User, Password: password, CA: c.CA, AnswerMost: answerMost, Patience: patience,
	}))
	if err != nil {
		return nil, err
	}
	return &Client{out}, nil
}

// Seen is what stands at the address of a calendar.
type Seen struct {
	Calendar bool   // it is one
	Name     string // as its owner calls it
	Tag      string // changes with anything in it; "" = the server does not say
	Others   []Other
}

// Other is a calendar that the same user has.
type Other = dav.Other

// Look returns what stands at the address. The error is a *notify.Error.
func (c *Client) Look(ctx context.Context) (Seen, error) {
	p, err := c.out.Look(ctx)
	return Seen{Calendar: p.Type.Calendar != nil, Name: p.Name, Tag: p.Tag}, err
}

// Find returns the calendars of the user that hold events, as far as the server tells. The error is a *notify.Error.
func (c *Client) Find(ctx context.Context) ([]Other, error) {
	return c.out.Find(ctx, func(p dav.Prop) string { return p.CalendarHome.Href }, func(p dav.Prop) bool {
		events := len(p.Components.List) == 0
		for _, comp := range p.Components.List {
			events = events || comp.Name == "VEVENT"
		}
		return p.Type.Calendar != nil && events
	})
}

// Object is what a calendar holds in one file, as far as it matters within a window.
type Object struct {
	Path, ETag string
	Events     []ics.Event
}

// Busy are the objects of a calendar that are busy in a window, and how many of its entries could not be read.
type Busy struct {
	Objects    []Object
	Unreadable int
}

// stamp is how requests write times.
const stamp = "20060102T150405Z"

// Read returns when the calendar is busy within a window. The error is a *notify.Error.
func (c *Client) Read(ctx context.Context, w ics.Window) (Busy, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := c.out.Ask(ctx, "REPORT", c.out.Base.EscapedPath(), "1", fmt.Sprintf(`<c:calendar-query xmlns:d="DAV:" `+
		`xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>`+
		`<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="%s" end="%s"/></c:comp-filter></c:comp-filter>`+
		`</c:filter></c:calendar-query>`, w.From.UTC().Format(stamp), w.To.UTC().Format(stamp)))
	if err != nil {
		return Busy{}, err
	}
	var out Busy
	for _, f := range got.Found {
		if err := ctx.Err(); err != nil { // rules that take long to work out
			return Busy{}, notify.Explain(err)
		}
		if f.CalendarData == "" {
			continue
		}
		events, bad, err := ics.Expand([]byte(f.CalendarData), w)
		if err != nil {
			bad++
		}
		out.Unreadable += bad
		if len(events) > 0 {
			out.Objects = append(out.Objects, Object{Path: f.At, ETag: f.ETag, Events: events})
		}
	}
	return out, nil
}

// Put writes an entry where nothing may be yet, by the name of its file, and returns its path. The error is ErrTaken or a *notify.Error:
// after one of these it may be there all the same, when the answer was lost.
func (c *Client) Put(ctx context.Context, name string, e ics.Entry) (string, error) {
	at := strings.TrimSuffix(c.out.Base.EscapedPath(), "/") + "/" + url.PathEscape(name) + ".ics"
	return at, c.write(ctx, at, http.Header{"If-None-Match": {"*"}}, ics.Write(e))
}

// Move has an entry take place at another time, when it is still as it was; all else that the office has written into it stays.
func (c *Client) Move(ctx context.Context, o Object, stamp, start, end time.Time) error {
	a, err := c.out.Do(ctx, http.MethodGet, o.Path, http.Header{"Accept": {"text/calendar"}}, nil)
	switch {
	case err != nil:
		return err
	case a.Code == http.StatusNotFound || a.Code == http.StatusGone:
		return ErrTaken
	case a.Code != http.StatusOK:
		return httpout.Judge(a.Code)
	}
	if tag := a.Header.Get("ETag"); tag != o.ETag {
		return ErrTaken
	}
	moved, err := ics.Move(a.Body, stamp, start, end)
	if err != nil {
		return &notify.Error{Fault: notify.FaultGarbage, Err: err}
	}
	return c.write(ctx, o.Path, http.Header{"If-Match": {o.ETag}}, moved)
}

// Remove removes an object when it is still as it was; one that is gone is removed.
func (c *Client) Remove(ctx context.Context, o Object) error {
	return c.out.Remove(ctx, o.Path, o.ETag)
}

func (c *Client) write(ctx context.Context, at string, header http.Header, body []byte) error {
	_, err := c.out.Write(ctx, at, header, "text/calendar", body)
	return err
}
