package remote_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

// office is a service over records with one call, one message and one question.
func office(t *testing.T) (*service.Service, *store.Store) {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	at := time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)
	c, err := s.BeginCall(record.Call{ID: "call-1", From: "5550123", Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveMessage(record.Message{
		CallID: c.ID, CallerID: c.CallerID, At: at, Name: "Ada", Reason: "a toothache", Urgency: record.Urgent,
	}); err != nil {
		t.Fatal(err)
	}
	c.Ended, c.Messages, c.Outcome = at.Add(time.Minute), 1, record.Outcome{Result: record.ResultCompleted}
	if err := errors.Join(s.EndCall(c), s.AddTurn(c.ID, record.Turn{Heard: "hello", Total: 1500 * time.Millisecond}),
		s.AddUnanswered(record.Unanswered{CallID: c.ID, At: at, Question: "do you sell shoes"})); err != nil {
		t.Fatal(err)
	}
	return servicetest.New(t, service.Options{Records: s, Runtime: func() service.Runtime {
		return service.Runtime{Running: true, Version: "test", Phone: service.Phone{State: "registered"},
			Health: []health.Condition{{Name: "disk", Severity: health.Degraded, Text: "The disk is almost full.", Since: at}}}
	}}), s
}

// serve runs a server until the test ends and returns a client.
func serve(t *testing.T, socket string, s service.Invoker) *remote.Client {
	t.Helper()
	srv, err := remote.Listen(socket, s, quiet)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- srv.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Errorf("Run: %v", err)
		}
		if _, err := os.Lstat(socket); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
	c, err := remote.Dial(t.Context(), socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestSameThroughTheSocket holds the client against the service that it asks.
func TestSameThroughTheSocket(t *testing.T) {
	d, _ := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	messages, err := service.ListMessages.Do(servicetest.Operator(t), d, service.MessageFilter{Limit: 0, Done: true})
	if err != nil || len(messages) != 1 {
		t.Fatal(messages, err)
	}
	message, caller := messages[0].ID, messages[0].CallerID
	since := time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)
	for name, fn := range map[string]func(s service.Invoker) (any, error){
		"calls": func(s service.Invoker) (any, error) {
			return service.ListCalls.Do(servicetest.Operator(t), s, service.CallFilter{})
		},
		"calls of one": func(s service.Invoker) (any, error) {
			return service.ListCalls.Do(servicetest.Operator(t), s, service.CallFilter{Caller: caller, Since: since})
		},
		"calls since": func(s service.Invoker) (any, error) {
			return service.ListCalls.Do(servicetest.Operator(t), s, service.CallFilter{Since: since.Add(time.Second)})
		},
		"calls before": func(s service.Invoker) (any, error) {
			return service.ListCalls.Do(servicetest.Operator(t), s, service.CallFilter{Before: since.Add(time.Nanosecond), Limit: 1})
		},
		"call":    func(s service.Invoker) (any, error) { return service.ReadCall.Do(servicetest.Operator(t), s, "call-1") },
		"callers": func(s service.Invoker) (any, error) { return service.ListCallers.Do(servicetest.Operator(t), s, 5) },
		"caller":  func(s service.Invoker) (any, error) { return service.ReadCaller.Do(servicetest.Operator(t), s, caller) },
		"messages": func(s service.Invoker) (any, error) {
			return service.ListMessages.Do(servicetest.Operator(t), s, service.MessageFilter{Limit: 0, Done: true})
		},
		"message": func(s service.Invoker) (any, error) {
			return service.ReadMessage.Do(servicetest.Operator(t), s, message)
		},
		"unanswered": func(s service.Invoker) (any, error) { return service.ListQuestions.Get(servicetest.Operator(t), s) },
	} {
		want, err := fn(d)
		if err != nil {
			t.Fatalf("%s at the service: %v", name, err)
		}
		got, err := fn(c)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s through the socket:\n %+v %v\nwant\n %+v", name, got, err, want)
		}
	}
	status, err := service.ReadStatus.Get(servicetest.Operator(t), c)
	if err != nil || !status.Answering || status.Overall != health.Degraded || len(status.Health) != 1 || status.CallsToday != 0 ||
		status.Messages != 1 {
		t.Errorf("Status() = %+v, %v", status, err)
	}
}

func TestChangesThroughTheSocket(t *testing.T) {
	d, s := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	open, err := service.ListMessages.Do(servicetest.Operator(t), c, service.MessageFilter{Limit: 0, Done: false})
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	for _, done := range []bool{true, false} {
		m, err := service.MarkMessage.Do(servicetest.Operator(t), c, service.MessageMark{ID: open[0].ID, Done: done})
		if err != nil || m.Done != done {
			t.Errorf("MarkDone(%v) = %+v, %v", done, m, err)
		}
		if kept, err := s.Message(open[0].ID); err != nil || kept.Done != done {
			t.Errorf("kept after MarkDone(%v): %+v, %v", done, kept, err)
		}
	}
	sample, err := profile.Sample("plumber")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), c, *sample); err != nil || v != 1 {
		t.Fatalf("PublishProfile() = %d, %v", v, err)
	}
	got, err := service.ReadProfile.Get(servicetest.Operator(t), c)
	if err != nil || !reflect.DeepEqual(got.Business, *sample) {
		t.Errorf("the profile came back different: %v\n got %+v\nwant %+v", err, got.Business, *sample)
	}
}

func TestErrorsKeepTheirMeaning(t *testing.T) {
	d, _ := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	for _, id := range []string{"x", "", ".", "..", "a/b", `a\b`, "%2e", "a?b"} {
		_, call := service.ReadCall.Do(servicetest.Operator(t), c, id)
		_, done := service.MarkMessage.Do(servicetest.Operator(t), c, service.MessageMark{ID: id, Done: true})
		if !errors.Is(call, store.ErrNotFound) || !errors.Is(done, store.ErrNotFound) {
			t.Errorf("id %q: %v, %v; want store.ErrNotFound", id, call, done)
		}
	}
	if _, err := service.ReadProfile.Get(servicetest.Operator(t), c); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no profile: %v", err)
	}
	var invalid *service.InvalidError
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), c,
		knowledge.Business{}); !errors.As(err, &invalid) || len(invalid.Problems) == 0 || invalid.Problems[0].Text == "" {
		t.Errorf("an invalid profile: %v", err)
	}
}

func TestRequestsThatCannotBeUnderstood(t *testing.T) {
	d, s := office(t)
	h := remote.Handler(d)
	const who = `{"kind":"user","name":"root","door":"command line","role":32}`
	for _, c := range []struct {
		method, path, who, body string
		status                  int
	}{
		{"POST", "/list-calls", who, `{"limit":"x"}`, http.StatusOK},
		{"POST", "/mark-message", who, "{", http.StatusOK},
		{"POST", "/mark-message", who, `{"undone":true}`, http.StatusOK},
		{"POST", "/mark-message", "", `{"id":"m","done":true}`, http.StatusOK},
		{"POST", "/mark-message", `{"kind":"visitor","role":16}`, `{"id":"m","done":true}`, http.StatusOK},
		{"POST", "/list-calls", "null", "{}", http.StatusOK},
		{"POST", "/list-calls", "{}", "{}", http.StatusOK},
		{"POST", "/list-calls", `{"kind":"box","role":64}`, "{}", http.StatusOK},
		{"POST", "/list-calls", `{"kind":"user","role":255}`, "{}", http.StatusOK},
		{"POST", "/publish-profile", who, `{"names":1}`, http.StatusOK},
		{"POST", "/publish-profile", who, `"` + strings.Repeat("x", 5<<20) + `"`, http.StatusOK},
		{"GET", "/list-calls", who, "", http.StatusMethodNotAllowed},
		{"POST", "/v2", who, "", http.StatusNotFound},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("Frontdesk-Actor", c.who)
		h.ServeHTTP(w, r)
		if w.Code != c.status || w.Code == http.StatusOK && !strings.Contains(w.Body.String(), `"failed"`) {
			t.Errorf("%s %s: %d %s, want %d and that it failed", c.method, c.path, w.Code, w.Body, c.status)
		}
	}
	if _, _, err := s.Profile(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("something was published: %v", err)
	}
}

func TestNotRunning(t *testing.T) {
	socket := remote.Socket(t.TempDir())
	if _, err := remote.Dial(t.Context(), socket); !errors.Is(err, remote.ErrNotRunning) {
		t.Errorf("no socket: %v", err)
	}
	leaveStale(t, socket)
	if _, err := remote.Dial(t.Context(), socket); !errors.Is(err, remote.ErrNotRunning) {
		t.Errorf("nobody behind the socket: %v", err)
	}
}

// leaveStale leaves a socket as a killed process does.
func leaveStale(t *testing.T, socket string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSocketIsPrivateAndTakesOverAStaleOne(t *testing.T) {
	d, _ := office(t)
	socket := remote.Socket(t.TempDir())
	leaveStale(t, socket)
	serve(t, socket, d)
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("socket: %v, %v; want mode 0660", info.Mode(), err)
	}
	if _, err := remote.Listen(socket, d, quiet); err == nil || !strings.Contains(err.Error(), "another appliance") {
		t.Errorf("a second server: %v", err)
	}
	if _, err := os.Stat(socket); err != nil {
		t.Errorf("the second server took the socket away: %v", err)
	}
}

func TestLongPath(t *testing.T) {
	d, _ := office(t)
	dir := filepath.Join(t.TempDir(), strings.Repeat("x", 120))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c := serve(t, remote.Socket(dir), d)
	if got, err := service.ListCalls.Do(servicetest.Operator(t), c, service.CallFilter{}); err != nil || len(got) != 1 {
		t.Errorf("calls over a long path: %v, %v", got, err)
	}
}

func TestCloseWithoutRun(t *testing.T) {
	d, _ := office(t)
	socket := remote.Socket(t.TempDir())
	srv, err := remote.Listen(socket, d, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(srv.Close(), srv.Close()); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := os.Stat(socket); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}
