package phone

import (
	"context"
	"mime"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk.internal/appliance/record"
	"github.com/emiago/sipgo/sip"
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
	textType    = "text/plain"
)

// onText takes a text from the PBX. It is confirmed when it was kept, and never answered by another text (RFC 3428 section 7).
func (p *Phone) onText(req *sip.Request, tx *serverTx) {
	switch kind, params, err := mime.ParseMediaType(header(req, "Content-Type", "c")); {
	case !p.fromPBX(tx.src.Addr()):
		tx.refuse(sip.StatusForbidden)
		return
	case req.Recipient.User != "" && req.Recipient.User != p.Account().User:
		tx.refuse(sip.StatusNotFound)
		return
	case err != nil || kind != textType || !textCharset(params["charset"]):
		tx.refuse(sip.StatusUnsupportedMediaType, sip.NewHeader("Accept", textType))
		return
	case len(req.Body()) > textMost:
		tx.refuse(sip.StatusRequestEntityTooLarge)
		return
	}
	if bad := unsupported(req); len(bad) > 0 {
		p.badExtension(tx, bad)
		return
	}
	who := callerOf(req, p.cfg.TrustAsserted)
	t := Text{From: who.number, Name: who.name, Body: plainText(req.Body())}
	if t.Body == "" {
		tx.refuse(sip.StatusOK)
		return
	}
	p.mu.Lock()
	stopping := p.stopping
	if !stopping {
		p.wg.Add(1)
	}
	p.mu.Unlock()
	if stopping {
		tx.refuse(sip.StatusServiceUnavailable)
		return
	}
	select {
	case p.texts <- struct{}{}:
	default:
		p.wg.Done()
		tx.refuseLater(sip.StatusServiceUnavailable, textTimeout)
		return
	}
	go func() {
		defer p.wg.Done()
		defer func() { <-p.texts }()
		ctx, cancel := context.WithTimeout(p.life, textTimeout)
		defer cancel()
		if err := p.cfg.OnText(ctx, t); err != nil {
			p.log.Error("a text was not kept", "err", err)
			tx.refuseLater(sip.StatusServiceUnavailable, time.Minute)
			return
		}
		tx.refuse(sip.StatusOK)
	}()
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
