package systemd_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"frontdesk.internal/systemd"
)

// maxExposure is the most that systemd-analyze security may find of the main unit, from 0 (best) to 10.
const maxExposure = 2.0

// analyze runs systemd-analyze.
func analyze(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze here")
	}
	out, err := exec.CommandContext(t.Context(), path, args...).CombinedOutput()
	if err != nil {
		t.Errorf("systemd-analyze %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// written puts the units into a folder, with a program in ExecStart that every machine has, and without the manual that comes with
// the package.
func written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name := range systemd.Installed() {
		if filepath.Ext(name) != ".service" {
			continue
		}
		text, err := systemd.Unit(name)
		if err != nil {
			t.Fatal(err)
		}
		s := strings.ReplaceAll(string(text), "ExecStart=/usr/bin/frontdesk", "ExecStart=/bin/true")
		s = regexp.MustCompile(`(?m)^ExecStartPre=.*\n`).ReplaceAllString(s, "")
		s = regexp.MustCompile(`(?m)^Documentation=.*\n`).ReplaceAllString(s, "")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// systemd itself has nothing to say against the units.
func TestUnitsVerify(t *testing.T) {
	dir := written(t)
	units := []string{filepath.Join(dir, "frontdesk.service")}
	for _, name := range []string{"console", "rescue"} {
		instance := filepath.Join(dir, "frontdesk-"+name+"@ttyS0.service")
		if err := os.Symlink(filepath.Join(dir, "frontdesk-"+name+"@.service"), instance); err != nil {
			t.Fatal(err)
		}
		units = append(units, instance)
	}
	for _, unit := range units {
		if said := analyze(t, "verify", "--recursive-errors=no", unit); strings.TrimSpace(said) != "" {
			t.Errorf("%s", said)
		}
	}
}

// What a stranger who took the service over could do is little.
func TestUnitsExposure(t *testing.T) {
	said := analyze(t, "security", "--offline=true", "--no-pager", filepath.Join(written(t), "frontdesk.service"))
	m := regexp.MustCompile(`Overall exposure level for frontdesk\.service: ([0-9.]+)`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("no result in:\n%s", said)
	}
	if got, err := strconv.ParseFloat(m[1], 64); err != nil || got > maxExposure {
		t.Errorf("exposure %s, want at most %.1f:\n%s", m[1], maxExposure, said)
	}
	readme, err := os.ReadFile(filepath.Join("..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "exposure at " + m[1] + " of 10"; !strings.Contains(string(readme), want) {
		t.Errorf("the README does not say %q", want)
	}
}

// Every file has a place in the package, and each place a file.
func TestInstalled(t *testing.T) {
	for name, place := range systemd.Installed() {
		if text, err := systemd.Unit(name); err != nil || len(text) == 0 || !filepath.IsAbs(place) {
			t.Errorf("%s at %s: %v", name, place, err)
		}
	}
	files, err := os.ReadDir("units")
	if err != nil || len(files) != len(systemd.Installed()) {
		t.Errorf("%d files in units, %d places: %v", len(files), len(systemd.Installed()), err)
	}
}
