package g722_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g722"
)

// signal is the same as in testdata/oracle.py.
func signal(name string, n int) audio.PCM {
	out, state := make(audio.PCM, n), uint32(1)
	for i := range out {
		state = state*1664525 + 1013904223
		noise := int(state>>16) - 32768
		v := 0
		switch name {
		case "noise":
			v = noise
		case "quiet":
			v = noise >> 9
		case "saw":
			v = i*(37+i/4000)%24000 - 12000
		case "bursts":
			if i/1600%3 == 0 {
				v = noise
			}
		case "square":
			if v = -32768; i/40%2 == 1 {
				v = 32767
			}
		}
		out[i] = int16(v)
	}
	return out
}

func hash(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:16])
}

func hashPCM(pcm audio.PCM) string {
	b := make([]byte, 0, 2*len(pcm))
	for _, v := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return hash(b)
}

// The hashes are those of another coder: testdata/oracle.py prints them.
func TestBitForBit(t *testing.T) {
	tests := map[string]struct{ code, back string }{
		"noise":  {"31a3ab4d095159e79cf9730fcfa9c8a4", "bfe248e2cac1f290ef97d7f29810418b"},
		"quiet":  {"9ceb1b65e7329235bc5e5520b11c3670", "ff8ace1232c971990f5775bc281198e9"},
		"saw":    {"9d1107ad8d6af6d5a9171a4539993831", "10eba0d42089d6206d6eb1f64dc3e670"},
		"bursts": {"9564956828f9bd61e5cf70ae11a40cea", "33b5873eb216886a9b6c25db63a73ff6"},
		"square": {"311c6ed51d0617b18d63013c2aa73a2c", "3551a51166c32365bb9cff35a5c8b4f7"},
		"any":    {"ac349054e77f951bedc0817c0e991594", "6d34bc5d44dc0b86098209d74b1d0775"},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			const n = 48000
			var code []byte
			if pcm := signal(name, n); name != "any" {
				code = make([]byte, n/2)
				// In pieces of other lengths than a frame: the state carries over.
				e := g722.NewEncoder()
				for from, size := 0, 2; from < n; from, size = from+size, size%640+2 {
					size = min(size, n-from)
					if got := e.Encode(code[from/2:], pcm[from:from+size]); got != size/2 {
						t.Fatalf("%d octets of %d samples", got, size)
					}
				}
			} else {
				for _, v := range signal("noise", n) {
					code = append(code, byte((int(v)+32768)>>8))
				}
			}
			if got := hash(code); got != want.code {
				t.Errorf("coded: %s, the oracle has %s", got, want.code)
			}
			back := make(audio.PCM, 2*len(code))
			if got := g722.NewDecoder().Decode(back, code); got != len(back) {
				t.Fatalf("%d samples of %d octets", got, len(code))
			}
			if got := hashPCM(back); got != want.back {
				t.Errorf("decoded: %s, the oracle has %s", got, want.back)
			}
		})
	}
}

// A tone of each band is heard as it was.
func TestTonesSurvive(t *testing.T) {
	for _, hz := range []float64{300, 1000, 3000, 5000, 6800} {
		pcm := make(audio.PCM, 16000)
		for i := range pcm {
			pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*float64(i)/g722.Rate))
		}
		code, back := make([]byte, 8000), make(audio.PCM, 16000)
		g722.NewEncoder().Encode(code, pcm)
		g722.NewDecoder().Decode(back, code)
		const delay = 22 // of the two filters
		var signal, noise float64
		for i := 1000; i < 15000; i++ {
			d := float64(back[i+delay]) - float64(pcm[i])
			signal += float64(pcm[i]) * float64(pcm[i])
			noise += d * d
		}
		if snr := 10 * math.Log10(signal/noise); snr < 12 {
			t.Errorf("%.0f Hz: signal to noise %.1f dB", hz, snr)
		}
	}
}

func TestShortSlices(t *testing.T) {
	e, d := g722.NewEncoder(), g722.NewDecoder()
	if n := e.Encode(make([]byte, 10), make(audio.PCM, 5)); n != 2 {
		t.Errorf("five samples made %d octets", n)
	}
	if n := e.Encode(make([]byte, 1), make(audio.PCM, 100)); n != 1 {
		t.Errorf("%d octets in one", n)
	}
	if n := d.Decode(make(audio.PCM, 5), make([]byte, 10)); n != 4 {
		t.Errorf("%d samples in five", n)
	}
	if n := d.Decode(nil, []byte{1}); n != 0 {
		t.Errorf("%d samples in none", n)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	e, d := g722.NewEncoder(), g722.NewDecoder()
	pcm, code := signal("saw", 320), make([]byte, 160)
	if n := testing.AllocsPerRun(100, func() { e.Encode(code, pcm); d.Decode(pcm, code) }); n != 0 {
		t.Errorf("%.0f allocations for a frame", n)
	}
}

func BenchmarkEncode(b *testing.B) {
	e, pcm, code := g722.NewEncoder(), signal("bursts", 320), make([]byte, 160)
	for b.Loop() {
		e.Encode(code, pcm)
	}
}

func BenchmarkDecode(b *testing.B) {
	e, d, pcm, code := g722.NewEncoder(), g722.NewDecoder(), signal("bursts", 320), make([]byte, 160)
	e.Encode(code, pcm)
	for b.Loop() {
		d.Decode(pcm, code)
	}
}
