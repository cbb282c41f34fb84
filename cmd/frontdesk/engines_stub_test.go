//go:build !native

package main

import (
	"log/slog"
	"strings"
	"testing"

	"frontdesk.internal/models/engines"
)

func TestBuildWithoutEnginesSaysSo(t *testing.T) {
	_, states := superviseEngines(t, slog.New(slog.DiscardHandler), "--asr", "x")
	st := untilEngines(t, states, "down", func(s engines.State) bool { return s.Reason != "" })
	if !strings.Contains(st.Reason, "make setup") {
		t.Errorf("reason = %q", st.Reason)
	}
}
