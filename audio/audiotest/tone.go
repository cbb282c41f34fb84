package audiotest

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"

	"frontdesk.internal/audio"
)

// Tone returns n samples of a sine of hz at rate with amplitude amp, its phase starting at sample from.
func Tone(rate int, hz, amp float64, from, n int) audio.PCM {
	p := make(audio.PCM, n)
	for i := range p {
		p[i] = int16(math.Round(amp * math.Sin(2*math.Pi*hz*float64(from+i)/float64(rate))))
	}
	return p
}

// Peak returns the strongest frequency of p in Hz.
func Peak(p audio.PCM, rate int) float64 {
	if len(p) < 16 {
		return 0
	}
	x := make([]float64, len(p))
	for i, v := range p {
		x[i] = float64(v) * 0.5 * (1 - math.Cos(2*math.Pi*float64(i)/float64(len(p))))
	}
	c := fourier.NewFFT(len(x)).Coefficients(nil, x)
	best := 1
	for i := 1; i < len(c); i++ {
		if cmplx.Abs(c[i]) > cmplx.Abs(c[best]) {
			best = i
		}
	}
	return float64(best) * float64(rate) / float64(len(p))
}

// RMS returns the root mean square of p.
func RMS(p audio.PCM) float64 {
	sum := 0.0
	for _, v := range p {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum / float64(max(1, len(p))))
}
