//go:build image

package image_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Versions of the bundles. What the image itself has is lower than next.
const (
	older     = "0.0.1"
	next      = "90.1"
	noBoot    = "90.2"
	noAnswers = "90.3"
)

// makeBundles makes the files that come by stick. Only next and noAnswers are whole systems, which firmware/image/build has left beside the
// image; what is refused before it is written, or never boots, needs none.
func makeBundles(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	bundle := func(name, version, root string, env ...string) string {
		out := filepath.Join(dir, name)
		if err := os.MkdirAll(out, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(root, filepath.Join(out, "frontdesk-"+runtime.GOARCH+".root")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, "frontdesk-"+runtime.GOARCH+".version"), []byte(version+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+".raucb")
		cmd := exec.CommandContext(t.Context(), "./bundle", file)
		cmd.Env = append(append(os.Environ(), "OUT="+out), env...)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("bundle %s: %v\n%s", name, err, said)
		}
		return file
	}
	rootOf := func(name string) string { return filepath.Join(built(t), name, "frontdesk-"+runtime.GOARCH+".root") }
	small := filepath.Join(dir, "small")
	noise := make([]byte, 4<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise) // never fails
	if err := os.WriteFile(small, noise, 0o600); err != nil {
		t.Fatal(err)
	}
	shell(t, "./devkey", filepath.Join(dir, "stranger"))
	stranger := filepath.Join(dir, "stranger")
	list := []string{
		bundle("older", older, small), bundle("next", next, rootOf("next")), bundle("noboot", noBoot, small),
		bundle("noanswer", noAnswers, rootOf("noanswer")),
		bundle("foreign", "91", small, "KEY="+stranger+"/key.pem", "CERT="+stranger+"/cert.pem"),
	}
	whole, err := os.ReadFile(bundle("whole", "91", small))
	if err != nil {
		t.Fatal(err)
	}
	// One bit of what is to be written, far from who signed; and a file of which the end is missing.
	tampered := bytes.Clone(whole)
	at := bytes.Index(tampered, noise[:64])
	if at < 0 {
		t.Fatal("the bundle does not hold its content as it is")
	}
	tampered[at] ^= 1
	for name, b := range map[string][]byte{"tampered": tampered, "half": whole[:len(whole)/2]} {
		file := filepath.Join(dir, name+".raucb")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		list = append(list, file)
	}
	return list
}

// slots is what the box says of its two roots.
func (m *machine) slots(t *testing.T) string {
	t.Helper()
	return m.in(t, "frontdesk update status")
}

// install installs a bundle of the stick, which the box mounts by itself.
func (m *machine) install(t *testing.T, name string) (said string, code int) {
	t.Helper()
	return m.tries(t, time.Hour, "i=0; until mountpoint -q /media/usb || [ $i = 60 ]; do i=$((i + 1)); sleep 2; done; "+
		"frontdesk update install /media/usb/"+name+".raucb")
}

// What is older, of somebody else, changed or not whole is refused, and nothing has happened to what runs or starts next.
func (m *machine) testRefused(t *testing.T) {
	t.Helper()
	until(t, bootLimit, "the start is confirmed", func() bool {
		out, _ := m.tries(t, scriptLimit, "sleep 5; cat /var/lib/box/confirmed; grub-editenv /efi/grub/grubenv list")
		return strings.Contains(out, "A_TRY=0") && strings.HasPrefix(strings.TrimLeft(out, "> "), "A ")
	})
	before := m.in(t, "sha256sum /efi/grub/grubenv; cat /proc/cmdline")
	for name, why := range map[string]string{"older": "not newer", "foreign": "not signed", "half": "not whole", "nothing": "not there"} {
		out, code := m.install(t, name)
		if code == 0 || !strings.Contains(out, why) {
			t.Errorf("%s: ended with %d: %s", name, code, out)
		}
		if after := m.in(t, "sha256sum /efi/grub/grubenv; cat /proc/cmdline"); after != before {
			t.Errorf("%s: it was\n%s\nand is\n%s", name, before, after)
		}
	}
	// That a part was changed is seen when it is read: the other slot is being written then, and is not started.
	out, code := m.install(t, "tampered")
	if code == 0 {
		t.Errorf("what was changed is taken: %s", out)
	}
	t.Logf("tampered: %s", out)
	if env := m.in(t, "grub-editenv /efi/grub/grubenv list"); !strings.Contains(env, "B_OK=0") || !strings.Contains(env, "A_OK=1") {
		t.Errorf("the boot loader is told %s", env)
	}
	t.Logf("%s", m.slots(t))
}

// takes installs a bundle, has the box start anew, and waits until it has registered again.
func (m *machine) takes(t *testing.T, name string) {
	t.Helper()
	out, code := m.install(t, name)
	if code != 0 {
		t.Fatalf("%s: %s\n%s", name, out, m.in(t, "journalctl -b -u rauc --no-pager | tail -30"))
	}
	starts, began := strings.Count(m.serial(), "Frontdesk starts (slot"), time.Now()
	m.in(t, "frontdesk restart --box")
	m.restarts()
	// On its way down it signs off at the PBX, which is no start.
	until(t, bootLimit, "the boot loader begins", func() bool { return strings.Count(m.serial(), "Frontdesk starts (slot") > starts })
	m.registered(t, m.pbx.Registers(), bootLimit)
	t.Logf("%s: registered %.1f s after the restart was asked for", name, time.Since(began).Seconds())
}

// runs waits until the box has confirmed that it runs a version in a slot.
func (m *machine) runs(t *testing.T, slot, version string) {
	t.Helper()
	until(t, bootLimit, "version "+version+" is confirmed in slot "+slot, func() bool {
		out, _ := m.tries(t, scriptLimit, "sleep 5; cat /var/lib/box/confirmed; cat /proc/cmdline; grub-editenv /efi/grub/grubenv list")
		return strings.Contains(out, slot+" "+version) && strings.Contains(out, "rauc.slot="+slot) && strings.Contains(out, slot+"_TRY=0")
	})
}

// A newer version takes the other slot, is confirmed there, and has all that was there before.
func (m *machine) testUpdate(t *testing.T) {
	t.Helper()
	m.takes(t, "next")
	m.runs(t, "B", next)
	if out := m.in(t, "frontdesk calls list"); !strings.Contains(out, "+121···47") {
		t.Errorf("the call of before is not there: %s", out)
	}
	t.Logf("%s", m.slots(t))
}

// A version that does not boot is tried three times; then the one before runs again.
func (m *machine) testNoBoot(t *testing.T) {
	t.Helper()
	seen := len(m.serial())
	m.takes(t, "noboot")
	m.runs(t, "B", next)
	m.rests(t, noBoot, "it did not start")
	if n := strings.Count(m.serial()[seen:], "Frontdesk starts (slot A)"); n != 3 {
		t.Errorf("it was tried %d times", n)
	}
}

// A version that boots and does not answer as well; the box says why it was given up.
func (m *machine) testNoAnswer(t *testing.T) {
	t.Helper()
	seen := len(m.serial())
	m.takes(t, "noanswer")
	m.runs(t, "B", next)
	if n := strings.Count(m.serial()[seen:], "Frontdesk starts (slot A)"); n != 3 {
		t.Errorf("it was tried %d times", n)
	}
	m.rests(t, noAnswers, "the service did not come up")
}

// rests sees that a version is given up, says why, and is not started again, here as where the technician looks.
func (m *machine) rests(t *testing.T, version, why string) {
	t.Helper()
	want := version + " is given up: " + why
	said := m.slots(t)
	if !strings.Contains(said, want) {
		t.Errorf("there is no %q in: %s", want, said)
	}
	if env := m.in(t, "grub-editenv /efi/grub/grubenv list"); !strings.Contains(env, "A_OK=0") || !strings.Contains(env, "B_OK=1") {
		t.Errorf("the boot loader is told %s", env)
	}
	t.Logf("%s", said)
}
