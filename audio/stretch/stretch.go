// Package stretch plays a frame of sound from a little more or a little less sound than it holds, unheard: it leaves a period of
// the voice out, or repeats one, and joins the ends by cross-fading, in the manner of NetEQ's accelerate and preemptive expand.
//
// It works on linear samples at 8 or 16 kHz, allocates nothing, keeps no state and delays nothing.
package stretch

import (
	"math"

	"frontdesk.internal/audio"
)

// Periods that are left out or repeated, in samples at 8 kHz: 2.5 to 15 ms, and to 10 ms when one is repeated.
const (
	shortest = 20
	longest  = 120
	repeated = 80
)

// alike is how much the periods that are joined must resemble each other: a normalised correlation. Whatever is as soft as
// inaudible may be joined without.
const (
	alike     = 0.6
	inaudible = 64
)

// More is how many samples beyond a frame [Shorten] has to choose from, at a rate in Hz.
func More(rate int) int { return longest * rate / 8000 }

// Shorten fills dst with a frame that is made of more sound: src holds len(dst)+[More] samples. It returns how many samples beyond
// a frame were used up, 0 when the sound is of a kind that would be heard to be cut; dst is the beginning of src then.
func Shorten(dst, src audio.PCM, rate int) int {
	k := rate / 8000
	at, soft := 0, soft(src)
	best := alike
	for d := k * longest; d >= k*shortest; d -= k {
		if len(src) < 2*d {
			continue
		}
		if soft {
			at = d
			break
		}
		if r := resembles(src[:d], src[d:2*d], k); r > best {
			best, at = r, d
		}
	}
	if at == 0 {
		copy(dst, src)
		return 0
	}
	fade(dst[:min(at, len(dst))], src[:at], src[at:2*at])
	if at < len(dst) {
		copy(dst[at:], src[2*at:])
	}
	return at
}

// Lengthen fills dst with a frame that is made of less sound: src holds the frame of sound that comes next, before what was played last. It
// returns how many samples of src were not used up, 0 when the sound is of a kind that would be heard to be stretched; dst is src then.
func Lengthen(dst, before, src audio.PCM, rate int) int {
	k := rate / 8000
	at, soft := 0, soft(src)
	best := alike
	for d := k * repeated; d >= k*shortest; d -= k {
		if len(before) < d || len(src) < d {
			continue
		}
		if soft {
			at = d
			break
		}
		if r := resembles(src[:d], before[len(before)-d:], k); r > best {
			best, at = r, d
		}
	}
	if at == 0 {
		copy(dst, src)
		return 0
	}
	fade(dst[:at], src[:at], before[len(before)-at:])
	copy(dst[at:], src)
	return at
}

// fade goes from a to b; all three are of the same length, or dst is shorter.
func fade(dst, a, b audio.PCM) {
	n := float64(len(a))
	for i := range dst {
		w := (float64(i) + 0.5) / n
		dst[i] = int16(math.Round(float64(a[i])*(1-w) + float64(b[i])*w))
	}
}

// soft reports whether nobody hears what is done to it.
func soft(pcm audio.PCM) bool {
	for _, v := range pcm {
		if v > inaudible || v < -inaudible {
			return false
		}
	}
	return true
}

// resembles is the normalised correlation of two pieces of the same length; at 16 kHz every other sample tells enough.
func resembles(a, b audio.PCM, step int) float64 {
	var dot, x, y float64
	for i := 0; i < len(a); i += step {
		v, w := float64(a[i]), float64(b[i])
		dot, x, y = dot+v*w, x+v*v, y+w*w
	}
	if x == 0 || y == 0 {
		return 0
	}
	return dot / math.Sqrt(x*y)
}
