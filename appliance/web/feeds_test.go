package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/web"
)

// An owner makes a feed and is shown its address once; a program reads it without signing in, asks whether it has changed, and finds
// nothing once it was revoked.
func TestFeedsPage(t *testing.T) {
	clock := newClock()
	keepClock := func(o *web.Options) { o.Now = clock.Now }
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	call, err := records.BeginCall(record.Call{ID: "a", From: "+491725550144", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	d := servicetest.New(t, service.Options{
		Records: records, Now: clock.Now, Runtime: func() service.Runtime { return well().Runtime },
	})
	s := open(t, d, keepClock).asOwner(t)
	_, body := s.ask(t, http.MethodGet, "/feeds")
	wantAll(t, body, "Nobody reads appointments here before you make one", `name="of"`)
	r, body := s.post(t, "/feeds", url.Values{"name": {"Maria"}, "of": {"person:Nobody Here"}, "shows": {"initial"}})
	if r.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("of nobody: %s", r.Status)
	}
	wantAll(t, body, "Nobody of the staff in the profile is called so", `value="Maria"`)
	_, body = s.post(t, "/feeds", url.Values{"name": {"Maria"}, "of": {""}, "shows": {"initial"}})
	path := regexp.MustCompile(`<code>https://[^/]+(/feed/[^<]+\.ics)</code>`).FindStringSubmatch(body)
	if path == nil {
		t.Fatal(body)
	}
	address := path[1]
	if _, body = s.ask(t, http.MethodGet, "/feeds"); strings.Contains(body, address) {
		t.Error("the address is shown again")
	}
	wantAll(t, body, "All appointments.", "With the first letter of the name.", "not read yet")

	program := &site{url: s.url, client: s.client}
	r, body = program.ask(t, http.MethodGet, address)
	tag, since := r.Header.Get("ETag"), r.Header.Get("Last-Modified")
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || tag == "" || since == "" ||
		r.Header.Get("Cache-Control") != "private, no-cache" || strings.Contains(body, "VEVENT") {
		t.Errorf("%s, %v\n%s", r.Status, r.Header, body)
	}
	for name, value := range map[string]string{"If-None-Match": tag, "If-Modified-Since": since} {
		r, _ := program.ask(t, http.MethodGet, address, func(r *http.Request) { r.Header.Set(name, value) })
		if r.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %s", name, r.Status)
		}
	}
	clock.Move(time.Minute)
	start := noon.Add(48 * time.Hour)
	if err := records.AddVisit(record.Visit{
		ID: "v1@box", Caller: call.CallerID, Slot: record.Slot{Start: start, End: start.Add(time.Hour)}, Service: "Check-up", Name: "Anna Berger",
		Number: "+491725550144", Made: noon, Changed: noon,
	}); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"If-None-Match": tag, "If-Modified-Since": since} {
		r, body := program.ask(t, http.MethodGet, address, func(r *http.Request) { r.Header.Set(name, value) })
		if r.StatusCode != http.StatusOK || !strings.Contains(body, "SUMMARY:Check-up: A.") || strings.Contains(body, "Anna") {
			t.Errorf("%s: %s\n%s", name, r.Status, body)
		}
	}
	if r, body := program.ask(t, http.MethodHead, address); r.StatusCode != http.StatusOK || body != "" {
		t.Errorf("HEAD: %s %q", r.Status, body)
	}
	if r, _ := program.ask(t, http.MethodGet, "/feed/fdf_guess.ics"); r.StatusCode != http.StatusNotFound {
		t.Errorf("a guess: %s", r.Status)
	}
	fs, err := records.Feeds()
	if err != nil || len(fs) != 1 || !fs[0].Used.Equal(clock.Now()) {
		t.Fatalf("%+v, %v", fs, err)
	}
	if r, _ := s.post(t, "/feeds/"+fs[0].ID+"/revoke", nil); r.Header.Get("Location") != "/feeds?done=revoked" {
		t.Errorf("revoked: %s", r.Status)
	}
	if r, body := program.ask(t, http.MethodGet, address); r.StatusCode != http.StatusNotFound || strings.Contains(body, "VCALENDAR") {
		t.Errorf("after it was revoked: %s", r.Status)
	}
}

// heard is a log that is read while it is written.
type heard struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.b.String()
}

// The log has no address of a feed, however much it tells.
func TestNoLogOpensAFeed(t *testing.T) {
	log := &heard{}
	records, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = records.Close() })
	d := servicetest.New(t, service.Options{Records: records})
	f, err := service.AddFeed.Do(servicetest.Operator(t), d, record.Feed{Name: "a"})
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, d, func(o *web.Options) {
		o.Logger = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	if r, _ := s.ask(t, http.MethodGet, f.Path); r.StatusCode != http.StatusOK {
		t.Fatal(r.Status)
	}
	if r, _ := s.ask(t, http.MethodGet, "/healthz"); r.StatusCode == 0 { // the line before stands in the log by now
		t.Fatal(r.Status)
	}
	if got := log.String(); !strings.Contains(got, "/feed/…") || strings.Contains(got, f.Path) {
		t.Error(got)
	}
}
