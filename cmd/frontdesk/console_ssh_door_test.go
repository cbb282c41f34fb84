//go:build console

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sshBox is a box whose console can be reached over SSH, and a technician's key.
type sshBox struct {
	*box
	port, key string
}

func newSSHBox(t *testing.T) *sshBox {
	t.Helper()
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("there is no ssh")
	}
	b := &sshBox{box: newBox(t), key: filepath.Join(t.TempDir(), "key")}
	b.stop(t)
	settings, err := os.ReadFile(b.file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.file, append(settings, "[console]\nssh = \"127.0.0.1:0\"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	b.start(t)
	found := regexp.MustCompile(`over SSH" .*address=127\.0\.0\.1:(\d+)`).FindStringSubmatch(b.log.String())
	if found == nil {
		t.Fatalf("no door:\n%s", &b.log)
	}
	b.port = found[1]
	if out, err := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tech@laptop", "-f",
		b.key).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return b
}

// ssh is a command line of OpenSSH's client.
func (b *sshBox) ssh(more ...string) []string {
	return append([]string{
		"ssh", "-F", "/dev/null", "-p", b.port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
		"-o", "SendEnv=LC_ALL", "-o", "IdentitiesOnly=yes",
	}, more...)
}

func (b *sshBox) byKey(more ...string) []string {
	return append(b.ssh("-o", "BatchMode=yes", "-i", b.key, "console@127.0.0.1"), more...)
}

// A technician comes in with the SSH client that everybody has: by key, and by one-time password.
func TestConsoleSSH(t *testing.T) {
	b := newSSHBox(t)
	refused := func(what string, command []string) {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "Permission denied") {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
	refused("a key that nobody trusts", b.byKey())
	if said := b.run(t, "", "console", "trust", b.key+".pub"); !strings.Contains(said, "SHA256:") {
		t.Errorf("trust: %s", said)
	}
	if said := b.run(t, "", "console", "keys"); !strings.Contains(said, "tech@laptop") {
		t.Errorf("keys: %s", said)
	}

	x := newTmux(t, []string{"LC_ALL=C.UTF-8"}, b.byKey()...)
	x.until("FRONTDESK", "answering", "all is well", "1 phone")
	x.do("resize-window", "-x", "100", "-y", "30")
	x.until(strings.Repeat("─", 100))
	x.keys("1")
	x.until("Account at the telephone system")
	x.keys("b", "q")
	x.until("ENDED")

	password, _, _ := strings.Cut(b.run(t, "", "console", "password"), "\n")
	byPassword := b.ssh("-o", "PreferredAuthentications=password", "-o", "NumberOfPasswordPrompts=1", "console@127.0.0.1")
	x = newTmux(t, []string{"LC_ALL=C.UTF-8"}, byPassword...)
	x.until("password:")
	x.keys(password, "Enter")
	x.until("answering", "all is well")
	x.keys("q")
	x.until("ENDED")
	x = newTmux(t, nil, byPassword...)
	x.until("password:")
	x.keys(password, "Enter")
	x.until("Permission denied", "ENDED")

	for what, want := range map[string]struct {
		command []string
		said    string
	}{
		"a command":       {b.byKey("cat", "/etc/passwd"), "no commands run here"},
		"no terminal":     {b.byKey(), "ssh -t"},
		"files":           {b.byKey("-s", "sftp"), "subsystem request failed"},
		"another machine": {append(b.ssh("-o", "BatchMode=yes", "-i", b.key, "-W", b.pbx.Addr()), "console@127.0.0.1"), "forwarding failed"},
	} {
		out, err := exec.CommandContext(t.Context(), want.command[0], want.command[1:]...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), want.said) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}

	fingerprint := regexp.MustCompile(`SHA256:\S+`).FindString(b.run(t, "", "console", "keys"))
	b.run(t, "", "console", "distrust", fingerprint)
	refused("a key that is trusted no more", b.byKey())
	b.stop(t)
	log := b.log.String()
	for _, want := range []string{
		"signed in", `by="tech@laptop ` + fingerprint + `"`, `by="one-time password"`, `act="make a one-time password of the console" door=`,
	} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s:\n%s", want, log)
		}
	}
	if strings.Contains(log, password) {
		t.Error("a password is in the log")
	}
}
