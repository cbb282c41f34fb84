package web_test

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is a Wednesday, 13:00 where the office is.
var noon = time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: noon} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// says is a service that tells the same status every time, and has a profile; nothing else is expected to be asked.
func says(s service.Status) *servicetest.Fake {
	return saying(func() (service.Status, error) { return s, nil })
}

// saying is says with a status that a test makes.
func saying(status func() (service.Status, error)) *servicetest.Fake {
	f := &servicetest.Fake{}
	servicetest.On(f, service.ReadStatus, func(context.Context, service.None) (service.Status, error) { return status() })
	servicetest.On(f, service.ReadProfile, func(context.Context, service.None) (service.Profile, error) {
		return service.Profile{Version: 3, Business: knowledge.Business{Name: "Bright Smile Dental", TimeZone: "Europe/Berlin"}}, nil
	})
	servicetest.On(f, service.ListRunning, func(context.Context, service.None) (callhub.State, error) { return callhub.State{}, nil })
	return f
}

// well is a box without a fault.
func well() service.Status {
	return service.Status{
		Runtime: service.Runtime{
			Running: true, Started: noon.Add(-26 * time.Hour), Version: "1.2.3", CallsNow: 1, MaxCalls: 2,
			Phone: service.Phone{State: "registered", Since: noon.Add(-3 * time.Hour), Registrar: "pbx.office"},
			Engines: service.Engines{
				State: "up", Since: noon.Add(-26 * time.Hour), Restarts: 2, Ears: service.Engine{State: "ready", Model: "base"},
				Mind: service.Engine{State: "ready", Model: "qwen2.5-1.5b"}, Mouth: service.Engine{State: "ready", Model: "joe"},
			},
		},
		Overall: health.OK, Answering: true, Text: "Frontdesk answers calls.", Business: "Bright Smile Dental", Profile: 3,
		CallsToday: 34, Messages: 5, Unanswered: 7, At: noon,
	}
}

func limited() service.Status {
	s := well()
	s.Health = []health.Condition{
		{Name: "engines.voice", Severity: health.Degraded, Text: "There is no <voice>.", Since: noon.Add(-5 * 24 * time.Hour)},
	}
	s.Overall, s.Text = health.Degraded, "Frontdesk answers calls, with limits. There is no <voice>."
	s.Engines.Mouth = service.Engine{State: "absent"}
	return s
}

func broken() service.Status {
	s := limited()
	s.Phone = service.Phone{
		State: "failed", Since: noon.Add(-time.Hour), Problem: "the PBX refused the password: check user name and password of the extension",
	}
	down := health.Condition{Name: "phone.registration", Severity: health.Failed, Text: "No calls come in.", Since: noon.Add(-time.Hour)}
	full := health.Condition{Name: "disk", Severity: health.Failed, Text: "The disk is full.", Since: noon.Add(-30 * time.Minute)}
	s.Health = append([]health.Condition{down, full}, s.Health...)
	s.Overall, s.Answering, s.Text = health.Failed, false, "Frontdesk does not answer calls. No calls come in."
	return s
}

// site is a running page with a client that trusts its authority.
type site struct {
	url    string
	client *http.Client
	pool   *x509.CertPool
	clock  *clock
	gate   *access.Guard
	hub    *callhub.Hub
	secret string // of the session; "" = not signed in
}

// running runs run until the test ends, and wants it to end well.
func running(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run = %v, want nil", err)
		}
	})
}

func open(t *testing.T, d service.Invoker, change ...func(*web.Options)) *site {
	t.Helper()
	c := newClock()
	o := web.Options{
		Listen: "127.0.0.1:0", Dir: t.TempDir() + "/tls", Service: d, Hostname: "Box-4f21.lan", Now: c.Now,
		Guard: newGate(t, c),
	}
	missed := &untold{}
	web.OnMiss(missed.add)(&o)
	for _, f := range change {
		f(&o)
	}
	o.Service = accounts{o.Service, service.New(service.Options{Guard: o.Guard, Records: openStore(t, c), Now: c.Now})}
	s, err := web.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	running(t, s.Run)
	st := visit(t, s.Addr().String(), c)
	st.gate = o.Guard
	t.Cleanup(func() { missed.check(t) })
	return st
}

// accounts is a service whose accounts are those of another one.
type accounts struct {
	service.Invoker
	people service.Invoker
}

// Invoke implements service.Invoker.
func (a accounts) Invoke(ctx context.Context, op service.Operation, in, out any) error {
	switch op {
	case service.SignIn, service.SignOut, service.ClaimOwner, service.ChangePassword, service.AddPerson, service.RemovePerson,
		service.ListPeople, service.ReadSecondFactor, service.StartSecondFactor, service.ConfirmSecondFactor, service.DropSecondFactor,
		service.PassSecondFactor, service.ListSessions, service.RevokeSession, service.ListSecurity:
		return a.people.Invoke(ctx, op, in, out)
	}
	return a.Invoker.Invoke(ctx, op, in, out)
}

// newGate returns a gate over a store of its own.
func newGate(t *testing.T, c *clock) *access.Guard {
	t.Helper()
	return access.New(access.Options{Records: openStore(t, c), Dir: t.TempDir(), Now: c.Now})
}

// openStore opens records that are empty.
func openStore(t *testing.T, c *clock) *store.Store {
	t.Helper()
	s, err := store.Open(t.TempDir()+"/frontdesk.db", store.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// password is everybody's in these tests.
const password = "purple kettle on the roof"

// asOwner signs the site's client in.
func (s *site) asOwner(t *testing.T) *site {
	t.Helper()
	code, err := s.gate.Code(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.secret, err = s.gate.Claim(t.Context(), code, "Maria", password, netip.Addr{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asStaff signs the site's client in with an account that the owner made.
func (s *site) asStaff(t *testing.T) *site {
	t.Helper()
	if _, err := s.asOwner(t).gate.AddStaff(t.Context(), "Tom", password); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.secret, err = s.gate.SignIn(t.Context(), "Tom", password, netip.Addr{}); err != nil {
		t.Fatal(err)
	}
	return s
}

// post sends a form as a browser does from the page itself.
func (s *site) post(t *testing.T, path string, fields url.Values, change ...func(*http.Request)) (*http.Response, string) {
	t.Helper()
	return s.ask(t, http.MethodPost, path, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Body = io.NopCloser(strings.NewReader(fields.Encode()))
		for _, c := range change {
			c(r)
		}
	})
}

// visit gets the authority over an unverified connection, as a person does, and trusts it from then on.
func visit(t *testing.T, addr string, c *clock) *site {
	t.Helper()
	st := &site{url: "https://" + addr, pool: x509.NewCertPool(), clock: c}
	first := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	r, err := first.Get(st.url + "/ca.crt")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Header.Get("Content-Type"), "application/x-x509-ca-cert"; got != want {
		t.Errorf("content type of the authority = %q, want %q", got, want)
	}
	if !st.pool.AppendCertsFromPEM(b) {
		t.Fatalf("no certificate in %q", b)
	}
	if strings.Contains(string(b), "PRIVATE KEY") {
		t.Fatal("the authority's key is given away")
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: st.pool, Time: c.Now}, ForceAttemptHTTP2: true, DisableCompression: true,
	}
	st.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return st
}

// ask sends a request after change and returns the answer with its body.
func (s *site) ask(t *testing.T, method, path string, change ...func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if s.secret != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-frontdesk", Value: s.secret})
	}
	for _, f := range change {
		f(r)
	}
	a, err := s.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a, string(b)
}

func TestSystem(t *testing.T) {
	stopped := service.Status{Overall: health.Failed, Text: "Frontdesk is not running. Calls are not answered."}
	lonely := well()
	lonely.Phone, lonely.Overall, lonely.Answering = service.Phone{State: "off"}, health.Degraded, false
	lonely.Text = "Frontdesk does not get calls: it is not registered at the telephone system."
	found := well()
	found.Page = "https://frontdesk.local:8443"
	starting := lonely
	starting.Phone = service.Phone{State: "registering", Since: noon.Add(-time.Minute)}
	for name, c := range map[string]struct {
		status     service.Status
		want, deny []string
	}{
		"healthy": {well(), []string{
			"<title>(5) System · Bright Smile Dental</title>", "Calls are answered.", "since today 10:00",
			">34<", ">5<", ">7<", ">1<small>of 2</small>", "Nothing. When something does", "connected", "restarted 2 times", "version 3",
			"Frontdesk 1.2.3", "qwen2.5-1.5b", `href="/trust"`,
		}, []string{"with limits", "not answer", "<script>", "<style", " style=", "pbx.office"}},
		"found by its name": {found, []string{
			"<b>https://frontdesk.local:8443</b>", `aria-label="The address of this page, as a QR code"`, `<path fill="#000" d="M`,
		}, nil},
		"degraded": {limited(), []string{
			"answering, with limits", "There is no &lt;voice&gt;.", "<b>worth a look</b>, since Friday 13:00", "no model", `class="answer warn"`,
		}, []string{"<voice>", "Calls are not answered", "Everything works"}},
		"failed": {broken(), []string{
			"not answering", "Calls are not answered.", "since today 12:00", "No calls come in.", `class="answer bad"`,
			"not connected", "<b>keeps calls from being answered</b>, since today 12:30", "<b>worth a look</b>", "The PBX refused the password",
		}, []string{"Calls are answered", "Everything works"}},
		"not running": {
			stopped, []string{
				"Calls are not answered.", "Frontdesk is not running", "nothing published yet", "not answering", "<title>System · Frontdesk",
			}, []string{"since", "0001"},
		},
		"not registered": {
			lonely, []string{"No calls come in.", "does not get calls", "none is set", `class="answer warn"`},
			[]string{"Calls are answered", "Needs somebody"},
		},
		"connecting": {starting, []string{"Connecting.", "being asked", "since today 12:59"}, []string{"Calls are answered."}},
	} {
		t.Run(name, func(t *testing.T) {
			r, got := open(t, says(c.status)).asOwner(t).ask(t, "GET", "/system")
			if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/html; charset=utf-8" || r.ProtoMajor != 2 {
				t.Errorf("answer = %s %s %q, want 200 over HTTP/2", r.Proto, r.Status, r.Header.Get("Content-Type"))
			}
			for _, w := range c.want {
				if !strings.Contains(got, w) {
					t.Errorf("the page does not say %q", w)
				}
			}
			for _, d := range c.deny {
				if strings.Contains(got, d) {
					t.Errorf("the page says %q", d)
				}
			}
			if t.Failed() {
				t.Log(got)
			}
		})
	}
}

func TestHealth(t *testing.T) {
	quiet := well()
	quiet.Overall, quiet.Answering, quiet.Text = health.Degraded, false, "Frontdesk does not get calls."
	for name, c := range map[string]struct {
		service *servicetest.Fake
		code    int
		status  string
		reasons []string
	}{
		"healthy":        {says(well()), 200, "healthy", []string{}},
		"degraded":       {says(limited()), 200, "degraded", []string{"There is no <voice>."}},
		"failed":         {says(broken()), 503, "failed", []string{"No calls come in.", "The disk is full.", "There is no <voice>."}},
		"not registered": {says(quiet), 200, "degraded", []string{"Frontdesk does not get calls."}},
		"no records": {saying(func() (service.Status, error) {
			return service.Status{}, errors.New("disk")
		}), 503, "failed", []string{"The records cannot be read."}},
	} {
		t.Run(name, func(t *testing.T) {
			r, b := open(t, c.service).ask(t, "GET", "/healthz")
			var got struct {
				Status  string   `json:"status"`
				Reasons []string `json:"reasons"`
			}
			if err := json.Unmarshal([]byte(b), &got); err != nil {
				t.Fatal(err)
			}
			if r.StatusCode != c.code || got.Status != c.status || !reflect.DeepEqual(got.Reasons, c.reasons) {
				t.Errorf("answer = %d %s, want %d %s %q", r.StatusCode, b, c.code, c.status, c.reasons)
			}
			if got, want := r.Header.Get("Content-Type"), "application/json"; got != want {
				t.Errorf("content type = %q, want %q", got, want)
			}
		})
	}
}

func TestHealthIsNeverNull(t *testing.T) {
	if _, b := open(t, says(well())).ask(t, "GET", "/healthz"); b != `{"status":"healthy","reasons":[]}`+"\n" {
		t.Errorf("answer = %s", b)
	}
}

func TestPageWithoutRecords(t *testing.T) {
	s := open(t, saying(func() (service.Status, error) { return service.Status{}, errors.New("secret path") }))
	r, b := s.ask(t, "GET", "/")
	if r.StatusCode != 500 || !strings.Contains(b, "The records cannot be read") || strings.Contains(b, "secret") {
		t.Errorf("answer = %s %s", r.Status, b)
	}
}

func TestHeaders(t *testing.T) {
	s := open(t, says(well()))
	for _, path := range []string{"/", "/signin", "/healthz", "/nothing", "/ca.crt"} {
		r, _ := s.ask(t, "GET", path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; " +
				"manifest-src 'self'; " +
				"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Strict-Transport-Security": "",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s of %s = %q, want %q", name, path, got, want)
			}
		}
	}
}

// TestFilesAreKept finds the style and the script by the page, and looks how long browsers may keep them.
func TestFilesAreKept(t *testing.T) {
	s := open(t, says(well())).asOwner(t)
	_, b := s.ask(t, "GET", "/system")
	found := regexp.MustCompile(`"(/files/[0-9a-f]{12}/[a-z./]+)"`).FindAllStringSubmatch(b, -1)
	if len(found) < 3 {
		t.Fatalf("the page names the files %q, want style, icon and script", found)
	}
	for _, f := range found {
		r, body := s.ask(t, "GET", f[1])
		if r.StatusCode != 200 || body == "" || r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s, %d bytes, %q", f[1], r.Status, len(body), r.Header.Get("Cache-Control"))
		}
	}
}

// Files come compressed to who takes that, and say the same either way; what is a picture already does not get smaller.
func TestFilesAreCompressed(t *testing.T) {
	s := open(t, says(well())).asOwner(t)
	_, b := s.ask(t, "GET", "/system")
	found := regexp.MustCompile(`"(/files/[0-9a-f]{12}/style.css)"`).FindStringSubmatch(b)
	if found == nil {
		t.Fatal("the page names no style")
	}
	var whole string
	for _, c := range []struct{ takes, is string }{
		{"", ""}, {"br, gzip;q=0.5", "gzip"}, {"gzip;q=0, br", ""}, {"identity", ""}, {"GZIP", "gzip"},
	} {
		r, body := s.ask(t, "GET", found[1], func(r *http.Request) { r.Header.Set("Accept-Encoding", c.takes) })
		if got := r.Header.Get("Content-Encoding"); r.StatusCode != 200 || got != c.is || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("takes %q: %s, encoding %q", c.takes, r.Status, got)
		}
		if c.is == "gzip" {
			z, err := gzip.NewReader(strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(z)
			if err != nil || len(body) > len(text)/2 {
				t.Errorf("%d bytes of %d, %v", len(body), len(text), err)
			}
			body = string(text)
		}
		if whole == "" {
			whole = body
		}
		if body != whole {
			t.Errorf("takes %q: %d bytes, want %d", c.takes, len(body), len(whole))
		}
	}
}

func TestRequests(t *testing.T) {
	s := open(t, says(well())).asOwner(t)
	set := func(k, v string) func(*http.Request) { return func(r *http.Request) { r.Header.Set(k, v) } }
	for name, c := range map[string]struct {
		method, path string
		change       func(*http.Request)
		code         int
		body         string
	}{
		"head":              {"HEAD", "/system", nil, 200, ""},
		"unknown":           {"GET", "/nothing/17", nil, 404, "There is nothing here"},
		"folder":            {"GET", "/ui/style.css", nil, 404, "There is nothing here"},
		"file without hash": {"GET", "/files/style.css", nil, 404, "There is nothing here"},
		"up":                {"GET", "/%2e%2e/server.pem", nil, 404, "There is nothing here"},
		"delete":            {"DELETE", "/healthz", nil, 404, "There is nothing here"},
		"post elsewhere":    {"POST", "/signout", set("Sec-Fetch-Site", "cross-site"), 403, "cross-origin"},
		"post of old":       {"POST", "/signout", set("Origin", "https://evil.example"), 403, "cross-origin"},
		"a link from there": {"GET", "/system", set("Sec-Fetch-Site", "cross-site"), 200, "Calls are answered."},
	} {
		t.Run(name, func(t *testing.T) {
			if c.change == nil {
				c.change = func(*http.Request) {}
			}
			r, b := s.ask(t, c.method, c.path, c.change)
			if r.StatusCode != c.code || !strings.Contains(b, c.body) {
				t.Errorf("answer = %s %q, want %d with %q", r.Status, b, c.code, c.body)
			}
		})
	}
}

func TestHosts(t *testing.T) {
	s := open(t, says(well()))
	for host, code := range map[string]int{
		"localhost": 200, "LOCALHOST:8443": 200, "127.0.0.1:9": 200, "127.1.2.3": 200, "[::1]:8443": 200, "box-4f21.lan": 200, "box-4f21": 200,
		"BOX-4f21.local.:8443": 200, "evil.example": 421, "box-4f21.evil.example": 421, "localhost.evil.example": 421, "192.0.2.9": 421,
		"127.0.0.1.evil.example": 421, "[2001:db8::1]": 421,
	} {
		r, b := s.ask(t, "GET", "/healthz", func(r *http.Request) { r.Host = host })
		if r.StatusCode != code {
			t.Errorf("answer to host %q = %s, want %d", host, r.Status, code)
		}
		if code == 421 && strings.Contains(b, "healthy") {
			t.Errorf("host %q is told %q", host, b)
		}
	}
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.url, "https://"), &tls.Config{RootCAs: s.pool, Time: s.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(b), "HTTP/1.0 421") {
		t.Errorf("answer without a host = %.40q, %v, want 421", b, err)
	}
}

// TestStatusIsAskedForOnceASecond asks often: the service is asked once a second.
func TestStatusIsAskedForOnceASecond(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	d := saying(func() (service.Status, error) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		s := well()
		s.CallsToday = 100 + asked
		return s, nil
	})
	s := open(t, d).asOwner(t)
	for range 5 {
		s.ask(t, "GET", "/system")
		s.ask(t, "GET", "/healthz")
	}
	if _, b := s.ask(t, "GET", "/system"); !strings.Contains(b, ">101<") {
		t.Error("within a second the service was asked again")
	}
	s.clock.Move(time.Second)
	if _, b := s.ask(t, "GET", "/system"); !strings.Contains(b, ">102<") {
		t.Error("after a second the page is old")
	}
}
