package pip_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"frontdesk.internal/models/build/pip"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a client whose pip is a shell script with the body; $dest is where the package is wanted. Its runs are noted
// in the file log of the returned folder.
func script(t *testing.T, body string) (*pip.Client, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "pip.sh")
	text := "while [ $# -gt 0 ]; do case \"$1\" in --dest) dest=$2; shift ;; esac; shift; done\necho run >>" + dir + "/log\n" + body + "\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return &pip.Client{Command: []string{"sh", path}}, dir
}

func runs(t *testing.T, dir string) int {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(data), "run\n")
}

// pinned is the package whose file holds text.
func pinned(text string) pip.Package {
	sum := sha256.Sum256([]byte(text))
	return pip.Package{Name: "mine", Version: "1.0", Bytes: int64(len(text)), SHA256: hex.EncodeToString(sum[:])}
}

func TestDownload(t *testing.T) {
	c, log := script(t, `printf whole >"$dest/mine-1.0.whl"`)
	dir := filepath.Join(t.TempDir(), "work")
	path, err := c.Download(t.Context(), pinned("whole"), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "whole" {
		t.Errorf("got %q, %v", data, err)
	}
	// Interrupted behind that, the next run has it at once.
	var grown int64
	again, err := c.Download(t.Context(), pinned("whole"), dir, func(n int64) { grown = n })
	if err != nil || again != path || grown != 5 || runs(t, log) != 1 {
		t.Errorf("got %q, %v, progress %d, %d runs", again, err, grown, runs(t, log))
	}
	// What it left half is not taken for whole.
	if err := os.WriteFile(path, []byte("who"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Download(t.Context(), pinned("whole"), dir, nil); err != nil || runs(t, log) != 2 {
		t.Errorf("got %v, %d runs", err, runs(t, log))
	}
}

func TestDownloadErrors(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		is         error
	}{
		{"another file", `printf other >"$dest/mine-1.0.whl"`, pip.ErrHash},
		{"no network", `echo "ProxyError" >&2; exit 1`, pip.ErrNetwork},
		{"full disk", `echo "No space left on device" >&2; exit 1`, pip.ErrDiskFull},
		{"nothing", ``, nil},
		{"too much", `printf whole >"$dest/a"; printf whole >"$dest/b"`, nil},
	} {
		c, _ := script(t, tt.body)
		_, err := c.Download(t.Context(), pinned("whole"), filepath.Join(t.TempDir(), "work"), nil)
		if err == nil || tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.is)
		}
	}
	c, _ := script(t, "")
	bad := pinned("whole")
	bad.Name = "--index-url=http://elsewhere"
	if _, err := c.Download(t.Context(), bad, t.TempDir(), nil); err == nil {
		t.Error("an option is taken for a package's name")
	}
}

// Ending the context ends pip and what it started, and the reason is told.
func TestDownloadCancelled(t *testing.T) {
	dir := t.TempDir()
	started := filepath.Join(dir, "started")
	c, _ := script(t, "sleep 600 & echo $! >"+started+".part; mv "+started+".part "+started+"; wait")
	ctx, cancel := context.WithCancel(t.Context())
	// Progress is reported from the start on: the first report behind the child's start ends it.
	_, err := c.Download(ctx, pinned("whole"), filepath.Join(dir, "work"), func(int64) {
		if _, err := os.Stat(started); err == nil {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	cancel()
}
