package transcript

import (
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"frontdesk.internal/models/engines"
)

// heard makes tokens of text, one a word, all of one log probability.
func heard(text string, logProb, noSpeech float64, d time.Duration) Decoded {
	out := Decoded{NoSpeech: noSpeech, Duration: d}
	for _, w := range strings.SplitAfter(text, " ") {
		out.Pieces = append(out.Pieces, Piece{Text: " " + strings.TrimSuffix(w, " "), Prob: math.Exp(logProb), LogProb: logProb})
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
		{"Thank you.", -0.1, -1, RejectedNoSpeech}, // nobody knows
		{"Yes.", -0.1, -1, ""},
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
		got := heard(tt.text, tt.logProb, tt.noSpeech, 5*time.Second).Recognition()
		if got.Rejected != tt.want {
			t.Errorf("%q at %.1f, no speech %.1f: got %q, want %q", tt.text, tt.logProb, tt.noSpeech, got.Rejected, tt.want)
		}
		if (got.Text == "") != (tt.want != "") || (got.Words == nil) != (tt.want != "") {
			t.Errorf("%q: got text %q and %d words with rejection %q", tt.text, got.Text, len(got.Words), got.Rejected)
		}
	}
	fast := heard("far too many words for the tenth of a second that was heard here", -0.1, 0.1, 100*time.Millisecond)
	if got := fast.Recognition().Rejected; got != RejectedLowProbability {
		t.Errorf("impossible speed: got %q, want %q", got, RejectedLowProbability)
	}
}

func TestWords(t *testing.T) {
	d := Decoded{Pieces: []Piece{
		{Text: " Mr", Prob: 0.9}, {Text: ".", Prob: 0.8}, {Text: " M\xc3", Prob: 0.9}, {Text: "\xbcller", Prob: 0.3},
		{Text: ",", Prob: 0.7}, {Text: " ", Prob: 0.1}, {Special: true, Prob: 0.2}, {Text: " hi", Prob: 1},
	}, NoSpeech: -1}
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

func FuzzGate(f *testing.F) {
	f.Add("[music] thank you thank you", -0.5, 0.5)
	f.Fuzz(func(t *testing.T, text string, logProb, noSpeech float64) {
		got := heard(text, logProb, noSpeech, time.Second).Recognition()
		if !utf8.ValidString(got.Text) {
			t.Errorf("%q: got invalid text %q", text, got.Text)
		}
		if got.Rejected == "" && len(normalise(got.Text)) == 0 {
			t.Errorf("%q: believed %q, which holds no word", text, got.Text)
		}
	})
}
