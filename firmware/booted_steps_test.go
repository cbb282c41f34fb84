//go:build deb

package firmware_test

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
)

func arch() string { return runtime.GOARCH }

// What the times of the service may be. The aims are 3 s after a crash and 10 s after the network is back; a busy machine gets more.
const (
	backAfterCrash   = 15 * time.Second
	backAfterNetwork = 30 * time.Second
)

// Installed, nothing runs and nothing is enabled; apt is content, and says what to do.
func (b *booted) testInstall(t *testing.T) {
	t.Helper()
	// The packages that it depends on are no part of what is tried here: the booted Debian has no way to a mirror.
	b.in(t, "dpkg --force-depends --install /frontdesk.deb")
	b.hears(t, "systemctl is-enabled frontdesk; systemctl is-active frontdesk", "disabled", "inactive")
	b.in(t, "install -d /etc/systemd/system/frontdesk.service.d")
	b.write(t, "etc/systemd/system/frontdesk.service.d/test.conf", scripted, 0o644)
	b.write(t, "etc/frontdesk/business.toml", business(t), 0o644)
}

// The first start: registered, and systemctl says so.
func (b *booted) testFirstStart(t *testing.T) {
	t.Helper()
	b.settle(t, "")
	b.in(t, "printf '"+password+"\\n' > /etc/frontdesk/sip-password && chmod 600 /etc/frontdesk/sip-password")
	b.in(t, "systemctl daemon-reload && systemctl enable --now frontdesk")
	b.registered(t, time.Minute)
	b.hears(t, "systemctl status --no-pager frontdesk", "active (running)", "Status:")
	until(t, 30*time.Second, "the state is reported", func() bool { return strings.Contains(b.tries(t, "frontdesk health"), "registered") })
	b.hears(t, "stat -c '%a %U' /var/lib/frontdesk", "710 frontdesk")
}

// A wrong password is said in plain words; with the right one it is well again.
func (b *booted) testWrongPassword(t *testing.T) {
	t.Helper()
	b.in(t, "printf 'wrong\\n' > /etc/frontdesk/sip-password && systemctl restart frontdesk")
	until(t, time.Minute, "health says that the password is wrong", func() bool {
		return strings.Contains(b.tries(t, "frontdesk health"), "password")
	})
	until(t, time.Minute, "systemctl says that the password is wrong", func() bool {
		return strings.Contains(b.tries(t, "systemctl status --no-pager frontdesk"), "password")
	})
	b.in(t, "printf '"+password+"\\n' > /etc/frontdesk/sip-password && systemctl restart frontdesk")
	b.registered(t, time.Minute)
}

// After kill -9 it answers again, and the log says that it did not end by itself.
func (b *booted) testKilled(t *testing.T) {
	t.Helper()
	b.in(t, "kill -KILL "+b.pid(t))
	until(t, backAfterCrash, "it is gone", func() bool { return !b.answers() })
	t.Logf("answers %.1f s after kill -9", b.registered(t, backAfterCrash).Seconds())
	b.hears(t, "frontdesk logs -n 500", "did not end as it was meant to")
}

// A process that stands still is found and replaced by the watchdog.
func (b *booted) testWatchdog(t *testing.T) {
	t.Helper()
	before := b.pid(t)
	b.in(t, "kill -STOP "+before)
	t.Logf("replaced %.1f s after it stood still", until(t, 2*time.Minute, "the watchdog replaces it", func() bool {
		return b.pid(t) != before && b.answers()
	}).Seconds())
	b.hears(t, "journalctl --no-pager -u frontdesk | grep -i watchdog", "Watchdog timeout", "result 'watchdog'")
}

// Without the network the box says so and goes on; with it, it is back soon.
func (b *booted) testNetwork(t *testing.T) {
	t.Helper()
	shell(t, "ip", "link", "set", b.link, "down")
	t.Cleanup(func() { _ = exec.Command("ip", "link", "set", b.link, "up").Run() }) // what follows needs it
	until(t, 2*time.Minute, "health says that the PBX does not answer", func() bool {
		return strings.Contains(b.tries(t, "frontdesk health"), "does not answer")
	})
	shell(t, "ip", "link", "set", b.link, "up")
	took := until(t, backAfterNetwork, "registered again", func() bool {
		return !strings.Contains(b.tries(t, "frontdesk health"), "does not answer") && b.answers()
	})
	t.Logf("registered %.1f s after the network was back", took.Seconds())
}

// However often somebody restarts it, and however often it fails, it is started again.
func (b *booted) testRestarts(t *testing.T) {
	t.Helper()
	for range 12 {
		b.in(t, "systemctl restart frontdesk")
	}
	b.registered(t, time.Minute)
}

// What a command of root's has left, cut off before its end, does not keep the service from starting.
func (b *booted) testRootsFiles(t *testing.T) {
	t.Helper()
	b.in(t, "systemctl stop frontdesk && cd /var/lib/frontdesk && echo 1 > frontdesk.db.pid && touch backup.key && chmod 600 backup.key "+
		"frontdesk.db.pid && chown root:root frontdesk.db frontdesk.db.pid backup.key && systemctl start frontdesk")
	b.registered(t, time.Minute)
	b.hears(t, "find /var/lib/frontdesk -user root ! -type l | wc -l", "0")
	b.in(t, "rm /var/lib/frontdesk/backup.key")
}

// A key that the documented command trusts lets in: the service can read it.
func (b *booted) testKeys(t *testing.T) {
	t.Helper()
	b.settle(t, "[console]\nssh = \"0.0.0.0:2222\"\n")
	b.in(t, "systemctl restart frontdesk")
	b.registered(t, time.Minute)
	dir := t.TempDir()
	shell(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", dir+"/key")
	b.copyFile(t, dir+"/key.pub", "/key.pub")
	b.in(t, "frontdesk console trust /key.pub")
	b.hears(t, "stat -c %U /var/lib/frontdesk/console/authorized_keys", "frontdesk")
	out, _ := commandOf(t, "ssh", "-T", "-i", dir+"/key", "-p", "2222", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
		"-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "console@"+boxAddr).CombinedOutput()
	if !strings.Contains(string(out), "needs a terminal") { // what the console says to who is in, without a terminal
		t.Errorf("ssh says: %s", out)
	}
	b.settle(t, "[console]\nssh = \"0.0.0.0:22\"\n")
	b.hears(t, "frontdesk check", "such as 2222")
}

// Who is neither root nor in the group hears what to do; who is in the group may ask.
func (b *booted) testOtherUser(t *testing.T) {
	t.Helper()
	b.settle(t, "")
	b.in(t, "useradd --create-home anna")
	out, err := b.enter(t.Context(), "anna", "frontdesk health").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "sudo frontdesk") || !strings.Contains(string(out), "adduser anna frontdesk") {
		t.Errorf("anna hears: %v\n%s", err, out)
	}
	b.in(t, "usermod -aG frontdesk anna")
	if out, err := b.enter(t.Context(), "anna", "frontdesk calls list && frontdesk health").CombinedOutput(); err != nil &&
		strings.Contains(string(out), "denied") {
		t.Errorf("in the group: %v\n%s", err, out)
	}
}

// Settings that cannot be: status, log and console say why; corrected, it comes up by itself.
func (b *booted) testFails(t *testing.T) {
	t.Helper()
	b.settle(t, "[call]\nmax_minutes = 0\n")
	b.tries(t, "systemctl restart --no-block frontdesk")
	until(t, time.Minute, "systemctl says why", func() bool {
		return strings.Contains(b.tries(t, "systemctl status --no-pager frontdesk"), "max_minutes")
	})
	b.hears(t, "frontdesk logs --state /var/lib/frontdesk", "max_minutes")
	until(t, time.Minute, "it is tried again and again", func() bool {
		n, err := strconv.Atoi(strings.TrimSpace(b.in(t, "systemctl show frontdesk -p NRestarts --value")))
		return err == nil && n >= 2
	})
	b.settle(t, "")
	b.registered(t, time.Minute)
}

// A box without sound answers all the same, and says that there is none.
func (b *booted) testSound(t *testing.T) {
	t.Helper()
	if out := b.tries(t, "frontdesk sound devices"); strings.Contains(out, "panic") || out == "" {
		t.Errorf("sound devices: %s", out)
	}
	if !b.answers() {
		t.Error("it does not answer any more")
	}
}

// A stick that is mounted below /media takes backups, plugged in before the start or while it runs.
func (b *booted) testStick(t *testing.T) {
	t.Helper()
	b.hears(t, "frontdesk backup setup", "recovery key")
	for _, when := range []string{"while it runs", "before the start"} {
		b.in(t, "mkdir -p /media/stick && mount -t tmpfs -o size=64m,uid=$(id -u frontdesk) stick /media/stick")
		if when == "before the start" {
			b.in(t, "systemctl restart frontdesk")
			b.registered(t, time.Minute)
		}
		if out := b.tries(t, "frontdesk backup now --to /media/stick"); !strings.Contains(out, "Backup made") {
			t.Errorf("plugged in %s: %s", when, out)
		}
		b.in(t, "umount /media/stick")
	}
	b.in(t, "mount -t tmpfs -o size=64m,mode=755 stick /media/stick")
	b.hears(t, "frontdesk backup now --to /media/stick", "uid=frontdesk")
	b.in(t, "umount /media/stick")
	b.hears(t, "frontdesk backup now --to /media/none", "plug the medium in")
}

// With a full disk calls are still answered, health says it, and nothing is left half.
func (b *booted) testDiskFull(t *testing.T) {
	t.Helper()
	// A small disk of its own, with all that is there.
	b.in(t, "systemctl stop frontdesk && rm -f /var/lib/frontdesk/backup.key && cp -a /var/lib/frontdesk /state && "+
		"mount -t tmpfs -o size=100m,mode=710,uid=$(id -u frontdesk),gid=$(id -g frontdesk) disk /var/lib/frontdesk && "+
		"cp -a /state/. /var/lib/frontdesk/ && systemctl start frontdesk")
	b.registered(t, time.Minute)
	b.tries(t, "head -c 200M /dev/zero > /var/lib/frontdesk/filler")
	until(t, time.Minute, "health says that the disk is full", func() bool {
		return strings.Contains(b.tries(t, "frontdesk health"), "disk is full")
	})
	out := b.tries(t, "frontdesk backup setup")
	b.in(t, "rm /var/lib/frontdesk/filler")
	if strings.Contains(b.tries(t, "ls /var/lib/frontdesk"), "backup.key") {
		b.hears(t, "test -s /var/lib/frontdesk/backup.key && echo whole", "whole")
	} else if !strings.Contains(out, "full") && !strings.Contains(out, "no space") {
		t.Errorf("on a full disk backup setup says: %s", out)
	}
	b.hears(t, "frontdesk backup setup || true; frontdesk backup list", "There are no backups")
	b.registered(t, time.Minute)
	b.in(t, "systemctl stop frontdesk && umount /var/lib/frontdesk && systemctl start frontdesk")
	b.registered(t, time.Minute)
}

// elsewhere is an address on no network of the office.
const elsewhere = "203.0.113.9"

// With the outward filter the service reaches its office and nobody else, calls go on, and it says when the settings mean something else.
func (b *booted) testFilter(t *testing.T) {
	t.Helper()
	shell(t, "ip", "-n", b.space, "route", "add", "default", "via", officeAddr)
	// Somebody else's program in the place of the service's.
	sends := func(to string) string {
		return b.tries(t, "bash -c 'echo $$ > /sys/fs/cgroup$(systemctl show frontdesk -p ControlGroup --value)/cgroup.procs && "+
			"echo hello > /dev/udp/"+to+"/9' && echo sent")
	}
	b.settle(t, "")
	b.in(t, "systemctl restart frontdesk")
	b.registered(t, time.Minute)
	b.hears(t, "frontdesk egress filter", "No outward filter was made", officeNetwork)
	if out := sends(elsewhere); !strings.Contains(out, "sent") {
		t.Errorf("without a filter: %s", out)
	}
	b.in(t, "frontdesk egress filter --write && systemctl daemon-reload && systemctl restart frontdesk")
	b.registered(t, time.Minute)
	b.hears(t, "frontdesk egress filter", "is in force, and is what the settings mean")
	if out := sends(elsewhere); !strings.Contains(out, "not permitted") {
		t.Errorf("with the filter: %s", out)
	}
	if out := sends(officeAddr); !strings.Contains(out, "sent") {
		t.Errorf("with the filter, to the office: %s", out)
	}
	b.call(t)
	b.settle(t, "[egress]\nnetworks = [\"203.0.113.0/24\"]\n")
	b.in(t, "systemctl restart frontdesk")
	b.registered(t, time.Minute)
	b.hears(t, "frontdesk egress filter", "203.0.113.0/24", "egress filter --write")
	b.in(t, "rm /etc/systemd/system/frontdesk.service.d/egress.conf && systemctl daemon-reload && systemctl restart frontdesk")
	b.settle(t, "")
	b.registered(t, time.Minute)
	b.hears(t, "frontdesk egress filter", "No outward filter was made")
}

// call is a whole call by way of the PBX.
func (b *booted) call(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := b.pbx.WaitRegistered(ctx, extension); err != nil {
		t.Fatal(err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: b.pbx.Addr(), User: "2175550147", Listen: officeAddr + ":0"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, extension)
	if err != nil {
		t.Fatal(err)
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

// An update while somebody talks lets the call come to its end.
func (b *booted) testUpgrade(t *testing.T) {
	t.Helper()
	b.newer(t, "newer.deb")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := b.pbx.WaitRegistered(ctx, extension); err != nil {
		t.Fatal(err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: b.pbx.Addr(), User: "2175550147", Listen: officeAddr + ":0"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, extension)
	if err != nil {
		t.Fatal(err)
	}
	before := b.pid(t)
	done := make(chan string, 1)
	go func() {
		out, err := b.enter(ctx, "", "dpkg --force-depends --force-confold --install /newer.deb").CombinedOutput()
		done <- fmt.Sprint(err) + string(out)
	}()
	until(t, 30*time.Second, "the service is asked to end", func() bool {
		return strings.Contains(b.tries(t, "systemctl is-active frontdesk"), "deactivating")
	})
	if err := leg.Hangup(ctx); err != nil {
		t.Errorf("the call did not live on: %v", err)
	}
	if said := <-done; !strings.HasPrefix(said, "<nil>") {
		t.Errorf("dpkg: %s", said)
	}
	if b.pid(t) == before {
		t.Error("the former program runs still")
	}
	b.registered(t, time.Minute)
}

// Removed, it is off and its records are there; purged, nothing is.
func (b *booted) testRemoved(t *testing.T) {
	t.Helper()
	b.in(t, "dpkg --force-depends --remove frontdesk")
	if b.answers() || !b.has("var/lib/frontdesk/frontdesk.db") || b.has("usr/bin/frontdesk") {
		t.Error("after remove it answers still, or the records are gone")
	}
	b.in(t, "dpkg --force-depends --purge frontdesk")
	if b.has("var/lib/frontdesk") || b.has("etc/frontdesk") {
		t.Error("after purge there is something left")
	}
	b.hears(t, "systemctl list-units --all --no-pager 'frontdesk*'", "0 loaded")
}

// commandOf is a program of this machine.
func commandOf(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), name, args...)
}
