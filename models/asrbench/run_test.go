package asrbench_test

import (
	"compress/gzip"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/wav"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
)

// tone is 440 Hz at 8 kHz.
func tone(d time.Duration) audio.PCM {
	pcm := make(audio.PCM, int(d*8000/time.Second))
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(i)/8000))
	}
	return pcm
}

// level is the power of pcm in dB below full scale.
func level(pcm audio.PCM) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm))/(32768*32768))
}

// atTone is the power at 440 Hz of pcm (16 kHz) in dB below full scale.
func atTone(pcm audio.PCM) float64 {
	var re, im float64
	for i, s := range pcm {
		a := 2 * math.Pi * 440 * float64(i) / engines.Rate
		re += float64(s) * math.Cos(a)
		im += float64(s) * math.Sin(a)
	}
	n := float64(len(pcm)) * 32768
	return 10 * math.Log10(2*(re*re+im*im)/(n*n))
}

func TestLine(t *testing.T) {
	in := tone(2 * time.Second)
	for _, c := range asrbench.Conditions() {
		out, err := asrbench.Line(in, 8000, c, 7)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := out.Duration(engines.Rate), 2*time.Second; got < want-40*time.Millisecond || got > want+40*time.Millisecond {
			t.Errorf("%s: got %v of audio, want about %v", c.Key, got, want)
		}
		mid := out[engines.Rate/2 : engines.Rate*3/2]
		if math.Abs(atTone(mid)-level(in)) > 1.5 {
			t.Errorf("%s: got the tone at %.1f dB, want %.1f", c.Key, atTone(mid), level(in))
		}
		rest := math.Pow(10, level(mid)/10) - math.Pow(10, atTone(mid)/10)
		snr := atTone(mid) - 10*math.Log10(max(rest, 1e-12))
		if c.Noise && math.Abs(snr-c.SNR) > 1.5 {
			t.Errorf("%s: got %.1f dB of distance to the noise, want %.0f", c.Key, snr, c.SNR)
		}
		if c.Loss == 0 && !c.Noise && snr < 30 {
			t.Errorf("%s: got %.1f dB of distance to the distortion, want that of G.711", c.Key, snr)
		}
		again, err := asrbench.Line(in, 8000, c, 7)
		if err != nil {
			t.Fatal(err)
		}
		for i := range out {
			if out[i] != again[i] {
				t.Fatalf("%s: the same seed gave another line", c.Key)
			}
		}
	}
}

// prompts writes a folder of sounds and its list.
func prompts(t *testing.T) (sounds, list string) {
	t.Helper()
	dir := t.TempDir()
	list = filepath.Join(dir, "list.gz")
	f, err := os.Create(list)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	text := "; a comment: with a colon\n\none: You have new messages.\ntwo/deep: Press 1, then wait.\nbeep: [a long beep tone]\n" +
		"short: hello\nmissing: this file is missing\n../out: this is outside the folder\nlong: this one is too long\n"
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "two"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]time.Duration{
		"one": time.Second, "two/deep": 2 * time.Second, "beep": 1, "short": 1, "long": 40 * time.Second,
	} {
		f, err := os.Create(filepath.Join(dir, name+".wav"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(wav.Write(f, 8000, tone(d)), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return dir, list
}

// answers recognises by the length of the audio.
type answers struct{ err error }

func (a answers) Recognize(_ context.Context, pcm audio.PCM, _ engines.RecognizeOptions) (engines.Recognition, error) {
	if pcm.Duration(engines.Rate) < 1500*time.Millisecond {
		return engines.Recognition{Text: "you have two messages"}, a.err
	}
	return engines.Recognition{Rejected: "no_speech"}, a.err
}

func TestRun(t *testing.T) {
	sounds, list := prompts(t)
	p, err := asrbench.Load(sounds, list)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, x := range p {
		names = append(names, x.Name)
	}
	if got := strings.Join(names, " "); got != "long one two/deep" {
		t.Fatalf("got prompts %q", got)
	}
	steps := 0
	res, err := asrbench.Run(t.Context(), answers{}, p, asrbench.Conditions(), func(asrbench.Trial) { steps++ })
	if err != nil {
		t.Fatal(err)
	}
	if steps != 8 || res.Clips != 2 {
		t.Errorf("got %d steps over %d clips, want 8 over 2", steps, res.Clips)
	}
	for _, c := range asrbench.Conditions() {
		want := asrbench.Errors{Words: 8, Substituted: 1, Deleted: 4}
		if got := res.Errors[c.Key]; got != want || res.Rejected[c.Key] != 1 {
			t.Errorf("%s: got %+v and %d rejected, want %+v and 1", c.Key, got, res.Rejected[c.Key], want)
		}
	}
	broken := errors.New("broken")
	if _, err := asrbench.Run(t.Context(), answers{broken}, p, asrbench.Conditions(), func(asrbench.Trial) {}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the recogniser's error", err)
	}
}

func TestLoadNamesThePackage(t *testing.T) {
	sounds, list := prompts(t)
	if _, err := asrbench.Load(sounds, filepath.Join(sounds, "none.gz")); err == nil ||
		!strings.Contains(err.Error(), asrbench.TranscriptsPackage) {
		t.Errorf("no list: got %v, want the package named", err)
	}
	if _, err := asrbench.Load(t.TempDir(), list); err == nil || !strings.Contains(err.Error(), asrbench.SoundsPackage) {
		t.Errorf("no sounds: got %v, want the package named", err)
	}
}
