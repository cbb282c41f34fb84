//go:build !race

// There is only one goroutine in it, and many minutes take too long with the race detector.

package line

import (
	"log/slog"
	"math"
	"net/netip"
	"testing"
	"time"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/jitter"
)

// humming is a voice that never pauses: as music on hold does not.
type humming struct {
	rate, at int
	phase    float64 // in turns
	c        coder
}

func (h *humming) packet(octets []byte) {
	pcm := make(audio.PCM, audio.FrameLen(h.c.rate()))
	for i := range pcm {
		h.phase += (140 + 20*math.Sin(2*math.Pi*0.3*float64(h.at)/float64(h.rate))) / float64(h.rate)
		v := 0.0
		for k := 1.0; k <= 5; k++ {
			v += math.Sin(2*math.Pi*k*h.phase) / k
		}
		pcm[i] = int16(3000 * v)
		h.at++
	}
	h.c.encode(octets, pcm)
}

// A sender whose clock is off, for many minutes, who never pauses: nothing is lost, the delay stays, and there are no clicks.
func TestClocksThatDisagree(t *testing.T) {
	plain := map[string]float64{} // how rough the hum is by itself
	for _, x := range []struct {
		codec   string
		ppm     float64
		minutes int
	}{
		{"PCMU", 0, 1}, {"PCMA", 0, 1}, {"G722", 0, 1}, {"PCMU", 300, 20}, {"PCMU", -300, 6}, {"PCMA", -100, 10}, {"G722", 300, 5},
		{"G722", -300, 5},
	} {
		link := audiotest.NewLink(audiotest.Faults{})
		l, err := New(Config{
			RTP: link.Socket(1), Remote: netip.MustParseAddrPort("127.0.0.1:4000"), Codec: Codec{Name: x.codec}, Rate: 16000,
			Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		c, _ := newCoder(x.codec)
		h := &humming{rate: c.rate(), c: c}
		begin := time.Unix(1700000000, 0)
		l.start, l.in.last = begin, begin
		octets := make([]byte, frameOctets)
		sent, longest, roughest := 0, time.Duration(0), 0.0
		var last [2]float64
		for n := range x.minutes * 60 * 50 {
			now := begin.Add(time.Duration(n) * audio.FrameDuration)
			for { // what was sent until now
				at := begin.Add(time.Duration(float64(sent) * float64(audio.FrameDuration) * (1 + x.ppm/1e6))).Add(7 * time.Millisecond)
				if at.After(now) {
					break
				}
				h.packet(octets)
				l.jb.Push(jitter.Packet{Seq: uint16(sent), TS: uint32(sent * frameOctets), SSRC: 1, Payload: octets}, at)
				l.in.packets++
				sent++
			}
			l.in.last = now
			f, err := l.pull(now)
			if err != nil {
				t.Fatal(err)
			}
			s := l.jb.Stats()
			if n < 50*10 {
				for i, v := range f.PCM[len(f.PCM)-2:] {
					last[i] = float64(v)
				}
				continue // it settles
			}
			longest = max(longest, s.Delay)
			for _, v := range f.PCM {
				roughest = max(roughest, math.Abs(float64(v)-2*last[1]+last[0]))
				last = [2]float64{last[1], float64(v)}
			}
		}
		s := l.jb.Stats()
		// A clock that is off by so much gains or loses so many samples.
		moved := math.Abs(x.ppm) / 1e6 * float64(x.minutes*60*clockRate)
		corrected := math.Abs(float64(s.Cut) - float64(s.Added))
		if x.ppm == 0 {
			plain[x.codec] = roughest
		}
		if s.Concealed > 3 || s.Late > 0 || s.Resets > 0 || s.Dropped+s.Inserted > 0 {
			t.Errorf("%s %+.0f ppm: %+v", x.codec, x.ppm, s)
		}
		if longest > 60*time.Millisecond || math.Abs(corrected-moved) > 400 || math.Abs(s.Skew-x.ppm) > 1 {
			t.Errorf("%s %+.0f ppm: delay up to %v, corrected by %.0f of %.0f samples, skew taken for %.1f", x.codec, x.ppm, longest, corrected,
				moved, s.Skew)
		}
		if roughest > 1.5*plain[x.codec] {
			t.Errorf("%s %+.0f ppm: a click of %.0f, the hum alone has %.0f", x.codec, x.ppm, roughest, plain[x.codec])
		}
		t.Logf("%s %+.0f ppm: delay up to %v, %d samples left out, %d repeated, skew taken for %.1f, roughest %.0f", x.codec, x.ppm, longest,
			s.Cut, s.Added, s.Skew, roughest)
	}
}
