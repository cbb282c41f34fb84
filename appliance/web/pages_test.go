package web_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/web"
)

// busy is a service over a store with one finished call.
type busy struct {
	*site
	live     live
	troubles atomic.Pointer[health.Condition]
	store    *store.Store
	call     record.Call
	note     record.Message
}

func openReal(t *testing.T) *busy {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.TimeZone = "Europe/Berlin"
	if _, err := s.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	r := &busy{store: s}
	r.call, r.note = keep(t, s, "c1", "Anna <b>Berger</b>", record.Urgent, noon.Add(-time.Hour))
	if err := s.AddUnanswered(record.Unanswered{CallID: "c1", At: noon.Add(-time.Hour), Question: "Do you take dogs?"}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	hub := callhub.New(newClock().Now)
	d := servicetest.New(t, service.Options{Records: s, Live: &r.live, Calls: hub, Now: newClock().Now, Runtime: func() service.Runtime {
		now := well().Runtime
		if c := r.troubles.Load(); c != nil {
			now.Health = []health.Condition{*c}
		}
		return now
	},
		Privacy: privacy.New(privacy.Options{Records: s, Now: newClock().Now}), Backups: service.Backups{State: dir, Dir: t.TempDir()}})
	r.site = open(t, d, func(*web.Options) {})
	r.hub = hub
	return r
}

// live notes what the office wants of calls; "gone" is over.
type live struct{ wishes []string }

func (l *live) note(call, wish string) error {
	if call == "gone" {
		return store.ErrNotFound
	}
	l.wishes = append(l.wishes, call+" "+wish)
	return nil
}
func (l *live) Say(call, text string) error             { return l.note(call, text) }
func (l *live) PutThrough(call, extension string) error { return l.note(call, extension) }
func (l *live) Hangup(call string) error                { return l.note(call, "hangup") }

// trouble is a condition of the box from now on.
func (b *busy) trouble(c health.Condition) { b.troubles.Store(&c) }

// keep stores a finished call with two turns and a message.
func keep(t *testing.T, s *store.Store, id, name string, u record.Urgency, at time.Time) (record.Call, record.Message) {
	t.Helper()
	c, err := s.BeginCall(record.Call{ID: id, From: "2175550182", Started: at, Answered: at.Add(time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	for i, turn := range []record.Turn{
		{Said: "Welcome.", SaidAt: at.Add(time.Second)},
		{
			Heard: "are you <i>open</i>", HeardAt: at.Add(5 * time.Second), Said: "Yes.", SaidAt: at.Add(6 * time.Second), Decided: "answer.hours",
			DecidedBy: "rule", Source: "hours", Endpointing: 300 * time.Millisecond, Recognition: 400 * time.Millisecond,
			Voice: 100 * time.Millisecond, Total: 800 * time.Millisecond,
		},
	} {
		turn.Index = i
		if err := s.AddTurn(id, turn); err != nil {
			t.Fatal(err)
		}
	}
	m, err := s.SaveMessage(record.Message{
		CallID: id, CallerID: c.CallerID, At: at, Name: record.Personal(name), Number: "2175550182", Reason: "Tooth broke.", Urgency: u,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Ended, c.Turns, c.Messages = at.Add(49*time.Second), 2, 1
	c.Outcome = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	c.Line = record.LineQuality{Received: 1000, Lost: 30, JitterMS: 12}
	if err := s.EndCall(c); err != nil {
		t.Fatal(err)
	}
	return c, m
}

func wantAll(t *testing.T, body string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
	if t.Failed() {
		t.Log(body)
	}
}

func wantNone(t *testing.T, body string, deny ...string) {
	t.Helper()
	for _, d := range deny {
		if strings.Contains(body, d) {
			t.Errorf("the page says %q", d)
		}
	}
}

func TestFirstRun(t *testing.T) {
	s := open(t, says(well()))
	if r, _ := s.ask(t, "GET", "/calls"); r.StatusCode != 303 || r.Header.Get("Location") != "/setup" {
		t.Fatalf("answer = %s to %q, want the first run", r.Status, r.Header.Get("Location"))
	}
	code, err := s.gate.Code(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fields := url.Values{"code": {code}, "name": {"Maria"}, "password": {password}, "again": {password}}
	with := func(k, v string) url.Values {
		f := url.Values{}
		for n, x := range fields {
			f[n] = x
		}
		f.Set(k, v)
		return f
	}
	for name, c := range map[string]struct {
		fields url.Values
		want   string
	}{
		"another password": {with("again", "x"), "not the same"},
		"wrong code":       {with("code", "AAAA-AAAA-AAAA"), "not the code"},
		"weak":             {with("again", "password"), ""},
		"no name":          {with("name", " "), "Write a name"},
	} {
		if name == "weak" {
			c.fields.Set("password", "password")
			c.want = "too short"
		}
		r, b := s.post(t, "/setup", c.fields)
		if r.StatusCode != http.StatusUnprocessableEntity || len(r.Cookies()) != 0 || !strings.Contains(b, c.want) {
			t.Errorf("%s: %s %q", name, r.Status, b)
		}
		if name == "wrong code" && !strings.Contains(b, `value="Maria"`) {
			t.Error("what was typed is gone")
		}
		if strings.Contains(b, password) {
			t.Errorf("%s: the password stands in the page", name)
		}
	}
	r, _ := s.post(t, "/setup", fields)
	if r.StatusCode != 303 || len(r.Cookies()) != 2 { // the session, and what tells this browser from others
		t.Fatalf("answer = %s with %d cookies", r.Status, len(r.Cookies()))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" ||
		!strings.HasPrefix(c.Name, "__Host-") {
		t.Errorf("cookie = %+v", c)
	}
	s.secret = c.Value
	if r, _ := s.ask(t, "GET", "/system"); r.StatusCode != 200 {
		t.Errorf("with the cookie: %s", r.Status)
	}
	if r, _ := s.ask(t, "GET", "/setup"); r.StatusCode != 303 {
		t.Errorf("the first run again: %s", r.Status)
	}
}

func TestSignInAndOut(t *testing.T) {
	s := open(t, says(well())).asOwner(t)
	s.secret = ""
	if r, _ := s.ask(t, "GET", "/calls?q=x"); r.Header.Get("Location") != "/signin?back=%2Fcalls%3Fq%3Dx" {
		t.Errorf("sent to %q", r.Header.Get("Location"))
	}
	r, b := s.post(t, "/signin", url.Values{"name": {"Maria"}, "password": {"wrong"}})
	if r.StatusCode != 401 || !strings.Contains(b, "Name or password is wrong") || !strings.Contains(b, `value="Maria"`) {
		t.Errorf("a wrong password: %s %q", r.Status, b)
	}
	for back, want := range map[string]string{
		"/calls?q=x": "/calls?q=x", "": "/", "https://evil.example/": "/", "//evil.example": "/", `/\evil.example`: "/",
		"/%0d%0aSet-Cookie:x": "/%0d%0aSet-Cookie:x",
	} {
		r, _ := s.post(t, "/signin", url.Values{"name": {"maria"}, "password": {password}, "back": {back}})
		if r.StatusCode != 303 || r.Header.Get("Location") != want {
			t.Errorf("back to %q: %s %q", back, r.Status, r.Header.Get("Location"))
		}
		s.secret = r.Cookies()[0].Value
	}
	r, _ = s.post(t, "/signout", nil)
	if c := r.Cookies(); len(c) != 1 || c[0].MaxAge >= 0 {
		t.Errorf("the cookie stays: %v", c)
	}
	if r, _ := s.ask(t, "GET", "/system"); r.StatusCode != 303 {
		t.Errorf("after signing out: %s", r.Status)
	}
	s.secret = ""
	for range 6 {
		r, b = s.post(t, "/signin", url.Values{"name": {"Maria"}, "password": {"wrong"}})
	}
	if r.StatusCode != http.StatusTooManyRequests || !strings.Contains(b, "Wait 5 seconds") {
		t.Errorf("after six guesses: %s", r.Status)
	}
}

// TestWhoMayOpenWhat goes to every page as nobody, as staff and as the owner.
func TestWhoMayOpenWhat(t *testing.T) {
	nobody, staff, owner := openReal(t), openReal(t), openReal(t)
	nobody.asOwner(t).secret = ""
	staff.asStaff(t)
	owner.asOwner(t)
	for path, want := range map[string][3]int{
		"GET /": {303, 200, 200}, "GET /calls": {303, 200, 200}, "GET /calls/c1": {303, 200, 200}, "GET /callers": {303, 200, 200},
		"GET /callers/" + owner.call.CallerID: {303, 404, 200}, "GET /system": {303, 200, 200}, "GET /account": {303, 200, 200},
		"GET /events": {401, -1, -1}, "GET /signin": {200, 303, 303}, "GET /trust": {200, 200, 200}, "GET /healthz": {200, 200, 200},
		"POST /messages/none/done": {303, 404, 404}, "POST /account/people": {303, 403, 422}, "POST /account/people/none/remove": {303, 403, 404},
		"GET /requests": {303, 403, 200}, "GET /statistics": {303, 403, 200}, "POST /requests/none": {303, 403, 404},
		"POST /callers/none/export": {303, 403, 404}, "POST /callers/none/rights": {303, 403, 404},
		"GET /calls/none": {303, 404, 404}, "GET /callers/none": {303, 404, 404},
	} {
		method, p, _ := strings.Cut(path, " ")
		for i, s := range []*busy{nobody, staff, owner} {
			if want[i] < 0 {
				continue // it does not end
			}
			if r, _ := s.ask(t, method, p); r.StatusCode != want[i] {
				t.Errorf("%s as %s = %d, want %d", path, []string{"nobody", "staff", "owner"}[i], r.StatusCode, want[i])
			}
		}
	}
}

func TestToday(t *testing.T) {
	s := openReal(t)
	s.asOwner(t)
	_, b := s.ask(t, "GET", "/")
	wantAll(t, b, "Anna &lt;b&gt;Berger", "message urgent", "Tooth broke.", "today 12:00", "Do you take dogs?",
		"/business/answers/new?question=", "Nobody is on the phone.", "Today so far: 1 call, 1 message, 0 missed, 1 question",
		"<h2 id=\"urgent-title\">Urgent")
	wantNone(t, b, "<b>Berger", "<script>", " style=", " onclick")

	r, _ := s.post(t, "/messages/"+s.note.ID+"/done", url.Values{"back": {"/"}})
	if r.StatusCode != 303 || r.Header.Get("Location") != "/?undo="+s.note.ID {
		t.Fatalf("done: %s to %q", r.Status, r.Header.Get("Location"))
	}
	_, b = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, b, "No open messages", `action="/messages/`+s.note.ID+`/open"`, "Undo")
	s.post(t, "/messages/"+s.note.ID+"/open", url.Values{"back": {"/"}})
	_, b = s.ask(t, "GET", "/?undo="+s.note.ID)
	wantAll(t, b, "Tooth broke.")
	wantNone(t, b, "Undo")
	// htmx gets the part alone.
	_, b = s.ask(t, "GET", "/", func(r *http.Request) { r.Header.Set("HX-Request", "true") })
	wantAll(t, b, "Tooth broke.")
	wantNone(t, b, "<html", "Nobody is on the phone")
}

func TestStaffSeeNoWayToTheBusiness(t *testing.T) {
	s := openReal(t)
	s.asStaff(t)
	_, b := s.ask(t, "GET", "/")
	wantNone(t, b, "/business", `href="/phone"`)
}

func TestCalls(t *testing.T) {
	s := openReal(t)
	for i := range 60 {
		keep(t, s.store, fmt.Sprintf("old%02d", i), "Tom", record.Normal, noon.Add(-25*time.Hour-time.Duration(i)*time.Minute))
	}
	s.asOwner(t)
	_, b := s.ask(t, "GET", "/calls")
	wantAll(t, b, "Asked about opening hours and left a message.", "12:00 · 0:48", "<h2>Today</h2>", "<h2>Yesterday</h2>", "Older calls")
	if n := strings.Count(b, `class="row"`); n != 50 {
		t.Errorf("%d rows, want 50", n)
	}
	older := between(t, b, `class="act second" href="`, `"`)
	_, b = s.ask(t, "GET", strings.ReplaceAll(older, "&amp;", "&"))
	if n := strings.Count(b, `class="row"`); n != 11 {
		t.Errorf("%d older rows, want 11", n)
	}
	for query, want := range map[string]int{
		"?day=2026-11-25": 1, "?day=2026-11-24": 50, "?kind=failed": 0, "?kind=message": 50, "?day=nonsense": 50, "?before=nonsense": 50,
	} {
		if _, b := s.ask(t, "GET", "/calls"+query); strings.Count(b, `class="row"`) != want {
			t.Errorf("%s: %d rows, want %d", query, strings.Count(b, `class="row"`), want)
		}
	}
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	out, _, end := strings.Cut(rest, to)
	if !ok || !end {
		t.Fatalf("there is nothing between %q and %q", from, to)
	}
	return out
}

func TestCallAndCaller(t *testing.T) {
	s := openReal(t)
	s.asOwner(t)
	_, b := s.ask(t, "GET", "/calls/c1")
	wantAll(t, b, "are you &lt;i&gt;open", "after 0.8 s", "understood directly, from hours", "2175550182", "Good: a little was lost",
		"2.9 % lost", "MOS 4.1", "0:04", "Urgent message", "/callers/"+s.call.CallerID)
	wantNone(t, b, "<i>open")
	_, b = s.ask(t, "GET", "/callers/"+s.call.CallerID)
	wantAll(t, b, "2175550182", "1 call since", "Tooth broke.", "/calls/c1")
	_, b = s.ask(t, "GET", "/callers")
	wantAll(t, b, "121···82")
	wantNone(t, b, "2175550182")
	if _, b := s.ask(t, "GET", "/callers?q=nobody"); !strings.Contains(b, "Nobody fits") {
		t.Error("a search finds what does not fit")
	}
	if _, b := s.ask(t, "GET", "/callers?q=550182"); !strings.Contains(b, "/callers/"+s.call.CallerID) {
		t.Error("digits do not find the caller")
	}
}

func TestAccounts(t *testing.T) {
	s := openReal(t)
	s.asOwner(t)
	r, b := s.post(t, "/account/people", url.Values{"name": {"Tom"}, "new-password": {"short"}})
	if r.StatusCode != 422 || !strings.Contains(b, "too short") || !strings.Contains(b, `value="Tom"`) {
		t.Errorf("a weak password: %s", r.Status)
	}
	if r, _ := s.post(t, "/account/people", url.Values{"name": {"Tom"}, "new-password": {password}}); r.StatusCode != 303 {
		t.Errorf("add: %s", r.Status)
	}
	_, b = s.ask(t, "GET", "/account?done=added")
	wantAll(t, b, "The account was added", "Tom", "Remove")
	id := between(t, b, `action="/account/people/`, `/remove"`)
	if r, _ := s.post(t, "/account/people/"+id+"/remove", nil); r.StatusCode != 303 {
		t.Errorf("remove: %s", r.Status)
	}
	if r, _ := s.post(t, "/account/password", url.Values{
		"old": {"wrong"}, "password": {"green bicycle under water"}, "again": {"green bicycle under water"},
	}); r.StatusCode != 422 {
		t.Errorf("a wrong old password: %s", r.Status)
	}
	if r, _ := s.post(t, "/account/password", url.Values{
		"old": {password}, "password": {"green bicycle under water"}, "again": {"green bicycle under water"},
	}); r.StatusCode != 303 {
		t.Errorf("a new password: %s", r.Status)
	}
	if r, _ := s.ask(t, "GET", "/account"); r.StatusCode != 200 {
		t.Errorf("signed out by the own new password: %s", r.Status)
	}
}

func TestFormsAreBounded(t *testing.T) {
	s := openReal(t)
	s.asOwner(t)
	r, _ := s.post(t, "/account/people", url.Values{"name": {strings.Repeat("x", 1<<20)}, "new-password": {password}})
	if r.StatusCode < 400 || r.StatusCode >= 500 {
		t.Errorf("a form of a megabyte: %s", r.Status)
	}
}

// A note on a call is shown with who wrote it, and one that cannot be kept stays in its field.
func TestNotesOnACall(t *testing.T) {
	s := openReal(t)
	s.asStaff(t)
	if r, _ := s.post(t, "/calls/c1/notes", url.Values{"text": {"rang <b>back</b>"}}); r.StatusCode != 303 ||
		r.Header.Get("Location") != "/calls/c1#notes" {
		t.Errorf("kept: %s to %q", r.Status, r.Header.Get("Location"))
	}
	_, b := s.ask(t, "GET", "/calls/c1")
	wantAll(t, b, "rang &lt;b&gt;back&lt;/b&gt;", "Tom, today 13:00")
	long := strings.Repeat("long ", 500)
	if r, b := s.post(t, "/calls/c1/notes", url.Values{"text": {long}}); r.StatusCode != 422 ||
		!strings.Contains(b, strings.TrimSpace(long)) || !strings.Contains(b, "2000 characters") {
		t.Errorf("too long: %s", r.Status)
	}
	if r, _ := s.post(t, "/calls/none/notes", url.Values{"text": {"x"}}); r.StatusCode != 404 {
		t.Errorf("on no call: %s", r.Status)
	}
}

// TestEvents follows a call by the event stream.
func TestEvents(t *testing.T) {
	s := openReal(t)
	s.asOwner(t)
	r, err := http.NewRequestWithContext(t.Context(), "GET", s.url+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "__Host-frontdesk", Value: s.secret})
	a, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if got := a.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	in := bufio.NewScanner(a.Body)
	next := func(event string) string {
		t.Helper()
		seen, data := "", ""
		for in.Scan() {
			switch l := in.Text(); {
			case strings.HasPrefix(l, "event: "):
				seen = l[7:]
			case strings.HasPrefix(l, "data: "):
				data += l[6:] + "\n"
			case l == "" && seen == event:
				return data
			case l == "":
				seen, data = "", ""
			}
		}
		t.Fatalf("the stream ended before %q: %v", event, in.Err())
		return ""
	}
	if got := next("now"); !strings.Contains(got, "Nobody is on the phone") {
		t.Errorf("at first: %q", got)
	}
	s.hub.CallStarted(record.Call{ID: "x", From: "2175550147", Started: noon})
	s.hub.TurnHeard("x", "how much is <script>", false)
	if got := next("now"); !strings.Contains(got, "how much is &lt;script&gt;…") || !strings.Contains(got, "2175···47") ||
		strings.Contains(got, "2175550147") {
		t.Errorf("while the caller speaks: %q", got)
	}
	s.hub.TurnHeard("x", "how much is it", true)
	s.hub.TurnDone("x", record.Turn{Decided: "answer.price", Said: "Ninety.", SaidAt: noon})
	if got := next("now"); !strings.Contains(got, "is asking about prices") || !strings.Contains(got, "Ninety.") {
		t.Errorf("after the reply: %q", got)
	}
	s.hub.CallEnded(record.Call{ID: "x"})
	next("records")
}

func TestTroublesAreOnTheFirstPage(t *testing.T) {
	s := limited()
	s.Overall = health.Degraded
	d := servicetest.New(t, service.Options{Records: openReal(t).store, Now: newClock().Now, Runtime: func() service.Runtime {
		return s.Runtime
	}})
	_, b := open(t, d).asOwner(t).ask(t, "GET", "/")
	wantAll(t, b, "There is no &lt;voice&gt;.")
}

func FuzzForms(f *testing.F) {
	f.Add("name=Maria&password=x&back=%2F")
	f.Add("back=//evil&name=%00&code=%zz")
	f.Fuzz(func(t *testing.T, body string) {
		q, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		if to := web.Back(q.Get("back")); !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("back to %q", to)
		}
	})
}

// A session that ends while somebody types costs nothing that was typed, but for passwords.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	b.clock.Move(access.TotalLimit + time.Minute)
	typed := url.Values{"hours": {"Mon 8-12 <typed>"}, "revision": {"1"}, "old-password": {"t0p-secret"}}
	r, _ := s.post(t, "/business/hours", typed, func(r *http.Request) { r.Header.Set("Referer", s.url+"/business/hours?saved") })
	to := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, "/signin?back=%2Fbusiness%2Fhours&kept=") {
		t.Fatalf("after the session: %s to %q", r.Status, to)
	}
	s.secret = ""
	_, page := s.ask(t, "GET", to)
	wantAll(t, page, "What you typed is kept", `name="kept"`)
	wantNone(t, page, "typed&gt;", "t0p-secret")
	token := between(t, page, `name="kept" value="`, `"`)
	r, _ = s.post(t, "/signin", url.Values{"name": {"Maria"}, "password": {password}, "back": {"/business/hours"}, "kept": {token}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/business/hours?kept="+token {
		t.Fatalf("signed in: %s to %q", r.Status, r.Header.Get("Location"))
	}
	s.secret = r.Cookies()[0].Value
	_, page = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, page, "Not saved yet", `id="kept" method="post" action="/business/hours"`, `name="hours" value="Mon 8-12 &lt;typed&gt;"`)
	wantNone(t, page, "t0p-secret", `class="flash"`)
	s.secret = ""
	if _, page = s.ask(t, "GET", "/signin?kept="+token); strings.Contains(page, "&lt;typed&gt;") {
		t.Error("who is not signed in sees it")
	}
}

// Nothing that staff are shown leads to a page that is not theirs.
func TestNoLinkLeadsStaffToAClosedDoor(t *testing.T) {
	b := openReal(t)
	b.trouble(health.Condition{Name: "backup", Severity: health.Degraded, Text: "No backup for 9 days.", Since: noon.Add(-time.Hour)})
	s := b.site.asStaff(t)
	link := regexp.MustCompile(`(?:href|hx-get)="(/[^"#]*)`)
	todo, seen := []string{"/"}, map[string]bool{}
	for len(todo) > 0 {
		path := todo[0]
		todo = todo[1:]
		if seen[path] || strings.HasPrefix(path, "/files/") {
			continue
		}
		seen[path] = true
		r, body := s.ask(t, "GET", strings.ReplaceAll(path, "&amp;", "&"))
		if r.StatusCode == http.StatusForbidden {
			t.Errorf("a link leads staff to %s, which is not theirs", path)
		}
		if strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			for _, m := range link.FindAllStringSubmatch(body, -1) {
				todo = append(todo, m[1])
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d pages were seen: %v", len(seen), seen)
	}
	if _, body := s.ask(t, "GET", "/"); !strings.Contains(body, "No backup for 9 days.") || strings.Contains(body, "To the backups") {
		t.Error("staff do not see the trouble, or are sent where they may not go")
	}
}

// Who is told of a trouble is told where it is dealt with; who asks for their data is named.
func TestTroubleLeadsToItsRepair(t *testing.T) {
	b := openReal(t)
	b.trouble(health.Condition{Name: "backup.media", Severity: health.Degraded, Text: "A stick is behind.", Since: noon.Add(-time.Hour)})
	s := b.site.asOwner(t)
	if _, err := b.store.SaveRequest(record.Request{
		Caller: b.call.CallerID, Kind: record.RequestErase, State: record.RequestOpen, At: noon, Due: noon.AddDate(0, 1, 0),
	}); err != nil {
		t.Fatal(err)
	}
	_, body := s.ask(t, "GET", "/")
	wantAll(t, body, `<a href="/records#backups">To the backups</a>`, `: Wants to be erased</a>`)
	wantNone(t, body, `<a href="/requests">Wants to be erased`)
	_, body = s.ask(t, "GET", "/requests")
	wantAll(t, body, `<a href="/callers/`+b.call.CallerID+`">`)
	wantNone(t, body, `">Wants to be erased</a>`)
}

func TestDoubtfulHoursAreAskedAboutAndNothingLooksKept(t *testing.T) {
	b := openReal(t)
	s := b.site.asOwner(t)
	_, page := s.ask(t, "GET", "/business/hours")
	f := url.Values{"revision": {between(t, page, `name="revision" value="`, `"`)}, "hours": {"Mon-Fri 17-9"}}
	r, page := s.post(t, "/business/hours", f)
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("doubtful hours: %s", r.Status)
	}
	wantAll(t, page, "Not kept yet", `<a href="#hours">Hours</a>`, "through the night", `name="meant"`, "Mon-Fri 17-9")
	wantNone(t, page, `class="flash"`, "Kept in the draft", "That means", "Always closed")
	f.Set("meant", "1")
	if r, _ = s.post(t, "/business/hours", f); r.Header.Get("Location") != "/business/hours?saved" {
		t.Errorf("meant so: %s", r.Status)
	}
	// What is kept and cannot be published is not green.
	_, page = s.ask(t, "GET", "/business/card")
	f = url.Values{"revision": {between(t, page, `name="revision" value="`, `"`)}, "name": {""}, "language": {"en"},
		"time_zone": {"Mars/Base"}}
	r, _ = s.post(t, "/business/card", f)
	_, page = s.ask(t, "GET", r.Header.Get("Location"))
	wantAll(t, page, "cannot be published like this", `class="summary"`, `<a href="#time_zone">`)
	wantNone(t, page, `class="flash"`)
}
