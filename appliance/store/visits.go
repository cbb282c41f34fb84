package store

import (
	"errors"
	"time"

	"frontdesk.internal/appliance/record"
)

// AddVisit keeps an appointment that was made; [ErrNotFound]: its caller is not there any more.
func (s *Store) AddVisit(v record.Visit) error {
	err := s.update("keep appointment", func(t *txn) error { return keepOf(t, bVisits, v.ID, v.Caller, v) })
	s.changed(err, Change{Caller: v.Caller})
	return err
}

// ChangeVisit has an appointment changed, and counts that; [ErrNotFound] when there is none. When change answers false nothing is kept.
func (s *Store) ChangeVisit(id string, change func(v *record.Visit) bool) (v record.Visit, err error) {
	err = s.update("change appointment", func(t *txn) error {
		if v, err = t.visit(id); err != nil {
			return err
		}
		if !change(&v) {
			return nil
		}
		v.Sequence++
		v.Changed = s.now()
		return put(t, bVisits, []byte(id), v.Caller, v)
	})
	s.changed(err, Change{Caller: v.Caller})
	return v, err
}

// visit reads one; its caller is whose key seals it, for it may have gone to another card.
func (t *txn) visit(id string) (record.Visit, error) {
	v, err := get[record.Visit](t, bVisits, []byte(id))
	v.Caller = t.ownerOf(bVisits, []byte(id))
	return v, err
}

// Visits returns the appointments that end after t, in the order of their IDs.
func (s *Store) Visits(after time.Time) (vs []record.Visit, err error) {
	err = s.view("list appointments", func(t *txn) error {
		return each(t, bVisits, func(k []byte, v record.Visit) error {
			v.Caller = t.ownerOf(bVisits, k)
			if v.End.After(after) {
				vs = append(vs, v)
			}
			return nil
		})
	})
	return vs, err
}

// VisitsOf returns the appointments of a caller, in the order of their IDs.
func (s *Store) VisitsOf(caller string) (vs []record.Visit, err error) {
	err = s.view("read appointments", func(t *txn) error {
		for _, p := range t.belongings(caller) {
			if p.bucket != string(bVisits) {
				continue
			}
			v, err := t.visit(p.key)
			if err != nil {
				return err
			}
			vs = append(vs, v)
		}
		return nil
	})
	return vs, err
}

// OldVisits returns the appointments that were over before t.
func (s *Store) OldVisits(t time.Time) (list []Old, err error) {
	err = s.view("list old appointments", func(x *txn) error {
		return each(x, bVisits, func(k []byte, v record.Visit) error {
			if v.End.Before(t) {
				list = append(list, Old{ID: v.ID, Caller: x.ownerOf(bVisits, k), At: v.End})
			}
			return nil
		})
	})
	return list, err
}

// DropVisit forgets an appointment.
func (s *Store) DropVisit(id string) error {
	owner := ""
	err := s.update("remove appointment", func(t *txn) error {
		if owner = t.ownerOf(bVisits, []byte(id)); owner == "" {
			return ErrNotFound
		}
		return errors.Join(t.disown(owner, bVisits, []byte(id)), t.del(bVisits, []byte(id)))
	})
	s.changed(err, Change{Caller: owner})
	return err
}
