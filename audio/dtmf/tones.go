package dtmf

import (
	"math"

	"frontdesk.internal/audio"
)

// Limits of a [Tones] detector. They take what ITU-T Q.24 (table A-1, AT&T's column) says must be taken: a frequency up to 1.5 % off, the
// high tone up to 4 dB above and 8 dB below the low one, 40 ms of tone and of pause, 0 to -25 dBm0 for each tone.
const (
	window   = 102 // samples at 8 kHz, 12.75 ms
	stride   = window / 2
	hits     = 4   // windows in a row, 32 ms of tone, before a key counts
	misses   = 4   // windows in a row without it, before it can be pressed again
	quietest = 500 // amplitude of one tone, -33 dBm0
	// Of all energy in a window this much must be the two tones: voices have more of it elsewhere.
	purity = 0.72
	// rivals: each tone is this much stronger, in power, than others of its group (6 dB).
	rivals = 4
	// Twist, in power, high over low: +6 dB and -12 dB.
	twistHigh, twistLow = 3.98, 0.063
	// drift is how far a frequency may be off its nominal value by the turn of its phase from window to window.
	drift = 0.025
)

var (
	rows    = [4]float64{697, 770, 852, 941}
	columns = [4]float64{1209, 1336, 1477, 1633}
	grid    = [4]string{"123A", "456B", "789C", "*0#D"}
)

// resonator is Goertzel's filter for one frequency.
type resonator struct {
	hz       float64
	cos, sin float64 // of the angle of a sample
	turn     float64 // of the phase in one stride
	phase    float64 // in the window before
}

// Tones finds keys that are sent as tones in the audio, as telephones do that have agreed on no telephone-event. Voices are told
// apart by how pure the two tones are, how strong against each other, and that the phase of both turns as their frequencies want it. It
// allocates nothing after NewTones.
type Tones struct {
	rate, size, step int
	low, high        [4]resonator
	buf              []float64
	have             int
	candidate        rune // of the windows before this one
	run              int
	held             rune // reported and not yet released
	gap              int
	warm             bool // the phases are those of the window before
}

// NewTones returns a detector for samples at 8000 or 16000 Hz.
func NewTones(rate int) *Tones {
	m := max(1, rate/8000)
	t := &Tones{rate: rate, size: window * m, step: stride * m, buf: make([]float64, window*m)}
	for i := range rows {
		t.low[i], t.high[i] = newResonator(rows[i], rate, t.step), newResonator(columns[i], rate, t.step)
	}
	return t
}

func newResonator(hz float64, rate, step int) resonator {
	w := 2 * math.Pi * hz / float64(rate)
	return resonator{hz: hz, cos: math.Cos(w), sin: math.Sin(w), turn: w * float64(step)}
}

// Hear takes the next samples and returns the key that is pressed in them, once for each press; 0 for none. Of two presses in one
// call, which takes 100 ms at least, the last is returned.
func (t *Tones) Hear(pcm audio.PCM) rune {
	var found rune
	for _, v := range pcm {
		t.buf[t.have] = float64(v)
		if t.have++; t.have < t.size {
			continue
		}
		if k := t.follow(t.look()); k != 0 {
			found = k
		}
		t.have = copy(t.buf, t.buf[t.step:])
	}
	return found
}

// follow turns what single windows hold into presses.
func (t *Tones) follow(k rune) rune {
	if t.held != 0 {
		if k == t.held {
			t.gap = 0
			return 0
		}
		if t.gap++; t.gap >= misses {
			t.held = 0
		}
	}
	switch {
	case k == 0:
		t.candidate, t.run = 0, 0
	case k == t.candidate:
		t.run++
	default:
		t.candidate, t.run = k, 1
	}
	if t.run < hits || k == t.held {
		return 0
	}
	t.held, t.gap, t.run = k, 0, 0
	return k
}

// look says which key the window in buf holds.
func (t *Tones) look() rune {
	energy := 0.0
	for _, v := range t.buf {
		energy += v * v
	}
	n := float64(t.size)
	least := quietest * n / 2
	if energy < n*quietest*quietest/2 {
		t.warm = false
		return 0
	}
	l, lowPower, lowOK := t.strongest(&t.low)
	h, highPower, highOK := t.strongest(&t.high)
	steady := t.warm
	t.warm = true
	switch {
	case !lowOK || !highOK || !steady,
		lowPower < least*least || highPower < least*least,
		highPower > lowPower*twistHigh || highPower < lowPower*twistLow,
		(lowPower+highPower)*2/n < purity*energy:
		return 0
	}
	return rune(grid[l][h])
}

// strongest returns the strongest tone of a group, its power, and whether it stands out and has the right frequency.
func (t *Tones) strongest(group *[4]resonator) (at int, power float64, ok bool) {
	var powers [4]float64
	var off float64
	for i := range group {
		r := &group[i]
		p, phase := r.measure(t.buf)
		turned := math.Remainder(phase-r.phase-r.turn, 2*math.Pi)
		r.phase = phase
		if powers[i] = p; p > power {
			at, power = i, p
			off = math.Abs(turned) / r.turn
		}
	}
	for i, p := range powers {
		if i != at && p*rivals > power {
			return at, power, false
		}
	}
	return at, power, off <= drift
}

// measure returns the power of r's frequency in buf, and its phase.
func (r *resonator) measure(buf []float64) (power, phase float64) {
	c := 2 * r.cos
	s1, s2 := 0.0, 0.0
	for _, v := range buf {
		s1, s2 = v+c*s1-s2, s1
	}
	re, im := s1-s2*r.cos, s2*r.sin
	return re*re + im*im, math.Atan2(im, re)
}
