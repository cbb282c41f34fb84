package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program prints its own clock and that of its child; a bubble keeps its own.
const shows = `package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

func main() {
	fmt.Println(time.Now().UTC().Format("2006-01-02 15:04"))
	if len(os.Args) > 1 {
		began := time.Now()
		time.Sleep(50 * time.Millisecond)
		if d := time.Since(began); d < 50*time.Millisecond || d > time.Minute {
			fmt.Println("a moment took", d)
		}
		out, err := exec.Command(os.Args[0]).CombinedOutput()
		fmt.Print(string(out), os.Getenv("FRONTDESK_TEST_CLOCK")[:1], err, "\n")
	}
}
`

const bubbled = `package main

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := time.Now().UTC().Format(time.DateOnly); got != "2000-01-01" {
			t.Error(got)
		}
	})
	if got := time.Now().UTC().Format(time.DateOnly); got != "2028-02-29" {
		t.Error(got)
	}
}
`

func TestClock(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module x\n\ngo 1.26\n", "main.go": shows, "main_test.go": bubbled} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	if code := run([]string{"overlay", strings.TrimSpace(string(goroot)), filepath.Join(dir, "overlay")}, &problems); code != 0 {
		t.Fatal(problems.String())
	}
	inDir := func(clock, name string, args ...string) string {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-overlay="+filepath.Join(dir, "overlay", "overlay.json"), "GOWORK=off",
			"FRONTDESK_TEST_CLOCK="+clock)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		return string(out)
	}
	inDir("", "go", "build", "-o", "shows", ".")
	if got, want := inDir("@1835395200", filepath.Join(dir, "shows"), "parent"), "2028-02-29 00:00\n2028-02-29 00:00\n+<nil>\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := inDir("@-86400", filepath.Join(dir, "shows"), "parent"); got != "1969-12-31 00:00\n1969-12-31 00:00\n+<nil>\n" {
		t.Errorf("got %q", got)
	}
	if got := inDir("", filepath.Join(dir, "shows")); strings.HasPrefix(got, "2028-02-29") {
		t.Errorf("without a moment: got %q", got)
	}
	inDir("@1835395200", "go", "test", "-count=1", ".")
}

func TestUsage(t *testing.T) {
	var out strings.Builder
	if code := run(nil, &out); code != 2 || !strings.Contains(out.String(), "usage") {
		t.Errorf("got %d, %q", code, out.String())
	}
}
