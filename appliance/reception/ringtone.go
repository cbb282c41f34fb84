package reception

import (
	"math"
	"time"

	"frontdesk.internal/audio"
)

// ringLevel is the amplitude of one tone of a ring tone, low enough to speak over.
const ringLevel = 1200

// ringTone is what callers hear while a telephone rings, as their country has it (ITU-T E.180).
type ringTone struct {
	hz      []float64       // sounding together
	cadence []time.Duration // tone, silence, tone, silence…
}

// ringTones by ISO 3166 code of the country. Read only.
var ringTones = map[string]ringTone{
	"US": {[]float64{440, 480}, []time.Duration{2 * time.Second, 4 * time.Second}},
	"CA": {[]float64{440, 480}, []time.Duration{2 * time.Second, 4 * time.Second}},
	"GB": {[]float64{400, 450}, []time.Duration{400 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}},
	"IE": {[]float64{400, 450}, []time.Duration{400 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}},
	"AU": {[]float64{400, 450}, []time.Duration{400 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}},
	"NZ": {[]float64{400, 450}, []time.Duration{400 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second}},
	"DE": {[]float64{425}, []time.Duration{time.Second, 4 * time.Second}},
	"AT": {[]float64{420}, []time.Duration{time.Second, 5 * time.Second}},
	"CH": {[]float64{425}, []time.Duration{time.Second, 4 * time.Second}},
	"FR": {[]float64{440}, []time.Duration{1500 * time.Millisecond, 3500 * time.Millisecond}},
	"ES": {[]float64{425}, []time.Duration{1500 * time.Millisecond, 3 * time.Second}},
	"IT": {[]float64{425}, []time.Duration{time.Second, 4 * time.Second}},
}

// ringToneOf returns the tone of a country, and the one that the recommendation prefers where it is not known.
func ringToneOf(region string) ringTone {
	if t, ok := ringTones[region]; ok {
		return t
	}
	return ringTone{[]float64{425}, []time.Duration{time.Second, 4 * time.Second}}
}

// write fills dst with the tone from sample phase on and returns the phase behind it.
func (t ringTone) write(dst audio.PCM, phase int) int {
	all := 0
	for _, d := range t.cadence {
		all += samples(d)
	}
	for i := range dst {
		dst[i] = 0
		if t.sounds(phase) {
			at := 2 * math.Pi * float64(phase) / LineRate
			for _, hz := range t.hz {
				dst[i] += int16(ringLevel * math.Sin(at*hz))
			}
		}
		phase = (phase + 1) % all
	}
	return phase
}

// sounds says whether the tone is on at a sample of the cadence.
func (t ringTone) sounds(phase int) bool {
	for i, d := range t.cadence {
		if phase < samples(d) {
			return i%2 == 0
		}
		phase -= samples(d)
	}
	return false
}

func samples(d time.Duration) int { return int(d * LineRate / time.Second) }
