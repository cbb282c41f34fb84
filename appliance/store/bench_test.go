package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
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

// BenchmarkFindCaller is what each call costs before its caller is known: the number is brought into the one form, hashed and looked up,
// and the card is opened.
func BenchmarkFindCaller(b *testing.B) {
	s, err := store.Open(filepath.Join(b.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.PublishProfile(knowledge.Business{Region: "US"}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.BeginCall(record.Call{ID: "call-1", From: "+12175550142", Started: time.Now()}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.FindCaller("+12175550142"); err != nil {
			b.Fatal(err)
		}
	}
}
