//go:build native

package whisper_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
	"frontdesk.internal/models/whisper"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	recordings = "/usr/share/pocketsphinx/test/data"
	silero     = "ggml-silero-v6.2.0.bin"
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

// noise is white, at a level of about dB below full scale.
func noise(d time.Duration, peak int) audio.PCM {
	r := rand.New(rand.NewPCG(1, 2))
	pcm := make(audio.PCM, int(d*engines.Rate/time.Second))
	for i := range pcm {
		pcm[i] = int16(r.IntN(2*peak+1) - peak)
	}
	return pcm
}

func recognizer(t testing.TB, o whisper.Options) *whisper.Recognizer {
	t.Helper()
	if o.Model == "" {
		o.Model = weight(t, "ggml-base.bin")
	}
	r, err := whisper.New(o)
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

func TestRecognize(t *testing.T) {
	r := recognizer(t, whisper.Options{})
	for name, said := range map[string]string{
		"goforward.raw": "go forward ten meters",
		"librivox/sense_and_sensibility_01_austen_64kb-0870.wav": "and mr john dashwood had then leisure to consider how much there might " +
			"prudently be in his power to do for them",
	} {
		pcm := clip(t, name)
		got, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "en"})
		if err != nil {
			t.Fatal(err)
		}
		if e := asrbench.Compare(asrbench.Words(said), asrbench.Words(got.Text)); e.Rate() > 0.15 {
			t.Errorf("%s: %.0f %% of the words are wrong: %q", name, 100*e.Rate(), got.Text)
		}
		if got.Rejected != "" || got.AvgLogProb >= 0 || got.AvgLogProb < -1 || got.NoSpeechProb > 0.3 {
			t.Errorf("%s: got rejected %q, log probability %.2f, no speech %.2f", name, got.Rejected, got.AvgLogProb, got.NoSpeechProb)
		}
		var joined []string
		for _, w := range got.Words {
			joined = append(joined, w.Text)
			if w.Prob <= 0 || w.Prob > 1.0001 {
				t.Errorf("%s: word probability %v", name, w.Prob)
			}
		}
		if s := strings.Join(joined, " "); s != got.Text {
			t.Errorf("%s: words %q are not the text %q", name, s, got.Text)
		}
		again, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "en", Partial: true})
		if err != nil || again.Text == "" {
			t.Errorf("%s: partial: got %q, %v", name, again.Text, err)
		}
	}
}

// A clip over which the short context falls into a loop is heard by the longer one.
func TestALoopIsHeardAgain(t *testing.T) {
	const name = "confbridge-binaural-on"
	f, err := os.Open(file(t, filepath.Join(asrbench.DefaultSounds, name+".wav"), "install the package "+asrbench.SoundsPackage))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() // read only
	pcm, rate, err := wav.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	pcm = slices.Concat(make(audio.PCM, rate*3/10), pcm, make(audio.PCM, rate*160/1000))
	heard, err := asrbench.Line(pcm, rate, asrbench.Conditions()[0], 9)
	if err != nil {
		t.Fatal(err)
	}
	got, err := recognizer(t, whisper.Options{}).Recognize(t.Context(), heard, engines.RecognizeOptions{Language: "en"})
	if err != nil || !strings.Contains(strings.ToLower(got.Text), "audio") {
		t.Errorf("heard %q (%s), %v", got.Text, got.Rejected, err)
	}
}

// TestNoInventedText is the test of the gate on what Whisper models are known to write stories over.
func TestNoInventedText(t *testing.T) {
	r := recognizer(t, whisper.Options{})
	hum := make(audio.PCM, 3*engines.Rate)
	for i := range hum {
		hum[i] = int16(300 * (i / 160 % 2)) // 50 Hz
	}
	for name, pcm := range map[string]audio.PCM{
		"empty": nil, "10 ms": make(audio.PCM, 160), "silence 1 s": make(audio.PCM, engines.Rate),
		"silence 5 s": make(audio.PCM, 5*engines.Rate), "hum": hum,
		"soft noise": noise(3*time.Second, 100), "noise": noise(2*time.Second, 2000), "loud noise": noise(time.Second, 20000),
	} {
		got, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != "" || got.Rejected == "" || got.Words != nil {
			t.Errorf("%s: got %q (log probability %.2f, no speech %.2f)", name, got.Text, got.AvgLogProb, got.NoSpeechProb)
		}
	}
}

func TestRecognizeCancelled(t *testing.T) {
	r := recognizer(t, whisper.Options{})
	pcm := clip(t, "goforward.raw")
	hungUp := errors.New("caller hung up")

	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(hungUp)
	if _, err := r.Recognize(ctx, pcm, engines.RecognizeOptions{}); !errors.Is(err, hungUp) {
		t.Errorf("cancelled before: got %v, want the cause", err)
	}
	// The cancel comes at some point of the encoder or the decoder, the same clip is right afterwards.
	for _, after := range []time.Duration{5 * time.Millisecond, 50 * time.Millisecond, 150 * time.Millisecond} {
		ctx, stop := context.WithTimeoutCause(t.Context(), after, hungUp)
		_, err := r.Recognize(ctx, pcm, engines.RecognizeOptions{})
		stop()
		if err != nil && !errors.Is(err, hungUp) {
			t.Errorf("cancelled after %v: got %v, want the cause", after, err)
		}
	}
	got, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{})
	if err != nil || !strings.Contains(strings.ToLower(got.Text), "go forward") {
		t.Errorf("after cancelled runs: got %q, %v", got.Text, err)
	}
}

func TestRecognizeLanguages(t *testing.T) {
	r := recognizer(t, whisper.Options{})
	pcm := clip(t, "goforward.raw")
	if _, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "de"}); err != nil {
		t.Errorf("de: %v", err)
	}
	if _, err := r.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "xx"}); err == nil {
		t.Error("an unknown language was accepted")
	}
	english := recognizer(t, whisper.Options{Model: weight(t, "ggml-tiny.en.bin")})
	if _, err := english.Recognize(t.Context(), pcm, engines.RecognizeOptions{Language: "de"}); err == nil {
		t.Error("an English model accepted German")
	}
	if got, err := english.Recognize(t.Context(), pcm, engines.RecognizeOptions{}); err != nil || got.Text == "" {
		t.Errorf("tiny.en: got %q, %v", got.Text, err)
	}
}

func TestBadFiles(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.bin")
	if err := os.WriteFile(bad, []byte("this is no model, whatever it is called"), 0o600); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	log := slog.New(slog.NewTextHandler(&lines, nil))
	for _, path := range []string{bad, filepath.Join(t.TempDir(), "none.bin")} {
		if _, err := whisper.New(whisper.Options{Model: path, Logger: log}); err == nil || !strings.Contains(err.Error(), "frontdesk models") {
			t.Errorf("recognizer: got %v, want an error that says what to do", err)
		}
		if _, err := whisper.NewVAD(path); err == nil || !strings.Contains(err.Error(), "frontdesk models") {
			t.Errorf("VAD: got %v, want an error that says what to do", err)
		}
	}
	if !strings.Contains(lines.String(), "whisper.cpp") {
		t.Error("the engine's own words about the bad file are not in the log")
	}
}

func TestClosed(t *testing.T) {
	r := recognizer(t, whisper.Options{})
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := r.Recognize(t.Context(), noise(time.Second, 10), engines.RecognizeOptions{}); !errors.Is(err, whisper.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// scores runs a stream over audio.
func scores(t testing.TB, s engines.VoiceStream, pcm audio.PCM) []float64 {
	t.Helper()
	var out []float64
	for n := s.WindowSamples(); len(pcm) >= n; pcm = pcm[n:] {
		p, err := s.Score(pcm[:n])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func share(p []float64) float64 {
	n := 0
	for _, x := range p {
		if x >= 0.5 {
			n++
		}
	}
	return float64(n) / float64(len(p))
}

func TestVAD(t *testing.T) {
	v, err := whisper.NewVAD(weight(t, silero))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}()
	a, err := v.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	speech := clip(t, "librivox/sense_and_sensibility_01_austen_64kb-0870.wav")
	first := scores(t, a, speech)
	if s := share(first); s < 0.6 {
		t.Errorf("speech: %.0f %% of the windows are voiced, want most", 100*s)
	}
	a.Reset()
	for name, pcm := range map[string]audio.PCM{"silence": make(audio.PCM, 3*engines.Rate), "noise": noise(3*time.Second, 1000)} {
		if s := share(scores(t, a, pcm)); s > 0.05 {
			t.Errorf("%s: %.0f %% of the windows are voiced, want none", name, 100*s)
		}
		a.Reset()
	}
	// Two streams do not share their memory, and one that is used again starts afresh.
	b, err := v.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	scores(t, a, noise(time.Second, 20000))
	if again := scores(t, b, speech); !slices.Equal(first, again) {
		t.Error("another stream scores the same speech differently")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	c, err := v.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	if again := scores(t, c, speech); !slices.Equal(first, again) {
		t.Error("a stream that is used again remembers the last one")
	}
	if _, err := c.Score(speech[:100]); err == nil {
		t.Error("a short window was accepted")
	}
	for _, s := range []engines.VoiceStream{a, c, c} {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Score(speech[:512]); !errors.Is(err, whisper.ErrClosed) {
		t.Errorf("closed stream: got %v, want ErrClosed", err)
	}
}

func BenchmarkRecognize(b *testing.B) {
	for _, beam := range []int{1, 5} {
		b.Run(map[int]string{1: "greedy", 5: "beam5"}[beam], func(b *testing.B) {
			r, pcm := recognizer(b, whisper.Options{Beam: beam}), clip(b, "goforward.raw")
			for b.Loop() {
				if _, err := r.Recognize(b.Context(), pcm, engines.RecognizeOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAbort reports how long a recognition goes on after its context has ended.
func BenchmarkAbort(b *testing.B) {
	r, pcm := recognizer(b, whisper.Options{}), clip(b, "goforward.raw")
	var worst time.Duration
	for i := 0; b.Loop(); i++ {
		ctx, cancel := context.WithCancel(b.Context())
		var at time.Time
		timer := time.AfterFunc(time.Duration(10+i%40*10)*time.Millisecond, func() {
			at = time.Now()
			cancel()
		})
		_, err := r.Recognize(ctx, pcm, engines.RecognizeOptions{})
		if !timer.Stop() && err != nil {
			worst = max(worst, time.Since(at))
		}
		cancel()
	}
	b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
}

func BenchmarkVAD(b *testing.B) {
	v, err := whisper.NewVAD(weight(b, silero))
	if err != nil {
		b.Fatal(err)
	}
	defer v.Close() // ends with the process
	s, err := v.NewStream()
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close() // ends with the process
	w := noise(32*time.Millisecond, 1000)
	for b.Loop() {
		if _, err := s.Score(w); err != nil {
			b.Fatal(err)
		}
	}
}

// TestNoMemory checks that an utterance, perhaps of another call, leaves nothing behind that changes the next one, whatever
// its length: the results are the same to the last bit. This holds for greedy search; the engine's beam search draws its
// candidates from a random generator that goes on from run to run.
func TestNoMemory(t *testing.T) {
	speech := clip(t, "librivox/sense_and_sensibility_01_austen_64kb-0870.wav")
	long := slices.Concat(speech, speech, speech, speech, speech, speech)
	// Two threads may add in another order.
	greedy := whisper.Options{Threads: 1, Beam: 1}
	shared, want := recognizer(t, greedy), map[int]engines.Recognition{}
	for _, seconds := range []int{3, 14, 24, 17, 3} {
		pcm := long[:seconds*engines.Rate]
		if _, ok := want[seconds]; !ok {
			r, err := recognizer(t, greedy).Recognize(t.Context(), pcm, engines.RecognizeOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want[seconds] = r
		}
		got, err := shared.Recognize(t.Context(), pcm, engines.RecognizeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		w := want[seconds]
		if got.Text != w.Text || got.AvgLogProb != w.AvgLogProb || got.NoSpeechProb != w.NoSpeechProb {
			t.Errorf("%d s: got %.6f %q, alone it gives %.6f %q", seconds, got.AvgLogProb, got.Text, w.AvgLogProb, w.Text)
		}
	}
}
