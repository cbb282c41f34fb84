package engines_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// syncBuffer is a log that may be read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// childConfig runs this test binary as the child.
func childConfig(dir, mode string, log *slog.Logger) engines.SupervisorConfig {
	return engines.SupervisorConfig{
		Command: []string{"/proc/self/exe", "engines"}, Name: "frontdesk", Env: []string{childEnv + "=" + mode, "GORACE=atexit_sleep_ms=0"},
		Dir: dir, Nice: 5, OOMScoreAdj: 500, Logger: log,
	}
}

// supervise runs a supervisor until the end of the test and returns its states.
func supervise(t testing.TB, cfg engines.SupervisorConfig) (*engines.Supervisor, <-chan engines.State) {
	t.Helper()
	s, err := engines.NewSupervisor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	states := s.Watch(ctx)
	go func() { ran <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ran; err != nil {
			t.Error("Run:", err)
		}
		if st := s.State(); st.Status != engines.Down {
			t.Errorf("after Run the state is %+v", st)
		}
	})
	return s, states
}

// until reads states up to the first that is as wanted.
func until(t testing.TB, states <-chan engines.State, what string, want func(engines.State) bool) engines.State {
	t.Helper()
	limit := time.After(2 * time.Minute)
	var last engines.State
	for {
		select {
		case last = <-states:
			if want(last) {
				return last
			}
		case <-limit:
			t.Fatalf("not %s in time; the last state was %+v", what, last)
		}
	}
}

func up(s engines.State) bool { return s.Status == engines.Up && allReady(s.Child) }

func after(restarts int) func(engines.State) bool {
	return func(s engines.State) bool { return up(s) && s.Restarts >= restarts }
}

func TestSupervisorDelegates(t *testing.T) {
	dir := socketDir(t)
	s, err := engines.NewSupervisor(childConfig(dir, "child", quiet()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Complete(t.Context(), engines.CompleteRequest{}); !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Complete before Run:", err)
	}
	if _, err := s.Listen(t.Context(), engines.ListenOptions{}); !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Listen before Run:", err)
	}
	if err := s.Speak(t.Context(), engines.SpeakRequest{}, nil); !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Speak before Run:", err)
	}

	s, states := supervise(t, childConfig(dir, "child", quiet()))
	st := until(t, states, "up", up)
	if st.Restarts != 0 || st.Reason != "" || st.Child.Ears.Model != "scripted" {
		t.Errorf("state = %+v", st)
	}
	if got, err := s.Complete(t.Context(), engines.CompleteRequest{Prompt: "hours"}); err != nil || got.Text != "hours" {
		t.Errorf("Complete = %q, %v", got.Text, err)
	}
	var spoken audio.PCM
	err = s.Speak(t.Context(), engines.SpeakRequest{Text: "hi", Rate: 8000}, func(p engines.Speech) error {
		spoken = append(spoken, p.PCM...)
		return nil
	})
	if err != nil || len(spoken) != 960 {
		t.Errorf("Speak gave %d samples, %v", len(spoken), err)
	}
	l, err := s.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	feed(t, l, modelstest.Tone(engines.Rate, 300, time.Second))
	if e := next(t, l); e.Kind != engines.SpeechStarted {
		t.Errorf("event %+v", e)
	}
	checkAttributes(t, st.Child.PID)
}

// checkAttributes looks at how the kernel sees the child.
func checkAttributes(t *testing.T, pid int) {
	t.Helper()
	oom, err := os.ReadFile(fmt.Sprintf("/proc/%d/oom_score_adj", pid))
	if err != nil || strings.TrimSpace(string(oom)) != "500" {
		t.Errorf("oom_score_adj = %q, %v", oom, err)
	}
	if pgid, err := syscall.Getpgid(pid); err != nil || pgid != pid {
		t.Errorf("process group %d, %v; want its own", pgid, err)
	}
	if line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid)); err != nil ||
		!strings.HasPrefix(string(line), "frontdesk\x00engines\x00--socket\x00") {
		t.Errorf("command line %q, %v", line, err)
	}
	own, err := unix.Getpriority(unix.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil || len(tasks) == 0 {
		t.Fatal("no tasks:", err)
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(filepath.Base(task))
		if err != nil {
			t.Fatal(err)
		}
		got, err := unix.Getpriority(unix.PRIO_PROCESS, tid)
		if errors.Is(err, unix.ESRCH) {
			continue // the thread has ended
		}
		if want := max(own-5, 1); err != nil || got != want { // 20 minus nice
			t.Errorf("thread %d: nice %d, %v; want %d", tid, 20-got, err, 20-want)
		}
	}
}

func TestKilledInMidStream(t *testing.T) {
	log := &syncBuffer{}
	s, states := supervise(t, childConfig(socketDir(t), "child", slog.New(slog.NewTextHandler(log, nil))))
	st := until(t, states, "up", up)
	l, err := s.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	feed(t, l, modelstest.Tone(engines.Rate, 300, 100*time.Millisecond))
	next(t, l)
	completed, spoken := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := s.Complete(context.Background(), engines.CompleteRequest{Prompt: "!hang"})
		completed <- err
	}()
	begun := make(chan struct{})
	go func() {
		var once sync.Once
		spoken <- s.Speak(context.Background(), engines.SpeakRequest{
			Text: strings.Repeat("long ", 10000), Rate: 8000,
		}, func(engines.Speech) error {
			once.Do(func() { close(begun) })
			return nil
		})
	}()
	<-begun

	killed := time.Now()
	if err := syscall.Kill(st.Child.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for range l.Events() { // to its end
	}
	if err := l.Err(); !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Listening:", err)
	}
	if err := <-completed; !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Complete:", err)
	}
	if err := <-spoken; err != nil && !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Speak:", err)
	}
	told := time.Since(killed)
	st = until(t, states, "up again", after(1))
	t.Logf("killed → streams told %v, → ears ready %v", told.Round(time.Millisecond), time.Since(killed).Round(time.Millisecond))
	if !strings.Contains(st.Reason, "out of memory?") {
		t.Errorf("reason = %q", st.Reason)
	}
	again, err := s.Listen(t.Context(), engines.ListenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if got := log.String(); !strings.Contains(got, "engines child ended") || strings.Count(got, "engines child ended") != 1 {
		t.Errorf("log:\n%s", got)
	}
}

func TestHungChildIsReplaced(t *testing.T) {
	fast := func(cfg engines.SupervisorConfig) engines.SupervisorConfig {
		cfg.PingEvery, cfg.PingTimeout, cfg.Grace = 50*time.Millisecond, 500*time.Millisecond, 200*time.Millisecond
		return cfg
	}
	t.Run("stopped", func(t *testing.T) {
		_, states := supervise(t, fast(childConfig(socketDir(t), "child", quiet())))
		st := until(t, states, "up", up)
		stopped := time.Now()
		if err := syscall.Kill(st.Child.PID, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		st = until(t, states, "up again", after(1))
		t.Logf("stopped → ready %v", time.Since(stopped).Round(time.Millisecond))
		if !strings.Contains(st.Reason, "pings") {
			t.Errorf("reason = %q", st.Reason)
		}
	})
	t.Run("stuck owner", func(t *testing.T) {
		s, states := supervise(t, fast(childConfig(socketDir(t), "child", quiet())))
		until(t, states, "up", up)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := s.Complete(ctx, engines.CompleteRequest{Prompt: "!stick"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error("Complete:", err)
		}
		st := until(t, states, "up again", after(1))
		if !strings.Contains(st.Reason, "mind") || !strings.Contains(st.Reason, "hung") {
			t.Errorf("reason = %q", st.Reason)
		}
	})
	t.Run("stopped while loading", func(t *testing.T) {
		cfg := childConfig(socketDir(t), "loading", quiet())
		cfg.PingEvery, cfg.PingTimeout = 5*time.Millisecond, 50*time.Millisecond
		_, states := supervise(t, cfg)
		st := until(t, states, "loading", func(s engines.State) bool {
			return s.Child.Ears.Phase == engines.Ready && s.Child.Mind.Phase == engines.Loading
		})
		if err := syscall.Kill(st.Child.PID, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		st = until(t, states, "down", func(s engines.State) bool { return s.Reason != "" })
		if !strings.Contains(st.Reason, "20 pings") {
			t.Errorf("reason = %q: a child that loads needs more patience", st.Reason)
		}
	})
	t.Run("slow is not hung", func(t *testing.T) {
		s, states := supervise(t, fast(childConfig(socketDir(t), "child", quiet())))
		until(t, states, "up", up)
		// Five times the grace, but not cancelled.
		if _, err := s.Complete(t.Context(), engines.CompleteRequest{Prompt: "!slow 1s"}); err != nil {
			t.Error("Complete:", err)
		}
		if st := s.State(); st.Restarts != 0 {
			t.Errorf("state = %+v", st)
		}
	})
}

func TestCrashLoop(t *testing.T) {
	cfg := childConfig(socketDir(t), "broken", quiet())
	cfg.BackoffMin, cfg.BackoffMax = 10*time.Millisecond, 20*time.Millisecond
	s, states := supervise(t, cfg)
	st := until(t, states, "down for the 4th time", func(s engines.State) bool { return s.Restarts >= 3 && s.Status == engines.Down })
	if want := "ended with status 3: no weights: run make setup"; st.Reason != want {
		t.Errorf("reason = %q, want %q", st.Reason, want)
	}
	if wait := st.Next.Sub(st.Since); wait > 20*time.Millisecond {
		t.Errorf("waits %v, want at most BackoffMax", wait)
	}
	if _, err := s.Complete(t.Context(), engines.CompleteRequest{}); !errors.Is(err, engines.ErrUnavailable) ||
		!strings.Contains(err.Error(), "make setup") {
		t.Error("Complete:", err)
	}
}

func TestCommandNotThere(t *testing.T) {
	cfg := childConfig(socketDir(t), "child", quiet())
	cfg.Command = []string{filepath.Join(t.TempDir(), "nothing")}
	_, states := supervise(t, cfg)
	st := until(t, states, "down", func(s engines.State) bool { return s.Status == engines.Down && s.Reason != "" })
	if !strings.Contains(st.Reason, "no such file") {
		t.Errorf("reason = %q", st.Reason)
	}
}

func TestBackoff(t *testing.T) {
	want := []time.Duration{0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000}
	for n, w := range want {
		if got := engines.Backoff(n, 100*time.Millisecond, 5*time.Second); got != w*time.Millisecond {
			t.Errorf("Backoff(%d) = %v, want %v", n, got, w*time.Millisecond)
		}
	}
	if got := engines.Backoff(1<<30, 100*time.Millisecond, 5*time.Second); got != 5*time.Second {
		t.Errorf("Backoff(many) = %v", got)
	}
}

func TestStubbornChildIsKilledAtTheEnd(t *testing.T) {
	cfg := childConfig(socketDir(t), "stubborn", quiet())
	cfg.StopLimit = 50 * time.Millisecond
	s, err := engines.NewSupervisor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	states := s.Watch(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	pid := until(t, states, "up", up).Child.PID
	stop()
	if err := <-ran; err != nil {
		t.Error("Run:", err)
	}
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Error("the child is still there:", err)
	}
}

func TestPrefixesAreWarmedAgain(t *testing.T) {
	log := &syncBuffer{}
	s, states := supervise(t, childConfig(socketDir(t), "child", slog.New(slog.NewTextHandler(log, nil))))
	if err := s.Warm(t.Context(), "early"); err != nil && !errors.Is(err, engines.ErrUnavailable) {
		t.Error("Warm:", err)
	}
	st := until(t, states, "up", up)
	// The child's mind fails to warm this prefix, and the log of the supervisor is where the next child's failure shows.
	if err := s.Warm(t.Context(), "!fail marked"); err == nil || !strings.Contains(err.Error(), "marked") {
		t.Error("Warm:", err)
	}
	if err := syscall.Kill(st.Child.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	until(t, states, "up again", after(1))
	limit := time.After(2 * time.Minute)
	for !strings.Contains(log.String(), "prefix not warmed again") {
		select {
		case <-limit:
			t.Fatalf("not warmed again; log:\n%s", log.String())
		default:
			if _, err := s.Complete(t.Context(), engines.CompleteRequest{}); err != nil { // gives way
				t.Fatal(err)
			}
		}
	}
}

func TestChildDiesWithItsParent(t *testing.T) {
	parent := exec.Command("/proc/self/exe") // killed below
	parent.Env = append(os.Environ(), childEnv+"=parent")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	parent.Stderr = os.Stderr
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(out, &pid); err != nil {
		t.Fatal("read the child's id:", err)
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 20000)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n != 1 {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatal("the child outlived its parent:", err)
		}
		return
	}
}

// parent supervises a child, prints its id and waits to be killed.
func parent() int {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return 1
	}
	s, err := engines.NewSupervisor(childConfig(dir, "child", quiet()))
	if err != nil {
		return 1
	}
	states := s.Watch(context.Background())
	go func() {
		for st := range states {
			if up(st) {
				_ = os.RemoveAll(dir) // connected: the path is not needed any more
				fmt.Println(st.Child.PID)
				return
			}
		}
	}()
	if err := s.Run(context.Background()); err != nil {
		return 1
	}
	return 0
}

func TestNewSupervisorRefuses(t *testing.T) {
	tests := []struct {
		name string
		cfg  engines.SupervisorConfig
		want string
	}{
		{"no command", engines.SupervisorConfig{Logger: quiet()}, "no command"},
		{"no logger", engines.SupervisorConfig{Command: []string{"x"}}, "no logger"},
		{"long folder", engines.SupervisorConfig{Command: []string{"x"}, Logger: quiet(), Dir: "/" + strings.Repeat("d", 80)}, "shorter"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := engines.NewSupervisor(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewSupervisor = %v, want %q", err, tt.want)
			}
		})
	}
}
