package level

import (
	"math"
	"reflect"
	"testing"

	"frontdesk.internal/audio"
)

func TestLevel(t *testing.T) {
	const rate = 22050
	tone := make([]float32, 3*rate)
	for i := rate; i < 2*rate; i++ {
		tone[i] = float32(0.1 * math.Sin(float64(i)*0.1))
	}
	gain := Gain(Active(tone, rate))
	pcm := PCM(tone, gain)
	sum := 0.0
	for _, v := range pcm[rate : 2*rate] {
		sum += float64(v) * float64(v)
	}
	if got := math.Sqrt(sum/rate) / 32767; math.Abs(got-Target) > 0.005 {
		t.Errorf("got level %.3f, want %.3f: silence must not count", got, Target)
	}
	for rms, want := range map[float64]float64{0: 1, math.NaN(): 1, 1e-6: maxGain, 10: 1 / maxGain} {
		if got := Gain(rms); got != want {
			t.Errorf("level %g: got gain %g, want %g", rms, got, want)
		}
	}
	last := int16(math.MinInt16)
	for v := -8.0; v <= 8; v += 0.01 {
		got := PCM([]float32{float32(v)}, 1)[0]
		if got < last || got == math.MinInt16 {
			t.Fatalf("the limiter turns %.2f into %d after %d", v, got, last)
		}
		last = got
	}
	if got := PCM([]float32{float32(math.NaN()), 0.5}, 1); got[0] != 0 || got[1] != 16384 {
		t.Errorf("got %v, want a number that is none silent and 0.5 unchanged", got)
	}
}

func TestTrim(t *testing.T) {
	const rate = 8000
	p := make(audio.PCM, rate)
	for i := 3000; i < 4000; i++ {
		p[i] = 5000
	}
	got := Trim(p.Clone(), rate, 100)
	if want := (15+100)*8 + 1000; len(got) < want || len(got) > want+2*windowMS*8 {
		t.Errorf("got %d samples, want about %d", len(got), want)
	}
	if got[0] != 0 || got[len(got)-1] != 0 {
		t.Errorf("the cuts click: %d, %d", got[0], got[len(got)-1])
	}
	if got := Trim(make(audio.PCM, rate), rate, 100); got != nil {
		t.Errorf("silence: got %d samples", len(got))
	}
	if got := Trim(nil, rate, 100); got != nil {
		t.Errorf("nothing: got %d samples", len(got))
	}
	whole := make(audio.PCM, 1001)
	for i := range whole {
		whole[i] = 5000
	}
	if got := Trim(whole.Clone(), rate, 100); !reflect.DeepEqual(got, whole) {
		t.Error("speech without silence was changed")
	}
}
