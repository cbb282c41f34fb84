package turn_test

import (
	"math"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/models/turn"
)

// chirp is a rising tone in noise, the same in every language that can multiply.
func chirp(n int) audio.PCM {
	pcm := make(audio.PCM, n)
	seed := uint32(12345)
	for i := range pcm {
		seed = (seed*1103515245 + 12345) & 0x7fffffff
		noise := int(seed>>16)%2001 - 1000
		tone := math.Floor(6000 * math.Sin(2*math.Pi*(200+float64(i)/100)*float64(i)/16000))
		pcm[i] = int16(int(tone) + noise)
	}
	return pcm
}

// TestFeaturesGolden compares with an independent implementation (NumPy, the one the model is shipped with).
func TestFeaturesGolden(t *testing.T) {
	type point struct {
		mel, frame int
		want       float64
	}
	for _, tt := range []struct {
		samples int
		mean    float64
		points  []point
	}{
		{
			16000, 0.03533505, []point{
				{0, 0, 0.13711}, {0, 799, 0.953}, {3, 700, 1.69481}, {10, 720, 0.90461}, {40, 790, 0.93542}, {79, 799, 0.91916}, {79, 0, -0.09962},
				{25, 798, 0.73183},
			},
		},
		{
			48077, 0.18551919, []point{
				{0, 0, 0.24134}, {0, 799, 0.92233}, {3, 700, 0.65746}, {10, 720, 0.89198}, {40, 790, 0.6556}, {79, 799, 0.87169}, {79, 0, -0.21415},
				{25, 798, 0.77375},
			},
		},
		{
			130000, 0.71804029, []point{
				{0, 0, 1.34885}, {0, 799, 0.78527}, {3, 700, 0.70204}, {10, 720, 0.8902}, {40, 790, 0.75514}, {79, 799, 0.68463}, {79, 0, 0.68589},
				{25, 798, 0.82113},
			},
		},
	} {
		got := turn.NewFeatures().Compute(chirp(tt.samples))
		if len(got) != turn.Mels*turn.Frames {
			t.Fatalf("%d samples: got %d values, want %d", tt.samples, len(got), turn.Mels*turn.Frames)
		}
		var sum float64
		for _, x := range got {
			sum += float64(x)
		}
		if mean := sum / float64(len(got)); math.Abs(mean-tt.mean) > 1e-5 {
			t.Errorf("%d samples: got mean %.6f, want %.6f", tt.samples, mean, tt.mean)
		}
		for _, p := range tt.points {
			if x := float64(got[p.mel*turn.Frames+p.frame]); math.Abs(x-p.want) > 5e-5 {
				t.Errorf("%d samples, mel %d, frame %d: got %.5f, want %.5f", tt.samples, p.mel, p.frame, x, p.want)
			}
		}
	}
}

func TestFeaturesFinite(t *testing.T) {
	loud := make(audio.PCM, turn.WindowSamples)
	for i := range loud {
		loud[i] = math.MinInt16
	}
	for name, pcm := range map[string]audio.PCM{"none": nil, "one": {1}, "silence": make(audio.PCM, 5000), "full scale": loud} {
		for i, x := range turn.NewFeatures().Compute(pcm) {
			if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
				t.Fatalf("%s: value %d is %v", name, i, x)
			}
		}
	}
}

func TestFeaturesReuseMemory(t *testing.T) {
	f, pcm := turn.NewFeatures(), chirp(40000)
	if n := testing.AllocsPerRun(3, func() { f.Compute(pcm) }); n > 0 {
		t.Errorf("got %v allocations a call, want none", n)
	}
}

func FuzzFeatures(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6}, uint8(3))
	features := turn.NewFeatures()
	f.Fuzz(func(t *testing.T, b []byte, repeat uint8) {
		var pcm audio.PCM
		for range int(repeat) + 1 {
			for i := 0; i+1 < len(b) && len(pcm) < turn.WindowSamples+999; i += 2 {
				pcm = append(pcm, int16(uint16(b[i])|uint16(b[i+1])<<8))
			}
		}
		var low, high float32 = math.MaxFloat32, -math.MaxFloat32
		for _, x := range features.Compute(pcm) {
			low, high = min(low, x), max(high, x)
		}
		if !(high-low <= 2.0001) { // 80 dB
			t.Errorf("%d samples: got values from %v to %v, want a range of at most 2", len(pcm), low, high)
		}
	})
}

func BenchmarkFeatures(b *testing.B) {
	f, pcm := turn.NewFeatures(), chirp(turn.WindowSamples)
	for b.Loop() {
		f.Compute(pcm)
	}
}
