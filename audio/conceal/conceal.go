// Package conceal fills the place of lost frames with what the voice was doing before.
//
// It repeats the last pitch periods, joins them by overlap-add and fades to silence within 60 ms, in the manner that
// ITU-T G.711 Appendix I describes. It works on linear samples at 8 kHz in 20 ms frames, allocates nothing after New, starts no
// goroutine and delays nothing: the join back to the real signal is made inside the first good frame.
package conceal

import (
	"math"

	"frontdesk.internal/audio"
)

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
)

// Concealer follows one stream.
type Concealer struct {
	hist  [keep]int16 // newest last
	cycle [maxPitch]int16
	pitch int
	at    int // position in cycle
	gone  int // samples concealed in this gap
}

// New returns a concealer that has heard nothing.
func New() *Concealer { return &Concealer{} }

// Good takes a frame of 20 ms that arrived. After a gap its beginning is changed in place, so that it joins what was made up.
func (c *Concealer) Good(pcm audio.PCM) {
	if c.gone > 0 {
		n := min(overlap, len(pcm))
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
	n := min(len(pcm), keep)
	copy(c.hist[:], c.hist[n:])
	copy(c.hist[keep-n:], pcm[len(pcm)-n:])
}

// begin finds the pitch and prepares the period that is repeated, its end blended into its start.
func (c *Concealer) begin() {
	c.pitch = c.findPitch()
	last := c.hist[keep-c.pitch:]
	copy(c.cycle[:], last)
	n := min(overlap, c.pitch/2)
	before := c.hist[keep-c.pitch-n : keep-c.pitch] // what led into the period
	for i := range n {
		w := float64(i+1) / float64(n+1)
		k := c.pitch - n + i
		c.cycle[k] = int16(float64(last[k])*(1-w) + float64(before[i])*w)
	}
	c.at = 0
}

// next is the next made-up sample.
func (c *Concealer) next() int16 {
	if c.pitch == 0 || c.gone >= fadeTo {
		c.gone++
		return 0
	}
	v := float64(c.cycle[c.at])
	if c.at++; c.at == c.pitch {
		c.at = 0
	}
	if c.gone > fadeFrom {
		v *= float64(fadeTo-c.gone) / (fadeTo - fadeFrom)
	}
	c.gone++
	return int16(v)
}

// findPitch returns the lag at which the newest samples resemble older ones most (normalised cross-correlation).
func (c *Concealer) findPitch() int {
	t := c.hist[keep-template:]
	best, at := -1.0, maxPitch
	for lag := minPitch; lag <= maxPitch; lag++ {
		o := c.hist[keep-template-lag : keep-lag]
		var dot, energy float64
		for i, v := range t {
			dot += float64(v) * float64(o[i])
			energy += float64(o[i]) * float64(o[i])
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
