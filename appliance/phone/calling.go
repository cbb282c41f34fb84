package phone

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"github.com/emiago/sipgo/sip"
)

// inviteAttempts bounds how often an INVITE of ours is sent anew with other credentials.
const inviteAttempts = 3

// calling is an INVITE of ours until its dialog lives by itself. It runs on a goroutine of its own, which outlives who dialled when that
// one gives up: an INVITE must be cancelled, and a 2xx that comes all the same be acknowledged and ended (RFC 3261 section 15).
type calling struct {
	d        *dialog
	options  DialOptions
	quit     <-chan struct{} // who dialled wants it no more
	answered chan error      // capacity 1

	mu              sync.Mutex
	told, abandoned bool

	req   *sip.Request // the INVITE under way
	tx    *transaction.Client
	creds credentials // that it was signed with
	ack   []byte      // of the 2xx that became the call
	ackTo netip.AddrPort
	tag   string // the other side's, in that call
	rang  bool
}

// abandon says that nobody waits for the call any more, and reports false when it is too late for that.
func (c *calling) abandon() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.abandoned = !c.told
	return c.abandoned
}

// tell hands the call over, or ends it when nobody wants it any more.
func (c *calling) tell(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.abandoned {
		c.told = true
		c.answered <- err
		return
	}
	if err == nil {
		(&Outgoing{d: c.d}).Close()
	}
}

// errUnwanted ends an INVITE whose caller has given up.
var errUnwanted = errors.New("the call is not wanted any more")

// run makes the call. It hands the place in the phone's group over to the dialog's goroutine, or gives it back.
func (c *calling) run() {
	d := c.d
	res, err := c.connect()
	if err == nil {
		err = c.up(res)
	} else if d.media != nil {
		d.media.close()
	}
	d.log.Info("call of ours", "answered", err == nil, "err", err)
	if err != nil {
		d.cancel(err)
	}
	c.tell(err)
	c.linger()
	if err != nil {
		d.phone.wg.Done() // else the dialog's goroutine does
	}
}

// connect sends the INVITE, with credentials when they are asked for, and returns its 2xx.
func (c *calling) connect() (*sip.Response, error) {
	d := c.d
	body, err := d.openMedia()
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		if err := c.send(body); err != nil {
			return nil, err
		}
		res, err := c.wait()
		if err != nil {
			return nil, err
		}
		d.trace.add(false, fmt.Sprintf("%d %s (INVITE)", res.StatusCode, res.Reason), "")
		if res.IsSuccess() {
			return res, nil
		}
		c.refused(res)
		if !challenged(res) || attempt >= inviteAttempts {
			return nil, &RefusedError{Status: res.StatusCode}
		}
		stale, err := d.creds.take(res)
		if err != nil || attempt > 1 && !stale {
			return nil, &RefusedError{Status: res.StatusCode}
		}
	}
}

// send sends the INVITE.
func (c *calling) send(body []byte) error {
	d := c.d
	req := d.request(sip.INVITE)
	if name := shownName(c.options.Name); name != "" {
		req.From().DisplayName = name
	}
	req.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
	req.AppendHeader(sip.NewHeader("Allow", d.phone.allow()))
	req.AppendHeader(sip.NewHeader("Supported", tagTimer))
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(body)
	tx, err := d.begin(req)
	d.trace.add(true, "INVITE", d.media.note())
	if err != nil {
		return err
	}
	c.req, c.tx, c.creds = req, tx, d.creds
	return nil
}

// wait waits for the final response. Who no longer wants the call, or has rung for long enough, has it cancelled, which may come too late.
func (c *calling) wait() (*sip.Response, error) {
	interval := transaction.T1
	resend, timeout, ring := time.NewTimer(interval), time.NewTimer(transaction.T64), time.NewTimer(c.options.Ring)
	defer resend.Stop()
	defer timeout.Stop()
	defer ring.Stop()
	if c.d.stack.Wire.Reliable() {
		resend.Stop()
	}
	quit := c.quit
	var why error // set: cancel as soon as there was a provisional response (section 9.1)
	proceeding, cancelled := false, false
	for {
		if why != nil && proceeding && !cancelled {
			cancelled = true
			c.sendCancel()
			timeout.Reset(transaction.T64)
		}
		select {
		case res := <-c.tx.Responses:
			if res.IsProvisional() {
				if !proceeding {
					proceeding = true
					resend.Stop()
					timeout.Stop()
				}
				c.rings(res)
				continue
			}
			if why == nil {
				return res, nil
			}
			c.refuseLate(res)
			return nil, why
		case <-resend.C:
			if err := c.d.stack.Wire.Send(c.tx.Data, c.d.src); err != nil {
				return nil, fmt.Errorf("%w: %w", transaction.ErrUnreachable, err)
			}
			interval *= 2
			resend.Reset(interval)
		case <-timeout.C:
			if why == nil {
				why = transaction.ErrUnreachable
			}
			return nil, why
		case <-ring.C:
			if why == nil {
				why = &RefusedError{Status: sip.StatusTemporarilyUnavailable}
			}
		case <-quit:
			quit, why = nil, errUnwanted
		case <-c.d.stack.Closed:
			return nil, transaction.ErrClosed
		}
	}
}

func (c *calling) rings(res *sip.Response) {
	if c.rang || res.StatusCode != sip.StatusRinging && res.StatusCode != sip.StatusSessionInProgress {
		return
	}
	c.rang = true
	c.d.trace.add(false, fmt.Sprintf("%d %s (INVITE)", res.StatusCode, res.Reason), "")
	if c.options.Ringing != nil {
		c.options.Ringing()
	}
}

// onBranch builds the CANCEL of the INVITE, or the ACK of its refusal: both go by its branch, its routes and its number.
func (c *calling) onBranch(method sip.RequestMethod, to *sip.ToHeader) *sip.Request {
	req := sip.NewRequest(method, *c.req.Recipient.Clone())
	req.AppendHeader(sip.HeaderClone(c.req.Via()))
	for _, h := range c.req.GetHeaders("Route") {
		req.AppendHeader(sip.HeaderClone(h))
	}
	hops := sip.MaxForwardsHeader(70)
	req.AppendHeader(sip.HeaderClone(c.req.From()))
	req.AppendHeader(sip.HeaderClone(to))
	req.AppendHeader(sip.HeaderClone(c.req.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.req.CSeq().SeqNo, MethodName: method})
	req.AppendHeader(&hops)
	req.SetBody(nil)
	return req
}

// sendCancel takes the INVITE back. Over UDP it is repeated by the transaction; its own answer says nothing.
func (c *calling) sendCancel() {
	s, d := c.d.stack, c.d
	req := c.onBranch(sip.CANCEL, c.req.To())
	d.trace.add(true, "CANCEL", "")
	tx, err := s.BeginOn(req, d.src)
	if err != nil {
		return
	}
	d.phone.wg.Add(1) // the count is above zero: ours
	go func() {
		defer d.phone.wg.Done()
		_, _ = tx.Wait(context.Background()) // bounded by the transaction's own 32 s
	}()
}

// refused acknowledges a refusal, and its repetitions for as long as they may come.
func (c *calling) refused(res *sip.Response) {
	ack := []byte(c.onBranch(sip.ACK, res.To()).String())
	tx, d := c.tx, c.d
	c.tx = nil
	_ = d.stack.Wire.Send(ack, d.src)
	if d.stack.Wire.Reliable() {
		tx.End()
		return
	}
	d.phone.wg.Add(1) // the count is above zero: ours
	go func() {
		defer d.phone.wg.Done()
		defer tx.End()
		timerD := time.NewTimer(transaction.T64)
		defer timerD.Stop()
		for {
			select {
			case <-tx.Responses:
				_ = d.stack.Wire.Send(ack, d.src)
			case <-timerD.C:
				return
			case <-d.stack.Closed:
				return
			}
		}
	}()
}

// refuseLate ends what was answered too late.
func (c *calling) refuseLate(res *sip.Response) {
	if res.IsSuccess() {
		c.endFork(res)
		return
	}
	c.refused(res)
}

// up makes the 2xx the call: dialog, ACK, audio.
func (c *calling) up(res *sip.Response) error {
	d, p := c.d, c.d.phone
	d.establish(res)
	d.inviteSeq = c.req.CSeq().SeqNo
	c.ack, c.ackTo, c.tag = d.ackFor(c.req), d.nextHop(), d.remoteTag
	answer, err := sdp.Parse(res.Body())
	if err == nil {
		err = d.media.accept(answer)
	}
	if err == nil {
		err = d.media.open()
	}
	p.mu.Lock()
	if err == nil && p.stopping {
		err = ErrShutdown
	}
	if err != nil {
		p.mu.Unlock()
		c.ack = nil
		c.endFork(res)
		d.media.close()
		return err
	}
	d.sound.Store(d.media.line)
	d.state = dialogConfirmed
	d.session.agree(res)
	p.dialogs[d.key] = d
	p.calls.begin(d)
	p.mu.Unlock()
	_ = d.stack.Wire.Send(c.ack, c.ackTo)
	d.trace.add(true, "ACK", d.media.note())
	p.wg.Add(1) // ours is still there: linger
	go d.run()
	go d.bury()
	return nil
}

// linger acknowledges the 2xx when it comes again, because the ACK was lost, and ends the calls of other forks (RFC 6026 section 7.2).
func (c *calling) linger() {
	d := c.d
	if c.ack != nil {
		defer d.phone.wg.Done()
	}
	if c.tx == nil {
		return
	}
	defer c.tx.End()
	if c.ack == nil {
		return
	}
	timerM := time.NewTimer(transaction.T64)
	defer timerM.Stop()
	for {
		select {
		case res := <-c.tx.Responses:
			switch {
			case !res.IsSuccess() || res.To() == nil:
			case transaction.TagOf(res.To().Params) == c.tag:
				_ = d.stack.Wire.Send(c.ack, c.ackTo)
			default:
				c.endFork(res)
			}
		case <-timerM.C:
			return
		case <-d.done: // BYE is out: a 2xx that comes again needs no ACK any more
			return
		case <-d.stack.Closed:
			return
		}
	}
}

// endFork acknowledges a 2xx that is of no use and ends its call at once.
func (c *calling) endFork(res *sip.Response) {
	d := c.d
	f := &dialog{
		phone: d.phone, account: d.account, stack: d.stack, callID: d.callID, localTag: d.localTag, out: true, src: d.src, mediaAddr: d.mediaAddr,
		local: *d.local.Clone(), remote: *d.remote.Clone(), target: *d.remote.Clone(), localSeq: c.req.CSeq().SeqNo, creds: c.creds,
	}
	f.establish(res)
	_ = f.stack.Wire.Send(f.ackFor(c.req), f.nextHop())
	bye := f.request(sip.BYE)
	bye.AppendHeader(reasonFor(ErrLocalHangup))
	tx, err := f.begin(bye)
	if err != nil {
		return
	}
	d.phone.wg.Add(1) // the count is above zero: ours
	go func() {
		defer d.phone.wg.Done()
		_ = f.confirmBye(tx)
	}()
}

// establish takes the other side's part of the dialog from its 2xx (RFC 3261 section 12.1.2).
func (d *dialog) establish(res *sip.Response) {
	if to := res.To(); to != nil {
		d.remoteTag = transaction.TagOf(to.Params)
	}
	if contact := res.Contact(); contact != nil && !contact.Address.Wildcard && contact.Address.Host != "" {
		d.target = *contact.Address.Clone()
	}
	d.routes = nil
	routes := res.GetHeaders("Record-Route")
	for i := len(routes) - 1; i >= 0; i-- {
		if rr, ok := routes[i].(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
}

// ackFor is the ACK of a 2xx to invite: a request of its own, with the INVITE's number and credentials (section 13.2.2.4).
func (d *dialog) ackFor(invite *sip.Request) []byte {
	at := d.localSeq
	d.localSeq = invite.CSeq().SeqNo - 1
	req := d.request(sip.ACK)
	d.localSeq = at
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		for _, h := range invite.GetHeaders(name) {
			req.AppendHeader(sip.HeaderClone(h))
		}
	}
	req.SetBody(nil)
	hop := d.nextHop()
	req.PrependHeader(transaction.NewVia(d.stack.Wire.Proto(), d.stack.ViaAddr(hop), d.stack.Brand+transaction.NewToken(8)))
	return []byte(req.String())
}

// agree takes what the answer to an INVITE of ours says of the timer (RFC 4028 section 7.2).
func (t *sessionTimer) agree(res *sip.Response) {
	interval, refresher, ok := sessionExpires(res)
	t.asked = knowsTimer(res)
	for _, m := range tokens(res, "Allow") {
		t.updates = t.updates || m == string(sip.UPDATE)
	}
	t.ours = refresher != "uas"
	if ok {
		t.interval = max(minSession, interval)
	}
}
