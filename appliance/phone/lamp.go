package phone

import (
	"context"
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"
)

// lampRetry is when a count that the PBX has not taken is told again.
const lampRetry = time.Minute

// ShowWaiting has the PBX light the lamps of the office for so many messages that wait, by telling it the state of our mailbox (RFC 3842).
// PBXs want to be told which extension may do so: Asterisk by incoming_mwi_mailbox. It may be called at any time, and as often as
// one likes.
func (p *Phone) ShowWaiting(messages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lamp.known && p.lamp.waiting == messages {
		return
	}
	p.lamp.known, p.lamp.waiting = true, messages
	signal(p.lampDue)
	p.tellSubscribersLocked()
}

// lamp is how many messages wait. Guarded by Phone.mu.
type lamp struct {
	known   bool // else nobody wants any lamp
	waiting int
}

// keepLamp tells the PBX of each change of the lamp, and anew when the phone has registered somewhere, until ctx ends.
func (p *Phone) keepLamp(ctx context.Context) {
	again := time.NewTimer(time.Hour)
	again.Stop()
	defer again.Stop()
	for {
		select {
		case <-p.lampDue:
		case <-again.C:
		case <-ctx.Done():
			return
		}
		p.mu.Lock()
		l, at := p.lamp, p.home.at
		p.mu.Unlock()
		if !l.known || !at.IsValid() {
			continue
		}
		err := p.tellLamp(ctx, l.waiting)
		var refused *RefusedError
		switch {
		case errors.As(err, &refused):
			p.log.Warn("the PBX takes no state of a mailbox from this extension", "status", refused.Status)
		case err != nil && ctx.Err() == nil:
			again.Reset(lampRetry)
		}
	}
}

func (p *Phone) tellLamp(ctx context.Context, waiting int) error {
	return p.tell(ctx, sip.NOTIFY, "", mailboxType, mailboxBody(p.Account(), waiting),
		sip.NewHeader("Event", eventMailbox), sip.NewHeader("Subscription-State", "active"))
}
