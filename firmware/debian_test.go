//go:build deb

package firmware_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
)

// What a Debian machine that somebody has just installed has besides the packages that every Debian has.
const included = "systemd,man-db,bash-completion,ca-certificates"

// debian is a clean Debian 12 in a folder.
type debian struct {
	root  string
	stick string // folder that is seen as /media/usb in it
}

// newDebian unpacks the clean Debian; it is made once a month and kept outside of the clone.
func newDebian(t *testing.T) *debian {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a Debian is installed and entered by root only")
	}
	cache, err := cachedir.Default()
	if err != nil {
		t.Fatal(err)
	}
	from := mirror(t)
	key := sha256.Sum256([]byte(from + " " + included))
	base := filepath.Join(cache, "debian", "bookworm-"+time.Now().Format("2006-01")+"-"+hex.EncodeToString(key[:4])+".tar")
	if _, err := os.Stat(base); errors.Is(err, fs.ErrNotExist) {
		makeDebian(t, from, base)
	}
	d := &debian{root: filepath.Join(t.TempDir(), "root")}
	if err := os.Mkdir(d.root, 0o755); err != nil {
		t.Fatal(err)
	}
	shell(t, "tar", "-xpf", base, "-C", d.root)
	d.copyFile(t, "/etc/resolv.conf", "/etc/resolv.conf")
	if err := os.MkdirAll(filepath.Join(d.root, "media/usb"), 0o755); err != nil {
		t.Fatal(err)
	}
	return d
}

// mirror is the Debian mirror that this machine uses.
func mirror(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"} {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		if m := regexp.MustCompile(`(?m)^(?:URIs:|deb(?: \[[^\]]*\])?) *(https?://\S+)`).FindSubmatch(text); m != nil {
			return strings.TrimSuffix(string(m[1]), "/")
		}
	}
	t.Fatal("this machine's own apt settings name no mirror")
	return ""
}

// makeDebian installs the clean Debian and packs it up as the file base.
func makeDebian(t *testing.T, from, base string) {
	t.Helper()
	dir := t.TempDir()
	shell(t, "debootstrap", "--variant=minbase", "--include="+included, "bookworm", dir, from)
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		t.Fatal(err)
	}
	shell(t, "tar", "-cpf", base+".new", "-C", dir, ".")
	if err := os.Rename(base+".new", base); err != nil {
		t.Fatal(err)
	}
}

// shell runs a program of this machine and returns what it said.
func shell(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// copyFile brings a file into the Debian.
func (d *debian) copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(filepath.Join(d.root, to), b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *debian) write(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.root, path), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func (d *debian) has(path string) bool {
	_, err := os.Lstat(filepath.Join(d.root, path))
	return err == nil
}

// command runs a program in the Debian, as root or, with a user, as that; what is mounted for it goes away with it.
func (d *debian) command(t *testing.T, user, script string) *exec.Cmd {
	t.Helper()
	enter := `mount -t proc proc "$ROOT/proc" && `
	if d.stick != "" {
		enter += `mount --bind "$STICK" "$ROOT/media/usb" && `
	}
	enter += `exec chroot "$ROOT" `
	if user != "" {
		enter = strings.TrimSuffix(enter, `"$ROOT" `) + `--userspec=` + user + `:` + user + ` "$ROOT" `
	}
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "sh", "-c", enter+`/bin/sh -c "$SCRIPT"`)
	cmd.Env = []string{
		"ROOT=" + d.root, "STICK=" + d.stick, "SCRIPT=" + script, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/", "LANG=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive", "CREDENTIALS_DIRECTORY=/run/credentials/frontdesk", "NOTIFY_SOCKET=/run/notify",
	}
	return cmd
}

// run runs a script as root and returns what it said. It has to succeed.
func (d *debian) run(t *testing.T, script string) string {
	t.Helper()
	out, err := d.command(t, "", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// says fails the test unless what script says contains every one of want.
func (d *debian) says(t *testing.T, script string, want ...string) {
	t.Helper()
	out := d.run(t, script)
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("%s: there is no %q in:\n%s", script, w, out)
		}
	}
}

// smallMind is a language model that tests use: small and quick, and all that the calls here need of one.
const smallMind = "smollm2-135m"

// insertStick puts models on a stick.
func (d *debian) insertStick(t *testing.T) {
	t.Helper()
	cache, err := cachedir.Default()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := models.Open(models.WeightsDir(cache))
	if err != nil {
		t.Fatal(err)
	}
	mind, err := lib.Find(smallMind)
	if err != nil {
		t.Fatal(err)
	}
	list := []models.Model{mind}
	for _, role := range []models.Role{models.ASR, models.VAD, models.Turn, models.Voice, models.Embed} {
		used, err := lib.AllInUse(role)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, used...)
	}
	if err := lib.Fetch(t.Context(), models.Fetcher{}, list...); err != nil {
		t.Fatal(err)
	}
	d.stick = t.TempDir()
	for _, m := range list {
		for _, f := range m.Files {
			shell(t, "cp", "--reflink=auto", lib.Path(m, f), filepath.Join(d.stick, f.Name))
		}
	}
}

// newer packs the same program again as a higher version with other settings by default, and returns the package's path in d.
func (d *debian) newer(t *testing.T, path string) {
	t.Helper()
	recipe := filepath.Join(built(t), "package", runtime.GOARCH, "nfpm.yaml")
	text, err := os.ReadFile(recipe)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	changed := filepath.Join(dir, "frontdesk.toml")
	old, err := os.ReadFile(filepath.Join(built(t), "package/docs/frontdesk.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, append(old, "\n# new in this version\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	s := regexp.MustCompile(`(?m)^version: .*$`).ReplaceAllString(string(text), `version: "99.0"`)
	s = strings.Replace(s, "build/package/docs/frontdesk.toml\"", changed+"\"", 1)
	// What does not compress is quicker to pack, and to unpack.
	s = strings.Replace(s, "compression: zstd", "compression: none", 1)
	if err := os.WriteFile(filepath.Join(dir, "nfpm.yaml"), []byte(s), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(built(t), "tools/nfpm"), "package", "--packager", "deb",
		"--config", filepath.Join(dir, "nfpm.yaml"), "--target", filepath.Join(d.root, path))
	cmd.Dir = ".."
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// A customer's way with the package: install, look, bring models and a password, take a call, update, remove, purge.
func TestDebian(t *testing.T) {
	d := newDebian(t)
	archive, err := filepath.Glob(filepath.Join(built(t), "deb", "*_"+runtime.GOARCH+".deb"))
	if err != nil || len(archive) != 1 {
		t.Fatal("no package for this processor in build/deb:", archive, err)
	}
	d.copyFile(t, archive[0], "/frontdesk.deb")
	d.run(t, "apt-get update -q")
	d.says(t, "apt-get install -q -y --no-install-recommends /frontdesk.deb", "frontdesk models fetch", "systemctl enable --now frontdesk")
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"installed", d.testInstalled}, {"confined", d.testConfined}, {"call", d.testCall}, {"update", d.testUpdate}, {"remove", d.testRemove},
		{"install again and purge", d.testPurge},
	} {
		if !t.Run(step.name, step.do) {
			return // what follows builds on it
		}
	}
}

// What is there after the installation, and what is not.
func (d *debian) testInstalled(t *testing.T) {
	t.Helper()
	d.says(t, "frontdesk version", "with engines")
	d.says(t, "frontdesk check", "/etc/frontdesk/frontdesk.toml is all right")
	d.says(t, "frontdesk --help", "serve", "run the appliance")
	d.says(t, "man frontdesk", "frontdesk models", "frontdesk.toml(5)")
	d.says(t, "man 5 frontdesk.toml", "registrar")
	d.says(t, "bash -c '. /usr/share/bash-completion/completions/frontdesk && complete -p frontdesk'", "_frontdesk")
	d.says(t, "getent passwd frontdesk", "/var/lib/frontdesk", "nologin")
	d.says(t, "stat -c '%a %U %F' /var/lib/frontdesk", "710 frontdesk directory")
	d.says(t, "cat /usr/share/doc/frontdesk/copyright", "Apache License", "whisper.cpp", "onnxruntime")
	if out := d.run(t,
		"systemd-analyze verify /lib/systemd/system/frontdesk.service /lib/systemd/system/frontdesk-console@ttyS0.service "+
			"/lib/systemd/system/frontdesk-rescue@ttyS0.service"); out != "" {
		t.Errorf("systemd-analyze verify: %s", out)
	}
	if out := d.run(t, "find /etc/systemd -name '*frontdesk*'"); out != "" {
		t.Errorf("something was enabled: %s", out)
	}
}

// Without a PBX the service starts and says so; with one, and with models from a stick, it answers a call.
func (d *debian) testCall(t *testing.T) {
	t.Helper()
	bus := newManager(t, filepath.Join(d.root, "run/notify"))
	fresh := start(t, d.confined(t, "frontdesk", "/usr/bin/frontdesk serve --config /etc/frontdesk/frontdesk.toml"))
	bus.until(t, "READY=1", time.Minute)
	bus.until(t, "STATUS=", time.Minute)
	out, err := d.command(t, "", "frontdesk health").CombinedOutput()
	if err == nil && !strings.Contains(string(out), "PBX") {
		t.Errorf("a box without a PBX says: %s", out)
	}
	fresh.stop(t)

	d.insertStick(t)
	d.says(t, "frontdesk models import /media/usb", "verified")
	d.stick = "" // it is pulled out
	d.run(t, "frontdesk models use "+smallMind)
	d.says(t, "find /var/lib/frontdesk/models -user root -type f | wc -l", "0")
	pbx := newPBX(t)
	d.write(t, "etc/frontdesk/business.toml", business(t), 0o644)
	d.write(t, "etc/frontdesk/frontdesk.toml", settings(pbx, "/var/lib/frontdesk", "/etc/frontdesk/business.toml"), 0o644)
	d.run(t, "install -d -o frontdesk /run/credentials/frontdesk")
	d.run(t, "printf '"+password+"\\n' > /run/credentials/frontdesk/sip-password && chown frontdesk "+
		"/run/credentials/frontdesk/sip-password && chmod 400 /run/credentials/frontdesk/sip-password")
	d.says(t, "frontdesk check", "all right")
	p := start(t, d.confined(t, "frontdesk", "/usr/bin/frontdesk serve --config /etc/frontdesk/frontdesk.toml"))
	for deadline := time.Now().Add(2 * time.Minute); !d.ready(t); {
		if time.Now().After(deadline) {
			t.Fatalf("the engines of the package do not come up:\n%s", d.run(t, "frontdesk health --json || true"))
		}
	}
	report := call(t, pbx, "What does a cleaning cost?")
	t.Logf("greeting %.1f s, reply after %.0f ms", report.Greeting.ReplySec, report.Turns[0].ReplyMS)
	list := calls(t, d.run(t, "frontdesk calls list --json"))
	if len(list) != 1 {
		t.Fatalf("calls kept: %v", list)
	}
	if id, ok := list[0]["id"].(string); !ok || !strings.Contains(d.run(t, "frontdesk calls show --json "+id), "cleaning") {
		t.Errorf("the caller was not understood: %s", d.run(t, "frontdesk calls show --json "+id))
	}
	p.stop(t)
	// What root does while the service is down must not lock the service out.
	d.run(t, "frontdesk owner reset && frontdesk calls list")
	d.says(t, "find /var/lib/frontdesk -user root ! -type l | wc -l", "0")
}

// ready reports whether every engine of the running appliance is.
func (d *debian) ready(t *testing.T) bool {
	t.Helper()
	type engine struct{ State string }
	var status struct {
		Engines struct{ Ears, Mind, Mouth engine }
	}
	if err := json.Unmarshal([]byte(d.run(t, "frontdesk health --json 2>/dev/null || true")), &status); err != nil {
		return false // it does not answer yet
	}
	up := engine{"ready"}
	return status.Engines.Ears == up && status.Engines.Mind == up && status.Engines.Mouth == up
}

// An update keeps the settings that somebody has edited, and the records.
func (d *debian) testUpdate(t *testing.T) {
	t.Helper()
	d.write(t, "etc/frontdesk/frontdesk.toml", "# edited by hand\n"+string(mustRead(t, d, "etc/frontdesk/frontdesk.toml")), 0o644)
	d.newer(t, "newer.deb")
	d.run(t, "apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold /newer.deb")
	d.says(t, "dpkg-query -W frontdesk", "99.0")
	d.says(t, "cat /etc/frontdesk/frontdesk.toml", "# edited by hand")
	d.says(t, "cat /etc/frontdesk/frontdesk.toml.dpkg-dist", "# new in this version")
	d.says(t, "frontdesk calls list", "+121···47")
}

// Removal takes the program and leaves what is the owner's.
func (d *debian) testRemove(t *testing.T) {
	t.Helper()
	d.run(t, "apt-get remove -q -y frontdesk")
	for path, want := range map[string]bool{
		"usr/bin/frontdesk": false, "lib/systemd/system/frontdesk.service": false, "usr/lib/frontdesk": false,
		"etc/frontdesk/frontdesk.toml": true, "var/lib/frontdesk/frontdesk.db": true, "var/lib/frontdesk/models/ggml-base.bin": true,
	} {
		if d.has(path) != want {
			t.Errorf("after remove: %s there: %v, want %v", path, !want, want)
		}
	}
}

// A second installation finds everything as it was; a purge leaves nothing but the account.
func (d *debian) testPurge(t *testing.T) {
	t.Helper()
	d.run(t, "apt-get install -q -y --no-install-recommends /newer.deb")
	d.says(t, "cat /etc/frontdesk/frontdesk.toml", "# edited by hand")
	d.says(t, "frontdesk calls list", "+121···47")
	d.run(t, "apt-get purge -q -y frontdesk")
	for _, path := range []string{"etc/frontdesk", "var/lib/frontdesk", "usr/bin/frontdesk", "usr/lib/frontdesk"} {
		if d.has(path) {
			t.Errorf("after purge there still is %s", path)
		}
	}
	if out, err := d.command(t, "", "dpkg-query -W frontdesk").CombinedOutput(); err == nil {
		t.Errorf("after purge the package is still known: %s", out)
	}
	d.says(t, "getent passwd frontdesk", "nologin")
}

func mustRead(t *testing.T, d *debian, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(d.root, path))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
