package phone

import (
	"fmt"
	"math/rand/v2"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"github.com/emiago/sipgo/sip"
)

// A session whose other side knows no UPDATE is refreshed by an INVITE within the dialog (RFC 4028 section 7.4): the description that was
// agreed on is offered again, unchanged.

// reinvite sends it. One INVITE may be under way in a dialog at a time, whoever has sent it (RFC 3261 section 14.1).
func (d *dialog) reinvite(attempt int) {
	if d.pending != nil || d.inviting {
		d.session.due.Reset(d.glare())
		return
	}
	body, err := d.media.renegotiate(nil)
	if err != nil {
		d.log.Warn("session not refreshed", "err", err)
		return
	}
	req := d.request(sip.INVITE)
	req.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
	req.AppendHeader(sip.NewHeader("Allow", d.phone.allow()))
	req.AppendHeader(sip.NewHeader("Supported", tagTimer))
	req.AppendHeader(sip.NewHeader("Session-Expires", fmt.Sprintf("%d;refresher=uac", int(d.session.interval/time.Second))))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(body)
	tx, err := d.begin(req)
	d.trace.add(true, "INVITE", "refresh of the session")
	if err != nil {
		d.log.Warn("session not refreshed", "err", err)
		return
	}
	c := &calling{d: d, req: req, tx: tx}
	d.inviting = true
	d.requests.Add(1)
	d.phone.wg.Add(1)
	go func() {
		defer d.phone.wg.Done()
		defer d.requests.Done()
		res, err := c.final()
		if err == nil && !res.IsSuccess() {
			c.refused(res) // which ends the transaction
		}
		_ = d.do(func() { d.reinvited(c, res, err, attempt) }) // of an ended dialog nothing is left to refresh
		if c.tx == nil {
			return
		}
		if c.ack == nil {
			c.tx.End()
			return
		}
		d.phone.wg.Add(1) // linger gives one back
		c.linger()
	}()
}

// glare is how long to wait before the next INVITE when two have crossed (RFC 3261 section 14.1): who has made the call waits longer.
func (d *dialog) glare() time.Duration {
	if d.out {
		return 2100*time.Millisecond + rand.N(1900*time.Millisecond)
	}
	return rand.N(2000 * time.Millisecond)
}

// final waits for the final response to an INVITE within a dialog, no longer than the dialog lives.
func (c *calling) final() (*sip.Response, error) {
	interval := transaction.T1
	resend, timeout := time.NewTimer(interval), time.NewTimer(transaction.T64)
	defer resend.Stop()
	defer timeout.Stop()
	if c.d.stack.Wire.Reliable() {
		resend.Stop()
	}
	for {
		select {
		case res := <-c.tx.Responses:
			if !res.IsProvisional() {
				return res, nil
			}
			resend.Stop()
			timeout.Stop()
		case <-resend.C:
			if err := c.d.stack.Wire.Send(c.tx.Data, c.d.src); err != nil {
				return nil, fmt.Errorf("%w: %w", transaction.ErrUnreachable, err)
			}
			interval *= 2
			resend.Reset(interval)
		case <-timeout.C:
			return nil, transaction.ErrUnreachable
		case <-c.d.done:
			return nil, errUnwanted
		case <-c.d.stack.Closed:
			return nil, transaction.ErrClosed
		}
	}
}

// reinvited takes the answer to our INVITE. It runs on the dialog's goroutine.
func (d *dialog) reinvited(c *calling, res *sip.Response, err error, attempt int) {
	d.inviting = false
	if err == nil {
		d.trace.add(false, fmt.Sprintf("%d %s (INVITE)", res.StatusCode, res.Reason), "")
	}
	if err == nil && res.IsSuccess() {
		if contact := res.Contact(); contact != nil && !contact.Address.Wildcard && contact.Address.Host != "" {
			d.target = *contact.Address.Clone()
		}
		c.ack, c.ackTo, c.tag = d.ackFor(c.req), d.nextHop(), d.remoteTag
		_ = d.stack.Wire.Send(c.ack, c.ackTo) // when it is lost the 2xx comes again
		d.trace.add(true, "ACK", "")
		if answer, err := sdp.Parse(res.Body()); err != nil || d.media.accept(answer) != nil {
			d.log.Warn("answer to the refresh not usable, session unchanged")
		}
	}
	if err == nil && res.StatusCode == sip.StatusRequestPending && d.state == dialogConfirmed {
		d.session.due.Reset(d.glare())
		return
	}
	d.refreshed("INVITE", res, err, attempt)
}
