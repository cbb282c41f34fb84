package echo

import (
	"math"
)

// The finder's figures.
const (
	lags = 80 // blocks of 8 ms in which an echo is looked for
	// forget is what is left of a block's share after the next: the finder looks back over some 20 blocks.
	forget = 0.95
	// shy keeps a few blocks from proving anything: they may be alike by chance.
	shy = 0.3
	// coarse is the length of the correlation of one lag: the band needs no more, whatever the rate.
	coarse = 128
	half   = coarse / 2 // of them a block
)

// finder looks for our own voice in what comes over the line. For each delay it sums up, bin by bin, how the phase of what comes
// stands against that of what was sent: for an echo it stays the same from block to block, for other sounds it does not (the
// generalised cross-correlation of Knapp and Carter 1976 with the phase transform, summed over partitions).
type finder struct {
	sum    []complex128 // lags × bandEnd
	spread []float64    // of lags: the variance of sum if there were no echo
	ifft   *transform
	bins   []complex128
	corr   []float64
}

func newFinder() *finder {
	return &finder{
		sum: make([]complex128, lags*bandEnd), spread: make([]float64, lags), ifft: newTransform(coarse),
		bins: make([]complex128, coarse/2+1), corr: make([]float64, coarse),
	}
}

// add takes the whitened spectrum y of block k.
func (f *finder) add(y []complex128, k int64, sent *far) {
	for p := range lags {
		f.spread[p] *= forget * forget
		sum := f.sum[p*bandEnd:][:bandEnd]
		x := sent.phase(k - int64(p))
		if x == nil {
			if f.spread[p] < 1e-6 {
				continue
			}
			for b := bandFirst; b < bandEnd; b++ {
				sum[b] *= forget
			}
			continue
		}
		q := 0.0
		for b := bandFirst; b < bandEnd; b++ {
			v, w := y[b], x[b]
			re, im := real(v)*real(w)+imag(v)*imag(w), imag(v)*real(w)-real(v)*imag(w)
			q += re*re + im*im
			sum[b] = complex(forget*real(sum[b])+re, forget*imag(sum[b])+im)
		}
		f.spread[p] += q
	}
}

// best returns the most likely delay, in blocks and fractions of one, and by how many standard deviations it stands out.
func (f *finder) best() (delay, z float64) {
	for p := range lags {
		if f.spread[p] < 1 {
			continue
		}
		copy(f.bins, f.sum[p*bandEnd:][:bandEnd])
		f.ifft.inverse(f.corr, f.bins)
		scale := coarse / math.Sqrt(2*(f.spread[p]+shy*(bandEnd-bandFirst)))
		for d := -half / 2; d < half/2; d++ {
			v := math.Abs(f.corr[(d+coarse)%coarse]) * scale
			if at := float64(p) + float64(d)/half; v > z && at >= 0 {
				z, delay = v, at
			}
		}
	}
	return delay, z
}

// reset forgets all.
func (f *finder) reset() {
	clear(f.sum)
	clear(f.spread)
}
