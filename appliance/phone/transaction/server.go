package transaction

import (
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

type txState uint8

const (
	txProceeding txState = iota
	txAccepted           // INVITE answered 2xx: retransmissions of the 2xx are the dialog's (RFC 6026)
	txCompleted          // final response sent; for INVITE it is repeated until the ACK
	txTerminated
)

// Server is one request of the other side (RFC 3261 section 17.2). Its methods may be called from any goroutine.
type Server struct {
	Layer *Layer
	key   string
	Req   *sip.Request
	Src   netip.AddrPort // where the request came from
	dst   netip.AddrPort // where its responses go
	Tag   string         // our To tag, the same in all responses

	mu       sync.Mutex
	state    txState
	acked    bool
	last     []byte
	interval time.Duration
	resend   *time.Timer
	expire   *time.Timer
	onCancel func(cancel *sip.Request) // set by the owner of an INVITE; called on the reader's goroutine
}

func (tx *Server) isInvite() bool { return tx.Req.Method == sip.INVITE }

// Refuse responds with a bare status.
func (tx *Server) Refuse(status int, extra ...sip.Header) {
	res := NewResponse(tx.Req, status, ReasonOf(status), tx.Tag)
	for _, h := range extra {
		res.AppendHeader(h)
	}
	tx.Respond(res)
}

// RefuseLater responds with a status and the number of seconds after which it makes sense to try again.
func (tx *Server) RefuseLater(status int, after time.Duration) {
	if after <= 0 {
		tx.Refuse(status)
		return
	}
	seconds := int((after + time.Second - 1) / time.Second)
	tx.Refuse(status, sip.NewHeader("Retry-After", strconv.Itoa(seconds)))
}

// Respond sends res. It reports false, and sends nothing, when a final response has been sent before: an INVITE gets
// exactly one, whoever is first.
func (tx *Server) Respond(res *sip.Response) bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txProceeding {
		return false
	}
	tx.last = []byte(res.String())
	tx.Send()
	switch {
	case res.IsProvisional():
		return true
	case !tx.isInvite():
		tx.state = txCompleted
		tx.endAfter(T64) // J
	case res.IsSuccess():
		tx.state = txAccepted
		tx.endAfter(T64) // L
	default:
		tx.state = txCompleted
		tx.endAfter(T64) // H
		if !tx.Layer.Wire.Reliable() {
			tx.interval = T1
			tx.resend = time.AfterFunc(tx.interval, tx.repeat) // G
		}
	}
	return true
}

// again answers a retransmission with what was answered before. A 2xx that was acknowledged is not sent again.
func (tx *Server) again() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txTerminated && !tx.acked && tx.last != nil {
		tx.Send()
	}
}

// Retransmit sends an unacknowledged 2xx again; the dialog decides when (RFC 3261 section 13.3.1.4).
func (tx *Server) Retransmit() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if !tx.acked && tx.last != nil {
		tx.Send()
	}
}

// acknowledge takes the ACK of a final response other than 2xx; it reports whether this was one.
func (tx *Server) acknowledge() bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txCompleted || !tx.isInvite() {
		return false
	}
	if !tx.acked {
		tx.acked = true
		if tx.resend != nil {
			tx.resend.Stop()
		}
		tx.expire.Reset(timerT4) // I
	}
	return true
}

// Confirmed notes that the 2xx was acknowledged.
func (tx *Server) Confirmed() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.acked = true
}

// Own sets what a CANCEL does.
func (tx *Server) Own(onCancel func(cancel *sip.Request)) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.onCancel = onCancel
}

func (tx *Server) repeat() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txCompleted || tx.acked {
		return
	}
	tx.Send()
	if tx.interval *= 2; tx.interval > T2 {
		tx.interval = T2
	}
	tx.resend.Reset(tx.interval)
}

// Send writes the last response; a failed write is made good by the next retransmission.
func (tx *Server) Send() {
	if err := tx.Layer.Wire.Send(tx.last, tx.dst); err != nil {
		tx.Layer.log.Debug("sip response not sent", "err", err)
	}
}

func (tx *Server) endAfter(d time.Duration) {
	if tx.Layer.Wire.Reliable() && !tx.isInvite() {
		d = time.Millisecond // timer J is zero on reliable transports
	}
	tx.expire = time.AfterFunc(d, tx.Terminate)
}

// Terminate ends the transaction without a word.
func (tx *Server) Terminate() {
	tx.mu.Lock()
	tx.state = txTerminated
	if tx.resend != nil {
		tx.resend.Stop()
	}
	if tx.expire != nil {
		tx.expire.Stop()
	}
	tx.mu.Unlock()
	tx.Layer.mu.Lock()
	defer tx.Layer.mu.Unlock()
	if tx.Layer.servers[tx.key] == tx {
		delete(tx.Layer.servers, tx.key)
	}
}
