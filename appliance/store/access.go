package store

import (
	"bytes"
	"time"

	"frontdesk.internal/appliance/record"
)

// Accounts returns every account, the oldest first.
func (s *Store) Accounts() ([]record.Account, error) {
	return all[record.Account](s, "list accounts", bAccounts)
}

// SaveAccount keeps an account, new or changed, and returns it with its ID.
func (s *Store) SaveAccount(a record.Account) (record.Account, error) {
	if a.ID == "" {
		a.ID = s.ids.next(s.now())
	}
	err := s.update("keep account", func(t *txn) error { return put(t, bAccounts, []byte(a.ID), house, a) })
	return a, err
}

// DeleteAccount removes an account and signs it out everywhere.
func (s *Store) DeleteAccount(id string) error {
	return s.update("remove account", func(t *txn) error {
		if !t.has(bAccounts, []byte(id)) {
			return ErrNotFound
		}
		if err := t.del(bAccounts, []byte(id)); err != nil {
			return err
		}
		return t.dropSessions(func(x record.Session) bool { return x.Account == id }, "")
	})
}

// Session returns the session under key; ErrNotFound when there is none.
func (s *Store) Session(key string) (x record.Session, err error) {
	err = s.view("find session", func(t *txn) (err error) {
		x, err = get[record.Session](t, bSessions, []byte(key))
		return err
	})
	return x, err
}

// Sessions returns all sessions by their key.
func (s *Store) Sessions() (map[string]record.Session, error) {
	out := map[string]record.Session{}
	err := s.view("list sessions", func(t *txn) error {
		return each(t, bSessions, func(k []byte, x record.Session) error { out[string(k)] = x; return nil })
	})
	return out, err
}

// SaveSession keeps a session under key.
func (s *Store) SaveSession(key string, x record.Session) error {
	return s.update("keep session", func(t *txn) error { return put(t, bSessions, []byte(key), house, x) })
}

// DeleteSession forgets a session; one that is not there is no error.
func (s *Store) DeleteSession(key string) error {
	return s.update("end session", func(t *txn) error { return t.del(bSessions, []byte(key)) })
}

// DeleteSessions forgets the sessions of an account ("" = of all) that were made before a moment, but not the one under keep.
func (s *Store) DeleteSessions(account string, before time.Time, keep string) error {
	return s.update("end sessions", func(t *txn) error {
		return t.dropSessions(func(x record.Session) bool {
			return (account == "" || x.Account == account) && x.Created.Before(before)
		}, keep)
	})
}

// dropSessions forgets the sessions that which says, but not the one under keep.
func (t *txn) dropSessions(which func(record.Session) bool, keep string) error {
	var keys [][]byte // a bucket must not be changed while it is walked through
	err := each(t, bSessions, func(k []byte, x record.Session) error {
		if which(x) && (keep == "" || string(k) != keep) {
			keys = append(keys, bytes.Clone(k))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := t.del(bSessions, k); err != nil {
			return err
		}
	}
	return nil
}
