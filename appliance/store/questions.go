package store

import (
	"bytes"
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

// AddUnanswered puts a question on the list, or counts it when it is there. It belongs to the caller who asked.
func (s *Store) AddUnanswered(u record.Unanswered) error {
	return s.update("keep question", func(t *txn) error {
		u.ID, u.Times = s.ids.next(s.now()), 1
		owner := t.ownerOf(bCalls, []byte(u.CallID))
		if owner == "" {
			owner = house
		}
		again, err := t.ask(u, owner)
		if err != nil || again {
			return err
		}
		return t.occur(record.Occasion{Kind: record.OccasionQuestion, At: u.At, Ref: u.ID, Call: u.CallID}, owner)
	})
}

// ask keeps a question of an owner; the same one, asked once more in the same call, is counted, and again is true.
func (t *txn) ask(u record.Unanswered, owner string) (again bool, err error) {
	hash, err := t.hashed("question", question(string(u.Question)))
	if err != nil {
		return false, err
	}
	key := join(hash, []byte(u.CallID))
	was, err := get[record.Unanswered](t, bUnanswered, key)
	switch {
	case err == nil:
		u.ID, u.Times, again = was.ID, was.Times+max(u.Times, 1), true
	case !errors.Is(err, ErrNotFound):
		return false, err
	}
	if err := t.own(owner, bUnanswered, key); err != nil {
		return false, err
	}
	return again, put(t, bUnanswered, key, owner, u)
}

// UnansweredList returns the open questions, those asked most often first. What several have asked is one question.
func (s *Store) UnansweredList() ([]record.Unanswered, error) {
	var us []record.Unanswered
	err := s.view("list questions", func(t *txn) error {
		var hash []byte
		return each(t, bUnanswered, func(k []byte, u record.Unanswered) error {
			if len(us) == 0 || !bytes.Equal(hash, k[:hashSize]) {
				hash = bytes.Clone(k[:hashSize])
				us = append(us, u)
				return nil
			}
			last := &us[len(us)-1]
			last.Times += u.Times
			if u.At.After(last.At) {
				id, times := last.ID, last.Times
				*last = u
				last.ID, last.Times = id, times
			}
			return nil
		})
	})
	slices.SortStableFunc(us, func(a, b record.Unanswered) int {
		if a.Times != b.Times {
			return b.Times - a.Times
		}
		return b.At.Compare(a.At)
	})
	return us, err
}

// DropUnanswered takes a question off the list, whoever asked it, and returns it; ErrNotFound when it is not there.
func (s *Store) DropUnanswered(id string) (u record.Unanswered, err error) {
	err = s.update("drop question", func(t *txn) error {
		var found []byte
		err := each(t, bUnanswered, func(k []byte, x record.Unanswered) error {
			if x.ID == id {
				found, u = bytes.Clone(k[:hashSize]), x
			}
			return nil
		})
		if err != nil {
			return err
		}
		if found == nil {
			return ErrNotFound
		}
		for _, k := range t.under(bUnanswered, string(found)) {
			if err := t.dropQuestion(k); err != nil {
				return err
			}
		}
		return nil
	})
	return u, err
}

func (t *txn) dropQuestion(key []byte) error {
	if owner := t.ownerOf(bUnanswered, key); owner != "" && owner != house {
		if err := t.disown(owner, bUnanswered, key); err != nil {
			return err
		}
	}
	return t.del(bUnanswered, key)
}
