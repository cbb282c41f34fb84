package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/audio/dtls"
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

// Phone is one registered extension. Create it with [New], then call [Phone.Run] once. Its parts: admission says who may send requests,
// registration tells the PBX where we are, mailbox and watching hold subscriptions, inbox takes texts, callLogs keeps the ladders; a dialog
// is one call. Each part has a lock of its own, which is taken after Phone.mu where both are.
type Phone struct {
	cfg     Config
	handler Handler
	log     *slog.Logger
	ports   *portPool
	// identity is ours in DTLS-SRTP; nil when audio is never encrypted.
	identity *dtls.Identity
	contact  contact
	room     *atomic.Int64 // calls that came in and go on, of all phones of the box
	most     *atomic.Int64 // so many of them may
	count    transaction.Counters
	senders  *admission // who may send requests
	mailbox  mailbox    // how many messages wait, and who is told
	watching watching   // who of the office is in a call
	inbox    inbox      // texts that come in
	calls    callLogs   // ladders of the last calls

	wg      sync.WaitGroup // dialogs, handlers, requests under way
	serving sync.WaitGroup // readers of sockets

	changed  chan struct{}   // capacity 1: there is another account
	refresh  chan struct{}   // capacity 1: the registration is due at once
	broken   chan struct{}   // capacity 1: the connection to the PBX has broken, calls no longer come over it
	failed   chan error      // capacity 1: a socket can no more be read
	regTrace ladder          // of the registration
	setting  sync.Mutex      // one SetAccount at a time
	life     context.Context //nolint:containedctx // ends when calls are to end: what is being dialled is given up
	die      context.CancelFunc

	mu       sync.Mutex
	acct     Account
	stack    *transaction.Layer            // the one that acct uses
	stacks   map[string]*transaction.Layer // by transport
	status   Status
	home     home               // where calls of ours go
	dialogs  map[string]*dialog // by Call-ID and our tag
	running  bool
	refusing bool // new calls are refused; those that are up go on
	stopping bool
}

// New binds the SIP socket. Calls and the registration start with [Phone.Run]; a phone that is never run must be closed.
func New(cfg Config, h Handler) (*Phone, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	p := &Phone{
		cfg: cfg, handler: h, log: cfg.Logger.With("part", "phone"), contact: contact{chance: transaction.NewToken(16)},
		senders: newAdmission(cfg), dialogs: map[string]*dialog{},
		stacks: map[string]*transaction.Layer{}, acct: cfg.account(), changed: make(chan struct{}, 1), refresh: make(chan struct{}, 1),
		broken: make(chan struct{}, 1), failed: make(chan error, 1),
	}
	p.life, p.die = context.WithCancel(context.Background())
	p.watching = watching{phone: p, known: map[string]Presence{}, live: map[string]*watch{}, changed: make(chan struct{})}
	p.mailbox = mailbox{phone: p, due: make(chan struct{}, 1), subscriptions: map[string]*subscription{}}
	p.inbox = inbox{phone: p, places: make(chan struct{}, textsAtOnce)}
	p.regTrace.newest = true
	if p.stack, err = p.stackFor(cfg.Transport); err != nil {
		return nil, err
	}
	if cfg.SRTP != SRTPOff {
		if p.identity, err = dtls.NewIdentity(); err != nil {
			return nil, errors.Join(err, p.Close())
		}
	}
	p.ports, p.room, p.most = newPortPool(cfg.Gate, cfg.RTPMin, cfg.RTPMax), new(atomic.Int64), new(atomic.Int64)
	p.most.Store(int64(cfg.MaxCalls))
	if cfg.Share != nil {
		p.ports, p.room, p.most = cfg.Share.ports, cfg.Share.room, cfg.Share.most
	}
	p.status = Status{State: StateOff, Since: time.Now()}
	if cfg.Registrar != "" {
		p.status.State = StateRegistering
	}
	return p, nil
}

// SetMaxCalls lets n calls go on at once from now on, of this phone and those that share with it; n is 1 or more. Those that are up go on.
func (p *Phone) SetMaxCalls(n int) { p.most.Store(int64(max(1, n))) }

func (p *Phone) bind(transport string) (transaction.Wire, error) {
	switch transport {
	case transaction.TransportTCP, transaction.TransportTLS:
		w, err := transaction.NewTCP(p.cfg.Gate, p.cfg.Listen, p.senders.lets, &p.count, p.log)
		if err != nil {
			return nil, err
		}
		w.Lost = func() { signal(p.broken) }
		if transport == transaction.TransportTCP {
			return w, nil
		}
		w.TLS = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.cfg.RootCAs}
		if p.cfg.Certificate != nil {
			w.TLS.Certificates = []tls.Certificate{*p.cfg.Certificate}
		}
		w.Peer = p.senders.nameOf
		return w, nil
	}
	conn, err := p.cfg.ListenPacket("udp", p.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("open udp socket: %w", err)
	}
	return transaction.NewUDP(conn, p.senders.lets, &p.count, p.log)
}

// fingerprint is that of our certificate for the sound; the zero value when there is none.
func (p *Phone) fingerprint() dtls.Fingerprint {
	if p.identity == nil {
		return dtls.Fingerprint{}
	}
	return p.identity.Fingerprint()
}

// Addr returns the bound SIP address.
func (p *Phone) Addr() netip.AddrPort {
	_, s := p.current()
	return s.Wire.Local()
}

// Run registers and takes calls until ctx ends; then it refuses new calls, ends the ones that are up, unregisters and
// returns nil. It returns early only when the socket fails. Run may be called once.
func (p *Phone) Run(ctx context.Context) error {
	p.mu.Lock()
	p.running = true
	for _, s := range p.stacks {
		p.serveLocked(s)
	}
	p.mu.Unlock()

	regCtx, stopReg := context.WithCancel(ctx)
	defer stopReg()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		p.watching.run(regCtx)
	}()
	lit := make(chan struct{})
	go func() {
		defer close(lit)
		p.mailbox.run(regCtx)
	}()
	registered := make(chan struct{})
	go func() {
		defer close(registered)
		p.keepRegistered(regCtx)
	}()

	var failure error
	select {
	case <-ctx.Done():
	case failure = <-p.failed:
	}
	p.endCalls()
	stopReg()
	<-registered
	<-watched
	<-lit
	_ = p.Close()
	p.serving.Wait()
	p.wg.Wait()
	p.ports.close()
	if failure != nil {
		return fmt.Errorf("run phone: %w", failure)
	}
	return nil
}

// Close releases the sockets of a phone that is never run.
func (p *Phone) Close() error {
	p.die()
	p.mu.Lock()
	p.stopping = true
	open := slices.Collect(maps.Values(p.stacks))
	p.mu.Unlock()
	var errs []error
	for _, s := range open {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// enter counts one more thing that is under way, which ends with p.wg.Done; false when the phone stops.
func (p *Phone) enter() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return false
	}
	p.wg.Add(1)
	return true
}

// endCalls ends every call and waits for the handlers, but no longer than the grace time.
func (p *Phone) endCalls() {
	p.die()
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
	s.Calls, s.MaxCalls = p.countLocked(false), int(p.most.Load())
	s.Texts = p.count.Texts.Load()
	s.Strangers, s.Malformed, s.Overload = p.count.Strangers.Load(), p.count.Malformed.Load(), p.count.Overload.Load()
	s.Limited, s.Scanners, s.Forged = p.count.Limited.Load(), p.count.Scanners.Load(), p.count.Forged.Load()
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

// onRequest sorts requests to dialogs and starts new ones. It runs on the reader's goroutine and never blocks.
func (p *Phone) onRequest(req *sip.Request, tx *transaction.Server) {
	if req.SipVersion != "SIP/2.0" {
		if tx != nil {
			tx.Refuse(505)
		}
		return
	}
	if tag := transaction.TagOf(req.To().Params); tag != "" {
		p.inDialog(req, tx, tag)
		return
	}
	if tx != nil && p.unwanted(req, tx) {
		return
	}
	if tx != nil && !transaction.KnownScheme(req.Recipient.Scheme) {
		tx.Refuse(416)
		return
	}
	switch req.Method {
	case sip.ACK:
	case sip.INVITE:
		p.invite(req, tx)
	case sip.OPTIONS:
		p.options(req, tx)
	case sip.BYE, sip.NOTIFY:
		tx.Refuse(sip.StatusCallTransactionDoesNotExists)
	case sip.MESSAGE:
		if p.cfg.OnText == nil {
			tx.Refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", p.allow()))
			return
		}
		p.inbox.onText(req, tx)
	case sip.SUBSCRIBE:
		if p.cfg.Subscribers == 0 {
			tx.Refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", p.allow()))
			return
		}
		p.mailbox.onSubscribe(req, tx)
	default:
		tx.Refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", p.allow()))
	}
}

func (p *Phone) inDialog(req *sip.Request, tx *transaction.Server, tag string) {
	p.mu.Lock()
	d := p.dialogs[dialogKey(string(*req.CallID()), tag)]
	p.mu.Unlock()
	if w := p.watching.find(dialogKey(string(*req.CallID()), tag)); w != nil && tx != nil && req.Method == sip.NOTIFY {
		w.onNews(req, tx)
		return
	}
	if d == nil || d.remoteTag != transaction.TagOf(req.From().Params) {
		switch {
		case tx == nil:
		case req.Method == sip.SUBSCRIBE && p.cfg.Subscribers > 0:
			p.mailbox.onSubscribe(req, tx)
		case req.Method == sip.OPTIONS:
			p.options(req, tx)
		default:
			tx.Refuse(sip.StatusCallTransactionDoesNotExists)
		}
		return
	}
	d.post(req, tx)
}

// options answers what we can do (RFC 3261 section 11.2); PBXs use it to see whether we are alive.
func (p *Phone) options(req *sip.Request, tx *transaction.Server) {
	if bad := unsupported(req); len(bad) > 0 {
		p.badExtension(tx, bad)
		return
	}
	p.mu.Lock()
	stopping := p.stopping || p.refusing
	p.mu.Unlock()
	if stopping {
		tx.Refuse(sip.StatusServiceUnavailable)
		return
	}
	tx.Refuse(sip.StatusOK,
		sip.NewHeader("Allow", p.allow()),
		sip.NewHeader("Accept", "application/sdp"),
		sip.NewHeader("Accept-Encoding", "identity"),
		sip.NewHeader("Accept-Language", "en"),
		sip.NewHeader("Supported", tagTimer),
		sip.NewHeader("User-Agent", p.cfg.UserAgent))
}
