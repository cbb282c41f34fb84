package web_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/desk"
	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge"
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

// office is a desk that says what a test wants.
type office struct {
	StatusFunc func() (desk.Status, error)
}

var _ web.Desk = office{}

func (o office) Status(context.Context) (desk.Status, error) { return o.StatusFunc() }

func (o office) Profile(context.Context) (desk.Profile, error) {
	return desk.Profile{Version: 3, Business: knowledge.Business{Name: "Bright Smile Dental", TimeZone: "Europe/Berlin"}}, nil
}

func says(s desk.Status) office {
	return office{StatusFunc: func() (desk.Status, error) { return s, nil }}
}

// well is a box without a fault.
func well() desk.Status {
	return desk.Status{
		Live: desk.Live{
			Running: true, Started: noon.Add(-26 * time.Hour), Version: "1.2.3", CallsNow: 1, MaxCalls: 2,
			Phone: desk.Phone{State: "registered", Since: noon.Add(-3 * time.Hour), Registrar: "pbx.office"},
			Engines: desk.Engines{
				State: "up", Since: noon.Add(-26 * time.Hour), Restarts: 2, Ears: desk.Engine{State: "ready", Model: "base"},
				Mind: desk.Engine{State: "ready", Model: "qwen2.5-1.5b"}, Mouth: desk.Engine{State: "ready", Model: "joe"},
			},
		},
		Overall: health.OK, Answering: true, Text: "Frontdesk answers calls.", Business: "Bright Smile Dental", Profile: 3,
		CallsToday: 34, Messages: 5, Unanswered: 7, At: noon,
	}
}

func limited() desk.Status {
	s := well()
	s.Health = []health.Condition{{Name: "engines.voice", Severity: health.Degraded, Text: "There is no <voice>.", Since: noon.Add(-5 * 24 * time.Hour)}}
	s.Overall, s.Text = health.Degraded, "Frontdesk answers calls, with limits. There is no <voice>."
	s.Engines.Mouth = desk.Engine{State: "absent"}
	return s
}

func broken() desk.Status {
	s := limited()
	s.Phone = desk.Phone{State: "failed", Since: noon.Add(-time.Hour), Problem: "the PBX refused the password: check user name and password of the extension"}
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

func open(t *testing.T, d web.Desk, change ...func(*web.Options)) *site {
	t.Helper()
	c := newClock()
	o := web.Options{Listen: "127.0.0.1:0", Dir: t.TempDir() + "/tls", Desk: d, Hostname: "Box-4f21.lan", Now: c.Now}
	for _, f := range change {
		f(&o)
	}
	s, err := web.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	running(t, s.Run)
	return visit(t, s.Addr().String(), c)
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
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: st.pool, Time: c.Now}, ForceAttemptHTTP2: true, DisableCompression: true}
	st.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
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

func TestPage(t *testing.T) {
	stopped := desk.Status{Overall: health.Failed, Text: "Frontdesk is not running. Calls are not answered."}
	lonely := well()
	lonely.Phone, lonely.Overall, lonely.Answering = desk.Phone{State: "off"}, health.Degraded, false
	lonely.Text = "Frontdesk does not get calls: it is not registered at the telephone system."
	starting := lonely
	starting.Phone = desk.Phone{State: "registering", Since: noon.Add(-time.Minute)}
	for name, c := range map[string]struct {
		status     desk.Status
		want, deny []string
	}{
		"healthy": {well(), []string{
			"<title>answering · Bright Smile Dental</title>", "Calls are answered.", "since today 10:00", `http-equiv="refresh" content="15"`,
			">34<", ">5<", ">7<", ">1<small>of 2</small>", "Nothing. When something does", "connected", "restarted 2 times", "version 3",
			"frontdesk calls list", "Frontdesk 1.2.3", "13:00:00", "qwen2.5-1.5b", `href="/ca.crt"`,
		}, []string{"with limits", "not answer", "<script", "<style", " style=", "pbx.office"}},
		"degraded": {limited(), []string{
			"answering, with limits", "There is no &lt;voice&gt;.", "<b>worth a look</b>, since Friday 13:00", "no model", `class="answer warn"`,
		}, []string{"<voice>", "Calls are not answered", "Everything works"}},
		"failed": {broken(), []string{
			"not answering · Bright", "Calls are not answered.", "since today 12:00", "No calls come in.", `class="answer bad"`,
			"not connected", "<b>keeps calls from being answered</b>, since today 12:30", "<b>worth a look</b>", "The PBX refused the password",
		}, []string{"Calls are answered", "Everything works"}},
		"not running":    {stopped, []string{"Calls are not answered.", "Frontdesk is not running", "nothing published yet", "<title>not answering · Frontdesk"}, []string{"since", "0001"}},
		"not registered": {lonely, []string{"No calls come in.", "does not get calls", "none is set", `class="answer warn"`}, []string{"Calls are answered", "Needs somebody"}},
		"connecting":     {starting, []string{"Connecting.", "being asked", "since today 12:59"}, []string{"Calls are answered", "does not get calls"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, got := open(t, says(c.status)).ask(t, "GET", "/")
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
		desk    office
		code    int
		status  string
		reasons []string
	}{
		"healthy":        {says(well()), 200, "healthy", []string{}},
		"degraded":       {says(limited()), 200, "degraded", []string{"There is no <voice>."}},
		"failed":         {says(broken()), 503, "failed", []string{"No calls come in.", "The disk is full.", "There is no <voice>."}},
		"not registered": {says(quiet), 200, "degraded", []string{"Frontdesk does not get calls."}},
		"no records":     {office{func() (desk.Status, error) { return desk.Status{}, errors.New("disk") }}, 503, "failed", []string{"The records cannot be read."}},
	} {
		t.Run(name, func(t *testing.T) {
			r, b := open(t, c.desk).ask(t, "GET", "/healthz")
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
	s := open(t, office{func() (desk.Status, error) { return desk.Status{}, errors.New("secret path") }})
	r, b := s.ask(t, "GET", "/")
	if r.StatusCode != 500 || !strings.Contains(b, "The records cannot be read") || strings.Contains(b, "secret") {
		t.Errorf("answer = %s %s", r.Status, b)
	}
}

func TestHeaders(t *testing.T) {
	s := open(t, says(well()))
	for _, path := range []string{"/", "/healthz", "/nothing", "/ca.crt", "/style.css"} {
		r, _ := s.ask(t, "GET", path)
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Strict-Transport-Security": "",
		} {
			if path == "/style.css" && name == "Cache-Control" {
				want = "no-cache"
			}
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s of %s = %q, want %q", name, path, got, want)
			}
		}
	}
}

func TestRequests(t *testing.T) {
	s := open(t, says(well()))
	set := func(k, v string) func(*http.Request) { return func(r *http.Request) { r.Header.Set(k, v) } }
	for name, c := range map[string]struct {
		method, path string
		change       func(*http.Request)
		code         int
		body         string
	}{
		"head":              {"HEAD", "/", nil, 200, ""},
		"style":             {"GET", "/style.css", nil, 200, "--ground"},
		"icon":              {"GET", "/icon.svg", nil, 200, "<svg"},
		"unknown":           {"GET", "/calls/17", nil, 404, "There is nothing here"},
		"folder":            {"GET", "/ui/style.css", nil, 404, "There is nothing here"},
		"up":                {"GET", "/%2e%2e/server.pem", nil, 404, "There is nothing here"},
		"post":              {"POST", "/", nil, 405, "can only be read"},
		"post unknown":      {"POST", "/nothing", nil, 405, "can only be read"},
		"delete":            {"DELETE", "/healthz", nil, 405, "can only be read"},
		"options":           {"OPTIONS", "/", nil, 405, "can only be read"},
		"post elsewhere":    {"POST", "/", set("Sec-Fetch-Site", "cross-site"), 403, "cross-origin"},
		"a link from there": {"GET", "/", set("Sec-Fetch-Site", "cross-site"), 200, "Calls are answered."},
	} {
		t.Run(name, func(t *testing.T) {
			if c.change == nil {
				c.change = func(*http.Request) {}
			}
			r, b := s.ask(t, c.method, c.path, c.change)
			if r.StatusCode != c.code || !strings.Contains(b, c.body) {
				t.Errorf("answer = %s %q, want %d with %q", r.Status, b, c.code, c.body)
			}
			if got := r.Header.Get("Allow"); (got == "GET, HEAD") != (c.code == 405) {
				t.Errorf("Allow = %q", got)
			}
		})
	}
	t.Run("style again", func(t *testing.T) {
		r, _ := s.ask(t, "GET", "/style.css")
		if r, _ := s.ask(t, "GET", "/style.css", set("If-None-Match", r.Header.Get("ETag"))); r.StatusCode != http.StatusNotModified {
			t.Errorf("answer = %s, want 304", r.Status)
		}
	})
}

func TestHosts(t *testing.T) {
	s := open(t, says(well()))
	for host, code := range map[string]int{
		"localhost": 200, "LOCALHOST:8443": 200, "127.0.0.1:9": 200, "127.1.2.3": 200, "[::1]:8443": 200, "box-4f21.lan": 200, "box-4f21": 200, "BOX-4f21.local.:8443": 200,
		"evil.example": 421, "box-4f21.evil.example": 421, "localhost.evil.example": 421, "192.0.2.9": 421, "127.0.0.1.evil.example": 421, "[2001:db8::1]": 421,
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

// TestGlance asks often: the desk is asked once a second.
func TestGlance(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	d := office{func() (desk.Status, error) {
		mu.Lock()
		defer mu.Unlock()
		asked++
		s := well()
		s.CallsToday = 100 + asked
		return s, nil
	}}
	s := open(t, d)
	for range 5 {
		s.ask(t, "GET", "/")
		s.ask(t, "GET", "/healthz")
	}
	if _, b := s.ask(t, "GET", "/"); !strings.Contains(b, ">101<") {
		t.Error("within a second the desk was asked again")
	}
	s.clock.Move(time.Second)
	if _, b := s.ask(t, "GET", "/"); !strings.Contains(b, ">102<") {
		t.Error("after a second the page is old")
	}
}
