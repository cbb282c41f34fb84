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

// SaveBreach keeps a breach, new or changed, and returns it with its ID; [ErrNotFound]: there is none of that ID.
func (s *Store) SaveBreach(b record.Breach) (record.Breach, error) {
	err := s.update("keep breach", func(t *txn) error {
		list, err := t.breaches()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(x record.Breach) bool { return x.ID == b.ID })
		switch {
		case b.ID == "":
			b.ID = s.ids.next(s.now())
			list = append(list, b)
		case at < 0:
			return ErrNotFound
		default:
			list[at] = b
		}
		return put(t, bSettings, keyBreaches, house, list)
	})
	return b, err
}
