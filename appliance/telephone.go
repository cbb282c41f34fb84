package appliance

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/egress"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/verdict"
	"frontdesk.internal/models/progress"
)

// tryTime bounds a test of an account: looking the name up, a REGISTER with its challenge, taking it off again.
const tryTime = 15 * time.Second

// telephone is the running phone for the service.
type telephone struct {
	cfg      config.SIP
	log      *slog.Logger
	phone    *phone.Phone // set before anything asks
	gate     *egress.Gate
	identity *tls.Certificate // shown to a PBX that asks; nil = none
	roots    *x509.CertPool   // whom to believe about the PBX over TLS; nil = whom the system believes

	keep    func(c record.PhoneChange) error // a change of the registration
	answer  func(ctx context.Context, c reception.Call)
	media   *clocks
	further []*telephone // those of the other extensions; of the first only

	mu   sync.Mutex
	last record.PhoneChange
}

var _ service.Telephone = (*telephone)(nil)

// savedAccount puts the account that a door saved over the one of the settings file.
func savedAccount(s *store.Store, cfg config.SIP) (config.SIP, error) {
	e, password, err := s.Extension()
	if errors.Is(err, store.ErrNotFound) {
		return cfg, nil
	}
	if err != nil {
		return cfg, err
	}
	return withExtension(cfg, e.Extension, password), nil
}

func withExtension(cfg config.SIP, e record.Extension, password string) config.SIP {
	cfg.Extension, cfg.Password = e, config.Secret(password)
	return cfg
}

// InUse implements service.Telephone.
func (t *telephone) InUse() (record.Extension, string) {
	a := t.phone.Account()
	return a.Bare(), a.Password
}

// Try implements service.Telephone.
func (t *telephone) Try(ctx context.Context, e record.Extension, password string) (service.PhoneTest, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	t.named(e.Registrar)
	c := phoneConfig(withExtension(t.cfg, e, password), t.gate, t.log)
	c.RootCAs, c.Certificate = t.roots, t.identity
	got, err := phone.Try(ctx, c)
	if err != nil {
		return service.PhoneTest{}, err
	}
	if used := t.phone.Account(); used.Registrar == e.Registrar && used.User == e.User {
		t.phone.Refresh() // some systems keep one registration for an extension, and the test has taken it off
	}
	return service.PhoneTest{
		Verdict: verdictOf(got.Failure), Code: got.Code, Address: got.Address, Contact: got.Contact, Algorithm: got.Algorithm,
		TookMS: got.Took.Milliseconds(), Detail: got.Err, Steps: ladderSteps(got.Steps),
	}, nil
}

// Use implements service.Telephone.
func (t *telephone) Use(e record.Extension, password string) error {
	t.named(e.Registrar)
	return t.phone.SetAccount(phone.Account{Extension: e, Password: password})
}

// named switches on that names are looked up, when the telephone system is set by one.
func (t *telephone) named(lists ...string) {
	for _, list := range lists {
		for host := range strings.SplitSeq(list, ",") {
			host = strings.TrimSpace(host)
			if h, _, err := net.SplitHostPort(host); err == nil {
				host = h
			}
			if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err != nil && host != "" {
				t.gate.Allow(egress.Names)
			}
		}
	}
}

// Ladders implements service.Telephone.
func (t *telephone) Ladders() []service.Ladder {
	var out []service.Ladder
	for _, l := range t.phone.Ladders() {
		out = append(out, service.Ladder{Call: l.Call, Began: l.Began, Ended: l.Ended, End: l.End, Steps: ladderSteps(l.Steps)})
	}
	return out
}

// Registration implements service.Telephone.
func (t *telephone) Registration() []service.LadderMessage {
	return ladderSteps(t.phone.RegistrationSteps())
}

// Lines implements service.Telephone.
func (t *telephone) Lines() []service.Phone {
	out := make([]service.Phone, len(t.further))
	for i, f := range t.further {
		out[i] = f.phoneNow()
	}
	return out
}

// officeRing is how long a telephone of the office rings before it is given up.
const officeRing = 30 * time.Second

// pickUp is how long it takes to bring a receiver to the ear.
const pickUp = 500 * time.Millisecond

// CallBack implements service.Telephone.
func (t *telephone) CallBack(ctx context.Context, extension string, number record.PhoneNumber, name record.Personal) error {
	progress.Tell(ctx, progress.Step{What: "Extension " + extension + " rings: pick up"})
	out, err := t.phone.Dial(ctx, phone.DialOptions{Extension: extension, Name: name, Ring: officeRing})
	if err != nil {
		return &service.CallError{Text: "Extension " + extension + " " + verdict.Call(err)}
	}
	defer out.Close()
	// The audio runs, in silence: some telephones take a call without any for a fault.
	media, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	wg.Go(func() {
		if err := out.Wait(media); err != nil {
			t.log.Warn("line to who calls back", "err", err)
		}
	})
	select { // whoever has picked up has the receiver at the ear first
	case <-time.After(pickUp):
	case <-out.Context().Done():
		return &service.CallError{Text: "Extension " + extension + " has hung up"}
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	progress.Tell(ctx, progress.Step{What: "The number is called"})
	if err := out.Transfer(ctx, t.cfg.Outside+strings.TrimPrefix(string(number), "+")); err != nil {
		return &service.CallError{Text: "The number " + verdict.Call(err)}
	}
	return nil
}

// TalkWith implements service.Telephone.
func (t *telephone) TalkWith(ctx context.Context, extension string) error {
	progress.Tell(ctx, progress.Step{What: "Extension " + extension + " rings: pick up"})
	began := time.Now()
	out, err := t.phone.Dial(ctx, phone.DialOptions{Extension: extension, Ring: officeRing})
	if err != nil {
		return &service.CallError{Text: "Extension " + extension + " " + verdict.Call(err)}
	}
	defer out.Close()
	progress.Tell(ctx, progress.Step{What: "You are talking with your assistant; hang up when you have heard enough"})
	life, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	defer context.AfterFunc(out.Context(), func() { end(context.Cause(out.Context())) })()
	defer context.AfterFunc(ctx, func() { end(phone.ErrHangup) })()
	c := &rung{Outgoing: out, phone: t.phone, media: t.media, began: began}
	t.answer(life, c)
	if c.refused {
		return &service.CallError{Text: "There is neither a voice nor a rendered phrase yet: the page System says why"}
	}
	return nil
}

// note keeps a change of the registration; a refresh is none.
func (t *telephone) note(s phone.Status) {
	c := record.PhoneChange{At: time.Now(), Extension: t.user(), State: string(s.State), Code: s.Code}
	switch s.State {
	case phone.StateRegistered:
		c.Text = "Connected to the telephone system."
	case phone.StateRegistering:
		c.Text = "Connecting to the telephone system."
	case phone.StateFailed:
		c.Verdict = verdictOf(s.Failure)
		c.Text, _ = service.ExplainVerdict(c.Verdict, record.Extension{User: t.user()})
	case phone.StateOff:
		c.Text = "No telephone system is set."
	case phone.StateStopped:
		c.Text = "Taken off the telephone system."
	}
	t.mu.Lock()
	same := t.last.State == c.State && t.last.Verdict == c.Verdict && t.last.Extension == c.Extension
	t.last = c
	t.mu.Unlock()
	if same {
		return
	}
	if err := t.keep(c); err != nil {
		t.log.Error("keep the history of the registration", "err", err)
	}
}

func (t *telephone) user() string {
	if t.phone == nil {
		return t.cfg.User
	}
	return t.phone.Account().User
}

// verdictOf names a failure as doors do; the names are the same but for success.
func verdictOf(f phone.Failure) string {
	if f == phone.FailNone {
		return service.VerdictOK
	}
	return string(f)
}

func ladderSteps(steps []phone.LadderMessage) []service.LadderMessage {
	out := make([]service.LadderMessage, len(steps))
	for i, s := range steps {
		out[i] = service.LadderMessage{At: s.At, Sent: s.Sent, Text: s.Text, Note: s.Note}
	}
	return out
}

// phoneNow is the registration for the service.
func (t *telephone) phoneNow() service.Phone {
	s, a := t.phone.Status(), t.phone.Account()
	p := service.Phone{
		State: string(s.State), Since: s.Since, Registrar: s.Registrar, Problem: s.Failure.Hint(), Code: s.Code, Extension: a.User,
		Transport: a.Transport, Contact: s.Contact, Algorithm: s.Algorithm, Next: s.Next, Attempts: s.Attempts,
	}
	if s.Failure != phone.FailNone {
		p.Verdict = verdictOf(s.Failure)
	}
	return p
}
