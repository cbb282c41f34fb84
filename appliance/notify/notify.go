// Package notify tells the office of what happened: who gets what, when, and by which way.
//
// The store notes occasions together with what they are about, and keeps the outbox; this package makes occasions deliveries by the rules
// of each recipient, and has them sent. A delivery is tried until it is taken or is a dead letter: at least once, with a key by which
// the other side knows one that comes twice. Deliveries to one recipient go in order; what is not due yet (quiet hours, the daily letter)
// holds nothing up. A letter holds a link unless the owner wants callers' words in it, and is written when it is sent, from what is kept
// then: who was erased meanwhile is in none.
//
// [Notifier.Run] has one goroutine, and one for each recipient that is being sent to, bounded by maxRecipients: a server that hangs holds
// up nobody else. Nothing of a call waits for any of them. Senders are in the packages below; the way out is egress.
package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// MaxRecipients bounds recipients, and with them the goroutines that send.
const MaxRecipients = 32

// Times of sending.
const (
	patience   = 40 * time.Second // that the other side has
	firstRetry = 30 * time.Second // doubled with each attempt
	lastRetry  = time.Hour
	giveUp     = 72 * time.Hour // from when a delivery was due
	fewTries   = 5              // that a delivery has before it is given up
	look       = 5 * time.Second
	batch      = 100 // occasions that become deliveries at once
)

// Outbox keeps what is to be told, and whom; *store.Store is one.
type Outbox interface {
	Records
	Recipients() ([]record.Recipient, error)
	Recipient(id string) (r record.Recipient, secret string, err error)
	Occurred() <-chan struct{}
	Occasions(limit int) ([]record.Occasion, error)
	Post(occasion string, ds []record.Delivery) error
	NextDeliveries(recipient string) (ds []record.Delivery, next record.Delivery, err error)
	SettleDelivery(ds ...record.Delivery) error
	DropDelivery(d record.Delivery) error
}

var _ Outbox = (*store.Store)(nil)

// Options for New.
type Options struct {
	Records Outbox
	Senders map[record.Via]Sender
	Office  func() Office // as letters speak of it
	// Ways is told which ways recipients use, whenever that may have changed; nil = nobody.
	Ways   func([]record.Recipient)
	Logger *slog.Logger
	Now    func() time.Time // nil = time.Now

	Retry    time.Duration // before the second attempt; 0 = firstRetry
	Patience time.Duration // 0 = patience
}

// Notifier is the outbox's postman.
type Notifier struct {
	o     Options
	woken chan struct{}

	mu      sync.Mutex
	busy    map[string]bool              // recipients that are being sent to
	settled map[string][]record.Delivery // what was sent and could not be kept as such
	waits   map[string]time.Time         // recipients that are tried again later
}

// New returns a notifier.
func New(o Options) *Notifier {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Retry == 0 {
		o.Retry = firstRetry
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	return &Notifier{
		o: o, woken: make(chan struct{}, 1), busy: map[string]bool{}, settled: map[string][]record.Delivery{}, waits: map[string]time.Time{},
	}
}

// Changed says that recipients have changed: who waited for another attempt gets it now.
func (n *Notifier) Changed() {
	n.mu.Lock()
	clear(n.waits)
	n.mu.Unlock()
	n.open()
	n.wake()
}

func (n *Notifier) wake() {
	select {
	case n.woken <- struct{}{}:
	default:
	}
}

// open has the ways let out that recipients use, and those of more.
func (n *Notifier) open(more ...record.Recipient) {
	if n.o.Ways == nil {
		return
	}
	rs, err := n.o.Records.Recipients()
	if err != nil {
		n.o.Logger.Error("read recipients", "err", err)
		return
	}
	n.o.Ways(append(rs, more...))
}

// Run sends until ctx ends, and waits for what is being sent then.
func (n *Notifier) Run(ctx context.Context) error {
	n.open()
	var sending sync.WaitGroup
	defer sending.Wait()
	again := time.NewTimer(look)
	defer again.Stop()
	for {
		if err := n.post(); err != nil {
			n.o.Logger.Error("make deliveries of what happened", "err", err)
		}
		rs, err := n.o.Records.Recipients()
		if err != nil {
			n.o.Logger.Error("read recipients", "err", err)
		}
		for _, r := range rs {
			if r.On && n.take(r.ID) {
				sending.Go(func() { n.serve(ctx, r.ID) })
			}
		}
		n.forget(rs)
		again.Reset(n.pause())
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.o.Records.Occurred():
		case <-n.woken:
		case <-again.C: // quiet hours end, the day's letter is due, a server is tried again
		}
	}
}

// forget has nobody waited for who is not told any more.
func (n *Notifier) forget(rs []record.Recipient) {
	n.mu.Lock()
	defer n.mu.Unlock()
	maps.DeleteFunc(n.waits, func(id string, _ time.Time) bool {
		return !slices.ContainsFunc(rs, func(r record.Recipient) bool { return r.ID == id && r.On })
	})
}

// pause is how long nothing has to be looked at, when nobody says so.
func (n *Notifier) pause() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	wait := look
	for id, at := range n.waits {
		if !n.busy[id] {
			wait = min(wait, max(0, at.Sub(n.o.Now())))
		}
	}
	return wait
}

// take marks a recipient as being sent to; false when it is already, or is tried again later.
func (n *Notifier) take(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy[id] || n.waits[id].After(n.o.Now()) {
		return false
	}
	n.busy[id] = true
	delete(n.waits, id)
	return true
}

// now is the office's time.
func (n *Notifier) now() (time.Time, Office) {
	office, now := n.o.Office(), n.o.Now()
	if office.Zone != nil {
		now = now.In(office.Zone)
	}
	return now, office
}

// post makes deliveries of what happened, as far as its call is over: a caller may still take back what was said.
func (n *Notifier) post() error {
	rs, err := n.o.Records.Recipients()
	if err != nil {
		return err
	}
	os, err := n.o.Records.Occasions(batch)
	for _, o := range os {
		if !n.ripe(o) {
			continue
		}
		ds, lerr := n.deliveries(o, rs)
		if lerr != nil {
			return errors.Join(err, lerr)
		}
		if perr := n.o.Records.Post(o.ID, ds); perr != nil {
			return errors.Join(err, perr)
		}
	}
	if len(os) == batch {
		n.wake()
	}
	return err
}

// ripe reports whether the call in which something came is over.
func (n *Notifier) ripe(o record.Occasion) bool {
	if o.Call == "" {
		return true
	}
	c, err := n.o.Records.Call(o.Call)
	return err != nil || !c.Ended.IsZero()
}

// deliveries are those that an occasion becomes; none when nobody needs to be told.
func (n *Notifier) deliveries(o record.Occasion, rs []record.Recipient) ([]record.Delivery, error) {
	now, _ := n.now()
	if o.Kind == record.OccasionRequest {
		q, err := n.o.Records.Request(o.Ref)
		if errors.Is(err, store.ErrNotFound) || err == nil && (q.State != record.RequestOpen || !q.Promised.IsZero()) {
			return nil, nil // it is done, or will be: the office has nothing to do
		}
		if err != nil {
			return nil, err
		}
	}
	var ds []record.Delivery
	for _, r := range rs {
		if r.For != "" && (o.Kind == record.OccasionMessage || o.Kind == record.OccasionUrgent) {
			m, err := n.o.Records.Message(o.Ref)
			if errors.Is(err, store.ErrNotFound) {
				return nil, nil
			}
			if err != nil {
				return nil, err
			}
			if !concerns(&r, m) {
				continue
			}
		}
		if at, slot, ok := due(&r, o, now); ok {
			ds = append(ds, record.Delivery{Occasion: o, Recipient: r.ID, Due: at, Slot: slot, Words: r.Words})
		}
	}
	return ds, nil
}

// serve sends a recipient what is due, one letter after the other, until nothing is or one fails.
func (n *Notifier) serve(ctx context.Context, id string) {
	defer func() {
		n.mu.Lock()
		delete(n.busy, id)
		_, later := n.waits[id]
		n.mu.Unlock()
		if later {
			n.wake() // when to try again is known only now
		}
	}()
	for ctx.Err() == nil {
		more, err := n.one(ctx, id)
		if err != nil {
			n.later(id, n.o.Retry)
			n.o.Logger.Error("the outbox cannot be worked on", "recipient", id, "err", err)
			return
		}
		if !more {
			return
		}
	}
}

// later has a recipient tried again after a time.
func (n *Notifier) later(id string, after time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waits[id] = n.o.Now().Add(after)
}

// one sends the next letter to a recipient; more is false when there is none, or it has to be tried later.
func (n *Notifier) one(ctx context.Context, id string) (more bool, err error) {
	if err := n.settle(id, nil); err != nil {
		return false, err
	}
	ds, _, err := n.o.Records.NextDeliveries(id)
	if err != nil || len(ds) == 0 {
		return false, err
	}
	r, secret, err := n.o.Records.Recipient(id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !r.On {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if wait := n.backoff(ds[0]); wait > 0 {
		n.later(id, wait)
		return false, nil
	}
	_, office := n.now()
	l, err := Compose(n.o.Records, ds, r, office)
	if err != nil {
		return false, err
	}
	if len(l.Items) == 0 {
		for _, d := range ds {
			if err := n.o.Records.DropDelivery(d); err != nil {
				return false, err
			}
		}
		return true, nil
	}
	fault := n.send(ctx, Target{r, secret}, l)
	if fault != nil && ctx.Err() != nil {
		return false, nil // the box stops: it was no fault of theirs
	}
	more = n.judge(r, ds, fault)
	return more, n.settle(id, ds)
}

// send brings a letter on its way, within the patience that everybody gets.
func (n *Notifier) send(ctx context.Context, to Target, l Letter) *Error {
	s := n.o.Senders[to.Via]
	if s == nil {
		return &Error{Fault: FaultSetting, Err: fmt.Errorf("there is no way %q", to.Via)}
	}
	limited, cancel := context.WithTimeout(ctx, n.o.Patience)
	defer cancel()
	if err := s.Send(limited, to, l); err != nil {
		return Explain(err)
	}
	return nil
}

// judge writes down what became of a letter; more is false when the recipient is to be left alone for a while.
func (n *Notifier) judge(r record.Recipient, ds []record.Delivery, fault *Error) (more bool) {
	now := n.o.Now()
	more = true
	for i := range ds {
		d := &ds[i]
		d.Attempts++
		d.Tried = now
		switch {
		case fault == nil:
			d.State, d.Sent, d.Problem = record.DeliverySent, now, ""
		case fault.Permanent(), d.Attempts >= fewTries && now.Sub(d.Due) > giveUp:
			d.State, d.Problem = record.DeliveryDead, fault.Error()
		default:
			d.Problem, more = fault.Error(), false
		}
	}
	if fault != nil {
		n.o.Logger.Warn("a letter could not be sent", "recipient", r.ID, "way", string(r.Via), "fault", fault.Error(), "attempt", ds[0].Attempts,
			"again", !fault.Permanent())
	}
	if !more {
		n.later(r.ID, n.backoff(ds[0]))
	}
	return more
}

// settle keeps what became of a letter. What cannot be kept, as while the disk is full, is kept before anything else is sent: else
// it would be sent again and again.
func (n *Notifier) settle(id string, ds []record.Delivery) error {
	n.mu.Lock()
	ds = append(n.settled[id], ds...)
	delete(n.settled, id)
	n.mu.Unlock()
	if len(ds) == 0 {
		return nil
	}
	err := n.o.Records.SettleDelivery(ds...)
	if errors.Is(err, store.ErrNotFound) { // its caller was erased meanwhile
		return nil
	}
	if err != nil {
		n.mu.Lock()
		n.settled[id] = ds
		n.mu.Unlock()
	}
	return err
}

// backoff is how long a delivery still has to wait after its last attempt: twice as long after each, and never as long as another
// box would wait.
func (n *Notifier) backoff(d record.Delivery) time.Duration {
	if d.Attempts == 0 {
		return 0
	}
	wait := n.o.Retry << min(d.Attempts-1, 20)
	if wait > lastRetry || wait <= 0 {
		wait = lastRetry
	}
	wait = wait/2 + rand.N(wait/2+1)
	return d.Tried.Add(wait).Sub(n.o.Now())
}

// Test sends a recipient a letter that says nothing but that it came, past the outbox.
func (n *Notifier) Test(ctx context.Context, to Target) error {
	now, office := n.now()
	n.open(to.Recipient)
	defer n.open()
	d := record.Delivery{
		ID: "test-" + now.UTC().Format("20060102150405.000000000"), Due: now,
		Occasion: record.Occasion{Kind: record.OccasionTest, At: now, Text: "This is a test: what Frontdesk has to tell comes here."},
	}
	l, err := Compose(n.o.Records, []record.Delivery{d}, to.Recipient, office)
	if err != nil {
		return err
	}
	if fault := n.send(ctx, to, l); fault != nil {
		return fault
	}
	return nil
}
