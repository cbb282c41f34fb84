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
	err = s.view("read call", func(tx *bolt.Tx) error { c, err = get[record.Call](tx, bCalls, []byte(id)); return err })
	return c, err
}

// Turns returns the turns of a call in order.
func (s *Store) Turns(call string) (ts []record.Turn, err error) {
	err = s.view("read turns", func(tx *bolt.Tx) error { ts, err = turnsOf(tx, call); return err })
	return ts, err
}

func turnsOf(tx *bolt.Tx, call string) ([]record.Turn, error) {
	var ts []record.Turn
	prefix := join([]byte(call), nil)
	c := tx.Bucket(bTurns).Cursor()
	for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
		t, err := decode[record.Turn](v)
		if err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	return ts, nil
}

// Calls returns the chosen calls, newest first.
func (s *Store) Calls(f Filter) (cs []record.Call, err error) {
	if f.Limit == 0 {
		f.Limit = maxList
	}
	err = s.view("list calls", func(tx *bolt.Tx) error {
		index, prefix := tx.Bucket(bByTime), []byte(nil)
		if f.Caller != "" {
			index, prefix = tx.Bucket(bByCaller), join([]byte(f.Caller), nil)
		}
		if f.Tests {
			index, prefix = tx.Bucket(bTests), nil
		}
		c := index.Cursor()
		for k := seekLast(c, prefix, f.Before); k != nil && bytes.HasPrefix(k, prefix) && len(cs) < f.Limit; k, _ = c.Prev() {
			rest := k[len(prefix):]
			if !f.Since.IsZero() && bytes.Compare(rest[:8], timeKey(f.Since)) < 0 {
				break
			}
			call, err := get[record.Call](tx, bCalls, rest[9:])
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

// Caller returns one caller.
func (s *Store) Caller(id string) (c record.Caller, err error) {
	err = s.view("read caller", func(tx *bolt.Tx) error { c, err = get[record.Caller](tx, bCallers, []byte(id)); return err })
	return c, err
}

// Callers returns up to limit callers, the one who called last first; 0 = 1000.
func (s *Store) Callers(limit int) (cs []record.Caller, err error) {
	err = s.view("list callers", func(tx *bolt.Tx) error {
		cs, err = newest[record.Caller](tx, bSeen, bCallers, func(k []byte) []byte { return k[9:] }, limit)
		return err
	})
	return cs, err
}

// Message returns one message.
func (s *Store) Message(id string) (m record.Message, err error) {
	err = s.view("read message", func(tx *bolt.Tx) error { m, err = get[record.Message](tx, bMessages, []byte(id)); return err })
	return m, err
}

// Messages returns up to limit messages, newest first, without those that are done unless done is set; 0 = 1000.
func (s *Store) Messages(limit int, done bool) (ms []record.Message, err error) {
	index := bOpen
	if done {
		index = bMessages
	}
	err = s.view("list messages", func(tx *bolt.Tx) error {
		ms, err = newest[record.Message](tx, index, bMessages, func(k []byte) []byte { return k }, limit)
		return err
	})
	return ms, err
}

// MessagesOf returns the messages of a call, in the order in which they were left.
func (s *Store) MessagesOf(call string) (ms []record.Message, err error) {
	err = s.view("list messages", func(tx *bolt.Tx) error { ms, err = messagesOf(tx, call); return err })
	return ms, err
}

func messagesOf(tx *bolt.Tx, call string) ([]record.Message, error) {
	var ms []record.Message
	prefix := join([]byte(call), nil)
	c := tx.Bucket(bOfCall).Cursor()
	for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		m, err := get[record.Message](tx, bMessages, k[len(prefix):])
		if err != nil {
			return nil, err
		}
		ms = append(ms, m)
	}
	return ms, nil
}

// CountOpen counts the messages that are not done.
func (s *Store) CountOpen() (n int, err error) {
	err = s.view("count messages", func(tx *bolt.Tx) error {
		return tx.Bucket(bOpen).ForEach(func(_, _ []byte) error { n++; return nil })
	})
	return n, err
}

// CountCalls counts the calls that started at since or later, without reading them.
func (s *Store) CountCalls(since time.Time) (n int, err error) {
	err = s.view("count calls", func(tx *bolt.Tx) error {
		c := tx.Bucket(bByTime).Cursor()
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
	err = s.view("read call", func(tx *bolt.Tx) error {
		if f.Call, err = get[record.Call](tx, bCalls, []byte(call)); err != nil {
			return err
		}
		if f.Caller, err = get[record.Caller](tx, bCallers, []byte(f.Call.CallerID)); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if f.Turns, err = turnsOf(tx, call); err != nil {
			return err
		}
		f.Messages, err = messagesOf(tx, call)
		return err
	})
	return f, err
}

// newest reads the records that an index whose keys sort by time leads to, newest first.
func newest[T any](tx *bolt.Tx, index, bucket []byte, id func(key []byte) []byte, limit int) ([]T, error) {
	if limit == 0 {
		limit = maxList
	}
	var vs []T
	c := tx.Bucket(index).Cursor()
	for k, _ := c.Last(); k != nil && len(vs) < limit; k, _ = c.Prev() {
		v, err := get[T](tx, bucket, id(k))
		if err != nil {
			return nil, err
		}
		vs = append(vs, v)
	}
	return vs, nil
}

// UnansweredList returns the open questions, those asked most often first.
func (s *Store) UnansweredList() ([]record.Unanswered, error) {
	us, err := all[record.Unanswered](s, "list questions", bUnanswered)
	slices.SortStableFunc(us, func(a, b record.Unanswered) int {
		if a.Times != b.Times {
			return b.Times - a.Times
		}
		return b.At.Compare(a.At)
	})
	return us, err
}

// all decodes a whole bucket in key order.
func all[T any](s *Store, what string, bucket []byte) (vs []T, err error) {
	err = s.view(what, func(tx *bolt.Tx) error {
		return tx.Bucket(bucket).ForEach(func(_, b []byte) error {
			v, err := decode[T](b)
			vs = append(vs, v)
			return err
		})
	})
	return vs, err
}
