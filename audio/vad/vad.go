// Package vad tells voice from background by its energy.
//
// It follows the noise floor and asks for a margin above it. It is the fallback where no trained detector is there, and the ruler by
// which test tools find the last voiced frame. Pure: no clock, no goroutine, no allocation.
package vad

import (
	"math"

	"frontdesk.internal/audio"
)

// Margins over the noise floor and absolute bounds, in dB relative to full scale.
const (
	onset   = 12.0
	offset  = 7.0
	lowest  = -55.0 // quieter is never voice
	hang    = 6     // frames that stay voiced after the level fell
	riseDB  = 0.05  // how fast the floor follows upwards, per frame
	fallDB  = 1.0
	initial = -60.0
)

// Detector follows one stream of 20 ms frames. Use New.
type Detector struct {
	floor float64
	voice bool
	left  int
}

// New returns a detector for a quiet line.
func New() *Detector { return &Detector{floor: initial} }

// Frame takes a frame and reports whether it is voiced.
func (d *Detector) Frame(pcm audio.PCM) bool {
	l := Level(pcm)
	need := onset
	if d.voice {
		need = offset
	}
	if l > d.floor+need && l > lowest {
		d.voice, d.left = true, hang
	} else if d.left > 0 {
		d.left--
	} else {
		d.voice = false
	}
	switch {
	case l < d.floor:
		d.floor = math.Max(l, d.floor-fallDB)
	default:
		d.floor += math.Min(riseDB, l-d.floor)
	}
	d.floor = math.Max(d.floor, -80)
	return d.voice
}

// Level is the RMS level of pcm in dB relative to full scale, at least -96.
func Level(pcm audio.PCM) float64 {
	if len(pcm) == 0 {
		return -96
	}
	sum := 0.0
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	return math.Max(-96, 10*math.Log10(sum/float64(len(pcm))/(32768*32768)+1e-12))
}
