package conceal_test

import (
	"math"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/conceal"
)

// voice is a pulse train with two formants, like a held vowel at hz.
func voice(hz float64, n int) audio.PCM {
	p := make(audio.PCM, n)
	for i := range p {
		ph := 2 * math.Pi * hz * float64(i) / 8000
		for k := 1.0; k <= 12; k++ {
			p[i] += int16(2500 / (1 + math.Abs(k*hz-600)/300) * math.Sin(k*ph))
		}
	}
	return p
}

func snr(want, got audio.PCM) float64 {
	var s, n float64
	for i := range want {
		s += float64(want[i]) * float64(want[i])
		d := float64(want[i]) - float64(got[i])
		n += d * d
	}
	return 10 * math.Log10(s/(n+1))
}

func TestPeriodicVoiceGoesOn(t *testing.T) {
	for _, hz := range []float64{80, 100, 125, 160, 200} { // whole periods at 8 kHz
		src := voice(hz, 160*20)
		c := conceal.New(8000)
		out := src.Clone()
		for f := range 20 {
			fr := out[f*160 : f*160+160]
			if f == 12 {
				c.Conceal(fr)
			} else {
				c.Good(fr)
			}
		}
		if got := snr(src[12*160:13*160], out[12*160:13*160]); got < 20 {
			t.Errorf("%v Hz: lost frame at %.1f dB SNR, want ≥ 20", hz, got)
		}
		if got := snr(src[13*160:14*160], out[13*160:14*160]); got < 20 {
			t.Errorf("%v Hz: frame after it at %.1f dB SNR, want ≥ 20", hz, got)
		}
	}
}

func TestLongGapFadesToSilence(t *testing.T) {
	c := conceal.New(8000)
	for f := range 10 {
		c.Good(voice(100, 1600)[f*160 : f*160+160])
	}
	fr := make(audio.PCM, 160)
	for range 3 {
		c.Conceal(fr)
	}
	c.Conceal(fr)
	for i, v := range fr {
		if v != 0 {
			t.Fatalf("sample %d after 60 ms is %d, want silence", i, v)
		}
	}
}

func TestNothingHeardGivesSilence(t *testing.T) {
	c, fr := conceal.New(8000), audio.PCM{1, 2, 3}
	c.Conceal(fr)
	if fr[0] != 0 || fr[2] != 0 {
		t.Errorf("got %v", fr)
	}
}

func TestNoClickAtTheJoin(t *testing.T) {
	src := voice(117, 160*20) // no whole period
	c := conceal.New(8000)
	out := src.Clone()
	steepest := func(p audio.PCM) (m int) {
		for i := 1; i < len(p); i++ {
			m = max(m, int(math.Abs(float64(p[i])-float64(p[i-1]))))
		}
		return m
	}
	limit := steepest(src) * 3 / 2
	for f := range 20 {
		if f == 9 || f == 10 {
			c.Conceal(out[f*160 : f*160+160])
		} else {
			c.Good(out[f*160 : f*160+160])
		}
	}
	if got := steepest(out[8*160 : 13*160]); got > limit {
		t.Errorf("a step of %d at a join, the voice itself has %d", got, limit*2/3)
	}
}

func TestNoAllocation(t *testing.T) {
	c, fr := conceal.New(8000), voice(100, 160)
	if n := testing.AllocsPerRun(100, func() { c.Good(fr); c.Conceal(fr) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkConceal(b *testing.B) {
	c, fr := conceal.New(8000), voice(100, 160)
	b.ReportAllocs()
	for b.Loop() {
		c.Good(fr)
		c.Conceal(fr)
	}
}
