package store

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/seal"
	"frontdesk.internal/appliance/store/keyring"
	"frontdesk.internal/appliance/store/pages"
)

// handle is an open file. A compaction puts another in its place while some still read from it.
type handle struct {
	*keyring.DB
	users sync.WaitGroup
}

// use returns the file that counts now; it stays open until done is called.
func (s *Store) use() (h *handle, done func()) {
	s.swapping.RLock()
	defer s.swapping.RUnlock()
	s.file.users.Add(1)
	return s.file, s.file.users.Done
}

// txn is one transaction. All reads and writes of records go through it: they are sealed with the key of whom they belong to.
type txn struct {
	s       *Store
	tx      *bolt.Tx
	keys    *keyring.Ring
	touched *[]place    // nil: nobody wants to know
	taught  bool        // examples were written
	region  string      // where the business is: numbers are read as they are dialled there
	joining bool        // cards with one number are being joined
	tree    *pages.Tree // judges pages that are written to; nil before the first

	occurred bool // somebody may have to be told of something

	damage error // a value that was looked at can't be one; the transaction fails by it
}

// ended is the error of a transaction that fn has ended with err: what could not be read explains it.
func (t *txn) ended(err error) error {
	if t.damage == nil {
		return err
	}
	return errors.Join(t.damage, err)
}

// place is a key of a bucket.
type place struct{ bucket, key string }

// update runs fn in one durable transaction; what says for the error what was to be done.
func (s *Store) update(what string, fn func(t *txn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	t := txn{s: s, keys: s.keys, region: s.home()}
	var touched []place
	if s.touched != nil {
		t.touched = &touched
	}
	err := guarded(filepath.Dir(s.path), func() error {
		return s.file.Update(func(tx *bolt.Tx) error {
			t.tx = tx
			return t.ended(fn(&t))
		})
	})
	if err != nil {
		s.notice(err)
		return fmt.Errorf("%s: %w", what, err)
	}
	if t.taught {
		s.examples.Add(1)
	}
	if t.occurred {
		s.wakeOutbox()
	}
	for _, p := range touched {
		s.touched[p] = struct{}{}
	}
	return nil
}

func (s *Store) view(what string, fn func(t *txn) error) error {
	h, done := s.use()
	defer done()
	err := guarded(filepath.Dir(s.path), func() error {
		return h.View(func(tx *bolt.Tx) error {
			t := txn{s: s, tx: tx, keys: s.keys, region: s.home()}
			return t.ended(fn(&t))
		})
	})
	if err != nil {
		s.notice(err)
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

func (t *txn) touch(bucket, key []byte) {
	t.taught = t.taught || bytes.Equal(bucket, bExamples)
	if t.touched != nil {
		*t.touched = append(*t.touched, place{string(bucket), string(key)})
	}
}

// sound fails when a page is not in form that bbolt may write anew for a key.
func (t *txn) sound(bucket, key []byte) error {
	if t.tree == nil {
		t.tree = t.s.file.Tree(t.tx)
	}
	return t.tree.Path(bucket, key)
}

// set writes a value as it is: only index entries and what says nothing about anybody.
func (t *txn) set(bucket, key, value []byte) error {
	if err := t.sound(bucket, key); err != nil {
		return err
	}
	t.touch(bucket, key)
	return t.tx.Bucket(bucket).Put(key, value)
}

func (t *txn) del(bucket, key []byte) error {
	if err := t.sound(bucket, key); err != nil {
		return err
	}
	t.touch(bucket, key)
	return t.tx.Bucket(bucket).Delete(key)
}

// raw returns a value as it is in the file; nil when there is none. It is valid until the transaction ends. One that is longer than any
// that is written is damage: it is none, and the transaction fails.
func (t *txn) raw(bucket, key []byte) []byte {
	b := t.tx.Bucket(bucket).Get(key)
	if len(b) > mostValue {
		t.damage = fmt.Errorf("%w: a value of %d octets", pages.ErrForm, len(b))
		return nil
	}
	return b
}

func (t *txn) has(bucket, key []byte) bool { return t.raw(bucket, key) != nil }

func (t *txn) cursor(bucket []byte) *bolt.Cursor { return t.tx.Bucket(bucket).Cursor() }

// next counts in a bucket, from 1.
func (t *txn) next(bucket []byte) (uint64, error) {
	if err := t.sound(bucket, nil); err != nil {
		return 0, err
	}
	t.touch(bucket, nil) // the count alone has changed
	return t.tx.Bucket(bucket).NextSequence()
}

// put seals v with the key of its owner and writes it.
func put[T any](t *txn, bucket, key []byte, owner string, v T) error {
	b, err := encode(t.keys, bucket, key, owner, v)
	if err != nil {
		return err
	}
	return t.set(bucket, key, b)
}

// get reads what put has written: [ErrNotFound] when there is nothing, or when its owner was erased.
func get[T any](t *txn, bucket, key []byte) (v T, err error) {
	b := t.raw(bucket, key)
	if b == nil {
		return v, ErrNotFound
	}
	return decode[T](t.keys, bucket, key, b)
}

// each reads all values of a bucket in the order of the keys; those whose owner was erased are left out. fn must not write to the bucket.
func each[T any](t *txn, bucket []byte, fn func(key []byte, v T) error) error {
	return t.tx.Bucket(bucket).ForEach(func(k, b []byte) error {
		v, err := decode[T](t.keys, bucket, k, b)
		switch {
		case errors.Is(err, ErrNotFound):
			return nil
		case err != nil:
			return err
		}
		return fn(k, v)
	})
}

// all reads a whole bucket in the order of the keys.
func all[T any](s *Store, what string, bucket []byte) (vs []T, err error) {
	err = s.view(what, func(t *txn) error {
		return each(t, bucket, func(_ []byte, v T) error { vs = append(vs, v); return nil })
	})
	return vs, err
}

// OwnerOf tells whom a call belongs to; [ErrNotFound] when there is no such call, or its caller is being erased.
func (s *Store) OwnerOf(call string) (owner string, err error) {
	err = s.view("find the owner of a call", func(t *txn) error {
		if owner = t.ownerOf(bCalls, []byte(call)); owner == "" {
			return ErrNotFound
		}
		_, err := s.KeyOf(owner)
		return err
	})
	return owner, err
}

// KeyOf returns the key of an owner, for what is kept outside of the records; [ErrNotFound] when it is destroyed.
func (s *Store) KeyOf(owner string) (seal.Key, error) {
	box, err := s.keys.Key(owner)
	if errors.Is(err, keyring.ErrGone) {
		return seal.Key{}, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err != nil {
		return seal.Key{}, err
	}
	return box.Key(), nil
}
