// Package dav speaks with servers of calendars and of address books, as far as both are the same: questions about properties (WebDAV, RFC
// 4918), finding what a user has, and objects written and removed so that nothing of others is overwritten. What is in the objects is not
// its business. A [Client] is one of httpout, with its rules.
package dav

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/egress/httpout"
	"frontdesk.internal/appliance/notify"
)

// Bounds of an answer.
const (
	objectsMost = 20_000
	listMost    = 50 // collections of a user that are shown
)

// ErrTaken says that something else is there, or was put there meanwhile.
var ErrTaken = errors.New("something else is there by now")

// Client speaks with the server of one collection.
type Client struct{ *httpout.Client }

// New returns a client. The error is a *notify.Error.
func New(out *httpout.Client, err error) (*Client, error) {
	if err != nil {
		return nil, err
	}
	return &Client{out}, nil
}

// multistatus is what servers answer to questions about properties (RFC 4918 section 14.16, RFC 6578 section 6.4).
type multistatus struct {
	XMLName   xml.Name `xml:"DAV: multistatus"`
	Token     string   `xml:"DAV: sync-token"`
	Responses []struct {
		Href   string `xml:"DAV: href"`
		Status string `xml:"DAV: status"`
		Props  []struct {
			Status string `xml:"DAV: status"`
			Prop   Prop   `xml:"DAV: prop"`
		} `xml:"DAV: propstat"`
	} `xml:"DAV: response"`
}

// Prop are the properties that matter to calendars and address books.
type Prop struct {
	Type struct {
		Calendar    *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
		AddressBook *struct{} `xml:"urn:ietf:params:xml:ns:carddav addressbook"`
		Collection  *struct{} `xml:"DAV: collection"`
	} `xml:"DAV: resourcetype"`
	Name         string `xml:"DAV: displayname"`
	Principal    href   `xml:"DAV: current-user-principal"`
	CalendarHome href   `xml:"urn:ietf:params:xml:ns:caldav calendar-home-set"`
	BookHome     href   `xml:"urn:ietf:params:xml:ns:carddav addressbook-home-set"`
	ETag         string `xml:"DAV: getetag"`
	Tag          string `xml:"http://calendarserver.org/ns/ getctag"`
	Token        string `xml:"DAV: sync-token"`
	CalendarData string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
	AddressData  string `xml:"urn:ietf:params:xml:ns:carddav address-data"`
	Components   struct {
		List []struct {
			Name string `xml:"name,attr"`
		} `xml:"urn:ietf:params:xml:ns:caldav comp"`
	} `xml:"urn:ietf:params:xml:ns:caldav supported-calendar-component-set"`
}

type href struct {
	Href string `xml:"DAV: href"`
}

// Found is a resource with the properties that it has.
type Found struct {
	At string
	Prop
}

// Answer is what a server has said.
type Answer struct {
	Found []Found
	Gone  []string // resources that are not there any more
	Token string   // from where to ask for changes the next time
	More  bool     // it has not told all (RFC 6578 section 3.6)
}

// Parse reads an answer. It trusts nothing in it; the error is a *notify.Error.
func Parse(body []byte) (Answer, error) {
	var m multistatus
	if err := xml.Unmarshal(body, &m); err != nil || len(m.Responses) > objectsMost {
		return Answer{}, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("no list of properties")}
	}
	out := Answer{Token: m.Token}
	for _, r := range m.Responses {
		switch {
		case is(r.Status, http.StatusNotFound), is(r.Status, http.StatusGone):
			out.Gone = append(out.Gone, r.Href)
		case is(r.Status, http.StatusInsufficientStorage):
			out.More = true
		}
		for _, p := range r.Props {
			if is(p.Status, http.StatusOK) {
				out.Found = append(out.Found, Found{r.Href, p.Prop})
			}
		}
	}
	return out, nil
}

// is reports whether a status line has a code.
func is(line string, code int) bool {
	fields := strings.Fields(line)
	return len(fields) > 1 && fields[1] == strconv.Itoa(code)
}

// Ask sends a question and reads the answer. The error is a *notify.Error.
func (c *Client) Ask(ctx context.Context, method, at, depth, question string) (Answer, error) {
	header := http.Header{"Content-Type": {"application/xml; charset=utf-8"}, "Depth": {depth}}
	a, err := c.Do(ctx, method, at, header, []byte(xml.Header+question))
	if err != nil {
		return Answer{}, err
	}
	if a.Code != http.StatusMultiStatus {
		return Answer{}, httpout.Judge(a.Code)
	}
	return Parse(a.Body)
}

const lookFor = `<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:a="urn:ietf:params:xml:ns:carddav" ` +
	`xmlns:s="http://calendarserver.org/ns/"><d:prop><d:resourcetype/><d:displayname/><d:current-user-principal/><c:calendar-home-set/>` +
	`<a:addressbook-home-set/><c:supported-calendar-component-set/><s:getctag/><d:sync-token/><d:getetag/></d:prop></d:propfind>`

// Look returns what stands at the address. The error is a *notify.Error.
func (c *Client) Look(ctx context.Context) (Prop, error) {
	got, err := c.Ask(ctx, "PROPFIND", c.Base.EscapedPath(), "0", lookFor)
	if err != nil || len(got.Found) == 0 {
		return Prop{}, cmp.Or[error](err, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("nothing at the address")})
	}
	return got.Found[0].Prop, nil
}

// List returns what is in the collection, and the collection. The error is a *notify.Error.
func (c *Client) List(ctx context.Context) ([]Found, error) {
	got, err := c.Ask(ctx, "PROPFIND", c.Base.EscapedPath(), "1", lookFor)
	return got.Found, err
}

// Tag returns the ETag of an object. The error is a *notify.Error.
func (c *Client) Tag(ctx context.Context, at string) (string, error) {
	got, err := c.Ask(ctx, "PROPFIND", at, "0", lookFor)
	if err != nil || len(got.Found) == 0 {
		return "", cmp.Or[error](err, &notify.Error{Fault: notify.FaultGarbage, Err: errors.New("nothing at the address")})
	}
	return got.Found[0].ETag, nil
}

// Other is a collection that the same user has.
type Other struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// Find returns the collections of the user that are of a kind, as far as the server tells: from the address to the user, from there to
// where that one's are (RFC 4791 section 6.2.1, RFC 6352 section 7.1.1). The error is a *notify.Error.
func (c *Client) Find(ctx context.Context, home func(Prop) string, kind func(Prop) bool) ([]Other, error) {
	at, err := c.home(ctx, home)
	if err != nil {
		return nil, err
	}
	list, err := c.Ask(ctx, "PROPFIND", cmp.Or(at, c.Base.EscapedPath()), "1", lookFor)
	if err != nil {
		return nil, err
	}
	var out []Other
	for _, f := range list.Found {
		u, err := c.Target(f.At)
		if !kind(f.Prop) || err != nil || len(out) == listMost {
			continue
		}
		out = append(out, Other{Name: cmp.Or(f.Name, path.Base(f.At)), URL: u.String()})
	}
	return out, nil
}

// home is where the user's collections are; "" = the server does not tell.
func (c *Client) home(ctx context.Context, home func(Prop) string) (at string, err error) {
	user := c.Base.EscapedPath()
	for range 2 { // the address, then the user
		got, err := c.Ask(ctx, "PROPFIND", user, "0", lookFor)
		if err != nil {
			return "", err
		}
		user = ""
		for _, f := range got.Found {
			at, user = cmp.Or(at, home(f.Prop)), cmp.Or(user, f.Principal.Href)
		}
		if at != "" || user == "" {
			break
		}
	}
	return at, nil
}

// Write puts an object of a type, or removes one when body is nil, as far as the header's conditions hold, and returns the ETag that the
// server names. The error is [ErrTaken] when they do not, or a *notify.Error.
func (c *Client) Write(ctx context.Context, at string, header http.Header, kind string, body []byte) (tag string, err error) {
	method := http.MethodDelete
	if body != nil {
		method = http.MethodPut
		header.Set("Content-Type", kind+"; charset=utf-8")
	}
	a, err := c.Do(ctx, method, at, header, body)
	switch {
	case err != nil:
		return "", err
	case slices.Contains([]int{http.StatusPreconditionFailed, http.StatusConflict, http.StatusLocked}, a.Code):
		return "", ErrTaken
	case !slices.Contains([]int{http.StatusOK, http.StatusCreated, http.StatusNoContent, http.StatusAccepted}, a.Code):
		return "", httpout.Judge(a.Code)
	}
	return a.Header.Get("ETag"), nil
}

// Remove removes an object when it is still as it was; tag "" = however it is. One that is gone is removed. The error is [ErrTaken] or a
// *notify.Error.
func (c *Client) Remove(ctx context.Context, at, tag string) error {
	header := http.Header{}
	if tag != "" {
		header.Set("If-Match", tag)
	}
	_, err := c.Write(ctx, at, header, "", nil)
	var fault *notify.Error
	if errors.As(err, &fault) && (fault.Code == http.StatusNotFound || fault.Code == http.StatusGone) {
		return nil
	}
	return err
}
