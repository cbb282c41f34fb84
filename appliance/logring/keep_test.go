package logring_test

import (
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/logring"
)

// dying is the folder that a child process of TestKeepIn keeps its lines in; how it ends says dyingBy.
const (
	dying   = "FRONTDESK_TEST_DYING"
	dyingBy = "FRONTDESK_TEST_DYING_BY"
)

// TestDyingChild is what child processes of TestKeepIn run.
func TestDyingChild(t *testing.T) {
	dir := os.Getenv(dying)
	if dir == "" {
		return
	}
	ring := logring.New(100)
	if err := ring.KeepIn(dir); err != nil {
		t.Fatal(err)
	}
	logger(ring).Info("the child was here")
	switch os.Getenv(dyingBy) {
	case "crash":
		go func() { panic("the cause") }()
		select {}
	case "kill":
		p, err := os.FindProcess(os.Getpid())
		if err != nil {
			t.Fatal(err)
		}
		_ = p.Kill()
		select {}
	}
	if err := ring.Close(); err != nil {
		t.Fatal(err)
	}
}

func logger(ring *logring.Ring) *slog.Logger {
	return slog.New(ring.Beside(slog.DiscardHandler, slog.LevelInfo))
}

// textsOf are the texts in a ring, one a line.
func textsOf(t *testing.T, ring *logring.Ring) string {
	t.Helper()
	var b strings.Builder
	last := uint64(0)
	for _, l := range ring.After(0, slog.LevelDebug, 0) {
		if l.Number <= last {
			t.Errorf("line %d comes after %d", l.Number, last)
		}
		last = l.Number
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// What was said before the last start is there: also when that ended by a crash, whose cause is in it, or by kill -9.
func TestKeepIn(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for by, want := range map[string]string{"crash": "panic: the cause", "kill": "did not end as it was meant to", "": ""} {
		t.Run(by, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "log")
			cmd := exec.CommandContext(t.Context(), self, "-test.run", "^TestDyingChild$")
			cmd.Env = append(os.Environ(), dying+"="+dir, dyingBy+"="+by, "GORACE=atexit_sleep_ms=0")
			if out, err := cmd.CombinedOutput(); (err != nil) != (by != "") {
				t.Fatalf("%v: %s", err, out)
			}
			if by == "crash" { // who looks before the next start sees it, too
				former, err := logring.Former(dir)
				if err != nil || !strings.Contains(textsOf(t, former), want) {
					t.Errorf("before the start: %v\n%s", err, textsOf(t, former))
				}
			}
			for start := range 2 { // what the first start has found out the second knows still, and says once
				ring := logring.New(1000)
				if err := ring.KeepIn(dir); err != nil {
					t.Fatal(err)
				}
				logger(ring).Info("and now on")
				got := textsOf(t, ring)
				if !strings.Contains(got, "the child was here") || want != "" && strings.Count(got, want) != 1 ||
					want == "" && strings.Contains(got, "did not end") || strings.Count(got, "and now on") != start+1 {
					t.Errorf("start %d:\n%s", start, got)
				}
				if err := ring.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// The folder does not grow without bound, the newest lines stay, and a line that a power cut has broken harms no other.
func TestKeepInIsBounded(t *testing.T) {
	dir := t.TempDir()
	ring := logring.New(50)
	if err := ring.KeepIn(dir); err != nil {
		t.Fatal(err)
	}
	log := logger(ring)
	for i := range 3000 {
		log.Info("long", "text", strings.Repeat("x", 900), "n", i)
	}
	log.Info("the newest")
	if err := ring.Close(); err != nil {
		t.Fatal(err)
	}
	var size int64
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if size > 2<<20 {
		t.Errorf("%d bytes", size)
	}
	f, err := os.OpenFile(filepath.Join(dir, "lines"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{\"number\":9\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again := logring.New(50)
	if err := again.KeepIn(dir); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }() // the folder goes away
	if got := textsOf(t, again); !strings.Contains(got, "the newest") || strings.Count(got, "\n") > 50 {
		t.Errorf("got\n%s", got)
	}
}

// A start that failed before there was a ring leaves its reason.
func TestAppend(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	for _, text := range []string{"first", "second"} {
		if err := logring.Append(dir, time.Now(), slog.LevelError, text); err != nil {
			t.Fatal(err)
		}
	}
	former, err := logring.Former(dir)
	if err != nil || !strings.HasPrefix(textsOf(t, former), "first\n") || !strings.Contains(textsOf(t, former), "\nsecond\n") {
		t.Errorf("%v: %q", err, textsOf(t, former))
	}
}
