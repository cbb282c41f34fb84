//go:build native

package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestBenchCallers has one caller ring the real models, and looks that every promised figure is there.
func TestBenchCallers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	var out, errs bytes.Buffer
	args := []string{"bench", "callers", "--json", "--dir", t.TempDir(), "--line", "clean", "--goal", "hours", "--callers", "1"}
	if code := run(t.Context(), args, nil, &out, &errs); code != exitOK {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	for _, key := range []string{
		"callers", "goal", "message_exact", "number_exact", "name_ok", "wrong_facts", "harmful", "cutins_per_100", "missed_bargeins", "dead_air", "gap_p95_ms",
		"p50_ms", "p95_ms", "cpu_s_per_turn", "cores",
	} {
		if _, ok := got[key].(float64); !ok {
			t.Errorf("%s is %v", key, got[key])
		}
	}
	held, _ := got["held_out"].(map[string]any)
	by, _ := got["by"].(map[string]any)
	if held["goal"] == nil || by["persona"] == nil || by["line"] == nil || by["goal"] == nil {
		t.Errorf("parts are missing: %v, %v", held, by)
	}
	if n, _ := got["turns"].(float64); n < 1 {
		t.Errorf("only %v turns", n)
	}
}
