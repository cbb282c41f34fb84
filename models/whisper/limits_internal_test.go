package whisper

import (
	"strings"
	"testing"
	"unicode/utf8"

	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/transcript"
)

func TestLimits(t *testing.T) {
	for _, tt := range []struct{ samples, floor, want int }{
		{1600, 512, 512}, {8 * engines.Rate, 512, 512}, {10 * engines.Rate, 512, 768}, {1600, 768, 768}, {10 * engines.Rate, 768, 768},
		{14 * engines.Rate, 768, 768}, {15 * engines.Rate, 768, 1024}, {20 * engines.Rate, 768, 1280}, {30 * engines.Rate, 768, 1280},
		{engines.Rate, 640, 768}, {engines.Rate, 1500, 1280}, {0, 1, 256},
	} {
		if got := audioContext(tt.samples, tt.floor); got != tt.want {
			t.Errorf("context of %d samples: got %d, want %d", tt.samples, got, tt.want)
		}
	}
	if got := tokenLimit(2*engines.Rate, 200); got != 32 {
		t.Errorf("tokens of 2 s: got %d, want 32", got)
	}
	if got := tokenLimit(30*engines.Rate, 200); got != 200 {
		t.Errorf("tokens of 30 s: got %d, want the limit", got)
	}
	if n := PhysicalCores(); n < 1 {
		t.Errorf("got %d cores", n)
	}
}

// A loop or a guess may come of a short context and is worth another look; silence, noise and words that are merely unsure are not.
func TestASecondLook(t *testing.T) {
	for _, tt := range []struct {
		got  engines.Recognition
		want bool
	}{
		{engines.Recognition{Text: "Yes.", AvgLogProb: -0.2}, false},
		{engines.Recognition{Text: "10th floor, 10th floor", AvgLogProb: -1}, false},
		{engines.Recognition{Rejected: transcript.RejectedRepetition, AvgLogProb: -0.1}, true},
		{engines.Recognition{Rejected: transcript.RejectedLowProbability, AvgLogProb: -1.5}, true},
		{engines.Recognition{Rejected: transcript.RejectedNoSpeech, AvgLogProb: -0.9}, false},
		{engines.Recognition{Rejected: transcript.RejectedNoise}, false},
	} {
		if got := doubtful(tt.got); got != tt.want {
			t.Errorf("%+v: doubtful is %v", tt.got, got)
		}
	}
}

func TestPromptText(t *testing.T) {
	if got := promptText("  Dr. Müller\x00, crown "); got != "Dr. Müller , crown" {
		t.Errorf("got %q", got)
	}
	if got := promptText(strings.Repeat("ü", 500)); utf8.RuneCountInString(got) != 200 || !utf8.ValidString(got) {
		t.Errorf("got %d characters, want 200 whole ones", utf8.RuneCountInString(got))
	}
}
