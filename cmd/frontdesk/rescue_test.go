package main

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/statefile"
)

// repaired types at a line whose box does not run, and returns what was said and started.
func repaired(t *testing.T, state, settings string, login bool, typed ...string) (said string, started []string) {
	t.Helper()
	var out strings.Builder
	r := &rescue{
		settings: settings, door: access.Rescue{Dir: state}, fault: func() string { return "What it said last: no \x1b[2Jdisk" },
		in: bufio.NewReader(strings.NewReader(strings.Join(typed, "\n") + "\n")), out: &out, login: login,
		run: func(_ context.Context, name string, args ...string) {
			started = append(started, name+" "+strings.Join(args, " "))
		},
	}
	if err := r.serve(t.Context()); err != nil {
		t.Fatal(err)
	}
	return out.String(), started
}

// A box that does not run says why at its line, and behind the PIN lets somebody restart it, change settings, mend models and open a shell.
func TestRescue(t *testing.T) {
	state, settings := t.TempDir(), filepath.Join(t.TempDir(), "frontdesk.toml")
	if err := os.WriteFile(settings, []byte("[call]\nmax_minutes = 0\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := statefile.Write(filepath.Join(state, "console", "pin"), []byte(access.Hash("274931")+"\n")); err != nil {
		t.Fatal(err)
	}
	said, started := repaired(t, state, settings, true, "111111", "6", "")
	if len(started) > 0 || !strings.Contains(said, "no  [2Jdisk") || !strings.Contains(said, "not the PIN") ||
		strings.Contains(said, "1 restart") {
		t.Errorf("without the PIN: %q\n%s", started, said)
	}
	said, started = repaired(t, state, settings, true, "274931", "1", "3", "/media/usb", "3", "fetch", "4", "5", "6",
		"7", "q")
	want := []string{
		"systemctl restart --no-block frontdesk.service", self + " models verify --config " + settings,
		self + " models import --config " + settings + " -- /media/usb", self + " models verify --config " + settings,
		self + " models fetch --config " + settings, self + " logs -n 30 --state " + state, self + " check --config " + settings, "/bin/sh -l",
	}
	if !slices.Equal(started, want) || !strings.Contains(said, `"7" is none of them`) {
		t.Errorf("started %q\n%s", started, said)
	}
	said, _ = repaired(t, state, settings, true, "274931", "2", "2 max_minutes = -1", "w", "2 max_minutes = 20",
		"+2 # by hand", "+9 x", "w", "q")
	b, err := os.ReadFile(settings)
	info, statErr := os.Stat(settings)
	if err != nil || statErr != nil || string(b) != "[call]\nmax_minutes = 20\n# by hand\n" || info.Mode().Perm() != 0o640 ||
		!strings.Contains(said, "Not written:") || !strings.Contains(said, "there is no line") {
		t.Errorf("%q, %v, %v\n%s", b, err, statErr, said)
	}
}

// Who has no PIN gets the system's own login where there is one, and nothing else.
func TestRescueWithoutPIN(t *testing.T) {
	for _, login := range []bool{true, false} {
		said, started := repaired(t, t.TempDir(), "none", login, "1", "6")
		if slices.Equal(started, []string{"/bin/login "}) != login || len(started) > 1 || !strings.Contains(said, "No PIN was ever chosen") {
			t.Errorf("login %v: started %q\n%s", login, started, said)
		}
	}
}
