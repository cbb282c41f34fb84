package phonetest

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio/line"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// CallerOptions describe a test telephone.
type CallerOptions struct {
	PBX         string // where calls go, "127.0.0.1:port"; a telephone can also be called directly
	User        string // our number or name, "caller" by default
	DisplayName string
	Listen      string       // "127.0.0.1:0" by default
	Codecs      []string     // offered, in this order; PCMU and PCMA by default
	NoEvents    bool         // do not offer telephone-event
	Security    sdp.Security // whether audio is encrypted
	LateOffer   bool         // INVITE without a session description
	PCMRate     int          // of the line; 8000 by default
	Loss        float64      // fraction of our packets of audio that the network loses, some in a row
	Headers     map[string]string
	Logger      *slog.Logger
}

// Why a leg ended.
var (
	ErrRemoteHangup = errors.New("the other side hung up")
	ErrWeHungUp     = errors.New("we hung up")
)

// RefusedError is a call that was not answered.
type RefusedError struct {
	Status int
	Reason string
}

// Error implements error.
func (e *RefusedError) Error() string { return fmt.Sprintf("call refused: %d %s", e.Status, e.Reason) }

// Caller is a test telephone that dials.
type Caller struct {
	o      CallerOptions
	ua     *sipgo.UserAgent
	srv    *sipgo.Server
	cli    *sipgo.Client
	conn   net.PacketConn
	ready  *readyConn
	addr   netip.AddrPort
	served chan struct{}
	stop   chan struct{} // closed by Close
	work   guard

	mu   sync.Mutex
	legs map[string]*Leg // by Call-ID
}

// NewCaller starts a telephone. It must be closed with [Caller.Close].
func NewCaller(ctx context.Context, o CallerOptions) (*Caller, error) {
	if o.User == "" {
		o.User = "caller"
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if len(o.Codecs) == 0 {
		o.Codecs = []string{"PCMU", "PCMA"}
	}
	if o.PCMRate == 0 {
		o.PCMRate = 8000
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	conn, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp", o.Listen)
	if err != nil {
		return nil, fmt.Errorf("start caller: %w", err)
	}
	c := &Caller{o: o, conn: conn, served: make(chan struct{}), stop: make(chan struct{}), legs: map[string]*Leg{}}
	if c.addr, err = netip.ParseAddrPort(conn.LocalAddr().String()); err == nil {
		c.ua, c.srv, c.cli, err = newAgent(o.User, conn.LocalAddr().String(), o.Logger)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("start caller: %w", err)
	}
	c.srv.OnBye(c.onBye)
	c.srv.OnInvite(c.onReinvite)
	c.srv.OnAck(func(*sip.Request, sip.ServerTransaction) {})
	c.srv.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { answer(req, tx, 200, "OK") })
	c.ready = newReadyConn(conn)
	go func() {
		defer close(c.served)
		_ = c.srv.ServeUDP(c.ready)
	}()
	<-c.ready.reading
	return c, nil
}

// Addr returns the telephone's SIP address.
func (c *Caller) Addr() netip.AddrPort { return c.addr }

// Close ends what is up without a BYE and waits for the goroutines. It may be called once.
func (c *Caller) Close() error {
	close(c.stop)
	c.mu.Lock()
	legs := make([]*Leg, 0, len(c.legs))
	for _, l := range c.legs {
		legs = append(legs, l)
	}
	c.mu.Unlock()
	for _, l := range legs {
		l.end(net.ErrClosed)
	}
	c.ready.stop()
	c.work.close()
	_ = c.conn.Close()
	<-c.served
	_ = c.ua.Close()
	return nil
}

// Leg is one call of a [Caller].
type Leg struct {
	caller  *Caller
	callID  string
	fromTag string
	toTag   string
	target  sip.Uri
	to      sip.Uri
	local   sdp.Local
	choice  sdp.Choice
	media   *ports
	line    *line.Line
	ackAt   time.Time

	mu    sync.Mutex
	seq   uint32
	cause error
	done  chan struct{}
}

// Line returns the audio line. Whoever dialled runs it.
func (l *Leg) Line() *line.Line { return l.line }

// AckAt returns when the ACK was sent.
func (l *Leg) AckAt() time.Time { return l.ackAt }

// Done is closed when the call is over.
func (l *Leg) Done() <-chan struct{} { return l.done }

// Cause returns why the call is over, nil while it is up.
func (l *Leg) Cause() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// Codec returns the name of the agreed format.
func (l *Leg) Codec() string { return l.choice.Codec.Name }

// Dial calls extension and returns when it has answered. When ctx ends before, the call is cancelled. A refusal is a
// [RefusedError].
func (c *Caller) Dial(ctx context.Context, extension string) (*Leg, error) {
	if !c.work.enter() {
		return nil, net.ErrClosed
	}
	defer c.work.leave()
	l, invite, err := c.newLeg(extension)
	if err != nil {
		return nil, err
	}
	res, err := c.invite(ctx, l, invite)
	if err == nil {
		err = l.established(invite, res)
	}
	if err != nil {
		l.end(err)
		return nil, fmt.Errorf("dial %s: %w", extension, err)
	}
	return l, nil
}

func (c *Caller) newLeg(extension string) (*Leg, *sip.Request, error) {
	var target sip.Uri
	if err := sip.ParseUri("sip:"+extension+"@"+c.o.PBX, &target); err != nil {
		return nil, nil, fmt.Errorf("dial %s: %w", extension, err)
	}
	media, err := openPorts(c.addr.Addr())
	if err != nil {
		return nil, nil, err
	}
	var id [8]byte
	_, _ = rand.Read(id[:])
	l := &Leg{
		caller: c, callID: sip.GenerateTagN(20), fromTag: sip.GenerateTagN(10), target: target, to: *target.Clone(), media: media,
		done: make(chan struct{}),
		local: sdp.Local{
			Addr: c.addr.Addr(), Port: media.port, ID: binary.BigEndian.Uint64(id[:]) >> 1, Version: 1, Codecs: c.o.Codecs, Events: !c.o.NoEvents,
			Security: c.o.Security, Keys: keys(c.o.Security),
		},
	}
	var body []byte
	if !c.o.LateOffer {
		body = sdp.Offer(l.local)
	}
	invite := l.request(sip.INVITE, body)
	for k, v := range c.o.Headers {
		invite.AppendHeader(sip.NewHeader(k, v))
	}
	c.mu.Lock()
	c.legs[l.callID] = l
	c.mu.Unlock()
	return l, invite, nil
}

// request builds a request of the leg.
func (l *Leg) request(method sip.RequestMethod, body []byte) *sip.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	if method != sip.ACK {
		l.seq++
	}
	req := sip.NewRequest(method, l.target)
	from := &sip.FromHeader{
		DisplayName: l.caller.o.DisplayName, Address: sip.Uri{Scheme: "sip", User: l.caller.o.User, Host: l.caller.addr.Addr().String()},
	}
	from.Params.Add("tag", l.fromTag)
	to := &sip.ToHeader{Address: *l.to.Clone()}
	if l.toTag != "" {
		to.Params.Add("tag", l.toTag)
	}
	callID := sip.CallIDHeader(l.callID)
	req.AppendHeader(from)
	req.AppendHeader(to)
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: l.seq, MethodName: method})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:"+l.caller.o.User+"@"+l.caller.addr.String()+">"))
	if body != nil {
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	req.SetBody(body)
	req.SetDestination(l.caller.o.PBX)
	return req
}

// invite runs one INVITE transaction to its final response.
func (c *Caller) invite(ctx context.Context, l *Leg, invite *sip.Request) (*sip.Response, error) {
	tx, err := c.cli.TransactionRequest(context.WithoutCancel(ctx), invite)
	if err != nil {
		return nil, fmt.Errorf("send invite: %w", err)
	}
	cancel := ctx.Done()
	for {
		select {
		case res := <-tx.Responses():
			switch {
			case res.IsProvisional():
			case res.IsSuccess():
				tx.OnRetransmission(func(*sip.Response) { l.resendAck() })
				return res, nil
			default:
				if ctx.Err() != nil {
					return nil, context.Cause(ctx)
				}
				return nil, &RefusedError{Status: res.StatusCode, Reason: res.Reason}
			}
		case <-tx.Done():
			return nil, fmt.Errorf("wait for answer: %w", tx.Err())
		case <-c.stop:
			return nil, net.ErrClosed
		case <-cancel:
			cancel = nil
			c.work.spawn(func() { c.cancel(invite) })
		}
	}
}

func (c *Caller) cancel(invite *sip.Request) {
	req := sip.NewRequest(sip.CANCEL, invite.Recipient)
	req.AppendHeader(sip.HeaderClone(invite.Via()))
	req.AppendHeader(sip.HeaderClone(invite.From()))
	req.AppendHeader(sip.HeaderClone(invite.To()))
	req.AppendHeader(sip.HeaderClone(invite.CallID()))
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	req.SetBody(nil)
	req.SetDestination(invite.Destination())
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	_, _ = c.cli.Do(ctx, req)
}

// established sends the ACK and opens the line.
func (l *Leg) established(invite *sip.Request, res *sip.Response) error {
	l.mu.Lock()
	l.toTag, _ = res.To().Params.Get("tag")
	if contact := res.Contact(); contact != nil {
		l.target = *contact.Address.Clone()
	}
	l.mu.Unlock()
	remote, err := sdp.Parse(res.Body())
	if err != nil {
		return fmt.Errorf("read session description: %w", err)
	}
	var body []byte
	if len(invite.Body()) == 0 {
		body, l.choice, err = sdp.Answer(remote, l.local)
	} else {
		l.choice, err = sdp.Accept(remote, l.local)
	}
	if err != nil {
		return fmt.Errorf("agree on audio: %w", err)
	}
	if l.line == nil {
		if l.line, err = l.openLine(); err != nil {
			return err
		}
	} else {
		l.line.Update(l.choice.Remote, direction(l.choice.Direction))
	}
	if err := l.caller.cli.WriteRequest(l.request(sip.ACK, body)); err != nil {
		return fmt.Errorf("send ack: %w", err)
	}
	l.ackAt = time.Now()
	return nil
}

func (l *Leg) resendAck() {
	if !l.caller.work.enter() {
		return
	}
	defer l.caller.work.leave()
	_ = l.caller.cli.WriteRequest(l.request(sip.ACK, nil))
}

// Hold tells the other side that we do not listen (a=sendonly); Resume undoes it.
func (l *Leg) Hold(ctx context.Context) error { return l.reinvite(ctx, sdp.SendOnly) }

// Resume ends a hold.
func (l *Leg) Resume(ctx context.Context) error { return l.reinvite(ctx, sdp.SendRecv) }

// Refresh sends the same session description again, as session timers do.
func (l *Leg) Refresh(ctx context.Context) error { return l.reinvite(ctx, l.local.Direction) }

func (l *Leg) reinvite(ctx context.Context, dir sdp.Direction) error {
	if dir != l.local.Direction {
		l.local.Direction = dir
		l.local.Version++
	}
	if !l.caller.work.enter() {
		return net.ErrClosed
	}
	defer l.caller.work.leave()
	invite := l.request(sip.INVITE, sdp.Offer(l.local))
	res, err := l.caller.invite(ctx, l, invite)
	if err == nil {
		err = l.established(invite, res)
	}
	if err != nil {
		return fmt.Errorf("change session: %w", err)
	}
	return nil
}

// Direction returns what was agreed last, as we see it.
func (l *Leg) Direction() sdp.Direction { return l.choice.Direction }

// Hangup sends BYE and waits for the response.
func (l *Leg) Hangup(ctx context.Context) error {
	select {
	case <-l.done:
		return nil
	default:
	}
	if !l.caller.work.enter() {
		return net.ErrClosed
	}
	defer l.caller.work.leave()
	_, err := l.caller.cli.Do(ctx, l.request(sip.BYE, nil))
	l.end(ErrWeHungUp)
	if err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	return nil
}

func (l *Leg) end(cause error) {
	l.caller.mu.Lock()
	delete(l.caller.legs, l.callID)
	l.caller.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil {
		return
	}
	l.cause = cause
	close(l.done)
	l.media.close()
}

func (c *Caller) onBye(req *sip.Request, tx sip.ServerTransaction) {
	l := c.leg(req)
	if l == nil {
		answer(req, tx, 481, "Call/Transaction Does Not Exist")
		return
	}
	answer(req, tx, 200, "OK")
	l.end(ErrRemoteHangup)
}

func (c *Caller) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	answer(req, tx, 488, "Not Acceptable Here") // a telephone that dials only
}

func (c *Caller) leg(req *sip.Request) *Leg {
	if req.CallID() == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.legs[req.CallID().Value()]
}

func answer(req *sip.Request, tx sip.ServerTransaction, status int, reason string) {
	_ = tx.Respond(sip.NewResponseFromRequest(req, status, reason, nil))
}

// ports is a pair of UDP sockets for RTP and RTCP.
type ports struct {
	rtp, rtcp *net.UDPConn
	port      uint16
}

func openPorts(addr netip.Addr) (*ports, error) {
	var last error
	for range 50 {
		rtp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
		if err != nil {
			return nil, fmt.Errorf("open audio port: %w", err)
		}
		got, err := netip.ParseAddrPort(rtp.LocalAddr().String())
		if err != nil || got.Port()%2 != 0 {
			_ = rtp.Close()
			last = errors.New("odd port")
			continue
		}
		rtcp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, got.Port()+1)))
		if err != nil {
			_ = rtp.Close()
			last = err
			continue
		}
		return &ports{rtp: rtp, rtcp: rtcp, port: got.Port()}, nil
	}
	return nil, fmt.Errorf("open audio ports: %w", last)
}

func (p *ports) close() {
	_ = p.rtp.Close()
	_ = p.rtcp.Close()
}
