package systemd

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// program is alive as the test says.
type program struct {
	mu     sync.Mutex
	err    error
	status string
	hangs  bool
}

func (p *program) set(change func(p *program)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

func (p *program) Alive(ctx context.Context) error {
	p.mu.Lock()
	hangs, err := p.hangs, p.err
	p.mu.Unlock()
	if hangs {
		<-ctx.Done()
		return ctx.Err()
	}
	return err
}

func (p *program) Situation(context.Context) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Why a start has failed is the status, as one line, until the program ends.
func TestFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := &ledger{}
		began := time.Now()
		(&Notifier{send: told.send}).Failed(t.Context(), 5*time.Second, errors.New("no disk\nno keys"))
		if len(told.lines) != 1 || told.lines[0] != "STATUS=It cannot start: no disk no keys" || time.Since(began) != 5*time.Second {
			t.Errorf("after %v: %q", time.Since(began), told.lines)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		(&Notifier{send: told.send}).Failed(stopped, time.Hour, errors.New("x")) // who stops it need not wait
		var nobody *Notifier
		nobody.Failed(t.Context(), time.Hour, errors.New("x"))
	})
}

// ledger is what the manager was told.
type ledger struct {
	mu    sync.Mutex
	lines []string
}

func (l *ledger) send(text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, strings.Split(text, "\n")...)
	return nil
}

// take returns what was told since the last time.
func (l *ledger) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

var errDown = errors.New("down")

// The manager hears of the start when the program is ready, of life only while there is any, and of the end.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, told := &program{err: errDown, status: "Starting."}, &ledger{}
		n := &Notifier{send: told.send, watchdog: 12 * time.Second} // a look every 3 s
		ctx, end := context.WithCancel(t.Context())
		stopping, ended := make(chan struct{}), make(chan struct{})
		var troubles []error
		var mu sync.Mutex
		go func() {
			defer close(ended)
			n.Follow(ctx, stopping, p, func(err error) { mu.Lock(); defer mu.Unlock(); troubles = append(troubles, err) })
		}()
		after := func(d time.Duration) []string {
			<-time.After(d)
			synctest.Wait()
			return told.take()
		}
		expect := func(what string, got []string, want ...string) {
			t.Helper()
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", what, got, want)
			}
		}
		expect("not ready", after(10*time.Second))
		p.set(func(p *program) { p.err, p.status = nil, "Answers\ncalls." })
		expect("ready", after(101*time.Millisecond), "READY=1", "WATCHDOG=1", "STATUS=Answers calls.")
		expect("alive", after(6*time.Second), "WATCHDOG=1", "WATCHDOG=1")
		p.set(func(p *program) { p.hangs = true })
		expect("hangs", after(12*time.Second))
		p.set(func(p *program) { p.hangs, p.status = false, "One call goes on." })
		if got := after(6 * time.Second); !slices.Contains(got, "WATCHDOG=1") || !slices.Contains(got, "STATUS=One call goes on.") {
			t.Errorf("recovered: got %q", got)
		}
		close(stopping)
		synctest.Wait()
		if got := told.take(); len(got) < 2 || got[0] != "STOPPING=1" || got[1] != "STATUS=Stopping. One call goes on." {
			t.Errorf("stopping: got %q", got)
		}
		expect("calls come to their end", after(6*time.Second), "WATCHDOG=1", "WATCHDOG=1")
		end()
		<-ended
		if mu.Lock(); len(troubles) == 0 || !errors.Is(troubles[0], context.DeadlineExceeded) {
			t.Errorf("troubles = %v", troubles)
		}
		mu.Unlock()
	})
}

// A stop before the start is never a start.
func TestFollowStopsBeforeReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, told := &program{err: errDown}, &ledger{}
		ctx, end := context.WithCancel(t.Context())
		stopping, ended := make(chan struct{}), make(chan struct{})
		close(stopping)
		go func() { defer close(ended); (&Notifier{send: told.send}).Follow(ctx, stopping, p, func(error) {}) }()
		synctest.Wait()
		p.set(func(p *program) { p.err = nil })
		<-time.After(time.Second)
		end()
		<-ended
		if got := told.take(); slices.Contains(got, "READY=1") || !slices.Contains(got, "STOPPING=1") {
			t.Errorf("got %q", got)
		}
	})
}

// Without a service manager nothing is told and nothing goes wrong.
func TestFollowNobody(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	n, err := FromEnvironment()
	if n != nil || err != nil {
		t.Fatal(n, err)
	}
	n.Follow(t.Context(), nil, nil, nil)
}

// The manager's socket gets the words.
func TestFromEnvironment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, tt := range []struct {
		usec, pid string
		want      time.Duration
		fails     bool
	}{{"", "", 0, false}, {"30000000", "", 30 * time.Second, false}, {"30000000", "1", 0, false}, {"soon", "", 0, true}, {"-1", "", 0, true}} {
		t.Setenv("NOTIFY_SOCKET", path)
		t.Setenv("WATCHDOG_USEC", tt.usec)
		t.Setenv("WATCHDOG_PID", tt.pid)
		n, err := FromEnvironment()
		if (err != nil) != tt.fails {
			t.Errorf("%+v: got %v", tt, err)
		}
		if tt.fails {
			continue
		}
		if n.watchdog != tt.want {
			t.Errorf("%+v: watchdog %v", tt, n.watchdog)
		}
		if err := n.send("READY=1"); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 100)
		if got, err := conn.Read(b); err != nil || string(b[:got]) != "READY=1" {
			t.Errorf("got %q, %v", b[:got], err)
		}
	}
}
