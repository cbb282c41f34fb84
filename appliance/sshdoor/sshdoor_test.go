package sshdoor_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"

	"frontdesk.internal/appliance/sshdoor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const right = "ABCD-EFGH-JKMN"

// door is an open door that shows the sizes of the window and what is typed.
type door struct {
	server *sshdoor.Server
	dir    string
	stop   context.CancelFunc
	over   chan error

	mu   sync.Mutex
	from []netip.Addr
	who  []string
	used bool
}

func openDoor(t *testing.T, limits sshdoor.Limits) *door {
	t.Helper()
	d := &door{dir: t.TempDir(), over: make(chan error, 1)}
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	var err error
	d.server, err = sshdoor.Listen(sshdoor.Options{
		Listen: "127.0.0.1:0", Dir: d.dir, Limits: limits,
		Show: func(ctx context.Context, s sshdoor.Session) error {
			d.mu.Lock()
			d.who = append(d.who, s.Who)
			d.mu.Unlock()
			fmt.Fprintf(s.Terminal, "%dx%d %s\n", s.Size.Width, s.Size.Height, s.Environ[len(s.Environ)-1])
			keys := make(chan byte)
			go func() {
				defer close(keys)
				r := bufio.NewReader(s.Terminal)
				for {
					b, err := r.ReadByte()
					if err != nil {
						return
					}
					select {
					case keys <- b:
					case <-ctx.Done():
						return
					}
				}
			}()
			for {
				select {
				case size := <-s.Resized:
					fmt.Fprintf(s.Terminal, "now %dx%d\n", size.Width, size.Height)
				case b, ok := <-keys:
					if !ok || b == 'q' {
						return nil
					}
					fmt.Fprintf(s.Terminal, "key %q\n", b)
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		},
		UsePassword: func(p string, from netip.Addr) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.from = append(d.from, from)
			if p != right || d.used {
				return errors.New("wrong")
			}
			d.used = true
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	go func() { d.over <- d.server.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-d.over; !errors.Is(err, context.Canceled) {
			t.Errorf("Run ended with %v", err)
		}
	})
	return d
}

func (d *door) dial(auth ...gossh.AuthMethod) (*gossh.Client, error) {
	return gossh.Dial("tcp", d.server.Addr().String(), &gossh.ClientConfig{
		User: "anybody", Auth: auth, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second,
	})
}

func newKey(t *testing.T) (gossh.Signer, string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s, strings.TrimSpace(string(gossh.MarshalAuthorizedKey(s.PublicKey()))) + " tech@laptop"
}

// terminal opens a terminal and returns its lines and a way to type.
func terminal(t *testing.T, c *gossh.Client) (*gossh.Session, *bufio.Scanner, io.Writer) {
	t.Helper()
	x, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.RequestPty("vt100", 24, 80, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	out, err := x.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := x.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Shell(); err != nil {
		t.Fatal(err)
	}
	return x, bufio.NewScanner(out), in
}

func wantLine(t *testing.T, s *bufio.Scanner, want string) {
	t.Helper()
	if !s.Scan() || strings.TrimRight(s.Text(), "\r") != want {
		t.Fatalf("read %q (%v), want %q", s.Text(), s.Err(), want)
	}
}

func TestByOneTimePassword(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{})
	if c, err := d.dial(gossh.Password("guess")); err == nil {
		_ = c.Close()
		t.Error("a wrong password was taken")
	}
	c, err := d.dial(gossh.Password(right))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	x, lines, keys := terminal(t, c)
	wantLine(t, lines, "80x24 TERM=vt100")
	if err := x.WindowChange(50, 132); err != nil {
		t.Fatal(err)
	}
	wantLine(t, lines, "now 132x50")
	if _, err := io.WriteString(keys, "1"); err != nil {
		t.Fatal(err)
	}
	wantLine(t, lines, "key '1'")
	if _, err := io.WriteString(keys, "q"); err != nil {
		t.Fatal(err)
	}
	if err := x.Wait(); err != nil {
		t.Errorf("quitting: %v", err)
	}
	if again, err := d.dial(gossh.Password(right)); err == nil {
		_ = again.Close()
		t.Error("the one-time password was taken twice")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.from) != 3 || d.from[0] != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("asked about %v", d.from)
	}
}

func TestByKey(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{})
	mine, line := newKey(t)
	other, _ := newKey(t)
	keys := sshdoor.NewKeys(d.dir)
	k, err := keys.Add(line)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := d.dial(gossh.PublicKeys(other)); err == nil {
		_ = c.Close()
		t.Error("a key that nobody trusts was taken")
	}
	c, err := d.dial(gossh.PublicKeys(other, mine))
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := terminal(t, c)
	wantLine(t, lines, "80x24 TERM=vt100")
	_ = c.Close()
	if err := keys.Remove(k.Fingerprint); err != nil {
		t.Fatal(err)
	}
	if c, err := d.dial(gossh.PublicKeys(mine)); err == nil {
		_ = c.Close()
		t.Error("a key that was removed was taken")
	}
}

// forged offers the public half of a key whose private half it has not.
type forged struct {
	gossh.Signer
	public gossh.PublicKey
}

// PublicKey implements ssh.Signer.
func (f forged) PublicKey() gossh.PublicKey { return f.public }

// Who signs in is named by the key that signed, or as who was told the one-time password.
func TestWhoIsNamed(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{})
	keys := sshdoor.NewKeys(d.dir)
	ada, adas := newKey(t)
	bob, _ := newKey(t)
	long, longs := newKey(t)
	var trusted []sshdoor.Key
	for _, line := range []string{
		adas, string(gossh.MarshalAuthorizedKey(bob.PublicKey())), longs + " of the firm with the very long name in the main street",
	} {
		k, err := keys.Add(line)
		if err != nil {
			t.Fatal(err)
		}
		trusted = append(trusted, k)
	}
	want := []string{
		"tech@laptop " + trusted[0].Fingerprint, trusted[1].Fingerprint, "tech@laptop of the firm with " + trusted[2].Fingerprint,
		"one-time password",
	}
	if c, err := d.dial(gossh.PublicKeys(forged{long, ada.PublicKey()}, bob)); err == nil {
		_ = c.Close()
		t.Error("a key was forged")
	}
	for _, auth := range [][]gossh.AuthMethod{
		{gossh.PublicKeys(ada)}, {gossh.PublicKeys(bob)}, {gossh.PublicKeys(long)}, {gossh.Password(right)},
	} {
		c, err := d.dial(auth...)
		if err != nil {
			t.Fatal(err)
		}
		_, lines, _ := terminal(t, c)
		wantLine(t, lines, "80x24 TERM=vt100")
		_ = c.Close()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.who, want) {
		t.Errorf("shown to %q, want %q", d.who, want)
	}
	for _, w := range want {
		if len([]rune(w)) > 80 {
			t.Errorf("%q would be cut", w)
		}
	}
}

func TestNothingButTheConsole(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{})
	c, err := d.dial(gossh.Password(right))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	session := func() *gossh.Session {
		x, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := session()
	var said bytes.Buffer
	x.Stderr = &said
	var exit *gossh.ExitError
	if err := x.Run("cat /etc/passwd"); !errors.As(err, &exit) || exit.ExitStatus() != 1 ||
		!strings.Contains(said.String(), "no commands run here") {
		t.Errorf("a command: %v, %q", err, said.String())
	}
	if err := session().RequestSubsystem("sftp"); err == nil {
		t.Error("files can be had")
	}
	x = session()
	said.Reset()
	x.Stderr = &said
	if err := errors.Join(x.Shell()); err != nil {
		t.Fatal(err)
	}
	if err := x.Wait(); !errors.As(err, &exit) || !strings.Contains(said.String(), "ssh -t") {
		t.Errorf("without a terminal: %v, %q", err, said.String())
	}
	if l, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		_ = l.Close()
		t.Error("a port of the box is forwarded")
	}
	if other, err := c.Dial("tcp", d.server.Addr().String()); err == nil {
		_ = other.Close()
		t.Error("the box forwards connections")
	}
}

func TestWhoDoesNotSignInIsShownOut(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{SignIn: 2 * time.Second, Connections: 1})
	c, err := net.Dial("tcp", d.server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) { // ends when the box closes
		t.Logf("closed: %v", err)
	}
	// Its place is free again.
	in, err := d.dial(gossh.Password(right))
	if err != nil {
		t.Fatal(err)
	}
	_ = in.Close()
}

func TestTooManyConnections(t *testing.T) {
	d := openDoor(t, sshdoor.Limits{Connections: 1})
	c, err := d.dial(gossh.Password(right))
	if err != nil {
		t.Fatal(err)
	}
	_, lines, _ := terminal(t, c)
	wantLine(t, lines, "80x24 TERM=vt100")
	if more, err := d.dial(gossh.Password(right)); err == nil {
		_ = more.Close()
		t.Error("one more got in")
	}
	_ = c.Close()
}

func TestTheHostKeyStays(t *testing.T) {
	dir := t.TempDir()
	open := func() error {
		s, err := sshdoor.Listen(sshdoor.Options{Listen: "127.0.0.1:0", Dir: dir})
		if err != nil {
			return err
		}
		return s.Close()
	}
	path := filepath.Join(dir, "ssh_host_ed25519_key")
	var texts [2][]byte
	for i := range texts {
		if err := open(); err != nil {
			t.Fatal(err)
		}
		st, err := os.Stat(path)
		if err != nil || st.Mode().Perm() != 0o600 {
			t.Fatalf("%v, %v", st.Mode(), err)
		}
		if texts[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0], texts[1]) {
		t.Error("another key at the second start")
	}
	if err := os.WriteFile(path, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(); err == nil || !strings.Contains(err.Error(), "remove it") {
		t.Errorf("a damaged key: %v", err)
	}
}

func TestKeys(t *testing.T) {
	dir := t.TempDir()
	keys := sshdoor.NewKeys(filepath.Join(dir, "console"))
	signer, line := newKey(t)
	if got, err := keys.List(); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	for range 2 { // twice is once
		k, err := keys.Add(line + "\x1b[2J\n")
		if err != nil || k.Comment != "tech@laptop[2J" || k.Type != "ssh-ed25519" {
			t.Errorf("%+v, %v", k, err)
		}
	}
	for name, bad := range map[string]string{
		"nothing": "", "rubbish": "hello", "private": "-----BEGIN OPENSSH PRIVATE KEY-----", "options": `command="id" ` + line,
		"two": line + "\n" + line, "comment": "# " + line,
	} {
		if _, err := keys.Add(bad); !errors.Is(err, sshdoor.ErrNoKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	got, err := keys.List()
	if err != nil || len(got) != 1 {
		t.Fatalf("%v, %v", got, err)
	}
	if err := keys.Remove("SHA256:none"); !errors.Is(err, sshdoor.ErrKeyMissing) {
		t.Errorf("%v", err)
	}
	path := filepath.Join(dir, "console", "authorized_keys")
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, known, err := keys.Known(signer.PublicKey()); known || err == nil {
		t.Errorf("a file that everybody may write lets in: %v, %v", known, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, known, err := keys.Known(signer.PublicKey()); !known || err != nil {
		t.Errorf("%v, %v", known, err)
	}
	if err := keys.Remove(got[0].Fingerprint); err != nil {
		t.Error(err)
	}
	if _, known, err := keys.Known(signer.PublicKey()); known || err != nil {
		t.Errorf("removed: %v, %v", known, err)
	}
}

func FuzzKeys(f *testing.F) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		f.Fatal(err)
	}
	line := gossh.MarshalAuthorizedKey(s.PublicKey())
	f.Add([]byte(nil))
	f.Add(line)
	f.Add(append([]byte(`from="192.0.2.0/24",no-pty `), line...))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "authorized_keys"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		keys := sshdoor.NewKeys(dir)
		before, err := keys.List()
		if err != nil {
			return // too large
		}
		k, err := keys.Add(string(line))
		if err != nil {
			t.Fatal(err)
		}
		after, err := keys.List()
		if err != nil || len(after) < len(before) || len(after) > len(before)+1 {
			t.Fatalf("%d keys, then %d (%v)", len(before), len(after), err)
		}
		if _, known, err := keys.Known(s.PublicKey()); !known || err != nil {
			t.Fatalf("%v, %v", known, err)
		}
		for _, k := range after {
			if strings.ContainsFunc(k.Comment, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("comment %q", k.Comment)
			}
		}
		if err := keys.Remove(k.Fingerprint); err != nil {
			t.Fatal(err)
		}
	})
}
