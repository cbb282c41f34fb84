//go:build native

package piper_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/piper"
)

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

func open(t testing.TB, threads int) *piper.Voice {
	t.Helper()
	v, err := piper.New(piper.Options{
		Model:       weights(t, "en_US-joe-medium.onnx"),
		OnnxRuntime: weights(t, "libonnxruntime.so.1.32.0"),
		Threads:     threads,
	})
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

// level is the RMS over the voiced part of p, in dB below full scale, and its peak.
func level(p audio.PCM) (rmsDB float64, peak int) {
	sum := 0.0
	n := 0
	for i := 0; i+441 <= len(p); i += 441 {
		w := 0.0
		for _, s := range p[i : i+441] {
			w += float64(s) * float64(s)
			peak = max(peak, int(math.Abs(float64(s))))
		}
		if w/441 > 300*300 {
			sum += w
			n += 441
		}
	}
	return 20 * math.Log10(math.Sqrt(sum/float64(max(1, n)))/32768), peak
}

func TestSpeak(t *testing.T) {
	v := open(t, 1)
	if got := v.Rate(); got != 22050 {
		t.Errorf("got rate %d, want 22050", got)
	}
	for text, least := range map[string]float64{ // short calls are louder than sentences, as people make them
		"We are open from nine to five, Monday to Friday.":                 -22,
		"Thank you for calling Lakeside Dental. How can I help you today?": -22,
		"Hello.": -20, "Is that right?": -20, "Dr. Miller, please!": -22,
	} {
		pcm, err := v.Speak(t.Context(), text, 1)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		rms, peak := level(pcm)
		if rms < least || rms > least+8 {
			t.Errorf("%q: speech at %.1f dB, want %.0f to %.0f", text, rms, least, least+8)
		}
		if peak >= math.MaxInt16 {
			t.Errorf("%q: peak %d is clipped", text, peak)
		}
		first := 0
		for first < len(pcm) && pcm[first] < 200 && pcm[first] > -200 {
			first++
		}
		if lead := first * 1000 / v.Rate(); lead > 60 {
			t.Errorf("%q: the first voice comes after %d ms", text, lead)
		}
	}
}

func TestSpeakSpeed(t *testing.T) {
	v := open(t, 1)
	const text = "We are open from nine to five, Monday to Friday."
	slow, err := v.Speak(t.Context(), text, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	fast, err := v.Speak(t.Context(), text, 1.4)
	if err != nil {
		t.Fatal(err)
	}
	if ratio := float64(len(slow)) / float64(len(fast)); ratio < 1.3 || ratio > 2.4 {
		t.Errorf("half the speed made it %.2f times as long, want about 2", ratio)
	}
}

func TestSpeakNothing(t *testing.T) {
	v := open(t, 1)
	for _, text := range []string{"", " ", "...", "?!", "\x00\x1b", "-", "😀", "[[]]"} {
		pcm, err := v.Speak(t.Context(), text, 1)
		if err != nil || len(pcm) != 0 {
			t.Errorf("%q: got %d samples and %v, want nothing", text, len(pcm), err)
		}
	}
	if _, err := v.Speak(t.Context(), strings.Repeat("long ", 1000), 1); err == nil {
		t.Error("an overlong text was not refused")
	}
}

func TestSpeakCancelled(t *testing.T) {
	v := open(t, 1)
	cause := errors.New("caller interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() {
		_, err := v.Speak(ctx, strings.Repeat("This sentence is far too long to be over soon, ", 60), 1)
		done <- err
	}()
	cancel(cause)
	if err := <-done; !errors.Is(err, cause) {
		t.Errorf("got %v, want the cause", err)
	}
	if pcm, err := v.Speak(t.Context(), "Hello.", 1); err != nil || len(pcm) == 0 {
		t.Errorf("after a cancelled clause: %d samples, %v", len(pcm), err)
	}
}

func TestNewErrors(t *testing.T) {
	model, runtime := weights(t, "en_US-joe-medium.onnx"), weights(t, "libonnxruntime.so.1.32.0")
	broken := filepath.Join(t.TempDir(), "broken.onnx")
	settings, err := os.ReadFile(model + ".json")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{broken: []byte("no model"), broken + ".json": settings} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, o := range map[string]piper.Options{
		"no model":      {Model: filepath.Join(t.TempDir(), "none.onnx"), OnnxRuntime: runtime},
		"broken model":  {Model: broken, OnnxRuntime: runtime},
		"no espeak-ng":  {Model: model, OnnxRuntime: runtime, Espeak: filepath.Join(t.TempDir(), "none")},
		"wrong program": {Model: model, OnnxRuntime: runtime, Espeak: "true"},
		"no speaker":    {Model: model, OnnxRuntime: runtime, Speaker: 3},
	} {
		if v, err := piper.New(o); err == nil {
			t.Errorf("%s: got a voice, want an error", name)
			_ = v.Close()
		}
	}
}

func BenchmarkSpeak(b *testing.B) {
	texts := map[string]string{
		"6chars":  "Okay. ",
		"40chars": "We are open from nine to five on Friday.",
		"75chars": "Our address is twelve Market Street, right next to the old railway station.",
	}
	for _, threads := range []int{1, 2} {
		v := open(b, threads)
		for _, name := range []string{"6chars", "40chars", "75chars"} {
			b.Run(name+"/threads="+string(rune('0'+threads)), func(b *testing.B) {
				seconds := 0.0
				for b.Loop() {
					pcm, err := v.Speak(b.Context(), texts[name], 1)
					if err != nil {
						b.Fatal(err)
					}
					seconds += float64(len(pcm)) / float64(v.Rate())
				}
				b.ReportMetric(b.Elapsed().Seconds()/seconds, "rtf")
				b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
			})
		}
	}
}
