package phone

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

// serverTx is one request of the other side (RFC 3261 section 17.2). Its methods may be called from any goroutine.
type serverTx struct {
	stack *stack
	key   string
	req   *sip.Request
	src   netip.AddrPort // where the request came from
	dst   netip.AddrPort // where its responses go
	tag   string         // our To tag, the same in all responses

	mu       sync.Mutex
	state    txState
	acked    bool
	last     []byte
	interval time.Duration
	resend   *time.Timer
	expire   *time.Timer
	onCancel func(cancel *sip.Request) // set by the owner of an INVITE; called on the reader's goroutine
}

func (tx *serverTx) isInvite() bool { return tx.req.Method == sip.INVITE }

// refuse responds with a bare status.
func (tx *serverTx) refuse(status int, extra ...sip.Header) {
	res := newResponse(tx.req, status, reasonOf(status), tx.tag)
	for _, h := range extra {
		res.AppendHeader(h)
	}
	tx.respond(res)
}

// refuseLater responds with a status and the number of seconds after which it makes sense to try again.
func (tx *serverTx) refuseLater(status int, after time.Duration) {
	if after <= 0 {
		tx.refuse(status)
		return
	}
	seconds := int((after + time.Second - 1) / time.Second)
	tx.refuse(status, sip.NewHeader("Retry-After", strconv.Itoa(seconds)))
}

// respond sends res. It reports false, and sends nothing, when a final response has been sent before: an INVITE gets
// exactly one, whoever is first.
func (tx *serverTx) respond(res *sip.Response) bool {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txProceeding {
		return false
	}
	tx.last = []byte(res.String())
	tx.send()
	switch {
	case res.IsProvisional():
		return true
	case !tx.isInvite():
		tx.state = txCompleted
		tx.endAfter(timer64) // J
	case res.IsSuccess():
		tx.state = txAccepted
		tx.endAfter(timer64) // L
	default:
		tx.state = txCompleted
		tx.endAfter(timer64) // H
		if !tx.stack.wire.reliable() {
			tx.interval = timerT1
			tx.resend = time.AfterFunc(tx.interval, tx.repeat) // G
		}
	}
	return true
}

// again answers a retransmission with what was answered before. A 2xx that was acknowledged is not sent again.
func (tx *serverTx) again() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txTerminated && !tx.acked && tx.last != nil {
		tx.send()
	}
}

// retransmit sends an unacknowledged 2xx again; the dialog decides when (RFC 3261 section 13.3.1.4).
func (tx *serverTx) retransmit() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if !tx.acked && tx.last != nil {
		tx.send()
	}
}

// acknowledge takes the ACK of a final response other than 2xx; it reports whether this was one.
func (tx *serverTx) acknowledge() bool {
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

// confirmed notes that the 2xx was acknowledged.
func (tx *serverTx) confirmed() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.acked = true
}

// own sets what a CANCEL does.
func (tx *serverTx) own(onCancel func(cancel *sip.Request)) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	tx.onCancel = onCancel
}

func (tx *serverTx) repeat() {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.state != txCompleted || tx.acked {
		return
	}
	tx.send()
	if tx.interval *= 2; tx.interval > timerT2 {
		tx.interval = timerT2
	}
	tx.resend.Reset(tx.interval)
}

// send writes the last response; a failed write is made good by the next retransmission.
func (tx *serverTx) send() {
	if err := tx.stack.wire.send(tx.last, tx.dst); err != nil {
		tx.stack.log.Debug("sip response not sent", "err", err)
	}
}

func (tx *serverTx) endAfter(d time.Duration) {
	if tx.stack.wire.reliable() && !tx.isInvite() {
		d = time.Millisecond // timer J is zero on reliable transports
	}
	tx.expire = time.AfterFunc(d, tx.terminate)
}

func (tx *serverTx) terminate() {
	tx.mu.Lock()
	tx.state = txTerminated
	if tx.resend != nil {
		tx.resend.Stop()
	}
	if tx.expire != nil {
		tx.expire.Stop()
	}
	tx.mu.Unlock()
	tx.stack.mu.Lock()
	defer tx.stack.mu.Unlock()
	if tx.stack.servers[tx.key] == tx {
		delete(tx.stack.servers, tx.key)
	}
}
