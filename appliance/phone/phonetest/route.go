package phonetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// leg is one dialog of the PBX. Two legs that are each other's peer make a call.
type leg struct {
	pbx       *PBX
	callID    string
	localTag  string
	remoteTag string
	local     sip.Uri // From of our requests
	name      string  // display name in it
	remote    sip.Uri
	target    sip.Uri // R-URI of our requests
	dest      string  // host:port they go to

	mu     sync.Mutex
	peer   *leg
	seq    uint32
	invite *sip.Request  // the last INVITE that we sent; its CSeq is the ACK's
	acked  chan struct{} // closed when its ACK is out; nil before the first INVITE
	over   bool
}

// onInvite routes a new call, or a re-INVITE to the other leg.
func (p *PBX) onInvite(req *sip.Request, tx sip.ServerTransaction) {
	if tag, ok := req.To().Params.Get("tag"); ok && tag != "" {
		p.reinvite(req, tx, tag)
		return
	}
	extension := req.Recipient.User
	p.mu.Lock()
	answer, person := p.options.Persons[extension]
	p.mu.Unlock()
	if person {
		p.personAnswers(req, tx, answer)
		return
	}
	bindings := p.Bindings(extension)
	if len(bindings) == 0 {
		p.respond(req, tx, 480, "Temporarily Unavailable")
		return
	}
	a, b, err := p.legs2(req, bindings[len(bindings)-1])
	if err != nil {
		p.respond(req, tx, 400, "Bad Request")
		return
	}
	invite := b.request(sip.INVITE, req.Body())
	for _, name := range []string{"P-Asserted-Identity", "Privacy", "Session-Expires", "Require", "Supported"} {
		for _, h := range req.GetHeaders(name) {
			invite.AppendHeader(sip.NewHeader(name, h.Value()))
		}
	}
	b.calling(invite)
	p.bridge(req, tx, a, b, invite)
}

// legs2 makes both legs of a call to a registered telephone.
func (p *PBX) legs2(req *sip.Request, to Binding) (*leg, *leg, error) {
	var target sip.Uri
	if err := sip.ParseUri(to.Contact, &target); err != nil {
		return nil, nil, fmt.Errorf("parse contact: %w", err)
	}
	if req.Contact() == nil || req.From() == nil {
		return nil, nil, errors.New("make legs: Contact or From missing")
	}
	callerTag, _ := req.From().Params.Get("tag")
	a := &leg{
		pbx: p, callID: req.CallID().Value(), localTag: sip.GenerateTagN(10), remoteTag: callerTag,
		local: req.To().Address, remote: req.From().Address, target: req.Contact().Address, dest: req.Source(),
	}
	b := &leg{
		pbx: p, callID: sip.GenerateTagN(20), localTag: sip.GenerateTagN(10),
		local: req.From().Address, name: req.From().DisplayName, remote: req.To().Address, target: target, dest: to.Source,
	}
	a.peer, b.peer = b, a
	p.mu.Lock()
	defer p.mu.Unlock()
	p.legs[a.key()] = a
	p.legs[b.key()] = b
	return a, b, nil
}

func (l *leg) key() string { return l.callID + "\x00" + l.localTag }

// request builds a request within the leg.
func (l *leg) request(method sip.RequestMethod, body []byte) *sip.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	if method != sip.ACK {
		l.seq++
	}
	seq := l.seq
	if method == sip.ACK && l.invite != nil {
		seq = l.invite.CSeq().SeqNo
	}
	req := sip.NewRequest(method, l.target)
	from := &sip.FromHeader{DisplayName: l.name, Address: *l.local.Clone()}
	from.Params.Add("tag", l.localTag)
	to := &sip.ToHeader{Address: *l.remote.Clone()}
	if l.remoteTag != "" {
		to.Params.Add("tag", l.remoteTag)
	}
	callID := sip.CallIDHeader(l.callID)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:practice@"+l.pbx.addr+">"))
	if len(body) > 0 {
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	req.SetBody(append([]byte(nil), body...))
	req.SetDestination(l.dest)
	return req
}

// bridge sends the INVITE to leg b and carries its responses to leg a.
func (p *PBX) bridge(req *sip.Request, tx sip.ServerTransaction, a, b *leg, invite *sip.Request) {
	cancelled := make(chan struct{})
	if !tx.OnCancel(func(*sip.Request) { close(cancelled) }) {
		return
	}
	out, err := p.cli.TransactionRequest(p.ctx, invite)
	if err != nil {
		p.respond(req, tx, 503, "Service Unavailable")
		p.drop(a, b)
		return
	}
	for {
		select {
		case res := <-out.Responses():
			if b.learn(res); res.IsProvisional() {
				if res.StatusCode > 100 {
					p.relay(req, tx, a, res)
				}
				continue
			}
			if !res.IsSuccess() {
				p.relay(req, tx, a, res)
				p.drop(a, b)
				return
			}
			out.OnRetransmission(func(*sip.Response) { b.resendAck() })
			p.relay(req, tx, a, res)
			return
		case <-cancelled:
			p.cancelLeg(invite, out)
			p.drop(a, b)
			return
		case <-out.Done():
			p.respond(req, tx, 408, "Request Timeout")
			p.drop(a, b)
			return
		case <-p.ctx.Done():
			return
		}
	}
}

func (l *leg) learn(res *sip.Response) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if tag, ok := res.To().Params.Get("tag"); ok {
		l.remoteTag = tag
	}
	if c := res.Contact(); c != nil {
		l.target = *c.Address.Clone()
	}
}

// relay carries a response of one leg to the other.
func (p *PBX) relay(req *sip.Request, tx sip.ServerTransaction, a *leg, res *sip.Response) {
	out := sip.NewResponseFromRequest(req, res.StatusCode, res.Reason, nil)
	out.To().Params.Add("tag", a.localTag)
	out.AppendHeader(sip.NewHeader("Contact", "<sip:practice@"+p.addr+">"))
	if ra := res.GetHeader("Retry-After"); ra != nil {
		out.AppendHeader(sip.NewHeader("Retry-After", ra.Value()))
	}
	if body := res.Body(); len(body) > 0 {
		out.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		out.SetBody(body)
	}
	if err := tx.Respond(out); err != nil && p.ctx.Err() == nil {
		p.options.Logger.Debug("practice pbx: response not relayed", "err", err)
	}
}

// cancelLeg gives up an INVITE that is under way (RFC 3261 section 9.1) and waits for its final response.
func (p *PBX) cancelLeg(invite *sip.Request, out sip.ClientTransaction) {
	cancel := sip.NewRequest(sip.CANCEL, invite.Recipient)
	cancel.AppendHeader(sip.HeaderClone(invite.Via()))
	cancel.AppendHeader(sip.HeaderClone(invite.From()))
	cancel.AppendHeader(sip.HeaderClone(invite.To()))
	cancel.AppendHeader(sip.HeaderClone(invite.CallID()))
	cancel.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	cancel.SetBody(nil)
	cancel.SetDestination(invite.Destination())
	ctx, stop := context.WithTimeout(p.ctx, 5*time.Second)
	defer stop()
	if _, err := p.cli.Do(ctx, cancel); err != nil {
		return
	}
	for {
		select {
		case res := <-out.Responses():
			if res.StatusCode >= 200 {
				return
			}
		case <-out.Done():
			return
		case <-ctx.Done():
			return
		}
	}
}

// onAck carries the ACK of a 2xx to the other leg, with the answer to a late offer in it.
func (p *PBX) onAck(req *sip.Request, _ sip.ServerTransaction) {
	l := p.find(req)
	if l == nil {
		return
	}
	if peer := l.other(); peer != nil {
		peer.ack(req.Body())
	}
}

func (l *leg) calling(invite *sip.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.invite, l.acked = invite, make(chan struct{})
}

// settled waits until the ACK of our last INVITE is out, but not for ever.
func (l *leg) settled() {
	l.mu.Lock()
	acked := l.acked
	l.mu.Unlock()
	if acked == nil {
		return
	}
	select {
	case <-acked:
	case <-time.After(time.Second):
	case <-l.pbx.ctx.Done():
	}
}

func (l *leg) ack(body []byte) {
	ack := l.request(sip.ACK, body)
	l.mu.Lock()
	acked := l.acked
	l.mu.Unlock()
	if acked == nil {
		return
	}
	_ = l.pbx.cli.WriteRequest(ack)
	select {
	case <-acked: // a repeated ACK
	default:
		close(acked)
	}
}

// resendAck answers a retransmitted 2xx of the telephone.
func (l *leg) resendAck() {
	l.mu.Lock()
	acked := l.acked
	l.mu.Unlock()
	select {
	case <-acked:
		if l.pbx.work.enter() {
			_ = l.pbx.cli.WriteRequest(l.request(sip.ACK, nil))
			l.pbx.work.leave()
		}
	default: // the caller has not acknowledged yet
	}
}

// find returns the leg that a request within a dialog belongs to.
func (p *PBX) find(req *sip.Request) *leg {
	if req.To() == nil || req.CallID() == nil {
		return nil
	}
	tag, _ := req.To().Params.Get("tag")
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.legs[req.CallID().Value()+"\x00"+tag]
}

func (p *PBX) drop(legs ...*leg) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range legs {
		delete(p.legs, l.key())
	}
}

// reinvite carries a re-INVITE and its response across.
func (p *PBX) reinvite(req *sip.Request, tx sip.ServerTransaction, _ string) {
	l := p.find(req)
	var b *leg
	if l != nil {
		b = l.other()
	}
	if b == nil {
		p.respond(req, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	b.settled() // the ACK of the INVITE before may still be on its way here
	invite := b.request(sip.INVITE, req.Body())
	b.calling(invite)
	p.bridge2(req, tx, l, b, invite)
}

// bridge2 is bridge for a re-INVITE: a refusal leaves the call as it is.
func (p *PBX) bridge2(req *sip.Request, tx sip.ServerTransaction, a, b *leg, invite *sip.Request) {
	out, err := p.cli.TransactionRequest(p.ctx, invite)
	if err != nil {
		p.respond(req, tx, 503, "Service Unavailable")
		return
	}
	for {
		select {
		case res := <-out.Responses():
			if res.IsProvisional() {
				continue
			}
			if res.IsSuccess() {
				b.learn(res)
				out.OnRetransmission(func(*sip.Response) { b.resendAck() })
			}
			p.relay(req, tx, a, res)
			return
		case <-out.Done():
			p.respond(req, tx, 408, "Request Timeout")
			return
		case <-p.ctx.Done():
			return
		}
	}
}

// onBye ends both legs.
func (p *PBX) onBye(req *sip.Request, tx sip.ServerTransaction) {
	l := p.find(req)
	if l == nil {
		p.respond(req, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	p.respond(req, tx, 200, "OK")
	p.drop(l)
	if peer := l.other(); peer != nil {
		p.hangupLeg(peer)
	}
}

// hangupLeg sends BYE to one leg once its ACK is out.
func (p *PBX) hangupLeg(l *leg) {
	l.mu.Lock()
	over := l.over
	l.over = true
	l.mu.Unlock()
	if over {
		return
	}
	p.work.spawn(func() {
		l.settled() // where we are the caller there is no BYE before our ACK
		ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
		defer cancel()
		_, _ = p.cli.Do(ctx, l.request(sip.BYE, nil))
		p.drop(l)
	})
}

// onRefer does a blind transfer to a person: the result is reported with NOTIFY (RFC 3515).
func (p *PBX) onRefer(req *sip.Request, tx sip.ServerTransaction) {
	l := p.find(req)
	if l == nil {
		p.respond(req, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	p.mu.Lock()
	refuse := p.faults.RefuseReferWith
	p.mu.Unlock()
	h := req.GetHeader("Refer-To")
	if refuse != 0 || h == nil {
		p.respond(req, tx, max(refuse, 400), "Refused")
		return
	}
	p.respond(req, tx, 202, "Accepted")
	var target sip.Uri
	if _, err := sip.ParseAddressValue(h.Value(), &target, nil); err != nil {
		return
	}
	p.work.spawn(func() { p.transfer(l, target.User) })
}

func (p *PBX) transfer(l *leg, extension string) {
	p.notifyRefer(l, "100 Trying", "active;expires=60")
	p.mu.Lock()
	answer, known := p.options.Persons[extension]
	p.mu.Unlock()
	result := "404 Not Found"
	switch {
	case known && answer == PersonAnswers:
		result = "200 OK"
	case known && answer == PersonBusy:
		result = "486 Busy Here"
	case known:
		select {
		case <-time.After(p.options.RingTime):
		case <-p.ctx.Done():
			return
		}
		result = "480 Temporarily Unavailable"
	}
	if strings.HasPrefix(result, "200") {
		p.mu.Lock()
		p.answered[extension]++
		p.mu.Unlock()
		// The caller now talks to the person: the transferring leg must not take the caller down with its BYE.
		l.mu.Lock()
		peer := l.peer
		l.peer = nil
		l.mu.Unlock()
		if peer != nil {
			peer.mu.Lock()
			peer.peer = nil
			peer.mu.Unlock()
		}
	}
	p.notifyRefer(l, result, "terminated;reason=noresource")
}

func (p *PBX) notifyRefer(l *leg, status, state string) {
	n := l.request(sip.NOTIFY, nil)
	n.AppendHeader(sip.NewHeader("Event", "refer"))
	n.AppendHeader(sip.NewHeader("Subscription-State", state))
	n.AppendHeader(sip.NewHeader("Content-Type", "message/sipfrag;version=2.0"))
	n.SetBody([]byte("SIP/2.0 " + status + "\r\n"))
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	_, _ = p.cli.Do(ctx, n)
}

// personAnswers plays a person's telephone for a direct call. Persons talk only after transfers, where the PBX holds both
// legs, so that a direct call is never answered.
func (p *PBX) personAnswers(req *sip.Request, tx sip.ServerTransaction, answer Answer) {
	p.respond(req, tx, 180, "Ringing")
	if answer == PersonBusy {
		p.respond(req, tx, 486, "Busy Here")
		return
	}
	p.respond(req, tx, 480, "Temporarily Unavailable")
}

// other returns the leg on the other side of the PBX, nil without one.
func (l *leg) other() *leg {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.peer
}
