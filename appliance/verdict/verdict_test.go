package verdict_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/verdict"
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
		a, b := verdict.DiskPolicy(free, nil)
		if v := verdict.Disk(free, nil); a != want.noRecordings || b != want.noTranscripts || v.Severity != want.severity {
			t.Errorf("with %d MB: %v, %v, %+v", free>>20, a, b, v)
		}
	}
	if a, b := verdict.DiskPolicy(0, errors.New("no such device")); a || b {
		t.Error("what cannot be read is taken for full")
	}
}

// Every engine that is not there, or does without something, has a condition that says what is lost.
func TestWhatAMissingEngineCosts(t *testing.T) {
	now := time.Now()
	ready := engines.EngineState{Phase: engines.Ready}
	whole := engines.State{
		Status: engines.Up, Since: now.Add(-time.Hour), Child: engines.ChildState{Ears: ready, Mind: ready, Mouth: ready, Meaning: ready},
	}
	for name, v := range verdict.Engines(whole, true, now) {
		if v.Severity != health.OK {
			t.Errorf("%s, with all engines: %+v", name, v)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*engines.ChildState)
		want   string
	}{
		{verdict.Ears, func(c *engines.ChildState) { c.Ears.Phase = engines.Absent }, "keypad"},
		{verdict.Mind, func(c *engines.ChildState) { c.Mind.Phase = engines.Loading }, "still loads"},
		{verdict.Mouth, func(c *engines.ChildState) {
			c.Mouth = engines.EngineState{Phase: engines.Failed, Problem: "voice.onnx: truncated"}
		}, "truncated"},
		{verdict.Mouth, func(c *engines.ChildState) { c.Mouth.Problem = "the voice for language \"de\" cannot be used" }, "language \"de\""},
		{verdict.Meaning, func(c *engines.ChildState) { c.Meaning.Phase = engines.Absent }, "by meaning"},
		{verdict.Meaning, func(c *engines.ChildState) { c.Meaning.Problem = "e5: no such file" }, "e5: no such file"},
	} {
		s := whole
		tt.change(&s.Child)
		for name, v := range verdict.Engines(s, true, now) {
			if bad := v.Severity == health.Degraded && strings.Contains(v.Text, tt.want); bad != (name == tt.name) || v.Severity == health.Failed {
				t.Errorf("%s, want %q for %s: %+v", name, tt.want, tt.name, v)
			}
		}
	}
}

// A registration that is only just beginning is no fault; one that is refused says why.
func TestWhatARegistrationCosts(t *testing.T) {
	now := time.Now()
	for name, tt := range map[string]struct {
		status phone.Status
		want   health.Severity
		text   string
	}{
		"registered": {phone.Status{State: phone.StateRegistered}, health.OK, ""},
		"none set":   {phone.Status{State: phone.StateOff}, health.Degraded, "No telephone system"},
		"beginning":  {phone.Status{State: phone.StateRegistering, Since: now.Add(-time.Second)}, health.OK, ""},
		"for long":   {phone.Status{State: phone.StateRegistering, Since: now.Add(-time.Hour)}, health.Failed, "for a while"},
		"refused":    {phone.Status{State: phone.StateFailed, Failure: phone.FailForbidden, Code: 403}, health.Failed, "SIP answer 403"},
	} {
		if v := verdict.Registration(tt.status, now); v.Severity != tt.want || !strings.Contains(v.Text, tt.text) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// Whoever is called back hears in plain words why nobody was reached.
func TestWhyNobodyWasReached(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&phone.TransferError{Status: 486}, "is busy"},
		{&phone.RefusedError{Status: 480}, "did not answer"},
		{&phone.TransferError{}, "did not say what came of it"},
		{phone.ErrNotRegistered, "not connected"},
		{phone.ErrShutdown, "cannot be rung now"},
		{errors.New("no route"), "no route"},
	} {
		if got := verdict.Call(tt.err); !strings.Contains(got, tt.want) {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
}
