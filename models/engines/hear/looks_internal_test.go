package hear

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
)

// look is an engine that always says the same.
type look struct {
	says   engines.Recognition
	fails  error
	asked  int
	closed bool
}

func (l *look) Recognize(context.Context, audio.PCM, engines.RecognizeOptions) (engines.Recognition, error) {
	l.asked++
	return l.says, l.fails
}

func (l *look) Close() error { l.closed = true; return l.fails }

func TestTwoLooks(t *testing.T) {
	said := func(text string, avg, weakest float64) engines.Recognition {
		return engines.Recognition{Text: text, AvgLogProb: avg, Words: []engines.Word{{Text: "a", Prob: 0.9}, {Text: "b", Prob: weakest}}}
	}
	nothing := engines.Recognition{Rejected: "no_speech"}
	guess := engines.Recognition{Rejected: "low_probability", AvgLogProb: -1.5}
	for name, tt := range map[string]struct {
		quick, thorough engines.Recognition
		o               engines.RecognizeOptions
		clip            time.Duration
		fails           error
		want            string
		asked           [2]int
	}{
		"sure":      {quick: said("yes", -0.1, 0.8), thorough: said("yep", -0.1, 0.6), want: "yes", asked: [2]int{1, 0}},
		"not quite": {quick: said("yes", -0.3, 0.5), thorough: said("yep", -0.2, 0.5), want: "yep", asked: [2]int{1, 1}},
		"one word is a guess": {
			quick: said("a ground", -0.1, 0.55), thorough: said("a crown", -0.2, 0.5), want: "a crown", asked: [2]int{1, 1},
		},
		"clearly surer": {
			quick: said("opening hours", -0.3, 0.3), thorough: said("I love to know", -0.9, 0.2), want: "opening hours", asked: [2]int{1, 1},
		},
		"surer, but a guess": {
			quick: said("tin tin Mario", -0.7, 0.1), thorough: said("open", -1.2, 0.1), want: "open", asked: [2]int{1, 1},
		},
		"the thorough one knows not": {quick: said("whitening", -0.3, 0.3), thorough: guess, want: "whitening", asked: [2]int{1, 1}},
		"both guess":                 {quick: said("tin tin Mario", -0.7, 0.1), thorough: guess, want: "", asked: [2]int{1, 1}},
		"nothing found":              {quick: nothing, thorough: said("okay", -0.2, 0.8), want: "okay", asked: [2]int{1, 1}},
		"German": {
			quick: said("yes", -0.1, 0.8), thorough: said("ja", -0.4, 0.5), o: engines.RecognizeOptions{Language: "de"}, want: "ja",
			asked: [2]int{0, 1},
		},
		"English by name": {
			quick: said("yes", -0.1, 0.8), o: engines.RecognizeOptions{Language: "en", Prompt: "crown"}, want: "yes", asked: [2]int{1, 0},
		},
		"half a sentence": {
			quick: said("how much", -0.5, 0.2), o: engines.RecognizeOptions{Partial: true}, want: "how much", asked: [2]int{1, 0},
		},
		"long": {
			quick: said("yes", -0.1, 0.8), thorough: said("a story", -0.4, 0.5), clip: 11 * time.Second, want: "a story", asked: [2]int{0, 1},
		},
		"the quick one failed": {fails: errors.New("broken"), thorough: said("yep", -0.2, 0.5), want: "yep", asked: [2]int{1, 1}},
	} {
		quick, thorough := &look{says: tt.quick, fails: tt.fails}, &look{says: tt.thorough}
		looks := &TwoLooks{Quick: quick, Thorough: thorough, Logger: slog.New(slog.DiscardHandler)}
		got, err := looks.Recognize(t.Context(), make(audio.PCM, max(tt.clip, time.Second)*engines.Rate/time.Second), tt.o)
		if asked := [2]int{quick.asked, thorough.asked}; err != nil || got.Text != tt.want || asked != tt.asked {
			t.Errorf("%s: %q, asked %v, %v", name, got.Text, asked, err)
		}
	}
}

// TestTwoLooksEnd: what was cancelled is not looked at again, and both engines are closed whatever one says.
func TestTwoLooksEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	quick, thorough := &look{fails: errors.New("stopped")}, &look{}
	looks := &TwoLooks{Quick: quick, Thorough: thorough, Logger: slog.New(slog.DiscardHandler)}
	if _, err := looks.Recognize(ctx, make(audio.PCM, engines.Rate), engines.RecognizeOptions{}); err == nil || thorough.asked > 0 {
		t.Errorf("cancelled: %v, looked at %d times more", err, thorough.asked)
	}
	if err := looks.Close(); err == nil || !quick.closed || !thorough.closed {
		t.Errorf("closed %v and %v: %v", quick.closed, thorough.closed, err)
	}
}
