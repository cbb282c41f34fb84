//go:build native

package moonshine_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/moonshine"
	"frontdesk.internal/models/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const recordings = "/usr/share/pocketsphinx/test/data"

// file returns a path if it is there; without it the test is skipped, or fails where CI promises that it is.
func file(t testing.TB, path, hint string) string {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: %s", path, hint)
		}
		t.Skipf("%s is missing: %s", path, hint)
	}
	return path
}

func weight(t testing.TB, name string) string {
	t.Helper()
	return file(t, filepath.Join(os.Getenv("FRONTDESK_WEIGHTS"), name), "set FRONTDESK_WEIGHTS to the folder of weights")
}

// clip reads a recording at 16 kHz: a WAV file, or samples without a header.
func clip(t testing.TB, name string) audio.PCM {
	t.Helper()
	f, err := os.Open(file(t, filepath.Join(recordings, name), "install the package pocketsphinx-testdata"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // read only
	if strings.HasSuffix(name, ".wav") {
		pcm, rate, err := wav.Read(f)
		if err != nil || rate != engines.Rate {
			t.Fatalf("read %s: rate %d, %v", name, rate, err)
		}
		return pcm
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make(audio.PCM, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

func recognizer(t testing.TB) *moonshine.Recognizer {
	t.Helper()
	r, err := moonshine.New(moonshine.Options{
		Model: weight(t, "moonshine-base-encoder.onnx"), OnnxRuntime: weight(t, "libonnxruntime.so.1.32.0"), Threads: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// TestAsTheReference: the converted model writes what the publisher's own files write on ONNX Runtime, and is as sure of it.
func TestAsTheReference(t *testing.T) {
	r := recognizer(t)
	for _, want := range []struct {
		clip, text string
		avg        float64
	}{
		{"goforward.raw", "Go forward ten metres.", -0.150},
		{"something.raw", "Go somewhere and do something.", -0.025},
		{"cards/001.wav", "Ten of cloves.", -0.126},
		{
			"librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
			"And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them.", -0.011,
		},
		{"librivox/sense_and_sensibility_01_austen_64kb-0880.wav", "He was not an ill-disposed young man", -0.080},
		{"librivox/sense_and_sensibility_01_austen_64kb-0930.wav", "He might even have been made amiable himself.", -0.037},
	} {
		got, err := r.Recognize(t.Context(), clip(t, want.clip), engines.RecognizeOptions{Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != want.text || math.Abs(got.AvgLogProb-want.avg) > 0.02 || got.Rejected != "" {
			t.Errorf("%s: %q (%.3f, %s), want %q (%.3f)", want.clip, got.Text, got.AvgLogProb, got.Rejected, want.text, want.avg)
		}
		if len(got.Words) != len(strings.Fields(want.text)) {
			t.Errorf("%s: %d words", want.clip, len(got.Words))
		}
	}
}

// TestNothingSaid: no words come of silence and noise, however short.
func TestNothingSaid(t *testing.T) {
	r := recognizer(t)
	random := rand.New(rand.NewPCG(1, 2))
	for name, sample := range map[string]func(i int) float64{
		"silence": func(int) float64 { return 0 },
		"hiss":    func(int) float64 { return random.NormFloat64() * 1500 },
		"hum":     func(i int) float64 { return 3000 * math.Sin(2*math.Pi*50*float64(i)/engines.Rate) },
		"beep":    func(i int) float64 { return 9000 * math.Sin(2*math.Pi*1000*float64(i)/engines.Rate) },
	} {
		for _, d := range []time.Duration{time.Millisecond, 300 * time.Millisecond, 2 * time.Second} {
			pcm := make(audio.PCM, int(d*engines.Rate/time.Second))
			for i := range pcm {
				pcm[i] = int16(sample(i))
			}
			got, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{})
			if err != nil || got.Text != "" || got.Rejected == "" {
				t.Errorf("%v of %s: %q (%s), %v", d, name, got.Text, got.Rejected, err)
			}
		}
	}
	if got, err := r.Recognize(t.Context(), nil, engines.RecognizeOptions{}); err != nil || got.Rejected != transcript.RejectedNoSpeech {
		t.Errorf("no sound at all: %+v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	r := recognizer(t)
	pcm := make(audio.PCM, engines.Rate)
	if _, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "de"}); err == nil {
		t.Error("German was taken")
	}
	if _, err := r.Recognize(t.Context(), make(audio.PCM, moonshine.Longest+1), engines.RecognizeOptions{}); err == nil {
		t.Error("a clip for which there are no places was taken")
	}
	cause := errors.New("the caller went on")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := r.Recognize(ctx, pcm, engines.RecognizeOptions{}); !errors.Is(err, cause) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := moonshine.New(moonshine.Options{Model: "none-encoder.onnx", OnnxRuntime: weight(t, "libonnxruntime.so.1.32.0")}); err == nil {
		t.Error("a model that is not there was loaded")
	}
}

// TestLongest: the longest clip has places, and the decoder stops.
func TestLongest(t *testing.T) {
	r := recognizer(t)
	said := clip(t, "librivox/sense_and_sensibility_01_austen_64kb-0870.wav")
	var pcm audio.PCM
	for len(pcm) < moonshine.Longest {
		pcm = append(pcm, said...)
	}
	if _, err := r.Recognize(t.Context(), pcm[:moonshine.Longest], engines.RecognizeOptions{}); err != nil {
		t.Error(err)
	}
}

// TestCloseMeanwhile: a Close waits for the clip under way; later ones are refused.
func TestCloseMeanwhile(t *testing.T) {
	r := recognizer(t)
	pcm := clip(t, "something.raw")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			got, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{})
			if err != nil && !errors.Is(err, moonshine.ErrClosed) || err == nil && got.Text == "" {
				t.Errorf("%q, %v", got.Text, err)
			}
		})
	}
	for range 2 {
		all.Go(func() {
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if _, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{}); !errors.Is(err, moonshine.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
