package console

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"go.uber.org/goleak"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestScreens(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.sees("FRONTDESK", "answering, limited", "12:00:00", "1 call", "registered 2 h 11 m, renews in 48 s",
		"34 today · longest lately 1 m 29 s · 2 messages open", "11:59:00    message kept (urgent)", "Something is missing. [1]",
		"$ frontdesk health")
	d.keys("1")
	d.sees("192.0.2.10", "kept, not shown", "accepted extension 100", "$ frontdesk phone show")
	d.keys("3", "backspace", "5", "enter", "6", "secret", "enter")
	d.sees("105", "changed but not saved", "a new one was typed")
	d.keys("b")
	d.sees("b once more leaves it", "105")
	d.keys("t")
	d.sees("refused the password. Type it again.", "SIP 403", "INVITE")
	d.keys("s")
	d.sees("Saved.")
	if want := []string{"test 105", "save 105 secret"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
	d.keys("l")
	d.sees("Registration", "│─ INVITE ────────────▶│", ".018", "answer G722")
	d.keys("esc", "b", "2")
	d.sees("Began", "0172···14", "1 m 29 s", "completed (goodbye)")
	d.keys("jj")
	d.sees("> 10:00:00")
	d.keys("enter")
	d.sees("MOS", "0.90  answer.hours (rule)", "$ frontdesk calls show call2")
	d.keys("l")
	d.sees("◀════", " RTP ═│", "═ RTP ═", "greeting, first packet, 18 ms after ACK")
	d.keys("bbb6s")
	d.sees("It works.", "when are you open")
	d.keys("b9")
	d.sees("1.2.3", "Maria")
	d.keys("1")
	d.sees("The former one holds")
	d.keys("n")
	if slices.Contains(o.done, "owner reset") {
		t.Error("the owner's password was reset without a yes")
	}
	d.keys("1y")
	d.sees("ABCD-EFGH-JKMN")
	d.keys("2", "111111", "enter")
	d.sees("too few different digits")
	d.keys("?")
	d.sees("Help", "back to the screen before")
	d.keys("xq")
	if !d.quit {
		t.Error("q did not end it")
	}
}

// Whatever is on the screens a technician may, and what a technician may is on them, but what is of no use there.
func TestWhoMayAtTheConsole(t *testing.T) {
	spy := &servicetest.Spy{Else: &fakeOffice{pin: "274931"}}
	o := Options{Service: spy, Now: noon, Beat: time.Nanosecond, Terminal: Terminal{Name: "xterm"}, Folder: t.TempDir()}
	d := &driver{t: t, root: newRoot(servicetest.As(t.Context(), service.Technician), o)}
	d.run(d.root.Init())
	d.keys("13", "backspace", "5", "enter", "tslbb", "esc", "2j", "enter", "nnote", "enter", "lbbb", "6sb", "91y2274931", "enter", "274931",
		"enter", "4", "enter", "tdb", "b", "31456", "6", "2", "b", "4b5vi/media/usb", "enter", "b7b8sb", "3145623", "b", "9", "3y5y6tyix",
		"enter", "bb", "97", "enter")
	o.Login = true
	locked := &driver{t: t, root: newRoot(servicetest.As(t.Context(), service.Technician), o)}
	locked.run(locked.root.Init())
	locked.keys("274931", "enter")
	if spy.Over() > 0 {
		t.Errorf("%d times something was asked for that a technician may not", spy.Over())
	}
	without := map[string]string{
		"sign-in": "the page's", "sign-out": "the page's", "claim-owner": "the page's", "follow-running-calls": "screens ask anew at every beat",
		"list-ladders": "the list of calls leads to them", "count-requests": "the page's",
		"pass-second-factor": "the page's", "report-breach": "the page's and the command line's", "list-breaches": "as report-breach",
		"note-breach": "as report-breach", "draft-breach": "as report-breach",
		"list-calendars": "the page's and the command line's", "try-calendar": "as list-calendars",
		"list-directories": "as list-calendars", "list-engine-hosts": "as list-calendars", "try-engine-host": "as list-calendars",
	}
	for _, op := range service.Operations() {
		if f := op.Facts(); f.Role.Admits(service.Technician) && !spy.Done(service.Technician, f.Name) && without[f.Name] == "" {
			t.Errorf("%s is on no screen", f.Name)
		}
	}
}

// A technician sees why nobody is told, sends a test, and has dead letters tried again.
func TestRecipients(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.keys("94")
	d.sees("> Maria", "email", "11:00:00", "Not sent: the server does not answer", "At once: messages.", "$ frontdesk notify list")
	d.keys("enter")
	d.sees("mail.lan:587", "Tom")
	d.keys("t")
	d.sees("Not sent: the server was too slow.")
	d.keys("d")
	d.sees("2 tried again.")
	if want := []string{"test r1", "retry r1"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
}

// A new version comes from a stick, and the way back is asked for twice; the screen says what stands where.
func TestVersions(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.keys("96")
	d.sees("1.2, runs", "Version 1.3 is given up: no voice.", "$ frontdesk update status")
	d.keys("i", "esc", "tn", "inew.raucb", "enter")
	d.sees("Version 1.4 is installed, and the next start takes it.")
	d.keys("t")
	d.sees("Have the next start take the other version? [y]")
	d.keys("y")
	d.sees("The next start takes version 1.3 in slot B.")
	if want := []string{"install /media/usb/new.raucb", "go back"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
}

// A technician sees what is plugged in, what it lacks, and has backups go there.
func TestSticks(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.keys("97")
	d.sees("> sdb1  BACKUP", "/media/BACKUP", "  sdc1", "not mounted", "$ frontdesk backup sticks")
	d.keys("j")
	d.sees("sudo frontdesk backup mount sdc1")
	d.keys("k", "enter")
	d.sees("Backups go to /media/BACKUP from now on.", "no recovery key")
	if want := []string{"choose sdb1"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
}

// A note is typed on the screen of a call, with letters that mean something elsewhere; Esc leaves it.
func TestANoteIsWritten(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.keys("2j", "enter")
	d.sees("rang back (Tom, 12:00:00)")
	d.keys("nbq not")
	d.sees("Note: bq not", "Enter keeps the note")
	d.keys("esc", "nbest on Monday", "enter")
	d.sees("The note is kept.")
	if want := []string{"note call1 best on Monday"}; !slices.Equal(o.done, want) || d.quit {
		t.Errorf("did %q, want %q", o.done, want)
	}
}

// What is being said is on the screen of the call it is said on, and of no other.
func TestWordsOfARunningCall(t *testing.T) {
	d := drive(t, Options{Service: &fakeOffice{}})
	d.keys("2j", "enter")
	d.sees("we: How can I help?", "caller: when are", "caller: you open ...", "answer.hours")
	d.keys("bj", "enter")
	if got := d.screen(); strings.Contains(got, "How can I help?") || !strings.Contains(got, "answer.hours") {
		t.Errorf("another call:\n%s", got)
	}
}

func TestSound(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o})
	d.keys("3")
	d.sees("Microphone Built in (2 of 2)", "cannot be interrupted")
	d.keys("145")
	d.sees("USB (1 of 2)", "The microphone hears well.", "-30 dB, peak -20 dB", "████░░")
	if want := []string{"tone c", "level a"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
	d.keys("6")
	d.sees("goes on, 1 m 0 s; speak", "6 hang up")
	d.send(beat{})
	d.sees("it           0.90 s")
	d.keys("7")
	d.sees("may be interrupted")
	d.keys("6")
	d.sees("Talk       ended")
	d.keys("6b")
	if o.talk.Running {
		t.Error("the talk goes on after its screen")
	}
	d.keys("3")
	// The meter goes on until the microphone fails here, and says so.
	d.keys("3")
	if n := len(o.done); n < 20 {
		t.Errorf("measured %d times", n)
	}
	d.sees("Unplugged.")
	d.keys("6q")
	if o.talk.Running || !d.quit {
		t.Errorf("after q: talk %v, ended %v", o.talk.Running, d.quit)
	}
}

func TestTechnician(t *testing.T) {
	o := &fakeOffice{}
	dir := t.TempDir()
	d := drive(t, Options{Service: o, Folder: filepath.Join(dir, "support")})
	d.send(beat{})
	d.sees("FRONTDESK  box-4f21  answering, limited  12:00:00  1 call  load 0.42  disk 61 %", "load 0.42 of 4 cores · memory 50 % used",
		"51°C")
	d.keys("4")
	d.sees("192.0.2.20/24", "eth1: no cable", "without an address", "192.0.2.1 by eth0", "nobody is asked for names", "off by 12 ms")
	d.keys("p")
	d.sees("The page  https://frontdesk.local:8443")
	d.keys("b", "b5")
	d.sees("> whisper-base", "148 MB", "here, in use", "1.1 GB", "MISSING, wanted [i]", "not here")
	d.keys("v")
	d.sees("verified, in use", "NOT WHAT IT SHOULD BE", "1 of 2 are missing")
	d.keys("iusb", "enter")
	d.sees("qwen was taken. It is used after a restart [9].")
	d.keys("i", "esc", "b7")
	d.sees("> 12:00:00 info  \"line 60\" part=phone", "2 Mar 12:00:00.000 \"line 60\"")
	d.keys("k", "3")
	d.sees("> 12:00:00 warn  \"line 51\"", "\"line 1\"")
	d.keys("kk")
	d.send(beat{})
	d.sees("> 12:00:00 warn  \"line 31\"")
	d.keys("f")
	d.sees("> 12:00:00 warn  \"line 51\"")
	d.keys("b8s")
	d.sees("Saved as", "frontdesk-support-20260302-120000.zip")
	files, err := os.ReadDir(filepath.Join(dir, "support"))
	if err != nil || len(files) != 1 {
		t.Fatalf("saved %v, %v", files, err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 2 {
		t.Errorf("saved %v, %v", info, err)
	}
	d.keys("s")
	d.sees("exists")
	d.keys("b9")
	d.sees("1.2, runs", "Version 1.3 is given up: no voice. Version 1.2 goes on.")
	d.keys("3n3y")
	d.sees("Restarting:")
	d.keys("5n5")
	d.sees("Restart the whole box")
	d.keys("y")
	d.sees("The machine restarts: 2 calls")
	if want := []string{"verify", "import /media/usb", "bundle", "bundle", "restart", "restart box"}; !slices.Equal(o.done, want) {
		t.Errorf("did %q, want %q", o.done, want)
	}
}

func TestSignIn(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o, Login: true})
	d.sees("This box has no PIN", "New PIN:")
	d.keys("123456", "enter")
	d.sees("everybody tries first")
	d.keys("274931", "enter")
	d.sees("The same once more:")
	d.keys("274932", "enter")
	d.sees("were not the same", "New PIN:")
	d.keys("274931", "enter", "274931", "enter")
	d.sees("1 phone", "registered")
	d.keys("92", "111111", "enter")
	d.sees("That is not the PIN.")
	d.keys("2", "274931", "enter", "835162", "enter", "835162", "enter")
	d.sees("The new PIN holds")
	d.keys("2", "835162", "enter", "274931", "enter", "274931", "enter", "b")
	d.keys("1", "q")
	d.sees(" PIN:")
	if d.quit {
		t.Error("q ended a console at a line")
	}
	d.keys("ctrl+c", "q", "1", "enter")
	d.sees("That is not the PIN.")
	d.keys("27493")
	d.sees("PIN: *****")
	if strings.Contains(d.screen(), "2749") {
		t.Error("the PIN is shown")
	}
	d.keys("1", "enter")
	d.sees("1 phone")
	d.keys("ctrl+c")
	o.wait = 5
	d.send(beat{})
	d.sees("Wait 5 s")
	o.wait, o.down = 0, errors.New("no")
	d.send(beat{})
	o.down = nil
	d.root.locked.known = false // the box answers, but not yet whether there is a PIN
	d.sees("NO ANSWER")
	d.root.env.down = nil
	d.sees("Asking the box")
	o.wait = 5
	d.send(beat{})
	d.keys("274931", "enter")
	d.sees("Wait 5 s")
}

// Somebody who goes away leaves no open console behind.
func TestIdle(t *testing.T) {
	d := drive(t, Options{Service: &fakeOffice{pin: "274931"}, Login: true})
	d.keys("274931", "enter", "2")
	now := noon()
	d.root.env.now = func() time.Time { return now }
	now = now.Add(idleLimit - time.Second)
	d.send(beat{})
	d.sees("Began")
	now = now.Add(2 * time.Second)
	d.send(beat{})
	d.sees(" PIN:")
	d = drive(t, Options{Service: &fakeOffice{}, Idle: time.Minute})
	d.root.env.now = func() time.Time { return now }
	d.keys("2")
	now = now.Add(time.Minute + time.Second)
	d.send(beat{})
	if !d.quit {
		t.Error("a console without sign-in goes on for ever")
	}
}

func TestNotRunning(t *testing.T) {
	o := &fakeOffice{down: fmt.Errorf("ask: %w", remote.ErrNotRunning)}
	d := drive(t, Options{Service: o, Problem: func() string { return "line 3: sip.user: there is no such setting" }})
	d.sees("NOT RUNNING", "line 3: sip.user", "Frontdesk is not running on this box.", "goes on by itself", "systemctl status frontdesk")
	d.keys("1b2b6sbL9")
	d.screen()
	if d.quit {
		t.Error("a console that is no login has left the line to one")
	}
	o.down = nil
	d.send(beat{})
	d.sees("answering, limited")
	o.down = errors.New("the appliance says: no")
	d.send(beat{})
	d.sees("NO ANSWER", "12:00:00")
}

// On a serial line the system's own login is one key away while the box does not run, and not while it does.
func TestLeftToWhoRepairs(t *testing.T) {
	o := &fakeOffice{}
	d := drive(t, Options{Service: o, Login: true, Repair: true, Problem: func() string { return "What it said last: no disk" }})
	d.keys("L")
	if d.quit || d.root.env.left {
		t.Error("a box that answers has left its line")
	}
	o.down = fmt.Errorf("ask: %w", remote.ErrNotRunning)
	d.send(beat{})
	d.sees("no disk", "L repairs, behind the PIN")
	d.keys("L")
	if !d.quit || !d.root.env.left {
		t.Error("the line was not left")
	}
}

// A box that was made from the image has no shell to offer while nothing runs: what it offers is a restart, which is asked for twice.
func TestRestartOfABoxThatDoesNotRun(t *testing.T) {
	o := &fakeOffice{}
	restarts, fault := 0, error(nil)
	d := drive(t, Options{Service: o, Login: true, RestartMachine: func() error { restarts++; return fault }})
	d.keys("Ry")
	o.down = fmt.Errorf("ask: %w", remote.ErrNotRunning)
	d.send(beat{})
	d.sees("R restarts the machine")
	d.keys("Rn", "y")
	if restarts != 0 {
		t.Fatal("it restarts, and nobody said yes")
	}
	d.keys("R")
	d.sees("[y]")
	d.keys("y")
	d.sees("The machine restarts.")
	fault = errors.New("nobody hears it")
	d.keys("Ry")
	d.sees("Nobody hears it.")
	if restarts != 2 || strings.Contains(d.screen(), "L repairs") {
		t.Errorf("restarted %d times\n%s", restarts, d.screen())
	}
}

// A window that is too small says that there is more, and how to see it.
func TestSmallWindowSaysThatThereIsMore(t *testing.T) {
	for _, tt := range []struct {
		keys string
		size Size
		more bool
	}{{"", Size{40, 12}, true}, {"", Size{80, 60}, false}, {"?", Size{40, 12}, true}, {"?", Size{80, 60}, false}} {
		d := drive(t, Options{Service: &fakeOffice{}, Size: tt.size})
		d.keys(tt.keys)
		if got := strings.Contains(d.screen(), "more:"); got != tt.more {
			t.Errorf("%q on %v: %v\n%s", tt.keys, tt.size, got, d.screen())
		}
	}
}

// The library's loop, from bytes to bytes: nothing is asked of the terminal, and nothing that an old one does not know is sent.
func TestRun(t *testing.T) {
	for _, tt := range []struct {
		name string
		term Terminal
	}{
		{"vt100", TerminalFor([]string{"TERM=vt100"})},
		{"xterm", TerminalFor([]string{"TERM=xterm-256color", "LANG=de_DE.UTF-8"})},
		{"kitty", TerminalFor([]string{"TERM=xterm-kitty", "LANG=en_US.UTF-8"})},
		{"no colour", TerminalFor([]string{"TERM=linux", "NO_COLOR=1", "LC_ALL=C"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, keys := io.Pipe()
			var out bytes.Buffer
			ended := make(chan error, 1)
			go func() {
				ended <- Run(t.Context(), Options{Service: &fakeOffice{}, In: in, Out: &out, Terminal: tt.term, Now: noon})
			}()
			for _, k := range []string{"1", "\x1b[A", "b", "2", "\r", "q"} {
				if _, err := io.WriteString(keys, k); err != nil {
					t.Fatal(err)
				}
			}
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			_ = keys.Close()
			got := out.String()
			for _, bad := range []string{"$p", "\x1b[>", "\x1b[=", "\x1b[?2004", "\x1b[?2026", "\x1b[?2027", "\x1b[?u"} {
				if strings.Contains(got, bad) {
					t.Errorf("%q was sent: %q", bad, got)
				}
			}
			if old := strings.Contains(got, "?1049"); old == tt.term.old() {
				t.Errorf("second screen: %v", old)
			}
			if tt.term.ASCII && strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) {
				t.Errorf("more than ASCII was sent: %q", got)
			}
			if !tt.term.Color && strings.Contains(got, "\x1b[33m") {
				t.Error("colour was sent")
			}
			if !strings.Contains(got, "FRONTDESK") {
				t.Errorf("got %q", got)
			}
		})
	}
}

// movingOffice is an office in which time passes, two seconds from question to question.
type movingOffice struct {
	fakeOffice
	asked atomic.Int64
}

// Invoke implements service.Invoker.
func (o *movingOffice) Invoke(ctx context.Context, op service.Operation, in, out any) error {
	err := o.fakeOffice.Invoke(ctx, op, in, out)
	if s, ok := out.(*service.Status); ok {
		s.At = s.At.Add(2 * time.Second * time.Duration(o.asked.Add(1)))
	}
	return err
}

// chunks are what is written at a time.
type chunks chan string

// Write implements io.Writer.
func (c chunks) Write(p []byte) (int, error) {
	c <- string(p)
	return len(p), nil
}

// A serial line of 9600 baud carries 960 bytes in a second. A whole screen is its text and little more, and time that passes costs
// the characters that change.
func TestBytes(t *testing.T) {
	out := make(chunks)
	in, keys := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- Run(t.Context(), Options{
			Service: &movingOffice{}, In: in, Out: out, Terminal: TerminalFor(nil), Beat: 50 * time.Millisecond, Now: noon,
		})
		close(out)
	}()
	first, after, last := 0, 0, 0
	missing := []string{"box-4f21", "registered", "message", "accepted", "[1]", "calls list"} // the screen comes together from several answers
	for text := range out {
		if len(missing) > 0 {
			first += len(text)
			missing = slices.DeleteFunc(missing, func(s string) bool { return strings.Contains(text, s) })
			continue
		}
		after++
		if after > 1 && after <= 10 { // the last ones leave the screen
			last = max(last, len(text))
		}
		if after == 10 {
			go func() {
				_, _ = io.WriteString(keys, "q")
				_ = keys.Close()
			}()
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	t.Logf("a full screen in %d bytes, %.1f s at 9600 baud; an update in at most %d", first, float64(first)/960, last)
	if first > 2200 || last > 200 {
		t.Errorf("a full screen took %d bytes, an update %d", first, last)
	}
}

// A line that is hung up ends the console, and so does the context.
func TestRunEnds(t *testing.T) {
	if err := Run(t.Context(), Options{Service: &fakeOffice{}, In: strings.NewReader(""), Out: io.Discard, Login: true}); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, keys := io.Pipe()
	if err := Run(ctx, Options{Service: &fakeOffice{}, In: in, Out: io.Discard}); err != nil {
		t.Error(err)
	}
	_ = keys.Close()
	// Nothing is left behind by who types on after q.
	if err := Run(t.Context(), Options{
		Service: &fakeOffice{}, In: strings.NewReader("q" + strings.Repeat("1b", 1000)), Out: io.Discard,
	}); err != nil {
		t.Error(err)
	}
}

// What callers and the telephone system choose reaches the terminal as letters only, from every screen.
func TestHostile(t *testing.T) {
	in, keys := io.Pipe()
	var out bytes.Buffer
	ended := make(chan error, 1)
	office := &fakeOffice{text: "\x1b]0;owned\a\x1b[31m\x9b2J\u202e\u0085\x1bcOWNED", fuzzed: true}
	go func() {
		ended <- Run(t.Context(), Options{Service: office, In: in, Out: &out, Terminal: Terminal{Name: "xterm", Color: true}, Now: noon})
	}()
	for _, k := range strings.Split("1 t l b b 2 \r l b b b 3 6 6 b 4 b 5 v b 6 s b 7 b 8 s b 9 1 y q", " ") {
		if _, err := io.WriteString(keys, k); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	_ = keys.Close()
	if !strings.Contains(out.String(), "OWNED") {
		t.Errorf("nothing hostile was shown: %q", &out)
	}
	rest := regexp.MustCompile("\x1b\\[\\??[0-9;]*[A-Za-z]").ReplaceAllString(out.String(), "")
	if i := strings.IndexFunc(rest, func(r rune) bool {
		return unicode.IsControl(r) && r != '\r' && r != '\n' && r != '\b' || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
	}); i >= 0 {
		t.Errorf("%q reached the terminal", rest[i:min(len(rest), i+20)])
	}
	if strings.Contains(out.String(), "\x1b[31m") || strings.Contains(out.String(), "\x1bc") {
		t.Errorf("a control sequence reached the terminal: %q", &out)
	}
}

func TestModelName(t *testing.T) {
	for file, want := range map[string]string{
		"ggml-base.bin": "base", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf": "qwen2.5-coder-1.5b", "en_US-joe-medium.onnx": "en_US-joe-medium",
		"scripted": "scripted", "qwen2.5": "qwen2.5", "": "",
	} {
		if got := modelName(file); got != want {
			t.Errorf("modelName(%q) = %q, want %q", file, got, want)
		}
	}
}

func TestTerminalFor(t *testing.T) {
	for env, want := range map[string]Terminal{
		"":                                  {Name: "vt100", ASCII: true},
		"TERM=vt100 LANG=en_US.UTF-8":       {Name: "vt100", ASCII: true},
		"TERM=linux LANG=C.UTF-8":           {Name: "linux", Color: true},
		"TERM=xterm LANG=en_US.utf8":        {Name: "xterm", Color: true},
		"TERM=xterm LANG=C.UTF-8 LC_ALL=C":  {Name: "xterm", ASCII: true, Color: true},
		"TERM=xterm LC_CTYPE=C.UTF-8":       {Name: "xterm", Color: true},
		"TERM=xterm LANG=C.UTF-8 NO_COLOR=": {Name: "xterm", Color: true},
		"TERM=xterm NO_COLOR=1":             {Name: "xterm", ASCII: true},
	} {
		if got := TerminalFor(strings.Fields(env)); got != want {
			t.Errorf("%s: got %+v, want %+v", env, got, want)
		}
	}
}

func TestWire(t *testing.T) {
	for _, tt := range []struct{ term, in, want string }{
		{"xterm", "a\nb", "a\r\nb"},
		{"xterm", "\x1b[?2026$p\x1b[?2027$px\x1b[1;31mfault\x1b[m", "x\x1b[1;31mfault\x1b[m"},
		{"xterm", "\x1b[?1049h\x1b[?25l", "\x1b[?1049h\x1b[?25l"},
		{"vt220", "\x1b[?1049h.\x1b[?1049l", wiped + "." + wiped},
		{"vt220", "\x1b7\x1bM", "\x1b7\x1bM"},
	} {
		out := make(chunks, 10)
		if n, err := newWire(out, Terminal{Name: tt.term}).Write([]byte(tt.in)); n != len(tt.in) || err != nil {
			t.Fatal(n, err)
		}
		if got := <-out; got != tt.want || len(out) > 0 { // in one piece: each is a packet to somebody far away
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string][2]string{
		"Müller · 3 … »x«":          {"Müller · 3 … »x«", "Mueller . 3 ... \"x\""},
		"\x1b[2J\x9b31m\a\x00":      {" [2J 31m  ", " [2J 31m  "},
		"abc\u202edef\u200b\ufeff":  {"abc def  ", "abc def  "},
		"e\u0301\u0301\u0301\u0301": {"e\u0301\u0301", "e"},
		"日本":                        {"日本", "??"},
		"\xff\xfe":                  {"  ", "  "},
	} {
		if got := clean(in, false); got != want[0] {
			t.Errorf("clean(%q) = %q, want %q", in, got, want[0])
		}
		if got := clean(in, true); got != want[1] {
			t.Errorf("clean(%q) in ASCII = %q, want %q", in, got, want[1])
		}
	}
	for _, r := range "─▶·░▏" {
		if got := inASCII(r); got == "?" {
			t.Errorf("%c has no ASCII", r)
		}
	}
}

// keysOf decodes bytes that come in pieces of so many.
func keysOf(b []byte, piece int) (names []string) {
	var d decoder
	send := func(k press) { names = append(names, k.name) }
	for chunk := range slices.Chunk(b, piece) {
		d.take(chunk, send)
	}
	d.flush(send)
	return names
}

func TestKeys(t *testing.T) {
	for in, want := range map[string][]string{
		"1b?\r\n":                    {"1", "b", "?", "enter", "enter"},
		"\x7f\b\t \x03\x0c\x00":      {"backspace", "backspace", "tab", "space", "ctrl+c", "ctrl+l"},
		"\x1b[A\x1bOB\x1b[5~\x1bOMx": {"up", "down", "pgup", "enter", "x"},
		"\x1b":                       {"esc"},
		"\x1b\x1bq":                  {"esc", "esc", "q"},
		"\x1bb":                      {"esc", "b"},
		"\x1b[15~\x1b[1;5Cx\x1b[[Ay": {"x", "y"},
		"\x1b[\x1b[B":                {"down"},
		"ü日\xff€\u202e":              {"ü", "日", "€"},
	} {
		for _, piece := range []int{1, 2, 100} {
			if got := keysOf([]byte(in), piece); !slices.Equal(got, want) {
				t.Errorf("%q in pieces of %d: got %q, want %q", in, piece, got, want)
			}
		}
	}
}

// FuzzKeys gives any bytes to the decoder: it gives the same keys in whatever pieces they come, and holds no more than a few.
func FuzzKeys(f *testing.F) {
	f.Add([]byte("1b\x1b[A\x1bOB\x1b[5~\xe2\x82"), uint8(3))
	f.Add(bytes.Repeat([]byte("\x1b[1;"), 20), uint8(1))
	f.Fuzz(func(t *testing.T, b []byte, piece uint8) {
		if got, want := keysOf(b, int(piece)+1), keysOf(b, len(b)+1); !slices.Equal(got, want) {
			t.Errorf("in pieces of %d: %q, at once %q", int(piece)+1, got, want)
		}
		var d decoder
		for _, c := range b {
			d.take([]byte{c}, func(k press) {
				if k.name == "" || strings.ContainsFunc(k.text, unicode.IsControl) {
					t.Errorf("the key %q types %q", k.name, k.text)
				}
			})
			if len(d.held) > maxSequence {
				t.Fatalf("%d bytes are held", len(d.held))
			}
		}
	})
}

// FuzzScreens presses any keys before an office full of hostile texts, on windows of any size: nothing panics, no control sequence but
// our own and no row wider than the window comes out.
func FuzzScreens(f *testing.F) {
	f.Add("12b3t6s9b3345677b4b5vbbb7kk3b8s9", "\x1b[2J", uint8(80), uint8(24), true)
	f.Add("!2749!931!\r!1@", "x", uint8(40), uint8(12), true)
	f.Add("1\r6x\r tsl", "\x9b31m\u202e", uint8(20), uint8(5), false)
	f.Add("2jj\r", "日本語e\u0301\u0301\u0301\u200d", uint8(33), uint8(80), true)
	f.Add("274931\r1", "\n\r\t\x00\xff", uint8(1), uint8(1), false)
	f.Fuzz(func(t *testing.T, keys, text string, width, height uint8, ascii bool) {
		if len(keys) > 64 {
			keys = keys[:64]
		}
		office := &fakeOffice{text: text, pin: "274931", fuzzed: true}
		d := drive(t, Options{
			Service: office, Size: Size{int(width), int(height)}, Login: strings.HasPrefix(keys, "2749"),
			Terminal: Terminal{Name: "xterm", ASCII: ascii, Color: !ascii},
		})
		for _, k := range keys {
			switch k {
			case '\r':
				d.keys("enter")
			case '\x1b':
				d.keys("esc")
			case '!': // nobody answers, or somebody again
				if office.down == nil {
					office.down = errors.New(text)
				} else {
					office.down = nil
				}
				d.send(beat{})
			case '@':
				d.send(tea.WindowSizeMsg{Width: int(height), Height: int(width)})
			case '\x7f':
				d.keys("backspace")
			default:
				d.keys(string(k))
			}
			d.screen()
		}
	})
}
