package store

import (
	"errors"

	"frontdesk.internal/appliance/record"
)

// MaxExamples is how many examples are kept.
const MaxExamples = 1000

// ErrFull says that there is no room for more of what was to be kept.
var ErrFull = errors.New("there are too many already")

// AddExample keeps an example and returns it with its ID. The words belong to the caller of its call. A turn has one meaning: a
// later one takes the place of the former.
func (s *Store) AddExample(e record.Example) (record.Example, error) {
	err := s.update("keep example", func(t *txn) error {
		n := 0
		var former []byte
		err := each(t, bExamples, func(k []byte, x record.Example) error {
			n++
			if e.Taught != record.TaughtByAnswer && x.Taught == e.Taught && x.CallID == e.CallID && x.Turn == e.Turn {
				former = append([]byte(nil), k...)
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case former != nil:
			if err := t.dropExample(former); err != nil {
				return err
			}
		case n >= MaxExamples:
			return ErrFull
		}
		e.ID = s.ids.next(s.now())
		if e.At.IsZero() {
			e.At = s.now()
		}
		owner := t.ownerOf(bCalls, []byte(e.CallID))
		if owner == "" || e.General {
			owner = house
		}
		if err := t.own(owner, bExamples, []byte(e.ID)); err != nil {
			return err
		}
		return put(t, bExamples, []byte(e.ID), owner, e)
	})
	return e, err
}

// Examples returns all examples, the oldest first.
func (s *Store) Examples() ([]record.Example, error) {
	return all[record.Example](s, "list examples", bExamples)
}

// ExamplesChanges counts every change to the examples since the records were opened.
func (s *Store) ExamplesChanges() int64 { return s.examples.Load() }

// DropExample removes an example and returns it; [ErrNotFound] when there is none.
func (s *Store) DropExample(id string) (e record.Example, err error) {
	err = s.update("remove example", func(t *txn) error {
		if e, err = get[record.Example](t, bExamples, []byte(id)); err != nil {
			return err
		}
		return t.dropExample([]byte(id))
	})
	return e, err
}

// KeepExample makes the words of an example anybody's: they stay when the caller is erased who has said them.
func (s *Store) KeepExample(id string) (e record.Example, err error) {
	err = s.update("keep example", func(t *txn) error {
		if e, err = get[record.Example](t, bExamples, []byte(id)); err != nil || e.General {
			return err
		}
		if err := t.dropExample([]byte(id)); err != nil {
			return err
		}
		e.General, e.CallID, e.Turn = true, "", 0
		return put(t, bExamples, []byte(id), house, e)
	})
	return e, err
}

func (t *txn) dropExample(key []byte) error {
	if owner := t.ownerOf(bExamples, key); owner != "" && owner != house {
		if err := t.disown(owner, bExamples, key); err != nil {
			return err
		}
	}
	return t.del(bExamples, key)
}

// moveExamples gives the examples from a call to another caller.
func (t *txn) moveExamples(from, call, into string) error {
	for _, p := range t.belongings(from) {
		if p.bucket != string(bExamples) {
			continue
		}
		e, err := get[record.Example](t, bExamples, []byte(p.key))
		if err != nil {
			return err
		}
		if e.CallID == call {
			if err := t.moveValue(bExamples, []byte(p.key), into); err != nil {
				return err
			}
		}
	}
	return nil
}
