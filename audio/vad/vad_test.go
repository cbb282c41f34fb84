package vad_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/vad"
)

func TestFindsVoiceInNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	d := vad.New()
	frame := make(audio.PCM, 160)
	on, off := 0, 0
	for f := range 300 { // 2 s noise, 2 s voice, 2 s noise
		for i := range frame {
			v := rng.NormFloat64() * 100
			if f >= 100 && f < 200 {
				v += 4000 * math.Sin(float64(f*160+i)*0.2)
			}
			frame[i] = int16(v)
		}
		got := d.Frame(frame)
		switch {
		case f >= 101 && f < 200 && !got:
			off++
		case (f >= 20 && f < 100 || f >= 210) && got:
			on++
		}
	}
	if on > 0 || off > 0 {
		t.Errorf("%d frames of noise taken for voice, %d of voice for noise", on, off)
	}
}

func TestLevel(t *testing.T) {
	full := make(audio.PCM, 800)
	for i := range full {
		full[i] = int16(32767 * math.Sin(2*math.Pi*float64(i)/80))
	}
	if got := vad.Level(full); math.Abs(got+3.01) > 0.05 {
		t.Errorf("full-scale sine at %.2f dB, want -3.01", got)
	}
	if got := vad.Level(nil); got != -96 {
		t.Errorf("nothing at %v dB", got)
	}
}
