package store

import (
	"path/filepath"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// TestOldFilesGetVersionsAndIndexes opens a file as the first schema wrote it: profiles without version and time, messages and callers
// without indexes.
func TestOldFilesGetVersionsAndIndexes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := Open(path, Options{steps: migrations[:1]})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	err = s.db.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{"First", "Second"} {
			v, err := tx.Bucket(bProfiles).NextSequence()
			if err != nil {
				return err
			}
			if err := put(tx, bProfiles, versionKey(int(v)), knowledge.Business{Name: name}); err != nil {
				return err
			}
		}
		for _, m := range []record.Message{{ID: "1", CallID: "a", At: at}, {ID: "2", CallID: "a", At: at, Done: true}, {ID: "3", CallID: "b", At: at}} {
			if err := put(tx, bMessages, []byte(m.ID), m); err != nil {
				return err
			}
		}
		for i, id := range []string{"x", "y"} {
			if err := put(tx, bCallers, []byte(id), record.Caller{ID: id, LastSeen: at.Add(time.Duration(i) * time.Hour)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(path, Options{}); err != nil {
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
