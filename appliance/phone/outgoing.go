package phone

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"

	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"github.com/emiago/sipgo/sip"
)

// ErrNotRegistered says that there is no PBX to make a call through.
var ErrNotRegistered = errors.New("the box is not registered at the PBX")

// ringDefault is how long somebody is rung who does not answer.
const ringDefault = 25 * time.Second

// DialOptions say how a call of ours is made.
type DialOptions struct {
	// Extension is who is called. It must come from the settings or the business profile, never from a caller.
	Extension string
	// Name is shown to who is called, beside our own number; "" shows the number alone.
	Name record.Personal
	// Ring is how long it may ring; 0 = 25 s.
	Ring time.Duration
	// Ringing, when set, is called once when it rings. It must not block.
	Ringing func()
}

// home is where the phone is registered, and thus where calls of ours go. Guarded by Phone.mu.
type home struct {
	account Account
	stack   *transaction.Layer
	at      netip.AddrPort
	routes  []sip.Uri // Service-Route (RFC 3608), else the outbound proxy
}

// Outgoing is a call that we have made and that was answered. Whoever dialled runs the [Outgoing.Line] and closes the call in the end. Its
// methods may be called from any goroutine.
type Outgoing struct {
	d    *dialog
	ctx  context.Context //nolint:containedctx // the lifetime of the call, for who watches it
	once sync.Once
}

// ID returns our identifier of the call, which may be logged.
func (o *Outgoing) ID() string { return o.d.id }

// Line returns the audio line, at the phone's sample rate.
func (o *Outgoing) Line() *line.Line { return o.d.sound.Load() }

// Context ends when the call does; its cause says why.
func (o *Outgoing) Context() context.Context { return o.ctx }

// Hangup ends the call with BYE and returns when the other side has confirmed, or when ctx ends.
func (o *Outgoing) Hangup(ctx context.Context) error { return (&Call{d: o.d}).End(ctx, ErrLocalHangup) }

// Close gives back the audio ports, hanging up first when the call is still up. The line must not run any more.
func (o *Outgoing) Close() {
	o.once.Do(func() {
		_ = o.d.do(func() { o.d.hangup(ErrLocalHangup, make(chan error, 1)) }) // it may have ended
		close(o.d.handled)
	})
}

// Wait runs the line in silence, and hears nothing, until ctx or the call ends.
func (o *Outgoing) Wait(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(o.ctx, stop)()
	if err := o.Line().Run(ctx, nobody{}, nobody{}); ctx.Err() == nil {
		return err
	}
	return nil
}

// nobody says nothing and hears nothing.
type nobody struct{}

// Hear implements line.Ear.
func (nobody) Hear(line.Frame) {}

// Say implements line.Mouth.
func (nobody) Say(audio.PCM) int { return 0 }

// Transfer gives who has answered to another extension or number of the PBX, as [Call.Transfer] does, and waits for the result.
// When it succeeds the call has ended for us.
func (o *Outgoing) Transfer(ctx context.Context, extension string) error {
	return (&Call{d: o.d}).Transfer(ctx, extension)
}

// Dial calls an extension of the PBX and returns when it has been answered (RFC 3261 section 13.2). When it is not, the error is a
// [RefusedError] with the SIP status, 480 when nobody answered; ctx gives up the call at once, also in the middle of ringing.
func (p *Phone) Dial(ctx context.Context, o DialOptions) (*Outgoing, error) {
	if o.Ring <= 0 {
		o.Ring = ringDefault
	}
	out, err := p.place(o)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(p.life, stop)()
	c := &calling{d: out.d, options: o, quit: ctx.Done(), answered: make(chan error, 1)}
	go c.run()
	select {
	case err = <-c.answered:
	case <-ctx.Done():
		if err = context.Cause(ctx); !c.abandon() { // it was answered in this very moment
			err = <-c.answered
		}
	}
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	return out, nil
}

// Dial is [Phone.Dial] on behalf of this call.
func (c *Call) Dial(ctx context.Context, o DialOptions) (*Outgoing, error) {
	return c.d.phone.Dial(ctx, o)
}

// place makes the dialog of a call of ours. Its goroutines are counted already: the caller must start calling.run.
func (p *Phone) place(o DialOptions) (*Outgoing, error) {
	p.mu.Lock()
	h, stopping := p.home, p.stopping || p.refusing
	p.mu.Unlock()
	switch {
	case stopping:
		return nil, ErrShutdown
	case !h.at.IsValid():
		return nil, ErrNotRegistered
	}
	d, err := p.outside(h, o.Extension)
	if err != nil {
		return nil, err
	}
	d.mediaAddr = p.mediaAddr(h.stack, h.at)
	d.cmds, d.cancelled, d.stop = make(chan func()), make(chan *sip.Request, 1), make(chan struct{}, 1)
	d.done, d.handled, d.gone, d.queue = make(chan struct{}), make(chan struct{}), make(chan struct{}), make(chan inbound, queueLen)
	d.call = &Call{d: d, invited: time.Now()}
	ctx, cancel := context.WithCancelCause(context.Background())
	d.cancel = cancel
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping || int64(p.countLocked(true)) >= p.most.Load() {
		return nil, ErrShutdown
	}
	p.wg.Add(1)
	return &Outgoing{d: d, ctx: ctx}, nil
}

// outside is our side of a dialog with an extension of the PBX, which is to begin: as much of it as requests are built of.
func (p *Phone) outside(h home, extension string) (*dialog, error) {
	acct := h.account
	target, err := acct.extensionURI(extension)
	if err != nil {
		return nil, err
	}
	d := &dialog{
		phone: p, account: acct, stack: h.stack, id: transaction.NewToken(6), callID: transaction.NewToken(12), localTag: transaction.NewToken(6),
		out: true, src: h.at, routes: h.routes, localSeq: seqStart(), creds: credentials{user: acct.AuthUser, password: acct.Password},
	}
	for text, uri := range map[string]*sip.Uri{"sip:" + acct.User + "@" + acct.host(): &d.local, target: &d.remote} {
		if err := sip.ParseUri(text, uri); err != nil {
			return nil, fmt.Errorf("read address: %w", err)
		}
	}
	d.target = *d.remote.Clone()
	d.key = dialogKey(d.callID, d.localTag)
	d.log = p.log.With("call", d.id)
	return d, nil
}

// seqStart is a first CSeq, which says nothing about how many requests there were and leaves room below 2^31 (RFC 3261 section 8.1.1.5).
func seqStart() uint32 {
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	return uint32(b[0])<<8 | uint32(b[1])
}

// countLocked counts the calls that came in, or those that we have made.
func (p *Phone) countLocked(out bool) int {
	n := 0
	for _, d := range p.dialogs {
		if d.out == out {
			n++
		}
	}
	return n
}

// present returns where calls of ours go now.
func (p *Phone) present() home {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.home
}

// settle notes where the phone is registered; the zero home says that it is not.
func (p *Phone) settle(h home) {
	p.mu.Lock()
	same := h.account == p.home.account && h.stack == p.home.stack && h.at == p.home.at
	p.home = h
	p.mu.Unlock()
	if !same {
		p.watching.stir()
		signal(p.mailbox.due)
	}
}

// shownName makes a display name of what a caller or a PBX called somebody: no line ends, no quotes, not longer than a display.
func shownName(name record.Personal) string {
	var b strings.Builder
	n := 0
	for _, r := range string(name) {
		if n >= maxName {
			break
		}
		if r == '"' || r == '\\' || r == '<' || r == '>' || unicode.IsControl(r) || r == unicode.ReplacementChar {
			continue
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// serviceRoutes reads Service-Route of the answer to a REGISTER (RFC 3608).
func serviceRoutes(res *sip.Response) []sip.Uri {
	var out []sip.Uri
	for _, v := range listed(res, "Service-Route") {
		var uri sip.Uri
		var params sip.HeaderParams
		if _, err := sip.ParseAddressValue(v, &uri, &params); err == nil && uri.Host != "" && len(out) < 8 {
			out = append(out, uri)
		}
	}
	return out
}
