package reception

import (
	"testing"
	"time"

	"frontdesk.internal/audio"
)

// TestRingTones measures the cadence of every country's tone, and that nothing clips.
func TestRingTones(t *testing.T) {
	for region, want := range map[string]struct{ on, off time.Duration }{
		"US": {2 * time.Second, 4 * time.Second}, "DE": {time.Second, 4 * time.Second}, "AT": {time.Second, 5 * time.Second},
		"GB": {800 * time.Millisecond, 2200 * time.Millisecond}, "ZZ": {time.Second, 4 * time.Second}, "": {time.Second, 4 * time.Second},
	} {
		tone := ringToneOf(region)
		var sounding, silent time.Duration
		const frame = 20 * time.Millisecond
		phase, dst := 0, make(audio.PCM, samples(frame))
		for range (want.on + want.off) / frame {
			phase = tone.write(dst, phase)
			peak := int16(0)
			for _, v := range dst {
				peak = max(peak, v, -v)
			}
			switch {
			case peak == 0:
				silent += frame
			case peak > ringLevel/2 && peak <= 2*ringLevel:
				sounding += frame
			default:
				t.Errorf("%q: peak %d", region, peak)
			}
		}
		if sounding != want.on || silent != want.off || phase != 0 {
			t.Errorf("%q: sounds %v and rests %v, ends at sample %d; want %v and %v", region, sounding, silent, phase, want.on, want.off)
		}
	}
}
