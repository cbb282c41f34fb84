package web_test

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/web"
)

// lines collects what is logged.
type lines struct {
	mu      sync.Mutex
	b       strings.Builder
	written chan struct{} // closed at the next write
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != nil {
		close(l.written)
		l.written = nil
	}
	return l.b.Write(p)
}

// Await returns when want was logged; the test fails at its deadline if it never is.
func (l *lines) Await(t *testing.T, want string) {
	t.Helper()
	for {
		l.mu.Lock()
		if strings.Contains(l.b.String(), want) {
			l.mu.Unlock()
			return
		}
		if l.written == nil {
			l.written = make(chan struct{})
		}
		written := l.written
		l.mu.Unlock()
		select {
		case <-written:
		case <-time.After(time.Minute):
			t.Fatalf("log = %s, want %s", l, want)
		}
	}
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: level}))
}

func TestRequestsAreLoggedWithoutQuery(t *testing.T) {
	var log lines
	s := open(t, says(well()), func(o *web.Options) { o.Logger = log.logger(slog.LevelDebug) })
	s.ask(t, "GET", "/nothing?token=hush")
	if got := log.String(); !strings.Contains(got, "method=GET path=/nothing status=404") || strings.Contains(got, "hush") {
		t.Errorf("log = %s", got)
	}
}

func TestPanicIsLoggedAndSurvived(t *testing.T) {
	var log lines
	first := true
	d := saying(func() (service.Status, error) {
		if first {
			first = false
			panic("fault")
		}
		return well(), nil
	})
	s := open(t, d, func(o *web.Options) { o.Logger = log.logger(slog.LevelInfo) })
	if r, err := s.client.Get(s.url + "/"); err == nil {
		r.Body.Close()
		t.Errorf("answer = %s, want none", r.Status)
	}
	if r, _ := s.ask(t, "GET", "/trust"); r.StatusCode != 200 {
		t.Errorf("answer after a panic = %s, want 200", r.Status)
	}
	log.Await(t, "level=ERROR msg=\"http2: panic serving") // the log may come after the answer
}

// TestTooManyConnections holds more connections than one address may have, and says nothing on them: the oldest is closed, and the
// next one is answered.
func TestTooManyConnections(t *testing.T) {
	s := open(t, says(well()))
	s.client.CloseIdleConnections()
	addr := strings.TrimPrefix(s.url, "https://")
	var held []net.Conn
	for range 40 {
		c, err := tls.Dial("tcp", addr, &tls.Config{RootCAs: s.pool, Time: s.clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		held = append(held, c)
	}
	if _, err := held[0].Read(make([]byte, 1)); err == nil {
		t.Error("something was said on a connection that waits for nothing")
	}
	if r, _ := s.ask(t, "GET", "/trust"); r.StatusCode != 200 {
		t.Errorf("somebody new among them: %s", r.Status)
	}
}

func TestStartAndStop(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 5 {
				s, err := web.Listen(web.Options{
					Listen: "127.0.0.1:0", Dir: dir + "/" + string(rune('a'+i)), Service: says(well()), Now: newClock().Now,
				})
				if err != nil {
					t.Error(err)
					return
				}
				ctx, cancel := context.WithCancel(t.Context())
				var both sync.WaitGroup
				both.Go(func() {
					if err := s.Run(ctx); err != nil {
						t.Errorf("Run = %v", err)
					}
				})
				both.Go(func() {
					if err := s.Close(); err != nil {
						t.Errorf("Close = %v", err)
					}
				})
				both.Go(cancel)
				both.Wait()
				if err := s.Close(); err != nil {
					t.Errorf("second Close = %v", err)
				}
			}
		})
	}
	wg.Wait()
}

// TestStopLetsRequestsFinish stops the server while the service still thinks.
func TestStopLetsRequestsFinish(t *testing.T) {
	thinks, goOn := make(chan struct{}), make(chan struct{})
	s, err := web.Listen(web.Options{Listen: "127.0.0.1:0", Dir: t.TempDir(), Now: newClock().Now,
		Service: saying(func() (service.Status, error) {
			close(thinks)
			<-goOn
			return well(), nil
		})})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	v := visit(t, s.Addr().String(), newClock())
	go func() {
		<-thinks
		cancel()
		close(goOn)
	}()
	if _, b := v.ask(t, "GET", "/healthz"); !strings.Contains(b, "healthy") {
		t.Errorf("answer = %q", b)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run = %v", err)
	}
}

func TestListenErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = web.Listen(web.Options{Listen: l.Addr().String(), Dir: t.TempDir(), Service: says(well()), Now: newClock().Now})
	if err == nil || !strings.Contains(err.Error(), "choose another address") {
		t.Errorf("Listen on a taken port = %v", err)
	}
	_, err = web.ListenMetrics(web.MetricsOptions{Listen: l.Addr().String(), Service: says(well())})
	if err == nil || !strings.Contains(err.Error(), "choose another address") {
		t.Errorf("ListenMetrics on a taken port = %v", err)
	}
}
