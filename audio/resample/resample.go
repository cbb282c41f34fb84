// Package resample changes the sample rate of PCM by a rational factor with a polyphase filter.
//
// The filter is a Kaiser-windowed sinc with a stop band of at least 80 dB, which removes what the lower rate cannot carry. A
// [Resampler] is a stream: it keeps the end of what it was given, so that frames join without a seam. It allocates nothing while it
// works, starts no goroutine and must not be used from two at once. All sums are saturated to 16 bits.
package resample

import (
	"fmt"
	"math"
	"sync"

	"frontdesk.internal/audio"
)

const (
	// stopBandDB shapes the Kaiser window; the margin over the promised 80 dB covers the sampling of the window.
	stopBandDB = 96
	// transition is the width of the filter's slope as a fraction of the lower rate's half band.
	transition = 0.12
	maxRate    = 192000
)

// Resampler converts a stream from one rate to another.
type Resampler struct {
	bank  *bank
	hist  []float32 // the samples that the next outputs still need, with room for a block behind them
	fill  int       // valid samples in hist
	phase int       // phase of the next output, 0…up-1
}

// bank is the filter for one ratio, shared by all streams of it and read only.
type bank struct {
	up, down int
	taps     int         // coefficients of one phase
	phases   [][]float32 // [up][taps], for the oldest sample first
}

// block is how many input samples are worked on at a time; more than any ratio's down, so that a block always yields output.
const block = 1024

// New returns a resampler from one rate to another, both in samples a second. An error means that the ratio is not supported.
func New(from, to int) (*Resampler, error) {
	if from < 1000 || to < 1000 || from > maxRate || to > maxRate {
		return nil, fmt.Errorf("resample from %d to %d: use rates between 1000 and %d", from, to, maxRate)
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	if up > block || down > block {
		return nil, fmt.Errorf("resample from %d to %d: the ratio %d/%d is not supported", from, to, up, down)
	}
	r := &Resampler{bank: bankFor(up, down)}
	r.hist = make([]float32, r.bank.taps+block)
	r.Reset()
	return r, nil
}

// Reset forgets the stream.
func (r *Resampler) Reset() {
	clear(r.hist)
	r.fill, r.phase = r.bank.taps-1, 0
}

// Delay returns by how many output samples the output is behind the input.
func (r *Resampler) Delay() int { return (r.bank.taps - 1) * r.bank.up / 2 / r.bank.down }

// Append converts src and appends the result to dst. It allocates only when dst has no room.
func (r *Resampler) Append(dst, src audio.PCM) audio.PCM {
	for len(src) > 0 {
		n := min(len(src), block)
		dst = r.convert(dst, src[:n])
		src = src[n:]
	}
	return dst
}

// convert works on up to a block of input.
func (r *Resampler) convert(dst, src audio.PCM) audio.PCM {
	b := r.bank
	in := r.hist[r.fill : r.fill+len(src)]
	for i, s := range src {
		in[i] = float32(s)
	}
	total := r.fill + len(src)
	from := 0 // oldest sample of the next output
	for from+b.taps <= total {
		dst = append(dst, saturate(dot(b.phases[r.phase], r.hist[from:from+b.taps])))
		r.phase += b.down
		from += r.phase / b.up
		r.phase %= b.up
	}
	// from is at most total: an output moves on by no more than down samples, and each has at least down taps.
	r.fill = copy(r.hist, r.hist[from:total])
	return dst
}

// dot is the inner loop; four sums let the CPU overlap the multiplications.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

func saturate(v float32) int16 {
	switch {
	case v >= math.MaxInt16:
		return math.MaxInt16
	case v <= math.MinInt16:
		return math.MinInt16
	case v >= 0:
		return int16(v + 0.5)
	}
	return int16(v - 0.5)
}

// All converts a whole recording; the result is aligned with src and as long as it in time.
func All(from, to int, src audio.PCM) (audio.PCM, error) {
	r, err := New(from, to)
	if err != nil {
		return nil, err
	}
	want := int(int64(len(src)) * int64(to) / int64(from))
	delay := r.Delay()
	tail := make(audio.PCM, (delay+2)*from/to+r.bank.taps)
	out := r.Append(make(audio.PCM, 0, want+delay+len(tail)*to/from+8), src)
	out = r.Append(out, tail)
	return out[delay : delay+want], nil
}

// banks holds the filters computed so far: a cache, filled on demand; what is in it never changes.
var banks sync.Map // [2]int{up, down} → *bank

func bankFor(up, down int) *bank {
	key := [2]int{up, down}
	if b, ok := banks.Load(key); ok {
		return b.(*bank)
	}
	b, _ := banks.LoadOrStore(key, design(up, down))
	return b.(*bank)
}

// design computes the low-pass at the rate up×input and splits it into phases.
func design(up, down int) *bank {
	if up == down {
		return &bank{up: 1, down: 1, taps: 1, phases: [][]float32{{1}}}
	}
	// Frequencies are fractions of the common rate. The slope ends at the half band of the lower rate.
	half := 0.5 / float64(max(up, down))
	width := half * transition
	cut := half - width/2
	// Kaiser's formula for the length, then rounded so that each phase has the same number of taps and at least down.
	taps := max((int((stopBandDB-7.95)/(2.285*2*math.Pi*width))+up)/up, down)
	taps |= 1
	centre := float64(taps-1) / 2 * float64(up)
	beta := 0.1102 * (stopBandDB - 8.7)
	b := &bank{up: up, down: down, taps: taps, phases: make([][]float32, up)}
	for p := range b.phases {
		h := make([]float64, taps)
		sum := 0.0
		for k := range h { // k counts from the newest sample back
			x := float64(p+k*up) - centre
			h[k] = sinc(2*cut*x) * kaiser(x/(centre+float64(up)), beta)
			sum += h[k]
		}
		b.phases[p] = make([]float32, taps)
		for k := range h { // equal gain at 0 Hz in each phase: no tone at the phase rate
			b.phases[p][taps-1-k] = float32(h[k] / sum)
		}
	}
	return b
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// kaiser is the window at x, −1…1.
func kaiser(x, beta float64) float64 {
	if x < -1 || x > 1 {
		return 0
	}
	return bessel(beta*math.Sqrt(1-x*x)) / bessel(beta)
}

// bessel is the modified Bessel function of the first kind and order 0.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-17; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
