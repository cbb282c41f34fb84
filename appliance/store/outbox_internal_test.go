package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

// recipientOf keeps a recipient.
func recipientOf(t *testing.T, s *Store, name string) record.Recipient {
	t.Helper()
	r, err := s.SetRecipient(record.Recipient{Name: name, Via: record.ViaEmail, On: true}, "hunter2")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func occasions(t *testing.T, s *Store) (kinds []record.OccasionKind, os []record.Occasion) {
	t.Helper()
	os, err := s.Occasions(100)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range os {
		kinds = append(kinds, o.Kind)
	}
	return kinds, os
}

// postAll makes every occasion a delivery to each recipient.
func postAll(t *testing.T, s *Store, to ...string) {
	t.Helper()
	_, os := occasions(t, s)
	for _, o := range os {
		var ds []record.Delivery
		for _, id := range to {
			ds = append(ds, record.Delivery{Occasion: o, Recipient: id, Due: t1})
		}
		if err := s.Post(o.ID, ds); err != nil {
			t.Fatal(err)
		}
	}
}

// deliveries are those of all states.
func deliveries(t *testing.T, s *Store, recipient string) (all []record.Delivery) {
	t.Helper()
	for _, state := range record.DeliveryStates() {
		ds, err := s.Deliveries(recipient, state, 0)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ds...)
	}
	return all
}

// What happened is noted with what it is about, once, and only when somebody may want to know.
func TestOccasions(t *testing.T) {
	s := openIn(t, t.TempDir())
	speak(t, s, "before", "+12175550142", "Anna")
	if kinds, _ := occasions(t, s); len(kinds) != 0 {
		t.Errorf("noted for nobody: %v", kinds)
	}
	recipientOf(t, s, "Maria")
	c := speak(t, s, "a1", "+12175550142", "Anna")
	m, err := s.SaveMessage(record.Message{Number: "+12175550142", Reason: "by text", Urgency: record.Urgent})
	if err != nil {
		t.Fatal(err)
	}
	_, again := s.SaveMessage(m) // it is known
	missed, err := s.BeginCall(record.Call{ID: "m1", From: "+12175550142", Started: t1})
	missed.Outcome.Result = record.ResultAbandoned
	r, filed := s.SaveRequest(record.Request{Caller: c.CallerID, Kind: record.RequestErase, State: record.RequestOpen})
	r.State = record.RequestDone
	_, changed := s.SaveRequest(r)
	if err := errors.Join(err, again, s.EndCall(missed), filed, changed); err != nil {
		t.Fatal(err)
	}
	want := []record.OccasionKind{
		record.OccasionMessage, record.OccasionQuestion, record.OccasionQuestion, record.OccasionUrgent, record.OccasionRequest,
		record.OccasionMissed,
	}
	kinds, os := occasions(t, s)
	if !slices.Equal(kinds, want) {
		t.Errorf("noted %v, want %v", kinds, want)
	}
	for _, o := range os {
		if o.Caller != c.CallerID || o.Ref == "" {
			t.Errorf("%+v", o)
		}
	}
	if q, err := s.Question(os[1].Ref); err != nil || q.Question != "do you know Anna" {
		t.Errorf("%+v, %v", q, err)
	}
	select {
	case <-s.Occurred():
	default:
		t.Error("nobody is told that something was noted")
	}
	sound(t, s)
}

// A call that a power cut ended is a missed one.
func TestCutCallIsMissed(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	recipientOf(t, s, "Maria")
	if _, err := s.BeginCall(record.Call{ID: "a", From: "+12175550142", Started: t1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if kinds, _ := occasions(t, openIn(t, dir)); !slices.Equal(kinds, []record.OccasionKind{record.OccasionMissed}) {
		t.Errorf("noted %v", kinds)
	}
}

// That a call is over is noted when somebody is told of calls, whatever became of it; not of a call of the box to itself.
func TestEachCallIsTold(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "collector")
	call := func(id string, origin record.Origin) []record.OccasionKind {
		c, err := s.BeginCall(record.Call{ID: id, From: "+12175550142", Started: t1, Origin: origin})
		if err == nil {
			c.Ended, c.Outcome.Result = t1.Add(time.Minute), record.ResultCompleted
			err = s.EndCall(c)
		}
		if err != nil {
			t.Fatal(err)
		}
		kinds, _ := occasions(t, s)
		return kinds
	}
	if kinds := call("a", record.OriginLine); len(kinds) != 0 {
		t.Errorf("nobody is told of calls: %v", kinds)
	}
	r.Tells = map[record.OccasionKind]record.When{record.OccasionCall: record.WhenAtOnce}
	if _, err := s.SetRecipient(r, ""); err != nil {
		t.Fatal(err)
	}
	if kinds := call("b", record.OriginSelfTest); len(kinds) != 0 {
		t.Errorf("a call of the box to itself: %v", kinds)
	}
	if kinds := call("c", record.OriginLine); !slices.Equal(kinds, []record.OccasionKind{record.OccasionCall}) {
		t.Errorf("noted %v", kinds)
	}
}

// Deliveries keep their order, go to where their state is, and come back in the old order.
func TestOutbox(t *testing.T) {
	s := openIn(t, t.TempDir())
	r, other := recipientOf(t, s, "Maria"), recipientOf(t, s, "Tom")
	for i := range 5 {
		if err := s.Occur(record.Occasion{Kind: record.OccasionHealth, Text: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	postAll(t, s, r.ID, other.ID)
	if kinds, _ := occasions(t, s); len(kinds) != 0 {
		t.Errorf("%d occasions are left", len(kinds))
	}
	texts := func(ds []record.Delivery) (out []string) {
		for _, d := range ds {
			out = append(out, d.Text)
		}
		return out
	}
	waiting, err := s.Deliveries(r.ID, record.DeliveryWaiting, 0)
	if err != nil || !slices.Equal(texts(waiting), []string{"0", "1", "2", "3", "4"}) {
		t.Fatalf("%+v, %v", waiting, err)
	}
	for i, state := range []record.DeliveryState{record.DeliverySent, record.DeliveryDead, record.DeliveryDead} {
		waiting[i].State = state
		if err := s.SettleDelivery(waiting[i]); err != nil {
			t.Fatal(err)
		}
	}
	if ds, _, err := s.NextDeliveries(r.ID); err != nil || !slices.Equal(texts(ds), []string{"3"}) {
		t.Errorf("next: %+v, %v", ds, err)
	}
	if dead, err := s.Deliveries(r.ID, record.DeliveryDead, 0); err != nil || !slices.Equal(texts(dead), []string{"2", "1"}) {
		t.Errorf("dead letters: %+v, %v", dead, err)
	}
	if _, err := s.RetryDeliveries(r.ID, "none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that is none: %v", err)
	}
	if n, err := s.RetryDeliveries(r.ID, ""); err != nil || n != 2 {
		t.Errorf("tried again: %d, %v", n, err)
	}
	waiting, err = s.Deliveries(r.ID, record.DeliveryWaiting, 0)
	if err != nil || !slices.Equal(texts(waiting), []string{"1", "2", "3", "4"}) {
		t.Errorf("%v, %v", texts(waiting), err)
	}
	if n, err := s.CountDeliveries(other.ID, record.DeliveryWaiting); err != nil || n != 5 {
		t.Errorf("the other one has %d, %v", n, err)
	}
	if err := errors.Join(s.DropRecipient(r.ID), s.Check()); err != nil || len(deliveries(t, s, r.ID)) != 0 {
		t.Errorf("%d are left of somebody who is gone, %v", len(deliveries(t, s, r.ID)), err)
	}
	sound(t, s)
}

// What is not due waits without holding up what is, and letters of one time go together.
func TestDue(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	later, slot := t1.Add(time.Hour), t1.Add(-time.Minute)
	for _, d := range []record.Delivery{{Due: later}, {Due: slot, Slot: slot}, {Due: t1}, {Due: slot, Slot: slot}} {
		if err := s.Occur(record.Occasion{Kind: record.OccasionHealth}); err != nil {
			t.Fatal(err)
		}
		_, os := occasions(t, s)
		d.Occasion, d.Recipient = os[0], r.ID
		if err := s.Post(os[0].ID, []record.Delivery{d}); err != nil {
			t.Fatal(err)
		}
	}
	var sizes []int
	for {
		ds, next, err := s.NextDeliveries(r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(ds) == 0 {
			if !next.Due.Equal(later) {
				t.Errorf("next is %+v", next)
			}
			break
		}
		for i := range ds {
			ds[i].State = record.DeliverySent
		}
		if err := s.SettleDelivery(ds...); err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(ds))
	}
	if !slices.Equal(sizes, []int{2, 1}) {
		t.Errorf("letters of %v", sizes)
	}
}

// An erasure reaches what waits, what was sent and what is dead; what goes to another card goes with it.
func TestErasureReachesTheOutbox(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	a, b := speak(t, s, "a1", "+12175550142", "Anna"), speak(t, s, "b1", "+12175550199", "Bob")
	speak(t, s, "b2", "+12175550199", "Bob")
	postAll(t, s, r.ID)
	waiting := deliveries(t, s, r.ID)
	for i, state := range []record.DeliveryState{record.DeliverySent, record.DeliveryDead} {
		waiting[i].State = state
		if err := s.SettleDelivery(waiting[i]); err != nil {
			t.Fatal(err)
		}
	}
	speak(t, s, "a2", "+12175550142", "Anna") // no delivery yet
	gone := waiting[2]
	if gone.Caller != a.CallerID {
		t.Fatalf("%+v", gone)
	}
	split, _, err := s.Split(b.CallerID, []string{"b2"}, record.Caller{}, "owner")
	if err != nil {
		t.Fatal(err)
	}
	whose := func(caller string) (n int) {
		for _, d := range deliveries(t, s, r.ID) {
			if d.Caller == caller {
				n++
			}
		}
		return n
	}
	if whose(split.ID) != 3 || whose(b.CallerID) != 3 || whose(a.CallerID) != 3 {
		t.Errorf("%d, %d, %d are theirs", whose(split.ID), whose(b.CallerID), whose(a.CallerID))
	}
	if _, err := s.Merge(split.ID, b.CallerID, "owner"); err != nil || whose(b.CallerID) != 6 {
		t.Errorf("%d after they were merged, %v", whose(b.CallerID), err)
	}
	if _, err := s.Erase(a.CallerID, "asked", "owner"); err != nil {
		t.Fatal(err)
	}
	if _, os := occasions(t, s); whose(a.CallerID) != 0 || len(os) != 0 {
		t.Errorf("%d deliveries and %d occasions are left", whose(a.CallerID), len(os))
	}
	gone.State = record.DeliverySent
	if err := s.SettleDelivery(gone); !errors.Is(err, ErrNotFound) {
		t.Errorf("one of the erased caller was kept: %v", err)
	}
	sound(t, s)
}

// What was sent is not kept for ever, and of what waits too long the oldest gives way to the newest.
func TestOutboxIsBounded(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	err := s.update("fill", func(t *txn) error {
		for i := range maxSettled + 20 {
			d := record.Delivery{ID: fmt.Sprintf("%08d", i), Recipient: r.ID, State: record.DeliveryWaiting}
			if err := keepFor(t, bOutbox, deliveryKey(d), house, d); err != nil {
				return err
			}
			d.State = record.DeliverySent
			if err := t.settle(bOutbox, d); err != nil {
				return err
			}
		}
		for i := range 3 {
			d := record.Delivery{ID: fmt.Sprintf("%08d", i), Recipient: r.ID, State: record.DeliveryWaiting}
			if err := keepFor(t, bOutbox, deliveryKey(d), house, d); err != nil {
				return err
			}
		}
		return t.trim(bOutbox, join([]byte(r.ID), nil), 1, t.bury)
	})
	if err != nil {
		t.Fatal(err)
	}
	sent, err := s.Deliveries(r.ID, record.DeliverySent, 0)
	if err != nil || len(sent) != maxSettled || sent[0].ID != fmt.Sprintf("%08d", maxSettled+19) {
		t.Errorf("%d are kept, %v", len(sent), err)
	}
	dead, err := s.Deliveries(r.ID, record.DeliveryDead, 0)
	if err != nil || len(dead) != 2 || dead[0].Problem != TooMany || dead[1].ID != "00000000" {
		t.Errorf("%+v, %v", dead, err)
	}
}

// The secret is told with the recipient alone, and kept when none is given; the file does not show it.
func TestRecipientSecret(t *testing.T) {
	s := openIn(t, t.TempDir())
	r := recipientOf(t, s, "Maria")
	r.Name = "Maria Lopez"
	if _, err := s.SetRecipient(r, ""); err != nil {
		t.Fatal(err)
	}
	got, secret, err := s.Recipient(r.ID)
	if err != nil || secret != "hunter2" || got.Name != "Maria Lopez" || !got.HasSecret {
		t.Errorf("%+v, %q, %v", got, secret, err)
	}
	if rs, err := s.Recipients(); err != nil || len(rs) != 1 {
		t.Errorf("%+v, %v", rs, err)
	}
	if _, _, err := s.Recipient("none"); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

// A file of the schema before has the outbox after it was opened.
func TestOutboxIsAdded(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	err := s.update("age", func(t *txn) error {
		for _, b := range [][]byte{bRecipients, bOccasions, bOutbox, bSent, bDead} {
			if err := t.tx.DeleteBucket(b); err != nil {
				return err
			}
		}
		before := slices.IndexFunc(migrations, func(m migration) bool { return m.name == "an outbox" })
		return t.tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(firstSchema+before)))
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if db, err := bolt.Open(filepath.Join(dir, "frontdesk.db"), 0o600, nil); err != nil || db.Close() != nil {
		t.Fatal(err)
	}
	s = openIn(t, dir)
	recipientOf(t, s, "Maria")
	speak(t, s, "a1", "+12175550142", "Anna")
	if kinds, _ := occasions(t, s); len(kinds) == 0 {
		t.Error("nothing is noted")
	}
}
