package store

import (
	"errors"

	"frontdesk.internal/appliance/record"
)

// AddEgress adds to the ledger of what went over the network.
func (s *Store) AddEgress(list []record.Egress) error {
	if len(list) == 0 {
		return nil
	}
	return s.update("keep ledger of the network", func(t *txn) error {
		for _, e := range list {
			key := join([]byte(e.Day), []byte(e.Purpose), []byte(e.Address))
			was, err := get[record.Egress](t, bEgress, key)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
			if err == nil {
				e.Connections, e.Sent, e.Received, e.Refused = e.Connections+was.Connections, e.Sent+was.Sent, e.Received+was.Received, e.Refused+
					was.Refused
				e.First = was.First
			}
			if err := put(t, bEgress, key, house, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Egress returns the ledger from a day on, "2026-03-02", the oldest first; "" = all of it.
func (s *Store) Egress(from string) (list []record.Egress, err error) {
	err = s.view("read ledger of the network", func(t *txn) error {
		c := t.cursor(bEgress)
		for k, v := c.Seek([]byte(from)); k != nil; k, v = c.Next() {
			e, err := decode[record.Egress](t.keys, bEgress, k, v)
			if err != nil {
				return err
			}
			list = append(list, e)
		}
		return nil
	})
	return list, err
}
