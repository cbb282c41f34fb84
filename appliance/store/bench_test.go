package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// BenchmarkAddTurn is one durable turn; the disk's own time is a part of it.
func BenchmarkAddTurn(b *testing.B) {
	s, err := store.Open(filepath.Join(b.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	if _, err := s.BeginCall(record.Call{ID: "call-1", From: "+15550123", Started: now}); err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		if err := s.AddTurn("call-1", record.Turn{Index: i, Heard: "I would like to know about a filling", Said: "Ninety dollars."}); err != nil {
			b.Fatal(err)
		}
	}
}
