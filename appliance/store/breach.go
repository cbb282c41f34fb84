package store

import (
	"errors"
	"slices"

	"frontdesk.internal/appliance/record"
)

var keyBreaches = []byte("breaches")

// Breaches returns the breaches that were reported, the newest first.
func (s *Store) Breaches() (list []record.Breach, err error) {
	err = s.view("read breaches", func(t *txn) error { list, err = t.breaches(); return err })
	slices.Reverse(list) // of two that were noticed at once the one reported last comes first
	slices.SortStableFunc(list, func(a, b record.Breach) int { return b.Noticed.Compare(a.Noticed) })
	return list, err
}

func (t *txn) breaches() ([]record.Breach, error) {
	list, err := get[[]record.Breach](t, bSettings, keyBreaches)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return list, err
}

// AddBreach keeps a new breach, and returns it with its ID.
func (s *Store) AddBreach(b record.Breach) (record.Breach, error) {
	err := s.update("keep breach", func(t *txn) error {
		list, err := t.breaches()
		if err != nil {
			return err
		}
		b.ID = s.ids.next(s.now())
		return put(t, bSettings, keyBreaches, house, append(list, b))
	})
	return b, err
}

// ChangeBreach changes a breach, of several at once one after the other; [ErrNotFound]: there is none of that ID.
func (s *Store) ChangeBreach(id string, change func(b *record.Breach)) (b record.Breach, err error) {
	err = s.update("change breach", func(t *txn) error {
		list, err := t.breaches()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(x record.Breach) bool { return x.ID == id })
		if at < 0 {
			return ErrNotFound
		}
		change(&list[at])
		b = list[at]
		return put(t, bSettings, keyBreaches, house, list)
	})
	return b, err
}
