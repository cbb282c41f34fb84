// Package level brings what a voice has made to the level of a telephone and frees it of surplus silence. It has no state.
package level

import (
	"math"

	"frontdesk.internal/audio"
)

const (
	// Target is the level of active speech, -19 dB below a full-scale square wave, which is loud and clear on a G.711 line.
	Target = 0.112
	// maxGain bounds the voice's gain either way (12 dB), so that a wrong measurement cannot blast or mute.
	maxGain = 4.0
	// knee is where the limiter begins to bend; below it a sample is only multiplied.
	knee = 0.7
	// silenceRMS separates speech from the model's own background: -50 dB.
	silenceRMS = 0.0032
)

// Pauses behind what was said, in milliseconds.
const (
	ClauseMS   = 120 // after a clause that goes on
	SentenceMS = 250 // after the end of a sentence
)

const (
	leadMS   = 15 // silence kept before the first voice, so that a soft onset is whole
	windowMS = 5  // step of the search for voice
	fadeMS   = 3  // ramp at both cuts, against clicks
)

// Active is the level of the windows that hold speech: those within 20 dB of the loudest. 0 for silence.
func Active(x []float32, rate int) float64 {
	n := rate * 20 / 1000
	var powers []float64
	loudest := 0.0
	for i := 0; i+n <= len(x); i += n {
		p := power(x[i : i+n])
		powers = append(powers, p)
		loudest = max(loudest, p)
	}
	sum, active := 0.0, 0
	for _, p := range powers {
		if p > 0 && p >= loudest/100 {
			sum += p
			active++
		}
	}
	if active == 0 {
		return 0
	}
	return math.Sqrt(sum / float64(active))
}

// power is the mean square of x.
func power(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(max(1, len(x)))
}

// Gain returns the fixed gain that brings a voice of the measured level to Target, within maxGain.
func Gain(rms float64) float64 {
	if rms <= 0 || math.IsNaN(rms) {
		return 1
	}
	return min(max(Target/rms, 1/maxGain), maxGain)
}

// PCM applies the gain. Peaks above knee are bent so that none is cut off: the result never reaches full scale, and
// the same sample gives the same result in each clause, so nothing pumps.
func PCM(x []float32, gain float64) audio.PCM {
	out := make(audio.PCM, len(x))
	for i, v := range x {
		y := float64(v) * gain
		if a := math.Abs(y); a > knee {
			y = math.Copysign(knee+(1-knee)*math.Tanh((a-knee)/(1-knee)), y)
		}
		if math.IsNaN(y) {
			y = 0
		}
		out[i] = int16(math.Round(y * 32767))
	}
	return out
}

// Trim cuts p, at rate samples a second, to at most leadMS before the first voice and tailMS after the last, with a
// short ramp at each cut. All silence gives nil.
func Trim(p audio.PCM, rate, tailMS int) audio.PCM {
	n := rate * windowMS / 1000
	first, last := -1, -1
	for i := 0; i < len(p); i += n {
		if loud(p[i:min(i+n, len(p))]) {
			if first < 0 {
				first = i
			}
			last = min(i+n, len(p))
		}
	}
	if first < 0 {
		return nil
	}
	from := max(0, first-rate*leadMS/1000)
	to := min(len(p), last+rate*tailMS/1000)
	out := p[from:to]
	ramp := min(rate*fadeMS/1000, len(out)/2)
	for i := range ramp {
		if from > 0 {
			out[i] = int16(int(out[i]) * i / ramp)
		}
		if to < len(p) {
			j := len(out) - 1 - i
			out[j] = int16(int(out[j]) * i / ramp)
		}
	}
	return out
}

// loud reports whether the window holds more than background.
func loud(w audio.PCM) bool {
	sum := 0.0
	for _, v := range w {
		sum += float64(v) * float64(v)
	}
	const limit = silenceRMS * 32767
	return sum > limit*limit*float64(len(w))
}
