package phone

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// server is the place of the PBX that is used now.
func (r *registration) server() netip.AddrPort { return r.servers[r.at].addr }

// next goes on to the next place of the PBX after err, at once, and reports false when there is none left in this round: then all of
// them rest, and the preferred one begins. Only who is not there or cannot serve is passed over; a wrong password is wrong everywhere.
func (r *registration) next(err error) bool {
	var re *registerError
	if !errors.As(err, &re) || re.failure != FailUnreachable && re.failure != FailOverloaded && re.failure != FailCertificate ||
		len(r.servers) == 0 {
		return false
	}
	if r.tried++; r.tried >= len(r.servers) {
		r.use(0)
		r.tried = 0
		return false
	}
	r.phone.log.Warn("the PBX is tried at its next address", "failure", string(re.failure), "code", re.code, "was", r.server().String())
	r.use((r.at + 1) % len(r.servers))
	return true
}

// use makes the place at i the one that is used. What the former one asked for is of no use there.
func (r *registration) use(i int) {
	if i == r.at {
		return
	}
	r.at, r.answers, r.doubted = i, false, false
	r.creds.forget()
	r.bound = false
}

// gone asks the PBX whether it is there and reports whether it no longer is. One that has never answered such a question is believed
// to be there: some drop what they do not know.
func (r *registration) gone(ctx context.Context) bool {
	err := r.options(ctx, r.server())
	if err == nil {
		r.answers = true
		return false
	}
	if ctx.Err() == nil && (r.answers || !r.doubted) {
		r.phone.log.Warn("the PBX no longer answers, registering anew")
		// One that has never answered may be gone, or be of those that answer no OPTIONS: the registration tells, once.
		r.answers, r.doubted = false, true
		return true
	}
	return false
}

// later sets when the preferred places are asked next. An address that answers questions but takes no registration is thus tried ever
// less often.
func (r *registration) later() {
	r.back = min(max(2*r.back, homeMin), homeMax)
	r.homeAt = time.Now().Add(r.back)
}

// goHome looks whether a place that is preferred to the one in use is there again. If so the registration is taken off here and made
// there: in this order, since both may share one memory of who is registered.
func (r *registration) goHome(ctx context.Context) bool {
	for i := range r.at {
		if r.options(ctx, r.servers[i].addr) != nil {
			continue
		}
		r.phone.log.Info("a preferred address of the PBX answers again, going back", "to", r.servers[i].addr.String())
		r.takeOff()
		r.use(i)
		return true
	}
	return false
}

// options asks the place at to what it can do. Any answer but that it cannot serve will do (RFC 3261 section 11).
func (r *registration) options(ctx context.Context, to netip.AddrPort) error {
	req, err := r.outside(sip.OPTIONS, transaction.NewToken(12), 1)
	if err != nil {
		return err
	}
	req.SetBody(nil) // sets Content-Length, which streams need
	limited, cancel := context.WithTimeout(ctx, aliveTimeout)
	defer cancel()
	res, err := r.stack.Do(limited, req, to, r.stack.ViaAddr(to))
	if err != nil {
		return err
	}
	if res.StatusCode >= 500 && res.StatusCode < 600 {
		return &registerError{failure: FailOverloaded, code: res.StatusCode}
	}
	return nil
}
