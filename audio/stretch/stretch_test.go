package stretch_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/stretch"
)

// voiced is n samples of a voice of a pitch in Hz, from sample at on.
func voiced(pitch float64, rate, at, n int) audio.PCM {
	pcm := make(audio.PCM, n)
	for i := range pcm {
		t := float64(at+i) / float64(rate)
		v := 0.0
		for h := 1; h <= 6; h++ {
			v += math.Sin(2*math.Pi*pitch*float64(h)*t+float64(h*h)) / float64(h)
		}
		pcm[i] = int16(4000 * v)
	}
	return pcm
}

// roughest is the greatest second difference: a click is one.
func roughest(pcm audio.PCM) float64 {
	most := 0.0
	for i := 2; i < len(pcm); i++ {
		most = max(most, math.Abs(float64(pcm[i])-2*float64(pcm[i-1])+float64(pcm[i-2])))
	}
	return most
}

// A voice that is played a period faster or slower has no clicks, and is as loud as before.
func TestVoices(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		frame := rate / 50
		for _, pitch := range []float64{80, 110, 137, 200, 310} {
			pcm := voiced(pitch, rate, 0, 20*frame)
			plain := roughest(pcm)
			for _, longer := range []bool{false, true} {
				if longer && pitch < 100 {
					continue // its period is longer than what is repeated
				}
				out, used := append(audio.PCM(nil), pcm[:5*frame]...), 5*frame
				dst := make(audio.PCM, frame)
				var n int
				if longer {
					n = stretch.Lengthen(dst, out[len(out)-frame:], pcm[used:used+frame], rate)
					used += frame - n
				} else {
					n = stretch.Shorten(dst, pcm[used:used+frame+stretch.More(rate)], rate)
					used += frame + n
				}
				out = append(append(out, dst...), pcm[used:used+5*frame]...)
				if n == 0 {
					t.Errorf("%v Hz at %d, longer: %v: nothing was done", pitch, rate, longer)
					continue
				}
				if periods := float64(n) * pitch / float64(rate); math.Abs(periods-math.Round(periods)) > 0.15 {
					t.Errorf("%v Hz at %d, longer: %v: %d samples are %.2f periods", pitch, rate, longer, n, periods)
				}
				if got := roughest(out); got > 1.3*plain {
					t.Errorf("%v Hz at %d, longer: %v: %.0f from one sample to the next, %.0f before", pitch, rate, longer, got, plain)
				}
			}
		}
	}
}

func TestNoiseIsLeftAsItIs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	pcm := make(audio.PCM, 600)
	for i := range pcm {
		pcm[i] = int16(r.IntN(20000) - 10000)
	}
	dst := make(audio.PCM, 160)
	if n := stretch.Shorten(dst, pcm[:160+stretch.More(8000)], 8000); n != 0 || dst[7] != pcm[7] || dst[159] != pcm[159] {
		t.Errorf("%d samples of noise were left out", n)
	}
	if n := stretch.Lengthen(dst, pcm[:160], pcm[160:320], 8000); n != 0 || dst[0] != pcm[160] {
		t.Errorf("%d samples of noise were repeated", n)
	}
	quiet := make(audio.PCM, 160+stretch.More(8000))
	if n := stretch.Shorten(dst, quiet, 8000); n != stretch.More(8000) {
		t.Errorf("%d samples of silence were left out", n)
	}
	if n := stretch.Lengthen(dst, quiet, quiet[:160], 8000); n == 0 {
		t.Error("silence was not stretched")
	}
}

func TestNoAllocation(t *testing.T) {
	pcm, dst := voiced(150, 16000, 0, 1000), make(audio.PCM, 320)
	if n := testing.AllocsPerRun(100, func() {
		stretch.Shorten(dst, pcm[:320+stretch.More(16000)], 16000)
		stretch.Lengthen(dst, pcm[:320], pcm[320:640], 16000)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkShorten(b *testing.B) {
	pcm, dst := voiced(150, 16000, 0, 1000), make(audio.PCM, 320)
	for b.Loop() {
		stretch.Shorten(dst, pcm[:320+stretch.More(16000)], 16000)
	}
}
