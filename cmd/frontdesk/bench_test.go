package main

import (
	"io"
	"strings"
	"testing"

	"frontdesk.internal/models/asrbench"
)

func TestBenchUsage(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{nil, 2, "Usage"},
		{[]string{"--help"}, 0, "asr"},
		{[]string{"nothing"}, 2, `no command "nothing"; use one of: asr, callers`},
		{[]string{"asr", "--every", "0"}, 2, "--every"},
		{[]string{"asr", "extra"}, 2, "one word too many"},
		{[]string{"media", "--calls", "0"}, 2, "--calls"},
		{[]string{"media", "--codec", "GSM"}, 2, "--codec"},
		{[]string{"embed", "--rounds", "0"}, 2, "--rounds"},
		{[]string{"embed", "--models", "/none"}, 1, "mpnet"},
		{[]string{"asr", "--bad"}, 2, "bad"},
		{[]string{"asr", "-h"}, 0, "--sounds"},
		{[]string{"asr", "--transcripts", "none.gz"}, 1, asrbench.TranscriptsPackage},
	} {
		var out strings.Builder
		code := run(t.Context(), append([]string{"bench"}, tt.args...), nil, &out, &out)
		if code != tt.code || !strings.Contains(out.String(), tt.want) {
			t.Errorf("%q: got code %d and %q, want %d and %q", tt.args, code, out.String(), tt.code, tt.want)
		}
	}
}

// Nothing is lost, doubled or out of order through a destination that flaps and a box that is stopped in between.
func TestBenchDelivery(t *testing.T) {
	got, err := measureDelivery(t.Context(), io.Discard, t.TempDir(), 400)
	if err != nil {
		t.Fatal(err)
	}
	if got["sent"] != 400 || got["lost"] != 0 || got["doubled"] != 0 || got["order_broken"] != 0 || got["repeated_same_key"] == 0 {
		t.Errorf("%v", got)
	}
}

func TestThin(t *testing.T) {
	all := make([]asrbench.Prompt, 100)
	for _, tt := range []struct{ every, most, want int }{{1, 0, 100}, {3, 0, 33}, {1, 10, 10}, {1, 200, 100}, {50, 10, 2}} {
		if got := len(thin(all, tt.every, tt.most)); got != tt.want {
			t.Errorf("every %d, at most %d: got %d, want %d", tt.every, tt.most, got, tt.want)
		}
	}
}
