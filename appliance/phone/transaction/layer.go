package transaction

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"frontdesk.internal/appliance/egress"
	"github.com/emiago/sipgo/sip"
)

// Timers of RFC 3261 table 4.
const (
	T1      = 500 * time.Millisecond
	T2      = 4 * time.Second
	timerT4 = 5 * time.Second
	T64     = 64 * T1 // B, F, H, J, L
)

// maxTransactions bounds the memory that senders of requests can make us hold; above it requests are dropped.
const maxTransactions = 4096

// Layer is the transaction layer over one wire. Requests reach OnRequest on the reader's goroutine, in order.
type Layer struct {
	gate   *egress.Gate
	Wire   Wire
	parser *sip.Parser // for what we are about to send
	count  *Counters
	log    *slog.Logger
	Brand  string // start of every branch of ours, so that a request that comes back is known as a loop

	AnswersTo func(netip.Addr) bool              // to whom broken requests are answered; nil = to nobody
	OnRequest func(req *sip.Request, tx *Server) // tx is nil for ACK; must not block

	mu      sync.Mutex
	servers map[string]*Server
	clients map[string]chan *sip.Response
	Closed  chan struct{}
	contact netip.AddrPort // ours, as the PBX sees it; invalid until known
}

// New returns the layer over a wire; count is shared with it. [Layer.Serve] starts it.
func New(gate *egress.Gate, w Wire, count *Counters, log *slog.Logger) *Layer {
	s := &Layer{
		gate: gate, Wire: w, parser: sip.NewParser(), count: count, log: log, Brand: brandPrefix + NewToken(4) + "-",
		servers: map[string]*Server{}, clients: map[string]chan *sip.Response{}, Closed: make(chan struct{}),
	}
	switch t := w.(type) {
	case *TCP:
		t.setUp(s.receive) // what is dialled is read from the start, also before serve
	case *UDP:
		t.unreadable = s.unreadable
	}
	return s
}

// Serve reads the wire until it is closed.
func (s *Layer) Serve() error { return s.Wire.Serve(s.receive) }

// Close ends every transaction and the wire; serve returns.
func (s *Layer) Close() error {
	s.mu.Lock()
	select {
	case <-s.Closed:
		s.mu.Unlock()
		return nil
	default:
	}
	close(s.Closed)
	open := make([]*Server, 0, len(s.servers))
	for _, tx := range s.servers {
		open = append(open, tx)
	}
	s.mu.Unlock()
	for _, tx := range open {
		tx.Terminate()
	}
	return s.Wire.Close()
}

func (s *Layer) receive(msg sip.Message, src netip.AddrPort) {
	switch m := msg.(type) {
	case *sip.Request:
		s.receiveRequest(m, src)
	case *sip.Response:
		s.receiveResponse(m)
	}
}

func (s *Layer) receiveRequest(req *sip.Request, src netip.AddrPort) {
	req.SetTransport(s.Wire.Proto())
	req.SetSource(src.String())
	if !s.echoes(req) {
		s.count.Malformed.Add(1)
		return
	}
	if err := wellFormed(req); err != nil {
		s.count.Malformed.Add(1)
		s.refuseMalformed(req, src)
		return
	}
	dst := stampVia(req, src, s.Wire.Reliable())
	key := transactionKey(req)
	switch req.Method {
	case sip.ACK:
		if tx := s.server(key); tx != nil && tx.acknowledge() {
			return
		}
		s.OnRequest(req, nil)
		return
	case sip.CANCEL:
		s.receiveCancel(req, key, src, dst)
		return
	}
	if tx := s.server(key); tx != nil {
		tx.again()
		return
	}
	if tx := s.open(req, key, src, dst); tx != nil {
		s.OnRequest(req, tx)
	}
}

// echoes reports whether a response to req, which repeats headers of it, can be read again: the parser takes some that it does not
// understand when they come back, and others are no kinder.
func (s *Layer) echoes(req *sip.Request) bool {
	if req.Via() == nil || req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		return true // it gets none
	}
	_, err := parse(s.parser, []byte(NewResponse(req, sip.StatusBadRequest, "Bad Request", "x").String()))
	return err == nil
}

// receiveCancel answers the CANCEL itself (RFC 3261 section 9.2) and tells the owner of the INVITE.
func (s *Layer) receiveCancel(req *sip.Request, inviteKey string, src, dst netip.AddrPort) {
	key := inviteKey + "/CANCEL"
	if tx := s.server(key); tx != nil {
		tx.again()
		return
	}
	tx := s.open(req, key, src, dst)
	if tx == nil {
		return
	}
	invite := s.server(inviteKey)
	if invite == nil {
		tx.Refuse(sip.StatusCallTransactionDoesNotExists)
		return
	}
	tx.Tag = invite.Tag
	tx.Refuse(sip.StatusOK)
	invite.mu.Lock()
	cancel := invite.onCancel
	invite.mu.Unlock()
	if cancel != nil {
		cancel(req)
	}
}

// refuseMalformed answers what cannot make a transaction with a stateless 400, when there is somewhere to send it.
func (s *Layer) refuseMalformed(req *sip.Request, src netip.AddrPort) {
	if req.Method == sip.ACK || req.Via() == nil || req.Via().Host == "" || req.From() == nil || req.To() == nil || req.CallID() == nil ||
		req.CSeq() == nil {
		return
	}
	dst := stampVia(req, src, s.Wire.Reliable())
	res := NewResponse(req, sip.StatusBadRequest, "Bad Request", NewToken(6))
	_ = s.Wire.Send([]byte(res.String()), dst)
}

func (s *Layer) receiveResponse(res *sip.Response) {
	via, cseq := res.Via(), res.CSeq()
	if via == nil || cseq == nil || len(res.GetHeaders("Via")) != 1 {
		return // not for us (RFC 3261 section 8.1.3.3)
	}
	branch, _ := Param(via.Params, "branch")
	s.mu.Lock()
	ch := s.clients[branch+"/"+strings.TrimSpace(string(cseq.MethodName))]
	s.mu.Unlock()
	if ch == nil {
		return
	}
	select {
	case ch <- res:
	default: // its owner has not read four responses yet: a flood
		s.count.Overload.Add(1)
	}
}

// Client is a request of ours other than INVITE that is under way (RFC 3261 section 17.1.2).
type Client struct {
	stack     *Layer
	key       string
	method    sip.RequestMethod
	Data      []byte
	to        netip.AddrPort
	Responses chan *sip.Response
}

// Begin adds the Via and sends req. The first send is done when it returns; [Client.Wait] must follow.
func (s *Layer) Begin(req *sip.Request, to, local netip.AddrPort) (*Client, error) {
	req.PrependHeader(NewVia(s.Wire.Proto(), local, s.Brand+NewToken(8)))
	return s.BeginOn(req, to)
}

// BeginOn is Begin for a request that has its Via.
func (s *Layer) BeginOn(req *sip.Request, to netip.AddrPort) (*Client, error) {
	branch, _ := Param(req.Via().Params, "branch")
	tx := &Client{
		stack: s, key: branch + "/" + string(req.Method), method: req.Method,
		Data: []byte(req.String()), to: to, Responses: make(chan *sip.Response, 4),
	}
	s.mu.Lock()
	s.clients[tx.key] = tx.Responses
	s.mu.Unlock()
	if err := s.Wire.Send(tx.Data, to); err != nil {
		tx.End()
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return tx, nil
}

// Do sends a request and waits for its final response. The error is [ErrUnreachable], the context's, or [ErrClosed].
func (s *Layer) Do(ctx context.Context, req *sip.Request, to, local netip.AddrPort) (*sip.Response, error) {
	tx, err := s.Begin(req, to, local)
	if err != nil {
		return nil, err
	}
	return tx.Wait(ctx)
}

// End forgets the request; [Client.Wait] does so by itself.
func (tx *Client) End() {
	tx.stack.mu.Lock()
	defer tx.stack.mu.Unlock()
	delete(tx.stack.clients, tx.key)
}

// Wait sends the request again until its final response comes: after 0.5 s, doubling to 4 s, for 32 s.
func (tx *Client) Wait(ctx context.Context) (*sip.Response, error) {
	defer tx.End()
	interval := T1
	if tx.stack.Wire.Reliable() {
		interval = 2 * T64
	}
	resend, timeout := time.NewTimer(interval), time.NewTimer(T64)
	defer resend.Stop()
	defer timeout.Stop()
	for {
		select {
		case res := <-tx.Responses:
			if !res.IsProvisional() {
				return res, nil
			}
			interval = T2
		case <-resend.C:
			if err := tx.stack.Wire.Send(tx.Data, tx.to); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
			}
			interval = min(2*interval, T2)
			resend.Reset(interval)
		case <-timeout.C:
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, ErrUnreachable)
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, context.Cause(ctx))
		case <-tx.stack.Closed:
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, ErrClosed)
		}
	}
}

func (s *Layer) server(key string) *Server {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.servers[key]
}

func (s *Layer) open(req *sip.Request, key string, src, dst netip.AddrPort) *Server {
	tx := &Server{Layer: s, key: key, Req: req, Src: src, dst: dst, Tag: NewToken(8)}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.Closed:
		return nil
	default:
	}
	if len(s.servers) >= maxTransactions {
		s.count.Overload.Add(1)
		return nil
	}
	s.servers[key] = tx
	return tx
}

// transactionKey identifies a server transaction (RFC 3261 section 17.2.3); ACK and CANCEL map to their INVITE.
func transactionKey(req *sip.Request) string {
	via := req.Via()
	method := string(req.Method)
	if req.Method == sip.ACK || req.Method == sip.CANCEL {
		method = string(sip.INVITE)
	}
	branch, _ := Param(via.Params, "branch")
	sentBy := strings.ToLower(via.Host) + ":" + strconv.Itoa(via.Port)
	if strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) && len(branch) > len(sip.RFC3261BranchMagicCookie) {
		return branch + "/" + sentBy + "/" + method
	}
	// RFC 2543 peers: the identifiers of the request stand in for a unique branch.
	return strings.Join([]string{
		"2543", branch, sentBy, string(*req.CallID()), TagOf(req.From().Params),
		strconv.FormatUint(uint64(req.CSeq().SeqNo), 10), method,
	}, "/")
}
