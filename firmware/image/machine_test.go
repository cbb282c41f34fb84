//go:build image

package image_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone/phonetest"
)

// The cable between the machine and its office.
const (
	officeAddr = "198.18.78.1"
	boxAddr    = "198.18.78.2"
)

const (
	extension = "100"
	password  = "practice-only"
)

// office is where a machine's cable ends: a PBX, and a server that gives addresses.
type office struct {
	tap string
	pbx *phonetest.PBX
}

// newOffice lays a cable and starts what an office has.
func newOffice(t *testing.T) *office {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a cable to a machine is laid by root only")
	}
	o := &office{tap: fmt.Sprintf("fdt%d", os.Getpid()%100000)}
	shell(t, "ip", "tuntap", "add", o.tap, "mode", "tap")
	t.Cleanup(func() { _ = exec.Command("ip", "link", "del", o.tap).Run() })
	shell(t, "ip", "addr", "add", officeAddr+"/24", "dev", o.tap)
	shell(t, "ip", "link", "set", o.tap, "up")
	background(t, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface="+o.tap, "--bind-interfaces",
		"--except-interface=lo", "--dhcp-range="+boxAddr+","+boxAddr+",255.255.255.0", "--dhcp-authoritative", "--leasefile-ro",
		"--dhcp-option=option:ntp-server,"+officeAddr, "--pid-file=")
	pbx, err := phonetest.NewPBX(phonetest.Options{Listen: officeAddr + ":5060", Users: map[string]string{extension: password}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	o.pbx = pbx
	return o
}

// machine is a PC: a disk, a TPM and a cable. It can be switched on and off, and its power can be pulled.
type machine struct {
	*office // nil: it has no cable
	dir     string
	disk    string
	vars    string // what its firmware remembers
	more    []string

	line net.Conn // the technician at the serial line; nil = nobody

	cmd    *exec.Cmd
	ended  chan error
	worked time.Duration // what its processor had to do until it ended
	tpm    *exec.Cmd
	on     time.Time // when it was last switched on
	shell  net.Conn
	answer *bufio.Reader
	asked  int
	mu     sync.Mutex
}

// built is the folder of what firmware/image/build made.
func built(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../build/image")
	if err != nil {
		t.Fatal(err)
	}
	if d := os.Getenv("FRONTDESK_IMAGE"); d != "" {
		dir = d
	}
	return dir
}

// newMachine makes a machine with the image on a disk of 4 GiB, and settings on its boot partition as a technician puts them there.
func newMachine(t *testing.T, o *office, image string) *machine {
	t.Helper()
	m := &machine{office: o, dir: t.TempDir()}
	m.disk, m.vars = filepath.Join(m.dir, "disk"), filepath.Join(m.dir, "vars")
	shell(t, "cp", "--sparse=always", image, m.disk)
	shell(t, "truncate", "-s", "4G", m.disk)
	shell(t, "cp", "/usr/share/OVMF/OVMF_VARS_4M.fd", m.vars)
	m.provision(t, fmt.Sprintf("[sip]\nregistrar = %q\nuser = %q\n[business]\nprofile = \"business.toml\"\n",
		officeAddr, extension))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the serial line:\n%s", tail(m.serial(), 6000))
		}
		m.pull()
	})
	return m
}

// provision puts settings onto the boot partition.
func (m *machine) provision(t *testing.T, settings string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"frontdesk.toml": settings, "sip-password": password + "\n", "business.toml": business(t)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		shell(t, "mcopy", "-o", "-i", m.disk+"@@1M", path, "::frontdesk/"+name)
	}
}

// switchOn starts the machine.
func (m *machine) switchOn(t *testing.T) {
	t.Helper()
	m.tpm = exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+m.dir, "--ctrl", "type=unixio,path="+m.dir+"/tpm", "--terminate")
	if err := m.tpm.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, "the TPM is there", func() bool { _, err := os.Stat(m.dir + "/tpm"); return err == nil })
	args := []string{
		"-machine", "q35", "-cpu", "max", "-m", "1536", "-display", "none", "-nodefaults",
		"-rtc", "base=utc",
		"-drive", "if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd", "-drive", "if=pflash,format=raw,file=" + m.vars,
		"-drive", "if=virtio,format=raw,discard=unmap,file=" + m.disk,
		"-netdev", "tap,id=lan,script=no,downscript=no,ifname=" + m.tap, "-device", "virtio-net-pci,netdev=lan,romfile=",
		"-chardev", "socket,id=tpm,path=" + m.dir + "/tpm", "-tpmdev", "emulator,id=tpm,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm",
		"-chardev", "socket,id=line,server=on,wait=off,path=" + m.dir + "/line,logappend=on,logfile=" + m.dir + "/serial.log",
		"-serial", "chardev:line",
		"-chardev", "socket,id=shell,server=on,wait=off,path=" + m.dir + "/shell", "-serial", "chardev:shell",
		"-device", "i6300esb", "-device", "virtio-rng-pci", "-device", "qemu-xhci",
	}
	if os.Getenv("FRONTDESK_IMAGE_CLOCK") == "work" {
		// The machine's clock goes by the work that its processor has done: on a host that is busy no time runs out in it. One processor only.
		args = append(args, "-accel", "tcg", "-smp", "1", "-icount", "shift=3,sleep=on")
	} else {
		args = append(args, "-accel", "tcg,thread=multi", "-smp", "1")
	}
	m.emulate(t, append(args, m.more...)...)
	m.shell, m.answer, m.line = nil, nil, nil
}

// emulate starts the machine's emulation.
func (m *machine) emulate(t *testing.T, args ...string) {
	t.Helper()
	m.cmd = exec.Command("qemu-system-x86_64", args...)
	var said strings.Builder
	m.cmd.Stdout, m.cmd.Stderr = &said, &said
	if err := m.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	m.on = time.Now()
	m.ended = make(chan error, 1)
	cmd := m.cmd
	go func() {
		err := cmd.Wait()
		m.worked = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		m.ended <- fmt.Errorf("%w: %s", err, said.String())
	}()
}

// pull takes the power away.
func (m *machine) pull() {
	for _, conn := range []net.Conn{m.shell, m.line} {
		if conn != nil {
			_ = conn.Close()
		}
	}
	if m.cmd != nil {
		_ = m.cmd.Process.Kill()
		<-m.ended
		m.cmd = nil
	}
	if m.tpm != nil {
		_ = m.tpm.Process.Kill()
		_ = m.tpm.Wait()
		m.tpm = nil
	}
}

// serial is what the machine has written to its serial line, over all boots.
func (m *machine) serial() string {
	b, _ := os.ReadFile(m.dir + "/serial.log") // there is none before the first word
	return string(b)
}

// registered waits until the box has registered more often than before, and returns how long after the switch that was.
func (m *machine) registered(t *testing.T, before int, limit time.Duration) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- m.pbx.WaitRegisters(ctx, before) }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("not registered within %v: %v", limit, err)
		}
	case err := <-m.ended:
		m.ended <- err
		t.Fatalf("the machine has ended: %v", err)
	}
	return time.Since(m.on)
}

// tries runs a script in the machine's test shell and returns what it said and how it ended. The shell is of the tests alone.
func (m *machine) tries(t *testing.T, limit time.Duration, script string) (said string, code int) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shell == nil {
		conn, err := net.Dial("unix", m.dir+"/shell")
		if err != nil {
			t.Fatal(err)
		}
		m.shell, m.answer = conn, bufio.NewReader(conn)
		m.wake(t)
	}
	m.asked++
	end := fmt.Sprintf("end-%d", m.asked)
	// Split in the script, so that an echo of it is not taken for the end; on a line of its own, for what is said may not end with one.
	if _, err := fmt.Fprintf(m.shell, "\n{ %s\n} </dev/null 2>&1; printf '\\n%%s-of-end %%d %s\\n' begin $?\n", script, end); err != nil {
		t.Fatal(err)
	}
	_ = m.shell.SetReadDeadline(time.Now().Add(limit)) // a socket has deadlines
	var out strings.Builder
	for {
		line, err := m.answer.ReadString('\n')
		if err != nil {
			t.Fatalf("%s: no end within %v: %v\n%s", script, limit, err, out.String())
		}
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "begin-of-end "); ok && strings.HasSuffix(rest, " "+end) {
			_, _ = fmt.Sscan(rest, &code) // always a number
			return out.String(), code
		}
		out.WriteString(line)
	}
}

// wake waits until the shell listens: what is typed before is lost.
func (m *machine) wake(t *testing.T) {
	t.Helper()
	until(t, bootLimit, "the test shell answers", func() bool {
		if _, err := fmt.Fprintf(m.shell, "\nstty -echo -onlcr; echo awake-''now\n"); err != nil {
			t.Fatal(err)
		}
		for {
			_ = m.shell.SetReadDeadline(time.Now().Add(5 * time.Second)) // a socket has deadlines
			line, err := m.answer.ReadString('\n')
			if err != nil || strings.TrimSpace(line) == "awake-now" {
				return err == nil
			}
		}
	})
}

// restarts notes that the machine starts anew by itself: its shell is another one then.
func (m *machine) restarts() {
	_ = m.shell.Close() // nothing more is asked of it
	m.shell = nil
}

// scriptLimit is how long a script may take, on a host that does other things besides.
const scriptLimit = 10 * time.Minute

// in runs a script that has to succeed.
func (m *machine) in(t *testing.T, script string) string {
	t.Helper()
	out, code := m.tries(t, scriptLimit, script)
	if code != 0 {
		t.Fatalf("%s: ended with %d\n%s", script, code, out)
	}
	return out
}

// plug plugs in a stick with files, seen as /media/usb, from the next start on.
func (m *machine) plug(t *testing.T, files ...string) {
	t.Helper()
	stick, size := filepath.Join(m.dir, "stick"), int64(64<<20)
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size() + 1<<20
	}
	shell(t, "mkfs.vfat", "-C", stick, "-F", "32", "-n", "STICK", fmt.Sprint(size/1024))
	shell(t, "mcopy", append(append([]string{"-i", stick}, files...), "::")...)
	m.more = append(m.more, "-drive", "if=none,id=stick,format=raw,file="+stick, "-device", "usb-storage,drive=stick")
}

// types types at the serial line.
func (m *machine) types(t *testing.T, text string) {
	t.Helper()
	if m.line == nil {
		conn, err := net.Dial("unix", m.dir+"/line")
		if err != nil {
			t.Fatal(err)
		}
		m.line = conn
		go func() { _, _ = io.Copy(io.Discard, conn) }() // what is shown is in the log of the line
	}
	if _, err := m.line.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
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

// shell runs a program of this machine and returns what it said.
func shell(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// background runs a program of this machine until the end of the test.
func background(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

func tail(s string, n int) string {
	if len(s) > n {
		return s[len(s)-n:]
	}
	return s
}
