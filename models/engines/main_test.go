package engines_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

// childEnv makes the test binary a child that serves scripted engines.
const childEnv = "FRONTDESK_ENGINES_TEST_CHILD"

func TestMain(m *testing.M) {
	if mode := os.Getenv(childEnv); mode != "" {
		os.Exit(child(mode, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// child serves until SIGTERM. The supervisor gives the socket as the last argument.
func child(mode string, args []string) int {
	if mode == "parent" {
		return parent()
	}
	if mode == "broken" {
		fmt.Fprintln(os.Stderr, "no weights: run make setup")
		return 3
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	progress := engines.NewProgress(time.Now)
	cfg := engines.ServeConfig{
		Socket:   args[len(args)-1],
		Ears:     engines.Loaded[engines.Ears](&modelstest.Ears{Texts: []string{"hello"}}, engines.Info{Model: "scripted"}),
		Mind:     engines.Loaded[engines.Mind](&modelstest.Mind{Func: echo}, engines.Info{Model: "scripted"}),
		Mouth:    engines.Loaded[engines.Mouth](&modelstest.Mouth{}, engines.Info{Model: "scripted"}),
		Meaning:  engines.Loaded[engines.Embedder](&modelstest.Meaning{}, engines.Info{Model: "scripted"}),
		Progress: progress,
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	if mode == "loading" {
		cfg.Mind = func(ctx context.Context, _ func(float64)) (engines.Mind, engines.Info, error) {
			<-ctx.Done()
			return nil, engines.Info{}, ctx.Err()
		}
	}
	if mode == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
		ctx = context.Background()
	}
	if err := engines.Serve(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func echo(_ context.Context, r engines.CompleteRequest) (engines.Completion, error) {
	return modelstest.Answer(r.Prompt), nil
}

// socketDir returns a private folder with a short name: the path of a Unix socket has room for about 100 bytes.
func socketDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// serve runs cfg in this process and returns a client of it. Both end with the test.
func serve(t testing.TB, cfg engines.ServeConfig) *engines.Client {
	t.Helper()
	cfg.Socket = filepath.Join(socketDir(t), "e.sock")
	if cfg.Logger == nil {
		cfg.Logger = quiet()
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- engines.Serve(ctx, cfg) }()
	c, err := engines.Dial(cfg.Socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error("close client:", err)
		}
		stop()
		if err := <-served; err != nil {
			t.Error("serve:", err)
		}
	})
	return c
}

// untilState waits for the child's state to be as wanted.
func untilState(t testing.TB, c *engines.Client, want func(engines.ChildState) bool) engines.ChildState {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var got engines.ChildState
	found := false
	err := c.WatchState(ctx, func(s engines.ChildState) {
		if !found && want(s) {
			got, found = s, true
			cancel()
		}
	})
	if !found {
		t.Fatalf("the state never was as wanted; last error: %v", err)
	}
	return got
}

func allReady(s engines.ChildState) bool {
	return s.Ears.Phase == engines.Ready && s.Mind.Phase == engines.Ready && s.Mouth.Phase == engines.Ready
}

// scripted returns a configuration with all three engines loaded.
func scripted(ears engines.Ears, mind engines.Mind, mouth engines.Mouth) engines.ServeConfig {
	return engines.ServeConfig{
		Ears:  engines.Loaded(ears, engines.Info{Model: "ears.bin", Version: "1"}),
		Mind:  engines.Loaded(mind, engines.Info{Model: "mind.gguf", Version: "2"}),
		Mouth: engines.Loaded(mouth, engines.Info{Model: "voice.onnx", Version: "3"}),
	}
}
