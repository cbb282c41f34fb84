package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

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
	steps := append(slices.Clone(migrations), migration{name: "second", up: func(t *txn) error {
		runs++
		return t.set(bMeta, []byte("second"), []byte("yes"))
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
	if _, err := os.Stat(fmt.Sprintf("%s.before-schema-%d", path, schemaOf(steps))); err != nil {
		t.Errorf("no snapshot: %v", err)
	}
	if _, err := Open(path, Options{}); err == nil {
		t.Error("a file of a newer version was opened")
	}
	bad := append(slices.Clone(steps), migration{name: "third", up: func(t *txn) error {
		if err := t.set(bMeta, []byte("second"), []byte("broken")); err != nil {
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
	_ = s.view("look", func(x *txn) error {
		if got := string(x.raw(bMeta, []byte("second"))); got != "yes" {
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
	var m ids
	if a, b := m.next(time.UnixMilli(999)), m.next(time.UnixMilli(1000)); a >= b {
		t.Errorf("%s does not sort before %s", a, b)
	}
	for last, i := "", 0; i < 1000; i++ { // within one millisecond
		id := m.next(time.UnixMilli(1001))
		if id <= last {
			t.Fatalf("%s does not sort after %s", id, last)
		}
		last = id
	}
}

// FuzzDecode: whatever stands in a file, only what was sealed for that place comes out.
func FuzzDecode(f *testing.F) {
	s, err := Open(filepath.Join(f.TempDir(), "frontdesk.db"), Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	key := []byte("x")
	good, err := encode(s.keys, bMessages, key, house, record.Message{ID: "x", Reason: "tooth broke", At: time.Unix(5, 0).UTC()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{2, '{', '}'})
	f.Add([]byte{formatSealed, 200, 'h'})
	f.Add(append([]byte{formatSealed, 255}, make([]byte, 300)...)) // 2+255 overflows an octet
	f.Add([]byte(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode[record.Message](s.keys, bMessages, key, b)
		if err == nil && m.Reason != "tooth broke" {
			t.Errorf("%+v came out of what nobody has sealed", m)
		}
		if _, err := decode[record.Message](s.keys, bCalls, key, b); err == nil {
			t.Error("a value opened in another place")
		}
	})
}
