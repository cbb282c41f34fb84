package phone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/audio/line"
	"github.com/emiago/sipgo/sip"
)

type dialogState uint8

const (
	dialogEarly     dialogState = iota // the INVITE is not answered
	dialogAnswered                     // 200 sent, no ACK yet
	dialogConfirmed                    // ACK received
	dialogEnded
)

const (
	queueLen    = 32          // requests of one call that wait for its goroutine
	ringAgain   = time.Minute // RFC 3261 section 13.3.1.1: proxies give up on a silent INVITE after three
	byeAttempts = 2           // the second with credentials
)

// inbound is one request of the other side within a dialog. tx is nil for ACK.
type inbound struct {
	req *sip.Request
	tx  *transaction.Server
	at  time.Time
}

// unacked is a 2xx that is sent again until its ACK comes.
type unacked struct {
	tx       *transaction.Server
	seq      uint32
	since    time.Time
	interval time.Duration
	late     bool // our 2xx carried the offer: the ACK carries the answer
}

// ending is a hang-up that was asked for before the ACK: BYE may not be sent before it (RFC 3261 section 15).
type ending struct {
	cause   error
	replies []chan error
}

type answered struct {
	line *line.Line
	at   time.Time
	err  error
}

// dialog is one call's signalling (RFC 3261 section 12). The fields below the line belong to the goroutine in run; all
// else is set before it starts or has its own lock.
type dialog struct {
	phone     *Phone
	account   Account            // that the call came to
	stack     *transaction.Layer // that it came over
	id        string             // ours, for logs and records
	key       string
	callID    string
	localTag  string
	remoteTag string
	inviteSeq uint32
	local     sip.Uri // our address, from To
	remote    sip.Uri // the caller's address, from From
	src       netip.AddrPort
	mediaAddr netip.Addr
	out       bool         // we have made the call
	offer     *sdp.Session // of the first INVITE, nil for a late offer
	call      *Call
	log       *slog.Logger
	trace     ladder
	kept      *callLog                  // where the ladder goes
	sound     atomic.Pointer[line.Line] // nil before the ACK
	cancel    context.CancelCauseFunc

	cmds      chan func()
	cancelled chan *sip.Request // CANCEL has come
	stop      chan struct{}     // the appliance is stopping
	done      chan struct{}     // run has ended; cause and ended are set
	handled   chan struct{}     // the handler has returned
	gone      chan struct{}     // nothing is left of the call
	requests  sync.WaitGroup

	postMu sync.Mutex
	queue  chan inbound
	closed bool

	// ---
	state     dialogState
	waiting   atomic.Int64 // since when our 200 waits for its ACK, in Unix nanoseconds; 0 = it does not
	noPlace   atomic.Bool  // another call has taken its place
	cause     error
	ended     time.Time
	invite    *transaction.Server
	localSeq  uint32
	remoteSeq uint32
	target    sip.Uri
	routes    []sip.Uri
	pending   *unacked
	inviting  bool // an INVITE of ours is under way, after the first
	resend    *time.Timer
	ringing   *time.Timer
	answering chan answered
	ending    *ending
	media     *media
	refer     *referral
	creds     credentials
	session   sessionTimer
}

func dialogKey(callID, localTag string) string { return callID + "\x00" + localTag }

func newDialog(p *Phone, req *sip.Request, tx *transaction.Server, offer *sdp.Session, mediaAddr netip.Addr) *dialog {
	acct := p.Account()
	d := &dialog{
		phone: p, account: acct, stack: tx.Layer, id: transaction.NewToken(6), callID: string(*req.CallID()), localTag: tx.Tag,
		remoteTag: transaction.TagOf(req.From().Params), inviteSeq: req.CSeq().SeqNo,
		local: *req.To().Address.Clone(), remote: *req.From().Address.Clone(),
		src: tx.Src, mediaAddr: mediaAddr, offer: offer,
		cmds: make(chan func()), cancelled: make(chan *sip.Request, 1), stop: make(chan struct{}, 1),
		done: make(chan struct{}), handled: make(chan struct{}), gone: make(chan struct{}),
		queue:  make(chan inbound, queueLen),
		invite: tx, remoteSeq: req.CSeq().SeqNo, target: *req.From().Address.Clone(), // of RFC 2543, which asks for no Contact
	}
	if p.senders.fromPBX(tx.Src.Addr()) { // nobody else gets to see what our password makes of a challenge
		d.creds = credentials{user: acct.AuthUser, password: acct.Password}
	}
	if contact := req.Contact(); contact != nil {
		d.target = *contact.Address.Clone()
	}
	d.key = dialogKey(d.callID, d.localTag)
	d.log = p.log.With("call", d.id)
	d.call = &Call{
		d: d, caller: callerOf(req, p.cfg.TrustAsserted && p.senders.fromPBX(tx.Src.Addr())), diverted: divertedFrom(req),
		to: p.contact.called(acct, req.To().Address.User), invited: time.Now(),
	}
	for _, h := range req.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
	d.trace.add(false, "INVITE", offerNote(offer))
	return d
}

// start answers 100 and 180 and sets the call's goroutines off.
func (d *dialog) start() {
	d.invite.Own(func(cancel *sip.Request) {
		select {
		case d.cancelled <- cancel:
		default:
		}
	})
	d.invite.Refuse(sip.StatusTrying)
	d.ring()
	d.log.Info("call came in", "from", d.call.caller.number, "late_offer", d.offer == nil)
	ctx, cancel := context.WithCancelCause(context.Background())
	d.cancel = cancel
	go d.run()
	go d.handle(ctx)
	go d.bury()
}

// handle runs the handler; a panic in it ends this call alone.
func (d *dialog) handle(ctx context.Context) {
	defer close(d.handled)
	cause, status := ErrLocalHangup, sip.StatusTemporarilyUnavailable
	defer func() {
		if r := recover(); r != nil {
			d.log.Error("call handler failed", "err", fmt.Sprint(r), "stack", string(debug.Stack()))
			cause, status = ErrHandler, sip.StatusInternalServerError
		}
		_ = d.do(func() {
			if d.state == dialogEarly {
				_ = d.reject(status, causeOr(cause, ErrHandler, ErrRejected))
				return
			}
			d.hangup(cause, make(chan error, 1))
		})
	}()
	d.phone.handler.HandleCall(ctx, d.call)
}

func causeOr(cause, keep, other error) error {
	if errors.Is(cause, keep) {
		return cause
	}
	return other
}

// bury closes the media after the BYE is out and the handler has stopped using the line.
func (d *dialog) bury() {
	<-d.done
	<-d.handled
	d.requests.Wait()
	if d.media != nil {
		d.media.close()
	}
	d.phone.calls.freeze(d)
	close(d.gone)
}

// run owns the dialog until it ends.
func (d *dialog) run() {
	defer d.phone.wg.Done()
	d.resend = time.NewTimer(time.Hour)
	d.resend.Stop()
	d.ringing = time.NewTimer(ringAgain)
	d.session.due = time.NewTimer(time.Hour)
	d.session.due.Stop()
	defer d.session.due.Stop()
	defer d.resend.Stop()
	defer d.ringing.Stop()
	if d.session.interval > 0 { // agreed on in the answer to an INVITE of ours
		d.session.start()
	}
	for d.state != dialogEnded {
		select {
		case in := <-d.queue:
			d.onRequest(in)
		case f := <-d.cmds:
			f()
		case cancel := <-d.cancelled:
			d.onCancel(cancel)
		case <-d.resend.C:
			d.onResend()
		case <-d.session.due.C:
			d.onSession()
		case <-d.ringing.C:
			if d.state == dialogEarly {
				d.ring()
				d.ringing.Reset(ringAgain)
			}
		case <-d.stop:
			d.onStop()
		case <-d.stack.Closed:
			d.finish(ErrShutdown)
		}
	}
	d.leave()
}

// leave takes the ended dialog out of the table and answers what is still queued.
func (d *dialog) leave() {
	d.phone.mu.Lock()
	delete(d.phone.dialogs, d.key)
	d.phone.mu.Unlock()
	if !d.out && d.noPlace.CompareAndSwap(false, true) {
		d.phone.room.Add(-1)
	}
	d.postMu.Lock()
	d.closed = true
	d.postMu.Unlock()
	for {
		select {
		case in := <-d.queue:
			if in.tx != nil {
				in.tx.Refuse(sip.StatusCallTransactionDoesNotExists)
			}
			continue
		default:
		}
		break
	}
	close(d.done)
	d.log.Info("call ended", "reason", d.cause.Error())
}

// post queues a request of the other side. It runs on the reader's goroutine.
func (d *dialog) post(req *sip.Request, tx *transaction.Server) {
	d.postMu.Lock()
	defer d.postMu.Unlock()
	if d.closed {
		if tx != nil {
			tx.Refuse(sip.StatusCallTransactionDoesNotExists)
		}
		return
	}
	select {
	case d.queue <- inbound{req, tx, time.Now()}:
	default:
		d.phone.count.Overload.Add(1)
		if tx != nil {
			tx.RefuseLater(sip.StatusServiceUnavailable, time.Second)
		}
	}
}

// do runs f on the dialog's goroutine and waits for it. The error is the cause of the end when the dialog has ended.
func (d *dialog) do(f func()) error {
	ran := make(chan struct{})
	select {
	case d.cmds <- func() { f(); close(ran) }:
		<-ran
		return nil
	case <-d.done:
		return d.cause
	}
}

// shutdown asks the call to end because the appliance stops.
func (d *dialog) shutdown() {
	select {
	case d.stop <- struct{}{}:
	default:
	}
}

// onCancel ends a call that is not answered. "Completed elsewhere" (RFC 3326 section 2) is nobody who gave up.
func (d *dialog) onCancel(cancel *sip.Request) {
	if d.state != dialogEarly {
		return
	}
	d.trace.add(false, "CANCEL", "")
	status, q850 := reasonsOf(cancel)
	d.call.cause.Store(int32(q850))
	cause := ErrCancelled
	if status == sip.StatusOK {
		cause = ErrElsewhere
	}
	_ = d.reject(sip.StatusRequestTerminated, cause)
}

func (d *dialog) onStop() {
	if d.state == dialogEarly {
		_ = d.reject(sip.StatusServiceUnavailable, ErrShutdown)
		return
	}
	d.hangup(ErrShutdown, make(chan error, 1))
}

// ring sends 180.
func (d *dialog) ring() {
	res := transaction.NewResponse(d.invite.Req, sip.StatusRinging, "Ringing", d.localTag)
	d.dress(res)
	if d.invite.Respond(res) {
		d.trace.add(true, "180 Ringing", "")
	}
}

// contact is our address in this call.
func (d *dialog) contact() string {
	return d.stack.ContactURI(d.phone.contact.of(d.account), d.stack.ContactFor(d.src))
}

// dress adds what responses that make or keep a dialog carry.
func (d *dialog) dress(res *sip.Response) {
	res.AppendHeader(sip.NewHeader("Contact", "<"+d.contact()+">"))
	res.AppendHeader(sip.NewHeader("Allow", d.phone.allow()))
	res.AppendHeader(sip.NewHeader("Server", d.phone.cfg.UserAgent))
}

// reject gives the INVITE a final response other than 2xx and ends the dialog.
func (d *dialog) reject(status int, cause error) error {
	if d.state != dialogEarly {
		return ErrState
	}
	d.invite.Refuse(status)
	d.trace.add(true, fmt.Sprintf("%d %s (INVITE)", status, transaction.ReasonOf(status)), "")
	d.finish(cause)
	return nil
}

// answer sends the 200. The reply comes with the ACK.
func (d *dialog) answer(reply chan answered) {
	if d.state != dialogEarly {
		reply <- answered{err: ErrState}
		return
	}
	body, err := d.openMedia()
	if err != nil {
		reply <- answered{err: err}
		_ = d.reject(sip.StatusInternalServerError, ErrNoMedia)
		return
	}
	d.answering = reply
	d.state = dialogAnswered
	d.waiting.Store(time.Now().UnixNano())
	d.accept(d.invite, body, d.offer == nil)
	d.trace.add(true, "200 OK (INVITE)", d.media.note())
}

// accept answers an INVITE or re-INVITE with 200 and keeps sending it until the ACK comes (RFC 3261 section 13.3.1.4).
func (d *dialog) accept(tx *transaction.Server, body []byte, late bool) {
	res := transaction.NewResponse(tx.Req, sip.StatusOK, "OK", d.localTag)
	d.dress(res)
	d.session.follow(tx.Req)
	d.session.headers(res)
	d.session.start()
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	res.SetBody(body)
	tx.Respond(res)
	d.pending = &unacked{tx: tx, seq: tx.Req.CSeq().SeqNo, since: time.Now(), interval: transaction.T1, late: late}
	d.resend.Reset(transaction.T1)
}

func (d *dialog) onResend() {
	u := d.pending
	if u == nil {
		return
	}
	if time.Since(u.since) >= transaction.T64 {
		d.trace.add(true, "gave up waiting for ACK", "")
		d.pending = nil
		d.bye(ErrNoACK, nil)
		return
	}
	u.tx.Retransmit()
	d.trace.add(true, "200 OK (INVITE)", "again, no ACK yet")
	u.interval = min(2*u.interval, transaction.T2)
	d.resend.Reset(min(u.interval, transaction.T64-time.Since(u.since)))
}

// ackGrace is how long the ACK of our 200 may take before another call may have the place: it was sent twice by then.
const ackGrace = time.Second

// yield gives the call's place to another one. The ACK of our 200 has not come, as it does within a round trip from whoever means to talk.
func (d *dialog) yield() {
	_ = d.do(func() {
		if d.pending == nil || d.state != dialogAnswered {
			return
		}
		d.trace.add(true, "gave its place to another call: no ACK", "")
		d.pending = nil
		d.bye(ErrNoACK, nil)
	})
}

// onAck takes the ACK of our 2xx.
func (d *dialog) onAck(in inbound) {
	u := d.pending
	if u == nil || in.req.CSeq().SeqNo != u.seq {
		return // of a 2xx that was acknowledged before
	}
	d.trace.add(false, "ACK", "")
	d.pending = nil
	d.resend.Stop()
	u.tx.Confirmed()
	d.waiting.Store(0)
	first := d.state == dialogAnswered
	d.state = dialogConfirmed
	if err := d.agree(in.req, u.late, first); err != nil {
		d.log.Warn("no audio could be agreed on", "err", err)
		d.bye(ErrNoMedia, nil)
		return
	}
	if first && d.answering != nil {
		d.answering <- answered{line: d.media.line, at: in.at}
		d.answering = nil
	}
	if e := d.ending; e != nil {
		d.bye(e.cause, e.replies)
	}
}

// hangup ends the dialog as its state allows. The reply comes when the other side has confirmed.
func (d *dialog) hangup(cause error, reply chan error) {
	switch {
	case d.state == dialogEarly:
		reply <- d.reject(sip.StatusTemporarilyUnavailable, cause)
	case d.state == dialogAnswered:
		if d.ending == nil {
			d.ending = &ending{cause: cause}
			d.cancel(cause) // the handler need not wait for the ACK
			if d.answering != nil {
				d.answering <- answered{err: cause}
				d.answering = nil
			}
		}
		d.ending.replies = append(d.ending.replies, reply)
	case d.state == dialogConfirmed:
		d.bye(cause, []chan error{reply})
	default:
		reply <- nil
	}
}

// finish ends the dialog: its context, whoever waits for the answer, a referral.
func (d *dialog) finish(cause error) {
	if d.state == dialogEnded {
		return
	}
	d.state, d.cause, d.ended = dialogEnded, cause, time.Now()
	d.pending = nil
	d.cancel(cause)
	if d.answering != nil {
		d.answering <- answered{err: cause}
		d.answering = nil
	}
	if e := d.ending; e != nil {
		for _, r := range e.replies {
			r <- nil
		}
		d.ending = nil
	}
	d.endReferral(cause)
}
