package phone_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
)

// memNet is a network of datagrams in memory, for tests with a clock of their own.
type memNet struct {
	mu    sync.Mutex
	conns map[string]*memConn
	stray *memConn // what is for nobody; nil: it is lost
}

type datagram struct {
	data []byte
	from net.Addr
}

type memConn struct {
	net    *memNet
	addr   *net.UDPAddr
	in     chan datagram
	closed chan struct{}
	once   sync.Once
}

func newMemNet() *memNet { return &memNet{conns: map[string]*memConn{}} }

func (n *memNet) listen(_, address string) (net.PacketConn, error) {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	c := &memConn{net: n, addr: net.UDPAddrFromAddrPort(ap), in: make(chan datagram, 1024), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns[address] = c
	return c, nil
}

func (c *memConn) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case d := <-c.in:
		return copy(b, d.data), d.from, nil
	case <-c.closed:
		return 0, nil, net.ErrClosed
	}
}

func (c *memConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	c.net.mu.Lock()
	to := c.net.conns[addr.String()]
	if to == nil {
		to = c.net.stray
	}
	c.net.mu.Unlock()
	if to != nil {
		select {
		case to.in <- datagram{append([]byte(nil), b...), c.addr}:
		default:
		}
	}
	return len(b), nil
}

func (c *memConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return nil
}

func (c *memConn) LocalAddr() net.Addr              { return c.addr }
func (c *memConn) SetDeadline(time.Time) error      { return nil }
func (c *memConn) SetReadDeadline(time.Time) error  { return nil }
func (c *memConn) SetWriteDeadline(time.Time) error { return nil }

const (
	phoneAddr = "127.0.0.1:5060"
	pbxAddr   = "127.0.0.1:5070"
)

// bench is a phone on a network in memory and a raw peer that writes its messages by hand.
type bench struct {
	t     *testing.T
	net   *memNet
	conn  *memConn // the peer's
	phone *phone.Phone
	calls chan *inCall
	stop  context.CancelFunc
	ended chan error
}

// newBench must be called in a synctest bubble; finish must be deferred.
func newBench(t *testing.T, change func(*phone.Config)) *bench {
	t.Helper()
	mem := newMemNet()
	conn, err := mem.listen("udp", pbxAddr)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, net: mem, conn: conn.(*memConn), calls: make(chan *inCall, 64), ended: make(chan error, 1)}
	cfg := phone.Config{
		Listen: phoneAddr, Extension: record.Extension{User: "100"}, Password: "secret", AcceptAnyone: true, ListenPacket: mem.listen,
		Logger: testLogger(t), MaxCalls: 4,
	}
	if change != nil {
		change(&cfg)
	}
	b.phone, err = phone.New(cfg, phone.HandlerFunc(func(ctx context.Context, c *phone.Call) {
		in := &inCall{ctx: ctx, call: c, release: make(chan struct{})}
		b.calls <- in
		select {
		case <-in.release:
		case <-ctx.Done():
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	b.stop = stop
	go func() { b.ended <- b.phone.Run(ctx) }()
	synctest.Wait()
	return b
}

func (b *bench) finish() {
	b.t.Helper()
	b.stop()
	if err := <-b.ended; err != nil {
		b.t.Errorf("run: %v", err)
	}
	synctest.Wait()
}

// send writes text with its line ends made CRLF; a body follows an empty line and gets its length.
func (b *bench) send(text string) {
	b.t.Helper()
	to := net.UDPAddrFromAddrPort(netip.MustParseAddrPort(phoneAddr))
	if _, err := b.conn.WriteTo(wireText(text), to); err != nil {
		b.t.Fatal(err)
	}
	synctest.Wait()
}

func wireText(text string) []byte {
	head, body, _ := strings.Cut(strings.ReplaceAll(strings.TrimLeft(text, "\n"), "\r\n", "\n"), "\n\n")
	head = strings.TrimRight(head, "\n")
	body = strings.ReplaceAll(body, "\n", "\r\n")
	if !strings.Contains(head, "Content-Length") {
		head += fmt.Sprintf("\nContent-Length: %d", len(body))
	}
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n" + body)
}

// got returns all messages that have come since the last call.
func (b *bench) got() []sip.Message {
	b.t.Helper()
	synctest.Wait()
	var out []sip.Message
	for {
		select {
		case d := <-b.conn.in:
			msg, err := sip.ParseMessage(d.data)
			if err != nil {
				b.t.Fatalf("the phone sent what does not parse: %v\n%s", err, d.data)
			}
			out = append(out, msg)
			continue
		default:
		}
		return out
	}
}

// expect returns the one message that has come and checks that it is what: "BYE" or "200 INVITE". Provisional responses
// are skipped unless asked for.
func (b *bench) expect(what string) sip.Message {
	b.t.Helper()
	var seen []string
	var found sip.Message
	for _, m := range b.got() {
		name := nameOf(m)
		if strings.HasPrefix(name, "1") && !strings.HasPrefix(what, "1") {
			continue
		}
		seen = append(seen, name)
		if name == what {
			found = m
		}
	}
	if found == nil || len(seen) != 1 && !strings.HasPrefix(what, "1") {
		b.t.Fatalf("got %q, want only %q", seen, what)
	}
	return found
}

func (b *bench) expectNothing() {
	b.t.Helper()
	for _, m := range b.got() {
		b.t.Errorf("unexpected %s", nameOf(m))
	}
}

func nameOf(m sip.Message) string {
	switch m := m.(type) {
	case *sip.Request:
		return string(m.Method)
	case *sip.Response:
		return fmt.Sprintf("%d %s", m.StatusCode, m.CSeq().MethodName)
	}
	return ""
}

func (b *bench) next() *inCall {
	b.t.Helper()
	synctest.Wait()
	select {
	case in := <-b.calls:
		return in
	default:
		b.t.Fatal("no call came in")
		return nil
	}
}

const offerText = `v=0
o=pbx 1 1 IN IP4 127.0.0.1
s=call
c=IN IP4 127.0.0.1
t=0 0
m=audio 40000 RTP/AVP 0 8 101
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
`

// invite is a plain INVITE; edit replaces parts of it: pairs of old and new text.
func invite(edit ...string) string {
	text := `INVITE sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-invite;rport
Max-Forwards: 70
From: "Anna" <sip:01725550144@127.0.0.1>;tag=caller
To: <sip:100@127.0.0.1>
Call-ID: call-1
CSeq: 10 INVITE
Contact: <sip:pbx@127.0.0.1:5070>
Content-Type: application/sdp

` + offerText
	return strings.NewReplacer(edit...).Replace(text)
}

// inDialog is a request within the dialog that res belongs to.
func inDialog(method string, seq int, branch string, res sip.Message, extra string) string {
	tag, _ := res.To().Params.Get("tag")
	text := fmt.Sprintf(`%[1]s sip:100@127.0.0.1:5060 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-%[3]s;rport
Max-Forwards: 70
From: "Anna" <sip:01725550144@127.0.0.1>;tag=caller
To: <sip:100@127.0.0.1>;tag=%[4]s
Call-ID: call-1
CSeq: %[2]d %[1]s
Contact: <sip:pbx@127.0.0.1:5070>
`, method, seq, branch, tag)
	return text + extra
}

// answerTo is a bare response to a request of the phone.
func answerTo(req sip.Message, status int, extra string) string {
	r := req.(*sip.Request)
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d Status\n", status)
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		for _, h := range r.GetHeaders(name) {
			fmt.Fprintf(&b, "%s: %s\n", name, h.Value())
		}
	}
	return b.String() + extra
}

// up brings a call up and returns it with our 200.
func (b *bench) up() (*inCall, sip.Message) {
	b.t.Helper()
	b.send(invite())
	in := b.next()
	answers := make(chan error, 1)
	go func() {
		_, _, err := in.call.Answer(context.Background())
		answers <- err
	}()
	ok := b.expect("200 INVITE")
	b.send(inDialog("ACK", 10, "ack", ok, ""))
	if err := <-answers; err != nil {
		b.t.Fatal(err)
	}
	b.expectNothing()
	return in, ok
}
