package keyring

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/seal"
)

// Mark keeps a small value under a name, sealed with the key of the house. It is on the disk when Mark returns.
func (r *Ring) Mark(name string, value []byte) error {
	box, err := r.Key(House)
	if err != nil {
		return err
	}
	r.mu.RLock() // keys are read meanwhile; the file is not exchanged
	defer r.mu.RUnlock()
	err = r.update(nil, func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(bMarks) // rings of before have none
		if err != nil {
			return err
		}
		return b.Put([]byte(name), box.Seal(nil, value, markAbout(name)))
	})
	if err != nil {
		return fmt.Errorf("keep %s in the key ring: %w", name, err)
	}
	return nil
}

// Marked returns the value under a name, nil when there is none. A value that was changed is [seal.ErrOpen].
func (r *Ring) Marked(name string) (value []byte, err error) {
	box, err := r.Key(House)
	if err != nil {
		return nil, err
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	err = r.db.View(func(tx *bolt.Tx) error {
		b := tx.Bucket(bMarks)
		if b == nil {
			return nil
		}
		v := b.Get([]byte(name))
		if v == nil {
			return nil
		}
		if value, err = box.Open(nil, v, markAbout(name)); err != nil {
			return fmt.Errorf("read %s in the key ring: %w", name, seal.ErrOpen)
		}
		return nil
	})
	return value, err
}

func markAbout(name string) []byte { return []byte("mark " + name) }
