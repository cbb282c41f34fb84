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

func TestDocuments(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var ids []string
	for _, name := range []string{"terms", "House rules"} {
		d, err := s.AddDocument(record.Document{
			Name: name, Passages: []record.DocumentPassage{{ID: "a", Page: 2, Text: "Dogs sleep downstairs."}},
		})
		if err != nil || d.ID == "" {
			t.Fatal(d, err)
		}
		ids = append(ids, d.ID)
	}
	ds, err := s.Documents()
	if err != nil || len(ds) != 2 || ds[0].Name != "House rules" || ds[1].Passages[0].Text != "Dogs sleep downstairs." {
		t.Fatalf("%+v, %v", ds, err)
	}
	wrong := errors.New("wrong")
	if _, err := s.ChangeDocument(ids[0], func(d *record.Document) error { d.Name = "x"; return wrong }); !errors.Is(err, wrong) {
		t.Errorf("an error of the change: %v", err)
	}
	at := time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)
	if d, err := s.ChangeDocument(ids[0], func(d *record.Document) error {
		d.ID, d.Removed = "other", at
		return nil
	}); err != nil || d.ID != ids[0] || d.Name != "terms" {
		t.Errorf("%+v, %v", d, err)
	}
	if n, err := s.DropDocuments(at); n != 0 || err != nil {
		t.Errorf("dropped %d too early, %v", n, err)
	}
	if n, err := s.DropDocuments(at.Add(1)); n != 1 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
	if _, err := s.Document(ids[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
	if _, err := s.ChangeDocument(ids[0], func(*record.Document) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("changed what is not there: %v", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil || strings.Contains(string(raw), "Dogs sleep") || strings.Contains(string(raw), "House rules") {
		t.Errorf("what is kept is not sealed, %v", err)
	}
}
