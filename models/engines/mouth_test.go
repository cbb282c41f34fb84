package engines_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/modelstest"
)

func TestPieces(t *testing.T) {
	sentence := strings.Repeat("word ", 30) + "end."
	long := strings.Repeat("word ", 60) + "end."
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{" \n ", nil},
		{"Hello", []string{"Hello"}},
		{"Yes.\nWe are  open today.", []string{"Yes.", "We are open today."}},
		{"Good morning, this is Dr. A. Kim. How can I help?", []string{"Good morning, this is Dr. A. Kim. How can I help?"}},
		{sentence + " " + sentence, []string{sentence, sentence}},
		{"one, " + long, []string{"one,", strings.TrimSpace(long[:48*5]), strings.TrimSpace(long[48*5:])}},
		{strings.Repeat("x", 300), []string{strings.Repeat("x", 300)}},
		{strings.Repeat("x", 300) + " y", []string{strings.Repeat("x", 300), "y"}},
	}
	for _, tt := range tests {
		if got := engines.Pieces(tt.text); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("Pieces(%q)\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

func FuzzPieces(f *testing.F) {
	f.Add("Good morning,\nthis is Dr. Kim. How can I help?")
	f.Add(strings.Repeat("word ", 300))
	f.Add(strings.Repeat("one, two; ", 100) + "…")
	f.Add(strings.Repeat("ä", 300) + " " + strings.Repeat("ö ", 300))
	f.Fuzz(func(t *testing.T, text string) {
		pieces := engines.Pieces(text)
		if got, want := strings.Join(pieces, " "), strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("pieces %q do not make the text %q", got, want)
		}
		for _, p := range pieces {
			if p == "" {
				t.Fatal("empty piece")
			}
			if utf8.RuneCountInString(p) > 240 && strings.Contains(p, " ") {
				t.Errorf("a piece of %d characters: %q", utf8.RuneCountInString(p), p)
			}
		}
	})
}

// mouthOf starts a mouth that is closed at the end of the test.
func mouthOf(t testing.TB, v engines.Voice, o engines.MouthOptions) *engines.VoiceMouth {
	t.Helper()
	m := engines.NewMouth(v, o)
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// collect speaks and joins the pieces.
func collect(t testing.TB, m engines.Mouth, r engines.SpeakRequest) audio.PCM {
	t.Helper()
	var all audio.PCM
	err := m.Speak(t.Context(), r, func(s engines.Speech) error {
		if s.Rate != r.Rate && r.Rate != 0 {
			t.Errorf("piece at %d Hz, want %d", s.Rate, r.Rate)
		}
		if d := s.PCM.Duration(s.Rate); d > 110*time.Millisecond {
			t.Errorf("piece of %v", d)
		}
		all = append(all, s.PCM...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestMouthSpeaksAtEveryRate(t *testing.T) {
	v := &modelstest.Voice{}
	m := mouthOf(t, v, engines.MouthOptions{})
	const text = "Good morning.\nWe are open today."
	for _, rate := range []int{0, 8000, 16000, 22050} {
		got := collect(t, m, engines.SpeakRequest{Text: text, Rate: rate})
		at := rate
		if at == 0 {
			at = 22050
		}
		// 60 ms a character without the space between the clauses.
		want := len(modelstest.Tone(at, 440, time.Duration(len(text)-1)*60*time.Millisecond))
		if diff := len(got) - want; diff < -2 || diff > at/500 {
			t.Errorf("%d Hz: %d samples, want %d", rate, len(got), want)
		}
		if level, want := modelstest.Level(got), modelstest.Level(modelstest.Tone(at, 440, time.Second)); level < want*9/10 ||
			level > want*11/10 {
			t.Errorf("%d Hz: level %d, want %d", rate, level, want)
		}
	}
	if got := v.Texts(); !reflect.DeepEqual(got, []string{"Good morning.", "We are open today."}) {
		t.Errorf("the voice made %q, want each clause once", got)
	}
	if err := m.Speak(t.Context(), engines.SpeakRequest{Text: "x", Rate: 12345}, func(engines.Speech) error { return nil }); err == nil {
		t.Error("a rate that cannot be made was accepted")
	}
}

func TestMouthLeavesOutTheFilterDelay(t *testing.T) {
	// A tone through the filter is the tone at the other rate, no more than a sample late: the delay is no whole number.
	m := mouthOf(t, &modelstest.Voice{Sound: modelstest.Sound{Hz: 400}}, engines.MouthOptions{})
	got := collect(t, m, engines.SpeakRequest{Text: "1234567890", Rate: 8000})
	want := modelstest.Tone(8000, 400, 600*time.Millisecond)
	for i := 800; i < 4000; i++ {
		low, high := min(want[i-1], want[i]), max(want[i-1], want[i])
		if got[i] < low-200 || got[i] > high+200 {
			t.Fatalf("sample %d is %d, want %d…%d", i, got[i], low, high)
		}
	}
}

func TestMouthCache(t *testing.T) {
	say := func(m engines.Mouth, text string, speed float64) {
		collect(t, m, engines.SpeakRequest{Text: text, Speed: speed})
	}
	t.Run("speed is part of the key", func(t *testing.T) {
		v := &modelstest.Voice{}
		m := mouthOf(t, v, engines.MouthOptions{})
		say(m, "Hi.", 0)
		say(m, "Hi.", 1)
		say(m, "Hi.", 2)
		if got := len(v.Texts()); got != 2 {
			t.Errorf("made %d times, want 2", got)
		}
	})
	t.Run("the oldest goes", func(t *testing.T) {
		v := &modelstest.Voice{SampleRate: 16000}
		m := mouthOf(t, v, engines.MouthOptions{CacheBytes: 3 * (2*4800 + 5)}) // three texts of five characters
		for _, text := range []string{"aaaa.", "bbbb.", "aaaa.", "cccc.", "dddd.", "aaaa.", "bbbb."} {
			say(m, text, 0)
		}
		want := []string{"aaaa.", "bbbb.", "cccc.", "dddd.", "bbbb."}
		if got := v.Texts(); !reflect.DeepEqual(got, want) {
			t.Errorf("made %q, want %q", got, want)
		}
	})
	t.Run("off", func(t *testing.T) {
		v := &modelstest.Voice{}
		m := mouthOf(t, v, engines.MouthOptions{CacheBytes: -1})
		say(m, "Hi.", 0)
		say(m, "Hi.", 0)
		if got := len(v.Texts()); got != 2 {
			t.Errorf("made %d times, want 2", got)
		}
	})
}

func TestMouthQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &modelstest.Voice{}
		v.Hang()
		m := mouthOf(t, v, engines.MouthOptions{Queue: 2})
		ignore := func(engines.Speech) error { return nil }
		var wg sync.WaitGroup
		for range 3 { // one is being made, two wait
			wg.Go(func() {
				if err := m.Speak(t.Context(), engines.SpeakRequest{Text: "Hi."}, ignore); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		if err := m.Speak(t.Context(), engines.SpeakRequest{Text: "Hi."}, ignore); !errors.Is(err, engines.ErrBusy) {
			t.Errorf("Speak = %v, want ErrBusy", err)
		}
		v.Heal()
		wg.Wait()
		if v.Most() != 1 {
			t.Errorf("%d calls of the voice at once", v.Most())
		}
		if got := len(v.Texts()); got != 1 {
			t.Errorf("made %d times; those who waited could have had it from the cache", got)
		}
	})
}

func TestMouthCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &modelstest.Voice{}
		v.Hang()
		m := mouthOf(t, v, engines.MouthOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		errs := make(chan error, 2)
		for _, text := range []string{"First.", "Second."} {
			go func() {
				errs <- m.Speak(ctx, engines.SpeakRequest{Text: text}, func(engines.Speech) error { return nil })
			}()
			synctest.Wait()
		}
		cancel()
		for range 2 {
			if err := <-errs; !errors.Is(err, context.Canceled) {
				t.Errorf("Speak = %v", err)
			}
		}
		v.Heal()
		collect(t, m, engines.SpeakRequest{Text: "Third."})
		if got := v.Texts(); !reflect.DeepEqual(got, []string{"First.", "Third."}) {
			t.Errorf("the voice made %q; what waited should have been dropped", got)
		}
	})
}

func TestMouthMakesAheadAndStopsWithYield(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &modelstest.Voice{}
		m := mouthOf(t, v, engines.MouthOptions{})
		enough := errors.New("enough")
		err := m.Speak(t.Context(), engines.SpeakRequest{Text: "One.\nTwo.\nThree.\nFour."}, func(engines.Speech) error {
			synctest.Wait() // the owner is done with what it was given
			if got := v.Texts(); !reflect.DeepEqual(got, []string{"One.", "Two."}) {
				t.Errorf("made %q while the first clause goes out", got)
			}
			return enough
		})
		if !errors.Is(err, enough) {
			t.Errorf("Speak = %v", err)
		}
		if got := len(v.Texts()); got != 2 {
			t.Errorf("%d clauses were made", got)
		}
	})
}

func TestMouthErrors(t *testing.T) {
	v := &modelstest.Voice{}
	m := mouthOf(t, v, engines.MouthOptions{})
	ignore := func(engines.Speech) error { return nil }
	v.Fail(errors.New("no phonemes"))
	if err := m.Speak(t.Context(), engines.SpeakRequest{Text: "Hi."}, ignore); err == nil || !strings.Contains(err.Error(), "no phonemes") {
		t.Error("Speak:", err)
	}
	v.Heal()
	collect(t, m, engines.SpeakRequest{Text: "Hi."}) // the failure was not kept
	if err := m.Speak(t.Context(), engines.SpeakRequest{Text: strings.Repeat("x ", 8000)}, ignore); !errors.Is(err, engines.ErrTooLarge) {
		t.Error("Speak of too much:", err)
	}
	if got := collect(t, m, engines.SpeakRequest{Text: "  "}); len(got) != 0 {
		t.Errorf("nothing sounds like %d samples", len(got))
	}
}

func TestMouthClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &modelstest.Voice{}
		v.Hang()
		m := engines.NewMouth(v, engines.MouthOptions{})
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				errs <- m.Speak(t.Context(), engines.SpeakRequest{Text: "Hi."}, func(engines.Speech) error { return nil })
			}()
		}
		synctest.Wait()
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := <-errs; !errors.Is(err, engines.ErrUnavailable) {
				t.Error("Speak:", err)
			}
		}
		if !v.Closed() {
			t.Error("the voice is still open")
		}
		if err := m.Speak(t.Context(), engines.SpeakRequest{Text: "Hi."}, nil); !errors.Is(err, engines.ErrUnavailable) {
			t.Error("Speak after Close:", err)
		}
		if err := m.Close(); err != nil {
			t.Error("second Close:", err)
		}
	})
}
