//go:build native

package hibari_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/hibari"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// weights returns the path of a file of the weights folder, or skips the test.
func weights(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), name)
	if _, err := os.Stat(path); err == nil && os.Getenv("FRONTDESK_WEIGHTS") != "" {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	}
	t.Skipf("%s is missing: set FRONTDESK_WEIGHTS to the folder that holds it", name)
	return ""
}

func open(t testing.TB) *hibari.Voice {
	t.Helper()
	v, err := hibari.New(hibari.Options{Model: weights(t, "hibari.onnx"), OnnxRuntime: weights(t, "libonnxruntime.so.1.32.0")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	return v
}

func speak(t *testing.T, v *hibari.Voice, text string, speed float64) audio.PCM {
	t.Helper()
	pcm, err := v.Speak(t.Context(), text, speed)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return pcm
}

// level is the RMS over the voiced part of p, in dB below full scale, and its peak.
func level(p audio.PCM) (rmsDB float64, peak int) {
	const size = hibari.Rate / 50
	sum, n := 0.0, 0
	for w := range slices.Chunk(p, size) {
		power := 0.0
		for _, s := range w {
			power += float64(s) * float64(s)
			peak = max(peak, int(math.Abs(float64(s))))
		}
		if power > float64(len(w))*300*300 {
			sum, n = sum+power, n+len(w)
		}
	}
	return 20 * math.Log10(math.Sqrt(sum/float64(max(1, n)))/32768), peak
}

func TestVoice(t *testing.T) {
	v := open(t)
	if v.Rate() != 24000 || v.Language() != "en" {
		t.Errorf("rate %d, language %q", v.Rate(), v.Language())
	}
	t.Run("level", func(t *testing.T) {
		for text, most := range map[string]float64{ // in seconds
			"We are open from nine to five, Monday to Friday.":                 5,
			"Thank you for calling Lakeside Dental. How can I help you today?": 6,
			"Hello.": 1.5, "Is that right?": 2, "Dr. Miller, please!": 2.5, "zero one seven two,": 3,
		} {
			pcm := speak(t, v, text, 1)
			if rms, peak := level(pcm); rms < -24 || rms > -13 || peak >= math.MaxInt16 {
				t.Errorf("%q: speech at %.1f dB with a peak of %d", text, rms, peak)
			}
			if s := float64(len(pcm)) / hibari.Rate; s > most || s < most/5 {
				t.Errorf("%q lasts %.1f s, want at most %.1f", text, s, most)
			}
			first := slices.IndexFunc(pcm, func(s int16) bool { return s > 200 || s < -200 })
			if lead := first * 1000 / v.Rate(); lead > 60 {
				t.Errorf("%q: the first voice comes after %d ms", text, lead)
			}
		}
	})
	t.Run("speed", func(t *testing.T) {
		const text = "We are open from nine to five, Monday to Friday."
		usual, slow := speak(t, v, text, 0), speak(t, v, text, 0.8)
		if ratio := float64(len(slow)) / float64(len(usual)); ratio < 1.15 || ratio > 1.4 {
			t.Errorf("at 0.8 of the speed it is %.2f times as long", ratio)
		}
		if !slices.Equal(usual, speak(t, v, text, 1)) {
			t.Error("the same text sounded differently")
		}
		if !slices.Equal(speak(t, v, text, 0.1), speak(t, v, text, 0.5)) {
			t.Error("a speed below the slowest is not taken for that")
		}
	})
	t.Run("nothing", func(t *testing.T) {
		for _, text := range []string{"", " ", "...", "?!", "\x00\x1b", "-", "😀", "[[]]", "\xff\xfe", "“”", "\n\n"} {
			if pcm := speak(t, v, text, 1); len(pcm) != 0 {
				t.Errorf("%q: got %d samples, want nothing", text, len(pcm))
			}
		}
	})
	t.Run("refused", func(t *testing.T) {
		if _, err := v.Speak(t.Context(), string(make([]byte, hibari.MaxText+1)), 1); err == nil {
			t.Error("a text that is too long was taken")
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("hung up")
		cancel(cause)
		if _, err := v.Speak(ctx, "Good morning, this takes a while.", 1); !errors.Is(err, cause) {
			t.Errorf("after a hang-up: got %v, want the cause", err)
		}
	})
}

func TestNewErrors(t *testing.T) {
	runtime := weights(t, "libonnxruntime.so.1.32.0")
	alone := filepath.Join(t.TempDir(), "hibari.onnx")
	if err := os.Symlink(weights(t, "hibari.onnx"), alone); err != nil {
		t.Fatal(err)
	}
	for name, model := range map[string]string{"no model": filepath.Join(t.TempDir(), "none.onnx"), "nothing beside it": alone} {
		if v, err := hibari.New(hibari.Options{Model: model, OnnxRuntime: runtime}); err == nil {
			t.Errorf("%s: got a voice, want an error", name)
			_ = v.Close()
		}
	}
}

func BenchmarkSpeak(b *testing.B) {
	v := open(b)
	for name, text := range map[string]string{"6chars": "Okay. ", "40chars": "We are open from nine to five on Friday."} {
		b.Run(name, func(b *testing.B) {
			seconds := 0.0
			for b.Loop() {
				pcm, err := v.Speak(b.Context(), text, 1)
				if err != nil {
					b.Fatal(err)
				}
				seconds += float64(len(pcm)) / hibari.Rate
			}
			b.ReportMetric(b.Elapsed().Seconds()/seconds, "rtf")
		})
	}
}
