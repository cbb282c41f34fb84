package native

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEdited(t *testing.T) {
	e := []edit{{file: "a/b.c", old: "spin();", new: "yield();"}}
	for _, tt := range []struct{ name, text, want, fails string }{
		{"once", "x spin(); y", "x yield(); y", ""},
		{"gone", "x relax(); y", "", "0 times"},
		{"twice", "spin(); spin();", "", "2 times"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			tree, to := filepath.Join(dir, "tree"), filepath.Join(dir, "to")
			write(t, filepath.Join(tree, "a/b.c"), tt.text)
			write(t, filepath.Join(tree, "LICENSE"), "MIT")
			err := edited(t.Context(), tree, to, e)
			if got := read(t, filepath.Join(tree, "a/b.c")); got != tt.text {
				t.Errorf("the fetched source itself was changed: %q", got)
			}
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) || progress.AdviceOf(err) == "" {
					t.Errorf("got %v, want an error with %q and advice", err, tt.fails)
				}
				if _, err := os.Stat(to); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("a copy that is not edited is there: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, filepath.Join(to, "a/b.c")); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			before, err := os.Stat(filepath.Join(to, "LICENSE"))
			if err != nil {
				t.Fatal(err)
			}
			if err := edited(t.Context(), tree, to, e); err != nil {
				t.Fatal(err)
			}
			if after, err := os.Stat(filepath.Join(to, "LICENSE")); err != nil || !os.SameFile(before, after) {
				t.Errorf("an edited copy was made again: %v", err)
			}
		})
	}
}

func TestEditedInterrupted(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tree/a"), "text")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := edited(ctx, filepath.Join(dir, "tree"), filepath.Join(dir, "to"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "to")); err == nil {
		t.Error("an interrupted copy has its final name")
	}
}

// The edits fit the source that is fetched, when it has been fetched on this machine.
func TestEditsFit(t *testing.T) {
	cache, err := cachedir.Default()
	if err != nil {
		t.Skip(err)
	}
	tree := filepath.Join(SourcesDir(cache), llamaCPP().pkg.SHA256, llamaCPP().root)
	for _, e := range llamaEdits() {
		text, err := os.ReadFile(filepath.Join(tree, e.file))
		if err != nil {
			t.Skipf("make setup has not fetched the source: %v", err)
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			t.Errorf("%s has the text %d times", e.file, n)
		}
	}
}

// fakeCompiler is a program that refuses arguments which contain bad, "" for none.
func fakeCompiler(t *testing.T, bad string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cc")
	script := "#!/bin/sh\nexit 0\n"
	if bad != "" {
		script = "#!/bin/sh\ncase \"$*\" in *" + bad + "*) exit 1 ;; esac\n"
	}
	write(t, path, script)
	if err := os.Chmod(path, 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWithoutAMX(t *testing.T) {
	knows, old := fakeCompiler(t, ""), fakeCompiler(t, "amx-bf16")
	for _, tt := range []struct {
		name string
		t    Target
		want int
	}{
		{"amd64", Target{Arch: "amd64", CC: knows, CXX: knows}, 3},
		{"old compiler", Target{Arch: "amd64", CC: knows, CXX: old}, 0},
		{"arm64", Target{Arch: "arm64", CC: knows, CXX: knows}, 0},
		{"none", Target{Arch: "amd64", CC: filepath.Join(t.TempDir(), "gone"), CXX: knows}, 0},
	} {
		if got := tt.t.withoutAMX(t.Context()); len(got) != tt.want {
			t.Errorf("%s: got %q, want %d flags", tt.name, got, tt.want)
		}
	}
}

// The flags win over what -march=native, which comes behind them, switches on.
func TestWithoutAMXWins(t *testing.T) {
	target := Target{Arch: runtime.GOARCH, CC: "gcc", CXX: "g++"}
	flags := target.withoutAMX(t.Context())
	if flags == nil {
		t.Skip("no compiler here that knows AMX")
	}
	for _, cpu := range []string{"native", "sapphirerapids"} {
		out, err := exec.CommandContext(t.Context(), "gcc", append(flags, "-march="+cpu, "-dM", "-E", "-x", "c", os.DevNull)...).Output()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(out), "__AMX_") || !strings.Contains(string(out), "__x86_64__") {
			t.Errorf("-march=%s: AMX is on in spite of %q", cpu, flags)
		}
	}
}

// Whatever goes into a prefix changes its name.
func TestKey(t *testing.T) {
	base := Target{Arch: "amd64", Release: true, CC: "gcc", CXX: "g++"}
	key := base.key("gcc 12")
	if key != base.key("gcc 12") {
		t.Error("the same twice has two names")
	}
	arm := base
	arm.Arch = "arm64"
	clang := base
	clang.CC = "clang"
	for what, other := range map[string]string{
		"compiler version": base.key("gcc 13"), "processor": arm.key("gcc 12"), "compiler": clang.key("gcc 12"),
	} {
		if other == key {
			t.Errorf("another %s has the same name", what)
		}
	}
	if !strings.HasPrefix(key, "amd64-release-") {
		t.Errorf("got %q", key)
	}
}

// Release builds name every instruction set of their baseline and nothing of this machine.
func TestReleaseFlags(t *testing.T) {
	for arch, want := range map[string][]string{
		"amd64": {"-DGGML_NATIVE=OFF", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_BMI2=ON", "-DGGML_F16C=ON", "-DGGML_OPENMP=OFF"},
		"arm64": {"-DGGML_NATIVE=OFF", "-DGGML_CPU_ARM_ARCH=armv8.2-a+dotprod", "-DGGML_OPENMP=OFF"},
	} {
		got := strings.Join(Target{Arch: arch, Release: true}.llama(), " ")
		for _, flag := range want {
			if !strings.Contains(got, flag) {
				t.Errorf("%s: no %s in %s", arch, flag, got)
			}
		}
	}
}

func TestWhole(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lib/liba.a"), "archive")
	if whole(dir) {
		t.Error("one that was never sealed is whole")
	}
	if err := seal(dir); err != nil {
		t.Fatal(err)
	}
	if !whole(dir) {
		t.Error("a sealed one is not whole")
	}
	write(t, filepath.Join(dir, "lib/liba.a"), "arch")
	if whole(dir) {
		t.Error("one with a file that was cut off is whole")
	}
}

func TestFailed(t *testing.T) {
	for _, tt := range []struct{ name, log, fault, do string }{
		{"disk", "as: No space left on device\n", "disk is full", "Free some space"},
		{"memory", "c++: fatal error: Killed signal terminated program cc1plus\n", "memory", "swap"},
		{"other", "ok\nx.cpp:1: error: no such thing\nmore error: here\n", "x.cpp:1: error: no such thing", "whole log is in"},
	} {
		log := filepath.Join(t.TempDir(), "log")
		write(t, log, tt.log)
		err := failed(t.Context(), step{name: "ggml"}, errors.New("exit status 1"), log)
		if !strings.Contains(err.Error(), tt.fault) || !strings.Contains(progress.AdviceOf(err), tt.do) {
			t.Errorf("%s: got %v, %q", tt.name, err, progress.AdviceOf(err))
		}
	}
}

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		line        string
		done, total int64
		ok          bool
	}{
		{"[3/12] Building C object", 3, 12, true},
		{"[12/3] x", 0, 0, false},
		{"ninja: no work to do.", 0, 0, false},
		{"[a/b] x", 0, 0, false},
		{"[1/", 0, 0, false},
	} {
		done, total, ok := status(tt.line)
		if ok != tt.ok || ok && (done != tt.done || total != tt.total) {
			t.Errorf("%q: got %d, %d, %v", tt.line, done, total, ok)
		}
	}
}
