//go:build console

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
)

// These tests run the program that make setup built, at real terminals: tmux, and a pseudo-terminal as slow as a serial line.

var redraw = flag.Bool("update", false, "write the screens of testdata/console anew")

const (
	consoleExtension = "100"
	consolePassword  = "practice-only"
	patience         = 30 * time.Second // for what takes a second
)

// box is a running appliance at a practice PBX.
type box struct {
	program string // path
	file    string // settings
	pbx     *phonetest.PBX
	cmd     *exec.Cmd
	log     bytes.Buffer
	ended   chan error
}

// newBox starts an appliance that speaks in tones, and waits until it is registered.
func newBox(t *testing.T) *box {
	t.Helper()
	pbx, err := phonetest.NewPBX(phonetest.Options{Users: map[string]string{consoleExtension: consolePassword}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pbx.Close() })
	dir := t.TempDir()
	b := &box{program: builtProgram(t, "frontdesk"), file: filepath.Join(dir, "frontdesk.toml"), pbx: pbx}
	settings := fmt.Sprintf(`[storage]
dir = %q
[sip]
registrar = %q
user = %q
password = %q
listen = "127.0.0.1:0"
media_ip = "127.0.0.1"
rtp_min = 0
rtp_max = 0
[web]
listen = ""
[metrics]
listen = ""
[business]
profile = %q
`, filepath.Join(dir, "state"), pbx.Addr(), consoleExtension, consolePassword, officeProfile(t))
	if err := os.WriteFile(b.file, []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	b.start(t)
	return b
}

// start starts the appliance, and waits until it is registered.
func (b *box) start(t *testing.T) {
	t.Helper()
	cmd := exec.Command(b.program, "serve", "--scripted", "--config", b.file)
	cmd.Stdout, cmd.Stderr = &b.log, &b.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	b.cmd, b.ended = cmd, ended
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // ended long ago when all is well
	})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := b.pbx.WaitRegistered(ctx, consoleExtension); err != nil {
		t.Fatalf("%v\n%s", err, &b.log)
	}
}

// stop ends the appliance.
func (b *box) stop(t *testing.T) {
	t.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-b.ended:
		if err != nil {
			t.Errorf("the appliance ended with %v\n%s", err, &b.log)
		}
	case <-time.After(patience):
		t.Fatal("the appliance did not end")
	}
}

// run runs another command of the program and returns what it says.
func (b *box) run(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), b.program, append(args, "--config", b.file)...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return string(out)
}

// ring has somebody call, ask one thing and hang up.
func (b *box) ring(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: b.pbx.Addr(), User: "2175550147"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, consoleExtension)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scene.Play(ctx, scene.Scene{
		Name: "console", Caller: "2175550147", Voice: "flite:slt", SNR: 30, Steps: []scene.Act{{Say: "When are you open?"}, {Hangup: true}},
	}, leg, nil); err != nil {
		t.Fatal(err)
	}
}

// tmux is a terminal with a program in it.
type tmux struct {
	t      *testing.T
	socket string
}

// newTmux starts a command in a terminal of 80 by 24; environ is "NAME=value".
func newTmux(t *testing.T, environ []string, command ...string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux")
	}
	x := &tmux{t: t, socket: filepath.Join(t.TempDir(), "tmux")}
	// What comes after the program keeps its last words on the screen.
	line := "env " + strings.Join(environ, " ") + " " + strings.Join(command, " ") + "; echo ENDED; exec cat"
	x.do("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", line)
	t.Cleanup(func() { _ = exec.Command("tmux", "-S", x.socket, "kill-server").Run() }) // its test may have ended it
	return x
}

func (x *tmux) do(args ...string) string {
	x.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", x.socket}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TERM=xterm-256color")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// keys types text, key by key, or presses keys by name: Enter, Escape.
func (x *tmux) keys(keys ...string) {
	x.t.Helper()
	x.do(append([]string{"send-keys"}, keys...)...)
}

// screen is what is seen.
func (x *tmux) screen() string {
	x.t.Helper()
	rows := strings.Split(strings.TrimRight(x.do("capture-pane", "-p"), "\n"), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(rows[i], " ")
	}
	return strings.Join(rows, "\n")
}

// until waits until all of want are on the screen, and returns it.
func (x *tmux) until(want ...string) string {
	x.t.Helper()
	late := time.After(patience)
	for {
		got := x.screen()
		missing := ""
		for _, w := range want {
			if !strings.Contains(got, w) {
				missing = w
			}
		}
		if missing == "" {
			return got
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-late:
			x.t.Fatalf("%q is not on the screen:\n%s", missing, got)
		}
	}
}

// golden compares a screen with the one in testdata/console.
func golden(t *testing.T, name, screen string) {
	t.Helper()
	file := filepath.Join("testdata", "console", name+".txt")
	got := masked(screen) + "\n"
	if *redraw {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not as in %s (go test -tags console -update writes it anew):\n%s\nwant\n%s", name, file, got, want)
	}
}

// masked hides what is another with every run: times, ports, codes, identifiers, how busy the machine is.
func masked(screen string) string {
	for _, m := range [][2]string{
		{`\d\d:\d\d:\d\d\.\d{3}`, "hh:mm:ss.mmm"},
		{`( {8})\.\d{3}`, "${1}.mmm"},
		{`\d\d:\d\d:\d\d`, "hh:mm:ss"},
		{`\d\d \w{3} \d\d:\d\d`, "DD Mon hh:mm"},
		{`127\.0\.0\.1:\d+`, "127.0.0.1:PORT"},
		{`\d+ h \d+ m|\d+ m \d+ s|\d+ s\b`, "TIME"},
		{`\d+ ms\b`, "N ms"},
		{`[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}`, "CODE-CODE-CODE"},
		{`(Version +)\S+`, "${1}VERSION"},
		{`\b[0-9a-z]{20,}\b`, "IDENTIFIER"},
		{`load [\d.]+`, "load N"},
		{`of \d+ cores`, "of N cores"},
		{`(memory|disk) \d+ %`, "$1 N %"},
		{` [·.] \d+(°| deg)C`, ""},
		{`(FRONTDESK  )\S+  (answering)`, "${1}BOX  $2"},
		{`(Machine +).* up TIME.*`, "${1}BOX up TIME"},
		{`(Machine +).* up \d+ days`, "${1}BOX up TIME"},
		{`[\d.]+ [GM]B`, "N GB"},
	} {
		screen = regexp.MustCompile(m[0]).ReplaceAllString(screen, m[1])
	}
	return screen
}

// A technician looks around, in a terminal of 80 by 24 with real keys.
func TestConsoleScreens(t *testing.T) {
	b := newBox(t)
	x := newTmux(t, []string{"LC_ALL=C.UTF-8", "NO_COLOR=1"}, b.program, "console", "--config", b.file)
	golden(t, "overview", x.until("answering", "all is well", "renews in", "Connected to", "Connecting to", "load", "Machine"))
	x.keys("1")
	golden(t, "account", x.until("Account at the telephone system", "kept, not shown", "renews in", "Connecting to"))
	x.keys("6")
	x.until("Password:")
	x.keys("guess-me", "Enter", "t")
	golden(t, "account-wrong-password", x.until("refused the password", "REGISTER", "renews in"))
	x.keys("u", "l")
	x.until("Registration", "REGISTER", "200 OK")
	x.keys("Escape")
	x.until("1-6 change a row")
	x.keys("b", "2")
	golden(t, "calls-none", x.until("No calls yet."))
	b.ring(t)
	t.Logf("calls:\n%s", x.until("+121···47", "completed"))
	x.keys("Enter")
	t.Logf("one call:\n%s", x.until("MOS", "what was decided", "packets"))
	x.keys("l")
	t.Logf("its messages:\n%s", x.until("INVITE", "200 OK", "BYE", "RTP"))
	x.keys("b", "b", "b", "3")
	x.until("Sound: microphone and speaker") // this machine may have none
	x.keys("b", "4")
	x.until(" Network", "Gateway", "Names", "registered")
	x.keys("b", "5")
	x.until("verify all")
	x.keys("b", "7")
	x.until("info ", "registration changed")
	x.keys("b", "8", "s")
	x.until("Saved as", "frontdesk-support-")
	x.keys("b", "9")
	golden(t, "system", x.until("has no account yet", "set another PIN", "Machine", "Running"))
	x.keys("?")
	golden(t, "help", x.until("any key goes back"))
	x.keys("x", "b")
	// A larger window is filled, a smaller one cut.
	x.do("resize-window", "-x", "100", "-y", "30")
	x.until(strings.Repeat("─", 100))
	x.do("resize-window", "-x", "40", "-y", "12")
	got := x.until("$ frontdesk")
	for !strings.Contains(got, "\n"+strings.Repeat("─", 40)+"\n") {
		got = x.until("$ frontdesk")
	}
	x.do("resize-window", "-x", "80", "-y", "24")
	x.until(strings.Repeat("─", 80), "all is well")
	b.stop(t)
	x.until("NO ANSWER")
	b.start(t)
	x.until("answering", "all is well")
	x.keys("q")
	x.until("ENDED")
}

// A serial line asks for the PIN, has the first one chosen, makes guessing slow, and never ends.
func TestConsoleLogin(t *testing.T) {
	b := newBox(t)
	x := newTmux(t, []string{"TERM=vt100"}, b.program, "console", "--login", "--config", b.file)
	golden(t, "first-pin", x.until("answering", "load", "New PIN:"))
	x.keys("123456", "Enter")
	x.until("everybody tries first")
	x.keys("274931", "Enter")
	x.until("once more")
	x.keys("274931", "Enter")
	golden(t, "overview-ascii", x.until("answering", "all is well", "renews in", "Connected to", "Connecting to", "load", "Machine"))
	for _, end := range []string{"q", "C-c", "C-d"} {
		x.keys(end)
		x.until(" PIN:")
		x.keys("274931", "Enter")
		x.until("1 phone")
	}
	x.keys("q")
	x.until(" PIN:")
	for _, said := range []string{"That is not the PIN.", "That is not the PIN.", "Too many wrong PINs. Wait"} {
		x.keys("000000")
		x.until(" PIN: ******")
		x.keys("Enter")
		x.until(said)
	}
	x.keys("274931", "Enter") // nobody listens
	x.until(" PIN:")
	x.keys("274931", "Enter")
	x.until("1 phone")
	x.keys("q")
	x.until(" PIN:")
	b.run(t, "835162\n", "console", "pin")
	x.keys("274931", "Enter")
	x.until("That is not the PIN.")
	x.keys("835162", "Enter")
	x.until("1 phone")
	b.stop(t)
	x.until("NO ANSWER")
	b.start(t)
	x.until("answering", "all is well")
	if log := b.log.String(); strings.Contains(log, "274931") || strings.Contains(log, "835162") ||
		!strings.Contains(log, `act="sign in at the console"`) {
		t.Errorf("a PIN is in the log, or no sign-in:\n%s", log)
	}
}

// line9600 is a pseudo-terminal whose other end takes 960 bytes in a second.
type line9600 struct {
	master *os.File
	seen   []byte
	mark   int // what was seen when the last key was pressed
}

func newLine9600(t *testing.T, cmd *exec.Cmd) *line9600 {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slave.Close() }() // the program has its own
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return &line9600{master: master}
}

// until reads at the speed of the line until all of want have come since the last key, and returns how many bytes that took and how long.
func (l *line9600) until(t *testing.T, want ...string) (int, time.Duration) {
	t.Helper()
	began := time.Now()
	from := l.mark
	buf := make([]byte, 96)
	for slices.ContainsFunc(want, func(w string) bool { return !bytes.Contains(l.seen[from:], []byte(w)) }) {
		n, err := l.master.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, l.seen[from:])
		}
		l.seen = append(l.seen, buf[:n]...)
		<-time.After(time.Duration(n) * time.Second / 960)
		if time.Since(began) > patience {
			t.Fatalf("%q did not come; %q", want, l.seen[from:])
		}
	}
	return len(l.seen) - from, time.Since(began)
}

func (l *line9600) keys(t *testing.T, keys string) {
	t.Helper()
	l.mark = len(l.seen)
	if _, err := l.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// At 9600 baud a screen of text comes in about a second, and what changes costs its own characters only.
func TestConsoleSlowLine(t *testing.T) {
	b := newBox(t)
	b.run(t, "274931\n", "console", "pin")
	cmd := exec.Command(b.program, "console", "--login", "--config", b.file)
	cmd.Env = append(os.Environ(), "TERM=vt100", "LC_ALL=C")
	l := newLine9600(t, cmd)
	n, took := l.until(t, " PIN: ", "sets another PIN")
	t.Logf("sign-in: %d bytes, %v", n, took.Round(10*time.Millisecond))
	l.keys(t, "274931\r")
	n, took = l.until(t, "calls list")
	t.Logf("overview: %d bytes, %v", n, took.Round(10*time.Millisecond))
	if n > 2200 {
		t.Errorf("the overview took %d bytes", n)
	}
	l.keys(t, "1")
	n, took = l.until(t, "ladder registration")
	t.Logf("phone account: %d bytes, %v", n, took.Round(10*time.Millisecond))
	if n > 2200 {
		t.Errorf("the account took %d bytes", n)
	}
	if bytes.ContainsAny(l.seen, "\x9b\x80\xe2") || bytes.Contains(l.seen, []byte("\x1b[>")) || bytes.Contains(l.seen, []byte("?1049")) {
		t.Errorf("more than a vt100 understands was sent: %q", l.seen)
	}
	// Hanging up ends the program; the service manager starts it anew, at the PIN.
	if err := l.master.Close(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the console outlives its line")
	}
}
