package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
)

// serveChildEnv names the settings with which the child of TestServe serves.
const serveChildEnv = "FRONTDESK_TEST_SERVE"

// TestServeChild is no test: it is the program that TestServe starts.
func TestServeChild(t *testing.T) {
	file := os.Getenv(serveChildEnv)
	if file == "" {
		t.Skip("only runs as the child of another test")
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	code := run(ctx, []string{"serve", "--config", file}, strings.NewReader(""), os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func serveChild(ctx context.Context, file string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", "-test.run=^TestServeChild$")
	cmd.Env = append(os.Environ(), serveChildEnv+"="+file)
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// The program registers, holds its state against a second one that is told who has it, and goes when it is told to.
func TestServe(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	pbx, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{"100": "secret"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	dir := t.TempDir()
	file := filepath.Join(dir, "frontdesk.toml")
	settings := fmt.Sprintf(`[storage]
dir = %q
[sip]
listen = "127.0.0.1:0"
registrar = %q
user = "100"
password = "secret"
[engines]
enabled = false
[web]
listen = ""
[metrics]
listen = ""
[business]
profile = %q
`, filepath.Join(dir, "state"), pbx.Addr(), officeProfile(t))
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	first, log := serveChild(ctx, file)
	began := time.Now()
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	if err := pbx.WaitRegistered(ctx, "100"); err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	t.Logf("registered %v after the start", time.Since(began).Round(time.Millisecond))

	for _, c := range []struct {
		args, stdin string
		code        int
		want        string
	}{
		{"phone show", "", exitOK, "settings file"},
		{"phone show --json", "", exitOK, `"has_password": true`},
		{"phone test", "", exitOK, "accepted extension 100"},
		{"phone test --password-file -", "guess-me\nmore", exitFailed, "refused the password"},
		{"phone test --user 100@pbx", "", exitFailed, "the part before the @"},
		{"phone test --password-file -", "\n", exitFailed, "the first line is empty"},
		{"phone set --registrar 127.0.0.2:5060", "", exitFailed, "type the password again"},
		{"phone set --auth-user 100", "", exitOK, "used from now on"},
		{"phone show", "", exitOK, "by " + userName()},
		{"phone ladder registration", "", exitOK, "REGISTER ─│"},
		{"phone ladder", "", exitOK, "No call came in"},
		{"phone ladder nosuchcall", "", exitFailed, "there is no"},
		{"recording show", "", exitOK, "not recorded"},
		{"recording announce --keep-days 7", "", exitOK, "after 7 days"},
		{"recording off --keep-days 100000", "", exitFailed, "1 to 3650"},
	} {
		var out bytes.Buffer
		code := run(ctx, append(strings.Fields(c.args), "--config", file), strings.NewReader(c.stdin), &out, &out)
		if code != c.code || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d, want %d and %q:\n%s", c.args, code, c.code, c.want, &out)
		}
		if strings.Contains(out.String(), "guess-me") || strings.Contains(out.String(), `"secret"`) {
			t.Errorf("%s: the password is in\n%s", c.args, &out)
		}
	}
	second, said := serveChild(ctx, file)
	var exit *exec.ExitError
	if err := second.Run(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed {
		t.Errorf("a second one on the same state ended with %v", err)
	}
	if want := "in use by process " + strconv.Itoa(first.Process.Pid); !strings.Contains(said.String(), want) ||
		!strings.Contains(said.String(), "stop it first") {
		t.Errorf("the second one says %q, want %q and what to do", said, want)
	}

	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v\n%s", err, log)
	}
	if n := len(pbx.Bindings("100")); n != 0 {
		t.Errorf("%d bindings are left", n)
	}
}

// officeProfile is a file with the dental sample under a name of its own, for a sample is never published by itself.
func officeProfile(t *testing.T) string {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Name, b.Greeting = "Hillside Dental", ""
	file := filepath.Join(t.TempDir(), "business.toml")
	if err := profile.Save(file, b); err != nil {
		t.Fatal(err)
	}
	return file
}
