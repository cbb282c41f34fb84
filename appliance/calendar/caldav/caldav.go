// Package caldav speaks with a calendar server (CalDAV, RFC 4791), as far as a receptionist needs it: what is there, when somebody is
// busy, and an event put, replaced or removed so that nothing of others is overwritten.
//
// A [Client] follows no redirection, for the owner has named one server; it reads answers of up to answerMost, and each request has
// patience at the most. It goes out by egress, signs in by Basic or Digest (RFC 7616), and starts no goroutine. What the server says is in
// no error: it may repeat an entry's words.
package caldav

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/icholy/digest"

	"frontdesk.internal/appliance/calendar/ics"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/notify"
	"frontdesk.internal/appliance/record"
)

// Bounds of one request.
const (
	answerMost  = 20 << 20 // octets
	patience    = 5 * time.Second
	objectsMost = 20_000 // in an answer
	listMost    = 50     // calendars that are shown
)

// Errors that are no faults of the server.
var (
	// ErrTaken says that something else is there, or was put there meanwhile.
	ErrTaken = errors.New("something else is there by now")
	errMoved = errors.New("the server sends to another address, which the owner has not named")
)

// Client speaks with the server of one calendar.
type Client struct {
	base     *url.URL
	user     string
	password string
	http     *http.Client
}

// New returns a client for a calendar, with its password. The error is a *notify.Error.
func New(gate *egress.Gate, c record.Calendar, password string) (*Client, error) {
	base, err := url.Parse(c.URL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, &notify.Error{Fault: notify.FaultSetting, Err: errors.New("no address of a calendar")}
	}
	base.User, base.Fragment = nil, ""
	trust, err := notify.Trust(record.Recipient{CA: c.CA}, base.Hostname())
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return gate.DialName(ctx, egress.Calendar, address)
		},
		TLSClientConfig: trust, MaxResponseHeaderBytes: 64 << 10,
		DisableKeepAlives: true, // what a server says unasked on an idle connection is logged
	}
	return &Client{
		base: base, user: c.User, password: password,
		http: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return errMoved }},
	}, nil
}

// answer is what a server has said.
type answer struct {
	code   int
	header http.Header
	body   []byte
}

// do sends a request to a path of the server, with a sign-in when the server asks for it by Digest. The error is a *notify.Error.
func (c *Client) do(ctx context.Context, method, at string, header http.Header, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a, err := c.once(ctx, method, at, header, body, "")
	if err != nil || a.code != http.StatusUnauthorized || c.user == "" {
		return a, err
	}
	ch, err := digest.FindChallenge(a.header)
	if err != nil {
		return a, nil // it takes Basic, and has not taken ours
	}
	target, err := c.target(at)
	if err != nil {
		return a, nil
	}
	sign, err := digest.Digest(ch, digest.Options{
		Method: method, URI: target.RequestURI(), Username: c.user, Password: c.password, Count: 1,
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	})
	if err != nil {
		return a, nil // a kind that nobody knows
	}
	return c.once(ctx, method, at, header, body, sign.String())
}

// target is the address of a path of the server.
func (c *Client) target(at string) (*url.URL, error) {
	u, err := c.base.Parse(at)
	if err != nil || u.Host != c.base.Host || u.Scheme != c.base.Scheme {
		return nil, &notify.Error{Fault: notify.FaultRefused, Err: errMoved}
	}
	return u, nil
}

func (c *Client) once(ctx context.Context, method, at string, header http.Header, body []byte, sign string) (answer, error) {
	u, err := c.target(at)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, &notify.Error{Fault: notify.FaultSetting, Err: err}
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", "Frontdesk")
	switch {
	case sign != "":
		req.Header.Set("Authorization", sign)
	case c.user != "":
		req.SetBasicAuth(c.user, c.password)
	}
	res, err := c.http.Do(req)
	switch {
	case errors.Is(err, errMoved):
		if res != nil {
			return answer{}, &notify.Error{Fault: notify.FaultRefused, Code: res.StatusCode, Err: errMoved}
		}
		return answer{}, &notify.Error{Fault: notify.FaultRefused, Err: errMoved}
	case err != nil && (strings.Contains(err.Error(), "malformed HTTP") || strings.Contains(err.Error(), "connection broken")):
		return answer{}, &notify.Error{Fault: notify.FaultGarbage, Err: err}
	case err != nil:
		return answer{}, notify.Explain(err)
	}
	defer func() { _ = res.Body.Close() }() // it was only read
	got, err := io.ReadAll(io.LimitReader(res.Body, answerMost+1))
	if err != nil {
		return answer{}, notify.Explain(err)
	}
	if len(got) > answerMost {
		return answer{}, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("the answer is too long")}
	}
	return answer{res.StatusCode, res.Header, got}, nil
}

// judge tells what a code other than what was hoped for means.
func judge(code int) error {
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

// multistatus is what servers answer to questions about properties (RFC 4918 section 14.16).
type multistatus struct {
	XMLName   xml.Name `xml:"DAV: multistatus"`
	Responses []struct {
		Href  string `xml:"DAV: href"`
		Props []struct {
			Status string `xml:"DAV: status"`
			Prop   prop   `xml:"DAV: prop"`
		} `xml:"DAV: propstat"`
	} `xml:"DAV: response"`
}

// prop are the properties that matter here.
type prop struct {
	Type struct {
		Calendar *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
	} `xml:"DAV: resourcetype"`
	Name       string `xml:"DAV: displayname"`
	Principal  href   `xml:"DAV: current-user-principal"`
	Home       href   `xml:"urn:ietf:params:xml:ns:caldav calendar-home-set"`
	ETag       string `xml:"DAV: getetag"`
	Tag        string `xml:"http://calendarserver.org/ns/ getctag"`
	Data       string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
	Components struct {
		List []struct {
			Name string `xml:"name,attr"`
		} `xml:"urn:ietf:params:xml:ns:caldav comp"`
	} `xml:"urn:ietf:params:xml:ns:caldav supported-calendar-component-set"`
}

type href struct {
	Href string `xml:"DAV: href"`
}

// found is a resource with the properties that it has.
type found struct {
	at string
	prop
}

// ask sends a question and reads the answer.
func (c *Client) ask(ctx context.Context, method, at, depth, question string) ([]found, error) {
	header := http.Header{"Content-Type": {"application/xml; charset=utf-8"}, "Depth": {depth}}
	a, err := c.do(ctx, method, at, header, []byte(xml.Header+question))
	if err != nil {
		return nil, err
	}
	if a.code != http.StatusMultiStatus {
		return nil, judge(a.code)
	}
	var m multistatus
	if err := xml.Unmarshal(a.body, &m); err != nil || len(m.Responses) > objectsMost {
		return nil, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("no list of properties")}
	}
	var out []found
	for _, r := range m.Responses {
		for _, p := range r.Props {
			if strings.Contains(p.Status, " 200") {
				out = append(out, found{r.Href, p.Prop})
			}
		}
	}
	return out, nil
}

const lookFor = `<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"><d:prop>` +
	`<d:resourcetype/><d:displayname/><d:current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/><s:getctag/>` +
	`</d:prop></d:propfind>`

// Seen is what stands at the address of a calendar.
type Seen struct {
	Calendar bool   // it is one
	Name     string // as its owner calls it
	Tag      string // changes with anything in it; "" = the server does not say
	Others   []Other
}

// Other is a calendar that the same user has.
type Other struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Look returns what stands at the address. The error is a *notify.Error.
func (c *Client) Look(ctx context.Context) (Seen, error) {
	got, err := c.ask(ctx, "PROPFIND", c.base.Path, "0", lookFor)
	if err != nil || len(got) == 0 {
		return Seen{}, cmp.Or[error](err, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("nothing at the address")})
	}
	return Seen{Calendar: got[0].Type.Calendar != nil, Name: got[0].Name, Tag: got[0].Tag}, nil
}

// Find returns the calendars of the user, as far as the server tells: from the address to the user, from there to where that one's
// calendars are (RFC 4791 section 6.2.1). The error is a *notify.Error.
func (c *Client) Find(ctx context.Context) ([]Other, error) {
	got, err := c.ask(ctx, "PROPFIND", c.base.Path, "0", lookFor)
	if err != nil {
		return nil, err
	}
	home, user := "", ""
	for _, f := range got {
		home, user = cmp.Or(home, f.Home.Href), cmp.Or(user, f.Principal.Href)
	}
	if home == "" && user != "" {
		if got, err = c.ask(ctx, "PROPFIND", user, "0", lookFor); err != nil {
			return nil, err
		}
		for _, f := range got {
			home = cmp.Or(home, f.Home.Href)
		}
	}
	list, err := c.ask(ctx, "PROPFIND", cmp.Or(home, c.base.Path), "1", lookFor)
	if err != nil {
		return nil, err
	}
	var out []Other
	for _, f := range list {
		events := len(f.Components.List) == 0
		for _, comp := range f.Components.List {
			events = events || comp.Name == "VEVENT"
		}
		u, err := c.target(f.at)
		if f.Type.Calendar == nil || !events || err != nil || len(out) == listMost {
			continue
		}
		out = append(out, Other{Name: cmp.Or(f.Name, path.Base(f.at)), URL: u.String()})
	}
	return out, nil
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
	got, err := c.ask(ctx, "REPORT", c.base.Path, "1", fmt.Sprintf(`<c:calendar-query xmlns:d="DAV:" `+
		`xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>`+
		`<c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="%s" end="%s"/></c:comp-filter></c:comp-filter>`+
		`</c:filter></c:calendar-query>`, w.From.UTC().Format(stamp), w.To.UTC().Format(stamp)))
	if err != nil {
		return Busy{}, err
	}
	var out Busy
	for _, f := range got {
		if err := ctx.Err(); err != nil { // rules that take long to work out
			return Busy{}, notify.Explain(err)
		}
		if f.Data == "" {
			continue
		}
		events, bad, err := ics.Expand([]byte(f.Data), w)
		if err != nil {
			bad++
		}
		out.Unreadable += bad
		if len(events) > 0 {
			out.Objects = append(out.Objects, Object{Path: f.at, ETag: f.ETag, Events: events})
		}
	}
	return out, nil
}

// Put writes an entry where nothing may be yet, by the name of its file, and returns its path. The error is ErrTaken or a *notify.Error:
// after one of these it may be there all the same, when the answer was lost.
func (c *Client) Put(ctx context.Context, name string, e ics.Entry) (string, error) {
	at := strings.TrimSuffix(c.base.EscapedPath(), "/") + "/" + url.PathEscape(name) + ".ics"
	return at, c.write(ctx, http.MethodPut, at, http.Header{"If-None-Match": {"*"}}, ics.Write(e))
}

// Move has an entry take place at another time, when it is still as it was; all else that the office has written into it stays.
func (c *Client) Move(ctx context.Context, o Object, stamp, start, end time.Time) error {
	a, err := c.do(ctx, http.MethodGet, o.Path, http.Header{"Accept": {"text/calendar"}}, nil)
	switch {
	case err != nil:
		return err
	case a.code == http.StatusNotFound || a.code == http.StatusGone:
		return ErrTaken
	case a.code != http.StatusOK:
		return judge(a.code)
	}
	if tag := a.header.Get("ETag"); tag != o.ETag {
		return ErrTaken
	}
	moved, err := ics.Move(a.body, stamp, start, end)
	if err != nil {
		return &notify.Error{Fault: notify.FaultGarbage, Err: err}
	}
	return c.write(ctx, http.MethodPut, o.Path, http.Header{"If-Match": {o.ETag}}, moved)
}

// Remove removes an object when it is still as it was; one that is gone is removed.
func (c *Client) Remove(ctx context.Context, o Object) error {
	header := http.Header{}
	if o.ETag != "" {
		header.Set("If-Match", o.ETag)
	}
	err := c.write(ctx, http.MethodDelete, o.Path, header, nil)
	var fault *notify.Error
	if errors.As(err, &fault) && (fault.Code == http.StatusNotFound || fault.Code == http.StatusGone) {
		return nil
	}
	return err
}

func (c *Client) write(ctx context.Context, method, at string, header http.Header, body []byte) error {
	if body != nil {
		header.Set("Content-Type", "text/calendar; charset=utf-8")
	}
	a, err := c.do(ctx, method, at, header, body)
	switch {
	case err != nil:
		return err
	case slices.Contains([]int{http.StatusPreconditionFailed, http.StatusConflict, http.StatusLocked}, a.code):
		return ErrTaken
	case !slices.Contains([]int{http.StatusOK, http.StatusCreated, http.StatusNoContent, http.StatusAccepted}, a.code):
		return judge(a.code)
	}
	return nil
}
