package phone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/phone/transaction"
	"frontdesk.internal/audio/line"
	"github.com/emiago/sipgo/sip"
)

// selfHeader carries the secret of a call of the box to itself.
const selfHeader = "X-Frontdesk-Self"

// ErrSelfBusy says that the box calls itself already.
var ErrSelfBusy = errors.New("the box calls itself already")

// RefusedError is a call of ours that was not taken.
type RefusedError struct {
	Status int // SIP status
}

// Error implements error.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("call refused: %d %s", e.Status, transaction.ReasonOf(e.Status))
}

// SelfCall is a call of the box to itself, seen from its calling end: over sockets of its own to the phone's SIP socket, the
// same way that calls of the PBX come. Its methods may be called from any goroutine. Goroutine: the reader of its SIP socket;
// [SelfCall.Close] waits for it.
type SelfCall struct {
	// Ringing and Answered say how long after the INVITE the box rang and answered.
	Ringing, Answered time.Duration

	phone  *Phone
	stack  *transaction.Layer
	served chan struct{}
	target netip.AddrPort // the phone's socket
	media  *media
	uri    sip.Uri // the other side, in its own words once it has answered
	callID string
	tag    string // ours
	ackAt  time.Time

	mu    sync.Mutex
	seq   uint32
	toTag string
	over  chan struct{}
	ended bool
	once  sync.Once
}

// CallSelf calls this phone over its own SIP socket and returns when it has answered. The phone must be running. A refusal
// is a [RefusedError]; ctx bounds the wait. Whoever calls runs the [SelfCall.Line] and closes the call in the end.
func (p *Phone) CallSelf(ctx context.Context) (_ *SelfCall, err error) {
	acct, own := p.current()
	target := transaction.SelfAddr(own.Wire.Local())
	c := &SelfCall{
		phone: p, target: target, callID: transaction.NewToken(12), tag: transaction.NewToken(6), served: make(chan struct{}),
		over: make(chan struct{}),
		uri:  sip.Uri{Scheme: "sip", User: "frontdesk", Host: target.Addr().String(), Port: int(target.Port())},
	}
	secret := transaction.NewToken(16)
	if !p.senders.invite(target.Addr(), secret) {
		return nil, ErrSelfBusy
	}
	if err := c.open(acct.Transport); err != nil {
		p.senders.dropGuest()
		return nil, fmt.Errorf("call the box itself: %w", err)
	}
	defer func() {
		if err != nil {
			c.Close()
			err = fmt.Errorf("call the box itself: %w", err)
		}
	}()
	invite := c.request(sip.INVITE, sdp.Offer(c.media.local))
	invite.AppendHeader(sip.NewHeader(selfHeader, secret))
	began := time.Now()
	res, err := c.invite(ctx, invite, began)
	if err != nil {
		return nil, err
	}
	c.Answered = time.Since(began)
	return c, c.established(res)
}

// open opens the sockets and reads the one for SIP.
func (c *SelfCall) open(transport string) error {
	p, listen := c.phone, netip.AddrPortFrom(c.target.Addr(), 0).String()
	let := func(a netip.Addr) bool { return a == c.target.Addr() }
	pair, err := newPortPool(p.cfg.Gate, 0, 0).open(c.target.Addr())
	if err != nil {
		return err
	}
	var w transaction.Wire
	if transport != transaction.TransportUDP { // the ping of a TLS socket to itself is plain, and so is this
		var t *transaction.TCP
		if t, err = transaction.NewTCP(p.cfg.Gate, listen, let, &transaction.Counters{}, p.log); err == nil {
			w = t
		}
	} else {
		var conn net.PacketConn
		if conn, err = p.cfg.ListenPacket("udp", listen); err == nil {
			w, err = transaction.NewUDP(conn, let, &transaction.Counters{}, p.log)
		}
	}
	if err != nil {
		pair.close()
		return fmt.Errorf("open socket: %w", err)
	}
	c.media = &media{phone: p, log: p.log, pair: pair, local: sdp.Local{
		Addr: c.target.Addr(), Port: pair.port, ID: uint64(time.Now().UnixMicro()), Version: 1, Codecs: []string{"PCMU", "PCMA"}, Events: true,
		Security: p.cfg.SRTP.sdp(), Keys: p.cfg.SRTP.keys(),
	}}
	c.stack = transaction.New(p.cfg.Gate, w, &transaction.Counters{}, p.log)
	c.stack.OnRequest = c.onRequest
	go func() {
		defer close(c.served)
		_ = c.stack.Serve() // its end is seen by whoever waits for an answer
	}()
	return nil
}

// request builds a request of the call.
func (c *SelfCall) request(method sip.RequestMethod, body []byte) *sip.Request {
	c.mu.Lock()
	defer c.mu.Unlock()
	if method != sip.ACK && method != sip.CANCEL {
		c.seq++
	}
	local := c.stack.Wire.Local()
	req := sip.NewRequest(method, c.uri)
	from := &sip.FromHeader{DisplayName: "Self-test", Address: sip.Uri{Scheme: "sip", User: "selftest", Host: local.Addr().String()}}
	from.Params.Add("tag", c.tag)
	to := &sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: "frontdesk", Host: c.target.Addr().String()}}
	if c.toTag != "" {
		to.Params.Add("tag", c.toTag)
	}
	callID, hops := sip.CallIDHeader(c.callID), sip.MaxForwardsHeader(1)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: c.seq, MethodName: method})
	req.AppendHeader(&hops)
	req.AppendHeader(sip.NewHeader("Contact", "<"+c.stack.ContactURI("selftest", local)+">"))
	if body != nil {
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	req.SetBody(body)
	return req
}

// invite runs the INVITE transaction to its final response (RFC 3261 section 17.1.1).
func (c *SelfCall) invite(ctx context.Context, invite *sip.Request, began time.Time) (*sip.Response, error) {
	tx, err := c.stack.Begin(invite, c.target, c.stack.Wire.Local())
	if err != nil {
		return nil, err
	}
	defer tx.End()
	interval := transaction.T1
	resend := time.NewTimer(interval)
	defer resend.Stop()
	if c.stack.Wire.Reliable() {
		resend.Stop()
	}
	for {
		select {
		case res := <-tx.Responses:
			switch {
			case res.IsProvisional():
				resend.Stop()
				if res.StatusCode == sip.StatusRinging && c.Ringing == 0 {
					c.Ringing = time.Since(began)
				}
			case res.IsSuccess():
				return res, nil
			default:
				c.setTag(res)
				return nil, errors.Join(&RefusedError{Status: res.StatusCode}, c.sendOn(invite, sip.ACK))
			}
		case <-resend.C:
			if err := c.stack.Wire.Send(tx.Data, c.target); err != nil {
				return nil, err
			}
			interval *= 2
			resend.Reset(interval)
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("wait for answer: %w", context.Cause(ctx)), c.sendOn(invite, sip.CANCEL))
		case <-c.stack.Closed:
			return nil, transaction.ErrClosed
		}
	}
}

// sendOn sends a CANCEL, or the ACK of a refusal: both go by the branch of the INVITE.
func (c *SelfCall) sendOn(invite *sip.Request, method sip.RequestMethod) error {
	req := c.request(method, nil)
	req.PrependHeader(sip.HeaderClone(invite.Via()))
	return c.stack.Wire.Send([]byte(req.String()), c.target)
}

func (c *SelfCall) setTag(res *sip.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if to := res.To(); to != nil {
		c.toTag = transaction.TagOf(to.Params)
	}
	if contact := res.Contact(); contact != nil {
		c.uri = *contact.Address.Clone()
	}
}

// established opens the line and sends the ACK, which on the way to ourselves is not lost.
func (c *SelfCall) established(res *sip.Response) error {
	c.setTag(res)
	remote, err := sdp.Parse(res.Body())
	if err != nil {
		return fmt.Errorf("read session description: %w", err)
	}
	if err := c.media.accept(remote); err != nil {
		return err
	}
	if err := c.media.open(); err != nil {
		return err
	}
	ack := c.request(sip.ACK, nil)
	ack.PrependHeader(transaction.NewVia(c.stack.Wire.Proto(), c.stack.Wire.Local(), c.stack.Brand+transaction.NewToken(8)))
	c.ackAt = time.Now()
	return c.stack.Wire.Send([]byte(ack.String()), c.target)
}

// onRequest takes what the box sends on the call: its BYE. It runs on the reader's goroutine.
func (c *SelfCall) onRequest(req *sip.Request, tx *transaction.Server) {
	if tx == nil {
		return
	}
	if req.CallID() == nil || string(*req.CallID()) != c.callID {
		tx.Refuse(sip.StatusCallTransactionDoesNotExists)
		return
	}
	if req.Method != sip.BYE {
		tx.Refuse(sip.StatusMethodNotAllowed, sip.NewHeader("Allow", "ACK, BYE"))
		return
	}
	tx.Refuse(sip.StatusOK)
	c.end()
}

func (c *SelfCall) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.ended = true
		close(c.over)
	}
}

// Line returns the audio line, at the phone's sample rate. Whoever called runs it.
func (c *SelfCall) Line() *line.Line { return c.media.line }

// AckAt returns when the answer was confirmed.
func (c *SelfCall) AckAt() time.Time { return c.ackAt }

// Done is closed when either side has hung up.
func (c *SelfCall) Done() <-chan struct{} { return c.over }

// Hangup sends BYE, unless the box has hung up, and waits for the response.
func (c *SelfCall) Hangup(ctx context.Context) error {
	select {
	case <-c.over:
		return nil
	default:
	}
	defer c.end()
	if _, err := c.stack.Do(ctx, c.request(sip.BYE, nil), c.target, c.stack.Wire.Local()); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	return nil
}

// Close gives back the sockets; nobody can call the phone by the secret any more. A call that is still up is not hung up.
func (c *SelfCall) Close() {
	c.once.Do(func() {
		c.end()
		_ = c.stack.Close() // of sockets that nobody needs any more
		<-c.served
		c.media.close()
		c.phone.senders.dropGuest()
	})
}
