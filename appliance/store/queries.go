package store

import (
	"bytes"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

// Filter chooses calls. The zero value is all of them.
type Filter struct {
	Caller string    // of this caller only
	Since  time.Time // started then or later
	Before time.Time // started earlier
	Limit  int       // at most so many; 0 = 1000
	Tests  bool      // calls of the box to itself instead of all others
}

// maxList bounds a list that named no limit.
const maxList = 1000

// Call returns one call.
func (s *Store) Call(id string) (c record.Call, err error) {
	err = s.view("read call", func(t *txn) error { c, err = get[record.Call](t, bCalls, []byte(id)); return err })
	return c, err
}

// Turns returns the turns of a call in order.
func (s *Store) Turns(call string) (ts []record.Turn, err error) {
	err = s.view("read turns", func(t *txn) error { ts, err = t.turns(call); return err })
	return ts, err
}

func (t *txn) turns(call string) ([]record.Turn, error) {
	var ts []record.Turn
	prefix := join([]byte(call), nil)
	c := t.cursor(bTurns)
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		turn, err := decode[record.Turn](t.keys, bTurns, k, v)
		if err != nil {
			return nil, err
		}
		ts = append(ts, turn)
	}
	return ts, nil
}

// Calls returns the chosen calls, newest first.
func (s *Store) Calls(f Filter) (cs []record.Call, err error) {
	if f.Limit == 0 {
		f.Limit = maxList
	}
	err = s.view("list calls", func(t *txn) error {
		index, prefix := bByTime, []byte(nil)
		if f.Caller != "" {
			index, prefix = bByCaller, join([]byte(f.Caller), nil)
		}
		if f.Tests {
			index, prefix = bTests, nil
		}
		c := t.cursor(index)
		for k := seekLast(c, prefix, f.Before); k != nil && bytes.HasPrefix(k, prefix) && len(cs) < f.Limit; k, _ = c.Prev() {
			rest := k[len(prefix):]
			if !f.Since.IsZero() && bytes.Compare(rest[:8], timeKey(f.Since)) < 0 {
				break
			}
			call, err := get[record.Call](t, bCalls, rest[9:])
			if errors.Is(err, ErrNotFound) {
				continue // its caller is being erased
			}
			if err != nil {
				return err
			}
			cs = append(cs, call)
		}
		return nil
	})
	return cs, err
}

// seekLast moves c to the last key that begins with prefix and lies before a time, if one is given.
func seekLast(c *bolt.Cursor, prefix []byte, before time.Time) []byte {
	end := append(slices.Clone(prefix), bytes.Repeat([]byte{0xff}, 9)...)
	if !before.IsZero() {
		end = append(slices.Clone(prefix), timeKey(before)...)
	}
	k, _ := c.Seek(end)
	if k == nil {
		k, _ = c.Last()
		return k
	}
	k, _ = c.Prev()
	return k
}

// Message returns one message.
func (s *Store) Message(id string) (m record.Message, err error) {
	err = s.view("read message", func(t *txn) error { m, err = get[record.Message](t, bMessages, []byte(id)); return err })
	return m, err
}

// Messages returns up to limit messages, newest first, without those that are done unless done is set; 0 = 1000.
func (s *Store) Messages(limit int, done bool) (ms []record.Message, err error) {
	index := bOpen
	if done {
		index = bMessages
	}
	err = s.view("list messages", func(t *txn) error {
		ms, err = newest[record.Message](t, index, bMessages, func(k []byte) []byte { return k }, limit)
		return err
	})
	return ms, err
}

// Texts gives the messages that came in no call to fn, the newest first, in one transaction; an error of fn ends it.
func (s *Store) Texts(fn func(m record.Message) error) error {
	return s.view("list texts", func(t *txn) error {
		c := t.cursor(bMessages)
		for k, _ := c.Last(); k != nil; k, _ = c.Prev() {
			m, err := get[record.Message](t, bMessages, k)
			if errors.Is(err, ErrNotFound) {
				continue // its caller is being erased
			}
			if err != nil {
				return err
			}
			if m.CallID != "" {
				continue
			}
			if err := fn(m); err != nil {
				return err
			}
		}
		return nil
	})
}

// MessagesOf returns the messages of a call, in the order in which they were left.
func (s *Store) MessagesOf(call string) (ms []record.Message, err error) {
	err = s.view("list messages", func(t *txn) error { ms, err = t.messages(call); return err })
	return ms, err
}

func (t *txn) messages(call string) ([]record.Message, error) {
	var ms []record.Message
	prefix := join([]byte(call), nil)
	c := t.cursor(bOfCall)
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		m, err := get[record.Message](t, bMessages, k[len(prefix):])
		if err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// MessagesOfCaller returns the messages of a caller, in calls and without, newest first.
func (s *Store) MessagesOfCaller(caller string) (ms []record.Message, err error) {
	err = s.view("list messages", func(t *txn) error {
		for _, p := range t.belongings(caller) {
			if p.bucket != string(bMessages) {
				continue
			}
			m, err := get[record.Message](t, bMessages, []byte(p.key))
			if err != nil {
				return err
			}
			ms = append(ms, m)
		}
		return nil
	})
	slices.SortStableFunc(ms, func(a, b record.Message) int { return b.At.Compare(a.At) })
	return ms, err
}

// CountOpen counts the messages that are not done.
func (s *Store) CountOpen() (n int, err error) {
	err = s.view("count messages", func(t *txn) error {
		return t.tx.Bucket(bOpen).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	return n, err
}

// CountCalls counts the calls that started at since or later, without reading them.
func (s *Store) CountCalls(since time.Time) (n int, err error) {
	err = s.view("count calls", func(t *txn) error {
		c := t.cursor(bByTime)
		for k, _ := c.Seek(timeKey(since)); k != nil; k, _ = c.Next() {
			n++
		}
		return nil
	})
	return n, err
}

// Full is a call with all words that belong to it.
type Full struct {
	Call     record.Call
	Caller   record.Caller // zero when there is none
	Turns    []record.Turn
	Messages []record.Message
}

// Full returns a call with all that belongs to it.
func (s *Store) Full(call string) (f Full, err error) {
	err = s.view("read call", func(t *txn) error {
		if f.Call, err = get[record.Call](t, bCalls, []byte(call)); err != nil {
			return err
		}
		if f.Caller, err = get[record.Caller](t, bCallers, []byte(f.Call.CallerID)); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if f.Turns, err = t.turns(call); err != nil {
			return err
		}
		f.Messages, err = t.messages(call)
		return err
	})
	return f, err
}

// newest reads the records that an index whose keys sort by time leads to, newest first.
func newest[T any](t *txn, index, bucket []byte, id func(key []byte) []byte, limit int) ([]T, error) {
	if limit == 0 {
		limit = maxList
	}
	var vs []T
	c := t.cursor(index)
	for k, _ := c.Last(); k != nil && len(vs) < limit; k, _ = c.Prev() {
		v, err := get[T](t, bucket, id(k))
		if errors.Is(err, ErrNotFound) {
			continue // its caller is being erased
		}
		if err != nil {
			return nil, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}
