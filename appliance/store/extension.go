package store

import (
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

// extension is a record.Extension as the file holds it.
type extension struct {
	record.Extension
	Password string `json:"password,omitempty"` // of the newest only
}

// maxExtensions is how many former accounts are kept for the history.
const maxExtensions = 50

// SetExtension makes e with its password the account at the telephone system. The passwords of former ones are forgotten.
func (s *Store) SetExtension(e record.Extension, password string) error {
	return s.update("keep telephone account", func(tx *bolt.Tx) error {
		b := tx.Bucket(bExtensions)
		if k, v := b.Cursor().Last(); k != nil {
			former, err := decode[extension](v)
			if err != nil {
				return err
			}
			former.Password = ""
			if err := put(tx, bExtensions, k, former); err != nil {
				return err
			}
		}
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		if n > maxExtensions {
			if err := b.Delete(binary.BigEndian.AppendUint64(nil, n-maxExtensions)); err != nil {
				return err
			}
		}
		return put(tx, bExtensions, binary.BigEndian.AppendUint64(nil, n), extension{e, password})
	})
}

// Extension returns the account that was set last, and its password; ErrNotFound when none was ever set.
func (s *Store) Extension() (e record.Extension, password string, err error) {
	err = s.view("read telephone account", func(tx *bolt.Tx) error {
		k, v := tx.Bucket(bExtensions).Cursor().Last()
		if k == nil {
			return ErrNotFound
		}
		x, err := decode[extension](v)
		e, password = x.Extension, x.Password
		return err
	})
	return e, password, err
}

// Extensions returns the accounts that were set, newest first.
func (s *Store) Extensions() (list []record.Extension, err error) {
	err = s.view("read telephone accounts", func(tx *bolt.Tx) error {
		c := tx.Bucket(bExtensions).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			x, err := decode[extension](v)
			if err != nil {
				return err
			}
			list = append(list, x.Extension)
		}
		return nil
	})
	return list, err
}
