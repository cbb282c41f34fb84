package appliance

import (
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// While the disk is nearly full, what is said on calls is not kept.
func TestWhatIsSaidIsSparedWhileTheDiskIsFull(t *testing.T) {
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := s.BeginCall(record.Call{ID: "call-1", Started: time.Now()}); err != nil {
		t.Fatal(err)
	}
	r := &sparing{Store: s}
	r.spare.Store(true)
	if err := r.AddTurn("call-1", record.Turn{Heard: "hello"}); err != nil {
		t.Fatal(err)
	}
	r.spare.Store(false)
	if err := r.AddTurn("call-1", record.Turn{Index: 1, Heard: "still there"}); err != nil {
		t.Fatal(err)
	}
	if ts, err := s.Turns("call-1"); err != nil || len(ts) != 1 || ts[0].Index != 1 {
		t.Errorf("%+v, %v", ts, err)
	}
}
