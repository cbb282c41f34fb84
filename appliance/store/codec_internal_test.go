package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// A value opens where it was sealed and nowhere else, whole and not in part.
func TestAValueBelongsToItsPlace(t *testing.T) {
	s := openIn(t, t.TempDir())
	if err := s.keys.Make("anna", "bob"); err != nil {
		t.Fatal(err)
	}
	key := []byte("call-1")
	b, err := encode(s.keys, bMessages, key, "anna", record.Message{Reason: "ring back"})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("ring back")) {
		t.Error("the words stand in the value as they are")
	}
	if m, err := decode[record.Message](s.keys, bMessages, key, b); err != nil || m.Reason != "ring back" {
		t.Errorf("%+v, %v", m, err)
	}
	open := func(bucket, key, b []byte) error { return second(decode[record.Message](s.keys, bucket, key, b)) }
	if open(bMessages, []byte("call-2"), b) == nil || open(bTurns, key, b) == nil {
		t.Error("it opens in another place")
	}
	stolen := slices.Replace(bytes.Clone(b), 2, 6, []byte("bob\x00")...)
	stolen[1] = 4
	if open(bMessages, key, stolen) == nil {
		t.Error("it opens for another owner")
	}
	for n := range b {
		if open(bMessages, key, b[:n]) == nil {
			t.Fatalf("its first %d octets open", n)
		}
	}
	for i := range b {
		bent := bytes.Clone(b)
		bent[i] ^= 1
		if open(bMessages, key, bent) == nil {
			t.Fatalf("it opens with octet %d changed", i)
		}
	}
	for _, bad := range [][]byte{nil, {}, {formatSealed}, {formatSealed, 0}, {formatSealed, 255, 'x'}, {3, 1, 'a', 'b'}, []byte("{}")} {
		if err := open(bMessages, key, bad); !errors.Is(err, errFormat) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if err := s.keys.Destroy("anna"); err != nil {
		t.Fatal(err)
	}
	if err := open(bMessages, key, b); !errors.Is(err, ErrNotFound) {
		t.Errorf("after the key was destroyed: %v", err)
	}
	if _, err := encode(s.keys, bMessages, key, "anna", 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("written for an owner without a key: %v", err)
	}
}

// Keys of moments sort as the moments do, whatever the clock says.
func TestTimeKeysSort(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 2))
	times := []time.Time{{}, time.Unix(0, 0), time.Unix(0, -1), time.Unix(-1<<32, 0), t1, t1.Add(1), time.Unix(1<<33, 0)}
	for range 200 {
		times = append(times, time.Unix(r.Int64N(1<<33)-1<<32, r.Int64N(1e9)))
	}
	for _, a := range times {
		for _, b := range times {
			got, want := bytes.Compare(timeKey(a), timeKey(b)), a.Compare(b)
			if a.IsZero() || b.IsZero() {
				continue // the zero time stands for none
			}
			if got != want {
				t.Fatalf("%v and %v: %d, want %d", a, b, got, want)
			}
		}
		if !a.IsZero() && bytes.Compare(timeKey(time.Time{}), timeKey(a)) >= 0 {
			t.Errorf("none is not before %v", a)
		}
	}
}

// IDs rise within a millisecond and from one to the next, and stay so when the clock is not set back.
func TestIDsSortByTime(t *testing.T) {
	var m ids
	last := ""
	for i := range 5000 {
		at := t1.Add(time.Duration(i/1000) * time.Millisecond)
		id := m.next(at)
		if len(id) != 20 || id <= last {
			t.Fatalf("number %d: %q behind %q", i, id, last)
		}
		if id < idAt(at) || id >= idAt(at.Add(time.Millisecond)) {
			t.Fatalf("%q is not of its moment", id)
		}
		last = id
	}
	if id := m.next(time.Unix(-5, 0)); len(id) != 20 || id > idAt(time.UnixMilli(1)) {
		t.Errorf("before 1970: %q", id)
	}
	seen := map[string]bool{}
	for range 1000 {
		id := newCallerID()
		if seen[id] || len(id) != 20 {
			t.Fatalf("caller ID %q", id)
		}
		seen[id] = true
	}
}

func TestQuestionsInOneForm(t *testing.T) {
	for q, want := range map[string]string{
		"Do you take Aetna?": "do you take aetna", "  DO you—take  aetna!! ": "do you take aetna", "": "?", "…?!": "?",
		"Haben Sie Parkplätze?": "haben sie parkplätze", "24/7": "24 7", "a\x00b": "a b", "\xff\xfe": "?",
	} {
		if got := question(q); got != want {
			t.Errorf("%q: %q, want %q", q, got, want)
		}
	}
}

// What finds callers is a keyed hash: the same number in other records is found by another one.
func TestHashesBelongToTheRecords(t *testing.T) {
	hash := func() []byte {
		s := openIn(t, t.TempDir())
		var one []byte
		if err := s.view("hash", func(x *txn) (err error) {
			if one, err = x.numberKey("+12175550142"); err != nil {
				return err
			}
			again, err := x.numberKey("+1 (217) 555-0142")
			if !bytes.Equal(one, again) {
				t.Error("two ways to write one number have two hashes")
			}
			other, err2 := x.hashed("question", "12175550142")
			if bytes.Equal(one, other) {
				t.Error("a question has the hash of a number")
			}
			return errors.Join(err, err2)
		}); err != nil {
			t.Fatal(err)
		}
		return one
	}
	if a, b := hash(), hash(); bytes.Equal(a, b) || len(a) != hashSize {
		t.Errorf("%x and %x", a, b)
	}
}

// Each thing that may be wrong with what finds the records is found, and is the only thing that is.
func TestCheckAllFindsWhatIsWrong(t *testing.T) {
	for name, tt := range map[string]struct {
		bend  func(x *txn, c record.Call) error
		where []byte
	}{
		"list of calls that leads nowhere": {func(x *txn, _ record.Call) error {
			return x.set(bByTime, join(timeKey(t1), []byte("none")), nil)
		}, bByTime},
		"call in no list": {func(x *txn, c record.Call) error {
			return x.del(bByTime, join(timeKey(c.Started), []byte(c.ID)))
		}, bCalls},
		"number that leads nowhere": {func(x *txn, _ record.Call) error {
			return x.set(bByNumber, []byte("0123456789abcdef"), []byte("none"))
		}, bByNumber},
		"caller in no list": {func(x *txn, c record.Call) error {
			at := bytes.Clone(x.raw(bSeenAt, []byte(c.CallerID)))
			return x.del(bSeen, join(at, []byte(c.CallerID)))
		}, bCallers},
		"open message that is not there": {func(x *txn, _ record.Call) error { return x.set(bOpen, []byte("none"), nil) }, bOpen},
		"turn of no call": {func(x *txn, c record.Call) error {
			return put(x, bTurns, turnKey("none", 0), c.CallerID, record.Turn{})
		}, bTurns},
		"value of another place": {func(x *txn, c record.Call) error {
			b := bytes.Clone(x.raw(bTurns, turnKey(c.ID, 0)))
			return x.set(bTurns, turnKey(c.ID, 1), b)
		}, bTurns},
		"value that is none": {func(x *txn, _ record.Call) error { return x.set(bSettings, []byte("odd"), []byte("plain")) }, bSettings},
	} {
		s := openIn(t, t.TempDir())
		c := speak(t, s, "a1", "+12175550142", "Anna")
		sound(t, s)
		if err := s.update("bend", func(x *txn) error { return tt.bend(x, c) }); err != nil {
			t.Fatal(err)
		}
		r, err := s.CheckAll()
		if err != nil || len(r.Faults) != 1 || r.Faults[0].Where != string(tt.where) || r.Faults[0].Count != 1 {
			t.Errorf("%s: %+v, %v", name, r.Faults, err)
		}
		if err := s.Check(); err != nil {
			t.Errorf("%s: the structure is sound, and yet: %v", name, err)
		}
	}
}

// Values of somebody whose key is gone are counted apart: they are no fault, somebody is about to remove them.
func TestCheckAllCountsTheErased(t *testing.T) {
	s := openIn(t, t.TempDir())
	c := speak(t, s, "a1", "+12175550142", "Anna")
	if err := s.keys.Destroy(c.CallerID); err != nil {
		t.Fatal(err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) != 0 || r.Erased < 4 {
		t.Errorf("%+v, %v", r, err)
	}
}

// More values than one transaction opens, all of them counted once.
func TestCheckAllInBatches(t *testing.T) {
	s := openIn(t, t.TempDir())
	before, err := s.CheckAll()
	if err != nil {
		t.Fatal(err)
	}
	const many = 2*checkBatch + 7
	if err := s.update("fill", func(x *txn) error {
		for i := range many {
			if err := put(x, bNotices, fmt.Appendf(nil, "n%05d", i), house, i); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) != 0 || r.Values != before.Values+many {
		t.Errorf("%d values, want %d, %+v, %v", r.Values, before.Values+many, r.Faults, err)
	}
}

// A compaction leaves one file, the counters as they were, and what a former one left behind is no hindrance.
func TestCompactLeavesOneSoundFile(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	speak(t, s, "a1", "+12175550142", "Anna")
	for i := range 5 {
		if err := s.AddPhoneChange(record.PhoneChange{Code: i}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 {
		if _, err := s.SaveMessage(record.Message{ID: fmt.Sprint("m", i), Reason: record.Personal(strings.Repeat("x", 2000))}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 300 {
		if err := s.DropMessage(fmt.Sprint("m", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(compactFile(s.path), []byte("left behind by a power cut"), 0o600); err != nil {
		t.Fatal(err)
	}
	was, err := s.Size()
	if err := errors.Join(err, s.Compact(), s.Compact()); err != nil {
		t.Fatal(err)
	}
	now, err := s.Size()
	if err != nil || now >= was {
		t.Errorf("%d octets, were %d, %v", now, was, err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || slices.Contains(names, compactFile(s.path)) {
		t.Errorf("%v, %v", names, err)
	}
	if err := s.AddPhoneChange(record.PhoneChange{Code: 99}); err != nil { // a counter that began again would write over the oldest
		t.Fatal(err)
	}
	if list, err := s.PhoneChanges(0); err != nil || len(list) != 6 || list[0].Code != 99 || list[5].Code != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	sound(t, s)
}

// What cannot be made anew stays as it was, and can be used.
func TestACompactionThatFailsChangesNothing(t *testing.T) {
	s := openIn(t, t.TempDir())
	speak(t, s, "a1", "+12175550142", "Anna")
	if err := os.MkdirAll(filepath.Join(compactFile(s.path), "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(); err == nil || !strings.Contains(err.Error(), "compact records") {
		t.Errorf("Compact() = %v", err)
	}
	speak(t, s, "a2", "+12175550142", "Anna")
	if f, err := s.Full("a1"); err != nil || len(f.Turns) != 2 {
		t.Errorf("%+v, %v", f, err)
	}
	if err := os.RemoveAll(compactFile(s.path)); err != nil {
		t.Fatal(err)
	}
	if err := s.Compact(); err != nil {
		t.Errorf("when nothing is in the way any more: %v", err)
	}
	sound(t, s)
}

// A copy is what the records were when it began, whoever writes meanwhile, and opens with their keys.
func TestACopyIsOfOneMoment(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	s := openIn(t, dir)
	speak(t, s, "a1", "+12175550142", "Anna")
	var b bytes.Buffer
	wrote := false
	n, err := s.WriteTo(writerFunc(func(p []byte) (int, error) {
		if !wrote {
			wrote = true
			if _, err := s.SaveMessage(record.Message{ID: "later"}); err != nil {
				t.Error(err)
			}
		}
		return b.Write(p)
	}))
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d octets of %d, %v", n, b.Len(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{KeysFile, "frontdesk.key"} {
		k, err := os.ReadFile(filepath.Join(dir, name))
		if err := errors.Join(err, os.WriteFile(filepath.Join(other, name), k, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(other, "frontdesk.db"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	c := openIn(t, other)
	if _, err := c.Message("later"); !errors.Is(err, ErrNotFound) {
		t.Errorf("what was written later is in the copy: %v", err)
	}
	if f, err := c.Full("a1"); err != nil || len(f.Turns) != 2 || len(f.Messages) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
	sound(t, c)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A copy whose writer fails says so, and holds nobody up afterwards.
func TestACopyThatCannotBeWritten(t *testing.T) {
	s := openIn(t, t.TempDir())
	full := errors.New("the stick is full")
	_, err := s.WriteTo(writerFunc(func([]byte) (int, error) { return 0, full }))
	if err == nil || !strings.Contains(err.Error(), full.Error()) {
		t.Errorf("WriteTo() = %v", err)
	}
	speak(t, s, "a1", "+12175550142", "Anna")
	if err := s.Compact(); err != nil { // it waits for whoever still reads
		t.Error(err)
	}
}
