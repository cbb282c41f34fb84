package store_test

import (
	"errors"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// said is a call of a caller with the number, and who that is.
func said(t *testing.T, s *store.Store, call, number string) (caller string) {
	t.Helper()
	c, err := s.BeginCall(record.Call{ID: call, From: record.PhoneNumber(number), Started: t0})
	if err != nil {
		t.Fatal(err)
	}
	return c.CallerID
}

func TestExamplesGoWithTheirCaller(t *testing.T) {
	s := fresh(t)
	anna, bert := said(t, s, "c1", "2175550142"), said(t, s, "c2", "2175550143")
	add := func(text, call string, turn int) record.Example {
		t.Helper()
		e, err := s.AddExample(record.Example{
			Text: record.Personal(text), Means: "hours", Taught: record.TaughtByCorrection, CallID: call, Turn: turn,
		})
		if err != nil || e.ID == "" || e.At.IsZero() {
			t.Fatal(e, err)
		}
		return e
	}
	add("her words", "c1", 0)
	general := add("general words", "c1", 1)
	add("his words", "c2", 0)
	again := add("his words", "c2", 0) // a turn has one meaning
	before := s.ExamplesChanges()
	kept, err := s.KeepExample(general.ID)
	if err != nil || !kept.General || kept.CallID != "" || s.ExamplesChanges() == before {
		t.Errorf("KeepExample: %+v, %v", kept, err)
	}
	if _, err := s.KeepExample("nonsense"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("KeepExample of nothing: %v", err)
	}
	before = s.ExamplesChanges()
	if _, err := s.Erase(anna, "asked for it", "test"); err != nil {
		t.Fatal(err)
	}
	if s.ExamplesChanges() == before {
		t.Error("nobody hears that an example is gone")
	}
	texts := func() (out []string) {
		es, err := s.Examples()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range es {
			out = append(out, string(e.Text))
		}
		return out
	}
	if got := texts(); len(got) != 2 || got[0] != "general words" || got[1] != "his words" {
		t.Errorf("after the erasure: %q", got)
	}
	// What is split off goes along.
	said(t, s, "c3", "2175550143")
	card, _, err := s.Split(bert, []string{"c2"}, record.Caller{}, "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(card.ID, "", "test"); err != nil {
		t.Fatal(err)
	}
	if got := texts(); len(got) != 1 {
		t.Errorf("after the split: %q", got)
	}
	if _, err := s.DropExample(again.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dropped what is gone: %v", err)
	}
	if e, err := s.DropExample(general.ID); err != nil || e.Text != "general words" || len(texts()) != 0 {
		t.Errorf("DropExample: %+v, %v", e, err)
	}
	if r, err := s.CheckAll(); err != nil || len(r.Faults) > 0 {
		t.Errorf("CheckAll: %+v, %v", r, err)
	}
}

// What was really said in a turn stays with it, until it is taken back.
func TestATurnIsMended(t *testing.T) {
	s := fresh(t)
	if _, err := s.BeginCall(record.Call{ID: "c1", From: "2175550182"}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddTurn("c1", record.Turn{Heard: "toaring", Said: "Thank you."}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []record.Personal{"Tuering", ""} {
		if _, err := s.MendTurn("c1", 0, want); err != nil {
			t.Fatal(err)
		}
		turns, err := s.Turns("c1")
		if err != nil || len(turns) != 1 || turns[0].Mended != want || turns[0].Heard != "toaring" || turns[0].Said != "Thank you." {
			t.Errorf("%+v, %v", turns, err)
		}
	}
	_, noTurn := s.MendTurn("c1", 1, "x")
	if _, noCall := s.MendTurn("c2", 0, "x"); !errors.Is(noTurn, store.ErrNotFound) || !errors.Is(noCall, store.ErrNotFound) {
		t.Errorf("what is not there: %v, %v", noTurn, noCall)
	}
}
