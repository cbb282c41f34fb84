package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/store/powertest"
)

// powerEnv names the records of a writer that does so many acts as powerActs says, and ends.
const (
	powerEnv  = "FRONTDESK_STORE_POWER_WRITER"
	powerActs = 150
)

// powerWriter acts from the first start on, and prints what was acknowledged.
func powerWriter(path string) {
	say := func(line string) { fmt.Println(line) }
	s, err := store.Open(path, store.Options{})
	r := powertest.Rand(5)
	for i := 0; err == nil && i < powerActs; i++ {
		if i%50 == 25 {
			err = imported(s, i, say)
			continue
		}
		err = act(s, r, say)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

// imported takes calls over from elsewhere.
func imported(s *store.Store, i int, say func(string)) error {
	var all []store.Full
	for k := range 20 {
		c := record.Caller{ID: fmt.Sprintf("imported-%d-%d", i, k), Number: record.PhoneNumber(fmt.Sprintf("+1415%03d%04d", i, k))}
		all = append(all, store.Full{Caller: c, Call: record.Call{
			ID: fmt.Sprintf("import-call-%d-%d", i, k), CallerID: c.ID, From: c.Number, Started: time.Now(),
		}})
	}
	if err := s.Import(all); err != nil {
		return err
	}
	for _, f := range all {
		say("call " + f.Call.ID + " " + f.Call.CallerID)
	}
	return nil
}

// The power goes at any moment: in the first start, an erasure, a rotation of the root key, a compaction, an import. The disk has what was
// waited for, and any part of the rest. All that was acknowledged is there, nothing erased is, and no file is damaged.
func TestPowerCuts(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	disks := powertest.Run(t, powerEnv+"="+filepath.Join(dir, "frontdesk.db"), dir)
	r := powertest.Rand(6)
	acknowledged := len(disks.Said(disks.Changes()))
	if acknowledged < powerActs/2 {
		t.Fatalf("the writer acknowledged %d times", acknowledged)
	}
	began := time.Now()
	for n := range powertest.Cuts() {
		at := r.IntN(disks.Changes() + 1)
		if n%10 == 0 { // in the first start
			at = r.IntN(min(disks.Changes(), 150))
		}
		afterCut(t, r, disks, at)
		if t.Failed() {
			t.Fatalf("cut %d, after %d of %d changes", n, at, disks.Changes())
		}
	}
	t.Logf("%d power cuts among %d changes, %d of them acknowledgements: none lost, in %v", powertest.Cuts(), disks.Changes(), acknowledged,
		time.Since(began).Round(time.Millisecond))
}

// afterCut opens what a cut leaves, as the appliance does.
func afterCut(t *testing.T, r *rand.Rand, disks *powertest.Disks, changes int) {
	t.Helper()
	l, begun := newLedger(), ""
	for _, line := range disks.Said(changes) {
		if who, ok := strings.CutPrefix(line, "begin "); ok {
			begun = who
			continue
		}
		if strings.HasPrefix(line, "erased ") {
			begun = ""
		}
		l.enter(t, line)
	}
	dir := t.TempDir()
	disks.Cut(t, r, changes, dir)
	s, err := store.Open(filepath.Join(dir, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Errorf("open after the cut: %v", err)
		return
	}
	complete(t, s, l)
	l.compare(t, s, begun)
	if rep, err := s.CheckAll(); err != nil || len(rep.Faults) > 0 {
		t.Errorf("%+v, %v", rep, err)
	}
	if err := errors.Join(s.Close(), os.RemoveAll(dir)); err != nil {
		t.Error(err)
	}
}
