package phone

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Handler takes calls.
type Handler interface {
	// HandleCall is called in a goroutine of its own while the telephone rings. ctx ends when the call does, with the
	// reason as its cause. When HandleCall returns, the phone refuses or hangs up a call that is still there.
	HandleCall(ctx context.Context, c *Call)
}

// HandlerFunc makes a function a [Handler].
type HandlerFunc func(ctx context.Context, c *Call)

// HandleCall implements [Handler].
func (f HandlerFunc) HandleCall(ctx context.Context, c *Call) { f(ctx, c) }

// shutdownGrace is how long Run waits for handlers after it has ended their calls.
const shutdownGrace = 5 * time.Second

// Phone is one registered extension. Create it with [New], then call [Phone.Run] once.
type Phone struct {
	cfg     Config
	handler Handler
	log     *slog.Logger
	stack   *stack
	ports   *portPool
	count   counters
	reg     *registration // nil without a registrar

	wg sync.WaitGroup // dialogs, handlers, requests under way

	mu       sync.Mutex
	status   Status
	contact  netip.AddrPort // as the PBX sees us; invalid until known
	let      map[netip.Addr]struct{}
	dialogs  map[string]*dialog // by Call-ID and our tag
	stopping bool
}

// New binds the SIP socket. Calls and the registration start with [Phone.Run]; a phone that is never run must be closed.
func New(cfg Config, h Handler) (*Phone, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	p := &Phone{
		cfg: cfg, handler: h, log: cfg.Logger.With("part", "phone"),
		let: map[netip.Addr]struct{}{}, dialogs: map[string]*dialog{},
	}
	w, err := p.bind()
	if err != nil {
		return nil, fmt.Errorf("bind sip address %s: %w; is another telephone program running here?", cfg.Listen, err)
	}
	p.stack = newStack(w, &p.count, p.log)
	p.stack.onRequest = p.onRequest
	p.ports = newPortPool(cfg.RTPMin, cfg.RTPMax)
	p.status = Status{State: StateOff, Since: time.Now(), MaxCalls: cfg.MaxCalls}
	if cfg.Registrar != "" {
		p.status.State = StateRegistering
		p.reg = newRegistration(p)
	}
	return p, nil
}

func (p *Phone) bind() (wire, error) {
	if p.cfg.Transport == "tcp" {
		return newTCPWire(p.cfg.Listen, p.lets, &p.count, p.log)
	}
	conn, err := p.cfg.ListenPacket("udp", p.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("open udp socket: %w", err)
	}
	return newUDPWire(conn, p.lets, &p.count, p.log)
}

// Addr returns the bound SIP address.
func (p *Phone) Addr() netip.AddrPort { return p.stack.wire.local() }

// Run registers and takes calls until ctx ends; then it refuses new calls, ends the ones that are up, unregisters and
// returns nil. It returns early only when the socket fails. Run may be called once.
func (p *Phone) Run(ctx context.Context) error {
	served := make(chan error, 1)
	go func() { served <- p.stack.serve() }()

	regCtx, stopReg := context.WithCancel(ctx)
	defer stopReg()
	registered := make(chan struct{})
	go func() {
		defer close(registered)
		if p.reg != nil {
			p.reg.run(regCtx)
		}
	}()

	var failure error
	select {
	case <-ctx.Done():
	case failure = <-served:
		if failure == nil {
			failure = errClosed
		}
		served <- nil
	}
	p.endCalls()
	stopReg()
	<-registered
	_ = p.stack.close()
	<-served
	p.wg.Wait()
	p.ports.close()
	if failure != nil {
		return fmt.Errorf("run phone: %w", failure)
	}
	return nil
}

// Close releases the socket of a phone that is never run.
func (p *Phone) Close() error { return p.stack.close() }

// endCalls ends every call and waits for the handlers, but no longer than the grace time.
func (p *Phone) endCalls() {
	p.mu.Lock()
	p.stopping = true
	open := make([]*dialog, 0, len(p.dialogs))
	for _, d := range p.dialogs {
		open = append(open, d)
	}
	p.mu.Unlock()
	for _, d := range open {
		d.shutdown()
	}
	grace := time.NewTimer(shutdownGrace)
	defer grace.Stop()
	for _, d := range open {
		select {
		case <-d.gone:
		case <-grace.C:
			p.log.Warn("calls did not end in time", "calls", len(open))
			return
		}
	}
}

// Status returns the present state.
func (p *Phone) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.statusLocked()
}

func (p *Phone) statusLocked() Status {
	s := p.status
	s.Calls = len(p.dialogs)
	s.Strangers, s.Malformed, s.Overload = p.count.strangers.Load(), p.count.malformed.Load(), p.count.overload.Load()
	return s
}

func (p *Phone) setStatus(change func(*Status)) {
	p.mu.Lock()
	before := p.status.State
	change(&p.status)
	s := p.statusLocked()
	p.mu.Unlock()
	if before != s.State {
		p.log.Info("registration changed", "state", string(s.State), "failure", string(s.Failure), "code", s.Code)
	}
	if p.cfg.OnStatus != nil {
		p.cfg.OnStatus(s)
	}
}

// lets reports whether messages from a are looked at.
func (p *Phone) lets(a netip.Addr) bool {
	if p.cfg.AcceptAnyone {
		return true
	}
	for _, prefix := range p.cfg.AcceptFrom {
		if prefix.Contains(a) {
			return true
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.let[a]
	return ok
}

// admit lets messages from the registrar's addresses in. Addresses seen before stay, for calls that are up.
func (p *Phone) admit(addrs []netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.let) > 64 {
		clear(p.let)
	}
	for _, a := range addrs {
		p.let[a.Unmap()] = struct{}{}
	}
}

func (p *Phone) setContact(a netip.AddrPort) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.contact = a
}

// localToward returns our SIP address as remote can reach it: the bound one, or, when that is unspecified, the address
// of the interface that routes there.
func (p *Phone) localToward(remote netip.AddrPort) (netip.AddrPort, error) {
	local := p.stack.wire.local()
	if !local.Addr().IsUnspecified() {
		return local, nil
	}
	conn, err := net.Dial("udp", remote.String()) //nolint:noctx // sends nothing and does not block: it only asks the routing table
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("find the way to %s: %w", remote, err)
	}
	defer func() { _ = conn.Close() }()
	addr, err := addrPort(conn.LocalAddr())
	if err != nil {
		return netip.AddrPort{}, err
	}
	return netip.AddrPortFrom(addr.Addr(), local.Port()), nil
}

// viaAddr returns the address for the Via of a request to remote; responses come back by rport whatever it says.
func (p *Phone) viaAddr(remote netip.AddrPort) netip.AddrPort {
	if a, err := p.localToward(remote); err == nil {
		return a
	}
	return p.stack.wire.local()
}

// contactFor returns the address under which remote finds us.
func (p *Phone) contactFor(remote netip.AddrPort) netip.AddrPort {
	p.mu.Lock()
	learned := p.contact
	p.mu.Unlock()
	if learned.IsValid() {
		return learned
	}
	return p.viaAddr(remote)
}

// contactURI returns our address at a.
func (p *Phone) contactURI(a netip.AddrPort) string {
	uri := "sip:" + p.cfg.User + "@" + a.String()
	if p.stack.wire.proto() != "UDP" {
		uri += ";transport=" + p.cfg.Transport
	}
	return uri
}

func (p *Phone) domainHost() string {
	if addr, err := netip.ParseAddr(p.cfg.Domain); err == nil && addr.Is6() {
		return "[" + p.cfg.Domain + "]"
	}
	if p.cfg.Domain == "" {
		return "localhost"
	}
	return p.cfg.Domain
}

// onRequest sorts requests to dialogs and starts new ones. It runs on the reader's goroutine and never blocks.
func (p *Phone) onRequest(req *sip.Request, tx *serverTx) {
	if req.SipVersion != "SIP/2.0" {
		if tx != nil {
			tx.refuse(505)
		}
		return
	}
	if tag := tagOf(req.To().Params); tag != "" {
		p.inDialog(req, tx, tag)
		return
	}
	switch req.Method {
	case sip.ACK:
	case sip.INVITE:
		p.invite(req, tx)
	case sip.OPTIONS:
		p.options(req, tx)
	case sip.BYE, sip.NOTIFY:
		tx.refuse(sip.StatusCallTransactionDoesNotExists)
	default:
		tx.refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", allowed))
	}
}

func (p *Phone) inDialog(req *sip.Request, tx *serverTx, tag string) {
	p.mu.Lock()
	d := p.dialogs[dialogKey(string(*req.CallID()), tag)]
	p.mu.Unlock()
	if d == nil || d.remoteTag != tagOf(req.From().Params) {
		switch {
		case tx == nil:
		case req.Method == sip.OPTIONS:
			p.options(req, tx)
		default:
			tx.refuse(sip.StatusCallTransactionDoesNotExists)
		}
		return
	}
	d.post(req, tx)
}

// options answers what we can do (RFC 3261 section 11.2); PBXs use it to see whether we are alive.
func (p *Phone) options(req *sip.Request, tx *serverTx) {
	if bad := unsupported(req); len(bad) > 0 {
		p.badExtension(tx, bad)
		return
	}
	p.mu.Lock()
	stopping := p.stopping
	p.mu.Unlock()
	if stopping {
		tx.refuse(sip.StatusServiceUnavailable)
		return
	}
	tx.refuse(sip.StatusOK,
		sip.NewHeader("Allow", allowed),
		sip.NewHeader("Accept", "application/sdp"),
		sip.NewHeader("Accept-Encoding", "identity"),
		sip.NewHeader("Accept-Language", "en"),
		sip.NewHeader("Supported", ""),
		sip.NewHeader("User-Agent", p.cfg.UserAgent))
}
