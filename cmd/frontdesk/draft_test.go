package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// TestProfileByCommands takes a profile through draft, publication and history without a running appliance.
func TestProfileByCommands(t *testing.T) {
	state := t.TempDir()
	s, err := store.Open(filepath.Join(state, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := profile.Sample("plumber")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	if err := s.AddUnanswered(record.Unanswered{Question: "do you repair bicycles"}); err != nil {
		t.Fatal(err)
	}
	open, err := s.UnansweredList()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b.Name = "Other Plumbing"
	file := filepath.Join(t.TempDir(), "p.toml")
	if err := profile.Save(file, b); err != nil {
		t.Fatal(err)
	}
	do := func(want string, code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		got := run(t.Context(), append(args, "--state", state), nil, &out, &errs)
		if got != code || !strings.Contains(out.String()+errs.String(), want) {
			t.Errorf("%v: code %d\n%s%s", args, got, out.String(), errs.String())
		}
		return out.String()
	}
	do("says what is published", exitOK, "profile", "draft")
	do("nothing to publish", exitFailed, "profile", "publish")
	do("1 change(s)", exitOK, "profile", "draft-import", file)
	do("Other Plumbing", exitOK, "profile", "draft")
	do("from        greeting", exitOK, "profile", "try", "--at", "2026-03-02T10:00:00Z")
	do("as version 2", exitOK, "profile", "publish", "--note", "new name")
	do("new name", exitOK, "profile", "history")
	do("as version 3", exitOK, "profile", "back", "1")
	do("Other Plumbing", exitOK, "profile", "show", "2")
	do("no version", exitFailed, "profile", "show", "x")
	do("says again", exitOK, "profile", "discard")
	do("Nothing was taught", exitOK, "examples", "list")
	do("version 4", exitOK, "unanswered", "answer", open[0].ID, "--question", "Do you mend bikes?", "--reply", "No, only pipes.")
	do("only pipes", exitOK, "profile", "try", "do you repair bicycles")
	do("by the words  do you repair bicycles", exitOK, "profile", "try", "do you repair bicycles")
	do("sure          100 %", exitOK, "profile", "try", "do you repair bicycles")
	do("answer:Do you mend bikes?", exitOK, "examples", "meanings")
	do("--turn", exitFailed, "examples", "add", "c1")
	do("there is no", exitFailed, "examples", "add", "c1", "--turn", "0", "--means", "hours")
	var taught []struct{ ID, Text, Means string }
	if err := json.Unmarshal([]byte(do("do you repair", exitOK, "examples", "list", "--json")), &taught); err != nil || len(taught) != 1 ||
		taught[0].Means != "answer:Do you mend bikes?" {
		t.Fatal(taught, err)
	}
	do("stay when", exitOK, "examples", "keep", taught[0].ID)
	do("taken back", exitOK, "examples", "remove", taught[0].ID)
	do("there is no", exitFailed, "examples", "remove", taught[0].ID)
	do("there is no", exitFailed, "unanswered", "dismiss", open[0].ID)
	var made struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(do("secret", exitOK, "token", "add", "calendar", "--json")), &made); err != nil || made.Secret == "" {
		t.Error(made, err)
	}
	do("calendar", exitOK, "token", "list")
	do("no more", exitOK, "token", "revoke", made.ID)
	do("No program", exitOK, "token", "list")
}
