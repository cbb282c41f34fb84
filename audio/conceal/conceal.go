// Package conceal fills the place of lost frames with what the voice was doing before.
//
// It repeats the last pitch periods, joins them by overlap-add and fades to silence within 60 ms, in the manner that
// ITU-T G.711 Appendix I describes. It works on linear samples at 8 or 16 kHz in 20 ms frames, allocates nothing after New, starts no
// goroutine and delays nothing: the join back to the real signal is made inside the first good frame.
package conceal

import (
	"math"

	"frontdesk.internal/audio"
)

// Lengths at 8 kHz; at 16 kHz there are twice as many samples.
const (
	frame    = 160
	minPitch = 40  // 200 Hz … the shortest period, 5 ms
	maxPitch = 120 // 66 Hz, 15 ms
	template = 160 // what the pitch is found by
	keep     = template + maxPitch + frame
	overlap  = 32 // 4 ms
	// fadeFrom and fadeTo: full level for the first 20 ms, silence after 60 ms.
	fadeFrom = frame
	fadeTo   = 3 * frame

	most = 2 // times 8 kHz
)

// Concealer follows one stream.
type Concealer struct {
	k     int                // times 8 kHz
	hist  [most * keep]int16 // newest last; the first k·keep are used
	cycle [most * maxPitch]int16
	pitch int
	at    int // position in cycle
	gone  int // samples concealed in this gap
}

// New returns a concealer that has heard nothing, for samples at rate: 8000 or 16000.
func New(rate int) *Concealer { return &Concealer{k: max(1, min(most, rate/8000))} }

// history is what was heard and made up last.
func (c *Concealer) history() []int16 { return c.hist[:c.k*keep] }

// Good takes a frame of 20 ms that arrived. After a gap its beginning is changed in place, so that it joins what was made up.
func (c *Concealer) Good(pcm audio.PCM) {
	if c.gone > 0 {
		n := min(c.k*overlap, len(pcm))
		for i := range n {
			made := float64(c.next())
			w := float64(i+1) / float64(n+1)
			pcm[i] = int16(made*(1-w) + float64(pcm[i])*w)
		}
		c.gone = 0
	}
	c.remember(pcm)
}

// Conceal writes 20 ms in place of a lost frame.
func (c *Concealer) Conceal(dst audio.PCM) {
	if c.gone == 0 {
		c.begin()
	}
	for i := range dst {
		dst[i] = c.next()
	}
	c.remember(dst)
}

func (c *Concealer) remember(pcm audio.PCM) {
	h := c.history()
	n := min(len(pcm), len(h))
	copy(h, h[n:])
	copy(h[len(h)-n:], pcm[len(pcm)-n:])
}

// begin finds the pitch and prepares the period that is repeated, its end blended into its start.
func (c *Concealer) begin() {
	c.pitch = c.findPitch()
	h := c.history()
	last := h[len(h)-c.pitch:]
	copy(c.cycle[:], last)
	n := min(c.k*overlap, c.pitch/2)
	before := h[len(h)-c.pitch-n : len(h)-c.pitch] // what led into the period
	for i := range n {
		w := float64(i+1) / float64(n+1)
		k := c.pitch - n + i
		c.cycle[k] = int16(float64(last[k])*(1-w) + float64(before[i])*w)
	}
	c.at = 0
}

// next is the next made-up sample.
func (c *Concealer) next() int16 {
	if c.pitch == 0 || c.gone >= c.k*fadeTo {
		c.gone++
		return 0
	}
	v := float64(c.cycle[c.at])
	if c.at++; c.at == c.pitch {
		c.at = 0
	}
	if c.gone > c.k*fadeFrom {
		v *= float64(c.k*fadeTo-c.gone) / float64(c.k*(fadeTo-fadeFrom))
	}
	c.gone++
	return int16(v)
}

// findPitch returns the lag at which the newest samples resemble older ones most (normalised cross-correlation).
func (c *Concealer) findPitch() int {
	h := c.history()
	t := h[len(h)-c.k*template:]
	best, at := -1.0, c.k*maxPitch
	for lag := c.k * minPitch; lag <= c.k*maxPitch; lag++ {
		o := h[len(h)-c.k*template-lag : len(h)-lag]
		var dot, energy float64
		for i := 0; i < len(t); i += c.k { // at 16 kHz every other sample tells enough
			v := float64(o[i])
			dot += float64(t[i]) * v
			energy += v * v
		}
		if energy == 0 {
			continue
		}
		if r := dot / math.Sqrt(energy); r > best {
			best, at = r, lag
		}
	}
	return at
}
