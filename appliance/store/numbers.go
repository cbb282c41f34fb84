package store

import (
	"bytes"
	"errors"
	"slices"

	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// A number is kept and found in one form, whoever wrote it in whichever way: [numbering.Canonical], as it is dialled where the
// business is. While no profile is published nobody knows where that is; when one is, or the business moves, the cards are gone
// through again, and two that prove to have one number become one.

// home is the region of the business; "" while no profile is published.
func (s *Store) home() string {
	if r := s.region.Load(); r != nil {
		return *r
	}
	return ""
}

// canonical is the one form of a number.
func (t *txn) canonical(n record.PhoneNumber) record.PhoneNumber {
	return numbering.Canonical(n, t.region)
}

// published is the region of the published profile; "" when there is none.
func (t *txn) published() (string, error) {
	k, v := t.cursor(bProfiles).Last()
	if k == nil {
		return "", nil
	}
	e, err := decode[Edition](t.keys, bProfiles, k, v)
	return e.Business.Region, err
}

// JoinedBy says in a job what has joined two cards.
const JoinedBy = "one number"

// joinNumbers is the migration: all cards in the one transaction of the step.
func joinNumbers(t *txn) (err error) {
	if t.region, err = t.published(); err != nil {
		return err
	}
	_, err = t.settleCards(nil)
	return errors.Join(err, t.set(bMeta, keyPlan, []byte(t.region)))
}

// settleNumbers goes through all cards when numbers are read otherwise now than when the cards were written. It may be repeated.
func (s *Store) settleNumbers() error {
	region, done := "", false
	err := s.view("read where the business is", func(t *txn) (err error) {
		region, err = t.published()
		was := t.raw(bMeta, keyPlan)
		done = was != nil && string(was) == region
		return err
	})
	if err != nil {
		return err
	}
	s.region.Store(&region)
	if done {
		return nil
	}
	for from := []byte{}; from != nil; {
		err := s.update("bring numbers into one form", func(t *txn) (err error) {
			if from, err = t.settleCards(from); err == nil && from == nil {
				err = t.set(bMeta, keyPlan, []byte(region))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleBatch is how many cards are gone through in one transaction: a call waits for one at the most.
const settleBatch = 500

// settleCards brings the cards from one on into the one form, and returns with which one to go on; nil = that was all. From nil on
// all of them are gone through.
func (t *txn) settleCards(from []byte) (next []byte, err error) {
	t.joining = true
	defer func() { t.joining = false }()
	var cards [][]byte
	c := t.cursor(bCallers)
	for k, _ := c.Seek(from); k != nil; k, _ = c.Next() {
		if from != nil && len(cards) == settleBatch {
			next = bytes.Clone(k)
			break
		}
		cards = append(cards, bytes.Clone(k))
	}
	for _, id := range cards {
		if err := t.settleCard(id); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// settleCard brings the numbers of a card into the one form. A card of somebody else with one of them is the same person's: the two
// are joined.
func (t *txn) settleCard(id []byte) error {
	for {
		c, err := get[record.Caller](t, bCallers, id)
		if errors.Is(err, ErrNotFound) {
			return nil // joined before, or being erased
		}
		if err != nil {
			return err
		}
		fresh := c.Renumber(t.canonical)
		other, err := t.sharing(c)
		if err != nil {
			return err
		}
		if other == nil && !fresh {
			return nil
		}
		if other == nil {
			return t.keepCard(&c)
		}
		job := Job{Kind: JobMove, At: t.s.now(), Caller: c.ID, Into: other.ID, By: JoinedBy}
		if stays(c, *other) {
			job.Caller, job.Into = other.ID, c.ID
		}
		if err := t.merge(&job); err != nil {
			return err
		}
		id = []byte(job.Into)
	}
}

// sharing returns the card of somebody else that has one of c's numbers; nil when there is none.
func (t *txn) sharing(c record.Caller) (*record.Caller, error) {
	for _, n := range c.Numbers() {
		if n.Digits() == "" {
			continue
		}
		key, err := t.numberKey(n)
		if err != nil {
			return nil, err
		}
		id := bytes.Clone(t.raw(bByNumber, key))
		if id == nil || string(id) == c.ID {
			continue
		}
		if _, err := t.keys.Key(string(id)); errors.Is(err, keyring.ErrGone) {
			continue
		} else if err != nil {
			return nil, err
		}
		other, err := get[record.Caller](t, bCallers, id)
		return &other, err
	}
	return nil, nil
}

// stays reports which of two cards of one person stays: that which the office has written, for its names count; else that with more
// calls; else the older one.
func stays(a, b record.Caller) bool {
	written := func(c record.Caller) bool {
		return slices.ContainsFunc(c.Fields, func(f record.Field) bool {
			return f.Kind == record.FieldName && f.Source != record.SourceSaid && f.Source != record.SourceCallerID
		})
	}
	switch {
	case written(a) != written(b):
		return written(a)
	case a.Calls != b.Calls:
		return a.Calls > b.Calls
	}
	return a.FirstSeen.Before(b.FirstSeen)
}
