package hibari

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"
)

// Rate is the sample rate of the voice.
const Rate = 24000

// Language is the ISO 639-1 code of the language of all voices.
const Language = "en"

const (
	window = 1200 // samples that a frame's spectrum is of
	hop    = 300  // samples from one frame to the next
	bins   = window/2 + 1
	// unvoiced is the pitch in Hz below which there is none.
	unvoiced = 40
	// highest is how far up in Hz the overtones of the pitch go.
	highest = 11000
	// loudest bounds a magnitude, as a natural logarithm.
	loudest = 7
)

// spectrum is what the model makes of phonemes: for each frame of 12.5 ms the pitch in Hz, and for each bin the magnitudes (natural
// logarithms) of three parts: a train of pulses at the pitch, whose phase is turned by pi·tanh(turn), noise, and a rest of given phase.
// The bins of one frame lie frames apart.
type spectrum struct {
	frames                               int
	pulses, turn, noise, rest, restPhase []float32
	pitch                                []float32
}

// synth makes the waveform of a spectrum: the parts are added up and transformed back, and the frames, which overlap, are added.
// random draws from the standard normal distribution.
func synth(s spectrum, random func() float64) []float32 {
	if s.frames == 0 {
		return nil
	}
	transform := fourier.NewFFT(window)
	hann := make([]float64, window)
	for i := range hann {
		hann[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/window)
	}
	train := mirrored(pulses(s.pitch))
	frame := make([]float64, window)
	source, sum := make([]complex128, bins), make([]complex128, bins)
	total := make([]float64, (s.frames-1)*hop+window)
	for f := range s.frames {
		voiced := false
		for i, x := range train[f*hop : f*hop+window] {
			frame[i] = x * hann[i] / hop // a cosine of amplitude 1 becomes a peak of 1
			voiced = voiced || x != 0
		}
		if voiced {
			transform.Coefficients(source, frame)
		}
		for b := range sum {
			at := b*s.frames + f
			z := polar(s.rest[at], float64(s.restPhase[at]))
			if voiced {
				z += source[b] * polar(s.pulses[at], math.Pi*math.Tanh(float64(s.turn[at])))
			}
			n := magnitude(s.noise[at])
			sum[b] = z + complex(n*random(), n*random())
		}
		transform.Sequence(frame, sum)
		for i, x := range frame {
			total[f*hop+i] += x * hann[i] / window
		}
	}
	return unwindowed(total, hann, s.frames)
}

// unwindowed takes out what the windows did to the loudness, and what lies before the middle of the first frame.
func unwindowed(total, hann []float64, frames int) []float32 {
	out := make([]float32, frames*hop)
	for i := range out {
		at := i + window/2
		if at >= len(total) {
			break
		}
		power := 0.0
		for f := max(0, (at-window)/hop+1); f <= min(at/hop, frames-1); f++ {
			w := hann[at-f*hop]
			power += w * w
		}
		out[i] = float32(total[at] / max(power, 1e-11))
	}
	return out
}

func magnitude(log float32) float64 { return math.Exp(float64(min(log, loudest))) }

func polar(log float32, phase float64) complex128 {
	m := magnitude(log)
	sin, cos := math.Sincos(phase)
	return complex(m*cos, m*sin)
}

// pulses is a train of pulses at a pitch given once a hop: all overtones up to highest at amplitude 1, silence where there is no pitch.
// The pitch goes in a straight line from the middle of one frame to that of the next.
func pulses(pitch []float32) []float64 {
	out := make([]float64, len(pitch)*hop)
	phase := 0.0 // in turns
	for f, now := range pitch {
		before, after := pitch[max(0, f-1)], pitch[min(f+1, len(pitch)-1)]
		for j := range hop {
			from, to, way := before, now, (float32(j)+0.5)/hop+0.5
			if j >= hop/2 {
				from, to, way = now, after, way-1
			}
			hz := from*(1-way) + to*way
			phase += float64(max(hz, unvoiced)) / Rate
			phase -= math.Floor(phase)
			if hz > unvoiced {
				out[f*hop+j] = cosines(2*math.Pi*phase, math.Floor(highest/float64(hz)))
			}
		}
	}
	return out
}

// cosines is the sum of cos(k·angle) for k from 1 to n.
func cosines(angle, n float64) float64 {
	below := 2 * math.Sin(angle/2)
	if math.Abs(below) <= 2e-3 {
		return n
	}
	return math.Sin((n+0.5)*angle)/below - 0.5
}

// mirrored is x with half a window more on each side, as if reflected there.
func mirrored(x []float64) []float64 {
	const more = window / 2
	out := make([]float64, len(x)+2*more)
	copy(out[more:], x)
	for i := range more {
		out[more-1-i] = x[bounce(i+1, len(x))]
		out[more+len(x)+i] = x[bounce(len(x)+i, len(x))]
	}
	return out
}

// bounce is the place in n samples at which one ends up who walks i from the first on and turns at the ends.
func bounce(i, n int) int {
	if n == 1 {
		return 0
	}
	i %= 2 * (n - 1)
	if i >= n {
		i = 2*(n-1) - i
	}
	return i
}
