package whisper

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"frontdesk.internal/models/engines"
)

// heard makes tokens of text, one a word, all of one log probability.
func heard(text string, logProb, noSpeech float64, d time.Duration) decoded {
	out := decoded{noSpeech: noSpeech, duration: d}
	for _, w := range strings.SplitAfter(text, " ") {
		out.pieces = append(out.pieces, piece{text: " " + strings.TrimSuffix(w, " "), prob: math.Exp(logProb), logProb: logProb})
	}
	return out
}

func TestGate(t *testing.T) {
	for _, tt := range []struct {
		text              string
		logProb, noSpeech float64
		want              string
	}{
		{"I'd like to book a cleaning.", -0.2, 0.02, ""},
		{"I'd like to book a cleaning.", -0.2, 0.9, ""}, // sure words beat a doubtful detector
		{"I'd like to book a cleaning.", -1.0, 0.9, RejectedNoSpeech},
		{"I'd like to book a cleaning.", -1.5, 0.1, RejectedLowProbability},
		{"Thank you.", -0.1, 0.05, ""},
		{"Thank you.", -0.3, 0.5, RejectedNoSpeech},
		{"Thanks for watching!", -0.9, 0.1, RejectedNoSpeech},
		{"Bye.", -0.2, 0.1, ""},
		{"", 0, 0.9, RejectedNoSpeech},
		{"...", -0.2, 0.1, RejectedNoSpeech},
		{"[BLANK_AUDIO]", -0.2, 0.1, RejectedNoise},
		{"(upbeat music)", -0.2, 0.1, RejectedNoise},
		{"♪ ♪", -0.2, 0.1, RejectedNoise},
		{"*beep*", -0.2, 0.1, RejectedNoise},
		{"It is 5 (five) o'clock", -0.2, 0.1, ""},
		{"No, no, no, no, no.", -0.3, 0.1, ""},
		{"five five five five one two one two", -0.2, 0.1, ""},
		{strings.Repeat("no ", 20), -0.1, 0.1, RejectedRepetition},
		{strings.Repeat("I don't know. ", 4), -0.1, 0.1, RejectedRepetition},
		{strings.Repeat("and then we went to the ", 3), -0.1, 0.1, RejectedRepetition},
	} {
		got := heard(tt.text, tt.logProb, tt.noSpeech, 5*time.Second).recognition()
		if got.Rejected != tt.want {
			t.Errorf("%q at %.1f, no speech %.1f: got %q, want %q", tt.text, tt.logProb, tt.noSpeech, got.Rejected, tt.want)
		}
		if (got.Text == "") != (tt.want != "") || (got.Words == nil) != (tt.want != "") {
			t.Errorf("%q: got text %q and %d words with rejection %q", tt.text, got.Text, len(got.Words), got.Rejected)
		}
	}
	fast := heard("far too many words for the tenth of a second that was heard here", -0.1, 0.1, 100*time.Millisecond)
	if got := fast.recognition().Rejected; got != RejectedLowProbability {
		t.Errorf("impossible speed: got %q, want %q", got, RejectedLowProbability)
	}
}

func TestWords(t *testing.T) {
	d := decoded{pieces: []piece{
		{text: " Mr", prob: 0.9}, {text: ".", prob: 0.8}, {text: " M\xc3", prob: 0.9}, {text: "\xbcller", prob: 0.3},
		{text: ",", prob: 0.7}, {text: " ", prob: 0.1}, {special: true, prob: 0.2}, {text: " hi", prob: 1},
	}, noSpeech: -1}
	text, words := d.words()
	if text != "Mr. Müller,  hi" {
		t.Errorf("got text %q", text)
	}
	want := []engines.Word{{Text: "Mr.", Prob: 0.8}, {Text: "Müller,", Prob: 0.3}, {Text: "hi", Prob: 1}}
	if len(words) != len(want) {
		t.Fatalf("got words %v, want %v", words, want)
	}
	for i := range want {
		if words[i] != want[i] {
			t.Errorf("word %d: got %v, want %v", i, words[i], want[i])
		}
	}
}

func TestLimits(t *testing.T) {
	for _, tt := range []struct{ samples, floor, want int }{
		{1600, 512, 512}, {8 * engines.Rate, 512, 512}, {10 * engines.Rate, 512, 768}, {1600, 768, 768}, {10 * engines.Rate, 768, 768}, {14 * engines.Rate, 768, 768}, {15 * engines.Rate, 768, 1024},
		{20 * engines.Rate, 768, 1280}, {30 * engines.Rate, 768, 1280}, {engines.Rate, 640, 768}, {engines.Rate, 1500, 1280}, {0, 1, 256},
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
	if n := physicalCores(); n < 1 {
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
		{engines.Recognition{Rejected: RejectedRepetition, AvgLogProb: -0.1}, true},
		{engines.Recognition{Rejected: RejectedLowProbability, AvgLogProb: -1.5}, true},
		{engines.Recognition{Rejected: RejectedNoSpeech, AvgLogProb: -0.9}, false},
		{engines.Recognition{Rejected: RejectedNoise}, false},
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

func FuzzGate(f *testing.F) {
	f.Add("[music] thank you thank you", -0.5, 0.5)
	f.Fuzz(func(t *testing.T, text string, logProb, noSpeech float64) {
		got := heard(text, logProb, noSpeech, time.Second).recognition()
		if !utf8.ValidString(got.Text) {
			t.Errorf("%q: got invalid text %q", text, got.Text)
		}
		if got.Rejected == "" && len(normalise(got.Text)) == 0 {
			t.Errorf("%q: believed %q, which holds no word", text, got.Text)
		}
	})
}
