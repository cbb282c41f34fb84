package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/inwords"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// cookieName is that of the session. The prefix makes browsers insist on HTTPS, on this host and on no path.
const cookieName = "__Host-frontdesk"

// Places in the navigation.
const (
	navToday    = "today"
	navCalls    = "calls"
	navCallers  = "callers"
	navBusiness = "business"
	navPhone    = "phone"
	navSystem   = "system"
	navStart    = "start"
)

// may says who may open a page.
type may int

const (
	anybody may = iota // without signing in
	staff              // everybody with an account
	owner              // the owner alone
)

// visit is one request by somebody known.
type visit struct {
	*http.Request
	who    access.Identity // empty when nobody is signed in
	secret string          // of the session
	now    time.Time       // in the time zone of the business
	status service.Status
	tongue *tongue // nil: English
}

// from is the address of the browser.
func (v *visit) from() netip.Addr {
	a, err := netip.ParseAddrPort(v.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap().WithZone("")
}

// browser is from where somebody visits.
func (v *visit) browser() service.Browser {
	return service.Browser{From: v.from(), Agent: v.UserAgent(), Device: device(v)}
}

// back returns where a form came from, for the way back; the first page when that is none of ours.
func (v *visit) back() string {
	b := v.FormValue("back")
	u, err := url.Parse(b)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(b, "//") || strings.Contains(b, `\`) {
		return "/"
	}
	return u.RequestURI()
}

// isPart reports whether htmx asks for a piece of the page instead of a person for all of it.
func (v *visit) isPart() bool { return v.Header.Get("HX-Request") == "true" }

// reply is what a handler gives back: a page, or where to go on.
type reply struct {
	page  string // template of the page, "today.html"
	part  string // with isPart: only this template of it
	title string
	named bool   // the title is somebody's name, or number
	nav   string // place in the navigation
	data  any    // .Data of the template
	code  int    // 0 = 200

	to      string // go there instead, with 303
	reload  bool   // a page of which a part was asked for is out of date: the browser loads it anew instead
	cookies []*http.Cookie
}

// goTo sends the browser on, so that loading the page again does not repeat what was done.
func goTo(path string) reply { return reply{to: path} }

// handler answers a visit. An error becomes a page that says so; store.ErrNotFound one that says that nothing is there.
type handler func(v *visit) (reply, error)

// frame is what every template gets.
type frame struct {
	Title    string
	Nav      string
	Business string
	Tone     string // of the state: good, warn, bad
	State    string // does the box answer? In two or three words
	Who      access.Identity
	SignedIn bool
	Version  string
	Path     string // of this page with its query, for forms that come back
	Now      time.Time
	Files    files
	Data     any
	Drafts   int       // changes that wait to be published, for the owner
	Unset    bool      // nothing is published yet, for the owner
	Open     int       // messages that wait, for the title
	Left     string    // since when nothing has left the box, as a sentence
	Kept     *keptForm // what was typed before a session ended, and is not saved
	Language string    // of the page, BCP 47
	Others   []*tongue // languages to change to
	Back     string    // where changing the language leads back to
}

// Owner reports whether the visitor may change things.
func (f frame) Owner() bool { return f.Who.Owner() }

// handle puts h at pattern, for who may open it.
func (p *pages) handle(mux *http.ServeMux, pattern string, m may, h handler) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		v, ok := p.admit(w, r, m)
		if !ok {
			return
		}
		rep, err := h(v)
		p.answer(w, v, rep, err)
	})
}

// admit finds out who visits. It answers by itself, and returns false, when they may not.
func (p *pages) admit(w http.ResponseWriter, r *http.Request, m may) (*visit, bool) {
	v := &visit{Request: r, tongue: p.tongueOf(r)}
	s, place, err := p.statusCache.read(r.Context())
	v.status, v.now = s, p.now().In(place)
	if err != nil {
		p.fault(w, v, err)
		return nil, false
	}
	if c, err := r.Cookie(cookieName); err == nil {
		v.secret = c.Value
		v.who, err = p.gate.Session(r.Context(), v.secret)
		if err == nil {
			keepPlace(r)
		}
		if err != nil && !errors.Is(err, access.ErrNoSession) {
			p.fault(w, v, err)
			return nil, false
		}
	}
	if v.who.Account != "" {
		v.Request = r.WithContext(service.WithActor(r.Context(), actorOf(v.who)))
	}
	switch {
	case m == anybody:
		return v, true
	case v.who.Account == "":
		p.toSignIn(w, v)
		return nil, false
	case m == owner && !v.who.Owner():
		p.say(w, v, http.StatusForbidden, "Only the owner may open this", "Ask the owner of this box, or sign in with the owner’s name.")
		return nil, false
	}
	return v, true
}

// toSignIn sends a visitor to the sign-in and later back here; to the first run when there is no owner yet.
func (p *pages) toSignIn(w http.ResponseWriter, v *visit) {
	fresh, err := p.gate.Fresh()
	if err != nil {
		p.fault(w, v, err)
		return
	}
	to := "/signin"
	if v.Method == http.MethodPost && v.secret != "" && !v.isPart() { // the session has ended while somebody typed
		if token := p.kept.keep(v.Request, v.now); token != "" {
			to += "?" + url.Values{"back": {cameFrom(v.Request)}, "kept": {token}}.Encode()
		}
	}
	if v.Method == http.MethodGet && v.URL.Path != "/" && !v.isPart() {
		to += "?back=" + url.QueryEscape(v.URL.RequestURI())
	}
	if fresh {
		to = "/setup"
	}
	if v.isPart() { // htmx would put the sign-in into a corner of the page
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, v.Request, to, http.StatusSeeOther)
}

// answer sends what a handler gave back.
func (p *pages) answer(w http.ResponseWriter, v *visit, rep reply, err error) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		p.say(w, v, http.StatusNotFound, "This is not here any more", "It may have been removed, or the address is mistyped.")
		return
	case errors.Is(err, service.ErrRefused):
		p.say(w, v, http.StatusForbidden, "Only the owner may do this", "Ask the owner of this box, or sign in with the owner’s name.")
		return
	case err != nil && v.Context().Err() != nil:
		return // nobody waits for it
	case err != nil:
		p.fault(w, v, err)
		return
	}
	for _, c := range rep.cookies {
		http.SetCookie(w, c)
	}
	if rep.reload && v.isPart() {
		w.Header().Set("HX-Refresh", "true")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if rep.to != "" {
		http.Redirect(w, v.Request, rep.to, http.StatusSeeOther)
		return
	}
	p.render(w, v, rep)
}

// fault tells of a fault of ours.
func (p *pages) fault(w http.ResponseWriter, v *visit, err error) {
	p.log.Error("a page could not be made", "path", v.URL.Path, "err", err)
	p.say(w, v, http.StatusInternalServerError, "The records cannot be read",
		"Calls may be answered all the same. Try again; if that does not help, restart the box. The log says what went wrong.")
}

// notice is a page of one heading and one sentence.
type notice struct{ Text string }

func (p *pages) say(w http.ResponseWriter, v *visit, code int, heading, text string) {
	p.render(w, v, reply{page: "notice.html", title: heading, data: notice{text}, code: code})
}

// render answers with a whole page, a part of one, or, when that fails, with none of it.
func (p *pages) render(w http.ResponseWriter, v *visit, rep reply) {
	if v.tongue == nil {
		v.tongue = p.tongues[0]
	}
	t := v.tongue.templates[rep.page]
	name := "frame.html"
	if rep.part != "" && v.isPart() {
		name = rep.part
	}
	var b bytes.Buffer
	err := fmt.Errorf("there is no template %q", rep.page)
	if t != nil {
		err = t.ExecuteTemplate(&b, name, p.frame(v, rep))
	}
	if err != nil {
		p.log.Error("the page cannot be made", "err", err)
		http.Error(w, "The page cannot be made. The log says why.", http.StatusInternalServerError)
		return
	}
	code := rep.code
	if code == 0 {
		code = http.StatusOK
	}
	send(w, code, "text/html; charset=utf-8", b.Bytes())
}

func (p *pages) frame(v *visit, rep reply) frame {
	tone, state := stateOf(v.status)
	title := v.tongue.say(rep.title)
	if rep.named {
		title = someone(v.tongue.say)(rep.title)
	}
	f := frame{
		Title: title, Nav: rep.nav, Business: v.status.Business, Tone: tone, State: state, Who: v.who, SignedIn: v.who.Account != "",
		Open: v.status.Messages, Now: v.now, Files: p.files, Data: rep.data, Path: v.URL.RequestURI(),
		Language: v.tongue.Tag, Others: p.others(v.tongue), Back: v.URL.RequestURI(),
	}
	if v.Method == http.MethodPost {
		f.Back = cameFrom(v.Request)
	}
	if f.Business == "" {
		f.Business = "Frontdesk"
	}
	if v.who.Owner() {
		f.Drafts, f.Unset = p.statusCache.waiting(), v.status.Profile == 0
	}
	if f.SignedIn {
		f.Kept = p.kept.get(v.URL.Query().Get("kept"), v.now)
		f.Version, f.Left = v.status.Version, p.leftText(v)
	}
	return f
}

// leftText says since when nothing has left the box; "" when that is not known.
func (p *pages) leftText(v *visit) string {
	at, ok := p.statusCache.lastLeft(v.Context())
	switch {
	case !ok:
		return ""
	case at.IsZero():
		return "Nothing has ever left this box."
	}
	return "Nothing has left this box since " + inwords.Moment(at, v.now) + "."
}

// stateOf says in two or three words whether the box answers.
func stateOf(s service.Status) (tone, state string) {
	switch {
	case s.Overall == health.Failed:
		return toneBad, "not answering"
	case s.Answering && s.Profile == 0:
		return toneWarn, "not set up yet"
	case !s.Answering && s.Phone.State == "registering":
		return toneWarn, "connecting"
	case !s.Answering:
		return toneWarn, "no calls come in"
	case s.Overall == health.Degraded:
		return toneWarn, "answering, with limits"
	}
	return toneGood, "answering"
}

// actorOf is somebody who is signed in, as the service knows them.
func actorOf(who access.Identity) service.Actor {
	return service.Actor{Kind: "account", Name: who.Name, Door: pageDoor, Role: service.RoleOf(who.Role)}
}

// SignedIn returns who is signed in at the page; ok is false when nobody is.
func SignedIn(g *access.Guard, r *http.Request) (who service.Actor, ok bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return service.Actor{}, false
	}
	one, err := g.Session(r.Context(), c.Value)
	return actorOf(one), err == nil
}

// sessionCookie carries a session's secret; "" takes it away.
func sessionCookie(secret string) *http.Cookie {
	c := &http.Cookie{
		Name: cookieName, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		MaxAge: int(access.TotalLimit / time.Second),
	}
	if secret == "" {
		c.MaxAge = -1
	}
	return c
}

// deviceName is the cookie of a browser in which somebody has signed in before.
const deviceName = "__Host-frontdesk-device"

// signedIn are the cookies of a new session: its secret, and what keeps the guesses of others from making this browser wait.
func (p *pages) signedIn(v *visit, secret string) []*http.Cookie {
	cookies := []*http.Cookie{sessionCookie(secret)}
	device, err := p.gate.Device(v.Context(), secret)
	if err != nil {
		p.log.Error("a browser could not be told from others", "err", err)
		return cookies
	}
	return append(cookies, &http.Cookie{
		Name: deviceName, Value: device, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: access.DeviceLife,
	})
}

// device is what the browser brings of a former sign-in.
func device(v *visit) string {
	c, err := v.Cookie(deviceName)
	if err != nil {
		return ""
	}
	return c.Value
}

// said says the words for a value.
func said[T any](say func(string) string, words func(T) string) func(T) string {
	return func(x T) string { return say(words(x)) }
}

// someone says a name as it is, and in the language of the page that there is neither a name nor a number.
func someone(say func(string) string) func(string) string {
	return func(name string) string {
		if strings.EqualFold(name, record.PhoneNumber("").Masked()) {
			return say(name)
		}
		return name
	}
}

// functions are what templates may call; say says a text of the code in the language of the page.
func functions(say func(string) string) template.FuncMap {
	return template.FuncMap{
		"say":       func(text any) string { return say(fmt.Sprint(text)) },
		"when":      func(now, t time.Time) string { return say(inwords.Moment(t, now)) },
		"day":       func(now, t time.Time) string { return say(inwords.Day(t, now)) },
		"number":    numbering.Shown,
		"asked":     said(say, inwords.Asked),
		"state":     said(say, inwords.RequestState),
		"identity":  said(say, inwords.Identity),
		"outcome":   said(say, inwords.Outcome),
		"consent":   said(say, inwords.Consent),
		"how":       said(say, inwords.ConsentHow),
		"field":     said(say, inwords.Field),
		"source":    said(say, inwords.Source),
		"basis":     said(say, inwords.Basis),
		"role":      said(say, inwords.Role),
		"import":    said(say, inwords.Import),
		"codec":     said(say, codec),
		"someone":   someone(say),
		"count":     func(n uint64) int { return int(min(n, math.MaxInt32)) },
		"size":      func(n uint64) int64 { return int64(min(n, math.MaxInt64)) },
		"megabytes": said(say, megabytes),
		"masked":    func(n record.PhoneNumber) string { return someone(say)(n.Masked()) },
		"plural": func(n int, one, many string) string {
			if n == 1 {
				return fmt.Sprintf("%d %s", n, one)
			}
			return fmt.Sprintf("%d %s", n, many)
		},
		"pair": func(now time.Time, m letter) struct {
			Now time.Time
			M   letter
		} {
			return struct {
				Now time.Time
				M   letter
			}{now, m}
		},
	}
}

// codec names what carried the sound in words, with its name for a technician.
func codec(name string) string {
	switch name {
	case "PCMU", "PCMA":
		return "telephone quality (G.711, " + name + ")"
	case "G722":
		return "better than telephone quality (G.722)"
	}
	return name
}

// detached returns a context for what must be finished although the browser went away.
func detached(v *visit) context.Context { return context.WithoutCancel(v.Context()) }
