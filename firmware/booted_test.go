//go:build deb

package firmware_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
)

// The network between the booted Debian and its office: the box's end lies in a network namespace of its own.
const (
	officeAddr = "198.18.77.1"
	boxAddr    = "198.18.77.2"

	officeNetwork = "198.18.77.0/30"
)

// booted is a clean Debian that is up, with a service manager of its own.
type booted struct {
	*debian
	init  int    // its first process, as seen from here
	space string // name of its network namespace
	link  string // our end of the cable
	pbx   *phonetest.PBX
}

// boot starts a clean Debian with a cable to an office that has a practice PBX. It is switched off at the end of the test.
func boot(t *testing.T) *booted {
	t.Helper()
	b := &booted{debian: newDebian(t), space: fmt.Sprintf("fd-box-%d", os.Getpid()), link: fmt.Sprintf("fdo%d", os.Getpid()%100000)}
	far := fmt.Sprintf("fdb%d", os.Getpid()%100000)
	shell(t, "ip", "netns", "add", b.space)
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", b.space).Run() }) // takes the cable with it
	for _, line := range []string{
		"link add " + b.link + " type veth peer name " + far, "link set " + far + " netns " + b.space,
		"addr add " + officeAddr + "/30 dev " + b.link, "link set " + b.link + " up",
		"-n " + b.space + " addr add " + boxAddr + "/30 dev " + far, "-n " + b.space + " link set " + far + " up",
		"-n " + b.space + " link set lo up",
	} {
		shell(t, "ip", strings.Fields(line)...)
	}
	pbx, err := phonetest.NewPBX(phonetest.Options{Listen: officeAddr + ":5060", Users: map[string]string{extension: password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	b.pbx = pbx
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--console=pipe",
		"--network-namespace-path=/run/netns/"+b.space, "--system-call-filter=bpf", "--capability=CAP_BPF,CAP_NET_ADMIN", "--directory="+b.root,
		"systemd.show_status=no")
	cmd.Env = append(os.Environ(), "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")     // filters hold for groups of the second kind alone
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // an orderly end
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			const last = "journalctl --no-pager -u frontdesk | grep -v goroutine | tail -150; frontdesk health"
			out, _ := b.enter(context.Background(), "", last).CombinedOutput()
			t.Logf("the journal:\n%s", out)
		}
		stop()
		_ = cmd.Wait() // it was ended from here
	})
	until(t, time.Minute, "the Debian is up", func() bool {
		kids, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", cmd.Process.Pid))
		if err != nil {
			return false
		}
		if words := strings.Fields(string(kids)); len(words) > 0 {
			b.init, _ = strconv.Atoi(words[0])
		}
		out, _ := b.enter(t.Context(), "", "systemctl is-system-running").CombinedOutput()
		state := strings.TrimSpace(string(out))
		return b.init > 0 && (state == "running" || state == "degraded")
	})
	return b
}

// until waits for what is to come true.
func until(t *testing.T, limit time.Duration, what string, yes func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !yes() {
		if time.Since(began) > limit {
			t.Fatalf("%s: not within %v", what, limit)
		}
		<-time.After(100 * time.Millisecond)
	}
	return time.Since(began)
}

// enter runs a script in the booted Debian, as root or as another user.
func (b *booted) enter(ctx context.Context, user, script string) *exec.Cmd {
	args := []string{"--target", strconv.Itoa(b.init), "--mount", "--uts", "--ipc", "--net", "--pid", "env", "-i", "HOME=/", "LANG=C.UTF-8",
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive"}
	if user != "" {
		args = append(args, "setpriv", "--reuid="+user, "--regid="+user, "--init-groups")
	}
	return exec.CommandContext(ctx, "nsenter", append(args, "/bin/sh", "-c", script)...)
}

// in runs a script as root, which must succeed, and returns what it said.
func (b *booted) in(t *testing.T, script string) string {
	t.Helper()
	out, err := b.enter(t.Context(), "", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, out)
	}
	return string(out)
}

// tries runs a script and returns what it said, however it ended.
func (b *booted) tries(t *testing.T, script string) string {
	t.Helper()
	out, _ := b.enter(t.Context(), "", script).CombinedOutput()
	return string(out)
}

// hears fails the test unless what a script says contains every one of want.
func (b *booted) hears(t *testing.T, script string, want ...string) {
	t.Helper()
	out := b.tries(t, script)
	for _, w := range want {
		if !strings.Contains(out, w) {
			t.Errorf("%s: there is no %q in:\n%s", script, w, out)
		}
	}
}

// pid is the main process of the service, in the box's own numbers; "0" when it does not run.
func (b *booted) pid(t *testing.T) string {
	t.Helper()
	return strings.TrimSpace(b.in(t, "systemctl show frontdesk -p MainPID --value"))
}

// answers reports whether the box would take a call now: its SIP socket says so.
func (b *booted) answers() bool {
	conn, err := net.Dial("udp", boxAddr+":5060")
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // a question
	local := conn.LocalAddr().String()
	ask := "OPTIONS sip:" + extension + "@" + boxAddr + " SIP/2.0\r\nVia: SIP/2.0/UDP " + local + ";branch=z9hG4bK-" +
		strconv.FormatInt(time.Now().UnixNano(), 36) + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:test@" + local + ">;tag=1\r\nTo: <sip:" +
		extension + "@" + boxAddr + ">\r\nCall-ID: " + strconv.FormatInt(time.Now().UnixNano(), 36) +
		"\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
	if _, err := conn.Write([]byte(ask)); err != nil {
		return false
	}
	_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // a socket has deadlines
	buf := make([]byte, 2048)
	n, err := conn.Read(buf)
	return err == nil && strings.HasPrefix(string(buf[:n]), "SIP/2.0 200")
}

// registered waits until the PBX has the box's extension anew, and returns how long that took.
func (b *booted) registered(t *testing.T, limit time.Duration) time.Duration {
	t.Helper()
	return until(t, limit, "the box answers", b.answers)
}

// settle writes settings and restarts the service with them.
func (b *booted) settle(t *testing.T, more string) {
	t.Helper()
	b.write(t, "etc/frontdesk/frontdesk.toml", fmt.Sprintf(`[sip]
registrar = %q
user = %q
[web]
listen = "127.0.0.1:8443"
[business]
profile = "/etc/frontdesk/business.toml"
%s`, b.pbx.Addr(), extension, more), 0o644)
}

// scripted has the service speak in tones, without models: what is tried here is the service.
const scripted = `[Service]
ExecStart=
ExecStart=/usr/bin/frontdesk serve --scripted --config /etc/frontdesk/frontdesk.toml
`

// The service in a Debian that has booted: what happens to it in an office, step by step, and what status, log and console say then.
func TestService(t *testing.T) {
	b := boot(t)
	b.copyFile(t, archive(t), "/frontdesk.deb")
	for _, step := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"install", b.testInstall}, {"first start", b.testFirstStart}, {"start without a PBX's password", b.testWrongPassword},
		{"kill -9", b.testKilled}, {"watchdog", b.testWatchdog}, {"no network and back", b.testNetwork}, {"restart many times", b.testRestarts},
		{"what root leaves", b.testRootsFiles}, {"keys for SSH", b.testKeys}, {"another user", b.testOtherUser},
		{"settings that fail", b.testFails}, {"sound absent", b.testSound}, {"a stick", b.testStick},
		{"disk full", b.testDiskFull}, {"outward filter", b.testFilter}, {"upgrade with a call", b.testUpgrade},
		{"remove and purge", b.testRemoved},
	} {
		if !t.Run(step.name, step.do) && step.name == "install" {
			return // there is nothing to try
		}
	}
}

// archive is the package that was built for this processor.
func archive(t *testing.T) string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(built(t), "deb", "*_"+arch()+".deb"))
	if err != nil || len(list) != 1 {
		t.Fatal("no package for this processor in build/deb:", list, err)
	}
	return list[0]
}
