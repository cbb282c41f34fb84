package store

import (
	"bytes"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
)

const (
	securityFold = 10 * time.Minute // the same thing within it is one event
	securityMost = 20_000           // events; beyond it the oldest go
)

// AddSecurity notes a sign-in or a refusal. The same thing again within some minutes is counted, so that a guesser cannot fill the disk.
func (s *Store) AddSecurity(e record.SecurityEvent) error {
	return s.update("note sign-in", func(t *txn) error {
		c := t.cursor(bSecurity)
		n := 0
		for k, v := c.Last(); k != nil && n < 32; k, v = c.Prev() {
			was, err := decode[record.SecurityEvent](t.keys, bSecurity, k, v)
			if err != nil {
				return err
			}
			if e.At.Sub(was.At) > securityFold {
				break
			}
			if was.Same(e) {
				was.At, was.Times = e.At, was.Times+1
				return put(t, bSecurity, bytes.Clone(k), house, was)
			}
			n++
		}
		if e.Times = 1; t.tx.Bucket(bSecurity).Stats().KeyN >= securityMost {
			if k, _ := c.First(); k != nil {
				if err := t.del(bSecurity, bytes.Clone(k)); err != nil {
					return err
				}
			}
		}
		return put(t, bSecurity, join(timeKey(e.At), []byte(s.ids.next(e.At))), house, e)
	})
}

// Security returns up to n sign-ins and refusals, the newest first.
func (s *Store) Security(n int) (list []record.SecurityEvent, err error) {
	list, err = all[record.SecurityEvent](s, "list sign-ins", bSecurity)
	slices.SortStableFunc(list, func(a, b record.SecurityEvent) int { return b.At.Compare(a.At) })
	return list[:min(n, len(list))], err
}

// DropSecurity forgets the sign-ins and refusals before a moment, and returns how many.
func (s *Store) DropSecurity(before time.Time) (n int, err error) {
	err = s.update("forget sign-ins", func(t *txn) error {
		var keys [][]byte
		err := each(t, bSecurity, func(k []byte, e record.SecurityEvent) error {
			if e.At.Before(before) {
				keys = append(keys, bytes.Clone(k))
			}
			return nil
		})
		for _, k := range keys {
			if err == nil {
				err = t.del(bSecurity, k)
			}
		}
		n = len(keys)
		return err
	})
	return n, err
}
