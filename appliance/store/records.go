package store

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

// update runs fn in one durable transaction; what says for the error what was to be done.
func (s *Store) update(what string, fn func(tx *bolt.Tx) error) error {
	if err := s.db.Update(fn); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (s *Store) view(what string, fn func(tx *bolt.Tx) error) error {
	if err := s.db.View(fn); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// BeginCall keeps a call that has begun and returns it with its caller. Callers are found by the digits of their number; each withheld
// number is a caller of its own. Calls that came over no line have no caller; those of the box to itself are in a list of their own.
func (s *Store) BeginCall(c record.Call) (record.Call, error) {
	if c.ID == "" {
		c.ID = newID(s.now())
	}
	err := s.update("begin call", func(tx *bolt.Tx) error {
		at := join(timeKey(c.Started), []byte(c.ID))
		index := []struct{ bucket, key []byte }{{bByTime, at}, {bRunning, []byte(c.ID)}}
		switch c.Origin {
		case record.OriginLine:
			caller, err := s.caller(tx, c)
			if err != nil {
				return err
			}
			c.CallerID = caller.ID
			index = append(index, struct{ bucket, key []byte }{bByCaller, join([]byte(caller.ID), at)})
		case record.OriginSelfTest:
			index[0].bucket = bTests
		}
		for _, p := range index {
			if err := tx.Bucket(p.bucket).Put(p.key, nil); err != nil {
				return err
			}
		}
		return put(tx, bCalls, []byte(c.ID), c)
	})
	s.changed(err, Change{Call: c.ID})
	return c, err
}

// caller finds or makes the caller of c and counts the call.
func (s *Store) caller(tx *bolt.Tx, c record.Call) (record.Caller, error) {
	digits := []byte(c.From.Digits())
	var who record.Caller
	if len(digits) > 0 {
		if id := tx.Bucket(bByNumber).Get(digits); id != nil {
			var err error
			if who, err = get[record.Caller](tx, bCallers, id); err != nil {
				return who, err
			}
		}
	}
	if who.ID == "" {
		who = record.Caller{ID: newID(s.now()), Number: c.From, FirstSeen: c.Started}
		if len(digits) > 0 {
			if err := tx.Bucket(bByNumber).Put(digits, []byte(who.ID)); err != nil {
				return who, err
			}
		}
	}
	if err := tx.Bucket(bSeen).Delete(join(timeKey(who.LastSeen), []byte(who.ID))); err != nil {
		return who, err
	}
	who.Calls++
	who.LastSeen = c.Started
	if err := tx.Bucket(bSeen).Put(join(timeKey(who.LastSeen), []byte(who.ID)), nil); err != nil {
		return who, err
	}
	return who, put(tx, bCallers, []byte(who.ID), who)
}

// AddTurn keeps a turn of a call; one with the same index replaces the former.
func (s *Store) AddTurn(call string, t record.Turn) error {
	err := s.update("keep turn", func(tx *bolt.Tx) error {
		if tx.Bucket(bCalls).Get([]byte(call)) == nil {
			return ErrNotFound
		}
		return put(tx, bTurns, turnKey(call, t.Index), t)
	})
	s.changed(err, Change{Call: call})
	return err
}

// EndCall keeps the final form of a call that was begun.
func (s *Store) EndCall(c record.Call) error {
	err := s.update("end call", func(tx *bolt.Tx) error {
		was, err := get[record.Call](tx, bCalls, []byte(c.ID))
		if err != nil {
			return err
		}
		c.CallerID, c.Started = was.CallerID, was.Started // the indexes stand on them
		if err := tx.Bucket(bRunning).Delete([]byte(c.ID)); err != nil {
			return err
		}
		return put(tx, bCalls, []byte(c.ID), c)
	})
	s.changed(err, Change{Call: c.ID})
	return err
}

// SaveMessage keeps a message and returns it with its ID. It is on the disk when this returns.
func (s *Store) SaveMessage(m record.Message) (record.Message, error) {
	if m.ID == "" {
		m.ID = newID(s.now())
	}
	err := s.update("keep message", func(tx *bolt.Tx) error { return keepMessage(tx, m) })
	s.changed(err, Change{Call: m.CallID})
	return m, err
}

// MarkDone sets whether a message was dealt with.
func (s *Store) MarkDone(id string, done bool) error {
	return s.update("mark message", func(tx *bolt.Tx) error {
		m, err := get[record.Message](tx, bMessages, []byte(id))
		if err != nil {
			return err
		}
		m.Done, m.DoneAt = done, time.Time{}
		if done {
			m.DoneAt = s.now()
		}
		return keepMessage(tx, m)
	})
}

// keepMessage keeps a message and what finds it.
func keepMessage(tx *bolt.Tx, m record.Message) error {
	id := []byte(m.ID)
	if err := tx.Bucket(bOfCall).Put(join([]byte(m.CallID), id), nil); err != nil {
		return err
	}
	var err error
	if m.Done {
		err = tx.Bucket(bOpen).Delete(id)
	} else {
		err = tx.Bucket(bOpen).Put(id, nil)
	}
	if err != nil {
		return err
	}
	return put(tx, bMessages, id, m)
}

// indexMessages makes the indexes that lists of messages and callers are read by.
func indexMessages(tx *bolt.Tx) error {
	if err := makeBuckets(tx); err != nil {
		return err
	}
	err := tx.Bucket(bMessages).ForEach(func(_, b []byte) error {
		m, err := decode[record.Message](b)
		if err != nil {
			return err
		}
		if !m.Done {
			if err := tx.Bucket(bOpen).Put([]byte(m.ID), nil); err != nil {
				return err
			}
		}
		return tx.Bucket(bOfCall).Put(join([]byte(m.CallID), []byte(m.ID)), nil)
	})
	if err != nil {
		return err
	}
	return tx.Bucket(bCallers).ForEach(func(_, b []byte) error {
		c, err := decode[record.Caller](b)
		if err != nil {
			return err
		}
		return tx.Bucket(bSeen).Put(join(timeKey(c.LastSeen), []byte(c.ID)), nil)
	})
}

// Change says what was written: a call with its turns and messages, or a caller's card.
type Change struct {
	Call   string // ID; "" = not of a call
	Caller string // ID; "" = not of a caller's card
}

// Watch has fn told of every change to calls and callers after it is on the disk, by the one who made it: fn must be
// quick. There is one watcher; a new one takes the place of the former.
func (s *Store) Watch(fn func(Change)) { s.watching.Store(&fn) }

func (s *Store) changed(err error, c Change) {
	if fn := s.watching.Load(); err == nil && fn != nil {
		(*fn)(c)
	}
}

// AddUnanswered puts a question on the list, or counts it when it is there.
func (s *Store) AddUnanswered(u record.Unanswered) error {
	return s.update("keep question", func(tx *bolt.Tx) error {
		key := question(string(u.Question))
		was, err := get[record.Unanswered](tx, bUnanswered, key)
		switch {
		case err == nil:
			u.ID, u.Times = was.ID, was.Times+1
		case errors.Is(err, ErrNotFound):
			u.ID, u.Times = newID(s.now()), 1
		default:
			return err
		}
		return put(tx, bUnanswered, key, u)
	})
}

// Remember keeps the name that a caller gave.
func (s *Store) Remember(caller string, name record.Personal) error {
	err := s.update("remember name", func(tx *bolt.Tx) error {
		c, err := get[record.Caller](tx, bCallers, []byte(caller))
		if err != nil {
			return err
		}
		c.Name = name
		return put(tx, bCallers, []byte(caller), c)
	})
	s.changed(err, Change{Caller: caller})
	return err
}

// recover marks the calls that a power cut or a kill interrupted.
func (s *Store) recover() error {
	return s.update("recover interrupted calls", func(tx *bolt.Tx) error {
		var ids [][]byte
		if err := tx.Bucket(bRunning).ForEach(func(k, _ []byte) error {
			ids = append(ids, bytes.Clone(k))
			return nil
		}); err != nil {
			return err
		}
		for _, id := range ids {
			c, err := get[record.Call](tx, bCalls, id)
			if err != nil {
				return err
			}
			turns, err := turnsOf(tx, c.ID)
			if err != nil {
				return err
			}
			c.Outcome = record.Outcome{Result: record.ResultCut, Reason: "stopped"}
			c.Turns, c.Ended = len(turns), lastMoment(c, turns)
			if err := put(tx, bCalls, id, c); err != nil {
				return err
			}
			if err := tx.Bucket(bRunning).Delete(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// lastMoment is the newest time that a call and its turns know.
func lastMoment(c record.Call, turns []record.Turn) time.Time {
	last := c.Started
	for _, t := range []time.Time{c.Answered} {
		if t.After(last) {
			last = t
		}
	}
	for _, t := range turns {
		for _, x := range []time.Time{t.HeardAt, t.SaidAt} {
			if x.After(last) {
				last = x
			}
		}
	}
	return last
}

// DropUnanswered takes a question off the list and returns it; ErrNotFound when it is not there.
func (s *Store) DropUnanswered(id string) (u record.Unanswered, err error) {
	err = s.update("drop question", func(tx *bolt.Tx) error {
		b := tx.Bucket(bUnanswered)
		c := b.Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if u, err = decode[record.Unanswered](v); err != nil {
				return err
			}
			if u.ID == id {
				return b.Delete(k)
			}
		}
		return ErrNotFound
	})
	return u, err
}

// Import keeps finished calls with all that belongs to them, as a restored file has them, in one durable transaction. Calls and callers
// that are there already are replaced. Turns are numbered as they come; messages need IDs.
func (s *Store) Import(calls []Full) error {
	err := s.update("import calls", func(tx *bolt.Tx) error {
		for _, f := range calls {
			if err := importCall(tx, f); err != nil {
				return err
			}
		}
		return nil
	})
	for _, f := range calls {
		s.changed(err, Change{Call: f.Call.ID})
	}
	return err
}

func importCall(tx *bolt.Tx, f Full) error {
	id, caller := []byte(f.Call.ID), []byte(f.Caller.ID)
	for i, t := range f.Turns {
		t.Index = i
		if err := put(tx, bTurns, turnKey(f.Call.ID, i), t); err != nil {
			return err
		}
	}
	for _, m := range f.Messages {
		if err := keepMessage(tx, m); err != nil {
			return err
		}
	}
	if was, err := get[record.Caller](tx, bCallers, caller); err == nil {
		if err := tx.Bucket(bSeen).Delete(join(timeKey(was.LastSeen), caller)); err != nil {
			return err
		}
	}
	for _, p := range []struct{ bucket, key, value []byte }{
		{bByTime, join(timeKey(f.Call.Started), id), nil},
		{bByCaller, join(caller, timeKey(f.Call.Started), id), nil},
		{bSeen, join(timeKey(f.Caller.LastSeen), caller), nil},
		{bByNumber, []byte(f.Caller.Number.Digits()), caller},
	} {
		if len(p.key) == 0 {
			continue // a withheld number finds nobody
		}
		if err := tx.Bucket(p.bucket).Put(p.key, p.value); err != nil {
			return err
		}
	}
	if err := put(tx, bCallers, caller, f.Caller); err != nil {
		return err
	}
	return put(tx, bCalls, id, f.Call)
}
