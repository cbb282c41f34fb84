package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/store/keyring"
)

// compactBatch is how many octets a transaction of a compaction copies.
const compactBatch = 4 << 20

// fewTouched is how many changes are small enough to be copied while nobody may write.
const fewTouched = 200

func compactFile(path string) string { return path + ".compact" }

// Compact writes the file anew, without the pages that are free, and puts the new one in the place of the former one. Others may read and
// write meanwhile: what they change is copied after it; only for the last few changes writers wait. A power cut leaves one file or
// the other.
func (s *Store) Compact() error {
	s.compacts.Lock()
	defer s.compacts.Unlock()
	if err := guarded(s.path, s.compact); err != nil {
		return fmt.Errorf("compact records: %w", err)
	}
	return nil
}

func (s *Store) compact() (err error) {
	temp := compactFile(s.path)
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	next, err := keyring.OpenFile(temp, &bolt.Options{
		Timeout: lockWait, FreelistType: bolt.FreelistMapType, InitialMmapSize: initialMmap, NoSync: true, MaxSize: s.file.MaxSize,
	})
	if err != nil {
		return err
	}
	defer func() {
		s.writing.Lock()
		s.touched = nil
		s.writing.Unlock()
		if err != nil {
			err = errors.Join(err, next.Close(), os.Remove(temp))
		}
	}()
	s.take() // from here on changes are noted
	if err := s.copyAll(next); err != nil {
		return err
	}
	for s.pending() > fewTouched {
		if err := s.copyTouched(next, s.take()); err != nil {
			return err
		}
	}
	if err := next.Sync(); err != nil {
		return err
	}
	return s.swap(next, temp)
}

// copyAll copies the file as one transaction sees it, which stays open until all is committed: what is copied points into its pages.
// [bolt.Compact] cannot do this: it commits last after it has let go of what it reads, when writers may have used those pages for
// something else. A transaction around it, begun before its own, does not keep them: bbolt frees what was made and dropped between two.
func (s *Store) copyAll(next *keyring.DB) error {
	return s.file.View(func(from *bolt.Tx) error {
		if err := s.file.Tree(from).Whole(); err != nil {
			return err // what is damaged may be needed as it is
		}
		return from.ForEach(func(name []byte, b *bolt.Bucket) error { return copyBucket(next, name, b) })
	})
}

// copyBucket copies a bucket, in which there are no others, some [compactBatch] octets at a time.
func copyBucket(next *keyring.DB, name []byte, from *bolt.Bucket) error {
	c := from.Cursor()
	k, v := c.First()
	for first := true; first || k != nil; first = false {
		err := next.Update(func(to *bolt.Tx) error {
			dst, err := to.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			if first {
				if err := dst.SetSequence(from.Sequence()); err != nil {
					return err
				}
			}
			dst.FillPercent = 1 // nothing is put between
			for size := 0; k != nil && size < compactBatch; k, v = c.Next() {
				size += len(k) + len(v)
				if err := dst.Put(k, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// take returns what was changed since it was called last.
func (s *Store) take() map[place]struct{} {
	s.writing.Lock()
	defer s.writing.Unlock()
	was := s.touched
	s.touched = map[place]struct{}{}
	return was
}

// pending is how much was changed since take was called last.
func (s *Store) pending() int {
	s.writing.Lock()
	defer s.writing.Unlock()
	return len(s.touched)
}

// swap copies the last changes and makes next the file that counts.
func (s *Store) swap(next *keyring.DB, temp string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.copyTouched(next, s.touched); err != nil {
		return err
	}
	next.NoSync = false
	if err := next.Sync(); err != nil {
		return err
	}
	if err := os.Rename(temp, s.path); err != nil {
		return err
	}
	s.swapping.Lock()
	was := s.file
	s.file = &handle{DB: next}
	s.swapping.Unlock()
	err := syncDir(filepath.Dir(s.path))
	was.users.Wait() // readers see the former file to their end
	return errors.Join(err, was.Close())
}

// copyTouched makes the places in next what they are in the file now.
func (s *Store) copyTouched(next *keyring.DB, touched map[place]struct{}) error {
	if len(touched) == 0 {
		return nil
	}
	return s.file.View(func(from *bolt.Tx) error {
		return next.Update(func(to *bolt.Tx) error {
			for p := range maps.Keys(touched) {
				src, dst := from.Bucket([]byte(p.bucket)), to.Bucket([]byte(p.bucket))
				if dst.Sequence() != src.Sequence() {
					if err := dst.SetSequence(src.Sequence()); err != nil {
						return err
					}
				}
				if p.key == "" {
					continue
				}
				k := []byte(p.key)
				v, there := lookup(src, k)
				var err error
				if there {
					err = dst.Put(k, v)
				} else {
					err = dst.Delete(k)
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// lookup tells an empty value from none.
func lookup(b *bolt.Bucket, key []byte) (v []byte, there bool) {
	k, v := b.Cursor().Seek(key)
	return v, string(k) == string(key)
}

// WriteTo writes the file of the records as it is at this moment, while others read and write. w should not be slow: what is
// written meanwhile makes the file grow.
func (s *Store) WriteTo(w io.Writer) (n int64, err error) {
	err = s.view("copy records", func(t *txn) error {
		n, err = t.tx.WriteTo(w)
		return err
	})
	return n, err
}

// Size is how large the file of the records is, in octets.
func (s *Store) Size() (n int64, err error) {
	err = s.view("look at records", func(t *txn) error { n = t.tx.Size(); return nil })
	return n, err
}
