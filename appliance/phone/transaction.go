package phone

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
	timerT1 = 500 * time.Millisecond
	timerT2 = 4 * time.Second
	timerT4 = 5 * time.Second
	timer64 = 64 * timerT1 // B, F, H, J, L
)

// maxTransactions bounds the memory that senders of requests can make us hold; above it requests are dropped.
const maxTransactions = 4096

// stack is the transaction layer over one wire. Requests reach onRequest on the reader's goroutine, in order.
type stack struct {
	gate   *egress.Gate
	wire   wire
	parser *sip.Parser // for what we are about to send
	count  *counters
	log    *slog.Logger
	brand  string // start of every branch of ours, so that a request that comes back is known as a loop

	answersTo func(netip.Addr) bool                // to whom broken requests are answered; nil = to nobody
	onRequest func(req *sip.Request, tx *serverTx) // tx is nil for ACK; must not block

	mu      sync.Mutex
	servers map[string]*serverTx
	clients map[string]chan *sip.Response
	closed  chan struct{}
	contact netip.AddrPort // ours, as the PBX sees it; invalid until known
}

func newStack(gate *egress.Gate, w wire, count *counters, log *slog.Logger) *stack {
	s := &stack{
		gate: gate, wire: w, parser: sip.NewParser(), count: count, log: log, brand: brandPrefix + newToken(4) + "-",
		servers: map[string]*serverTx{}, clients: map[string]chan *sip.Response{}, closed: make(chan struct{}),
	}
	switch t := w.(type) {
	case *tcpWire:
		t.setUp(s.receive) // what is dialled is read from the start, also before serve
	case *udpWire:
		t.unreadable = s.unreadable
	}
	return s
}

// serve reads the wire until it is closed.
func (s *stack) serve() error { return s.wire.serve(s.receive) }

// close ends every transaction and the wire; serve returns.
func (s *stack) close() error {
	s.mu.Lock()
	select {
	case <-s.closed:
		s.mu.Unlock()
		return nil
	default:
	}
	close(s.closed)
	open := make([]*serverTx, 0, len(s.servers))
	for _, tx := range s.servers {
		open = append(open, tx)
	}
	s.mu.Unlock()
	for _, tx := range open {
		tx.terminate()
	}
	return s.wire.close()
}

func (s *stack) receive(msg sip.Message, src netip.AddrPort) {
	switch m := msg.(type) {
	case *sip.Request:
		s.receiveRequest(m, src)
	case *sip.Response:
		s.receiveResponse(m)
	}
}

func (s *stack) receiveRequest(req *sip.Request, src netip.AddrPort) {
	req.SetTransport(s.wire.proto())
	req.SetSource(src.String())
	if !s.echoes(req) {
		s.count.malformed.Add(1)
		return
	}
	if err := wellFormed(req); err != nil {
		s.count.malformed.Add(1)
		s.refuseMalformed(req, src)
		return
	}
	dst := stampVia(req, src, s.wire.reliable())
	key := transactionKey(req)
	switch req.Method {
	case sip.ACK:
		if tx := s.server(key); tx != nil && tx.acknowledge() {
			return
		}
		s.onRequest(req, nil)
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
		s.onRequest(req, tx)
	}
}

// echoes reports whether a response to req, which repeats headers of it, can be read again: the parser takes some that it does not
// understand when they come back, and others are no kinder.
func (s *stack) echoes(req *sip.Request) bool {
	if req.Via() == nil || req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		return true // it gets none
	}
	_, err := parse(s.parser, []byte(newResponse(req, sip.StatusBadRequest, "Bad Request", "x").String()))
	return err == nil
}

// receiveCancel answers the CANCEL itself (RFC 3261 section 9.2) and tells the owner of the INVITE.
func (s *stack) receiveCancel(req *sip.Request, inviteKey string, src, dst netip.AddrPort) {
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
		tx.refuse(sip.StatusCallTransactionDoesNotExists)
		return
	}
	tx.tag = invite.tag
	tx.refuse(sip.StatusOK)
	invite.mu.Lock()
	cancel := invite.onCancel
	invite.mu.Unlock()
	if cancel != nil {
		cancel(req)
	}
}

// refuseMalformed answers what cannot make a transaction with a stateless 400, when there is somewhere to send it.
func (s *stack) refuseMalformed(req *sip.Request, src netip.AddrPort) {
	if req.Method == sip.ACK || req.Via() == nil || req.Via().Host == "" || req.From() == nil || req.To() == nil || req.CallID() == nil || req.CSeq() == nil {
		return
	}
	dst := stampVia(req, src, s.wire.reliable())
	res := newResponse(req, sip.StatusBadRequest, "Bad Request", newToken(6))
	_ = s.wire.send([]byte(res.String()), dst)
}

func (s *stack) receiveResponse(res *sip.Response) {
	via, cseq := res.Via(), res.CSeq()
	if via == nil || cseq == nil || len(res.GetHeaders("Via")) != 1 {
		return // not for us (RFC 3261 section 8.1.3.3)
	}
	branch, _ := param(via.Params, "branch")
	s.mu.Lock()
	ch := s.clients[branch+"/"+strings.TrimSpace(string(cseq.MethodName))]
	s.mu.Unlock()
	if ch == nil {
		return
	}
	select {
	case ch <- res:
	default: // its owner has not read four responses yet: a flood
		s.count.overload.Add(1)
	}
}

// clientTx is a request of ours other than INVITE that is under way (RFC 3261 section 17.1.2).
type clientTx struct {
	stack     *stack
	key       string
	method    sip.RequestMethod
	data      []byte
	to        netip.AddrPort
	responses chan *sip.Response
}

// begin adds the Via and sends req. The first send is done when it returns; [clientTx.wait] must follow.
func (s *stack) begin(req *sip.Request, to, local netip.AddrPort) (*clientTx, error) {
	req.PrependHeader(viaHeader(s.wire.proto(), local, s.brand+newToken(8)))
	return s.beginOn(req, to)
}

// beginOn is begin for a request that has its Via.
func (s *stack) beginOn(req *sip.Request, to netip.AddrPort) (*clientTx, error) {
	branch, _ := param(req.Via().Params, "branch")
	tx := &clientTx{
		stack: s, key: branch + "/" + string(req.Method), method: req.Method,
		data: []byte(req.String()), to: to, responses: make(chan *sip.Response, 4),
	}
	s.mu.Lock()
	s.clients[tx.key] = tx.responses
	s.mu.Unlock()
	if err := s.wire.send(tx.data, to); err != nil {
		tx.end()
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	return tx, nil
}

// do sends a request and waits for its final response. The error is [ErrUnreachable], the context's, or errClosed.
func (s *stack) do(ctx context.Context, req *sip.Request, to, local netip.AddrPort) (*sip.Response, error) {
	tx, err := s.begin(req, to, local)
	if err != nil {
		return nil, err
	}
	return tx.wait(ctx)
}

func (tx *clientTx) end() {
	tx.stack.mu.Lock()
	defer tx.stack.mu.Unlock()
	delete(tx.stack.clients, tx.key)
}

// wait sends the request again until its final response comes: after 0.5 s, doubling to 4 s, for 32 s.
func (tx *clientTx) wait(ctx context.Context) (*sip.Response, error) {
	defer tx.end()
	interval := timerT1
	if tx.stack.wire.reliable() {
		interval = 2 * timer64
	}
	resend, timeout := time.NewTimer(interval), time.NewTimer(timer64)
	defer resend.Stop()
	defer timeout.Stop()
	for {
		select {
		case res := <-tx.responses:
			if !res.IsProvisional() {
				return res, nil
			}
			interval = timerT2
		case <-resend.C:
			if err := tx.stack.wire.send(tx.data, tx.to); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
			}
			interval = min(2*interval, timerT2)
			resend.Reset(interval)
		case <-timeout.C:
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, ErrUnreachable)
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, context.Cause(ctx))
		case <-tx.stack.closed:
			return nil, fmt.Errorf("wait for response to %s: %w", tx.method, errClosed)
		}
	}
}

func (s *stack) server(key string) *serverTx {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.servers[key]
}

func (s *stack) open(req *sip.Request, key string, src, dst netip.AddrPort) *serverTx {
	tx := &serverTx{stack: s, key: key, req: req, src: src, dst: dst, tag: newToken(8)}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.closed:
		return nil
	default:
	}
	if len(s.servers) >= maxTransactions {
		s.count.overload.Add(1)
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
	branch, _ := param(via.Params, "branch")
	sentBy := strings.ToLower(via.Host) + ":" + strconv.Itoa(via.Port)
	if strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) && len(branch) > len(sip.RFC3261BranchMagicCookie) {
		return branch + "/" + sentBy + "/" + method
	}
	// RFC 2543 peers: the identifiers of the request stand in for a unique branch.
	return strings.Join([]string{
		"2543", branch, sentBy, string(*req.CallID()), tagOf(req.From().Params),
		strconv.FormatUint(uint64(req.CSeq().SeqNo), 10), method,
	}, "/")
}
