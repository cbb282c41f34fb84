// Package keyring keeps the data keys of the records, one for each caller, in a small bbolt file beside them. Destroying a caller's key is
// what makes an erasure final: whatever of the caller's is left in the records, in freed pages or in copies of that file cannot be read
// any more.
//
// Keys are sealed by the root key. The root key is sealed by locks, of which one has to be opened: with a key file of mode 0600 (which is
// made when nothing else is said), with a credential of the service manager (systemd-creds, which can seal it to the TPM), or with a
// passphrase. Every change of a lock and the rotation of the root key may be interrupted at any point: what is half done is finished, or
// was not begun, when the ring is opened next.
//
// A [Ring] is safe for concurrent use, starts no goroutine, and holds its file alone. Keys that were asked for stay in memory until
// they are destroyed or the ring is closed.
package keyring

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk.internal/appliance/seal"
)

var (
	// ErrGone says that a key was destroyed, or never was.
	ErrGone = errors.New("the key is destroyed")
	// ErrLocked says that no lock can be opened with what was given.
	ErrLocked = errors.New("the records are locked")
	// ErrWrongKey says that a key was given, and that it is not the one.
	ErrWrongKey = errors.New("this is not the key of these records")
	// ErrInUse says that another process holds the ring.
	ErrInUse = errors.New("the key ring is in use by another process")
	// ErrDamaged says that a file ends before its last page.
	ErrDamaged = errors.New("the end of the file is missing")
)

// Names of keys that belong to no caller.
const (
	House = "house" // of what belongs to the office: accounts, settings, profiles, the audit chain
	Index = "index" // under which numbers are hashed
)

var (
	bMeta  = []byte("meta")  // name → value
	bLocks = []byte("locks") // number → lock, JSON
	bKeys  = []byte("keys")  // name → generation of the root key (4 octets) | sealed key
	bMarks = []byte("marks") // name → what the records may not lose unnoticed, sealed with the key of the house
	bGone  = []byte("gone")  // name of a destroyed key → when, 8 octets of Unix seconds

	keyID = []byte("id") // of the ring: the records name the ring that they belong to
)

// lockWait is how long Open waits for another process, unless it is told otherwise.
const lockWait = time.Second

// maxName bounds the name of a key.
const maxName = 200

// Ring is the open key ring.
type Ring struct {
	path string
	o    Options
	id   string

	mu    sync.RWMutex
	db    *DB
	roots map[uint32]*seal.Box // by generation; two while one takes the place of the other
	gen   uint32               // of what is sealed from now on
	open  opened               // the lock that was opened
	keys  map[string]*seal.Box // those that were asked for
}

// Open opens the ring at path, or makes it with a lock as o says. It finishes what was interrupted.
func Open(path string, o Options) (*Ring, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Suite == 0 {
		o.Suite = seal.Best()
	}
	if o.Wait == 0 {
		o.Wait = lockWait
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make folder for the keys: %w", err)
	}
	r := &Ring{path: path, o: o, roots: map[uint32]*seal.Box{}, keys: map[string]*seal.Box{}}
	if err := r.create(); err != nil {
		return nil, err
	}
	var err error
	if r.db, err = openDB(path, o.Wait); err != nil {
		return nil, err
	}
	if err := Whole(r.db); err != nil {
		return nil, errors.Join(err, r.db.Close())
	}
	if err := r.unlock(); err != nil {
		return nil, errors.Join(err, r.db.Close())
	}
	if err := r.finish(); err != nil {
		return nil, errors.Join(err, r.db.Close())
	}
	return r, nil
}

func openDB(path string, wait time.Duration) (*DB, error) {
	for {
		before, _ := os.Stat(path) // nil: it is made now
		db, err := OpenFile(path, &bolt.Options{Timeout: wait, FreelistType: bolt.FreelistMapType, InitialMmapSize: 64 << 20})
		if errors.Is(err, bolterrors.ErrTimeout) {
			return nil, ErrInUse
		}
		if err != nil {
			return nil, fmt.Errorf("open key ring %s: %w", path, err)
		}
		after, err := os.Stat(path)
		if err == nil && (before == nil || os.SameFile(before, after)) {
			return db, nil
		}
		// Who held the file before has put another in its place while we waited for it.
		if err := errors.Join(err, db.Close()); err != nil {
			return nil, fmt.Errorf("open key ring: %w", err)
		}
	}
}

// ID is the name of the ring; every ring has another.
func (r *Ring) ID() string { return r.id }

// Close closes the file and forgets all keys.
func (r *Ring) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.keys)
	clear(r.roots)
	if err := r.db.Close(); err != nil {
		return fmt.Errorf("close key ring: %w", err)
	}
	return nil
}

// Key returns the key with a name; [ErrGone] when there is none.
func (r *Ring) Key(name string) (*seal.Box, error) {
	r.mu.RLock()
	b := r.keys[name]
	r.mu.RUnlock()
	if b != nil {
		return b, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.db.View(func(tx *bolt.Tx) (err error) {
		b, err = r.read(tx, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	r.remember(name, b)
	return b, nil
}

// maxKept bounds how many keys are kept in memory, at about 1 KB each.
const maxKept = 20_000

func (r *Ring) remember(name string, b *seal.Box) {
	if len(r.keys) >= maxKept {
		for k := range r.keys { // any: those in use are read again at once
			delete(r.keys, k)
			if len(r.keys) < maxKept*3/4 {
				break
			}
		}
	}
	r.keys[name] = b
}

// read opens one key of the file.
func (r *Ring) read(tx *bolt.Tx, name string) (*seal.Box, error) {
	k, err := r.raw(tx.Bucket(bKeys).Get([]byte(name)), name)
	if err != nil {
		return nil, err
	}
	return seal.NewBox(k, r.o.Suite), nil
}

// mostSealed bounds a sealed key, in octets: opening one takes as much memory as a damaged page says that it is long.
const mostSealed = 1 << 10

func (r *Ring) raw(v []byte, name string) (k seal.Key, err error) {
	if v == nil {
		return k, fmt.Errorf("key of %q: %w", name, ErrGone)
	}
	if len(v) < 4 || len(v) > mostSealed {
		return k, fmt.Errorf("read key of %q: %w", name, seal.ErrOpen)
	}
	root := r.roots[binary.BigEndian.Uint32(v)]
	if root == nil {
		return k, fmt.Errorf("read key of %q: its root key is not there: %w", name, seal.ErrOpen)
	}
	plain, err := root.Open(nil, v[4:], keyAbout(name))
	if err != nil || len(plain) != seal.KeySize {
		return k, fmt.Errorf("read key of %q: %w", name, seal.ErrOpen)
	}
	copy(k[:], plain)
	clear(plain)
	return k, nil
}

func keyAbout(name string) []byte { return []byte("key " + name) }

func (r *Ring) sealed(name string, k seal.Key) []byte {
	return r.roots[r.gen].Seal(binary.BigEndian.AppendUint32(nil, r.gen), k[:], keyAbout(name))
}

// Make makes the keys with these names where they are not there yet. They are on the disk when it returns. A name whose key was destroyed
// cannot be used again: it is [ErrGone].
func (r *Ring) Make(names ...string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh := map[string]*seal.Box{}
	err := r.update(names, func(tx *bolt.Tx) error {
		keys, gone := tx.Bucket(bKeys), tx.Bucket(bGone)
		for _, name := range names {
			switch {
			case name == "" || len(name) > maxName:
				return errors.New("the name of a key is empty or too long")
			case keys.Get([]byte(name)) != nil || fresh[name] != nil:
				continue
			case gone.Get([]byte(name)) != nil:
				return fmt.Errorf("key of %q: %w", name, ErrGone)
			}
			k := seal.NewKey()
			if err := keys.Put([]byte(name), r.sealed(name, k)); err != nil {
				return err
			}
			fresh[name] = seal.NewBox(k, r.o.Suite)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("make keys: %w", err)
	}
	for name, b := range fresh {
		r.remember(name, b)
	}
	return nil
}

// Destroy destroys keys for good: afterwards they are in no page of the file, and the file that held them is overwritten. Names of which
// there is no key are noted as destroyed, too.
func (r *Ring) Destroy(names ...string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := binary.BigEndian.AppendUint64(nil, uint64(r.o.Now().Unix()))
	err := r.update(names, func(tx *bolt.Tx) error {
		for _, name := range names {
			if name == House || name == Index || name == "" {
				return fmt.Errorf("the key %q cannot be destroyed", name)
			}
			if err := tx.Bucket(bKeys).Delete([]byte(name)); err != nil {
				return err
			}
			if tx.Bucket(bGone).Get([]byte(name)) != nil {
				continue
			}
			if err := tx.Bucket(bGone).Put([]byte(name), now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("destroy keys: %w", err)
	}
	for _, name := range names {
		delete(r.keys, name)
	}
	if err := r.compact(); err != nil {
		return fmt.Errorf("destroy keys: they are out of use, but the file still holds them: %w", err)
	}
	return nil
}

// Gone returns the names of all destroyed keys, and when they were.
func (r *Ring) Gone() (map[string]time.Time, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	gone := map[string]time.Time{}
	err := r.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bGone).ForEach(func(k, v []byte) error {
			if len(v) == 8 {
				gone[string(k)] = time.Unix(int64(binary.BigEndian.Uint64(v)), 0)
			}
			return nil
		})
	})
	return gone, err
}

// Names returns the names of all keys.
func (r *Ring) Names() (names []string, err error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	err = r.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bKeys).ForEach(func(k, _ []byte) error { names = append(names, string(k)); return nil })
	})
	return names, err
}

// Export returns all keys as they are. It is for backups alone, which are encrypted themselves.
func (r *Ring) Export() (map[string]seal.Key, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	keys := map[string]seal.Key{}
	err := r.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bKeys).ForEach(func(name, v []byte) error {
			k, err := r.raw(v, string(name))
			keys[string(name)] = k
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("export keys: %w", err)
	}
	return keys, nil
}

// Import puts the keys of a backup in the place of those that are here, and notes which are destroyed: of such a key nothing comes
// back. The ring takes the name of the one that was backed up.
func (r *Ring) Import(id string, keys map[string]seal.Key, gone map[string]time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.update(nil, func(tx *bolt.Tx) error {
		if err := r.db.Tree(tx).Whole(); err != nil {
			return err
		}
		g := tx.Bucket(bGone)
		for name, at := range gone {
			if err := g.Put([]byte(name), binary.BigEndian.AppendUint64(nil, uint64(at.Unix()))); err != nil {
				return err
			}
		}
		if err := tx.DeleteBucket(bKeys); err != nil {
			return err
		}
		b, err := tx.CreateBucket(bKeys)
		if err != nil {
			return err
		}
		for name, k := range keys {
			if g.Get([]byte(name)) != nil {
				continue
			}
			if err := b.Put([]byte(name), r.sealed(name, k)); err != nil {
				return err
			}
		}
		return tx.Bucket(bMeta).Put(keyID, []byte(id))
	})
	if err != nil {
		return fmt.Errorf("import keys: %w", err)
	}
	r.id = id
	clear(r.keys)
	return r.compact()
}

// create makes a new ring whole before it has its name: a power cut during the first start leaves nothing that cannot be opened.
func (r *Ring) create() error {
	if _, err := os.Stat(r.path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("look for the keys: %w", err)
	}
	l, root, err := r.firstLock()
	if err != nil {
		return err
	}
	temp := r.path + ".new"
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make key ring: %w", err)
	}
	db, err := openDB(temp, lockWait)
	if err != nil {
		return err
	}
	r.roots[l.Gen], r.gen = root, l.Gen
	err = db.Update(func(tx *bolt.Tx) error {
		for _, b := range [][]byte{bMeta, bLocks, bKeys, bGone} {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		name := seal.NewKey()
		if err := tx.Bucket(bMeta).Put(keyID, []byte(hex.EncodeToString(name[:8]))); err != nil {
			return err
		}
		for _, key := range []string{House, Index} {
			if err := tx.Bucket(bKeys).Put([]byte(key), r.sealed(key, seal.NewKey())); err != nil {
				return err
			}
		}
		return putLock(tx, l)
	})
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("make key ring: %w", err)
	}
	clear(r.roots)
	if err := os.Link(temp, r.path); err != nil && !errors.Is(err, fs.ErrExist) { // never over a file that appeared meanwhile
		return fmt.Errorf("make key ring: %w", err)
	}
	if err := os.Remove(temp); err != nil {
		return fmt.Errorf("make key ring: %w", err)
	}
	return syncDir(filepath.Dir(r.path))
}

// compact writes the file anew, without the pages that are free, and overwrites the former one. r.mu is held.
func (r *Ring) compact() error {
	temp := r.path + ".new"
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("compact key ring: %w", err)
	}
	next, err := openDB(temp, lockWait)
	if err != nil {
		return fmt.Errorf("compact key ring: %w", err)
	}
	if err := bolt.Compact(next.DB, r.db.DB, 0); err != nil {
		return errors.Join(fmt.Errorf("compact key ring: %w", err), next.Close(), os.Remove(temp))
	}
	if err := r.pass("compact"); err != nil {
		return errors.Join(err, next.Close())
	}
	old, err := os.OpenFile(r.path, os.O_WRONLY, 0)
	if err != nil {
		return errors.Join(fmt.Errorf("compact key ring: %w", err), next.Close())
	}
	defer old.Close()
	if err := os.Rename(temp, r.path); err != nil {
		return errors.Join(fmt.Errorf("compact key ring: %w", err), next.Close())
	}
	was := r.db
	r.db = next
	return errors.Join(syncDir(filepath.Dir(r.path)), was.Close(), r.pass("overwrite"), overwrite(old))
}

// pass is a point at which a test may cut a change short.
func (r *Ring) pass(point string) error {
	if r.o.fault == nil {
		return nil
	}
	return r.o.fault(point)
}

// overwrite writes zeros over a file that has no name any more. Flash memory may keep the former pages all the same; what they hold is
// sealed by the root key.
func overwrite(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("overwrite former keys: %w", err)
	}
	zeros := make([]byte, 64<<10)
	for at := int64(0); at < info.Size(); at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), info.Size()-at)], at); err != nil {
			return fmt.Errorf("overwrite former keys: %w", err)
		}
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("overwrite former keys: %w", err)
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

// Whole fails with [ErrDamaged] for a file that ends before its last page.
func Whole(db *DB) error {
	info, err := os.Stat(db.Path())
	if err != nil {
		return fmt.Errorf("look at %s: %w", filepath.Base(db.Path()), err)
	}
	return db.View(func(tx *bolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("%w: %d of %d octets are there", ErrDamaged, info.Size(), tx.Size())
		}
		return nil
	})
}
