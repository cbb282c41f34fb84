package phone

import (
	"context"
	"mime"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
	"golang.org/x/time/rate"
)

// Text is a text that somebody sends to the extension (RFC 3428).
type Text struct {
	From record.PhoneNumber // "" when it is withheld or none
	Name record.Personal    // that the PBX gave, "" without one
	Body record.Personal
}

const (
	textMost    = 4 << 10 // octets of a text that is taken
	textsAtOnce = 8       // that are being kept; more are refused for now
	textTimeout = 20 * time.Second
	textsEach   = 20  // an hour of one sender
	textsAll    = 100 // an hour of all senders
	textSenders = 256 // that are counted apart; those beyond share what one may
	textType    = "text/plain"
)

// inbox takes texts.
type inbox struct {
	phone  *Phone
	places chan struct{} // one for each text that is being kept
	limit  textLimit
}

// onText takes a text from the PBX. It is confirmed when it was kept, and never answered by another text (RFC 3428 section 7).
func (i *inbox) onText(req *sip.Request, tx *transaction.Server) {
	p := i.phone
	switch kind, params, err := mime.ParseMediaType(header(req, "Content-Type", "c")); {
	case !p.senders.fromPBX(tx.Src.Addr()):
		tx.Refuse(sip.StatusForbidden)
		return
	case req.Recipient.User != "" && !p.named(req.Recipient.User):
		tx.Refuse(sip.StatusNotFound)
		return
	case p.forged(req, tx):
		p.noteForged(tx.Src)
		tx.Refuse(sip.StatusNotFound)
		return
	case err != nil || kind != textType || !textCharset(params["charset"]):
		tx.Refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", textType))
		return
	case len(req.Body()) > textMost:
		tx.Refuse(sip.StatusRequestEntityTooLarge)
		return
	}
	if bad := unsupported(req); len(bad) > 0 {
		p.badExtension(tx, bad)
		return
	}
	who := callerOf(req, p.cfg.TrustAsserted)
	t := Text{From: who.number, Name: who.name, Body: plainText(req.Body())}
	if t.Body == "" {
		tx.Refuse(sip.StatusOK)
		return
	}
	if wait, ok := i.limit.allow(t.From, time.Now()); !ok {
		p.count.Texts.Add(1)
		tx.RefuseLater(sip.StatusServiceUnavailable, wait)
		return
	}
	if !p.enter() {
		tx.Refuse(sip.StatusServiceUnavailable)
		return
	}
	select {
	case i.places <- struct{}{}:
	default:
		p.wg.Done()
		tx.RefuseLater(sip.StatusServiceUnavailable, textTimeout)
		return
	}
	go func() {
		defer p.wg.Done()
		defer func() { <-i.places }()
		ctx, cancel := context.WithTimeout(p.life, textTimeout)
		defer cancel()
		if err := p.cfg.OnText(ctx, t); err != nil {
			p.log.Error("a text was not kept", "err", err)
			tx.RefuseLater(sip.StatusServiceUnavailable, time.Minute)
			return
		}
		tx.Refuse(sip.StatusOK)
	}()
}

// textLimit bounds how many texts are kept of one sender and of all. What came at once at first is as much as an hour's.
type textLimit struct {
	mu   sync.Mutex
	all  *rate.Limiter
	each map[record.PhoneNumber]*rate.Limiter // "" = withheld, and whoever finds no room
}

func perHour(n int) *rate.Limiter { return rate.NewLimiter(rate.Every(time.Hour/time.Duration(n)), n) }

// allow reports whether one more text of a sender is kept, and if not, when the next may be.
func (l *textLimit) allow(from record.PhoneNumber, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all, l.each = perHour(textsAll), map[record.PhoneNumber]*rate.Limiter{}
	}
	one := l.each[from]
	if one == nil && len(l.each) >= textSenders {
		for n, r := range l.each {
			if r.TokensAt(now) >= textsEach { // quiet for so long that forgetting it changes nothing
				delete(l.each, n)
			}
		}
		if len(l.each) >= textSenders {
			from = ""
			one = l.each[from]
		}
	}
	if one == nil {
		one = perHour(textsEach)
		l.each[from] = one
	}
	if !one.AllowN(now, 1) {
		return time.Hour / textsEach, false
	}
	if !l.all.AllowN(now, 1) { // the sender's own count is not what is used up; that it is counted does no harm
		return time.Hour / textsAll, false
	}
	return 0, true
}

func textCharset(name string) bool {
	switch strings.ToLower(name) {
	case "", "utf-8", "us-ascii":
		return true
	}
	return false
}

// plainText makes a text fit to be shown: valid UTF-8, no control characters but line ends and tabs.
func plainText(b []byte) record.Personal {
	if !utf8.Valid(b) {
		b = []byte(strings.ToValidUTF8(string(b), "\uFFFD"))
	}
	return record.Personal(strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, string(b))))
}
