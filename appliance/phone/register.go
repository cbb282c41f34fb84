package phone

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

const (
	backoffMin      = time.Second
	backoffMax      = time.Minute
	networkMax      = 4 * time.Second  // the most while nobody is there to be burdened: the network is back within 10 s
	registerTimeout = 10 * time.Second // of one REGISTER; five sends over UDP
	stopTimeout     = 2 * time.Second  // of the REGISTER that takes us off
	aliveTimeout    = 5 * time.Second  // of an OPTIONS; four sends over UDP
	homeMin         = time.Minute      // until preferred places of the PBX are asked again; doubled while they are not there
	homeMax         = 16 * time.Minute
)

// registration keeps one binding alive. Everything here runs on one goroutine; the outside sees Status.
type registration struct {
	phone   *Phone
	account Account
	user    string // of our Contact
	stack   *transaction.Layer
	creds   credentials
	callID  string
	fromTag string
	seq     uint32
	expires time.Duration // to ask for; raised by 423

	servers []server       // where the registrar is, the preferred place first
	at      int            // which of them is used
	tried   int            // how many of them have failed in this round
	back    time.Duration  // between questions to the preferred places, while another is used; doubled with each
	homeAt  time.Time      // when the next is due
	answers bool           // the server in use has answered an OPTIONS of ours
	doubted bool           // it has answered none, and was registered at anew for that
	local   netip.AddrPort // our own address toward the registrar
	contact netip.AddrPort // where the PBX finds us: local, or what a NAT makes of it
	old     netip.AddrPort // a contact that is to be taken off, invalid if none
	nat     int            // how often the contact was learned anew in a row
	breaks  int            // how often the connection has broken in short order
	broke   time.Time      // when it last did
	bound   bool           // the PBX has bound us, or may have: an attempt was broken off
}

// registerError is one failed attempt.
type registerError struct {
	failure    Failure
	code       int
	retryAfter time.Duration
	err        error
}

// Error implements error.
func (e *registerError) Error() string {
	if e.code != 0 {
		return fmt.Sprintf("register: status %d: %s", e.code, e.failure.Hint())
	}
	return fmt.Sprintf("register: %v: %s", e.err, e.failure.Hint())
}

// Unwrap returns the cause.
func (e *registerError) Unwrap() error { return e.err }

func newRegistration(p *Phone, a Account, s *transaction.Layer) *registration {
	return &registration{
		phone: p, account: a, user: p.contact.of(a), stack: s, callID: transaction.NewToken(12), fromTag: transaction.NewToken(6),
		expires: p.cfg.Expires, creds: credentials{user: a.AuthUser, password: a.Password},
	}
}

// run registers, refreshes and, when ctx ends, unregisters.
func (r *registration) run(ctx context.Context) {
	r.phone.setStatus(func(s *Status) {
		s.enter(StateRegistering)
		s.Failure, s.Code, s.Attempts, s.Expires, s.Registrar, s.Contact, s.Algorithm = FailNone, 0, 0, 0, "", "", ""
	})
	failures := 0
	for ctx.Err() == nil {
		granted, err := r.attempt(ctx)
		if ctx.Err() != nil {
			break
		}
		var wait time.Duration
		if err == nil {
			failures, r.tried = 0, 0
			wait = refreshAfter(granted)
			r.phone.setStatus(func(s *Status) {
				s.enter(StateRegistered)
				s.Failure, s.Code, s.Attempts, s.Expires = FailNone, sip.StatusOK, 0, granted
				s.Next = time.Now().Add(wait)
				s.Algorithm, s.Contact, s.Registrar = r.creds.algorithm(), r.contact.String(), r.server().String()
			})
		} else {
			if r.next(err) {
				continue
			}
			failures++
			wait = r.failed(err, failures)
		}
		if !r.sleep(ctx, wait, err == nil) {
			break
		}
	}
	r.unregister()
}

// failed notes a failure in the status and returns how long to wait.
func (r *registration) failed(err error, failures int) time.Duration {
	var re *registerError
	if !errors.As(err, &re) {
		re = &registerError{failure: FailProtocol, err: err}
	}
	r.bound = false // there is nobody to tell, or the PBX wants none of us
	r.phone.settle(home{})
	steps := failures
	if re.failure == FailPassword || re.failure == FailForbidden || re.failure == FailNoExtension {
		steps += 5 // trying again quickly does not help and makes PBXs lock the address out
	}
	wait := max(backoff(steps), re.retryAfter)
	if re.code == 0 && (re.failure == FailUnreachable || re.failure == FailNameNotFound) {
		wait = min(wait, networkMax)
	}
	r.creds.forget()
	r.phone.setStatus(func(s *Status) {
		if failures == 1 || s.Failure != re.failure {
			r.phone.log.Warn("not registered at the PBX", "failure", string(re.failure), "code", re.code, "hint", re.failure.Hint(), "retry_in",
				wait.Round(time.Second))
		}
		s.enter(StateFailed)
		s.Failure, s.Code, s.Attempts, s.Next, s.Expires = re.failure, re.code, failures, time.Now().Add(wait), 0
	})
	return wait
}

// attempt does one registration with all its challenges and corrections. It returns the granted time.
func (r *registration) attempt(ctx context.Context) (time.Duration, error) {
	if err := r.resolve(ctx); err != nil {
		return 0, err
	}
	local, err := r.stack.LocalToward(r.server())
	if err != nil {
		return 0, &registerError{failure: unreached(err), err: err}
	}
	if local != r.local { // the first time, and when the box got another address
		r.local, r.old, r.contact = local, r.contact, local
		r.stack.SetContact(local)
	}
	signed, stale, briefs := false, false, 0
	for range 8 { // each round is one answer that asks for another request; a sane PBX needs three
		res, usedNonce, err := r.send(ctx, r.expires, registerTimeout)
		if err != nil {
			return 0, &registerError{failure: unreached(err), err: err}
		}
		switch code := res.StatusCode; {
		case code >= 200 && code < 300:
			granted := r.granted(res)
			if granted <= 0 {
				return 0, &registerError{failure: FailProtocol, code: code, err: errors.New("no binding in the answer")}
			}
			if r.learn(res) {
				signed, stale = false, false // the next challenge is a new one
				continue
			}
			r.old = netip.AddrPort{}
			r.settled(res)
			return granted, nil
		case code == sip.StatusUnauthorized || code == sip.StatusProxyAuthRequired:
			isStale, err := r.creds.take(res)
			if err != nil {
				return 0, &registerError{failure: FailAlgorithm, code: code, err: err}
			}
			// A refusal of credentials made for a challenge of this very attempt means a wrong password, except
			// once when the server says that only its nonce was too old.
			if usedNonce && signed && (!isStale || stale) {
				return 0, &registerError{failure: FailPassword, code: code}
			}
			stale = stale || isStale && signed
			signed = true
		case code == sip.StatusIntervalToBrief:
			seconds, ok := number(header(res, "Min-Expires"))
			if asked := int(r.expires / time.Second); !ok || seconds <= asked || seconds > 86400 || briefs > 0 {
				return 0, &registerError{failure: FailInterval, code: code}
			}
			briefs++
			signed, stale = false, false
			r.expires = time.Duration(seconds) * time.Second
		default:
			return 0, r.refusal(res)
		}
	}
	return 0, &registerError{failure: FailProtocol, err: errors.New("the PBX keeps asking for another request")}
}

// settled notes that calls of ours can be made, and by which way.
func (r *registration) settled(res *sip.Response) {
	routes := serviceRoutes(res)
	if len(routes) == 0 && r.phone.cfg.Proxy != "" {
		var proxy sip.Uri
		if err := sip.ParseUri(r.stack.RouteURI(r.server()), &proxy); err == nil {
			routes = []sip.Uri{proxy}
		}
	}
	r.phone.settle(home{account: r.account, stack: r.stack, at: r.server(), routes: routes})
}

// unreached tells why nobody was reached.
func unreached(err error) Failure {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return FailCertificate
	}
	return FailUnreachable
}

func (r *registration) refusal(res *sip.Response) error {
	e := &registerError{code: res.StatusCode, failure: FailProtocol}
	switch {
	case res.StatusCode == sip.StatusForbidden && r.creds.challenge != nil:
		e.failure = FailPassword // what PBXs of the old school send for it
	case res.StatusCode == sip.StatusForbidden:
		e.failure = FailForbidden
	case res.StatusCode == sip.StatusNotFound || res.StatusCode == sip.StatusGone:
		e.failure = FailNoExtension
	case res.StatusCode >= 300 && res.StatusCode < 400:
		e.failure = FailElsewhere
	case res.StatusCode == sip.StatusRequestTimeout:
		e.failure = FailUnreachable
	case res.StatusCode >= 500 && res.StatusCode < 600:
		e.failure = FailOverloaded
	}
	if seconds, ok := number(header(res, "Retry-After")); ok {
		e.retryAfter = min(time.Duration(seconds)*time.Second, 10*time.Minute)
	}
	return e
}

// send does one REGISTER. usedNonce tells whether it carried credentials.
func (r *registration) send(ctx context.Context, expires, timeout time.Duration) (res *sip.Response, usedNonce bool, err error) {
	req, err := r.request(expires)
	if err != nil {
		return nil, false, err
	}
	if usedNonce, err = r.creds.sign(req); err != nil {
		return nil, false, err
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.note(req, usedNonce, expires)
	res, err = r.stack.Do(limited, req, r.server(), r.stack.ViaAddr(r.server()))
	r.noteAnswer(res, err)
	r.bound = r.bound || err != nil && ctx.Err() != nil || err == nil && res.IsSuccess() && expires > 0
	return res, usedNonce, err
}

// note puts a REGISTER of ours onto the ladder.
func (r *registration) note(req *sip.Request, signed bool, expires time.Duration) {
	how := "to " + r.server().String() + " over " + r.stack.Wire.Proto()
	if signed {
		how += ", with the password as " + r.creds.algorithm()
	}
	if expires == 0 {
		how += ", to be taken off"
	}
	r.phone.regTrace.put(true, string(req.Method), how)
}

// noteAnswer puts its answer there, or that there was none.
func (r *registration) noteAnswer(res *sip.Response, err error) {
	if err != nil {
		r.phone.regTrace.add(false, "no answer", strings.TrimPrefix(err.Error(), "wait for response to REGISTER: "))
		return
	}
	r.phone.regTrace.add(false, fmt.Sprintf("%d %s (REGISTER)", res.StatusCode, res.Reason), "")
}

// request builds a REGISTER.
func (r *registration) request(expires time.Duration) (*sip.Request, error) {
	r.seq++
	req, err := r.outside(sip.REGISTER, r.callID, r.seq)
	if err != nil {
		return nil, err
	}
	if r.phone.cfg.Proxy != "" { // RFC 3261 section 8.1.2: a route that is set beforehand
		req.AppendHeader(sip.NewHeader("Route", "<"+r.stack.RouteURI(r.server())+">"))
	}
	seconds := strconv.Itoa(int(expires / time.Second))
	req.AppendHeader(sip.NewHeader("Contact", "<"+r.stack.ContactURI(r.user, r.contact)+">;expires="+seconds))
	if r.old.IsValid() && r.old != r.contact {
		req.AppendHeader(sip.NewHeader("Contact", "<"+r.stack.ContactURI(r.user, r.old)+">;expires=0"))
	}
	req.AppendHeader(sip.NewHeader("Expires", seconds))
	req.AppendHeader(sip.NewHeader("Supported", "path")) // RFC 3327 section 5.1: proxies on the way to the registrar may stay on that of calls
	req.SetBody(nil)
	return req, nil
}

// outside builds a request of ours to the PBX outside of a dialog, from our address to our address.
func (r *registration) outside(method sip.RequestMethod, id string, seq uint32) (*sip.Request, error) {
	var target, aor sip.Uri
	if err := sip.ParseUri("sip:"+r.account.host(), &target); err != nil {
		return nil, fmt.Errorf("build %s: domain: %w", method, err)
	}
	aor = *target.Clone()
	aor.User = r.account.User
	req := sip.NewRequest(method, target)
	from := &sip.FromHeader{Address: aor}
	from.Params.Add("tag", r.fromTag)
	callID := sip.CallIDHeader(id)
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: *aor.Clone()})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("Allow", r.phone.allow()))
	req.AppendHeader(sip.NewHeader("User-Agent", r.phone.cfg.UserAgent))
	return req, nil
}

// granted finds our binding among those of a 200 (RFC 3261 section 10.2.4) and returns for how long it holds.
func (r *registration) granted(res *sip.Response) time.Duration {
	limit := 24 * time.Hour
	contacts := res.GetHeaders("Contact")
	for _, h := range contacts {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		host, port := uriHost(&c.Address)
		same := c.Address.User == r.user && strings.EqualFold(host, r.contact.Addr().String()) && port == r.contact.Port()
		if !same && len(contacts) > 1 {
			continue // somebody else's telephone on the same extension
		}
		if text, ok := transaction.Param(c.Params, "expires"); ok {
			if seconds, ok := number(text); ok {
				return min(time.Duration(seconds)*time.Second, limit)
			}
		}
	}
	if seconds, ok := number(header(res, "Expires")); ok {
		return min(time.Duration(seconds)*time.Second, limit)
	}
	return r.expires
}

// learn takes our address as the PBX saw it from the answer's Via (RFC 3581). It reports that the contact has changed
// and must be registered anew; at most twice in a row, since some NATs give each packet another port.
func (r *registration) learn(res *sip.Response) bool {
	via := res.Via()
	if via == nil || r.stack.Wire.Proto() == "TCP" || r.nat >= 2 {
		r.nat = 0
		return false
	}
	seen := r.contact
	if text, ok := transaction.Param(via.Params, "received"); ok {
		if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
			seen = netip.AddrPortFrom(a.Unmap(), seen.Port())
		}
	}
	if text, ok := transaction.Param(via.Params, "rport"); ok && text != "" {
		if port, err := strconv.ParseUint(text, 10, 16); err == nil && port > 0 {
			seen = netip.AddrPortFrom(seen.Addr(), uint16(port))
		}
	}
	if seen == r.contact || seen.Addr().IsUnspecified() {
		r.nat = 0
		return false
	}
	r.nat++
	r.old, r.contact = r.contact, seen
	r.stack.SetContact(seen)
	return true
}

// unregister takes the binding off, so that the PBX stops sending calls here at once.
func (r *registration) unregister() {
	r.takeOff()
	r.phone.setStatus(func(s *Status) { s.enter(StateStopped); s.Next = time.Time{} })
}

func (r *registration) takeOff() {
	r.phone.settle(home{})
	if r.bound {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		for range 2 {
			res, _, err := r.send(ctx, 0, stopTimeout)
			if err != nil || res.StatusCode != sip.StatusUnauthorized && res.StatusCode != sip.StatusProxyAuthRequired {
				break
			}
			if _, err := r.creds.take(res); err != nil {
				break
			}
		}
	}
}

// counting is what may be missing of a time that a PBX has granted: some count in whole seconds, Kamailio among them, and the
// answer was under way.
const counting = 1500 * time.Millisecond

// refreshAfter picks a moment at 50 to 80 % of the granted time, so that boxes do not all come at once.
func refreshAfter(granted time.Duration) time.Duration {
	at := time.Duration(float64(granted) * (0.5 + 0.3*rand.Float64()))
	return max(time.Second, min(at, granted-counting))
}

// backoff doubles from 1 s to 60 s and waits between half of that and all of it.
func backoff(failures int) time.Duration {
	d := backoffMax
	if failures < 7 {
		d = min(backoffMin<<max(failures-1, 0), backoffMax)
	}
	return max(backoffMin, d/2+rand.N(d/2+1))
}

// sleep waits until d has passed, the registration is wanted anew, the connection that it was made over has broken, the PBX no longer
// answers, or a better place of it does again; it reports false when ctx ended first.
func (r *registration) sleep(ctx context.Context, d time.Duration, registered bool) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	var ask, home <-chan time.Time
	if keep := r.phone.cfg.KeepAlive; keep > 0 && registered {
		every := time.NewTicker(keep)
		defer every.Stop()
		ask = every.C
	}
	if registered && r.at == 0 {
		r.back, r.homeAt = 0, time.Time{}
	}
	if registered && r.at > 0 {
		if r.homeAt.IsZero() {
			r.later()
		}
		home = time.After(time.Until(r.homeAt))
	}
	for end := time.Now().Add(d); ; {
		select {
		case <-t.C:
			return true
		case <-r.phone.refresh:
			return true
		case <-ask:
			if r.gone(ctx) {
				return ctx.Err() == nil
			}
		case <-home:
			r.later()
			if r.goHome(ctx) || ctx.Err() != nil {
				return ctx.Err() == nil
			}
			home = time.After(time.Until(r.homeAt))
		case <-r.phone.broken:
			if time.Since(r.broke) > 2*backoffMax { // not again and again
				r.breaks = 0
			}
			r.breaks++
			r.broke = time.Now()
			t.Reset(min(time.Until(end), backoff(r.breaks)))
		case <-ctx.Done():
			return false
		}
	}
}

func (s *Status) enter(state State) {
	if s.State != state {
		s.State, s.Since = state, time.Now()
	}
}
