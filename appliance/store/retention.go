package store

import (
	"errors"
	"time"

	"frontdesk.internal/appliance/record"
)

var keyRetention = []byte("retention")

// Retention returns how long things are kept; the default when nothing was ever set.
func (s *Store) Retention() (r record.Retention, err error) {
	err = s.view("read retention", func(t *txn) error { r, err = get[record.Retention](t, bSettings, keyRetention); return err })
	if errors.Is(err, ErrNotFound) {
		return record.DefaultRetention(), nil
	}
	return r, err
}

// SetRetention keeps how long things are kept.
func (s *Store) SetRetention(r record.Retention) error {
	return s.update("keep retention", func(t *txn) error { return put(t, bSettings, keyRetention, house, r) })
}

// Old is a call or a message as the sweep sees it.
type Old struct {
	ID     string
	Caller string
	At     time.Time
	Turns  int // of a call, that are still there
}

// oldBatch is how many calls are looked at in one transaction.
const oldBatch = 500

// OldCalls calls fn with all calls that began before t and are over, the oldest first, outside of any transaction.
func (s *Store) OldCalls(t time.Time, fn func(o Old) error) error {
	for from := []byte{}; from != nil; {
		var batch []Old
		err := s.view("list old calls", func(x *txn) error {
			c := x.cursor(bByTime)
			k, _ := c.Seek(from)
			from = nil
			for end := timeKey(t); k != nil && string(k[:8]) < string(end); k, _ = c.Next() {
				if len(batch) == oldBatch {
					from = append([]byte(nil), k...)
					return nil
				}
				id := k[9:]
				call, err := get[record.Call](x, bCalls, id)
				if errors.Is(err, ErrNotFound) || err == nil && call.Ended.IsZero() {
					continue
				}
				if err != nil {
					return err
				}
				batch = append(batch, Old{ID: call.ID, Caller: call.CallerID, At: call.Started, Turns: len(x.under(bTurns, call.ID))})
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, o := range batch {
			if err := fn(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// OldMessages returns the messages that were dealt with before t.
func (s *Store) OldMessages(t time.Time) (list []Old, err error) {
	err = s.view("list old messages", func(x *txn) error {
		return each(x, bMessages, func(_ []byte, m record.Message) error {
			if m.Done && m.DoneAt.Before(t) {
				list = append(list, Old{ID: m.ID, Caller: m.CallerID, At: m.DoneAt})
			}
			return nil
		})
	})
	return list, err
}

// DropTranscript removes what was said on a call, and keeps that there was one. The record says so.
func (s *Store) DropTranscript(call string) error {
	err := s.update("remove transcript", func(t *txn) error {
		c, err := get[record.Call](t, bCalls, []byte(call))
		if err != nil {
			return err
		}
		for _, k := range t.under(bTurns, call) {
			if err := t.del(bTurns, k); err != nil {
				return err
			}
		}
		c.Forgotten = s.now()
		return t.keepCall(c)
	})
	s.changed(err, Change{Call: call})
	return err
}

// DropCall removes a call with what was said on it. Messages stand for themselves.
func (s *Store) DropCall(call string) error {
	err := s.update("remove call", func(t *txn) error {
		c, err := get[record.Call](t, bCalls, []byte(call))
		if err != nil {
			return err
		}
		_, err = t.dropCall(listed{id: call, at: timeKey(c.Started)}, c.CallerID)
		return err
	})
	s.changed(err, Change{Call: call})
	return err
}

// DropMessage removes a message.
func (s *Store) DropMessage(id string) error {
	err := s.update("remove message", func(t *txn) error {
		if !t.has(bMessages, []byte(id)) {
			return ErrNotFound
		}
		return t.dropMessage([]byte(id))
	})
	s.changed(err, Change{Text: id})
	return err
}

// Bare tells whether nothing is kept of a caller but the card.
func (s *Store) Bare(caller string) (bare bool, err error) {
	err = s.view("look at caller", func(t *txn) error {
		bare = len(t.callsOf(caller)) == 0 && len(t.belongings(caller)) == 0
		return nil
	})
	return bare, err
}
