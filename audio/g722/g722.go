// Package g722 is the wideband speech codec of ITU-T G.722 (09/2012) at 64 kbit/s, its mode 1: 16 kHz in, one octet for two samples.
//
// The signal is split into two bands of 4 kHz by a quadrature mirror filter of 24 taps; each band goes through an adaptive differential
// coder, six bits a sample below and two above, whose predictor has two poles and six zeros. All arithmetic is that of the
// recommendation, 16 bits with saturation, so that the output is the same bit for bit as that of any other correct coder.
//
// An [Encoder] and a [Decoder] carry the state of one direction of one call: they are not safe for concurrent use, allocate nothing and
// start no goroutine. The zero value of neither is ready; use the functions that make them.
package g722

import "frontdesk.internal/audio"

// Rate is the sample rate of what is coded, in samples a second. RTP counts in 8000 a second for historical reasons (RFC 3551
// section 4.5.2).
const Rate = 16000

// Tables of the recommendation: quantisers, their inverses, and the logarithmic scale factors.
var (
	// mirror are the even taps of the filter, in steps of 2^-13; the odd ones are the same backwards.
	mirror = [12]int32{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

	// decisions are the levels between the steps of the lower band.
	decisions = [30]int32{
		0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980,
		2195, 2557, 2919,
	}
	lowNegative = [31]byte{0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4}
	lowPositive = [31]byte{
		0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32,
	}
	// inverse4 is what the predictor of the lower band learns from: the four upper bits alone.
	inverse4 = [16]int32{0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0}
	// inverse6 is what is heard of the lower band.
	inverse6 = [64]int32{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856, -7192, -6576, -6000,
		-5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728, 24808, 21904, 19008, 16704, 14984, 13512, 12280,
		11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136,
		-432, -136,
	}
	inverse2 = [4]int32{-7408, -1616, 7408, 1616}

	// scaleLow and scaleHigh are how the logarithm of the scale factor grows with a code.
	scaleLow  = [16]int32{-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60}
	scaleHigh = [4]int32{798, -214, 798, -214}
	// exponents are 2048 · 2^(n/32).
	exponents = [32]int32{
		2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158, 3228, 3298,
		3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
	}
)

// What the logarithm of a scale factor may reach, and what is taken off its exponent.
const (
	lowMost, lowShift   = 18432, 8
	highMost, highShift = 22528, 10
	highDecision        = 564 // the one level of the upper band
)

func saturate(v int32) int32 { return max(-32768, min(32767, v)) }

// sum24 filters 24 samples, the even and the odd ones apart.
func sum24(x *[24]int32) (even, odd int32) {
	for i, c := range mirror {
		even += x[2*i] * c
		odd += x[2*i+1] * mirror[11-i]
	}
	return even, odd
}

// band is the predictor and the scale of one band; blocks are those of section 3.6 of the recommendation.
type band struct {
	s, sz int32    // predicted signal, and the part of the zeros
	r     [3]int32 // reconstructed signal, the newest first
	p     [3]int32 // partly reconstructed signal
	a     [3]int32 // poles; a[0] is not used
	d     [7]int32 // quantised differences
	b     [7]int32 // zeros; b[0] is not used
	log   int32    // of the scale factor
	scale int32
}

// adapt moves the scale factor on by what the code of a sample says.
func (n *band) adapt(step, most, shift int32) {
	n.log = max(0, min(most, n.log*127>>7+step))
	e := exponents[n.log>>6&31]
	if by := shift - n.log>>11; by >= 0 {
		e >>= by
	} else {
		e <<= -by
	}
	n.scale = e << 2
}

// learn moves the predictor on by the difference d that was coded.
func (n *band) learn(d int32) {
	n.d[0] = d
	n.r[0] = saturate(n.s + d)
	n.p[0] = saturate(n.sz + d)
	sign := n.p[0] >> 15

	// The poles.
	w := saturate(n.a[1] << 2)
	if sign == n.p[1]>>15 {
		w = -w
	}
	w = min(w, 32767)
	second := int32(-128)
	if sign == n.p[2]>>15 {
		second = 128
	}
	second = max(-12288, min(12288, second+w>>7+n.a[2]*32512>>15))
	first := int32(-192)
	if sign == n.p[1]>>15 {
		first = 192
	}
	bound := saturate(15360 - second)
	first = max(-bound, min(bound, saturate(first+n.a[1]*32640>>15)))

	// The zeros, and both histories one sample on.
	step := int32(128)
	if d == 0 {
		step = 0
	}
	sign = d >> 15
	n.sz = 0
	for i := 6; i > 0; i-- {
		by := -step
		if n.d[i]>>15 == sign {
			by = step
		}
		n.b[i] = saturate(by + n.b[i]*32640>>15)
		n.d[i] = n.d[i-1]
		n.sz += n.b[i] * saturate(2*n.d[i]) >> 15
	}
	n.sz = saturate(n.sz)
	n.r[2], n.r[1] = n.r[1], n.r[0]
	n.p[2], n.p[1] = n.p[1], n.p[0]
	n.a[1], n.a[2] = first, second
	poles := saturate(n.a[1]*saturate(2*n.r[1])>>15 + n.a[2]*saturate(2*n.r[2])>>15)
	n.s = saturate(poles + n.sz)
}

// low moves the lower band on by its code of six bits.
func (n *band) low(code byte) {
	d := n.scale * inverse4[code>>2] >> 15
	n.adapt(scaleLow[code>>2], lowMost, lowShift)
	n.learn(d)
}

// high moves the upper band on by its code of two bits and returns the difference that the code means.
func (n *band) high(code byte) int32 {
	d := n.scale * inverse2[code] >> 15
	n.adapt(scaleHigh[code], highMost, highShift)
	n.learn(d)
	return d
}

// Encoder codes one stream.
type Encoder struct {
	x         [24]int32 // the newest samples, the newest last
	low, high band
}

// NewEncoder returns an encoder at the start of a stream.
func NewEncoder() *Encoder { return &Encoder{low: band{scale: 32}, high: band{scale: 8}} }

// Encode writes the octets of src, samples at [Rate], to dst and returns how many there were: one for two samples. The shorter side
// bounds the work; an odd sample at the end is left out.
func (e *Encoder) Encode(dst []byte, src audio.PCM) int {
	n := min(len(dst), len(src)/2)
	for i := range n {
		copy(e.x[:22], e.x[2:])
		e.x[22], e.x[23] = int32(src[2*i]), int32(src[2*i+1])
		even, odd := sum24(&e.x)
		low := e.codeLow((odd + even) >> 14)
		dst[i] = e.codeHigh((odd-even)>>14)<<6 | low
	}
	return n
}

func (e *Encoder) codeLow(x int32) byte {
	d := saturate(x - e.low.s)
	size := d
	if d < 0 {
		size = -(d + 1)
	}
	i := 1
	for i < len(decisions) && size >= decisions[i]*e.low.scale>>12 {
		i++
	}
	code := lowPositive[i]
	if d < 0 {
		code = lowNegative[i]
	}
	e.low.low(code)
	return code
}

func (e *Encoder) codeHigh(x int32) byte {
	d := saturate(x - e.high.s)
	var code byte
	if d < 0 {
		code = 1
		if -(d + 1) >= highDecision*e.high.scale>>12 {
			code = 0
		}
	} else {
		code = 3
		if d >= highDecision*e.high.scale>>12 {
			code = 2
		}
	}
	e.high.high(code)
	return code
}

// Decoder decodes one stream.
type Decoder struct {
	x         [24]int32
	low, high band
}

// NewDecoder returns a decoder at the start of a stream.
func NewDecoder() *Decoder { return &Decoder{low: band{scale: 32}, high: band{scale: 8}} }

// Decode writes the samples of src, at [Rate], to dst and returns how many there were: two for an octet. The shorter side bounds the
// work.
func (d *Decoder) Decode(dst audio.PCM, src []byte) int {
	n := min(len(dst)/2, len(src))
	for i, code := range src[:n] {
		clip := func(v int32) int32 { return max(-16384, min(16383, v)) }
		low := clip(d.low.s + d.low.scale*inverse6[code&63]>>15)
		d.low.low(code & 63)
		s := d.high.s
		high := clip(s + d.high.high(code>>6))
		copy(d.x[:22], d.x[2:])
		d.x[22], d.x[23] = low+high, low-high
		even, odd := sum24(&d.x)
		dst[2*i], dst[2*i+1] = int16(saturate(odd>>11)), int16(saturate(even>>11))
	}
	return 2 * n
}
