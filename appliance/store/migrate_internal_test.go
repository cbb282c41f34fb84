package store

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// Records of before the first release are refused in plain words, and nothing of them is changed.
func TestRecordsFromBeforeTheFirstReleaseAreRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	old := []byte(strconv.Itoa(firstSchema - 1))
	if err := s.update("age", func(t *txn) error { return t.tx.Bucket(bMeta).Put(keySchema, old) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{}); err == nil || !strings.Contains(err.Error(), "before the first release") {
		t.Errorf("Open() = %v", err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the file was changed, or cannot be read: %v", err)
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
			Call:   record.Call{ID: id, CallerID: "x", From: "555", Started: began},
			Caller: record.Caller{ID: "x", Number: "555", LastSeen: began, Calls: hour + 1}, Turns: []record.Turn{{Heard: "one"}, {Heard: "two"}},
			Messages: []record.Message{{ID: id + "-m", CallID: id}},
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
