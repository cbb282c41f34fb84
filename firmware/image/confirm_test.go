package image_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a start-up decides about the version that has started, without a machine: the programs that it asks are stand-ins.
func TestConfirm(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name      string
		cmdline   string
		up        string // what systemctl is-active ends with
		judged    string // what frontdesk update judge ends with
		grubenv   string
		confirmed string // the version that was confirmed last
		acts      string
		then      string // the confirmed version after it
		why       string // why it was given up
	}{
		{
			name: "well", cmdline: "rauc.slot=B", up: "0", judged: "0", grubenv: "A_OK=1", confirmed: "A 1",
			acts: "rauc status mark-good", then: "B 2",
		},
		{
			name: "behind", cmdline: "rauc.slot=B", up: "0", judged: "1", grubenv: "A_OK=1", confirmed: "A 1",
			acts: "systemctl reboot", then: "A 1", why: "B 2\nno voice",
		},
		{
			name: "does not come up", cmdline: "rauc.slot=A", up: "3", judged: "0", grubenv: "B_OK=1", confirmed: "B 1",
			acts: "systemctl reboot", then: "B 1", why: "A 2\nthe service did not come up",
		},
		{
			name: "back after the tries of a newer one", cmdline: "rauc.slot=A", up: "0", judged: "0", grubenv: `B_OK=1\nB_TRY=3`, confirmed: "A 2",
			acts: "rauc status mark-good\nrauc status mark-bad other", then: "A 2",
		},
		{
			name: "never answers", cmdline: "rauc.slot=A", up: "0", judged: "124", grubenv: "B_OK=1", confirmed: "B 1",
			acts: "systemctl reboot", then: "B 1", why: "A 2\nthe service did not answer",
		},
		{name: "behind, and nothing else there", cmdline: "rauc.slot=A", up: "0", judged: "1", grubenv: "B_OK=0", confirmed: "B 1", then: "B 1"},
		{name: "behind, and was well once", cmdline: "rauc.slot=A", up: "0", judged: "1", grubenv: "B_OK=1", confirmed: "A 2", then: "A 2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			box := t.TempDir()
			put := func(name, text string, mode os.FileMode) {
				t.Helper()
				file := filepath.Join(box, name)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), mode); err != nil {
					t.Fatal(err)
				}
			}
			stub := func(name, script string) { put("bin/"+name, "#!/bin/sh\n"+script+"\n", 0o755) }
			note := `echo "$(basename "$0") $*" >>"` + box + `/acts"`
			stub("systemctl", `[ "$1" = reboot ] || exit `+tc.up+"\n"+note)
			stub("rauc", note)
			stub("frontdesk", "echo no voice; exit "+tc.judged)
			stub("grub-editenv", "printf '"+tc.grubenv+`\n'`)
			stub("sleep", ":")
			stub("sync", ":")
			put("proc/cmdline", "ro "+tc.cmdline, 0o600)
			put("usr/lib/frontdesk-box/version", "2\n", 0o600)
			put("var/lib/box/confirmed", tc.confirmed+"\n", 0o600)
			put("var/lib/box/standing", "{}", 0o600)
			put("run/x", "", 0o600)
			cmd := exec.CommandContext(t.Context(), "sh", "root/usr/lib/frontdesk-box/confirm")
			cmd.Env = append(os.Environ(), "BOX="+box, "PATH="+box+"/bin:"+os.Getenv("PATH"))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			read := func(name string) string {
				text, _ := os.ReadFile(filepath.Join(box, name)) // none says the same as an empty one
				return strings.TrimSpace(string(text))
			}
			if got := read("acts"); got != tc.acts {
				t.Errorf("it did %q, want %q", got, tc.acts)
			}
			if got := read("var/lib/box/confirmed"); got != tc.then {
				t.Errorf("confirmed is %q, want %q", got, tc.then)
			}
			if got := read("var/lib/box/given-up"); got != tc.why {
				t.Errorf("given up: %q, want %q", got, tc.why)
			}
			if kept := read("var/lib/box/standing") != ""; kept != (tc.name != "behind, and was well once") {
				t.Errorf("the standing is kept: %v", kept)
			}
		})
	}
}
