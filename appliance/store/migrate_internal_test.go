package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// plainFile makes a file as it was before values were sealed.
func plainFile(t *testing.T, path string, schema int, fill func(put func(bucket, key []byte, v any))) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, b := range buckets[:len(buckets)-6] {
			if _, err := tx.CreateBucketIfNotExists(b); err != nil {
				return err
			}
		}
		fill(func(bucket, key []byte, v any) {
			b := []byte(nil)
			if v != nil {
				var err error
				if b, err = plainEncode(v); err != nil {
					t.Fatal(err)
				}
			}
			if s, ok := v.(string); ok {
				b = []byte(s)
			}
			if err := tx.Bucket(bucket).Put(key, b); err != nil {
				t.Fatal(err)
			}
		})
		if err := tx.Bucket(bProfiles).SetSequence(2); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Put(keySchema, []byte(strconv.Itoa(schema)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// inFiles reports whether any file of the folder holds a text.
func inFiles(t *testing.T, dir, text string) bool {
	t.Helper()
	found := false
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			var b []byte
			b, err = os.ReadFile(path)
			found = found || bytes.Contains(b, []byte(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A file as the seventh schema wrote it: all of it is there afterwards, and nothing of it can be read from any file any more.
func TestPlainFilesAreSealed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "frontdesk.db")
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	plainFile(t, path, 7, func(put func(bucket, key []byte, v any)) {
		put(bProfiles, versionKey(1), Edition{Version: 1, Business: knowledge.Business{Name: "Bright Smile"}})
		put(bCallers, []byte("x"), record.Caller{ID: "x", Number: "+12175550142", Name: "Anna Berger", LastSeen: at, Calls: 1})
		put(bSeen, join(timeKey(at), []byte("x")), nil)
		put(bByNumber, []byte("12175550142"), "x")
		put(bCalls, []byte("a"), record.Call{ID: "a", CallerID: "x", From: "+12175550142", Started: at})
		put(bByTime, join(timeKey(at), []byte("a")), nil)
		put(bByCaller, join([]byte("x"), timeKey(at), []byte("a")), nil)
		put(bTurns, turnKey("a", 0), record.Turn{Index: 0, Heard: "my tooth broke"})
		put(bCalls, []byte("b"), record.Call{ID: "b", Origin: record.OriginBox, Started: at})
		put(bByTime, join(timeKey(at), []byte("b")), nil)
		put(bMessages, []byte("m"), record.Message{ID: "m", CallID: "a", CallerID: "x", Reason: "call her back"})
		put(bOfCall, join([]byte("a"), []byte("m")), nil)
		put(bOpen, []byte("m"), nil)
		put(bUnanswered, []byte("do you take aetna"), record.Unanswered{ID: "u", CallID: "a", Question: "Do you take Aetna?", Times: 3, At: at})
		put(bExtensions, binary.BigEndian.AppendUint64(nil, 1), extension{record.Extension{User: "100"}, "secret password"})
	})
	secrets := []string{"Anna Berger", "2175550142", "tooth", "call her", "Aetna", "aetna", "secret password", "Bright Smile"}
	for _, x := range secrets[:4] {
		if !inFiles(t, dir, x) {
			t.Fatalf("%q is not in the old file: the test proves nothing", x)
		}
	}
	for range 2 {
		s, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range secrets {
			if inFiles(t, dir, x) {
				t.Errorf("%q can still be read in a file", x)
			}
		}
		f, err := s.Full("a")
		if err != nil || f.Caller.Name != "Anna Berger" || f.Turns[0].Heard != "my tooth broke" || f.Messages[0].Reason != "call her back" {
			t.Errorf("%+v, %v", f, err)
		}
		if c, err := s.FindCaller("+1 217 555 0142"); err != nil || c.ID != "x" || len(c.Fields) != 2 {
			t.Errorf("%+v, %v", c, err)
		}
		if us, err := s.UnansweredList(); err != nil || len(us) != 1 || us[0].Times != 3 {
			t.Errorf("%+v, %v", us, err)
		}
		if _, p, err := s.Extension(); err != nil || p != "secret password" {
			t.Errorf("password %q, %v", p, err)
		}
		if r, err := s.CheckAll(); err != nil || len(r.Faults) != 0 || r.Values != 8 {
			t.Errorf("%+v, %v", r, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOldFilesGetVersionsAndIndexes opens a file as the first schema wrote it: profiles without version and time, messages and callers
// without indexes.
func TestOldFilesGetVersionsAndIndexes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	plainFile(t, path, 1, func(put func(bucket, key []byte, v any)) {
		for i, name := range []string{"First", "Second"} {
			put(bProfiles, versionKey(i+1), knowledge.Business{Name: name})
		}
		for _, m := range []record.Message{{ID: "1", CallID: "a", At: at}, {ID: "2", CallID: "a", At: at, Done: true}, {ID: "3", CallID: "b", At: at}} {
			put(bMessages, []byte(m.ID), m)
		}
		for i, id := range []string{"x", "y"} {
			put(bCallers, []byte(id), record.Caller{ID: id, LastSeen: at.Add(time.Duration(i) * time.Hour)})
		}
	})
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if b, v, err := s.Profile(); err != nil || b.Name != "Second" || v != 2 {
		t.Errorf("Profile() = %q, %d, %v", b.Name, v, err)
	}
	if v, err := s.PublishProfile(knowledge.Business{Name: "Third"}); err != nil || v != 3 {
		t.Errorf("PublishProfile() = %d, %v", v, err)
	}
	es, err := s.Editions(0, 0)
	if err != nil || len(es) != 3 || es[0].Version != 3 || es[0].At.IsZero() || es[2].Business.Name != "First" || !es[2].At.IsZero() {
		t.Errorf("Editions() = %+v, %v", es, err)
	}
	if es, err = s.Editions(3, 1); err != nil || len(es) != 1 || es[0].Version != 2 {
		t.Errorf("Editions(3, 1) = %+v, %v", es, err)
	}
	if ms, err := s.Messages(0, false); err != nil || len(ms) != 2 || ms[0].ID != "3" {
		t.Errorf("open messages: %+v, %v", ms, err)
	}
	if ms, err := s.MessagesOf("a"); err != nil || len(ms) != 2 || ms[1].ID != "2" {
		t.Errorf("messages of a call: %+v, %v", ms, err)
	}
	if cs, err := s.Callers(0); err != nil || len(cs) != 2 || cs[0].ID != "y" {
		t.Errorf("Callers() = %+v, %v", cs, err)
	}
}

func TestImport(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "frontdesk.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var told []Change
	s.Watch(func(c Change) { told = append(told, c) })
	full := func(id string, hour int) Full {
		began := at.Add(time.Duration(hour) * time.Hour)
		return Full{
			Call: record.Call{ID: id, CallerID: "x", From: "555", Started: began}, Caller: record.Caller{ID: "x", Number: "555", LastSeen: began, Calls: hour + 1},
			Turns: []record.Turn{{Heard: "one"}, {Heard: "two"}}, Messages: []record.Message{{ID: id + "-m", CallID: id}},
		}
	}
	if err := s.Import([]Full{full("a", 0), full("b", 1)}); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Full("b"); err != nil || len(f.Turns) != 2 || f.Turns[1].Index != 1 || len(f.Messages) != 1 || f.Caller.Calls != 2 {
		t.Errorf("Full() = %+v, %v", f, err)
	}
	if cs, err := s.Calls(Filter{Caller: "x"}); err != nil || len(cs) != 2 || cs[0].ID != "b" {
		t.Errorf("Calls() = %+v, %v", cs, err)
	}
	if cs, err := s.Callers(0); err != nil || len(cs) != 1 {
		t.Errorf("Callers() = %+v, %v", cs, err)
	}
	if n, err := s.CountCalls(at.Add(time.Minute)); err != nil || n != 1 || len(told) != 2 {
		t.Errorf("CountCalls() = %d, %v; told of %v", n, err, told)
	}
	// The same number is the same caller from then on.
	c, err := s.BeginCall(record.Call{From: "555", Started: at.Add(3 * time.Hour)})
	if err != nil || c.CallerID != "x" {
		t.Errorf("BeginCall() = %+v, %v", c, err)
	}
}
