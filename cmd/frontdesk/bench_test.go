package main

import (
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
		{nil, 2, "usage"},
		{[]string{"--help"}, 0, "asr"},
		{[]string{"nothing"}, 2, `no bench "nothing"`},
		{[]string{"asr", "--every", "0"}, 2, "--every"},
		{[]string{"asr", "extra"}, 2, "flags only"},
		{[]string{"media", "--calls", "0"}, 2, "--calls"},
		{[]string{"media", "--codec", "GSM"}, 2, "--codec"},
		{[]string{"embed", "--rounds", "0"}, 2, "--rounds"},
		{[]string{"embed", "--models", "/none"}, 1, "mpnet"},
		{[]string{"asr", "--bad"}, 2, "bad"},
		{[]string{"asr", "-h"}, 0, "-sounds"},
		{[]string{"asr", "--transcripts", "none.gz"}, 1, asrbench.TranscriptsPackage},
	} {
		var out, errs strings.Builder
		code := (&benchCommand{&out, &errs}).Run(t.Context(), tt.args)
		if code != tt.code || !strings.Contains(errs.String(), tt.want) {
			t.Errorf("%q: got code %d and %q, want %d and %q", tt.args, code, errs.String(), tt.code, tt.want)
		}
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
