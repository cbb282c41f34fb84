package store

import (
	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

var keyConsolePIN = []byte("console_pin")

// ConsolePIN returns the PIN of the console; ErrNotFound when none was ever chosen.
func (s *Store) ConsolePIN() (p record.ConsolePIN, err error) {
	err = s.view("read the console's PIN", func(tx *bolt.Tx) error {
		p, err = get[record.ConsolePIN](tx, bSettings, keyConsolePIN)
		return err
	})
	return p, err
}

// SetConsolePIN keeps the PIN of the console.
func (s *Store) SetConsolePIN(p record.ConsolePIN) error {
	return s.update("keep the console's PIN", func(tx *bolt.Tx) error { return put(tx, bSettings, keyConsolePIN, p) })
}
