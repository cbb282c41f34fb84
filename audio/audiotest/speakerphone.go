package audiotest

import (
	"math"
	"math/rand/v2"
	"time"

	"frontdesk.internal/audio"
)

// SpeakerphoneOptions describe a telephone on a table.
type SpeakerphoneOptions struct {
	Rate  int
	Delay time.Duration // from a sound that is heard to its echo
	Level float64       // of the echo, dB against what is heard: below zero
	// Reverb is the time in which a sound in the room dies by 60 dB; 0 = there is no room.
	Reverb time.Duration
	Bent   bool // the loudspeaker is not linear
	Seed   uint64
}

// Speakerphone brings back what it hears, as the microphone of a telephone on a table picks it up.
type Speakerphone struct {
	o     SpeakerphoneOptions
	room  []float64
	heard []float64
	done  int // samples of heard whose echo has been picked up
}

// NewSpeakerphone returns one that has heard nothing.
func NewSpeakerphone(o SpeakerphoneOptions) *Speakerphone {
	return &Speakerphone{o: o, room: room(o)}
}

// room is the response from loudspeaker to microphone: the direct way, some early reflections, and a tail of half their energy. Its
// energy is that of the level.
func room(o SpeakerphoneOptions) []float64 {
	h := []float64{1}
	if o.Reverb > 0 {
		rng := rand.New(rand.NewPCG(o.Seed, 5))
		dies := o.Reverb.Seconds() * float64(o.Rate)
		h = make([]float64, int(0.7*dies))
		h[0] = 1
		for range 6 {
			h[int(float64(o.Rate)*(0.001+0.012*rng.Float64()))] += rng.Float64() - 0.5
		}
		tail := math.Sqrt(0.5 * 13.8 / dies)
		for i := o.Rate / 500; i < len(h); i++ {
			h[i] += tail * rng.NormFloat64() * math.Exp(-6.9*float64(i)/dies)
		}
	}
	sum := 0.0
	for _, v := range h {
		sum += v * v
	}
	gain := math.Pow(10, o.Level/20) / math.Sqrt(sum)
	for i := range h {
		h[i] *= gain
	}
	return h
}

// Hear plays pcm.
func (s *Speakerphone) Hear(pcm audio.PCM) {
	for _, v := range pcm {
		x := float64(v)
		if s.o.Bent {
			u := x / 9000
			x = 9000 * (math.Tanh(u) + 0.06*u*u)
		}
		s.heard = append(s.heard, x)
	}
}

// Pick adds the echo that is due to what the caller says. As much must have been heard.
func (s *Speakerphone) Pick(dst audio.PCM) {
	delay := int(s.o.Delay.Seconds() * float64(s.o.Rate))
	for i := range dst {
		newest, sum := s.done+i-delay, 0.0
		for k := 0; k < len(s.room) && newest-k >= 0; k++ {
			sum += s.room[k] * s.heard[newest-k]
		}
		dst[i] = round(float64(dst[i]) + sum)
	}
	s.done += len(dst)
}

func round(v float64) int16 { return int16(max(-32768, min(32767, math.Round(v)))) }

// Talk returns so much sound at rate that is built like speech, and no two seeds alike: syllables of a gliding pitch through moving
// formants, hisses, and pauses. Its level is that of Speech.
func Talk(rate int, d time.Duration, seed uint64) audio.PCM {
	t := talker{rng: rand.New(rand.NewPCG(seed, 99)), rate: float64(rate)}
	t.pitch = 90 + 130*t.rng.Float64()
	n := int(d.Seconds() * t.rate)
	for len(t.out) < n {
		if t.rng.Float64() < 0.15 {
			t.out = append(t.out, make([]float64, int(t.rate*(0.1+0.25*t.rng.Float64())))...)
		}
		if t.rng.Float64() < 0.25 { // the closure of a stop
			t.out = append(t.out, make([]float64, int(t.rate*(0.03+0.05*t.rng.Float64())))...)
		}
		if t.rng.Float64() < 0.5 {
			t.hiss()
		}
		t.syllable()
	}
	return Levelled(t.out[:n])
}

// Speech is the level of Talk: the RMS of what is no silence.
const Speech = 3000

// Levelled returns x at the level of Speech.
func Levelled(x []float64) audio.PCM {
	sum, n := 0.0, 0
	for _, v := range x {
		if v != 0 {
			sum += v * v
			n++
		}
	}
	out, gain := make(audio.PCM, len(x)), Speech/math.Sqrt(sum/float64(max(1, n)))
	for i, v := range x {
		out[i] = round(v * gain)
	}
	return out
}

// talker makes the sounds of Talk.
type talker struct {
	rng        *rand.Rand
	rate       float64
	pitch      float64 // Hz
	phase      float64
	resonances [3][2]float64
	out        []float64
}

// hiss is a consonant without voice.
func (t *talker) hiss() {
	n, last := int(t.rate*(0.04+0.08*t.rng.Float64())), 0.0
	for i := range n {
		x := 0.06 * t.rng.NormFloat64() * math.Sin(math.Pi*float64(i)/float64(n))
		t.out = append(t.out, x-0.8*last)
		last = x
	}
}

// vowel is where the formants are.
func (t *talker) vowel() [3]float64 {
	return [3]float64{250 + 550*t.rng.Float64(), 900 + 1300*t.rng.Float64(), 2300 + 700*t.rng.Float64()}
}

// syllable glides from one vowel to another.
func (t *talker) syllable() {
	from, to := t.vowel(), t.vowel()
	glide := t.pitch * (0.85 + 0.3*t.rng.Float64())
	n := int(t.rate * (0.1 + 0.14*t.rng.Float64()))
	for i := range n {
		at := float64(i) / float64(n)
		t.phase += (t.pitch*(1-at) + glide*at) * (1 + 0.01*t.rng.NormFloat64()) / t.rate
		x := 0.03 * t.rng.NormFloat64()
		if t.phase >= 1 {
			t.phase--
			x++
		}
		v := 0.0
		for k := range t.resonances {
			y := &t.resonances[k]
			r := math.Exp(-math.Pi * (60 + 40*float64(k)) / t.rate)
			s := x*(1-r) + 2*r*math.Cos(2*math.Pi*(from[k]*(1-at)+to[k]*at)/t.rate)*y[0] - r*r*y[1]
			y[1], y[0] = y[0], s
			v += s * [3]float64{1, 0.6, 0.35}[k]
		}
		t.out = append(t.out, 2*v*math.Pow(math.Sin(math.Pi*at), 0.4))
	}
	t.pitch = max(85, min(240, glide*(0.9+0.2*t.rng.Float64())))
}
