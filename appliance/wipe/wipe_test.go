package wipe_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/wipe"
	"frontdesk.internal/models/progress"
)

// write makes a file with its folder.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// box is a state folder with records.
func box(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveMessage(record.Message{At: time.Now(), Number: "+12175550182", Name: "Anna"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "recordings", "a.fdr"), "sealed")
	write(t, filepath.Join(dir, "tls", "ca.key"), "secret")
	write(t, filepath.Join(dir, "models", "base.bin"), "weights")
	return dir
}

// After a wipe nothing is left but the models: keys go first, and a copy of the records that somebody kept opens no more.
func TestAWipeLeavesNothing(t *testing.T) {
	dir := box(t)
	copied := t.TempDir()
	b, err := os.ReadFile(filepath.Join(dir, "frontdesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(copied, "frontdesk.db"), string(b))
	r, err := wipe.Folder(t.Context(), dir, "ring", []string{"stick"}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if r.Files < 4 || r.Keys.IsZero() || r.Ended.Before(r.Keys) || r.Keys.Before(r.Began) || len(r.Kept) != 1 || r.Ring != "ring" {
		t.Errorf("%+v", r)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "models" {
		t.Errorf("%v, %v", left, err)
	}
	if s, err := store.Open(filepath.Join(copied, "frontdesk.db"), store.Options{}); err == nil {
		t.Error("a copy of the records opens without the keys")
		_ = s.Close() // the test has failed already
	}
}

// What stops half way has destroyed the keys, and is completed by another run; a folder of something else is left alone.
func TestAWipeIsCompletedByAnotherRun(t *testing.T) {
	dir := box(t)
	ctx := progress.With(t.Context(), func(s progress.Step) {
		if s.What == "Destroying files" { // somebody else has the same in mind
			_ = os.RemoveAll(filepath.Join(dir, "recordings")) // what is left of it is looked for below
		}
	})
	r, err := wipe.Folder(ctx, dir, "", nil, time.Now)
	if err == nil || r.Keys.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	for _, name := range []string{"keys.db", "frontdesk.key", "tls/ca.key"} {
		if _, err := os.Stat(filepath.Join(dir, name)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there: %v", name, err)
		}
	}
	if _, err := wipe.Folder(t.Context(), dir, "", nil, time.Now); err != nil && !errors.Is(err, wipe.ErrNothing) {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 || left[0].Name() != "models" {
		t.Errorf("%v, %v", left, err)
	}
}

func TestAFolderOfSomethingElseIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "thesis.txt"), "three years")
	if _, err := wipe.Folder(t.Context(), dir, "", nil, time.Now); !errors.Is(err, wipe.ErrNothing) {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "thesis.txt")); err != nil {
		t.Error(err)
	}
}

// What was ordered is destroyed at the next start, wherever the one before was cut short; the receipt stays, and nothing is ordered then.
func TestAnOrderIsCarriedOutAtTheNextStart(t *testing.T) {
	dir := box(t)
	if r, err := wipe.Carry(t.Context(), dir, time.Now); r != nil || err != nil {
		t.Fatalf("nobody ordered it: %+v, %v", r, err)
	}
	if _, err := wipe.Last(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a receipt of nothing: %v", err)
	}
	o := wipe.Order{Given: time.Now(), Ring: "ring", Beyond: []string{"a stick"}}
	if err := errors.Join(wipe.Give(dir, o), wipe.TakeBack(dir), wipe.TakeBack(dir)); err != nil {
		t.Fatal(err)
	}
	if r, err := wipe.Carry(t.Context(), dir, time.Now); r != nil || err != nil {
		t.Fatalf("it was taken back: %+v, %v", r, err)
	}
	if err := wipe.Give(dir, o); err != nil {
		t.Fatal(err)
	}
	cut := progress.With(t.Context(), func(s progress.Step) {
		if s.What == "Destroying files" {
			_ = os.RemoveAll(filepath.Join(dir, "recordings")) // what is left of it is looked for below
		}
	})
	if _, err := wipe.Carry(cut, dir, time.Now); err == nil {
		t.Fatal("it was not cut short: the test proves nothing")
	}
	if err := os.MkdirAll(filepath.Join(dir, "recordings"), 0o700); err != nil {
		t.Fatal(err)
	}
	r, err := wipe.Carry(t.Context(), dir, time.Now)
	if err != nil || r == nil || r.Ring != "ring" || len(r.Beyond) != 1 || r.Ended.IsZero() {
		t.Fatalf("%+v, %v", r, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != "models" || left[1].Name() != "wiped.json" {
		t.Errorf("%v, %v", left, err)
	}
	if got, err := wipe.Last(dir); err != nil || got.Ring != "ring" || got.Keys.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if r, err := wipe.Carry(t.Context(), dir, time.Now); r != nil || err != nil {
		t.Errorf("it is done twice: %+v, %v", r, err)
	}
}
