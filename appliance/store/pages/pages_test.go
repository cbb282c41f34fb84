package pages_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/store/pages"
)

// built is a file with a large bucket, one with large values, a small and an empty one.
func built(tb testing.TB) (file []byte, size int, root uint64, used int64) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "x.db")
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		tb.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		var errs []error
		put := func(bucket string, n, octets int) {
			b, err := tx.CreateBucket([]byte(bucket))
			errs = append(errs, err)
			for i := range n {
				errs = append(errs, b.Put(fmt.Appendf(nil, "%0100d", i), bytes.Repeat([]byte{byte(i)}, octets)))
			}
		}
		put("many", 3_000, 20)
		put("large", 12, 10_000)
		put("few", 3, 8)
		put("none", 0, 0)
		return errors.Join(errs...)
	})
	if err != nil {
		tb.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error { // joins pages
		for i := range 2_000 {
			if err := tx.Bucket([]byte("many")).Delete(fmt.Appendf(nil, "%0100d", i+i/3)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	err = db.View(func(tx *bolt.Tx) error {
		size, root, used = db.Info().PageSize, uint64(tx.Cursor().Bucket().Root()), tx.Size()
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		tb.Fatal(err)
	}
	if file, err = os.ReadFile(path); err != nil {
		tb.Fatal(err)
	}
	return file, size, root, used
}

// What bbolt has written is in form: every key, there or not.
func TestWhatIsSoundIsInForm(t *testing.T) {
	file, size, root, used := built(t)
	tree := pages.New(bytes.NewReader(file), size, root, used)
	if err := tree.Whole(); err != nil {
		t.Error(err)
	}
	for _, bucket := range []string{"many", "large", "few", "none", "another"} {
		for i := range 3_100 {
			if err := tree.Path([]byte(bucket), fmt.Appendf(nil, "%0100d", i)); err != nil {
				t.Fatal(bucket, i, err)
			}
		}
		if err := tree.Path([]byte(bucket), nil); err != nil {
			t.Error(bucket, err)
		}
	}
}

// Every kind of damage to the form of any page in use is found: by the look at the whole, and on the way to what lies in it.
func TestDamageToTheFormIsFound(t *testing.T) {
	good, size, root, used := built(t)
	u16, u32, u64 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32, binary.LittleEndian.PutUint64
	kinds := map[string]func(p []byte){
		"another page":    func(p []byte) { u64(p, binary.LittleEndian.Uint64(p)+1) },
		"another kind":    func(p []byte) { u16(p[8:], 0x10) },
		"more elements":   func(p []byte) { u16(p[10:], 0xFFFF) },
		"further pages":   func(p []byte) { u32(p[12:], binary.LittleEndian.Uint32(p[12:])+3) },
		"very far":        func(p []byte) { u32(p[12:], 0xFFFFFFFF) },
		"a long key":      func(p []byte) { u32(p[16+4*int(p[8]):], 0xFFFFFFF0) }, // a branch has its size at 4, a leaf at 8
		"a place outside": func(p []byte) { u32(p[16+4*int(p[8]-1):], 0xFFFFFFF0) },
		"empty":           func(p []byte) { clear(p) },
	}
	for name, spoil := range kinds {
		file := bytes.Clone(good)
		n := 0
		for at := 2 * size; at+size <= int(used); at += size {
			p := file[at : at+size]
			kind := binary.LittleEndian.Uint16(p[8:])
			if binary.LittleEndian.Uint64(p) != uint64(at/size) || kind != 1 && kind != 2 || binary.LittleEndian.Uint16(p[10:]) == 0 {
				continue
			}
			before := bytes.Clone(p)
			spoil(p)
			whole := pages.New(bytes.NewReader(file), size, root, used).Whole()
			var path error
			tree := pages.New(bytes.NewReader(file), size, root, used)
			for i := range 12 {
				path = errors.Join(path, tree.Path([]byte("large"), fmt.Appendf(nil, "%0100d", i)))
			}
			for i := 0; i < 3_000 && path == nil; i += 11 {
				path = tree.Path([]byte("many"), fmt.Appendf(nil, "%0100d", i))
			}
			if whole != nil {
				n++
				if !errors.Is(whole, pages.ErrForm) || !errors.Is(path, pages.ErrForm) {
					t.Errorf("%s, page %d: %v, on the way %v", name, at/size, whole, path)
				}
			} else if path != nil {
				t.Errorf("%s, page %d: only on the way: %v", name, at/size, path)
			}
			copy(p, before)
		}
		if n < 10 { // the rest is free
			t.Errorf("%s: found on %d pages", name, n)
		}
	}
	if err := pages.New(bytes.NewReader(good[:used/2]), size, root, used).Whole(); !errors.Is(err, pages.ErrForm) {
		t.Errorf("a file that was cut: %v", err)
	}
}

// TestNoBucketAtTheRoot: an entry of the root that has lost the sign of a bucket is out of form, for the whole and on the way to a key.
func TestNoBucketAtTheRoot(t *testing.T) {
	file, size, root, used := built(t)
	many := int(root)*size + 16 + 2*16 // the third of few, large, many, none
	copy(file[many:], []byte{0, 0, 0, 0})
	tree := pages.New(bytes.NewReader(file), size, root, used)
	if err := tree.Path([]byte("many"), []byte("x")); err == nil {
		t.Error("the way to a key is in form")
	}
	if err := tree.Whole(); err == nil {
		t.Error("the whole is in form")
	}
}

// FuzzTree reads what is no tree at all: it ends, says so, and takes no more memory than the file has octets.
func FuzzTree(f *testing.F) {
	good, size, root, used := built(f)
	f.Add(uint32(root)*uint32(size), []byte{1, 2, 3})
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		file := bytes.Clone(good)
		copy(file[int(at)%len(file):], with)
		tree := pages.New(bytes.NewReader(file), size, root, used)
		whole := tree.Whole()
		if path := tree.Path([]byte("many"), fmt.Appendf(nil, "%0100d", 100)); whole == nil && path != nil {
			t.Errorf("the whole is in form, the way to a key is not: %v", path)
		}
	})
}
