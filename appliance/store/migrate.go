package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	bolt "go.etcd.io/bbolt"
)

// migration brings the file from the schema before it to the next. It runs in one transaction with all others that are due.
type migration struct {
	name string
	up   func(t *txn) error
}

// firstSchema is the oldest schema that is read: that of the first release.
const firstSchema = 15

// migrations in order; the schema version is firstSchema and their number. Never change one that was released.
var migrations = []migration{
	{name: "numbers in one form", up: joinNumbers},
	{name: "log of sign-ins", up: func(t *txn) error { _, err := t.tx.CreateBucketIfNotExists(bSecurity); return err }},
	{name: "an outbox", up: addOutbox},
	{name: "address books", up: addAddressBooks},
	{name: "appointments", up: func(t *txn) error { _, err := t.tx.CreateBucketIfNotExists(bVisits); return err }},
}

// schemaOf is the version of a file that has seen steps.
func schemaOf(steps []migration) int { return firstSchema + len(steps) }

// migrate runs the migrations that the file has not seen, after a copy of it was made.
func (s *Store) migrate(steps []migration) error {
	version, _, err := s.schema()
	if err != nil {
		return err
	}
	newest := schemaOf(steps)
	switch {
	case version == newest:
		return nil
	case version > newest:
		return fmt.Errorf("the records were written by a newer version of Frontdesk (schema %d, this one knows %d): "+
			"install that version again, or restore a backup", version, newest)
	case version < firstSchema:
		return fmt.Errorf("the records were written by a version of Frontdesk from before the first release "+
			"(schema %d, this one reads %d and later): begin with an empty folder, or restore a backup", version, firstSchema)
	}
	if err := s.snapshot(fmt.Sprintf("%s.before-schema-%d", s.path, newest)); err != nil {
		return err
	}
	err = s.update("change the form of the records", func(t *txn) error {
		if err := s.file.Tree(t.tx).Whole(); err != nil {
			return err
		}
		for _, step := range steps[version-firstSchema:] {
			if err := step.up(t); err != nil {
				return fmt.Errorf("step %q: %w", step.name, err)
			}
		}
		return t.tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(newest)))
	})
	if err != nil {
		return fmt.Errorf("bring records from schema %d to %d (nothing was changed): %w", version, newest, err)
	}
	return nil
}

// schema reads the version of the file, and which key ring it belongs to.
func (s *Store) schema() (version int, ring string, err error) {
	err = s.file.View(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bMeta)
		if meta == nil {
			return fmt.Errorf("%s is no file of Frontdesk's", s.path)
		}
		ring = string(meta.Get(keyRing))
		version, err = strconv.Atoi(string(meta.Get(keySchema)))
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("read schema of the records: %w", err)
	}
	return version, ring, nil
}

// snapshot writes a consistent copy of the file. The keys are not in it.
func (s *Store) snapshot(to string) error {
	f, err := os.OpenFile(to+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy records: %w", err)
	}
	h, done := s.use()
	defer done()
	err = h.View(func(tx *bolt.Tx) error { _, err := tx.WriteTo(f); return err })
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(to+".new", to)
	}
	if err != nil {
		return fmt.Errorf("copy records: %w", err)
	}
	return syncDir(filepath.Dir(to))
}
