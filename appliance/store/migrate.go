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
	up   func(tx *bolt.Tx) error
}

// migrations in order; the schema version is their number. Never change one that was released.
var migrations = []migration{
	{name: "first schema", up: makeBuckets},
	{name: "accounts and sessions", up: makeBuckets},
	{name: "versions and draft of the profile, tokens", up: versionProfiles},
	{name: "account at the telephone system", up: makeBuckets},
	{name: "indexes of messages and callers", up: indexMessages},
	{name: "settings about recording", up: makeBuckets},
	{name: "calls of the box to itself", up: makeBuckets},
}

// makeBuckets makes the buckets that are not there. A step that only adds some is this.
func makeBuckets(tx *bolt.Tx) error {
	for _, b := range buckets {
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return err
		}
	}
	return nil
}

// migrate runs the migrations that the file has not seen, after a copy of it was made.
func (s *Store) migrate(steps []migration) error {
	version, err := s.schema()
	if err != nil {
		return err
	}
	if version == len(steps) {
		return nil
	}
	if version > len(steps) {
		return fmt.Errorf("the records were written by a newer version of Frontdesk (schema %d, this one knows %d): install that version again, or restore a backup", version, len(steps))
	}
	if err := s.snapshot(fmt.Sprintf("%s.before-schema-%d", s.path, len(steps))); err != nil {
		return err
	}
	err = s.db.Update(func(tx *bolt.Tx) error {
		for i := version; i < len(steps); i++ {
			if err := steps[i].up(tx); err != nil {
				return fmt.Errorf("step %q: %w", steps[i].name, err)
			}
		}
		return tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(len(steps))))
	})
	if err != nil {
		return fmt.Errorf("bring records from schema %d to %d (nothing was changed): %w", version, len(steps), err)
	}
	return nil
}

func (s *Store) schema() (version int, err error) {
	err = s.db.View(func(tx *bolt.Tx) error {
		meta := tx.Bucket(bMeta)
		if meta == nil {
			return fmt.Errorf("%s is no file of Frontdesk's", s.path)
		}
		version, err = strconv.Atoi(string(meta.Get(keySchema)))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read schema of the records: %w", err)
	}
	return version, nil
}

// snapshot writes a consistent copy of the file.
func (s *Store) snapshot(to string) error {
	f, err := os.OpenFile(to+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy records: %w", err)
	}
	err = s.db.View(func(tx *bolt.Tx) error { _, err := tx.WriteTo(f); return err })
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
