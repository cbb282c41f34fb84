package store

import (
	"errors"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// Erase takes the steps of an erasure that come before the recordings, as package privacy does.
func (s *Store) Erase(caller, reason, by string) (Job, error) {
	job, err := s.NoteErasure(caller, reason, by)
	if err != nil {
		return job, err
	}
	if err := s.DestroyKey(job); err != nil {
		return job, err
	}
	return s.RemoveRecords(job)
}

// ResumeJob takes the steps of a job that may have been left out, up to the last one.
func (s *Store) ResumeJob(j Job) error {
	err := s.DestroyKey(j)
	if err == nil && j.Kind == JobErase {
		_, err = s.RemoveRecords(j)
	}
	return err
}

// FinishMove takes the steps of a move that come after the recordings.
func (s *Store) FinishMove(j Job) error { return errors.Join(s.DestroyKey(j), s.FinishJob(j)) }

// No step is taken before the one that it builds on, and one that is taken again does no harm.
func TestStepsOfAnErasure(t *testing.T) {
	s := openIn(t, t.TempDir())
	a := speak(t, s, "a1", "+12175550142", "Anna")
	made := Job{ID: "made-up", Kind: JobErase, Caller: a.CallerID}
	for name, try := range map[string]func() error{
		"key": func() error { return s.DestroyKey(made) }, "records": func() error { return second(s.RemoveRecords(made)) },
		"end": func() error { return s.FinishJob(made) },
	} {
		if err := try(); !errors.Is(err, ErrStep) {
			t.Errorf("%s without a note: %v", name, err)
		}
	}
	job, err := s.NoteErasure(a.CallerID, "asked", "test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveRecords(job); !errors.Is(err, ErrStep) {
		t.Errorf("records before the key: %v", err)
	}
	if err := s.FinishJob(job); !errors.Is(err, ErrStep) {
		t.Errorf("the end before the key: %v", err)
	}
	if c, err := s.Caller(a.CallerID); err != nil || c.ID != a.CallerID {
		t.Errorf("the card before the key is destroyed: %v", err)
	}
	for range 2 {
		if err := s.DestroyKey(job); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.FinishJob(job); !errors.Is(err, ErrStep) {
		t.Errorf("the end before the records: %v", err)
	}
	// A call that begins in between belongs to a new card; one that was begun by the old card goes with it.
	if c, err := s.BeginCall(record.Call{ID: "a2", From: "+12175550142", Started: t1}); err != nil || c.CallerID == a.CallerID {
		t.Errorf("%+v, %v", c, err)
	}
	for i := range 2 {
		if job, err = s.RemoveRecords(job); err != nil || len(job.Calls) != 1 {
			t.Fatalf("time %d: %+v, %v", i, job, err)
		}
	}
	stone, err := s.Tombstone(job.ID)
	if err != nil || stone.Calls != 1 || stone.Turns != 2 || stone.Messages != 1 || !stone.Finished.IsZero() {
		t.Errorf("before the end: %+v, %v", stone, err)
	}
	if err := s.FinishJob(job); err != nil {
		t.Fatal(err)
	}
	if stone, err = s.Tombstone(job.ID); err != nil || stone.Calls != 1 || stone.Finished.IsZero() {
		t.Errorf("after the end: %+v, %v", stone, err)
	}
	if err := s.DestroyKey(job); err != nil {
		t.Errorf("the key of a job that is done: %v", err)
	}
	if _, err := s.RemoveRecords(job); !errors.Is(err, ErrStep) {
		t.Errorf("records of a job that is done: %v", err)
	}
	sound(t, s)
}

// The former key of a card that went into another one is destroyed before the job ends; that of a card that was split is kept.
func TestStepsOfAMove(t *testing.T) {
	s := openIn(t, t.TempDir())
	a, b := speak(t, s, "a1", "+12175550142", "Anna"), speak(t, s, "b1", "+12175550199", "Bob")
	speak(t, s, "b2x", "+12175550199", "Bob")
	_, job, err := s.Split(b.CallerID, []string{"b2x"}, record.Caller{}, "test")
	if err := errors.Join(err, s.DestroyKey(job), s.FinishJob(job)); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Caller(b.CallerID); err != nil || c.Calls != 1 {
		t.Errorf("who was split: %+v, %v", c, err)
	}
	job, err = s.Merge(b.CallerID, a.CallerID, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.FinishJob(job); !errors.Is(err, ErrStep) {
		t.Errorf("ended with the former key: %v", err)
	}
	if err := s.FinishMove(job); err != nil {
		t.Fatal(err)
	}
	if gone, err := destroyed(s.keys, b.CallerID); err != nil || !gone {
		t.Errorf("the former key: %v, %v", gone, err)
	}
	sound(t, s)
}

// Records that came back with a backup are found by their destroyed keys, and a hold of that time does not keep them.
func TestRecordsThatCameBack(t *testing.T) {
	s := openIn(t, t.TempDir())
	a, b := speak(t, s, "a1", "+12175550142", "Anna"), speak(t, s, "b1", "+12175550199", "Bob")
	if ids, err := s.Gone(); err != nil || len(ids) != 0 {
		t.Fatalf("%v, %v", ids, err)
	}
	hold := record.Hold{Caller: a.CallerID, Reason: "a claim", Until: t1.Add(time.Hour)}
	if err := errors.Join(s.SetHold(hold), s.keys.Destroy(a.CallerID)); err != nil {
		t.Fatal(err)
	}
	ids, err := s.Gone()
	if err != nil || len(ids) != 1 || ids[0] != a.CallerID {
		t.Fatalf("%v, %v", ids, err)
	}
	job, err := s.Erase(a.CallerID, "erased before", "restore")
	if err := errors.Join(err, s.FinishJob(job)); err != nil {
		t.Fatal(err)
	}
	if ids, err := s.Gone(); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
	if h, err := s.Hold(a.CallerID); !errors.Is(err, ErrNotFound) {
		t.Errorf("the hold is still there: %+v, %v", h, err)
	}
	if c, err := s.Caller(b.CallerID); err != nil || c.Calls != 1 {
		t.Errorf("somebody else: %+v, %v", c, err)
	}
	sound(t, s)
}
