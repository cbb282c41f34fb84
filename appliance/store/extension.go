package store

import (
	"encoding/binary"

	"frontdesk.internal/appliance/record"
)

// extension is an account as the file holds it.
type extension struct {
	record.SavedExtension
	Password string `json:"password,omitempty"` // of the newest only
}

// maxExtensions is how many former accounts are kept for the history.
const maxExtensions = 50

// SetExtension makes e with its password the account at the telephone system. The passwords of former ones are forgotten.
func (s *Store) SetExtension(e record.SavedExtension, password string) error {
	return s.update("keep telephone account", func(t *txn) error {
		if k, v := t.cursor(bExtensions).Last(); k != nil {
			former, err := decode[extension](t.keys, bExtensions, k, v)
			if err != nil {
				return err
			}
			former.Password = ""
			if err := put(t, bExtensions, k, house, former); err != nil {
				return err
			}
		}
		n, err := t.next(bExtensions)
		if err != nil {
			return err
		}
		if n > maxExtensions {
			if err := t.del(bExtensions, binary.BigEndian.AppendUint64(nil, n-maxExtensions)); err != nil {
				return err
			}
		}
		return put(t, bExtensions, binary.BigEndian.AppendUint64(nil, n), house, extension{e, password})
	})
}

// Extension returns the account that was set last, and its password; ErrNotFound when none was ever set.
func (s *Store) Extension() (e record.SavedExtension, password string, err error) {
	err = s.view("read telephone account", func(t *txn) error {
		k, v := t.cursor(bExtensions).Last()
		if k == nil {
			return ErrNotFound
		}
		x, err := decode[extension](t.keys, bExtensions, k, v)
		e, password = x.SavedExtension, x.Password
		return err
	})
	return e, password, err
}

// Extensions returns the accounts that were set, newest first.
func (s *Store) Extensions() (list []record.SavedExtension, err error) {
	err = s.view("read telephone accounts", func(t *txn) error {
		c := t.cursor(bExtensions)
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			x, err := decode[extension](t.keys, bExtensions, k, v)
			if err != nil {
				return err
			}
			list = append(list, x.SavedExtension)
		}
		return nil
	})
	return list, err
}

// maxPhoneChanges is how many changes of registrations are kept.
const maxPhoneChanges = 500

// AddPhoneChange keeps a change of a registration.
func (s *Store) AddPhoneChange(c record.PhoneChange) error {
	return s.update("keep change of the registration", func(t *txn) error {
		n, err := t.next(bRegistrations)
		if err != nil {
			return err
		}
		if n > maxPhoneChanges {
			if err := t.del(bRegistrations, binary.BigEndian.AppendUint64(nil, n-maxPhoneChanges)); err != nil {
				return err
			}
		}
		return put(t, bRegistrations, binary.BigEndian.AppendUint64(nil, n), house, c)
	})
}

// PhoneChanges returns up to limit changes of registrations, newest first; 0 = all that are kept.
func (s *Store) PhoneChanges(limit int) (list []record.PhoneChange, err error) {
	err = s.view("read changes of the registration", func(t *txn) error {
		c := t.cursor(bRegistrations)
		for k, v := c.Last(); k != nil && (limit == 0 || len(list) < limit); k, v = c.Prev() {
			x, err := decode[record.PhoneChange](t.keys, bRegistrations, k, v)
			if err != nil {
				return err
			}
			list = append(list, x)
		}
		return nil
	})
	return list, err
}
