package store

import (
	"bytes"
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

// The outbox: what happened is noted in the transaction that keeps it, and becomes a delivery to each recipient that wants it. All of it is
// sealed with the key of the caller whom it is about. Nothing is noted while there is no recipient.
const (
	maxOccasions = 10_000 // that wait to be made into deliveries; the oldest goes
	maxWaiting   = 10_000 // deliveries to a recipient; the oldest becomes a dead letter
	maxSettled   = 500    // deliveries to a recipient that were sent, and dead letters: the oldest goes
)

// TooMany is the problem of a delivery that too many others were waiting behind.
const TooMany = "too many others were waiting behind it"

// recipient is a record.Recipient as the file holds it.
type recipient struct {
	record.Recipient
	Secret string `json:"secret,omitempty"`
}

// stateBucket is where deliveries of a state are.
func stateBucket(s record.DeliveryState) []byte {
	switch s {
	case record.DeliverySent:
		return bSent
	case record.DeliveryDead:
		return bDead
	case record.DeliveryWaiting:
	}
	return bOutbox
}

// addOutbox is the migration: files of before have no outbox.
func addOutbox(t *txn) error {
	for _, b := range [][]byte{bRecipients, bOccasions, bOutbox, bSent, bDead} {
		if _, err := t.tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}

// SetRecipient keeps a recipient with its secret, "" = the one that there is, and returns it with its ID.
func (s *Store) SetRecipient(r record.Recipient, secret string) (record.Recipient, error) {
	err := s.update("keep recipient", func(t *txn) error {
		if r.ID == "" {
			r.ID = s.ids.next(s.now())
		}
		was, err := get[recipient](t, bRecipients, []byte(r.ID))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if secret == "" {
			secret = was.Secret
		}
		r.HasSecret = secret != ""
		return put(t, bRecipients, []byte(r.ID), house, recipient{r, secret})
	})
	return r, err
}

// Recipients returns all recipients, the oldest first, without their secrets.
func (s *Store) Recipients() (rs []record.Recipient, err error) {
	list, err := all[recipient](s, "list recipients", bRecipients)
	for _, r := range list {
		rs = append(rs, r.Recipient)
	}
	return rs, err
}

// Recipient returns one recipient with its secret; [ErrNotFound] when there is none.
func (s *Store) Recipient(id string) (r record.Recipient, secret string, err error) {
	err = s.view("read recipient", func(t *txn) error {
		x, err := get[recipient](t, bRecipients, []byte(id))
		r, secret = x.Recipient, x.Secret
		return err
	})
	return r, secret, err
}

// DropRecipient removes a recipient with everything that waits for it and went to it; [ErrNotFound] when there is none.
func (s *Store) DropRecipient(id string) error {
	return s.update("remove recipient", func(t *txn) error {
		if !t.has(bRecipients, []byte(id)) {
			return ErrNotFound
		}
		for _, state := range record.DeliveryStates() {
			bucket := stateBucket(state)
			for _, k := range t.under(bucket, id) {
				if err := t.drop(bucket, k); err != nil {
					return err
				}
			}
		}
		return t.del(bRecipients, []byte(id))
	})
}

// drop removes a value and, when it is a caller's, that it is.
func (t *txn) drop(bucket, key []byte) error {
	if owner := t.ownerOf(bucket, key); owner != "" && owner != house {
		if err := t.disown(owner, bucket, key); err != nil {
			return err
		}
	}
	return t.del(bucket, key)
}

// keepFor seals a value for an owner, who may be the house.
func keepFor[T any](t *txn, bucket, key []byte, owner string, v T) error {
	if err := t.own(owner, bucket, key); err != nil {
		return err
	}
	return put(t, bucket, key, owner, v)
}

// Occur notes something that is about no caller.
func (s *Store) Occur(o record.Occasion) error {
	return s.update("note what somebody is to be told", func(t *txn) error { return t.occur(o, house) })
}

// occur notes that something happened which somebody may be told of.
func (t *txn) occur(o record.Occasion, owner string) error {
	if k, _ := t.cursor(bRecipients).First(); k == nil {
		return nil
	}
	o.ID = t.s.ids.next(t.s.now())
	if o.At.IsZero() {
		o.At = t.s.now()
	}
	if owner != house {
		o.Caller = owner
	}
	t.occurred = true
	if err := keepFor(t, bOccasions, []byte(o.ID), owner, o); err != nil {
		return err
	}
	return t.trim(bOccasions, nil, maxOccasions, func(k []byte) error { return t.drop(bOccasions, k) })
}

// toldOf reports whether somebody is told of a kind.
func (t *txn) toldOf(kind record.OccasionKind) (told bool, err error) {
	err = each(t, bRecipients, func(_ []byte, r recipient) error {
		told = told || r.On && r.When(kind) != record.WhenNever
		return nil
	})
	return told, err
}

// trim has the oldest values below a prefix removed until most are left.
func (t *txn) trim(bucket, prefix []byte, most int, remove func(key []byte) error) error {
	var keys [][]byte
	c := t.cursor(bucket)
	for k, _ := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, k)
	}
	if len(keys) <= most {
		return nil
	}
	old := make([][]byte, 0, len(keys)-most)
	for _, k := range keys[:len(keys)-most] {
		old = append(old, bytes.Clone(k))
	}
	for _, k := range old {
		if err := remove(k); err != nil {
			return err
		}
	}
	return nil
}

// Occurred is ready when something was noted since it was last read.
func (s *Store) Occurred() <-chan struct{} { return s.occasions }

// Occasions returns up to limit occasions that are no deliveries yet, the oldest first.
func (s *Store) Occasions(limit int) (os []record.Occasion, err error) {
	err = s.view("list what somebody is to be told", func(t *txn) error {
		c := t.cursor(bOccasions)
		for k, v := c.First(); k != nil && len(os) < limit; k, v = c.Next() {
			o, err := decode[record.Occasion](t.keys, bOccasions, k, v)
			if errors.Is(err, ErrNotFound) {
				continue // its caller is being erased
			}
			if err != nil {
				return err
			}
			o.Caller = t.callerOf(bOccasions, k)
			os = append(os, o)
		}
		return nil
	})
	return os, err
}

// callerOf tells which caller a value belongs to now; "" = none.
func (t *txn) callerOf(bucket, key []byte) string {
	if owner := t.ownerOf(bucket, key); owner != house {
		return owner
	}
	return ""
}

// Post makes an occasion deliveries, none when nobody wants to be told. One that is gone meanwhile, with its caller, becomes none.
func (s *Store) Post(occasion string, ds []record.Delivery) error {
	return s.update("put into the outbox", func(t *txn) error {
		id := []byte(occasion)
		owner := t.ownerOf(bOccasions, id)
		if owner == "" {
			return nil
		}
		if err := t.drop(bOccasions, id); err != nil {
			return err
		}
		for _, d := range ds {
			if !t.has(bRecipients, []byte(d.Recipient)) {
				continue
			}
			d.ID, d.State = s.ids.next(s.now()), record.DeliveryWaiting
			if err := keepFor(t, bOutbox, deliveryKey(d), owner, d); err != nil {
				return err
			}
			if err := t.trim(bOutbox, join([]byte(d.Recipient), nil), maxWaiting, t.bury); err != nil {
				return err
			}
		}
		return nil
	})
}

// bury makes a waiting delivery a dead letter that too many waited behind.
func (t *txn) bury(key []byte) error {
	d, err := get[record.Delivery](t, bOutbox, key)
	if err != nil {
		return t.drop(bOutbox, key) // its caller is being erased
	}
	d.State, d.Problem = record.DeliveryDead, TooMany
	return t.settle(bOutbox, d)
}

func deliveryKey(d record.Delivery) []byte { return join([]byte(d.Recipient), []byte(d.ID)) }

// Deliveries returns up to limit deliveries to a recipient in a state: those that wait the oldest first, all others the newest first.
func (s *Store) Deliveries(recipient string, state record.DeliveryState, limit int) (ds []record.Delivery, err error) {
	bucket := stateBucket(state)
	err = s.view("list deliveries", func(t *txn) error {
		keys := t.under(bucket, recipient)
		if state != record.DeliveryWaiting {
			slices.Reverse(keys)
		}
		for _, k := range keys {
			if limit > 0 && len(ds) == limit {
				break
			}
			d, err := get[record.Delivery](t, bucket, k)
			if errors.Is(err, ErrNotFound) {
				continue // its caller is being erased
			}
			if err != nil {
				return err
			}
			d.Caller = t.callerOf(bucket, k)
			ds = append(ds, d)
		}
		return nil
	})
	return ds, err
}

// CountDeliveries counts the deliveries to a recipient in a state.
func (s *Store) CountDeliveries(recipient string, state record.DeliveryState) (n int, err error) {
	err = s.view("count deliveries", func(t *txn) error { n = len(t.under(stateBucket(state), recipient)); return nil })
	return n, err
}

// NextDeliveries returns the deliveries that go to a recipient next, the oldest that is due by itself or with all that go in its
// letter; none when nothing is due. next is when something is; zero = nothing waits.
func (s *Store) NextDeliveries(recipient string) (ds []record.Delivery, next record.Delivery, err error) {
	now := s.now()
	err = s.view("read outbox", func(t *txn) error {
		prefix := join([]byte(recipient), nil)
		c := t.cursor(bOutbox)
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			d, err := decode[record.Delivery](t.keys, bOutbox, k, v)
			if errors.Is(err, ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			d.Caller = t.callerOf(bOutbox, k)
			switch {
			case d.Due.After(now):
				if next.ID == "" || d.Due.Before(next.Due) {
					next = d
				}
			case len(ds) == 0:
				ds = append(ds, d)
				if d.Slot.IsZero() {
					return nil
				}
			case d.Slot.Equal(ds[0].Slot):
				ds = append(ds, d)
			}
		}
		return nil
	})
	return ds, next, err
}

// SettleDelivery keeps what became of a delivery that waited: d says it. [ErrNotFound]: it is gone, with its caller.
func (s *Store) SettleDelivery(ds ...record.Delivery) error {
	return s.update("keep what became of a delivery", func(t *txn) error {
		for _, d := range ds {
			if err := t.settle(bOutbox, d); err != nil && (!errors.Is(err, ErrNotFound) || len(ds) == 1) {
				return err
			}
		}
		return nil
	})
}

// settle moves a delivery to where its state is.
func (t *txn) settle(from []byte, d record.Delivery) error {
	key := deliveryKey(d)
	owner := t.ownerOf(from, key)
	if owner == "" {
		return ErrNotFound
	}
	to := stateBucket(d.State)
	if !bytes.Equal(from, to) {
		if err := t.drop(from, key); err != nil {
			return err
		}
	}
	if err := keepFor(t, to, key, owner, d); err != nil {
		return err
	}
	if d.State == record.DeliveryWaiting {
		return nil
	}
	return t.trim(to, join([]byte(d.Recipient), nil), maxSettled, func(k []byte) error { return t.drop(to, k) })
}

// DropDelivery removes a delivery that waits: what it was to tell is not there any more.
func (s *Store) DropDelivery(d record.Delivery) error {
	return s.update("remove delivery", func(t *txn) error { return t.drop(bOutbox, deliveryKey(d)) })
}

// RetryDeliveries has dead letters to a recipient tried again, one by its ID or all with "", in their old order. It returns how
// many there were; [ErrNotFound]: there is no dead letter of that ID.
func (s *Store) RetryDeliveries(recipient, id string) (n int, err error) {
	err = s.update("try dead letters again", func(t *txn) error {
		for _, k := range t.under(bDead, recipient) {
			d, err := get[record.Delivery](t, bDead, k)
			if errors.Is(err, ErrNotFound) || err == nil && id != "" && d.ID != id {
				continue
			}
			if err != nil {
				return err
			}
			d.State, d.Attempts, d.Problem, d.Due = record.DeliveryWaiting, 0, "", t.s.now()
			if err := t.settle(bDead, d); err != nil {
				return err
			}
			n++
		}
		if n == 0 && id != "" {
			return ErrNotFound
		}
		return nil
	})
	if err == nil && n > 0 {
		s.wakeOutbox()
	}
	return n, err
}

func (s *Store) wakeOutbox() {
	select {
	case s.occasions <- struct{}{}:
	default: // it is known already
	}
}

// Question returns one open question by its ID; [ErrNotFound] when it is not on the list any more.
func (s *Store) Question(id string) (u record.Unanswered, err error) {
	err = s.view("read question", func(t *txn) error {
		err := each(t, bUnanswered, func(_ []byte, x record.Unanswered) error {
			if x.ID == id {
				u = x
			}
			return nil
		})
		if err == nil && u.ID == "" {
			err = ErrNotFound
		}
		return err
	})
	return u, err
}

// moveOutbox gives what is told of a call to another caller.
func (t *txn) moveOutbox(from, call, into string) error {
	for _, p := range t.belongings(from) {
		bucket, key := []byte(p.bucket), []byte(p.key)
		if !slices.Contains([]string{string(bOccasions), string(bOutbox), string(bSent), string(bDead)}, p.bucket) {
			continue
		}
		o, err := get[record.Occasion](t, bucket, key)
		if err != nil {
			return err
		}
		if o.Call != call {
			continue
		}
		if err := t.moveValue(bucket, key, into); err != nil {
			return err
		}
	}
	return nil
}
