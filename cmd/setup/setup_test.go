package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/models/progress"
)

func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"--help"}, 0, "engines and programs, no weights"},
		{[]string{"nothing"}, 2, "Usage"},
		{[]string{"all", "build"}, 2, "Usage"},
		{[]string{"--bad"}, 2, "bad"},
		{[]string{"--root", "testdata-none"}, 1, "top folder of the clone"},
		{[]string{"--root", "../..", "--arch", "mips"}, 1, `"mips" is neither amd64 nor arm64`},
	} {
		var out, errs strings.Builder
		code := run(t.Context(), tt.args, &out, &errs)
		if code != tt.code || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%q: got code %d and %q, want %d and %q", tt.args, code, errs.String(), tt.code, tt.want)
		}
	}
}

func TestCMakeVersion(t *testing.T) {
	for said, want := range map[string]int{
		"cmake version 3.25.1\n\nCMake suite": 325, "cmake version 4.0.0-rc1": 400, "cmake version 3": 0, "cmake": 0, "": 0,
		"cmake version x.y.z":   0,
		"cmake version 3.100.0": 0,
	} {
		if got := cmakeVersion(said); got != want {
			t.Errorf("%q: got %d, want %d", said, got, want)
		}
	}
}

// Needs on one file system add up, those on different ones do not.
func TestRoom(t *testing.T) {
	disks := map[string]uint64{"/cache": 1, "/clone": 1, "/tmp": 2}
	device := func(dir string) (uint64, error) { return disks[dir], nil }
	for _, tt := range []struct {
		name  string
		needs []need
		free  map[string]int64
		fails string
	}{
		{"enough", []need{{"/cache", 60}, {"/clone", 40}, {"/tmp", 10}}, map[string]int64{"/cache": 100, "/tmp": 10}, ""},
		{"together too much", []need{{"/cache", 60}, {"/clone", 41}}, map[string]int64{"/cache": 100}, "/cache"},
		{"another disk is full", []need{{"/cache", 60}, {"/tmp", 11}}, map[string]int64{"/cache": 100, "/tmp": 10}, "/tmp"},
		{"nothing to do", nil, nil, ""},
	} {
		err := room(tt.needs, device, func(dir string) (int64, error) { return tt.free[dir], nil })
		switch {
		case tt.fails == "" && err != nil:
			t.Errorf("%s: got %v", tt.name, err)
		case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails) ||
			!strings.Contains(progress.AdviceOf(err), "XDG_CACHE_HOME")):
			t.Errorf("%s: got %v with advice %q", tt.name, err, progress.AdviceOf(err))
		}
	}
	broken := errors.New("stale handle")
	if err := room([]need{{"/cache", 1}}, func(string) (uint64, error) { return 0, broken }, nil); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestDevice(t *testing.T) {
	dir := t.TempDir()
	want, err := device(dir)
	if err != nil || want == 0 {
		t.Fatal(want, err)
	}
	if got, err := device(filepath.Join(dir, "not/yet/there")); err != nil || got != want {
		t.Errorf("got %d, %v, want that of the nearest folder, %d", got, err, want)
	}
}

func TestTail(t *testing.T) {
	said := "frontdesk.internal/audio\n# frontdesk.internal/cmd/frontdesk\nmain.go:3: undefined: x\nmain.go:4: undefined: y\nfmt\n"
	if got, want := tail(said, 2), "main.go:3: undefined: x\nmain.go:4: undefined: y"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// This test is linked as the programs are: with libc or with nothing at all.
func TestCheckShared(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := checkShared(self); err != nil {
		t.Error(err)
	}
	if err := checkShared("setup_test.go"); err == nil {
		t.Error("a text is taken for a program")
	}
}
