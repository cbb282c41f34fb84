package phone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/appliance/record"
)

// Account is the extension at one PBX: the part of [Config] that [Phone.SetAccount] can change while calls go on. Without a registrar
// it does not register.
type Account struct {
	record.Extension
	Password string
}

// withDefaults returns a with every empty field filled, or all that is wrong with it.
func (a Account) withDefaults() (Account, error) {
	a.Extension = a.WithDefaults()
	var errs []error
	for _, f := range a.Faults() {
		errs = append(errs, fmt.Errorf("%s: %s", f.Field, f.Text))
	}
	return a, errors.Join(errs...)
}

// host is the domain as it stands in an address.
func (a Account) host() string {
	if addr, err := netip.ParseAddr(a.Domain); err == nil && addr.Is6() {
		return "[" + a.Domain + "]"
	}
	if a.Domain == "" {
		return "localhost"
	}
	return a.Domain
}

func (c Config) account() Account {
	return Account{c.Extension, c.Password}
}

// SetAccount makes a the account from now on: the former registration is taken off and the new one begins. Calls that are
// up go on as they are. An error says that a cannot be used, or that there is no socket for its transport; nothing has
// changed then.
func (p *Phone) SetAccount(a Account) error {
	a, err := a.withDefaults()
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	p.setting.Lock()
	defer p.setting.Unlock()
	if p.Account() == a {
		p.Refresh()
		return nil
	}
	s, err := p.stackFor(a.Transport)
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	p.mu.Lock()
	p.acct, p.stack, p.home = a, s, home{}
	up := make([]netip.Addr, 0, len(p.dialogs))
	for _, d := range p.dialogs {
		up = append(up, d.src.Addr())
	}
	p.senders.change(a, up)
	p.mu.Unlock()
	p.watching.stir()
	// What was registered is another account: until this one is, nothing may say that it is.
	p.setStatus(func(s *Status) {
		s.enter(StateRegistering)
		s.Failure, s.Code, s.Registrar, s.Contact, s.Algorithm = FailNone, 0, "", "", ""
	})
	signal(p.changed)
	return nil
}

// Account returns the account in use, with its defaults filled in.
func (p *Phone) Account() Account {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acct
}

// Refuse refuses new calls from now on and takes the registration off, so that the PBX sends callers elsewhere. Calls that
// are up go on, but for those that nobody has acknowledged in time.
func (p *Phone) Refuse() {
	p.mu.Lock()
	p.refusing = true
	for d := p.staleLocked(); d != nil; d = p.staleLocked() {
		p.room.Add(-1) // the place goes to nobody
		go d.yield()   // ends with that dialog
	}
	p.mu.Unlock()
	signal(p.changed)
}

// Refusing reports whether new calls are refused.
func (p *Phone) Refusing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refusing
}

// Refresh registers anew now instead of when it is due.
func (p *Phone) Refresh() { signal(p.refresh) }

func signal(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// stackFor returns the transactions over transport, and opens a socket for them at the first need. A socket stays open
// until the phone stops: calls that are up may use it still.
func (p *Phone) stackFor(transport string) (*transaction.Layer, error) {
	p.mu.Lock()
	s, stopping := p.stacks[transport], p.stopping
	p.mu.Unlock()
	switch {
	case s != nil:
		return s, nil
	case stopping:
		return nil, transaction.ErrClosed
	}
	w, err := p.bind(transport)
	if err != nil {
		return nil, fmt.Errorf("bind sip address %s: %w; is another telephone program running here?", p.cfg.Listen, err)
	}
	s = transaction.New(p.cfg.Gate, w, &p.count, p.log)
	s.OnRequest, s.AnswersTo = p.onRequest, p.senders.fromPBX
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return nil, errors.Join(transaction.ErrClosed, s.Close())
	}
	p.stacks[transport] = s
	if p.running {
		p.serveLocked(s)
	}
	return s, nil
}

// serveLocked reads the socket of s until it is closed.
func (p *Phone) serveLocked(s *transaction.Layer) {
	p.serving.Go(func() {
		err := s.Serve()
		if err == nil {
			err = transaction.ErrClosed
		}
		select {
		case p.failed <- err:
		default: // Run has ended, or another socket failed before
		}
	})
}

// current returns the account and the transactions that it uses.
func (p *Phone) current() (Account, *transaction.Layer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.acct, p.stack
}

// keepRegistered holds the registration of the present account until ctx ends, and begins anew when the account changes.
func (p *Phone) keepRegistered(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-p.changed: // what changed until now is looked at right here
		default:
		}
		acct, s := p.current()
		if p.Refusing() {
			acct.Registrar = ""
		}
		one, stop := context.WithCancel(ctx)
		over := make(chan struct{})
		go func() {
			defer close(over)
			if acct.Registrar == "" {
				p.setStatus(func(s *Status) {
					if !p.refusing { // setStatus holds the lock
						s.enter(StateOff)
					}
					s.Failure, s.Code, s.Registrar = FailNone, 0, ""
				})
				return
			}
			newRegistration(p, acct, s).run(one)
		}()
		select {
		case <-ctx.Done():
		case <-p.changed:
		}
		stop()
		<-over
	}
}

// Attempt is how one registration for a test went.
type Attempt struct {
	Failure   Failure         // FailNone: the PBX takes the account
	Code      int             // SIP status of the last answer, 0 without one
	Address   string          // that was tried, "192.0.2.1:5060"; empty when none was found
	Contact   string          // host:port where the PBX finds us
	Algorithm string          // digest that the PBX asked for; empty when it asked for none
	Took      time.Duration   // until the result was clear
	Steps     []LadderMessage // the messages
	Err       string          // technical cause, without a password; empty for none
}

// Try registers once as cfg says, over a socket of its own, takes that registration off again and tells how it went. It
// takes no calls. The error says that cfg cannot be used or that no socket could be opened.
func Try(ctx context.Context, cfg Config) (Attempt, error) {
	host, _, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return Attempt{}, fmt.Errorf("try account: %w", err)
	}
	cfg.Listen, cfg.OnStatus, cfg.RTPMin, cfg.RTPMax = net.JoinHostPort(host, "0"), nil, 0, 0
	p, err := New(cfg, HandlerFunc(func(_ context.Context, c *Call) { _ = c.Reject(480) }))
	if err != nil {
		return Attempt{}, err
	}
	p.mu.Lock()
	p.running, p.refusing = true, true
	p.serveLocked(p.stack)
	p.mu.Unlock()
	defer func() {
		_ = p.Close()
		p.serving.Wait()
		p.wg.Wait()
	}()
	acct, s := p.current()
	if acct.Registrar == "" {
		return Attempt{}, errors.New("try account: the address of the PBX is missing")
	}
	r := newRegistration(p, acct, s)
	began := time.Now()
	granted, err := r.attempt(ctx)
	out := Attempt{Took: time.Since(began), Code: 200, Algorithm: r.creds.algorithm()}
	if r.contact.IsValid() {
		out.Contact = r.contact.String()
	}
	if len(r.servers) > 0 {
		out.Address = r.server().String()
	}
	var re *registerError
	switch {
	case ctx.Err() != nil:
		out.Failure, out.Code, out.Err = FailUnreachable, 0, "no answer in the time given"
	case errors.As(err, &re):
		out.Failure, out.Code = re.failure, re.code
		if re.err != nil {
			out.Err = re.err.Error()
		}
	case err != nil:
		out.Failure, out.Code, out.Err = FailProtocol, 0, err.Error()
	}
	if granted > 0 {
		p.setStatus(func(s *Status) { s.enter(StateRegistered) })
		r.unregister()
	}
	out.Steps = p.regTrace.all()
	return out, nil
}
