package store

import (
	"errors"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// An appointment belongs to its caller: it goes along to another card, counts as something that is kept, and ends with the caller's key.
func TestVisitsBelongToACaller(t *testing.T) {
	s := openIn(t, t.TempDir())
	ada, bob := speak(t, s, "a", "+15550120144", "Ada"), speak(t, s, "b", "+15550120155", "Bob")
	v := record.Visit{
		ID: "v@box", Caller: ada.CallerID, Slot: record.Slot{Start: t1, End: t1.Add(time.Hour)}, Name: "Ada", Made: t1, Changed: t1,
	}
	if err := s.AddVisit(v); err != nil {
		t.Fatal(err)
	}
	if err := s.AddVisit(record.Visit{ID: "w", Caller: "nobody"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("of nobody: %v", err)
	}
	if _, err := s.ChangeVisit("w", func(*record.Visit) bool { return true }); !errors.Is(err, ErrNotFound) {
		t.Errorf("none: %v", err)
	}
	same, err := s.ChangeVisit(v.ID, func(*record.Visit) bool { return false })
	if err != nil || same.Sequence != 0 {
		t.Errorf("%+v, %v", same, err)
	}
	if job, err := s.Merge(ada.CallerID, bob.CallerID, ""); err != nil || s.DestroyKey(job) != nil {
		t.Fatal(job, err)
	}
	vs, err := s.VisitsOf(bob.CallerID)
	if err != nil || len(vs) != 1 || vs[0].Caller != bob.CallerID || vs[0].Name != "Ada" {
		t.Fatalf("%+v, %v", vs, err)
	}
	if got, err := s.ChangeVisit(v.ID, func(v *record.Visit) bool { v.Cancelled = true; return true }); err != nil ||
		got.Caller != bob.CallerID || got.Sequence != 1 || !got.Cancelled {
		t.Errorf("%+v, %v", got, err)
	}
	if old, err := s.OldVisits(t1.Add(2 * time.Hour)); err != nil || len(old) != 1 || old[0].Caller != bob.CallerID {
		t.Errorf("%+v, %v", old, err)
	}
	if err := s.Keys().Destroy(bob.CallerID); err != nil {
		t.Fatal(err)
	}
	if vs, err := s.Visits(time.Time{}); err != nil || len(vs) != 0 {
		t.Errorf("of somebody who is erased: %+v, %v", vs, err)
	}
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 || rep.Erased == 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if err := s.DropVisit(v.ID); err != nil {
		t.Error(err)
	}
	if err := s.DropVisit(v.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("twice: %v", err)
	}
}
