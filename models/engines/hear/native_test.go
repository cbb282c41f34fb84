//go:build native

package hear_test

import (
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/engines/hear"
	"frontdesk.internal/models/turn"
	"frontdesk.internal/models/whisper"
)

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

func closing(t testing.TB, c io.Closer) {
	t.Helper()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

// realHub is a hub on the default models.
func realHub(t testing.TB) *hear.Hub {
	t.Helper()
	r, err := whisper.New(whisper.Options{Model: weight(t, "ggml-base.bin")})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, r)
	v, err := whisper.NewVAD(weight(t, "ggml-silero-v6.2.0.bin"))
	if err != nil {
		t.Fatal(err)
	}
	closing(t, v)
	d, err := turn.New(turn.Options{Model: weight(t, "smart-turn-v3.2-cpu.onnx"), OnnxRuntime: weight(t, "libonnxruntime.so.1.32.0")})
	if err != nil {
		t.Fatal(err)
	}
	closing(t, d)
	// What is told is tested here, not how soon: the detector is waited for.
	h := hear.New(hear.Options{Recognizer: r, VAD: v, Turn: d, Tuning: hear.Tuning{JudgeWithin: time.Minute}})
	t.Cleanup(h.Close)
	return h
}

func clip(t testing.TB, name string) audio.PCM {
	t.Helper()
	b, err := os.ReadFile(file(t, filepath.Join("/usr/share/pocketsphinx/test/data", name), "install the package pocketsphinx-testdata"))
	if err != nil {
		t.Fatal(err)
	}
	pcm := make(audio.PCM, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

// hiss is what a telephone line sounds like when nobody speaks.
func hiss(d time.Duration) audio.PCM {
	r := rand.New(rand.NewPCG(3, 4))
	pcm := make(audio.PCM, int(d*engines.Rate/time.Second))
	for i := range pcm {
		pcm[i] = int16(r.IntN(41) - 20)
	}
	return pcm
}

// play sends pcm at the pace of a call.
func play(t testing.TB, in engines.Listening, pcm audio.PCM) {
	t.Helper()
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	for ; len(pcm) >= engines.FrameSamples; pcm = pcm[engines.FrameSamples:] {
		<-tick.C
		if !in.Frame(pcm[:engines.FrameSamples]) {
			t.Error("a frame was lost")
		}
	}
}

func TestRealSpeech(t *testing.T) {
	in, err := realHub(t).Listen(t.Context(), engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal(err)
	}
	understood := make(chan struct{})
	var once sync.Once
	final := make(chan engines.ListenEvent, 1)
	go func() {
		var last engines.ListenEvent
		for e := range in.Events() {
			switch e.Kind {
			case engines.SpeechPaused:
				if e.TurnProb < 0 || e.TurnProb > 1 {
					t.Errorf("got turn probability %v", e.TurnProb)
				}
				t.Logf("paused at %v, told at %v, turn %.2f", e.At, e.Now, e.TurnProb)
			case engines.Transcribed:
				last = e
				if sentence(e) {
					once.Do(func() { close(understood) })
				}
				t.Logf("transcribed up to %v at %v: took %v, waited %v", e.At, e.Now, e.Took, e.Waited)
			}
		}
		final <- last
	}()
	play(t, in, hiss(500*time.Millisecond))
	play(t, in, clip(t, "goforward.raw"))
	play(t, in, hiss(3*time.Second))
	// However long this machine takes.
	select {
	case <-understood:
	case <-time.After(time.Minute):
	}
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if got := <-final; !sentence(got) {
		t.Errorf("got %q (%s), want the sentence of the recording", got.Text, got.Rejected)
	}
}

// sentence reports whether e holds what is said in the recording.
func sentence(e engines.ListenEvent) bool {
	text := strings.ToLower(e.Text)
	return strings.Contains(text, "go forward") && strings.Contains(text, "meters")
}

func TestRealSilence(t *testing.T) {
	in, err := realHub(t).Listen(t.Context(), engines.ListenOptions{Call: "test"})
	if err != nil {
		t.Fatal(err)
	}
	texts := make(chan []string, 1)
	go func() {
		var heard []string
		for e := range in.Events() {
			if e.Text != "" {
				heard = append(heard, e.Text)
			}
		}
		texts <- heard
	}()
	play(t, in, make(audio.PCM, engines.Rate))
	play(t, in, hiss(2*time.Second))
	loud := hiss(2 * time.Second)
	for i := range loud {
		loud[i] *= 100
	}
	play(t, in, loud)
	play(t, in, hiss(time.Second))
	if err := in.Close(); err != nil {
		t.Error(err)
	}
	if got := <-texts; len(got) > 0 {
		t.Errorf("heard %q where nobody spoke", got)
	}
}
