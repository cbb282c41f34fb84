package store

import (
	"errors"
	"fmt"
	"slices"

	"frontdesk.internal/appliance/record"
)

// Merge takes a caller's card and all that belongs to it onto the card of another one. The job that is returned stands for the recordings,
// which are to be sealed for the other; then [Store.DestroyKey] destroys the former key and [Store.FinishJob] ends it. A legal hold
// on either is kept.
func (s *Store) Merge(from, into, by string) (Job, error) {
	job := Job{Kind: JobMove, At: s.now(), Caller: from, Into: into, By: by}
	err := s.update("merge callers", func(t *txn) error { return t.merge(&job) })
	if err != nil {
		return job, err
	}
	s.changed(nil, Change{Caller: from})
	s.changed(nil, Change{Caller: into})
	return job, nil
}

// merge takes one card onto another one and notes the job.
func (t *txn) merge(job *Job) error {
	from, into := job.Caller, job.Into
	if from == into {
		return errors.New("a caller cannot be merged with itself")
	}
	old, err := get[record.Caller](t, bCallers, []byte(from))
	if err != nil {
		return err
	}
	card, err := get[record.Caller](t, bCallers, []byte(into))
	if err != nil {
		return err
	}
	for _, c := range t.callsOf(from) {
		job.Calls = append(job.Calls, c.id)
		if err := t.moveCall(c.id, into); err != nil {
			return err
		}
	}
	for _, p := range t.belongings(from) {
		if err := t.moveValue([]byte(p.bucket), []byte(p.key), into); err != nil {
			return err
		}
	}
	if h, err := t.hold(from); err == nil {
		if err := t.joinHold(h, into); err != nil {
			return err
		}
	}
	if err := t.dropCard(from); err != nil {
		return err
	}
	card.Absorb(old)
	if err := t.keepCard(&card); err != nil {
		return err
	}
	job.ID = t.s.ids.next(t.s.now())
	return put(t, bJobs, []byte(job.ID), house, *job)
}

// ErrAllCalls says that none or all of a caller's calls were to be split off.
var ErrAllCalls = errors.New("some of the calls, but not all of them, can be split off")

// Split makes a card of its own for calls that belong to somebody else than the caller on whose card they are. The job that is returned
// stands for the recordings.
func (s *Store) Split(from string, calls []string, card record.Caller, by string) (record.Caller, Job, error) {
	job := Job{Kind: JobMove, At: s.now(), Caller: from, Calls: slices.Clone(calls), By: by}
	err := s.update("split caller", func(t *txn) error {
		was, err := get[record.Caller](t, bCallers, []byte(from))
		if err != nil {
			return err
		}
		if h, err := t.hold(from); err == nil && h.Holds(s.now()) {
			return &HeldError{h} // who holds records wants them to stay as they are
		}
		theirs := t.callsOf(from)
		if len(calls) == 0 || len(calls) >= len(theirs) {
			return ErrAllCalls
		}
		for _, call := range calls {
			if !slices.ContainsFunc(theirs, func(c listed) bool { return c.id == call }) {
				return fmt.Errorf("call %s is not this caller's: %w", call, ErrNotFound)
			}
		}
		card.Calls, card.FirstSeen, card.LastSeen = 0, was.LastSeen, was.FirstSeen
		for _, f := range card.Fields { // what goes along is taken off the former card
			was.Forget(f)
		}
		was.Calls -= len(calls)
		if err := t.keepCard(&was); err != nil {
			return err
		}
		if card, err = t.newCard(card); err != nil {
			return err
		}
		for _, call := range calls {
			if err := t.moveCall(call, card.ID); err != nil {
				return err
			}
			c, err := get[record.Call](t, bCalls, []byte(call))
			if err != nil {
				return err
			}
			card.Calls++
			if c.Started.Before(card.FirstSeen) {
				card.FirstSeen = c.Started
			}
			if c.Started.After(card.LastSeen) {
				card.LastSeen = c.Started
			}
		}
		if err := t.keepCard(&card); err != nil {
			return err
		}
		job.ID, job.Into = s.ids.next(s.now()), card.ID
		return put(t, bJobs, []byte(job.ID), house, job)
	})
	if err != nil {
		return card, job, err
	}
	s.changed(nil, Change{Caller: from})
	s.changed(nil, Change{Caller: card.ID})
	return card, job, nil
}

// moveCall gives a call with its turns, messages and questions to another caller, sealed with that one's key.
func (t *txn) moveCall(call, into string) error {
	c, err := get[record.Call](t, bCalls, []byte(call))
	if err != nil {
		return err
	}
	from := c.CallerID
	if err := t.del(bByCaller, join([]byte(from), timeKey(c.Started), []byte(call))); err != nil {
		return err
	}
	c.CallerID = into
	if err := t.keepCall(c); err != nil {
		return err
	}
	for _, k := range t.under(bTurns, call) {
		if err := t.reseal(bTurns, k, into); err != nil {
			return err
		}
	}
	for _, k := range t.under(bOfCall, call) {
		if err := t.moveValue(bMessages, k[len(call)+1:], into); err != nil {
			return err
		}
	}
	for _, p := range t.belongings(from) {
		if key := []byte(p.key); p.bucket == string(bUnanswered) && len(key) > hashSize && string(key[hashSize+1:]) == call {
			if err := t.moveValue(bUnanswered, key, into); err != nil {
				return err
			}
		}
	}
	if err := t.moveOutbox(from, call, into); err != nil {
		return err
	}
	return t.moveExamples(from, call, into)
}

// moveValue gives one value to another caller.
func (t *txn) moveValue(bucket, key []byte, into string) error {
	from := t.ownerOf(bucket, key)
	if from == into || from == "" {
		return nil
	}
	if from != house {
		if err := t.disown(from, bucket, key); err != nil {
			return err
		}
	}
	if err := t.own(into, bucket, key); err != nil {
		return err
	}
	if string(bucket) != string(bMessages) {
		return t.reseal(bucket, key, into)
	}
	m, err := get[record.Message](t, bMessages, key)
	if err != nil {
		return err
	}
	m.CallerID = into
	return put(t, bMessages, key, into, m)
}

// reseal seals a value with the key of another owner.
func (t *txn) reseal(bucket, key []byte, owner string) error {
	plain, err := openValue(t.keys, bucket, key, t.raw(bucket, key))
	if err != nil {
		return err
	}
	b, err := sealValue(t.keys, bucket, key, owner, plain)
	if err != nil {
		return err
	}
	return t.set(bucket, key, b)
}

// joinHold puts a hold on another caller's records, too; of two the longer one stays.
func (t *txn) joinHold(h record.Hold, into string) error {
	if other, err := t.hold(into); err == nil && !other.Until.Before(h.Until) {
		return nil
	} else if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	h.Caller = into
	return put(t, bHolds, []byte(into), house, h)
}
