package phonetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Answer is what a scripted person does when called.
type Answer int

// What scripted persons do.
const (
	PersonAnswers Answer = iota
	PersonBusy
	PersonSilent // rings until RingTime, then 480
)

// Options of a practice PBX.
type Options struct {
	Listen       string            // "127.0.0.1:0" by default
	Users        map[string]string // extension → password; "" = no authentication
	Algorithms   []string          // of the challenges, in this order; MD5 by default
	MinExpires   time.Duration     // shorter registrations get 423
	GrantExpires time.Duration     // the most that is granted
	NonceUses    int               // a nonce is stale after so many uses; 0 = never
	Persons      map[string]Answer // extensions of people, for transfers
	RingTime     time.Duration     // how long a silent person rings; 200 ms by default
	Logger       *slog.Logger      // errors only; silent by default
}

// Faults are what goes wrong between the PBX and the telephone that takes the calls.
type Faults struct {
	DropResponses   map[string]int // "200 INVITE" → how many of them are lost on the way in
	DropRequests    map[string]int // "ACK" → how many are lost on the way out
	DoubleRequests  map[string]int // "INVITE" → how many are sent twice
	RegisterStatus  int            // every REGISTER gets this status
	RefuseReferWith int            // every REFER gets this status
}

// PBX is a practice office PBX. Create it with [NewPBX].
type PBX struct {
	options Options
	ua      *sipgo.UserAgent
	srv     *sipgo.Server
	cli     *sipgo.Client
	conn    *faultConn
	ready   *readyConn
	addr    string
	served  chan struct{}
	ctx     context.Context //nolint:containedctx // of the PBX's own goroutines; ends with Close
	cancel  context.CancelFunc
	work    guard

	mu        sync.Mutex
	bindings  map[string][]Binding
	nonces    map[string]int
	registers int
	faults    Faults
	legs      map[string]*leg // by Call-ID and our tag
	changed   chan struct{}   // closed and renewed with every registration
	answered  map[string]int  // calls that persons took
}

// NewPBX starts a PBX.
func NewPBX(o Options) (*PBX, error) {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if len(o.Algorithms) == 0 {
		o.Algorithms = []string{"MD5"}
	}
	if o.RingTime == 0 {
		o.RingTime = 200 * time.Millisecond
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	p := &PBX{
		options: o, bindings: map[string][]Binding{}, nonces: map[string]int{}, legs: map[string]*leg{},
		changed: make(chan struct{}), answered: map[string]int{}, served: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	conn, err := net.ListenPacket("udp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("start practice pbx: %w", err)
	}
	p.conn = &faultConn{PacketConn: conn, pbx: p}
	p.addr = conn.LocalAddr().String()
	p.ua, p.srv, p.cli, err = newAgent("practice", p.addr, o.Logger)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("start practice pbx: %w", err)
	}
	p.srv.OnRegister(p.work.handler(p.onRegister))
	p.srv.OnInvite(p.work.handler(p.onInvite))
	p.srv.OnAck(p.work.handler(p.onAck))
	p.srv.OnBye(p.work.handler(p.onBye))
	p.srv.OnRefer(p.work.handler(p.onRefer))
	p.srv.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { p.respond(req, tx, 200, "OK") })
	p.ready = newReadyConn(p.conn)
	go func() {
		defer close(p.served)
		_ = p.srv.ServeUDP(p.ready)
	}()
	<-p.ready.reading
	return p, nil
}

// newAgent makes a sipgo user agent that sends from the socket bound to addr.
func newAgent(name, addr string, log *slog.Logger) (*sipgo.UserAgent, *sipgo.Server, *sipgo.Client, error) {
	host, port, err := sip.ParseAddr(addr)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("parse address: %w", err)
	}
	ua, err := sipgo.NewUA(sipgo.WithUserAgent(name), sipgo.WithUserAgentHostname(host),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(log)),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(log)))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make user agent: %w", err)
	}
	srv, err := sipgo.NewServer(ua, sipgo.WithServerLogger(log))
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make server: %w", err)
	}
	cli, err := sipgo.NewClient(ua, sipgo.WithClientLogger(log), sipgo.WithClientHostname(host), sipgo.WithClientPort(port),
		sipgo.WithClientConnectionAddr(addr), sipgo.WithClientNAT())
	if err != nil {
		return nil, nil, nil, fmt.Errorf("make client: %w", err)
	}
	return ua, srv, cli, nil
}

// Addr returns the address to register at, "127.0.0.1:port".
func (p *PBX) Addr() string { return p.addr }

// Close stops the PBX and waits for its goroutines.
func (p *PBX) Close() error {
	p.ready.stop()
	p.cancel()
	p.work.close()
	_ = p.conn.Close()
	<-p.served
	err := p.ua.Close()
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close practice pbx: %w", err)
	}
	return nil
}

// SetFaults replaces the faults.
func (p *PBX) SetFaults(f Faults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

// PersonCalls returns how often the person at extension was called and answered.
func (p *PBX) PersonCalls(extension string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.answered[extension]
}

// WaitRegistered waits until extension is registered.
func (p *PBX) WaitRegistered(ctx context.Context, extension string) error {
	return p.wait(ctx, func() bool { return len(p.Bindings(extension)) > 0 })
}

// WaitUnregistered waits until extension has no registration.
func (p *PBX) WaitUnregistered(ctx context.Context, extension string) error {
	return p.wait(ctx, func() bool { return len(p.Bindings(extension)) == 0 })
}

// WaitRegisters waits until the count of [PBX.Registers] is another than before.
func (p *PBX) WaitRegisters(ctx context.Context, before int) error {
	return p.wait(ctx, func() bool { return p.Registers() != before })
}

// wait looks at every accepted REGISTER whether is holds.
func (p *PBX) wait(ctx context.Context, is func() bool) error {
	for {
		p.mu.Lock()
		changed := p.changed // taken before the look: a change right after it is not missed
		p.mu.Unlock()
		if is() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait for a registration: %w", context.Cause(ctx))
		}
	}
}

func (p *PBX) notify() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *PBX) respond(req *sip.Request, tx sip.ServerTransaction, status int, reason string, hs ...sip.Header) {
	res := sip.NewResponseFromRequest(req, status, reason, nil)
	for _, h := range hs {
		res.AppendHeader(h)
	}
	if err := tx.Respond(res); err != nil && p.ctx.Err() == nil {
		p.options.Logger.Debug("practice pbx: response not sent", "status", status, "err", err)
	}
}

// faultConn loses and doubles datagrams as the PBX's faults say.
type faultConn struct {
	net.PacketConn
	pbx *PBX
}

// ReadFrom implements net.PacketConn.
func (c *faultConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, addr, err := c.PacketConn.ReadFrom(b)
		if err != nil || !c.pbx.take(func(f *Faults) map[string]int { return f.DropResponses }, label(b[:n])) {
			return n, addr, err
		}
	}
}

// WriteTo implements net.PacketConn. Requests to callers are spared: faults are for the telephone under test, which is
// the one that has registered.
func (c *faultConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	if name := label(b); !strings.Contains(name, " ") && c.pbx.registered(addr.String()) {
		if c.pbx.take(func(f *Faults) map[string]int { return f.DropRequests }, name) {
			return len(b), nil
		}
		if c.pbx.take(func(f *Faults) map[string]int { return f.DoubleRequests }, name) {
			_, _ = c.PacketConn.WriteTo(b, addr)
		}
	}
	return c.PacketConn.WriteTo(b, addr)
}

// label names a message: "INVITE" for a request, "200 INVITE" for a response to one.
func label(b []byte) string {
	first, rest, _ := strings.Cut(string(b), "\r\n")
	word, tail, _ := strings.Cut(first, " ")
	if word != "SIP/2.0" {
		return word
	}
	status, _, _ := strings.Cut(tail, " ")
	for _, line := range strings.Split(rest, "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(name), "CSeq") {
			fields := strings.Fields(value)
			return status + " " + fields[len(fields)-1]
		}
	}
	return status
}

func (p *PBX) take(which func(*Faults) map[string]int, name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := which(&p.faults)
	if left[name] <= 0 {
		return false
	}
	left[name]--
	return true
}

func (p *PBX) registered(addr string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, bs := range p.bindings {
		for _, b := range bs {
			if b.Source == addr {
				return true
			}
		}
	}
	return false
}
