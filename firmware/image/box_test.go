//go:build image

package image_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// What an emulated processor may take for a boot, and how long a call takes there at most.
const (
	bootLimit = 55 * time.Minute
	callLimit = 5 * time.Minute
)

// business is the profile of an office: the dental sample under a name of its own, for a sample is never published by itself.
func business(t *testing.T) string {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Name, b.Greeting = "Hillside Dental", ""
	var text strings.Builder
	if err := profile.Encode(&text, profile.TOML, b); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// The image on a new disk: the first boot makes the data partition, the box registers, answers a call, shows its page and is closed
// otherwise. The second boot finds all of it.
func TestBox(t *testing.T) {
	o := newOffice(t)
	m := newMachine(t, o, filepath.Join(built(t), "frontdesk-"+runtime.GOARCH+".img"))
	m.plug(t, makeBundles(t)...)
	m.switchOn(t)
	t.Logf("first boot: registered %.1f s after power on", m.registered(t, 0, bootLimit).Seconds())
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"call", m.testCall}, {"page", m.testPage}, {"machine", m.testMachine}, {"console", m.testConsole}, {"power cut", m.testPowerCut},
		{"refused", m.testRefused}, {"update", m.testUpdate}, {"does not boot", m.testNoBoot}, {"does not answer", m.testNoAnswer},
	} {
		began := time.Now()
		if t.Run(step.name, step.do); m.cmd == nil {
			return // it does not run any more
		}
		t.Logf("%s: %.0f s", step.name, time.Since(began).Seconds())
	}
}

// A call is answered, and heard.
func (m *machine) testCall(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), callLimit)
	defer cancel()
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: m.pbx.Addr(), User: "2175550147", Listen: officeAddr + ":0"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, extension)
	if err != nil {
		t.Fatal(err)
	}
	report, err := scene.Play(ctx, scene.Scene{
		Name: "box", Caller: "2175550147", Voice: "flite:slt", SNR: 30, Steps: []scene.Act{{Say: "What does a cleaning cost?"}, {Hangup: true}},
	}, leg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Greeting.ReplySec < 0.5 {
		t.Errorf("there is no greeting: %.1f s", report.Greeting.ReplySec)
	}
	t.Logf("first call: %.1f s after power on, greeting of %.1f s", time.Since(m.on).Seconds(), report.Greeting.ReplySec)
}

// A technician at the serial line chooses the PIN and sees how the box stands.
func (m *machine) testConsole(t *testing.T) {
	t.Helper()
	until(t, bootLimit, "the console asks for its PIN", func() bool { return strings.Contains(m.serial(), "New PIN") })
	seen := len(m.serial())
	// Chosen, typed once more, and typed again where a busy box did not answer in time: the same each time.
	asked := 0
	until(t, bootLimit, "the console shows the box", func() bool {
		if asked++; asked%200 == 1 { // each twenty seconds
			m.types(t, "274931\r")
		}
		return strings.Contains(m.serial()[seen:], "renews in")
	})
}

// The page is there for the office.
func (m *machine) testPage(t *testing.T) {
	t.Helper()
	client := &http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // its own certificate
	}
	resp, err := client.Get("https://" + boxAddr + ":8443/")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), "Frontdesk") {
		t.Errorf("the page: %v %.500s", err, page)
	}
}

// What the machine is: a read-only root, the box's own on a locked partition, nobody logs in.
func (m *machine) testMachine(t *testing.T) {
	t.Helper()
	for _, is := range []struct{ script, want string }{
		{"until systemctl is-system-running; do sleep 2; systemctl is-failed '*' -q && break; done; systemctl --failed --no-legend", "running"},
		{"findmnt -no FSTYPE,OPTIONS /", "squashfs ro"},
		{"findmnt -no SOURCE /var", "/dev/mapper/data"},
		{"lsblk -no FSTYPE /dev/disk/by-partlabel/frontdesk-data", "crypto_LUKS"},
		{"cryptsetup luksDump /dev/disk/by-partlabel/frontdesk-data", "systemd-tpm2"},
		{"touch /x; touch /usr/x; echo done", "Read-only file system"},
		{"cut -d: -f2 /etc/shadow | grep -qv '^[!*]' || echo nobody logs in", "nobody logs in"},
		{"nft list ruleset", "policy drop"},
		{"setpriv --reuid=65534 --regid=65534 --clear-groups busctl call de.pengutronix.rauc / de.pengutronix.rauc.Installer GetPrimary",
			"Access denied"},
		{"cat /sys/class/watchdog/watchdog0/state", "active"},
		{"tail -n +2 /proc/swaps | wc -l", "0"},
		{"systemctl is-enabled fstrim.timer", "enabled"},
	} {
		if out, _ := m.tries(t, scriptLimit, is.script); !strings.Contains(out, is.want) {
			t.Errorf("%s: there is no %q in:\n%s", is.script, is.want, out)
		}
	}
	t.Logf("%s", m.in(t, "systemd-analyze; systemd-analyze blame | head -15; df -h; lsblk; cat /run/box-health; "+
		"journalctl -b -p warning --no-pager | tail -30"))
}

// After a power cut it is back, as it was.
func (m *machine) testPowerCut(t *testing.T) {
	t.Helper()
	before := m.in(t, "cat /etc/machine-id")
	n := m.pbx.Registers()
	m.pull()
	m.switchOn(t)
	t.Logf("second boot: registered %.1f s after power on", m.registered(t, n, bootLimit).Seconds())
	if after := m.in(t, "cat /etc/machine-id"); after != before {
		t.Errorf("the machine's ID was %s and is %s", before, after)
	}
	if out := m.in(t, "frontdesk calls list"); !strings.Contains(out, "+121···47") {
		t.Errorf("the call of before is not there: %s", out)
	}
	t.Logf("%s", m.in(t, "systemd-analyze; grub-editenv /efi/grub/grubenv list; rauc status"))
}
