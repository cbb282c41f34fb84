package store

import (
	"bytes"
	"errors"
	"fmt"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// TakenError says that a number is on the card of another caller.
type TakenError struct {
	Number record.PhoneNumber
	Caller string // ID of the other one
}

// Error implements error.
func (e *TakenError) Error() string {
	return fmt.Sprintf("the number %s is on the card of another caller: merge the two, or take it off there first", e.Number.Masked())
}

// Caller returns one caller.
func (s *Store) Caller(id string) (c record.Caller, err error) {
	err = s.view("read caller", func(t *txn) error { c, err = get[record.Caller](t, bCallers, []byte(id)); return err })
	return c, err
}

// Callers returns up to limit callers, the one who called last first; 0 = 1000.
func (s *Store) Callers(limit int) (cs []record.Caller, err error) {
	err = s.view("list callers", func(t *txn) error {
		cs, err = newest[record.Caller](t, bSeen, bCallers, func(k []byte) []byte { return k[9:] }, limit)
		return err
	})
	return cs, err
}

// CallerIDs returns the IDs of all callers, in no order that means anything.
func (s *Store) CallerIDs() (ids []string, err error) {
	err = s.view("list callers", func(t *txn) error {
		c := t.cursor(bCallers)
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			ids = append(ids, string(k))
		}
		return nil
	})
	return ids, err
}

// FindCaller returns the caller with a number, however it is written; [ErrNotFound] when there is none.
func (s *Store) FindCaller(n record.PhoneNumber) (c record.Caller, err error) {
	err = s.view("find caller", func(t *txn) error { c, err = t.byNumber(n); return err })
	return c, err
}

// byNumber finds the card with a number.
func (t *txn) byNumber(n record.PhoneNumber) (record.Caller, error) {
	n = t.canonical(n)
	if n.Digits() == "" {
		return record.Caller{}, ErrNotFound
	}
	key, err := t.numberKey(n)
	if err != nil {
		return record.Caller{}, err
	}
	id := t.raw(bByNumber, key)
	if id == nil {
		return record.Caller{}, ErrNotFound
	}
	return get[record.Caller](t, bCallers, bytes.Clone(id))
}

// AddCaller makes a card, with an ID of its own and a key of its own, and returns it. Who never called is at the end of lists. A
// number that is on another card is a [TakenError].
func (s *Store) AddCaller(c record.Caller) (record.Caller, error) {
	err := s.update("add caller", func(t *txn) (err error) {
		if c.FirstSeen.IsZero() {
			c.FirstSeen = s.now()
		}
		c, err = t.newCard(c)
		return err
	})
	s.changed(err, Change{Caller: c.ID})
	return c, err
}

func (t *txn) newCard(c record.Caller) (record.Caller, error) {
	c.ID = newCallerID()
	if err := t.keys.Make(c.ID); err != nil {
		return c, err
	}
	return c, t.keepCard(&c)
}

// ChangeCaller applies change to a card and keeps it; what it returns ends in nothing being changed. A number that is on another card is a
// [TakenError].
func (s *Store) ChangeCaller(id string, change func(c *record.Caller) error) (c record.Caller, err error) {
	err = s.update("change caller", func(t *txn) error {
		if c, err = get[record.Caller](t, bCallers, []byte(id)); err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		c.ID = id
		return t.keepCard(&c)
	})
	s.changed(err, Change{Caller: id})
	return c, err
}

// Remember keeps the name that a caller gave. One that the office has typed or brought along stays.
func (s *Store) Remember(caller string, name record.Personal) error {
	_, err := s.ChangeCaller(caller, func(c *record.Caller) error {
		for _, f := range c.Fields {
			if f.Kind == record.FieldName && f.Source != record.SourceSaid && f.Source != record.SourceCallerID {
				return nil
			}
		}
		c.Learn(record.Field{Kind: record.FieldName, Value: name, Source: record.SourceSaid, At: s.now(), Basis: record.BasisInterest})
		return nil
	})
	return err
}

// keepCard brings the numbers of a card into the one form, and writes it and what finds it.
func (t *txn) keepCard(c *record.Caller) error {
	id := []byte(c.ID)
	c.Renumber(t.canonical)
	if err := t.indexNumbers(*c); err != nil {
		return err
	}
	seen := timeKey(c.LastSeen)
	if was := t.raw(bSeenAt, id); was != nil && !bytes.Equal(was, seen) {
		if err := t.del(bSeen, join(bytes.Clone(was), id)); err != nil {
			return err
		}
	}
	if err := t.set(bSeenAt, id, seen); err != nil {
		return err
	}
	if err := t.set(bSeen, join(seen, id), nil); err != nil {
		return err
	}
	return put(t, bCallers, id, c.ID, *c)
}

// indexNumbers has a caller found by the numbers of the card and by no others.
func (t *txn) indexNumbers(c record.Caller) error {
	want := map[string]bool{}
	for _, n := range c.Numbers() {
		if n.Digits() == "" {
			continue
		}
		key, err := t.numberKey(n)
		if err != nil {
			return err
		}
		want[string(key)] = true
		other := t.raw(bByNumber, key)
		if other != nil && string(other) != c.ID {
			switch _, err := t.keys.Key(string(other)); {
			case err == nil && t.joining:
				continue // the other one is joined with this one next
			case err == nil:
				return &TakenError{Number: n, Caller: string(other)}
			case !errors.Is(err, keyring.ErrGone): // else its card is just being erased
				return err
			}
		}
		if string(other) == c.ID {
			continue
		}
		if err := t.set(bByNumber, key, []byte(c.ID)); err != nil {
			return err
		}
		if err := t.set(bNumbersOf, join([]byte(c.ID), key), nil); err != nil {
			return err
		}
	}
	for _, k := range t.under(bNumbersOf, c.ID) {
		if hash := k[len(c.ID)+1:]; !want[string(hash)] {
			if err := errors.Join(t.del(bByNumber, hash), t.del(bNumbersOf, k)); err != nil {
				return err
			}
		}
	}
	return nil
}

// under returns copies of the keys of a bucket that belong to an ID: those that begin with it and a zero octet.
func (t *txn) under(bucket []byte, id string) (keys [][]byte) {
	prefix := join([]byte(id), nil)
	c := t.cursor(bucket)
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	return keys
}

// own notes that a value belongs to a caller. Calls and their turns are found without.
func (t *txn) own(owner string, bucket, key []byte) error {
	if owner == house {
		return nil
	}
	return t.set(bOwned, join([]byte(owner), bucket, key), nil)
}

// disown is the opposite of own.
func (t *txn) disown(owner string, bucket, key []byte) error {
	return t.del(bOwned, join([]byte(owner), bucket, key))
}

// belongings returns the places of what belongs to a caller besides calls.
func (t *txn) belongings(caller string) (places []place) {
	for _, k := range t.under(bOwned, caller) {
		if bucket, key, ok := bytes.Cut(k[len(caller)+1:], []byte{0}); ok {
			places = append(places, place{string(bucket), string(key)})
		}
	}
	return places
}
