package keyring

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/seal"
)

// batch is how many keys are sealed anew in one transaction.
const batch = 2000

// Lock describes how the ring is locked.
type Lock struct {
	Kind       Kind   `json:"kind"`
	File       string `json:"file,omitempty"` // of the key
	Generation uint32 `json:"generation"`     // of the root key
	Suite      string `json:"suite"`
	Keys       int    `json:"keys"`      // that are in the ring
	Destroyed  int    `json:"destroyed"` // that were
}

// Lock tells how the ring is locked.
func (r *Ring) Lock() (l Lock, err error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	l = Lock{Kind: r.open.Kind, File: r.open.file, Generation: r.gen, Suite: r.o.Suite.String()}
	err = r.db.View(func(tx *bolt.Tx) error {
		l.Keys, l.Destroyed = tx.Bucket(bKeys).Stats().KeyN, tx.Bucket(bGone).Stats().KeyN
		return nil
	})
	return l, err
}

// Change puts a lock of another kind, another key file, a new key in the same file or another passphrase in the place of the present lock.
// Interrupted anywhere, the former lock or the new one opens the ring. A former key file is overwritten and removed. file names the new key
// file, "" = "frontdesk.key" beside the ring.
func (r *Ring) Change(kind Kind, file string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.change(kind, file); err != nil {
		return fmt.Errorf("change lock: %w", err)
	}
	return nil
}

// ChangePassphrase is Change to a passphrase, or to another one, that was asked for already.
func (r *Ring) ChangePassphrase(phrase string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.o.Passphrase
	r.o.Passphrase = func(context.Context, bool) (string, error) { return phrase, nil }
	defer func() { r.o.Passphrase = was }()
	if err := r.change(Passphrase, ""); err != nil {
		return fmt.Errorf("change lock: %w", err)
	}
	return nil
}

func (r *Ring) change(kind Kind, file string) error {
	was, write := r.open, ""
	if kind == KeyFile {
		var err error
		if file, err = r.placeOf(file); err != nil {
			return err
		}
		write = file
		if _, err := os.Stat(file); err == nil {
			if file != was.file {
				return fmt.Errorf("there is a file %s already: name one that is not there yet", file)
			}
			write = nextFile(file)
			if err := os.Remove(write); err != nil && !errors.Is(err, fs.ErrNotExist) { // of an attempt that was cut short
				return err
			}
		}
	}
	l, kek, err := r.fresh(kind, write)
	if err != nil {
		return err
	}
	if kind == KeyFile {
		l.Path = file
	}
	l = r.newLock(kind, r.gen, kek, r.roots[r.gen].Key(), l)
	if err := r.pass("fresh"); err != nil {
		return err
	}
	err = r.update(nil, func(tx *bolt.Tx) error {
		was.Leaving = true
		if err := putLock(tx, was.lock); err != nil {
			return err
		}
		l.Number, err = tx.Bucket(bLocks).NextSequence()
		if err != nil {
			return err
		}
		return putLock(tx, l)
	})
	if err != nil {
		return err
	}
	if err := r.pass("begun"); err != nil {
		return err
	}
	r.open = opened{l, kek, write}
	if r.o.KeyFile != "" && kind == KeyFile {
		r.o.KeyFile = file
	}
	if err := r.finish(); err != nil {
		return err
	}
	if err := r.pass("remove"); err != nil {
		return err
	}
	if was.Kind == KeyFile && was.file != r.open.file {
		return removeKeyFile(was.file)
	}
	return nil
}

// finish completes a change of the lock or a rotation of the root key that was begun.
func (r *Ring) finish() error {
	ls, err := r.locks()
	if err != nil {
		return err
	}
	if r.open.Leaving { // what should have taken its place cannot be opened: the change did not come so far
		return r.giveUp(ls)
	}
	if r.open.Kind == KeyFile {
		if path := r.fileOf(r.open.lock); r.open.file == nextFile(path) {
			if err := r.pass("rename"); err != nil {
				return err
			}
			if err := os.Rename(r.open.file, path); err != nil {
				return fmt.Errorf("put the new key file in its place: %w", err)
			}
			if err := syncDir(filepath.Dir(path)); err != nil {
				return err
			}
			r.open.file = path
		}
	}
	if len(ls) == 1 {
		return nil
	}
	if err := r.pass("renew"); err != nil {
		return err
	}
	if err := r.renew(); err != nil {
		return err
	}
	if err := r.pass("drop"); err != nil {
		return err
	}
	err = r.update(nil, func(tx *bolt.Tx) error {
		for _, l := range ls {
			if l.Number == r.open.Number || l.Gen == r.gen && !l.Leaving {
				continue
			}
			if err := tx.Bucket(bLocks).Delete(lockKey(l.Number)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for gen := range r.roots {
		if gen != r.gen {
			delete(r.roots, gen)
		}
	}
	return r.compact()
}

// giveUp takes a change back of which only the beginning is there.
func (r *Ring) giveUp(ls []lock) error {
	err := r.update(nil, func(tx *bolt.Tx) error {
		for _, l := range ls {
			if l.Number != r.open.Number {
				if err := tx.Bucket(bLocks).Delete(lockKey(l.Number)); err != nil {
					return err
				}
			}
		}
		r.open.Leaving = false
		return putLock(tx, r.open.lock)
	})
	if err != nil {
		return fmt.Errorf("take the change of the lock back: %w", err)
	}
	return nil
}

// Rotate puts a new root key in the place of the present one and seals every key with it. Interrupted anywhere, the next Open completes it.
func (r *Ring) Rotate(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	root := seal.NewKey()
	was := r.open
	l := r.newLock(was.Kind, r.gen+1, was.kek, root, was.lock)
	err := r.update(nil, func(tx *bolt.Tx) (err error) {
		was.Leaving = true
		if err := putLock(tx, was.lock); err != nil {
			return err
		}
		if l.Number, err = tx.Bucket(bLocks).NextSequence(); err != nil {
			return err
		}
		return putLock(tx, l)
	})
	if err != nil {
		return fmt.Errorf("rotate the root key: %w", err)
	}
	r.gen, r.open = l.Gen, opened{l, was.kek, was.file}
	r.roots[l.Gen] = seal.NewBox(root, r.o.Suite)
	if err := r.finish(); err != nil {
		return fmt.Errorf("rotate the root key (the next start completes it): %w", err)
	}
	return nil
}

// renew seals every key with the newest root key.
func (r *Ring) renew() error {
	if err := r.db.View(func(tx *bolt.Tx) error { return r.db.Tree(tx).Whole() }); err != nil {
		return fmt.Errorf("seal keys anew: %w", err)
	}
	for at := []byte{}; at != nil; {
		err := r.update(nil, func(tx *bolt.Tx) (err error) {
			at, err = r.renewSome(tx, at)
			return err
		})
		if err == nil && at != nil {
			err = r.pass("renew more")
		}
		if err != nil {
			return fmt.Errorf("seal keys anew: %w", err)
		}
	}
	return nil
}

// renewSome seals up to batch keys from one on and returns the first that is left, nil when none is.
func (r *Ring) renewSome(tx *bolt.Tx, from []byte) (rest []byte, err error) {
	b := tx.Bucket(bKeys)
	fresh := map[string][]byte{} // a cursor must not be used while values change
	c := b.Cursor()
	for name, v := c.Seek(from); name != nil; name, v = c.Next() {
		if len(v) >= 4 && binary.BigEndian.Uint32(v) == r.gen {
			continue
		}
		if len(fresh) == batch {
			rest = append([]byte(nil), name...)
			break
		}
		k, err := r.raw(v, string(name))
		if err != nil {
			return nil, err
		}
		fresh[string(name)] = r.sealed(string(name), k)
	}
	for name, v := range fresh {
		if err := b.Put([]byte(name), v); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// removeKeyFile overwrites a key file that opens nothing any more, and removes it.
func removeKeyFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("remove former key file: %w", err)
	}
	if err := errors.Join(overwrite(f), f.Close(), os.Remove(path)); err != nil {
		return fmt.Errorf("remove former key file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}
