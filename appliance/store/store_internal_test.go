package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/record"
)

func TestMigrationsRunOnceAndAfterASnapshot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	runs := 0
	steps := append(slices.Clone(migrations), migration{name: "second", up: func(tx *bolt.Tx) error {
		runs++
		return tx.Bucket(bMeta).Put([]byte("second"), []byte("yes"))
	}})
	for range 2 {
		if s, err = Open(path, Options{steps: steps}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if runs != 1 {
		t.Errorf("the migration ran %d times", runs)
	}
	if _, err := os.Stat(fmt.Sprintf("%s.before-schema-%d", path, len(steps))); err != nil {
		t.Errorf("no snapshot: %v", err)
	}
	if _, err := Open(path, Options{}); err == nil {
		t.Error("a file of a newer version was opened")
	}
	bad := append(slices.Clone(steps), migration{name: "third", up: func(tx *bolt.Tx) error {
		if err := tx.Bucket(bMeta).Put([]byte("second"), []byte("broken")); err != nil {
			return err
		}
		return errors.New("fails")
	}})
	if _, err := Open(path, Options{steps: bad}); err == nil {
		t.Fatal("a failing migration went through")
	}
	if s, err = Open(path, Options{steps: steps}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_ = s.db.View(func(tx *bolt.Tx) error {
		if got := string(tx.Bucket(bMeta).Get([]byte("second"))); got != "yes" {
			t.Errorf("a failed migration left %q behind", got)
		}
		return nil
	})
}

func TestKeysSortByTime(t *testing.T) {
	times := []time.Time{time.Unix(-5, 0), time.Unix(0, 0), time.Unix(0, 1), time.Unix(1700000000, 0), time.Unix(1<<32, 0)}
	for i := 1; i < len(times); i++ {
		if string(timeKey(times[i-1])) >= string(timeKey(times[i])) {
			t.Errorf("%v does not sort before %v", times[i-1], times[i])
		}
	}
	if a, b := newID(time.UnixMilli(999)), newID(time.UnixMilli(1000)); a >= b {
		t.Errorf("%s does not sort before %s", a, b)
	}
}

func FuzzDecode(f *testing.F) {
	good, _ := encode(record.Message{ID: "x", Reason: "tooth broke", At: time.Unix(5, 0).UTC()})
	f.Add(good)
	f.Add([]byte{2, '{', '}'})
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode[record.Message](b)
		if err != nil {
			return
		}
		again, err := encode(m)
		if err != nil {
			t.Skip("a time outside of what JSON can hold")
		}
		if got, err := decode[record.Message](again); err != nil || !got.At.Equal(m.At) || got.Reason != m.Reason {
			t.Errorf("%+v came back as %+v, %v", m, got, err)
		}
	})
}
