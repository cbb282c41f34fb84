package store_test

import (
	"errors"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// A breach gets an ID, is changed under it and listed by when it was noticed; one that never was is not made by a change.
func TestBreaches(t *testing.T) {
	s := fresh(t)
	if list, err := s.Breaches(); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	first, err := s.AddBreach(record.Breach{ID: "typed", What: "a stick is lost", Noticed: t0})
	if err != nil || first.ID == "" || first.ID == "typed" {
		t.Fatalf("%+v, %v", first, err)
	}
	later, err := s.AddBreach(record.Breach{What: "a letter went astray", Noticed: t0.AddDate(0, 0, 1)})
	if err != nil || later.ID == first.ID {
		t.Fatalf("%+v, %v", later, err)
	}
	closed := t0.AddDate(0, 0, 3)
	if got, err := s.ChangeBreach(first.ID, func(b *record.Breach) { b.People, b.Closed = 12, closed }); err != nil || got.People != 12 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.ChangeBreach("none", func(*record.Breach) { t.Error("changed") }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that never was: %v", err)
	}
	list, err := s.Breaches()
	if err != nil || len(list) != 2 || list[0].ID != later.ID || list[1].People != 12 || !list[1].Closed.Equal(closed) ||
		list[0].What != "a letter went astray" {
		t.Errorf("%+v, %v", list, err)
	}
}
