package engines_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestSocketRules(t *testing.T) {
	serveOn := func(path string) error {
		cfg := scripted(&modelstest.Ears{}, &modelstest.Mind{}, &modelstest.Mouth{})
		cfg.Socket, cfg.Logger = path, quiet()
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		done := make(chan error, 1)
		go func() { done <- engines.Serve(ctx, cfg) }()
		c, err := engines.Dial(path)
		if err != nil {
			return err
		}
		defer c.Close()
		seen := make(chan struct{})
		go func() {
			defer close(seen)
			_ = c.WatchState(ctx, func(engines.ChildState) { stop() })
		}()
		defer func() { stop(); <-seen }()
		return <-done
	}
	t.Run("mode", func(t *testing.T) {
		path := filepath.Join(socketDir(t), "sub", "e.sock")
		cfg := scripted(&modelstest.Ears{}, &modelstest.Mind{}, &modelstest.Mouth{})
		cfg.Socket, cfg.Logger = path, quiet()
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- engines.Serve(ctx, cfg) }()
		c, err := engines.Dial(path)
		if err != nil {
			t.Fatal(err)
		}
		untilState(t, c, allReady)
		for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v; want mode %o", p, info.Mode(), err, want)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Run("left by the dead", func(t *testing.T) {
		path := filepath.Join(socketDir(t), "e.sock")
		lis, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err != nil {
			t.Fatal(err)
		}
		lis.SetUnlinkOnClose(false)
		if err := lis.Close(); err != nil {
			t.Fatal(err)
		}
		if err := serveOn(path); err != nil {
			t.Error("Serve:", err)
		}
	})
	t.Run("in use", func(t *testing.T) {
		path := filepath.Join(socketDir(t), "e.sock")
		lis, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		defer lis.Close()
		if err := engines.Serve(t.Context(), engines.ServeConfig{Socket: path, Logger: quiet()}); err == nil ||
			!strings.Contains(err.Error(), "another process") {
			t.Error("Serve:", err)
		}
	})
	t.Run("a file", func(t *testing.T) {
		path := filepath.Join(socketDir(t), "e.sock")
		if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := engines.Serve(t.Context(), engines.ServeConfig{Socket: path, Logger: quiet()}); err == nil ||
			!strings.Contains(err.Error(), "in the way") {
			t.Error("Serve:", err)
		}
	})
	t.Run("open folder", func(t *testing.T) {
		dir := socketDir(t)
		if err := os.Chmod(dir, 0o755); err != nil { // the point of the test
			t.Fatal(err)
		}
		if err := engines.Serve(t.Context(), engines.ServeConfig{Socket: filepath.Join(dir, "e.sock"), Logger: quiet()}); err == nil ||
			!strings.Contains(err.Error(), "0700") {
			t.Error("Serve:", err)
		}
	})
}
