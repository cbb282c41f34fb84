package models_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/models"
	"frontdesk.internal/models/build/pip"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// failing returns a writer that takes n bytes in all and then fails with err.
func failing(n int, err error) func(io.Writer) io.Writer {
	return func(w io.Writer) io.Writer { return &failingWriter{w, &n, err} }
}

type failingWriter struct {
	w    io.Writer
	left *int
	err  error
}

func (f *failingWriter) Write(b []byte) (int, error) {
	if len(b) <= *f.left {
		*f.left -= len(b)
		return f.w.Write(b)
	}
	n, err := f.w.Write(b[:*f.left])
	*f.left = 0
	return n, errors.Join(err, f.err)
}

// shop is a server with one file that breaks the first connection after cut bytes, unless that is 0.
type shop struct {
	*httptest.Server
	mu     sync.Mutex
	ranges []string
}

func newShop(t *testing.T, data []byte, cut int) *shop {
	t.Helper()
	s := &shop{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.ranges = append(s.ranges, r.Header.Get("Range"))
		n := len(s.ranges)
		s.mu.Unlock()
		if cut > 0 && n == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			_, _ = w.Write(data[:cut])
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) source() string { return "[[model.file.source]]\nurl = \"" + s.URL + "/file\"" }

func (s *shop) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ranges
}

func TestFetchGoesOnWhereItStopped(t *testing.T) {
	data := content("mine", 200_000)
	s := newShop(t, data, 70_000)
	client := s.Client()
	dir := folder(t, model("mine", data, s.source()))
	l := open(t, dir)
	err := l.Fetch(t.Context(), models.Fetcher{HTTP: client}, find(t, l, "mine"))
	if err == nil || !strings.Contains(progress.AdviceOf(err), "goes on where it stopped") {
		t.Fatalf("broken off: got %v with advice %q", err, progress.AdviceOf(err))
	}
	if exists(filepath.Join(dir, "mine.bin")) {
		t.Fatal("half a file has its final name")
	}
	l = open(t, dir) // Another run.
	if err := l.Fetch(t.Context(), models.Fetcher{HTTP: client}, find(t, l, "mine")); err != nil {
		t.Fatal(err)
	}
	if got := s.asked(); len(got) != 2 || got[1] != "bytes=70000-" {
		t.Errorf("asked for %q, want the rest from byte 70000 on", got)
	}
	check(t, l, dir, data)
}

// check reports whether the model mine is there, verified, and nothing else is left.
func check(t *testing.T, l *models.Library, dir string, data []byte) {
	t.Helper()
	if got, err := os.ReadFile(filepath.Join(dir, "mine.bin")); err != nil || !bytes.Equal(got, data) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if state := l.State(find(t, l, "mine")); state != cachedir.Verified {
		t.Errorf("its state is %v", state)
	}
	if exists(filepath.Join(dir, ".staging")) {
		t.Error("a staging folder is left")
	}
}

func TestFetchFullDisk(t *testing.T) {
	data := content("mine", 200_000)
	s := newShop(t, data, 0)
	dir := folder(t, model("mine", data, s.source()))
	l := open(t, dir)
	models.SetWriter(l, failing(50_000, syscall.ENOSPC))
	err := l.Fetch(t.Context(), models.Fetcher{HTTP: s.Client()}, find(t, l, "mine"))
	if progress.AdviceOf(err) != progress.DiskFull {
		t.Fatalf("got %v with advice %q", err, progress.AdviceOf(err))
	}
	if exists(filepath.Join(dir, "mine.bin")) {
		t.Fatal("half a file has its final name")
	}
	l = open(t, dir) // After some space was freed.
	if err := l.Fetch(t.Context(), models.Fetcher{HTTP: s.Client()}, find(t, l, "mine")); err != nil {
		t.Fatal(err)
	}
	if got := s.asked(); got[1] != "bytes=50000-" {
		t.Errorf("asked for %q, want the rest from byte 50000 on", got)
	}
	check(t, l, dir, data)
}

func TestFetchBadHash(t *testing.T) {
	data := content("mine", 5000)
	other := content("other", 5000)
	for name, given := range map[string][]byte{"other bytes": other, "longer": append(content("mine", 5000), 'x')} {
		s := newShop(t, given, 0)
		dir := folder(t, model("mine", data, s.source()))
		l := open(t, dir)
		err := l.Fetch(t.Context(), models.Fetcher{HTTP: s.Client()}, find(t, l, "mine"))
		if !errors.Is(err, models.ErrHash) || !strings.Contains(progress.AdviceOf(err), "Nothing of it was kept") {
			t.Errorf("%s: got %v with advice %q", name, err, progress.AdviceOf(err))
		}
		entries, err := filepath.Glob(filepath.Join(dir, ".staging", "*", "*"))
		if err != nil || len(entries) > 0 || exists(filepath.Join(dir, "mine.bin")) {
			t.Errorf("%s: something is left: %v, %v", name, entries, err)
		}
	}
}

func TestFetchWithoutNetwork(t *testing.T) {
	data := content("mine", 5000)
	s := newShop(t, data, 0)
	s.Close() // Nobody listens there any more.
	l := open(t, folder(t, model("mine", data, s.source()), model("bare", data, "")))
	err := l.Fetch(t.Context(), models.Fetcher{}, find(t, l, "mine"))
	for _, want := range []string{"Check the network", "frontdesk models import FOLDER"} {
		if !strings.Contains(progress.AdviceOf(err), want) {
			t.Errorf("got %v with advice %q, want %q", err, progress.AdviceOf(err), want)
		}
	}
	err = l.Fetch(t.Context(), models.Fetcher{}, find(t, l, "bare"))
	if !strings.Contains(progress.AdviceOf(err), "frontdesk models import FOLDER") {
		t.Errorf("no source: got %v with advice %q", err, progress.AdviceOf(err))
	}
}

func TestFetchInterrupted(t *testing.T) {
	data := content("mine", 200_000)
	s := newShop(t, data, 0)
	dir := folder(t, model("mine", data, s.source()))
	l := open(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	models.SetWriter(l, func(w io.Writer) io.Writer { return cancelling{w, cancel} })
	if err := l.Fetch(ctx, models.Fetcher{HTTP: s.Client()}, find(t, l, "mine")); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if exists(filepath.Join(dir, "mine.bin")) {
		t.Fatal("half a file has its final name")
	}
	l = open(t, dir)
	if err := l.Fetch(t.Context(), models.Fetcher{HTTP: s.Client()}, find(t, l, "mine")); err != nil {
		t.Fatal(err)
	}
	check(t, l, dir, data)
}

// cancelling ends the context with the first bytes.
type cancelling struct {
	io.Writer
	cancel func()
}

func (c cancelling) Write(b []byte) (int, error) {
	c.cancel()
	return c.Writer.Write(b)
}

// fakePip is a script that acts as pip: it hands out the packages in a folder, notes which, and says what it is told
// to for those that have a file of their name and .fail, once another part is safe in the folder that the file staging names.
const fakePip = `#!/bin/sh
while [ $# -gt 0 ]; do
	case "$1" in
	--requirement) lock=$2; shift ;;
	--dest) dest=$2; shift ;;
	esac
	shift
done
read -r name rest <"$lock"
name=${name%%==*}
cd "${0%/*}"
echo "$name" >>asked
if [ -e "$name.fail" ]; then
	until ls "$(cat staging)"/*/journal.json >/dev/null 2>&1; do sleep 0.01; done
	cat "$name.fail" >&2
	exit 1
fi
cp "$name" "$dest/$name-1.0-py3-none-any.whl"
`

// pipFolder lays out packages for the fake pip and returns its folder and how to find it.
func pipFolder(t *testing.T, packages map[string][]byte) (string, func(context.Context) (*pip.Client, error)) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range packages {
		write(t, filepath.Join(dir, name), data)
	}
	script := filepath.Join(dir, "pip.sh")
	write(t, script, []byte(fakePip))
	return dir, func(context.Context) (*pip.Client, error) { return &pip.Client{Command: []string{"sh", script}}, nil }
}

// What was put into the staging file from one package is not fetched again when the next one failed.
func TestFetchKeepsParts(t *testing.T) {
	data := content("mine", 3000)
	one, two := wheel(t, "d/a", data[:1000]), wheel(t, "d/b", data[1000:])
	packages, findPip := pipFolder(t, map[string][]byte{"one": one, "two": two})
	for _, tt := range []struct{ name, said, want string }{
		{"no network", "ERROR: Could not install: HTTPSConnectionPool: Max retries exceeded (Connection refused)", "Check the network"},
		{"full disk", "ERROR: [Errno 28] No space left on device", progress.DiskFull},
		{"another file", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the file that was pinned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t, model("mine", data, "[[model.file.source]]\npart = ["+part("one", "d/a", one)+", "+part("two", "d/b", two)+"]"))
			_ = os.Remove(filepath.Join(packages, "asked"))
			write(t, filepath.Join(packages, "staging"), []byte(filepath.Join(dir, ".staging")))
			write(t, filepath.Join(packages, "two.fail"), []byte(tt.said))
			l := open(t, dir)
			err := l.Fetch(t.Context(), models.Fetcher{Find: findPip}, find(t, l, "mine"))
			if !strings.Contains(progress.AdviceOf(err), tt.want) {
				t.Fatalf("got %v with advice %q, want %q", err, progress.AdviceOf(err), tt.want)
			}
			if exists(filepath.Join(dir, "mine.bin")) {
				t.Fatal("half a file has its final name")
			}
			if err := os.Remove(filepath.Join(packages, "two.fail")); err != nil {
				t.Fatal(err)
			}
			l = open(t, dir)
			if err := l.Fetch(t.Context(), models.Fetcher{Find: findPip}, find(t, l, "mine")); err != nil {
				t.Fatal(err)
			}
			check(t, l, dir, data)
			asked, err := os.ReadFile(filepath.Join(packages, "asked"))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(asked), "two\n"); n != 2 {
				t.Errorf("two was asked for %d times, want 2", n)
			}
			if n := strings.Count(string(asked), "one\n"); n != 1 {
				t.Errorf("one was asked for %d times, want 1", n)
			}
		})
	}
}
