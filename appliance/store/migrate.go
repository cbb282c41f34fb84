package store

import (
	"errors"
	"fmt"
	"io/fs"
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

// migrations in order; the schema version is their number. Never change one that was released.
var migrations = []migration{
	{name: "first schema", up: makeBuckets},
	{name: "accounts and sessions", up: makeBuckets},
	{name: "versions and draft of the profile, tokens", up: versionProfiles},
	{name: "account at the telephone system", up: makeBuckets},
	{name: "indexes of messages and callers", up: indexMessages},
	{name: "settings about recording", up: makeBuckets},
	{name: "calls of the box to itself", up: makeBuckets},
	{name: "values are sealed", up: sealValues},
	{name: "changes of registrations", up: makeBuckets},
	{name: "audit chain, requests, consents", up: makeBuckets},
	{name: "ledger of the network", up: makeBuckets},
	{name: "imports", up: makeBuckets},
	{name: "documents", up: makeBuckets},
	{name: "examples", up: makeBuckets},
	{name: "the key ring knows the audit chain", up: markChain},
}

// sealedSchema is the schema from which on values are sealed.
const sealedSchema = 8

// migrate runs the migrations that the file has not seen, after a copy of it was made.
func (s *Store) migrate(steps []migration) error {
	version, _, err := s.schema()
	if err != nil {
		return err
	}
	if version == len(steps) {
		return nil
	}
	if version > len(steps) {
		return fmt.Errorf("the records were written by a newer version of Frontdesk (schema %d, this one knows %d): install that version again, or restore a backup", version, len(steps))
	}
	copied := fmt.Sprintf("%s.before-schema-%d", s.path, len(steps))
	if err := s.snapshot(copied); err != nil {
		return err
	}
	err = s.update("change the form of the records", func(t *txn) error {
		for i := version; i < len(steps); i++ {
			if err := steps[i].up(t); err != nil {
				return fmt.Errorf("step %q: %w", steps[i].name, err)
			}
		}
		return t.tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(len(steps))))
	})
	if err != nil {
		return fmt.Errorf("bring records from schema %d to %d (nothing was changed): %w", version, len(steps), err)
	}
	if version >= sealedSchema {
		return nil
	}
	return s.removePlain(len(steps))
}

// removePlain removes what was written before values were sealed: copies, and pages of the file that are free now.
func (s *Store) removePlain(schema int) error {
	if err := s.Compact(); err != nil {
		return err
	}
	for v := range schema + 1 {
		path := fmt.Sprintf("%s.before-schema-%d", s.path, v)
		if err := shred(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a copy that was not sealed: %w", err)
		}
	}
	return nil
}

// shred overwrites a file and removes it.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("shred file: %w", err)
	}
	if err := errors.Join(zero(f), f.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("shred file: %w", err)
	}
	return nil
}

// zero overwrites all of a file.
func zero(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("overwrite file: %w", err)
	}
	zeros := make([]byte, 256<<10)
	for at := int64(0); at < info.Size(); at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at); err != nil {
			return fmt.Errorf("overwrite file: %w", err)
		}
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("overwrite file: %w", err)
	}
	return nil
}

// schema reads the version of the file, and which key ring it belongs to; "" = values are not sealed yet.
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
