package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"frontdesk.internal/models"
	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

// enginesChildEnv makes TestEnginesChild run the command instead of passing by.
const enginesChildEnv = "FRONTDESK_TEST_ENGINES_CHILD"

// TestEnginesChild is no test: it is what the child processes of the other tests run.
func TestEnginesChild(t *testing.T) {
	if os.Getenv(enginesChildEnv) == "" {
		t.Skip("only runs as the child of another test")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	code := run(ctx, append([]string{"engines"}, flag.Args()...), nil, os.Stdout, os.Stderr)
	stop()
	if code != 0 {
		os.Exit(code)
	}
}

// superviseEngines runs `frontdesk engines` with args until the end of the test.
func superviseEngines(t testing.TB, log *slog.Logger, args ...string) (*engines.Supervisor, <-chan engines.State) {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd") // short: it is for a socket
	if err != nil {
		t.Fatal(err)
	}
	s, err := engines.NewSupervisor(engines.SupervisorConfig{
		Command: append([]string{"/proc/self/exe", "-test.run=^TestEnginesChild$", "--"}, args...),
		Env:     []string{enginesChildEnv + "=1", "GORACE=atexit_sleep_ms=0"},
		Dir:     dir, Nice: 5, OOMScoreAdj: 500, Logger: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	states, ran := s.Watch(ctx), make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ran; err != nil {
			t.Error("Run:", err)
		}
		_ = os.RemoveAll(dir)
	})
	return s, states
}

// untilEngines reads states up to the first that is as wanted.
func untilEngines(t testing.TB, states <-chan engines.State, what string, want func(engines.State) bool) engines.State {
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

func TestEnginesScripted(t *testing.T) {
	log := &lockedBuffer{}
	t.Cleanup(func() { // after the child's end, when all it printed is here
		if got, want := log.String(), `line="level=INFO msg=\"engine ready\" engine=mind`; !strings.Contains(got, want) {
			t.Errorf("the log has no %q:\n%s", want, got)
		}
	})
	s, states := superviseEngines(t, slog.New(slog.NewTextHandler(log, nil)), "--scripted")
	st := untilEngines(t, states, "ready", func(s engines.State) bool { return s.Child.Mind.Phase == engines.Ready })
	if st.Child.Ears.Phase != engines.Ready || st.Child.Mouth.Phase != engines.Ready {
		t.Errorf("state = %+v", st)
	}
	spoken := 0
	err := s.Speak(t.Context(), engines.SpeakRequest{Text: "Hi.", Rate: 8000}, func(p engines.Speech) error {
		spoken += len(p.PCM)
		return nil
	})
	if err != nil || spoken == 0 {
		t.Errorf("Speak gave %d samples, %v", spoken, err)
	}
}

// lockedBuffer is a log that may be read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestEngineFilesRoundTrip(t *testing.T) {
	full := engineFiles{
		dir: "/m", asr: "a", shortASR: "a2", vad: "b", turn: "c", llm: "d", voice: voiceFile{models.Piper, "e"},
		onnxRuntime: "f", espeak: "g", stateDir: "h", language: "de", threads: 3,
		voices: []voicesFor{
			{[]string{"de"}, voiceFile{models.Piper, "m"}}, {[]string{"nl", "fy"}, voiceFile{models.Hibari, "n=o"}},
		},
		embed: []embed.Model{
			{Name: "x@1", File: "i", Tokenizer: "j", Languages: []string{"en", "nl"}}, {Name: "y", File: "k", Tokenizer: "l", Prefix: "query: "},
		},
	}
	for _, want := range []engineFiles{full, {dir: ".", language: "en"}} {
		var got engineFiles
		fs := pflag.NewFlagSet("", pflag.ContinueOnError)
		got.flags(fs)
		if err := fs.Parse(want.args()); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q gives %+v, %v; want %+v", want.args(), got, err, want)
		}
	}
	for _, bad := range []string{"de", "=m", "de=", "de=hibari:"} {
		if err := new(engineFiles).addVoice(bad); err == nil {
			t.Errorf("--voice-for %s is accepted", bad)
		}
	}
	if got := full.path("x"); got != "/m/x" {
		t.Errorf("path = %q", got)
	}
	if got := full.path("/y/x"); got != "/y/x" {
		t.Errorf("path = %q", got)
	}
}

// fill makes files of the right size for a model and returns the path of the first.
func fill(t *testing.T, l *models.Library, m models.Model) string {
	t.Helper()
	for _, f := range m.Files {
		path := l.Path(m, f)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(file.Truncate(f.Bytes), file.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return l.Path(m, m.Files[0])
}

func TestChosenEngines(t *testing.T) {
	dir := t.TempDir()
	l, err := models.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	// Files of the right size for the recogniser only.
	m, err := l.InUse(models.ASR)
	if err != nil {
		t.Fatal(err)
	}
	path := fill(t, l, m)
	got, err := chosenEngines(dir, "/state")
	want := engineFiles{dir: dir, asr: path, stateDir: "/state", language: "en"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("chosenEngines = %+v, want %+v", got, want)
	}
	if err == nil || !strings.Contains(err.Error(), "voice") || !strings.Contains(err.Error(), "llm") ||
		!strings.Contains(err.Error(), "embed") || strings.Contains(err.Error(), "asr") {
		t.Errorf("problems: %v", err)
	}
	short, err := l.InUse(models.ShortASR)
	if err != nil {
		t.Fatal(err)
	}
	want.shortASR = fill(t, l, short)
	if got, _ := chosenEngines(dir, "/state"); !reflect.DeepEqual(got, want) {
		t.Errorf("with the files for short clips: %+v, want %+v", got, want)
	}
}

func TestNewEngines(t *testing.T) {
	if _, err := newEngines(engineFiles{}, t.TempDir(), slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
	if _, err := newEngines(engineFiles{}, "/"+strings.Repeat("d", 200), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a folder too long for a socket was accepted")
	}
}

func TestEnginesUsage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no socket", nil, 2, "--socket"},
		{"unknown flag", []string{"--fast"}, 2, "fast"},
		{"an argument", []string{"--socket", "x", "y"}, 2, "too many"},
		{"help", []string{"--help"}, 0, "--voice file"},
		{"socket in the way", []string{"--scripted", "--socket", os.DevNull}, 1, "open to other users"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			code := run(t.Context(), append([]string{"engines"}, tt.args...), nil, &out, &out)
			if code != tt.code || !strings.Contains(out.String(), tt.says) {
				t.Errorf("code %d, want %d with %q:\n%s", code, tt.code, tt.says, out.String())
			}
		})
	}
}
