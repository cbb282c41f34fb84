package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/config"
)

// A box whose settings are wrong has a console all the same, which says what is wrong.
func TestConsoleSettings(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "frontdesk.toml")
	if got := stateFolder(file); got != config.Default().Storage.Dir {
		t.Errorf("without settings the state is in %s", got)
	}
	if got := settingsProblem(file); !strings.Contains(got, "cannot be read") {
		t.Errorf("without settings: %q", got)
	}
	for text, want := range map[string]string{
		"[storage]\ndir = \"/srv/x\"\n[business]\nprofile = \"sample:dental\"\n":                                      "",
		"[storage]\ndir = \"/srv/x\"\n[sip]\nusr = \"100\"\n":                                                         "sip.usr",
		"[storage]\ndir = \"/srv/x\"\n[sip]\npassword_file = \"/nowhere\"\n[business]\nprofile = \"sample:dental\"\n": "",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := stateFolder(file); got != "/srv/x" {
			t.Errorf("%q: the state is in %s", text, got)
		}
		if got := settingsProblem(file); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestConsoleUsage(t *testing.T) {
	for _, c := range []struct {
		args, stdin string
		code        int
		want        string
	}{
		{"console", "", exitFailed, "needs a terminal"},
		{"console --help", "", exitOK, "--login"},
		{"console nothing", "", exitUsage, "pin, trust"},
		{"console --nothing", "", exitUsage, "console --help"},
		{"console pin --state " + t.TempDir(), "274931\n", exitFailed, "no appliance runs there"},
	} {
		var out bytes.Buffer
		code := run(t.Context(), strings.Fields(c.args), strings.NewReader(c.stdin), &out, &out)
		if code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s", c.args, code, c.code, c.want, &out)
		}
	}
}
