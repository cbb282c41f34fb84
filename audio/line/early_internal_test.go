package line

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/g711"
)

// collect keeps both kinds of frames.
type collect struct{ played, early audio.PCM }

func (c *collect) Hear(f Frame) {
	c.played, c.early = append(c.played, f.PCM...), append(c.early, f.Early...)
}

// What comes early is what is played later: the same samples, in the same places, whatever happens on the way. Packets come every
// 20 ms, or in the order and at the times of a bad network.
func TestEarly(t *testing.T) {
	const packets = 100
	tests := []struct {
		name  string
		comes func(n int) (at int, ok bool) // at which tick
		lead  time.Duration                 // at least, in the middle
	}{
		{"in order", func(n int) (int, bool) { return n, true }, 20 * time.Millisecond},
		{"one lost", func(n int) (int, bool) { return n, n != 40 }, 20 * time.Millisecond},
		{"every tenth lost", func(n int) (int, bool) { return n, n%10 != 3 }, 0},
		{"two swapped", func(n int) (int, bool) {
			if n == 50 {
				return 51, true
			}
			return n, true
		}, 0},
		{"a burst after a stall", func(n int) (int, bool) {
			if n >= 60 && n < 64 {
				return 64, true
			}
			return n, true
		}, 0},
		{"a pause", func(n int) (int, bool) { return n, n < 30 || n > 60 }, 20 * time.Millisecond},
	}
	for _, tt := range tests {
		for _, codec := range []string{"PCMU", "G722"} {
			l := quietLine(t, codec, map[string]int{"PCMU": 8000, "G722": 16000}[codec])
			src := netip.MustParseAddrPort("10.0.0.2:4000")
			got := &collect{}
			most := 0
			for tick := range packets + 20 {
				now := l.start.Add(time.Duration(tick) * audio.FrameDuration)
				for n := range packets {
					at, ok := tt.comes(n)
					if !ok || at != tick {
						continue
					}
					l.incoming(speechPacket(t, n), src, now)
				}
				if err := l.tick(now.Add(12*time.Millisecond), got, deafMute{}); err != nil {
					t.Fatal(err)
				}
				if len(got.early) < len(got.played) && steady(l) {
					t.Fatalf("%s, %s: after tick %d the early sound is behind by %d samples", tt.name, codec, tick, len(got.played)-len(got.early))
				}
				most = max(most, len(got.early)-len(got.played))
			}
			if !steady(l) { // frames were made longer or shorter: the early sound is as it came
				if extra := len(got.early) - len(got.played); extra > 2*audio.FrameLen(l.cfg.Rate) || extra < -2*audio.FrameLen(l.cfg.Rate) {
					t.Errorf("%s, %s: at the end %d samples more came early", tt.name, codec, extra)
				}
				continue
			}
			if !slices.Equal(got.early[:len(got.played)], got.played) {
				for i, v := range got.played {
					if got.early[i] != v {
						t.Errorf("%s, %s: sample %d (frame %d) is %d early and %d later", tt.name, codec, i, i/audio.FrameLen(l.cfg.Rate), got.early[i], v)
						break
					}
				}
			}
			if lead := time.Duration(most) * time.Second / time.Duration(l.cfg.Rate); lead < tt.lead {
				t.Errorf("%s, %s: at most %v ahead, want %v", tt.name, codec, lead, tt.lead)
			}
			if extra := len(got.early) - len(got.played); extra > audio.FrameLen(l.cfg.Rate) {
				t.Errorf("%s, %s: at the end %d samples more came early", tt.name, codec, extra)
			}
		}
	}
}

// steady says whether every frame was played as it came.
func steady(l *Line) bool {
	s := l.jb.Stats()
	return s.Added+s.Cut+s.Dropped+s.Inserted == 0
}

// speechPacket is the nth packet of a stream that is nowhere quiet, so that the playout changes none of its frames.
func speechPacket(t *testing.T, n int) []byte {
	t.Helper()
	pcm := make(audio.PCM, frameOctets)
	for i := range pcm {
		pcm[i] = int16(3000 + (n*frameOctets+i)%4001)
	}
	payload := make([]byte, frameOctets)
	g711.EncodeMu(payload, pcm)
	raw, err := (&rtp.Packet{
		Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: uint32(frameOctets * n), SSRC: 9}, Payload: payload,
	}).Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
