package store

import (
	"frontdesk.internal/appliance/record"
)

var keyConsolePIN = []byte("console_pin")

// ConsolePIN returns the PIN of the console; ErrNotFound when none was ever chosen.
func (s *Store) ConsolePIN() (p record.ConsolePIN, err error) {
	err = s.view("read the console's PIN", func(t *txn) error {
		p, err = get[record.ConsolePIN](t, bSettings, keyConsolePIN)
		return err
	})
	return p, err
}

// SetConsolePIN keeps the PIN of the console.
func (s *Store) SetConsolePIN(p record.ConsolePIN) error {
	return s.update("keep the console's PIN", func(t *txn) error { return put(t, bSettings, keyConsolePIN, house, p) })
}
