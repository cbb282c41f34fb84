package phone

import (
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"golang.org/x/time/rate"

	"frontdesk.internal/appliance/phone/transaction"
)

// maxSources bounds the memory of a limiter; sources beyond it share one allowance.
const maxSources = 256

// limiter bounds how many new requests a second are looked at, from one address and from all. Those that name our Contact, which the PBX
// alone was told, are counted apart: who floods with the PBX's address on its datagrams keeps none of its calls away.
type limiter struct {
	each rate.Limit
	told *rate.Limiter

	mu      sync.Mutex
	all     *rate.Limiter
	others  *rate.Limiter
	sources map[netip.Addr]*rate.Limiter
	swept   time.Time
}

func newLimiter(perSecond int) *limiter {
	one := func(n int) *rate.Limiter { return rate.NewLimiter(rate.Limit(n), 2*n) }
	return &limiter{
		each: rate.Limit(perSecond), told: one(perSecond), all: one(4 * perSecond), others: one(perSecond),
		sources: map[netip.Addr]*rate.Limiter{},
	}
}

// allow reports whether one more request from a is looked at now.
func (l *limiter) allow(a netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	s := l.sources[a]
	if s == nil {
		if len(l.sources) >= maxSources && now.Sub(l.swept) >= time.Second {
			l.swept = now
			for other, r := range l.sources {
				if r.TokensAt(now) >= float64(r.Burst()) { // it has been quiet: forgetting it changes nothing
					delete(l.sources, other)
				}
			}
		}
		if s = l.others; len(l.sources) < maxSources {
			s = rate.NewLimiter(l.each, l.others.Burst())
			l.sources[a] = s
		}
	}
	return s.AllowN(now, 1) && l.all.AllowN(now, 1)
}

// unwanted drops, without an answer, what is too much, and what scanners send when strangers are let in: requests for users and by
// methods that are not here. An answer would tell them that somebody is.
func (p *Phone) unwanted(req *sip.Request, tx *transaction.Server) bool {
	src := tx.Src.Addr()
	if tx.Src == transaction.SelfAddr(tx.Layer.Wire.Local()) {
		return false // our own
	}
	allow := func() bool { return p.senders.limit.allow(src) }
	if p.contact.is(p.Account(), req.Recipient.User) {
		allow = p.senders.limit.told.Allow
	}
	switch {
	case !allow():
		p.count.Limited.Add(1)
	case !p.senders.fromPBX(src) && !p.forUs(req):
		p.count.Scanners.Add(1)
	default:
		return false
	}
	tx.Terminate()
	return true
}

// forUs reports whether a stranger's request is one that a caller or a telephone system would send here.
func (p *Phone) forUs(req *sip.Request) bool {
	switch req.Method {
	case sip.INVITE:
		return p.senders.hasGuest() || p.named(req.Recipient.User)
	case sip.OPTIONS, sip.BYE, sip.NOTIFY:
		return req.Recipient.User == "" || p.named(req.Recipient.User)
	}
	return false
}
