package phone

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"frontdesk.internal/appliance/phone/transaction"
)

// Telephones may subscribe to the state of our mailbox (RFC 6665, RFC 3842), by way of the PBX: their lamps show whether messages wait.

const (
	eventMailbox   = "message-summary"
	mailboxMost    = time.Hour // granted at most, and when nothing is asked for
	mailboxLeast   = time.Minute
	mailboxTimeout = 10 * time.Second
)

// mailbox is how many messages wait, and who is told of it: the PBX, and telephones that have subscribed.
type mailbox struct {
	phone *Phone
	due   chan struct{} // capacity 1: the PBX is to be told

	mu            sync.Mutex
	known         bool // else nobody wants any lamp
	waiting       int
	subscriptions map[string]*subscription // by Call-ID and our tag
}

// subscription is one telephone's. Its goroutine owns d; the rest is guarded by mailbox.mu.
type subscription struct {
	d     *dialog // as much of it as requests are built of
	until time.Time
	seq   uint32
	due   chan struct{} // capacity 1: it is to be told
	over  bool
}

// onSubscribe begins, refreshes or ends a subscription. It runs on the reader's goroutine and never blocks.
func (m *mailbox) onSubscribe(req *sip.Request, tx *transaction.Server) {
	event, _, _ := strings.Cut(header(req, "Event", "o"), ";")
	switch {
	case !m.phone.senders.fromPBX(tx.Src.Addr()):
		tx.Refuse(sip.StatusForbidden)
		return
	case !strings.EqualFold(strings.TrimSpace(event), eventMailbox):
		tx.Refuse(489, sip.NewHeader("Allow-Events", eventMailbox))
		return
	}
	if bad := unsupported(req); len(bad) > 0 {
		m.phone.badExtension(tx, bad)
		return
	}
	expires := mailboxMost
	if v := header(req, "Expires"); v != "" {
		n, ok := number(v)
		if !ok {
			tx.Refuse(sip.StatusBadRequest)
			return
		}
		expires = min(mailboxMost, time.Duration(n)*time.Second)
	}
	if expires > 0 && expires < mailboxLeast {
		tx.Refuse(sip.StatusIntervalToBrief, sip.NewHeader("Min-Expires", strconv.Itoa(int(mailboxLeast/time.Second))))
		return
	}
	if tag := transaction.TagOf(req.To().Params); tag != "" {
		m.resubscribe(req, tx, tag, expires)
		return
	}
	contact := req.Contact()
	if contact == nil || contact.Address.Wildcard || contact.Address.Host == "" {
		tx.Refuse(sip.StatusBadRequest, sip.NewHeader("Warning", `399 frontdesk "Contact missing"`))
		return
	}
	s := m.newSubscription(req, tx)
	s.until = time.Now().Add(expires)
	if !m.add(s) {
		tx.RefuseLater(sip.StatusServiceUnavailable, time.Minute)
		return
	}
	m.subscribed(tx, s, expires)
	go m.keepSubscribed(s)
}

// add has s kept by a goroutine that the caller starts; false when there are too many, or the phone stops.
func (m *mailbox) add(s *subscription) bool {
	if !m.phone.enter() {
		return false
	}
	m.mu.Lock()
	full := len(m.subscriptions) >= m.phone.cfg.Subscribers
	if !full {
		m.subscriptions[s.d.key] = s
	}
	m.mu.Unlock()
	if full {
		m.phone.wg.Done()
	}
	return !full
}

// newSubscription is our side of the dialog that a SUBSCRIBE begins.
func (m *mailbox) newSubscription(req *sip.Request, tx *transaction.Server) *subscription {
	acct := m.phone.Account()
	d := &dialog{
		phone: m.phone, account: acct, stack: tx.Layer, callID: string(*req.CallID()), localTag: tx.Tag,
		remoteTag: transaction.TagOf(req.From().Params), local: *req.To().Address.Clone(), remote: *req.From().Address.Clone(),
		target: *req.Contact().Address.Clone(), src: tx.Src, localSeq: seqStart(),
		creds: credentials{user: acct.AuthUser, password: acct.Password},
	}
	for _, h := range req.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			d.routes = append(d.routes, *rr.Address.Clone())
		}
	}
	d.key = dialogKey(d.callID, d.localTag)
	return &subscription{d: d, seq: req.CSeq().SeqNo, due: make(chan struct{}, 1)}
}

// resubscribe refreshes or ends a subscription that is there.
func (m *mailbox) resubscribe(req *sip.Request, tx *transaction.Server, tag string, expires time.Duration) {
	m.mu.Lock()
	s := m.subscriptions[dialogKey(string(*req.CallID()), tag)]
	ok := s != nil && !s.over && s.d.remoteTag == transaction.TagOf(req.From().Params)
	old := ok && req.CSeq().SeqNo <= s.seq
	if ok && !old {
		s.seq, s.until = req.CSeq().SeqNo, time.Now().Add(expires)
	}
	m.mu.Unlock()
	switch {
	case !ok:
		tx.Refuse(sip.StatusCallTransactionDoesNotExists)
	case old:
		tx.Refuse(sip.StatusInternalServerError)
	default:
		m.subscribed(tx, s, expires)
		signal(s.due)
	}
}

// subscribed confirms a SUBSCRIBE.
func (m *mailbox) subscribed(tx *transaction.Server, s *subscription, expires time.Duration) {
	tx.Refuse(sip.StatusOK, sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))),
		sip.NewHeader("Contact", "<"+s.d.contact()+">"))
}

// keepSubscribed tells a telephone of the mailbox at once, at every change, and at the end.
func (m *mailbox) keepSubscribed(s *subscription) {
	defer m.phone.wg.Done()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.subscriptions, s.d.key)
	}()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		m.mu.Lock()
		left, waiting := time.Until(s.until), m.waiting
		s.over = s.over || left <= 0
		over := s.over
		m.mu.Unlock()
		state, reason := fmt.Sprintf("active;expires=%d", max(0, int(left/time.Second))), ""
		if over {
			state, reason = "terminated", ";reason=timeout"
		}
		ctx, cancel := context.WithTimeout(context.Background(), mailboxTimeout)
		err := m.notify(ctx, s, state+reason, waiting)
		cancel()
		if over || err != nil { // who does not take it is gone (RFC 6665 section 4.2.2)
			return
		}
		timer.Reset(max(0, left))
		select {
		case <-s.due:
		case <-timer.C:
		case <-m.phone.life.Done():
			m.mu.Lock()
			s.over = true
			m.mu.Unlock()
		case <-s.d.stack.Closed:
			return
		}
	}
}

// notify sends one NOTIFY.
func (m *mailbox) notify(ctx context.Context, s *subscription, state string, waiting int) error {
	for attempt := 1; ; attempt++ {
		req := s.d.request(sip.NOTIFY)
		req.AppendHeader(sip.NewHeader("Contact", "<"+s.d.contact()+">"))
		req.AppendHeader(sip.NewHeader("Event", eventMailbox))
		req.AppendHeader(sip.NewHeader("Subscription-State", state))
		req.AppendHeader(sip.NewHeader("Content-Type", mailboxType))
		req.SetBody(mailboxBody(s.d.account, waiting))
		tx, err := s.d.begin(req)
		if err != nil {
			return err
		}
		res, err := tx.Wait(ctx)
		if err != nil {
			return err
		}
		if res.IsSuccess() {
			return nil
		}
		if !challenged(res) || attempt >= byeAttempts {
			return &RefusedError{Status: res.StatusCode}
		}
		if _, err := s.d.creds.take(res); err != nil {
			return err
		}
	}
}

// mailboxType is RFC 3842's.
const mailboxType = "application/simple-message-summary"

func mailboxBody(acct Account, waiting int) []byte {
	yes := "no"
	if waiting > 0 {
		yes = "yes"
	}
	return fmt.Appendf(nil, "Messages-Waiting: %s\r\nMessage-Account: sip:%s@%s\r\nVoice-Message: %d/0\r\n", yes, acct.User, acct.host(),
		waiting)
}
