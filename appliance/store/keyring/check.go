package keyring

import (
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Walk reads every page of every bucket. bbolt's own check runs in a goroutine of its own, where a page that lies beyond the file
// would end the program; here the fault is raised where whoever called can deal with it.
func Walk(tx *bolt.Tx) error {
	n := 0
	return tx.ForEach(func(_ []byte, b *bolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			for _, part := range [][]byte{k, v} {
				if len(part) > 0 {
					n += int(part[0]) + int(part[len(part)-1])
				}
			}
			return nil
		})
	})
}

// CheckPages verifies the structure of a file. Nothing is written meanwhile: bbolt reads the list of free pages without a lock, and one
// that changes under it makes sound files look damaged. Whoever reads is not held up. [Walk] comes first.
func CheckPages(db *DB) (err error) {
	tx, err := db.Begin(true)
	if err != nil {
		return fmt.Errorf("hold writers: %w", err)
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	var errs []error
	for err := range tx.Check() {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Check verifies the structure of the file and opens every key.
func (r *Ring) Check() error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	err := r.db.View(func(tx *bolt.Tx) error {
		if err := r.db.Tree(tx).Whole(); err != nil {
			return err
		}
		if err := Walk(tx); err != nil {
			return err
		}
		var errs []error
		err := tx.Bucket(bKeys).ForEach(func(name, v []byte) error {
			if _, err := r.raw(v, string(name)); err != nil {
				errs = append(errs, err)
			}
			return nil
		})
		return errors.Join(append(errs, err)...)
	})
	if err == nil {
		err = CheckPages(r.db)
	}
	if err != nil {
		return fmt.Errorf("check key ring: %w", err)
	}
	return nil
}
