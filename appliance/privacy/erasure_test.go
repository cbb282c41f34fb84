package privacy_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

var errPower = errors.New("the power is cut")

// failing are records and recordings whose power is cut at one step: before it is taken, or when it was and nobody has heard of it.
type failing struct {
	*store.Store
	recordings privacy.Recordings
	at         string
	after      bool
	off        bool
	taken      []string
}

func (f *failing) step(name string, do func() error) error {
	if f.off || f.at == name && !f.after {
		f.off = true
		return errPower
	}
	f.taken = append(f.taken, name)
	err := do()
	if f.at == name {
		f.off = true
		return errPower
	}
	return err
}

func (f *failing) NoteErasure(caller, reason, by string) (j store.Job, err error) {
	err = f.step("note", func() error { j, err = f.Store.NoteErasure(caller, reason, by); return err })
	return j, err
}
func (f *failing) DestroyKey(j store.Job) error {
	return f.step("key", func() error { return f.Store.DestroyKey(j) })
}
func (f *failing) RemoveRecords(j store.Job) (k store.Job, err error) {
	err = f.step("records", func() error { k, err = f.Store.RemoveRecords(j); return err })
	return k, err
}
func (f *failing) Remove(call string) error {
	return f.step("recording", func() error { return f.recordings.Remove(call) })
}
func (f *failing) Move(call, owner string) error {
	return f.step("recording", func() error { return f.recordings.Move(call, owner) })
}
func (f *failing) Compact() error { return f.step("compact", f.Store.Compact) }
func (f *failing) FinishJob(j store.Job) error {
	return f.step("end", func() error { return f.Store.FinishJob(j) })
}

// The power may be cut before and after each step of an erasure: from the key on nothing can be read, and the next start completes it.
func TestAnErasureIsCompletedWhereverThePowerWasCut(t *testing.T) {
	steps := []string{"note", "key", "records", "recording", "compact", "end"}
	for i, at := range steps {
		for _, after := range []bool{false, true} {
			b := open(t)
			who := b.call(t, "call-1", "+12175550142", noon, words)
			other := b.call(t, "call-2", "+12175550199", noon, "something else altogether")
			f := &failing{Store: b.store, recordings: b.recordings, at: at, after: after}
			officer := privacy.New(privacy.Options{Records: f, Recordings: f, Dir: b.dir})
			if _, err := officer.Erase(t.Context(), who, "asked", "test"); !errors.Is(err, errPower) {
				t.Fatalf("%s: %v", at, err)
			}
			noted := i > 0 || after
			if _, err := b.store.Caller(who); noted && i+boolInt(after) > 1 != errors.Is(err, store.ErrNotFound) {
				t.Errorf("cut at %s, after %v: the card: %v", at, after, err)
			}
			if err := b.officer.Resume(t.Context()); err != nil {
				t.Fatalf("cut at %s, after %v: %v", at, after, err)
			}
			if jobs, err := b.store.Jobs(); err != nil || len(jobs) != 0 {
				t.Errorf("cut at %s, after %v: jobs %v, %v", at, after, jobs, err)
			}
			stones, err := b.store.Tombstones()
			if !noted {
				if _, cerr := b.store.Caller(who); err != nil || len(stones) != 0 || cerr != nil {
					t.Errorf("not noted, and begun all the same: %+v, %v, %v", stones, err, cerr)
				}
				continue
			}
			if err != nil || len(stones) != 1 || stones[0].Finished.IsZero() || stones[0].Calls != 1 || stones[0].Messages != 1 {
				t.Errorf("cut at %s, after %v: %+v, %v", at, after, stones, err)
			}
			p, err := b.officer.Prove(t.Context(), stones[0].ID, []string{words, "2175550142"})
			if err != nil || !p.Clean() {
				t.Errorf("cut at %s, after %v: %+v, %v", at, after, p, err)
			}
			list, err := b.recordings.List()
			if err != nil || len(list) != 1 {
				t.Errorf("cut at %s, after %v: recordings %v, %v", at, after, list, err)
			}
			if ms, err := b.store.MessagesOfCaller(other); err != nil || len(ms) != 1 {
				t.Errorf("cut at %s, after %v: of somebody else %v, %v", at, after, ms, err)
			}
			if rep, err := b.store.CheckAll(); err != nil || len(rep.Faults) > 0 {
				t.Errorf("cut at %s, after %v: %+v, %v", at, after, rep, err)
			}
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestStepsOfAnErasureInTheirOrder(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	f := &failing{Store: b.store, recordings: b.recordings}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // who asked has gone: it is done all the same
	officer := privacy.New(privacy.Options{Records: f, Recordings: f, Dir: b.dir})
	if _, err := officer.Erase(ctx, who, "asked", "test"); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got, want := strings.Join(f.taken, " "), "note key records recording compact end"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	if jobs, err := b.store.Jobs(); err != nil || len(jobs) != 0 {
		t.Errorf("%v, %v", jobs, err)
	}
	if err := officer.Resume(t.Context()); err != nil || len(f.taken) != 6 {
		t.Errorf("nothing is left, and yet: %v, %v", f.taken, err)
	}
}

// A card that went into another one keeps its recordings, wherever the power was cut, and the former key goes last.
func TestAMoveIsCompletedWhereverThePowerWasCut(t *testing.T) {
	for _, at := range []string{"recording", "key", "end"} {
		for _, after := range []bool{false, true} {
			b := open(t)
			from := b.call(t, "call-1", "+12175550142", noon, words)
			into := b.call(t, "call-2", "+12175550199", noon.Add(time.Hour), "more")
			f := &failing{Store: b.store, recordings: b.recordings, at: at, after: after}
			err := privacy.New(privacy.Options{Records: f, Recordings: f, Dir: b.dir}).Merge(t.Context(), from, into, "test")
			if !errors.Is(err, errPower) {
				t.Fatalf("%s: %v", at, err)
			}
			if err := b.officer.Resume(t.Context()); err != nil {
				t.Fatalf("cut at %s, after %v: %v", at, after, err)
			}
			for _, call := range []string{"call-1", "call-2"} {
				if s, err := b.recordings.Sound(call); err != nil {
					t.Errorf("cut at %s, after %v: %s: %v", at, after, call, err)
				} else if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if jobs, err := b.store.Jobs(); err != nil || len(jobs) != 0 {
				t.Errorf("cut at %s, after %v: %v, %v", at, after, jobs, err)
			}
			if names, err := b.store.Keys().Names(); err != nil || slices.Contains(names, from) || !slices.Contains(names, into) {
				t.Errorf("cut at %s, after %v: keys %v, %v", at, after, names, err)
			}
		}
	}
}

// A hold forbids it before anything is noted, and so does a caller who is not there.
func TestAnErasureThatMayNotBe(t *testing.T) {
	b := open(t)
	who := b.call(t, "call-1", "+12175550142", noon, words)
	if err := b.store.SetHold(record.Hold{Caller: who, Reason: "a claim", Until: noon.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	f := &failing{Store: b.store, recordings: b.recordings}
	officer := privacy.New(privacy.Options{Records: f, Recordings: f, Dir: b.dir})
	var held *store.HeldError
	if _, err := officer.Erase(t.Context(), who, "asked", "test"); !errors.As(err, &held) {
		t.Errorf("held: %v", err)
	}
	if _, err := officer.Erase(t.Context(), "nobody", "asked", "test"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if jobs, err := b.store.Jobs(); err != nil || len(jobs) != 0 || slices.Contains(f.taken, "key") {
		t.Errorf("%v, %v, %v", jobs, f.taken, err)
	}
}

func TestEraseGone(t *testing.T) {
	b := open(t)
	var gone []string
	for _, n := range []record.PhoneNumber{"+12175550142", "+12175550143"} {
		gone = append(gone, b.call(t, "call-"+string(n[1:]), n, noon, words))
	}
	other := b.call(t, "other", "+12175550199", noon, "something else altogether")
	if err := b.store.Keys().Destroy(gone...); err != nil {
		t.Fatal(err)
	}
	f := &failing{Store: b.store}
	if n, err := privacy.EraseGone(f); err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	if n := strings.Count(strings.Join(f.taken, " "), "compact"); n != 1 {
		t.Errorf("written anew %d times: %v", n, f.taken)
	}
	if ids, err := b.store.CallerIDs(); err != nil || len(ids) != 1 || ids[0] != other {
		t.Errorf("%v, %v", ids, err)
	}
	stones, err := b.store.Tombstones()
	if err != nil || len(stones) != 2 || stones[0].By != "restore" || stones[1].Finished.IsZero() {
		t.Errorf("%+v, %v", stones, err)
	}
	if n, err := privacy.EraseGone(f); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}
