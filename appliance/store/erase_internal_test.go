package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store/keyring"
)

var t1 = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func openIn(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(filepath.Join(dir, "frontdesk.db"), Options{Now: func() time.Time { return t1 }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func sound(t *testing.T, s *Store) {
	t.Helper()
	r, err := s.CheckAll()
	if err != nil || len(r.Faults) != 0 || r.Erased != 0 {
		t.Errorf("the records are not sound: %+v, %v", r, err)
	}
}

// speak makes a call of a caller with a message, a question and two turns.
func speak(t *testing.T, s *Store, id string, from record.PhoneNumber, words string) record.Call {
	t.Helper()
	c, err := s.BeginCall(record.Call{ID: id, From: from, Started: t1.Add(time.Duration(len(id)) * time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	_, merr := s.SaveMessage(record.Message{CallID: id, Name: record.Personal(words), Reason: record.Personal("about " + words)})
	err = errors.Join(
		s.AddTurn(id, record.Turn{Index: 0, Heard: record.Personal(words)}), s.AddTurn(id, record.Turn{Index: 1, Heard: "yes"}), merr,
		s.AddUnanswered(record.Unanswered{CallID: id, Question: record.Personal("do you know " + words), At: t1}),
		s.AddUnanswered(record.Unanswered{CallID: id, Question: "Is there a lift?", At: t1}),
		s.Remember(c.CallerID, record.Personal(words)), s.EndCall(c),
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestErase(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	a1 := speak(t, s, "a1", "+12175550142", "Anna")
	speak(t, s, "a2x", "+12175550142", "Anna")
	b := speak(t, s, "b1", "+12175550199", "Bob")
	if _, err := s.Erase("nobody", "", ""); !errors.Is(err, ErrNotFound) {
		t.Errorf("erase nobody: %v", err)
	}
	hold := record.Hold{Caller: a1.CallerID, Reason: "a claim is being settled", Until: t1.Add(time.Hour)}
	if err := s.SetHold(hold); err != nil {
		t.Fatal(err)
	}
	var held *HeldError
	if _, err := s.Erase(a1.CallerID, "", ""); !errors.As(err, &held) || held.Reason != hold.Reason {
		t.Errorf("erase in spite of a hold: %v", err)
	}
	if err := s.DropHold(a1.CallerID); err != nil {
		t.Fatal(err)
	}
	sealed := valueOf(t, s, bMessages, a1.CallerID)
	job, err := s.Erase(a1.CallerID, "asked for it", "owner")
	if err != nil || len(job.Calls) != 2 {
		t.Fatalf("%+v, %v", job, err)
	}
	sound(t, s)
	for name, err := range map[string]error{
		"caller": second(s.Caller(a1.CallerID)), "call": second(s.Call("a1")), "number": second(s.FindCaller("+12175550142")),
		"full": second(s.Full("a2x")), "turn": s.AddTurn("a1", record.Turn{Index: 2}), "end": s.EndCall(a1), "name": s.Remember(a1.CallerID, "x"),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if cs, err := s.Calls(Filter{}); err != nil || len(cs) != 1 || cs[0].ID != "b1" {
		t.Errorf("%+v, %v", cs, err)
	}
	if ms, err := s.Messages(0, true); err != nil || len(ms) != 1 || ms[0].CallerID != b.CallerID {
		t.Errorf("%+v, %v", ms, err)
	}
	us, err := s.UnansweredList()
	if err != nil || len(us) != 2 || slices.ContainsFunc(us, func(u record.Unanswered) bool {
		return u.Question == "do you know Anna" || u.Times != 1
	}) {
		t.Errorf("%+v, %v", us, err)
	}
	if err := s.Compact(); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(s.path); err != nil || bytes.Contains(raw, sealed) || bytes.Contains(raw, []byte("a2x")) {
		t.Errorf("something of the erased records is still in the file, %v", err)
	}
	if err := s.FinishJob(job); err != nil {
		t.Fatal(err)
	}
	jobs, err := s.Jobs()
	stones, err2 := s.Tombstones()
	if err := errors.Join(err, err2); err != nil || len(jobs) != 0 || len(stones) != 1 {
		t.Fatalf("%+v, %+v, %v", jobs, stones, err)
	}
	if x := stones[0]; x.ID != job.ID || x.Calls != 2 || x.Turns != 4 || x.Messages != 2 || x.Other != 4 || x.Finished.IsZero() ||
		x.Reason != "asked for it" {
		t.Errorf("%+v", x)
	}
	// The same number is a stranger from now on.
	c := speak(t, s, "again", "+12175550142", "Anna")
	if c.CallerID == a1.CallerID {
		t.Error("an erased caller is known again")
	}
	sound(t, s)
}

func second[T any](_ T, err error) error { return err }

// valueOf is the end of a value of an owner's as the file has it.
func valueOf(t *testing.T, s *Store, bucket []byte, owner string) (end []byte) {
	t.Helper()
	_ = s.view("look", func(x *txn) error {
		c := x.cursor(bucket)
		for k, b := c.First(); k != nil; k, b = c.Next() {
			if x.ownerOf(bucket, k) == owner {
				end = bytes.Clone(b[len(b)-30:])
			}
		}
		return nil
	})
	if raw, err := os.ReadFile(s.path); err != nil || end == nil || !bytes.Contains(raw, end) {
		t.Fatalf("the value is not in the file, %v", err)
	}
	return end
}

// A power cut after each step of an erasure: what is left is completed, and nothing can be read meanwhile.
func TestErasureInterrupted(t *testing.T) {
	for cut := range 3 {
		dir := t.TempDir()
		s := openIn(t, dir)
		a := speak(t, s, "a1", "+12175550142", "Anna")
		speak(t, s, "b1", "+12175550199", "Bob")
		job := Job{ID: "job", Kind: JobErase, At: t1, Caller: a.CallerID, Calls: []string{"a1"}}
		err := s.update("note", func(t *txn) error { return put(t, bJobs, []byte(job.ID), house, job) })
		if cut > 0 {
			err = errors.Join(err, s.keys.Destroy(a.CallerID))
		}
		if cut > 1 {
			err = errors.Join(err, second(s.RemoveRecords(job)))
		}
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		s = openIn(t, dir)
		jobs, err := s.Jobs()
		if err != nil || len(jobs) != 1 {
			t.Fatalf("cut %d: %+v, %v", cut, jobs, err)
		}
		if cut > 0 {
			for _, err := range []error{second(s.Caller(a.CallerID)), second(s.Call("a1")), second(s.Full("a1"))} {
				if !errors.Is(err, ErrNotFound) {
					t.Errorf("cut %d: %v", cut, err)
				}
			}
			cs, err1 := s.Callers(0)
			calls, err2 := s.Calls(Filter{})
			ms, err3 := s.Messages(0, true)
			if err := errors.Join(err1, err2, err3); err != nil || len(cs) != 1 || len(calls) != 1 || len(ms) != 1 {
				t.Errorf("cut %d: %v, %v, %v, %v", cut, cs, calls, ms, err)
			}
			if c, err := s.BeginCall(record.Call{ID: "new", From: "+12175550142", Started: t1}); err != nil || c.CallerID == a.CallerID {
				t.Errorf("cut %d: %+v, %v", cut, c, err) // calls go on
			}
		}
		if err := errors.Join(s.ResumeJob(jobs[0]), s.FinishJob(jobs[0])); err != nil {
			t.Fatal(err)
		}
		sound(t, s)
		if stone, err := s.Tombstone("job"); err != nil || stone.Calls != 1 || stone.Messages != 1 || stone.Finished.IsZero() {
			t.Errorf("cut %d: %+v, %v", cut, stone, err)
		}
	}
}

func TestMergeAndSplit(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	a, b := speak(t, s, "a1", "+12175550142", "Anna"), speak(t, s, "b1", "+12175550199", "Anna's office")
	speak(t, s, "b2x", "+12175550199", "Bob")
	if err := s.SetHold(record.Hold{Caller: b.CallerID, Reason: "claim", Until: t1.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	job, err := s.Merge(b.CallerID, a.CallerID, "owner")
	if err != nil || !slices.Equal(job.Calls, []string{"b1", "b2x"}) {
		t.Fatalf("%+v, %v", job, err)
	}
	if err := s.FinishMove(job); err != nil {
		t.Fatal(err)
	}
	if _, err := s.keys.Key(b.CallerID); !errors.Is(err, keyring.ErrGone) {
		t.Errorf("the key of the former card: %v", err)
	}
	sound(t, s)
	card, err := s.Caller(a.CallerID)
	if err != nil || len(card.Numbers()) != 2 || card.Calls != 3 || card.Name != "Anna" {
		t.Errorf("%+v, %v", card, err)
	}
	if h, err := s.Hold(a.CallerID); err != nil || h.Reason != "claim" {
		t.Errorf("the hold did not come along: %+v, %v", h, err)
	}
	f, err := s.Full("b2x")
	if err != nil || f.Caller.ID != a.CallerID || f.Call.CallerID != a.CallerID || len(f.Turns) != 2 || f.Messages[0].CallerID != a.CallerID {
		t.Errorf("%+v, %v", f, err)
	}
	if c, err := s.FindCaller("+12175550199"); err != nil || c.ID != a.CallerID {
		t.Errorf("%+v, %v", c, err)
	}

	for name, try := range map[string]func() error{
		"with itself":   func() error { return second(s.Merge(a.CallerID, a.CallerID, "")) },
		"with nobody":   func() error { return second(s.Merge(a.CallerID, "nobody", "")) },
		"held":          func() error { _, _, err := s.Split(a.CallerID, []string{"b1"}, record.Caller{}, ""); return err },
		"all calls":     func() error { _, _, err := s.Split(a.CallerID, job.Calls, record.Caller{}, ""); return err },
		"somebody's":    func() error { _, _, err := s.Split(a.CallerID, []string{"zz"}, record.Caller{}, ""); return err },
		"no calls":      func() error { _, _, err := s.Split(a.CallerID, nil, record.Caller{}, ""); return err },
		"taken number":  func() error { return second(s.AddCaller(numbered("+12175550142"))) },
		"taken, change": func() error { return takeNumber(s, speak(t, s, "other", "+13125550100", "Carl").CallerID) },
	} {
		if try() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := s.DropHold(a.CallerID); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	fresh, job, err := s.Split(a.CallerID, []string{"b1", "b2x"}, numbered("+12175550199"), "owner")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.FinishJob(job); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
	if was, err := s.Caller(a.CallerID); err != nil || was.Calls != 1 || len(was.Numbers()) != 1 || fresh.Calls != 2 ||
		fresh.Number != "+12175550199" {
		t.Errorf("%+v, %+v, %v", was, fresh, err)
	}
	// Each is erased without the other.
	job, err = s.Erase(a.CallerID, "", "")
	if err != nil || !slices.Equal(job.Calls, []string{"a1"}) {
		t.Fatalf("%+v, %v", job, err)
	}
	f, err = s.Full("b1")
	if err != nil || f.Caller.ID != fresh.ID || f.Messages[0].Name != "Anna's office" {
		t.Errorf("%+v, %v", f, err)
	}
	sound(t, s)
}

func numbered(n record.PhoneNumber) (c record.Caller) {
	c.Learn(record.Field{Kind: record.FieldNumber, Value: record.Personal(n), Source: record.SourceOffice})
	return c
}

func takeNumber(s *Store, caller string) error {
	_, err := s.ChangeCaller(caller, func(c *record.Caller) error {
		c.Learn(record.Field{Kind: record.FieldNumber, Value: "+12175550142"})
		return nil
	})
	var taken *TakenError
	if !errors.As(err, &taken) {
		return nil // not the error that was wanted
	}
	return err
}

// Others write, read and erase while the file is written anew, again and again: nothing is lost, nothing comes back.
func TestCompactWhileOthersWrite(t *testing.T) {
	dir := t.TempDir()
	s := openIn(t, dir)
	for i := range 200 {
		speak(t, s, fmt.Sprintf("old%03d", i), record.PhoneNumber(fmt.Sprintf("+1217555%04d", i)), "somebody of before")
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	kept := map[string]record.Personal{}
	for w := range 3 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				m, err := s.SaveMessage(record.Message{CallID: fmt.Sprintf("old%03d", i%200), Reason: record.Personal(fmt.Sprint(w, i))})
				if errors.Is(err, ErrNotFound) {
					continue // erased meanwhile
				}
				if err == nil && i%3 == 0 {
					err = s.MarkDone(m.ID, true)
				}
				if err != nil && !errors.Is(err, ErrNotFound) {
					t.Error(err)
				}
				mu.Lock()
				kept[m.ID] = m.Reason
				mu.Unlock()
				if _, err := s.Messages(20, true); err != nil {
					t.Error(err)
				}
			}
		})
	}
	erased := map[string]bool{}
	for i := range 8 {
		c, err := s.Call(fmt.Sprintf("old%03d", i*7))
		if err != nil {
			t.Fatal(err)
		}
		job, err := s.Erase(c.CallerID, "", "")
		if err != nil {
			t.Fatal(err)
		}
		erased[c.CallerID] = true
		if err := errors.Join(s.Compact(), s.FinishJob(job)); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
	sound(t, s)
	for range 2 {
		lost := 0
		for id, reason := range kept {
			m, err := s.Message(id)
			switch {
			case errors.Is(err, ErrNotFound):
				lost++
			case err != nil:
				t.Error(err)
			case m.Reason != reason || erased[m.CallerID]:
				t.Errorf("%+v", m)
			}
		}
		if lost > len(kept)/5 { // 8 of 200 callers were erased
			t.Errorf("%d of %d messages are lost", lost, len(kept))
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openIn(t, dir)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "*.compact")); len(names) != 0 {
		t.Errorf("left behind: %v", names)
	}
	t.Logf("%d messages beside 8 compactions", len(kept))
}

func TestKeysAndRecordsBelongTogether(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	speak(t, openIn(t, other), "x", "+1", "x")
	s := openIn(t, dir)
	speak(t, s, "a", "+12175550142", "Anna")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	try := func() error {
		s, err := Open(s.path, Options{})
		if err == nil {
			_ = s.Close()
		}
		return err
	}
	keys, aside := filepath.Join(dir, KeysFile), filepath.Join(dir, "aside")
	if err := os.Rename(keys, aside); err != nil {
		t.Fatal(err)
	}
	if err := try(); err == nil {
		t.Error("opened without its keys")
	}
	if _, err := os.Stat(keys); err == nil {
		t.Error("a new ring was made for old records")
	}
	b, err := os.ReadFile(filepath.Join(other, KeysFile))
	if err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(filepath.Join(other, "frontdesk.key"))
	if err := errors.Join(err, os.WriteFile(keys, b, 0o600), os.Rename(filepath.Join(dir, "frontdesk.key"), aside+".key"),
		os.WriteFile(filepath.Join(dir, "frontdesk.key"), key, 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := try(); err == nil {
		t.Error("opened with the keys of other records")
	}
	if err := errors.Join(os.Rename(aside, keys), os.Rename(aside+".key", filepath.Join(dir, "frontdesk.key"))); err != nil {
		t.Fatal(err)
	}
	if err := try(); err != nil {
		t.Error(err)
	}
}
