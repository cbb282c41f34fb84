package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// TestMain lets the test's program be the child that reads a document, or that attacks: it is started as the program itself is.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "extract" || os.Args[1] == "bench" || os.Args[1] == "sound-helper") {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// TestDocumentsByCommands takes a document through all that can be done with it, without a running appliance; a child reads it.
func TestDocumentsByCommands(t *testing.T) {
	state := t.TempDir()
	s, err := store.Open(filepath.Join(state, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	do := func(want string, code int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		got := run(t.Context(), append(append([]string{"documents"}, args...), "--state", state), nil, &out, &errs)
		if got != code || !strings.Contains(out.String()+errs.String(), want) {
			t.Errorf("%v: code %d\n%s%s", args, got, out.String(), errs.String())
		}
		return out.String()
	}
	do("There are no documents", exitOK, "list")
	var d record.Document
	if err := json.Unmarshal([]byte(do("Dogs", exitOK, "add", write("House_Rules.md", "# Pets\n\nDogs are welcome.\n\nCats are not.\n"),
		"--json")), &d); err != nil || len(d.Passages) != 2 || d.Name != "House Rules" {
		t.Fatalf("%+v, %v", d, err)
	}
	do("2 of 2", exitOK, "list")
	do("off", exitOK, "change", "house rules", "--off", d.Passages[1].ID, "--name", "rules of the house")
	do("no passage", exitFailed, "change", d.ID, "--off", "none")
	do("1 of 2", exitOK, "list")
	do("rules of the house", exitOK, "show", d.ID)
	do("Birds", exitOK, "add", write("new.txt", "Birds are welcome."), "--replace", d.ID)
	do("old Word file", exitFailed, "add", write("a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "--replace", d.ID)
	do("damaged", exitFailed, "add", write("a.pdf", "%PDF-1.4 nonsense"))
	do("already", exitFailed, "add", write("b.txt", "Dogs are welcome."), "--name", "Rules of the House")
	do("open document", exitFailed, "add", filepath.Join(state, "none.txt"))
	do("there is no document", exitFailed, "remove", "none")
	do("had back", exitOK, "remove", d.ID)
	do("removed", exitOK, "list")
	do("there again", exitOK, "restore", d.ID)
	if err := json.Unmarshal([]byte(do("Birds", exitOK, "show", d.ID, "--json")), &d); err != nil || len(d.Passages) != 1 ||
		!d.Removed.IsZero() {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestExtractUsage(t *testing.T) {
	for args, code := range map[string]int{
		"extract": exitUsage, "extract --help": exitOK, "extract --name a.txt more": exitUsage, "extract --nothing": exitUsage,
		"sound-helper": exitUsage, "sound-helper --help": exitOK, "sound-helper sing x": exitFailed,
	} {
		var out bytes.Buffer
		if got := run(t.Context(), strings.Fields(args), strings.NewReader(""), &out, &out); got != code {
			t.Errorf("%s: code %d, want %d\n%s", args, got, code, &out)
		}
	}
}
