package keyring

import (
	"errors"
	"os"
	"syscall"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/store/pages"
)

// DB is an open file of bbolt whose pages can be judged before they are written to.
type DB struct {
	*bolt.DB
	file *os.File // bbolt's own
}

// OpenFile opens a file of bbolt, with mode 0600 when it is made. When bbolt panics over what is in it, the file is let go of.
func OpenFile(path string, o *bolt.Options) (*DB, error) {
	var held *os.File
	o.OpenFile = func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
		held, err = os.OpenFile(name, flag, mode)
		return held, err
	}
	returned := false
	defer func() {
		if !returned && held != nil {
			// Closing alone does not unlock it: the mapping, which nobody can undo, keeps the file open.
			_ = errors.Join(syscall.Flock(int(held.Fd()), syscall.LOCK_UN), held.Close()) // the panic tells more
		}
	}()
	db, err := bolt.Open(path, 0o600, o)
	returned = true
	if err != nil {
		return nil, err
	}
	return &DB{db, held}, nil
}

// Tree is the file as a transaction of it finds it, for a look at its pages.
func (d *DB) Tree(tx *bolt.Tx) *pages.Tree {
	return pages.New(d.file, d.Info().PageSize, uint64(tx.Cursor().Bucket().Root()), tx.Size())
}

// update runs fn in a transaction that writes, once the pages that it may write anew were judged: those of the small buckets, and those
// of the keys with these names.
func (r *Ring) update(names []string, fn func(tx *bolt.Tx) error) error {
	return r.db.Update(func(tx *bolt.Tx) error {
		t := r.db.Tree(tx)
		for _, b := range [][]byte{bMeta, bLocks, bMarks} {
			if err := t.Path(b, nil); err != nil {
				return err
			}
		}
		for _, name := range names {
			if err := errors.Join(t.Path(bKeys, []byte(name)), t.Path(bGone, []byte(name))); err != nil {
				return err
			}
		}
		return fn(tx)
	})
}
