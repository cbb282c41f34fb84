package appliance

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/engines"
)

// A disk that fills costs recordings first, then what was said, messages last.
func TestWhatAFullDiskCosts(t *testing.T) {
	for free, want := range map[uint64]struct {
		noRecordings, noTranscripts bool
		severity                    health.Severity
	}{
		2 << 30:   {false, false, health.OK},
		800 << 20: {false, false, health.Degraded},
		300 << 20: {true, false, health.Degraded},
		100 << 20: {true, true, health.Degraded},
		10 << 20:  {true, true, health.Failed},
	} {
		a, b := diskPolicy(free, nil)
		if v := diskCondition(free, nil); a != want.noRecordings || b != want.noTranscripts || v.severity != want.severity {
			t.Errorf("with %d MB: %v, %v, %+v", free>>20, a, b, v)
		}
	}
	if a, b := diskPolicy(0, errors.New("no such device")); a || b {
		t.Error("what cannot be read is taken for full")
	}
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

// Every engine that is not there, or does without something, has a condition that says what is lost.
func TestWhatAMissingEngineCosts(t *testing.T) {
	now := time.Now()
	ready := engines.EngineState{Phase: engines.Ready}
	whole := engines.State{Status: engines.Up, Since: now.Add(-time.Hour), Child: engines.ChildState{Ears: ready, Mind: ready, Mouth: ready, Meaning: ready}}
	for name, v := range enginesConditions(whole, true, now) {
		if v.severity != health.OK {
			t.Errorf("%s, with all engines: %+v", name, v)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*engines.ChildState)
		want   string
	}{
		{condEars, func(c *engines.ChildState) { c.Ears.Phase = engines.Absent }, "keypad"},
		{condMind, func(c *engines.ChildState) { c.Mind.Phase = engines.Loading }, "still loads"},
		{condMouth, func(c *engines.ChildState) {
			c.Mouth = engines.EngineState{Phase: engines.Failed, Problem: "voice.onnx: truncated"}
		}, "truncated"},
		{condMouth, func(c *engines.ChildState) { c.Mouth.Problem = "the voice for language \"de\" cannot be used" }, "language \"de\""},
		{condMeaning, func(c *engines.ChildState) { c.Meaning.Phase = engines.Absent }, "by meaning"},
		{condMeaning, func(c *engines.ChildState) { c.Meaning.Problem = "e5: no such file" }, "e5: no such file"},
	} {
		s := whole
		tt.change(&s.Child)
		for name, v := range enginesConditions(s, true, now) {
			if bad := v.severity == health.Degraded && strings.Contains(v.text, tt.want); bad != (name == tt.name) || v.severity == health.Failed {
				t.Errorf("%s, want %q for %s: %+v", name, tt.want, tt.name, v)
			}
		}
	}
}
