package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// closed makes records with one caller in a folder, closes them, and returns where they are.
func closed(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.BeginCall(record.Call{ID: "c", From: "+15550120144", Started: t0})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// Records without their keys, with those of another box or with a file of keys that is none stay as they are, and it is said what to do.
func TestRecordsWithoutTheirKeys(t *testing.T) {
	for name, x := range map[string]struct {
		change func(t *testing.T, dir string)
		says   string
	}{
		"no keys": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.Remove(filepath.Join(dir, store.KeysFile)); err != nil {
				t.Fatal(err)
			}
		}, "restore it from the newest backup"},
		"keys of another box": {func(t *testing.T, dir string) {
			t.Helper()
			other := filepath.Dir(closed(t))
			for _, name := range []string{store.KeysFile, "frontdesk.key"} {
				b, err := os.ReadFile(filepath.Join(other, name))
				if err := errors.Join(err, os.WriteFile(filepath.Join(dir, name), b, 0o600)); err != nil {
					t.Fatal(err)
				}
			}
		}, "belong to other records"},
		"keys that are none": {func(t *testing.T, dir string) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(dir, store.KeysFile), []byte(strings.Repeat("no keys ", 5000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "damaged"},
	} {
		path := closed(t)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		x.change(t, filepath.Dir(path))
		s, err := store.Open(path, store.Options{})
		if err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v", name, err)
		}
		if s != nil && err == nil {
			_ = s.Close()
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
			t.Errorf("%s: the records were changed, %v", name, err)
		}
		var bad *store.DamagedError
		if name == "keys that are none" && (!errors.As(err, &bad) || bad.Path != filepath.Join(filepath.Dir(path), store.KeysFile) ||
			bad.Unwrap() == nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who finds the records in use is told by whom, as far as that is known, and gets them when the other lets go in time.
func TestRecordsInUse(t *testing.T) {
	path := closed(t)
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var used *store.InUseError
	again := func() error {
		_, err := store.Open(path, store.Options{Wait: 20 * time.Millisecond})
		return err
	}
	if err := again(); !errors.As(err, &used) || used.PID != os.Getpid() || !strings.Contains(err.Error(), "in use by process ") {
		t.Errorf("%v", err)
	}
	for _, note := range []string{"", "nobody", "12 13"} {
		if err := os.WriteFile(path+".pid", []byte(note), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := again(); !errors.As(err, &used) || used.PID != 0 || !strings.Contains(err.Error(), "in use by another process") {
			t.Errorf("%q: %v", note, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(path, store.Options{}); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CountCalls(t0); err != nil || n != 1 {
		t.Errorf("%d calls, %v", n, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + ".pid"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("who used them is still noted: %v", err)
	}
}

// A place where no records can be is told, and nothing is left there.
func TestAPlaceThatCannotBe(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(file, "frontdesk.db"), dir} {
		if s, err := store.Open(path, store.Options{}); err == nil {
			_ = s.Close()
			t.Errorf("records in %s", path)
		}
	}
	// What a start that was cut off has left does not stand in the way of the next one.
	path := filepath.Join(dir, "state", "frontdesk.db")
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path+".new", []byte("half of a file"), 0o600),
		os.WriteFile(path+".compact", []byte("half of another"), 0o600)); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if _, err := s.BeginCall(record.Call{ID: "c", Started: t0}); err != nil {
		t.Error(err)
	}
	for _, left := range []string{path + ".new", path + ".compact"} {
		if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", left, err)
		}
	}
}

// A hold is put on a card that is there, changed, listed and ended; it is no hold any more from its last moment on.
func TestHolds(t *testing.T) {
	s := fresh(t)
	c, err := s.BeginCall(record.Call{ID: "c", From: "+15550120144", Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetHold(record.Hold{Caller: "none", Reason: "x"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("on nobody: %v", err)
	}
	if _, err := s.Hold(c.CallerID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("none was put: %v", err)
	}
	for _, reason := range []string{"a law suit", "another law suit"} {
		if err := s.SetHold(record.Hold{Caller: c.CallerID, Reason: reason, Until: time.Now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	hs, err := s.Holds()
	if err != nil || len(hs) != 1 || hs[0].Reason != "another law suit" {
		t.Errorf("%+v, %v", hs, err)
	}
	var held *store.HeldError
	if _, err := s.NoteErasure(c.CallerID, "asked", "me"); !errors.As(err, &held) || held.Reason != "another law suit" ||
		!strings.Contains(err.Error(), "a legal hold keeps these records until ") {
		t.Errorf("%v", err)
	}
	for _, want := range []error{nil, store.ErrNotFound} {
		if err := s.DropHold(c.CallerID); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if hs, err := s.Holds(); err != nil || len(hs) != 0 {
		t.Errorf("%+v, %v", hs, err)
	}
	if _, err := s.NoteErasure(c.CallerID, "asked", "me"); err != nil {
		t.Errorf("let go: %v", err)
	}
}

// A message is given to somebody and stays as it is otherwise, in its call and in the list of those that are open.
func TestAMessageIsAssigned(t *testing.T) {
	s := fresh(t)
	if _, err := s.BeginCall(record.Call{ID: "c", From: "+15550120144", Started: t0}); err != nil {
		t.Fatal(err)
	}
	m, err := s.SaveMessage(record.Message{CallID: "c", At: t0, Name: "Ada", Reason: "a tooth"})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Assign(m.ID, "Maria"), s.MarkDone(m.ID, true), s.Assign(m.ID, "Tom")); err != nil {
		t.Fatal(err)
	}
	got, err := s.Message(m.ID)
	if err != nil || got.For != "Tom" || !got.Done || got.Reason != "a tooth" || got.CallerID != m.CallerID || got.DoneAt.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if n, err := s.CountOpen(); err != nil || n != 0 {
		t.Errorf("%d open, %v: to be given to somebody opens nothing", n, err)
	}
	if err := s.MarkDone(m.ID, false); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Message(m.ID); err != nil || got.Done || !got.DoneAt.IsZero() || got.For != "Tom" {
		t.Errorf("%+v, %v", got, err)
	}
	if ms, err := s.MessagesOf("c"); err != nil || len(ms) != 1 || ms[0].For != "Tom" {
		t.Errorf("%+v, %v", ms, err)
	}
	for _, err := range []error{s.Assign("none", "Tom"), s.MarkDone("none", true)} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("no message: %v", err)
		}
	}
}
