package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// TestBenchWeb runs the whole measurement with few records, and looks that every promised figure is there.
func TestBenchWeb(t *testing.T) {
	if testing.Short() {
		t.Skip("takes twenty seconds")
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"bench", "web", "--json", "--dir", t.TempDir(), "--calls", "600", "--rounds", "2"}, nil, &out,
		&errs); code != exitOK {
		t.Fatalf("code %d: %s", code, errs.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	for _, key := range []string{"page_p95_ms", "search_p95_ms", "first_load_kb", "rtp_late", "rtp_late_alone", "rtp_packets", "cores"} {
		if _, ok := got[key].(float64); !ok {
			t.Errorf("%s is %v", key, got[key])
		}
	}
	if kb, _ := got["first_load_kb"].(float64); kb < 5 || kb > 150 {
		t.Errorf("the first load is %v KB", kb)
	}
	if n, _ := got["rtp_packets"].(float64); n < 500 {
		t.Errorf("only %v packets came: no call went on", n)
	}
}
