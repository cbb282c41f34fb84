package dialogue_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge/profile"
)

// What somebody of the office types is said in those words, and what the caller was asked stays asked; a caller is put through to whom
// the office names, without a word to them.
func TestTheOfficeJoinsIn(t *testing.T) {
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Transfer.Announce = true
	at := time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
	c := dialogue.New(b, dialogue.Options{})
	c.Handle(at, dialogue.Answered{From: "+12175550142"})
	said := ""
	for _, a := range c.Handle(at, dialogue.Office{Say: " The doctor is on the way. "}) {
		if s, ok := a.(dialogue.Say); ok {
			said += strings.Join(s.Clauses, " ")
		}
	}
	if said != "The doctor is on the way." {
		t.Errorf("said %q", said)
	}
	var moved *dialogue.Transfer
	for _, a := range c.Handle(at, dialogue.Office{Extension: "201"}) {
		if x, ok := a.(dialogue.Transfer); ok {
			moved = &x
		}
	}
	if moved == nil || moved.Extension != "201" || len(moved.Brief) > 0 {
		t.Fatalf("put through: %+v", moved)
	}
	for _, a := range c.Handle(at, dialogue.Office{Say: "Hello?"}) {
		if _, ok := a.(dialogue.Say); ok {
			t.Error("something is said to a caller who is being put through")
		}
	}
}

// Nobody is put through to who is away, by name or as the telephone that takes the calls.
func TestWhoIsAwayIsNotRung(t *testing.T) {
	for _, away := range []bool{false, true} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		b.Staff[0].Extension, b.Transfer.Extension, b.Transfer.Next = "200", "200", nil
		if away {
			b.Staff[0].Away = "2026-03-02"
		}
		at := time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)
		c := dialogue.New(b, dialogue.Options{})
		c.Handle(at, dialogue.Answered{From: "+12175550142"})
		moved := false
		for _, a := range c.Handle(at, dialogue.Keyed{Key: '0'}) {
			if _, ok := a.(dialogue.Transfer); ok {
				moved = true
			}
		}
		if moved == away {
			t.Errorf("away %v: put through %v", away, moved)
		}
	}
}
