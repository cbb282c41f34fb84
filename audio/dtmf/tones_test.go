package dtmf_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/dtmf"
)

// tones describes the tones of keys.
type tones struct {
	rate        int
	press       time.Duration
	pause       time.Duration
	low, high   float64 // dBm0
	off         float64 // of both frequencies, a fraction
	noise       float64 // dBm0 of white noise; 0 = none
	hum         float64 // dBm0 of 50 Hz
	interrupted time.Duration
}

func clean() tones {
	return tones{rate: 8000, press: 50 * time.Millisecond, pause: 50 * time.Millisecond, low: -10, high: -10}
}

// amplitude of a sine at a level; 0 dBm0 is 3.14 dB below the largest.
func amplitude(dBm0 float64) float64 { return 32767 * math.Pow(10, (dBm0-3.14)/20) }

const order = "123A456B789C*0#D"

func (x tones) pcm(text string, offset int) audio.PCM {
	rng := rand.New(rand.NewPCG(7, uint64(offset)))
	var out audio.PCM
	add := func(d time.Duration, sample func(at float64) float64) {
		for i := range int(d.Seconds() * float64(x.rate)) {
			at := float64(i) / float64(x.rate)
			v := sample(at)
			if x.noise != 0 {
				v += rng.NormFloat64() * amplitude(x.noise) / math.Sqrt2
			}
			if x.hum != 0 {
				v += amplitude(x.hum) * math.Sin(2*math.Pi*50*at)
			}
			out = append(out, int16(max(-32768, min(32767, v))))
		}
	}
	silence := func(float64) float64 { return 0 }
	add(time.Duration(offset)*time.Millisecond/8, silence)
	for _, k := range text {
		i := strings.IndexRune(order, k)
		l := []float64{697, 770, 852, 941}[i/4] * (1 + x.off)
		h := []float64{1209, 1336, 1477, 1633}[i%4] * (1 + x.off)
		add(x.press, func(at float64) float64 {
			if x.interrupted > 0 && at > x.press.Seconds()/2 && at < x.press.Seconds()/2+x.interrupted.Seconds() {
				return 0
			}
			return amplitude(x.low)*math.Sin(2*math.Pi*l*at+1) + amplitude(x.high)*math.Sin(2*math.Pi*h*at+2)
		})
		add(x.pause, silence)
	}
	add(100*time.Millisecond, silence)
	return out
}

func detect(pcm audio.PCM, rate int) string {
	t := dtmf.NewTones(rate)
	var got strings.Builder
	for n := audio.FrameLen(rate); len(pcm) >= n; pcm = pcm[n:] {
		if k := t.Hear(pcm[:n]); k != 0 {
			got.WriteRune(k)
		}
	}
	return got.String()
}

func TestTones(t *testing.T) {
	const all = "0123456789*#ABCD55"
	for name, x := range map[string]struct {
		change func(*tones)
		want   string
	}{
		"clean":             {func(*tones) {}, all},
		"wideband":          {func(x *tones) { x.rate = 16000 }, all},
		"shortest":          {func(x *tones) { x.press, x.pause = 40*time.Millisecond, 40*time.Millisecond }, all},
		"long":              {func(x *tones) { x.press = 700 * time.Millisecond }, all},
		"loud":              {func(x *tones) { x.low, x.high = -3, -3 }, all},
		"soft":              {func(x *tones) { x.low, x.high = -25, -25 }, all},
		"high 4 dB up":      {func(x *tones) { x.low = -14 }, all},
		"high 8 dB down":    {func(x *tones) { x.high = -18 }, all},
		"1.5 % sharp":       {func(x *tones) { x.off = 0.015 }, all},
		"1.5 % flat":        {func(x *tones) { x.off = -0.015 }, all},
		"15 dB noise":       {func(x *tones) { x.noise = -25 }, all},
		"hum":               {func(x *tones) { x.hum = -24 }, all},
		"interrupted 10 ms": {func(x *tones) { x.press, x.interrupted = 120*time.Millisecond, 10*time.Millisecond }, all},
		"too short":         {func(x *tones) { x.press = 23 * time.Millisecond }, ""},
		"too soft":          {func(x *tones) { x.low, x.high = -38, -38 }, ""},
		"3.5 % sharp":       {func(x *tones) { x.off = 0.035 }, ""},
		"3.5 % flat":        {func(x *tones) { x.off = -0.035 }, ""},
		"high 10 dB up":     {func(x *tones) { x.low = -20 }, ""},
		"high 17 dB down":   {func(x *tones) { x.high = -27 }, ""},
		"one tone alone":    {func(x *tones) { x.high = -60 }, ""},
		"in much noise":     {func(x *tones) { x.noise = -6 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := clean()
			x.change(&s)
			for offset := range 51 { // where the windows begin
				if got := detect(s.pcm(all, offset*2), s.rate); got != x.want {
					t.Fatalf("offset %d: %q, want %q", offset, got, x.want)
				}
			}
		})
	}
}

// Recordings of people who speak hold no key, at any level and speed.
func TestTalkOff(t *testing.T) {
	const recordings = "/usr/share/pocketsphinx/test/data"
	var seconds float64
	err := filepath.WalkDir(recordings, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".raw" && filepath.Ext(path) != ".wav" {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Ext(path) == ".wav" {
			b = b[min(44, len(b)):]
		}
		wide := make(audio.PCM, len(b)/2)
		for i := range wide {
			wide[i] = int16(uint16(b[2*i]) | uint16(b[2*i+1])<<8)
		}
		// As they are, and played as if they had other rates: higher and lower voices.
		for _, x := range []struct{ step, gain float64 }{{1, 1}, {1, 4}, {1.5, 2}, {2, 1}, {2, 4}, {2.3, 3}, {2.6, 2}} {
			pcm := make(audio.PCM, int(float64(len(wide))/x.step))
			for i := range pcm {
				pcm[i] = int16(max(-32768, min(32767, x.gain*float64(wide[int(float64(i)*x.step)]))))
			}
			seconds += float64(len(pcm)) / 8000
			if got := detect(pcm, 8000); got != "" {
				t.Errorf("%s, step %.1f: %q in somebody's speech", filepath.Base(path), x.step, got)
			}
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("no recordings below %s: install the package pocketsphinx-testdata", recordings)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.0f s of speech", seconds)
}

func TestTonesAllocateNothing(t *testing.T) {
	d, pcm := dtmf.NewTones(8000), clean().pcm("5", 0)[:160]
	if got := testing.AllocsPerRun(100, func() { d.Hear(pcm) }); got != 0 {
		t.Errorf("%v allocations a frame", got)
	}
}

func BenchmarkTones(b *testing.B) {
	d, pcm := dtmf.NewTones(8000), clean().pcm("5", 0)[:160]
	for b.Loop() {
		d.Hear(pcm)
	}
}

func TestParseInfo(t *testing.T) {
	for _, x := range []struct {
		kind, body string
		want       rune
	}{
		{"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5'},
		{"application/dtmf-relay", "Signal= *\r\nDuration= 160", '*'},
		{"Application/DTMF-Relay; charset=utf-8", "signal=#\n", '#'},
		{"application/dtmf-relay", "Duration=100\rSignal=a\r", 'A'},
		{"application/dtmf-relay", "Signal=10", '*'},
		{"application/dtmf-relay", "Signal=11", '#'},
		{"application/dtmf-relay", "Signal=15", 'D'},
		{"application/dtmf-relay", "Signal=16", 0},
		{"application/dtmf-relay", "Signal=!", 0},
		{"application/dtmf-relay", "Signal=", 0},
		{"application/dtmf-relay", "5", 0},
		{"application/dtmf", "5", '5'},
		{"application/dtmf", " 0 \r\n", '0'},
		{"application/dtmf", "Signal=7", '7'},
		{"application/dtmf", "", 0},
		{"application/dtmf", "55", 0},
		{"text/plain", "5", 0},
		{"", "5", 0},
		{"application/dtmf", strings.Repeat(" ", 300) + "5", 0},
	} {
		got, err := dtmf.ParseInfo(x.kind, []byte(x.body))
		if got != x.want || (err != nil) != (x.want == 0) || err != nil && !errors.Is(err, dtmf.ErrKey) {
			t.Errorf("%s %q: %q, %v", x.kind, x.body, got, err)
		}
	}
}

func FuzzParseInfo(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5\r\nDuration=160\r\n"))
	f.Add("application/dtmf", []byte("#"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		k, err := dtmf.ParseInfo(kind, body)
		if err == nil && !strings.ContainsRune(order, k) {
			t.Errorf("key %q", k)
		}
		if err != nil && !errors.Is(err, dtmf.ErrKey) {
			t.Errorf("another error: %v", err)
		}
	})
}

func FuzzTones(f *testing.F) {
	f.Add([]byte{0, 0x80, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm := make(audio.PCM, 0, len(b)*50)
		for range 50 {
			for i := 0; i+1 < len(b); i += 2 {
				pcm = append(pcm, int16(uint16(b[i])|uint16(b[i+1])<<8))
			}
		}
		for _, k := range detect(pcm, 8000) {
			if !strings.ContainsRune(order, k) {
				t.Errorf("key %q", k)
			}
		}
	})
}

func TestOnce(t *testing.T) {
	type came struct {
		key rune
		by  dtmf.Source
		ms  int
	}
	for name, x := range map[string]struct {
		came []came
		want string
	}{
		"one way":  {[]came{{'1', dtmf.ByEvent, 0}, {'1', dtmf.ByEvent, 300}, {'2', dtmf.ByEvent, 600}}, "112"},
		"two ways": {[]came{{'1', dtmf.ByEvent, 0}, {'1', dtmf.ByTone, 90}, {'2', dtmf.ByEvent, 300}, {'2', dtmf.ByTone, 390}}, "12"},
		"three ways, twice": {
			[]came{
				{'5', dtmf.ByEvent, 0}, {'5', dtmf.ByTone, 90}, {'5', dtmf.ByInfo, 200}, {'5', dtmf.ByEvent, 300}, {'5', dtmf.ByInfo, 310},
				{'5', dtmf.ByTone, 390},
			}, "55",
		},
		"the second is late": {[]came{{'5', dtmf.ByEvent, 0}, {'5', dtmf.ByEvent, 150}, {'5', dtmf.ByInfo, 200}, {'5', dtmf.ByInfo, 350}}, "55"},
		"long after":         {[]came{{'5', dtmf.ByEvent, 0}, {'5', dtmf.ByInfo, 2500}}, "55"},
		"other keys":         {[]came{{'1', dtmf.ByEvent, 0}, {'2', dtmf.ByInfo, 10}}, "12"},
	} {
		var o dtmf.Once
		var got strings.Builder
		start := time.Unix(1000, 0)
		for _, c := range x.came {
			if o.New(c.key, c.by, start.Add(time.Duration(c.ms)*time.Millisecond)) {
				fmt.Fprintf(&got, "%c", c.key)
			}
		}
		if got.String() != x.want {
			t.Errorf("%s: %q, want %q", name, got.String(), x.want)
		}
	}
}
