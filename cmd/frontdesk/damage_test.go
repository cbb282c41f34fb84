package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// TestDamagedRecordsCanBePutBack damages the records of a box that has a backup, and does what the program then says.
func TestDamagedRecordsCanBePutBack(t *testing.T) {
	state, medium, settings := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "frontdesk.toml")
	text := "[storage]\ndir = " + strconv.Quote(state) + "\n[backup]\ndir = " + strconv.Quote(medium) + "\n"
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(filepath.Join(state, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.BeginCall(record.Call{ID: "c1", From: "+12175550142", Started: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	do := func(code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := run(t.Context(), append(args, "--config", settings), strings.NewReader(""), &out, &errs); got != code {
			t.Fatalf("%v: code %d\n%s%s", args, got, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	var key struct{ Words string }
	if err := json.Unmarshal([]byte(do(exitOK, "backup", "setup", "--json")), &key); err != nil {
		t.Fatal(err)
	}
	words := filepath.Join(t.TempDir(), "words")
	if err := os.WriteFile(words, []byte(key.Words), 0o600); err != nil {
		t.Fatal(err)
	}
	do(exitOK, "backup", "now")

	path := filepath.Join(state, "frontdesk.db")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := good[:3*4096]
	if err := os.WriteFile(path, bad, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"callers", "list"}, {"store", "check"}, {"serve", "--scripted"}} {
		said := do(exitFailed, args...)
		for _, want := range []string{"are damaged", "backup restore --set-aside " + medium, "store set-aside"} {
			if !strings.Contains(said, want) {
				t.Errorf("%v does not say %q: %s", args, want, said)
			}
		}
	}
	// What cannot be restored leaves everything as it was.
	wrong := filepath.Join(t.TempDir(), "wrong")
	if err := os.WriteFile(wrong, []byte(strings.Repeat("abandon ", 23)+"art"), 0o600); err != nil {
		t.Fatal(err)
	}
	do(exitFailed, "backup", "restore", medium, "--set-aside", "--words-file", wrong)
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, bad) {
		t.Fatalf("after a restore with the wrong words: %v", err)
	}
	if said := do(exitOK, "backup", "restore", medium, "--set-aside", "--words-file", words); !strings.Contains(said, "set-aside-") ||
		!strings.Contains(said, "is restored") {
		t.Errorf("restored: %s", said)
	}
	if said := do(exitOK, "callers", "list"); !strings.Contains(said, "42") {
		t.Errorf("callers: %s", said)
	}
	do(exitOK, "store", "check")
	// Or it begins with nothing.
	if said := do(exitOK, "store", "set-aside"); !strings.Contains(said, "set-aside-") {
		t.Errorf("set aside: %s", said)
	}
	do(exitFailed, "callers", "list")
}
