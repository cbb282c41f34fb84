package resample_test

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"gonum.org/v1/gonum/dsp/fourier"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/resample"
)

func tone(rate int, hz, amp float64, n int) audio.PCM {
	p := make(audio.PCM, n)
	for i := range p {
		p[i] = int16(math.Round(amp * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))))
	}
	return p
}

// levelDB returns the level of p in dB relative to a sine of amplitude amp, over its middle.
func levelDB(p audio.PCM, amp float64) float64 {
	p = p[len(p)/4 : 3*len(p)/4]
	sum := 0.0
	for _, v := range p {
		sum += float64(v) * float64(v)
	}
	return 20 * math.Log10(math.Sqrt(2*sum/float64(len(p)))/amp+1e-9)
}

// peak returns the strongest frequency of p.
func peak(p audio.PCM, rate int) float64 {
	x := make([]float64, len(p))
	for i, v := range p { // Hann window
		x[i] = float64(v) * 0.5 * (1 - math.Cos(2*math.Pi*float64(i)/float64(len(p))))
	}
	c := fourier.NewFFT(len(x)).Coefficients(nil, x)
	best := 0
	for i := range c {
		if cmplx.Abs(c[i]) > cmplx.Abs(c[best]) {
			best = i
		}
	}
	return float64(best) * float64(rate) / float64(len(p))
}

var pairs = [][2]int{
	{8000, 16000}, {16000, 8000}, {22050, 8000}, {22050, 16000}, {24000, 8000}, {24000, 16000}, {44100, 8000}, {48000, 16000}, {16000, 22050},
	{8000, 48000}, {16000, 16000},
}

func TestTonesKeepPitchAndLevel(t *testing.T) {
	for _, p := range pairs {
		for _, hz := range []float64{100, 440, 1000, 2500, 3400} {
			out, err := resample.All(p[0], p[1], tone(p[0], hz, 20000, p[0]))
			if err != nil {
				t.Fatal(err)
			}
			if got := peak(out, p[1]); math.Abs(got-hz) > 1.5 {
				t.Errorf("%d→%d: %v Hz came out as %v Hz", p[0], p[1], hz, got)
			}
			if got := levelDB(out, 20000); math.Abs(got) > 0.1 {
				t.Errorf("%d→%d: %v Hz at %+.2f dB, want within 0.1 dB", p[0], p[1], hz, got)
			}
		}
	}
}

func TestAliasesAreRemoved(t *testing.T) {
	for _, p := range pairs {
		if p[1] >= p[0] {
			continue
		}
		for _, above := range []float64{1.0, 1.02, 1.1, 1.25, 1.5} {
			hz := float64(p[1]) / 2 * above
			if hz > float64(p[0])/2*0.99 {
				continue
			}
			out, err := resample.All(p[0], p[1], tone(p[0], hz, 30000, p[0]))
			if err != nil {
				t.Fatal(err)
			}
			// One step of 16 bits is −90 dB below this tone, so a few odd samples are the floor of what can be seen.
			if got := levelDB(out, 30000); got > -80 {
				t.Errorf("%d→%d: %.0f Hz left at %.1f dB, want ≤ -80", p[0], p[1], hz, got)
			}
		}
	}
}

func TestImagesAreRemoved(t *testing.T) {
	out, err := resample.All(8000, 16000, tone(8000, 3000, 30000, 8192))
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 8192)
	for i := range x {
		w := 0.35875 - 0.48829*math.Cos(2*math.Pi*float64(i)/8192) +
			0.14128*math.Cos(4*math.Pi*float64(i)/8192) - 0.01168*math.Cos(6*math.Pi*float64(i)/8192)
		x[i] = w * float64(out[4096+i])
	}
	c := fourier.NewFFT(8192).Coefficients(nil, x)
	at := func(hz float64) float64 { return cmplx.Abs(c[int(hz*8192/16000+0.5)]) }
	if got := 20 * math.Log10(at(5000)/at(3000)); got > -80 {
		t.Errorf("image of 3000 Hz at 5000 Hz is at %.1f dB, want ≤ -80", got)
	} else {
		t.Logf("image at %.1f dB", got)
	}
}

func TestPiecesJoinWithoutASeam(t *testing.T) {
	for _, p := range pairs {
		src := tone(p[0], 700, 15000, 6000)
		whole, _ := resample.New(p[0], p[1])
		want := whole.Append(nil, src)
		pieces, _ := resample.New(p[0], p[1])
		var got audio.PCM
		for i, n := 0, 1; i < len(src); i, n = i+n, n*7%331+1 {
			got = pieces.Append(got, src[i:min(len(src), i+n)])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d→%d: pieces differ from the whole", p[0], p[1])
		}
	}
}

func TestResetForgets(t *testing.T) {
	r, _ := resample.New(16000, 8000)
	want := r.Append(nil, tone(16000, 300, 9000, 320))
	r.Append(nil, tone(16000, 2000, 30000, 777))
	r.Reset()
	if got := r.Append(nil, tone(16000, 300, 9000, 320)); !slices.Equal(got, want) {
		t.Error("after Reset the output differs")
	}
}

func TestFullScaleSaturates(t *testing.T) {
	src := make(audio.PCM, 1600)
	for i := range src {
		src[i] = math.MaxInt16
		if i/40%2 == 1 {
			src[i] = math.MinInt16
		}
	}
	out, err := resample.All(8000, 16000, src)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(out); i++ { // a wrap would jump from one rail to the other within a half wave
		if i%80 > 10 && i%80 < 70 && (out[i] > 0) != (out[i/80*80+40] > 0) {
			t.Fatalf("sample %d wrapped: %d", i, out[i])
		}
	}
}

func TestNoAllocation(t *testing.T) {
	for _, p := range pairs {
		r, _ := resample.New(p[0], p[1])
		src, dst := make(audio.PCM, audio.FrameLen(p[0])), make(audio.PCM, 0, 2000)
		if n := testing.AllocsPerRun(100, func() { dst = r.Append(dst[:0], src) }); n != 0 {
			t.Errorf("%d→%d: %v allocations a frame", p[0], p[1], n)
		}
	}
}

func TestRefusesOddRatios(t *testing.T) {
	for _, p := range [][2]int{{0, 8000}, {8000, -1}, {8000, 300000}, {44100, 7919}} {
		if _, err := resample.New(p[0], p[1]); err == nil {
			t.Errorf("%d→%d: no error", p[0], p[1])
		}
	}
}

func BenchmarkFrame(b *testing.B) {
	for _, p := range [][2]int{{8000, 16000}, {16000, 8000}, {22050, 16000}} {
		b.Run("", func(b *testing.B) {
			r, _ := resample.New(p[0], p[1])
			src, dst := make(audio.PCM, audio.FrameLen(p[0])), make(audio.PCM, 0, 2000)
			b.ReportAllocs()
			for b.Loop() {
				dst = r.Append(dst[:0], src)
			}
		})
	}
}
