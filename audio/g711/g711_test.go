package g711_test

import (
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
)

// Values from the decision tables of ITU-T G.711 (14-bit µ-law and 13-bit A-law values, scaled to 16 bit).
func TestDecodeKnownValues(t *testing.T) {
	mu := map[byte]int16{0xff: 0, 0x7f: 0, 0x80: 32124, 0x00: -32124, 0xf0: 120, 0x70: -120, 0xef: 132}
	a := map[byte]int16{0xd5: 8, 0x55: -8, 0xaa: 32256, 0x2a: -32256, 0xc5: 264}
	one := make(audio.PCM, 1)
	for b, want := range mu {
		g711.DecodeMu(one, []byte{b})
		if one[0] != want {
			t.Errorf("µ-law %#02x = %d, want %d", b, one[0], want)
		}
	}
	for b, want := range a {
		g711.DecodeA(one, []byte{b})
		if one[0] != want {
			t.Errorf("A-law %#02x = %d, want %d", b, one[0], want)
		}
	}
}

// The decision values of ITU-T G.711, table 2 (µ-law, 14-bit values) and table 1 (A-law, 13-bit values): the magnitude at which
// each code word begins. They double their distance from segment to segment.
func decisions(first, step, linear int) []int {
	x := []int{0}
	for at := first; len(x) < 128; at += step {
		x = append(x, at)
		if n := len(x); n > linear && (n-linear)%16 == 0 {
			at += step
			step *= 2
			at -= step
		}
	}
	return x
}

func TestEncodeFollowsTheDecisionValues(t *testing.T) {
	laws := []struct {
		name      string
		encode    func([]byte, audio.PCM) int
		shift     int // from 16 bits to the table's
		decisions []int
		wire      byte // bits inverted on the wire
	}{
		{"µ-law", g711.EncodeMu, 2, decisions(1, 2, 0), 0xff},
		{"A-law", g711.EncodeA, 3, decisions(2, 2, 16), 0xd5},
	}
	for _, law := range laws {
		t.Run(law.name, func(t *testing.T) {
			b := make([]byte, 1)
			for s := range 32768 {
				want := 0
				for want < 127 && s>>law.shift >= law.decisions[want+1] {
					want++
				}
				law.encode(b, audio.PCM{int16(s)})
				if got := int(b[0] ^ law.wire); got != want {
					t.Fatalf("%d coded as word %d, want %d", s, got, want)
				}
			}
		})
	}
}

func TestCodeWordsSurviveARoundTrip(t *testing.T) {
	b, one := make([]byte, 1), make(audio.PCM, 1)
	for i := range 256 {
		g711.DecodeA(one, []byte{byte(i)})
		g711.EncodeA(b, one)
		if b[0] != byte(i) {
			t.Errorf("A-law %#02x came back as %#02x", i, b[0])
		}
		g711.DecodeMu(one, []byte{byte(i)})
		g711.EncodeMu(b, one)
		if b[0] != byte(i) && i != 0x7f { // 0x7f is minus zero
			t.Errorf("µ-law %#02x came back as %#02x", i, b[0])
		}
	}
}

func TestNoAllocation(t *testing.T) {
	pcm, oct := make(audio.PCM, 160), make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() {
		g711.EncodeMu(oct, pcm)
		g711.DecodeMu(pcm, oct)
		g711.EncodeA(oct, pcm)
		g711.DecodeA(pcm, oct)
	}); n != 0 {
		t.Errorf("%v allocations a frame, want 0", n)
	}
}

func BenchmarkFrame(b *testing.B) {
	pcm, oct := make(audio.PCM, 160), make([]byte, 160)
	b.ReportAllocs()
	for b.Loop() {
		g711.EncodeMu(oct, pcm)
		g711.DecodeMu(pcm, oct)
	}
}
