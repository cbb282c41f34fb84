package echo

import (
	"math"

	"frontdesk.internal/audio"
)

// Blocks are 8 ms long, at 8 and at 16 kHz; a bin of their spectra is 62.5 Hz wide.
const (
	blocksASecond = 125
	// emphasis flattens the spectrum of speech: x(n) − emphasis·x(n−1).
	emphasis = 0.9
	// band are the bins of the telephone's band, by which levels are judged and delays are found.
	bandFirst, bandEnd = 4, 55
	// history is how many blocks of what was sent are remembered, about a second.
	history = 128
	// faint is the mean square of a sample (of 1) below which nothing was sent: −70 dB of full scale.
	faint = 1e-7
)

// analyser makes spectra of two blocks. It is used by one goroutine.
type analyser struct {
	n      int // samples of a block
	fft    *transform
	window []float64 // Hann
	work   []float64
	bins   []complex128
}

func newAnalyser(n int) *analyser {
	a := &analyser{n: n, fft: newTransform(2 * n), window: make([]float64, 2*n), work: make([]float64, 2*n), bins: make([]complex128, n+1)}
	for i := range a.window {
		a.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(2*n))
	}
	return a
}

// phases writes the spectrum of the telephone's band to dst, whitened: what counts in it is the phase, and the loudness of no bin.
// x is two blocks.
func (a *analyser) phases(dst []complex128, x []float64) {
	for i, v := range x {
		a.work[i] = v * a.window[i]
	}
	a.fft.forward(a.bins, a.work)
	sum := 0.0
	for _, v := range a.bins[bandFirst:bandEnd] {
		sum += real(v)*real(v) + imag(v)*imag(v)
	}
	floor := 0.15*math.Sqrt(sum/(bandEnd-bandFirst)) + 1e-12
	for i, v := range a.bins[bandFirst:bandEnd] {
		dst[bandFirst+i] = v * complex(1/(math.Sqrt(real(v)*real(v)+imag(v)*imag(v))+floor), 0)
	}
}

func meanSquare(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return sum / float64(len(x))
}

// far is what was sent, block by block.
type far struct {
	*analyser
	last   float64   // sample before, for the emphasis
	time   []float64 // the last two blocks
	filled int       // samples of the block that is being filled
	next   int64     // number of that block

	spectra  []complex128 // history × bins: of two blocks each, the newer at the end
	white    []complex128 // history × bandEnd
	energy   [history]float64
	sounding [history]bool
}

func newFar(a *analyser) *far {
	return &far{
		analyser: a, time: make([]float64, 2*a.n),
		spectra: make([]complex128, history*(a.n+1)), white: make([]complex128, history*bandEnd),
	}
}

// add takes what was sent.
func (f *far) add(pcm audio.PCM) {
	for _, s := range pcm {
		v := float64(s) / full
		f.time[f.n+f.filled] = v - emphasis*f.last
		f.last = v
		if f.filled++; f.filled == f.n {
			f.block()
		}
	}
}

// block finishes a block.
func (f *far) block() {
	i := int(f.next % history)
	e := meanSquare(f.time[f.n:])
	f.energy[i], f.sounding[i] = e, e > faint || f.energy[int((f.next+history-1)%history)] > faint
	if f.sounding[i] {
		f.fft.forward(f.spectra[i*(f.n+1):][:f.n+1], f.time)
		f.phases(f.white[i*bandEnd:][:bandEnd], f.time)
	}
	copy(f.time, f.time[f.n:])
	f.filled = 0
	f.next++
}

// known reports whether block k is remembered and has sound in it.
func (f *far) known(k int64) bool {
	return k >= 0 && k < f.next && k > f.next-history && f.sounding[int(k%history)]
}

// level is the mean square of block k, 0 when it is not known.
func (f *far) level(k int64) float64 {
	if k < 0 || k >= f.next || k <= f.next-history {
		return 0
	}
	return f.energy[int(k%history)]
}

// spectrum is that of blocks k−1 and k; nil when there is nothing in them.
func (f *far) spectrum(k int64) []complex128 {
	if !f.known(k) {
		return nil
	}
	return f.spectra[int(k%history)*(f.n+1):][:f.n+1]
}

// phase is the whitened spectrum of blocks k−1 and k; nil when there is nothing in them.
func (f *far) phase(k int64) []complex128 {
	if !f.known(k) {
		return nil
	}
	return f.white[int(k%history)*bandEnd:][:bandEnd]
}
