//go:build deb

package firmware_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The program for ARM64 starts, checks its settings, registers and has a call, under emulation and with scripted engines.
func TestARM64(t *testing.T) {
	dir := t.TempDir()
	archive, err := filepath.Glob(filepath.Join(built(t), "deb", "*_arm64.deb"))
	if err != nil || len(archive) != 1 {
		t.Fatal("no package for arm64 in build/deb:", archive, err)
	}
	if out, err := exec.CommandContext(t.Context(), "dpkg-deb", "-x", archive[0], dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pbx := newPBX(t)
	secret, config := filepath.Join(dir, "credentials", "sip-password"), filepath.Join(dir, "frontdesk.toml")
	office := filepath.Join(dir, "business.toml")
	for path, text := range map[string]string{
		secret: password + "\n", config: settings(pbx, filepath.Join(dir, "state"), office), office: business(t),
	} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bus := newManager(t, filepath.Join(dir, "notify"))
	frontdesk := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), "qemu-aarch64-static", append([]string{
			"-L", "/usr/aarch64-linux-gnu", filepath.Join(dir, "usr/bin/frontdesk"),
		}, args...)...)
		cmd.Env = append(os.Environ(), "CREDENTIALS_DIRECTORY="+filepath.Dir(secret), "NOTIFY_SOCKET="+filepath.Join(dir, "notify"))
		return cmd
	}
	said := func(args ...string) string {
		out, err := frontdesk(args...).CombinedOutput()
		if err != nil {
			t.Errorf("frontdesk %q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if v := said("version"); !strings.Contains(v, "arm64, with engines") {
		t.Errorf("version: %s", v)
	}
	if v := said("check", "--config", config); !strings.Contains(v, "all right") {
		t.Errorf("check: %s", v)
	}
	p := start(t, frontdesk("serve", "--scripted", "--config", config))
	bus.until(t, "READY=1", time.Minute)
	report := call(t, pbx, "what are your opening hours")
	t.Logf("greeting %.1f s, longest time between packets %.0f ms", report.Greeting.ReplySec, report.GapMS)
	if list := calls(t, said("calls", "list", "--json", "--config", config)); len(list) != 1 {
		t.Errorf("calls kept: %v", list)
	}
	p.stop(t)
	bus.until(t, "STOPPING=1", time.Second)
}
