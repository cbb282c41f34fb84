package phone_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// Registration with the practice PBX over real UDP, per kind of digest.
func TestRegisterWithPBX(t *testing.T) {
	for name, tt := range map[string]struct {
		o    phonetest.Options
		want string
	}{
		"no password":          {phonetest.Options{Users: map[string]string{"100": ""}}, ""},
		"MD5":                  {phonetest.Options{}, "MD5"},
		"MD5 before SHA-256":   {phonetest.Options{Algorithms: []string{"MD5", "SHA-256"}}, "SHA-256"},
		"SHA-256 before MD5":   {phonetest.Options{Algorithms: []string{"SHA-256", "MD5"}}, "SHA-256"},
		"SHA-256 only":         {phonetest.Options{Algorithms: []string{"SHA-256"}}, "SHA-256"},
		"SHA-512-256":          {phonetest.Options{Algorithms: []string{"MD5", "SHA-512-256", "SHA-256"}}, "SHA-512-256"},
		"423":                  {phonetest.Options{MinExpires: 2 * time.Minute}, "MD5"},
		"nonce for one use":    {phonetest.Options{NonceUses: 1}, "MD5"},
		"short grant, refresh": {phonetest.Options{GrantExpires: 2 * time.Second}, "MD5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, tt.o, nil).registered()
			b := r.pbx.Bindings("100")
			if len(b) != 1 || b[0].Algorithm != tt.want {
				t.Errorf("bindings = %+v, want algorithm %q", b, tt.want)
			}
			if tt.o.GrantExpires == 0 {
				return
			}
			before := r.pbx.Registers()
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if err := r.pbx.WaitRegisters(ctx, before); err != nil { // refreshed with the nonce at hand: one request, no challenge
				t.Fatal(err)
			}
			if got := r.pbx.Registers(); got != before+1 {
				t.Errorf("%d requests for a refresh", got-before)
			}
		})
	}
}

func TestRegisterWrongPassword(t *testing.T) {
	failed := make(chan phone.Status, 16)
	newRig(t, phonetest.Options{}, func(c *phone.Config) {
		c.Password = "wrong"
		c.OnStatus = func(s phone.Status) {
			if s.State == phone.StateFailed {
				failed <- s
			}
		}
	})
	select {
	case s := <-failed:
		if s.Failure != phone.FailPassword {
			t.Errorf("status = %+v", s)
		}
	case <-time.After(patience):
		t.Fatal("no failure reported")
	}
}

// tcpPeer is a PBX that speaks SIP over TCP, written by hand.
type tcpPeer struct {
	t    *testing.T
	l    net.Listener
	conn net.Conn
	r    *bufio.Reader
}

func (p *tcpPeer) read() string {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	var b strings.Builder
	length := 0
	for {
		line, err := p.r.ReadString('\n')
		if err != nil {
			p.t.Fatalf("read: %v", err)
		}
		b.WriteString(line)
		_, _ = fmt.Sscanf(line, "Content-Length: %d", &length)
		if line == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(p.r, body); err != nil {
		p.t.Fatal(err)
	}
	return b.String() + string(body)
}

func (p *tcpPeer) until(prefix string) sip.Message {
	p.t.Helper()
	for {
		text := p.read()
		if strings.HasPrefix(text, prefix) {
			msg, err := sip.ParseMessage([]byte(text))
			if err != nil {
				p.t.Fatal(err)
			}
			return msg
		}
	}
}

func (p *tcpPeer) write(text string) {
	p.t.Helper()
	data := wireText(text)
	for _, part := range [][]byte{data[:len(data)/2], data[len(data)/2:]} { // a stream has no message borders
		if _, err := p.conn.Write(part); err != nil {
			p.t.Fatal(err)
		}
	}
}

func TestTCP(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	calls := make(chan *inCall, 1)
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{Transport: "tcp", Registrar: l.Addr().String(), User: "100"},
		Password: "secret", Logger: testLogger(t),
	}, phone.HandlerFunc(func(ctx context.Context, c *phone.Call) {
		in := &inCall{ctx: ctx, call: c, release: make(chan struct{})}
		calls <- in
		<-in.release
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	peer := &tcpPeer{t: t, l: l, conn: conn, r: bufio.NewReader(conn)}
	reg := peer.until("REGISTER").(*sip.Request)
	if !strings.Contains(contactOf(reg), ";transport=tcp") {
		t.Errorf("Contact = %s", contactOf(reg))
	}
	peer.write(granted(reg, 100))
	tcpInvite := invite("SIP/2.0/UDP", "SIP/2.0/TCP", "INVITE sip:100@", "INVITE sip:"+userOf(contactOf(reg))+"@")
	peer.write(tcpInvite)
	in := <-calls
	go func() { _, _, _ = in.call.Answer(context.Background()) }()
	ok := peer.until("SIP/2.0 200")
	peer.write(inDialog("ACK", 10, "ack", ok, ""))
	peer.write(inDialog("OPTIONS", 11, "opt", ok, ""))
	peer.until("SIP/2.0 200")
	close(in.release)
	bye := peer.until("BYE")
	peer.write(answerTo(bye, 200, ""))

	stop()
	reg = peer.until("REGISTER").(*sip.Request)
	peer.write(granted(reg, 0))
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_ = conn.Close()
}

// Nothing that identifies a caller reaches the log, at any level.
func TestNothingPersonalIsLogged(t *testing.T) {
	var buf lockedBuffer
	log := slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug - 4}))
	r := newRig(t, phonetest.Options{Persons: map[string]phonetest.Answer{"201": phonetest.PersonBusy}}, func(c *phone.Config) {
		c.Logger = log
	}).registered()
	in, leg := r.up(func(o *phonetest.CallerOptions) { o.User, o.DisplayName = "01725550144", "Annabella" })
	_ = in.call.Transfer(context.Background(), "201")
	conn, err := net.Dial("udp", r.phone.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write([]byte("INVITE sip:x SIP/2.0\r\nFrom: Annabella <sip:01725550144@x>\r\nbroken\r\n\r\n"))
	_ = conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := leg.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	cause(t, in)
	text := buf.String()
	if !strings.Contains(text, "call came in") {
		t.Error("nothing was logged at all")
	}
	for _, secret := range []string{"01725550144", "5550144", "Annabella", "secret"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q:\n%s", secret, text)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Calls one after the other leave nothing behind.
func TestManyCalls(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for i := range 40 {
		in, leg := r.up(nil)
		if i%2 == 0 {
			if err := leg.Hangup(ctx); err != nil {
				t.Fatal(err)
			}
		} else if err := in.call.Hangup(ctx); err != nil {
			t.Fatal(err)
		}
		wait(t, "the caller's end", leg.Done())
		cause(t, in)
	}
	if got := r.phone.Status(); got.Malformed != 0 || got.Overload != 0 {
		t.Errorf("status = %+v", got)
	}
}

// SIPp's built-in caller, an independent implementation, makes twenty calls.
func TestSIPp(t *testing.T) {
	bin, err := exec.LookPath("sipp")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("sipp is not installed: apt-get install sip-tester")
		}
		t.Skip("sipp is not installed: apt-get install sip-tester")
	}
	var calls sync.Map
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{User: "100"}, AcceptAnyone: true, MaxCalls: 20, Logger: testLogger(t),
	}, phone.HandlerFunc(func(ctx context.Context, c *phone.Call) {
		if _, _, err := c.Answer(ctx); err != nil {
			return
		}
		<-ctx.Done()
		calls.Store(c.ID(), context.Cause(ctx))
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	cmd := exec.CommandContext(ctx, bin, "-sn", "uac", "-i", "127.0.0.1", "-p", "0", "-s", "100", "-m", "20", "-r", "10", "-d", "100",
		"-nostdin", "-timeout", "40s", p.Addr().String())
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("sipp: %v\n%s", err, tail(out))
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	n := 0
	calls.Range(func(_, v any) bool {
		if n++; !errors.Is(v.(error), phone.ErrHangup) {
			t.Errorf("call ended with %v", v)
		}
		return true
	})
	if n != 20 {
		t.Errorf("%d calls were answered, want 20", n)
	}
}

func tail(b []byte) []byte { return b[max(0, len(b)-2000):] }
