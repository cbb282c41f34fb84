package store

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

// Accounts returns every account, the oldest first.
func (s *Store) Accounts() ([]record.Account, error) {
	var out []record.Account
	err := s.view("list accounts", func(tx *bolt.Tx) error {
		return tx.Bucket(bAccounts).ForEach(func(_, v []byte) error {
			a, err := decode[record.Account](v)
			out = append(out, a)
			return err
		})
	})
	return out, err
}

// SaveAccount keeps an account, new or changed, and returns it with its ID.
func (s *Store) SaveAccount(a record.Account) (record.Account, error) {
	if a.ID == "" {
		a.ID = newID(s.now())
	}
	err := s.update("keep account", func(tx *bolt.Tx) error { return put(tx, bAccounts, []byte(a.ID), a) })
	return a, err
}

// DeleteAccount removes an account and signs it out everywhere.
func (s *Store) DeleteAccount(id string) error {
	return s.update("remove account", func(tx *bolt.Tx) error {
		if tx.Bucket(bAccounts).Get([]byte(id)) == nil {
			return ErrNotFound
		}
		if err := tx.Bucket(bAccounts).Delete([]byte(id)); err != nil {
			return err
		}
		return dropSessions(tx, func(x record.Session) bool { return x.Account == id })
	})
}

// Session returns the session under key; ErrNotFound when there is none.
func (s *Store) Session(key string) (x record.Session, err error) {
	err = s.view("find session", func(tx *bolt.Tx) (err error) {
		x, err = get[record.Session](tx, bSessions, []byte(key))
		return err
	})
	return x, err
}

// SaveSession keeps a session under key.
func (s *Store) SaveSession(key string, x record.Session) error {
	return s.update("keep session", func(tx *bolt.Tx) error { return put(tx, bSessions, []byte(key), x) })
}

// DeleteSession forgets a session; one that is not there is no error.
func (s *Store) DeleteSession(key string) error {
	return s.update("end session", func(tx *bolt.Tx) error { return tx.Bucket(bSessions).Delete([]byte(key)) })
}

// DeleteSessions forgets the sessions of an account ("" = of all) that were made before a moment, but not the one under keep.
func (s *Store) DeleteSessions(account string, before time.Time, keep string) error {
	return s.update("end sessions", func(tx *bolt.Tx) error {
		var kept []byte
		if b := tx.Bucket(bSessions).Get([]byte(keep)); keep != "" && b != nil {
			kept = append(kept, b...)
		}
		err := dropSessions(tx, func(x record.Session) bool {
			return (account == "" || x.Account == account) && x.Created.Before(before)
		})
		if err != nil || kept == nil {
			return err
		}
		return tx.Bucket(bSessions).Put([]byte(keep), kept)
	})
}

// dropSessions forgets the sessions that which says.
func dropSessions(tx *bolt.Tx, which func(record.Session) bool) error {
	c := tx.Bucket(bSessions).Cursor()
	var keys [][]byte // a cursor must not be moved while keys go
	for k, v := c.First(); k != nil; k, v = c.Next() {
		x, err := decode[record.Session](v)
		if err != nil {
			return fmt.Errorf("read session: %w", err)
		}
		if which(x) {
			keys = append(keys, append([]byte(nil), k...))
		}
	}
	for _, k := range keys {
		if err := tx.Bucket(bSessions).Delete(k); err != nil {
			return err
		}
	}
	return nil
}
