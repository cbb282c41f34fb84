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
	p.mailbox.show(messages)
}

// show has everybody told that so many messages wait.
func (m *mailbox) show(messages int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known && m.waiting == messages {
		return
	}
	m.known, m.waiting = true, messages
	signal(m.due)
	for _, s := range m.subscriptions {
		signal(s.due)
	}
}

// run tells the PBX of each change, and anew when the phone has registered somewhere, until ctx ends.
func (m *mailbox) run(ctx context.Context) {
	again := time.NewTimer(time.Hour)
	again.Stop()
	defer again.Stop()
	for {
		select {
		case <-m.due:
		case <-again.C:
		case <-ctx.Done():
			return
		}
		m.mu.Lock()
		known, waiting := m.known, m.waiting
		m.mu.Unlock()
		if !known || !m.phone.present().at.IsValid() {
			continue
		}
		err := m.tellPBX(ctx, waiting)
		var refused *RefusedError
		switch {
		case errors.As(err, &refused):
			m.phone.log.Warn("the PBX takes no state of a mailbox from this extension", "status", refused.Status)
		case err != nil && ctx.Err() == nil:
			again.Reset(lampRetry)
		}
	}
}

func (m *mailbox) tellPBX(ctx context.Context, waiting int) error {
	return m.phone.tell(ctx, sip.NOTIFY, "", mailboxType, mailboxBody(m.phone.Account(), waiting),
		sip.NewHeader("Event", eventMailbox), sip.NewHeader("Subscription-State", "active"))
}
