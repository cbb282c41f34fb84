package store

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

// AppendAudit calls next with the last entry of the audit chain, the zero value when there is none, and keeps what it returns.
func (s *Store) AppendAudit(next func(last record.AuditEntry) record.AuditEntry) (e record.AuditEntry, err error) {
	err = s.update("note what was done", func(t *txn) error {
		last, err := t.lastAudit()
		if err != nil {
			return err
		}
		e = next(last)
		return put(t, bAudit, binary.BigEndian.AppendUint64(nil, e.Seq), house, e)
	})
	if err == nil {
		s.markSoon(e)
	}
	return e, err
}

func (t *txn) lastAudit() (e record.AuditEntry, err error) {
	k, v := t.cursor(bAudit).Last()
	if k == nil {
		return e, nil
	}
	return decode[record.AuditEntry](t.keys, bAudit, k, v)
}

// LastAudit returns the last entry of the audit chain, the zero value when there is none.
func (s *Store) LastAudit() (e record.AuditEntry, err error) {
	err = s.view("read audit chain", func(t *txn) error { e, err = t.lastAudit(); return err })
	return e, err
}

// auditBatch is how many entries are read in one transaction.
const auditBatch = 1000

// AuditEntries calls fn with the entries of the audit chain from seq on, in order, outside of any transaction.
func (s *Store) AuditEntries(from uint64, fn func(e record.AuditEntry) error) error {
	for key := binary.BigEndian.AppendUint64(nil, from); key != nil; {
		var batch []record.AuditEntry
		err := s.view("read audit chain", func(t *txn) error {
			c := t.cursor(bAudit)
			k, v := c.Seek(key)
			key = nil
			for ; k != nil; k, v = c.Next() {
				if len(batch) == auditBatch {
					key = append([]byte(nil), k...)
					return nil
				}
				e, err := decode[record.AuditEntry](t.keys, bAudit, k, v)
				if err != nil {
					return err
				}
				batch = append(batch, e)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, e := range batch {
			if err := fn(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// AuditKey is what the heads of the audit chain are signed with. It comes of the key of the house, so that it is where the records'
// keys are.
func (s *Store) AuditKey() (ed25519.PrivateKey, error) {
	box, err := s.keys.Key(keyring.House)
	if err != nil {
		return nil, err
	}
	k := box.Key()
	seed, err := hkdf.Key(sha256.New, k[:], nil, "frontdesk audit head", ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("make key of the audit chain: %w", err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}
