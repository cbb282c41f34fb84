package line

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"frontdesk.internal/audio"
)

// A telephone that is silent sends comfort noise now and then (RFC 3389): that is neither loss nor rubbish, and the call lives.
func TestComfortNoise(t *testing.T) {
	l := quietLine(t, "PCMU", 8000)
	src := netip.MustParseAddrPort("10.0.0.2:4000")
	now, seq, ts := l.start, uint16(100), uint32(0)
	send := func(noise bool) {
		raw := frameOf(t, 0)
		if noise {
			raw = append(raw[:12:12], 70)
			raw[1] = comfortNoise
		}
		binary.BigEndian.PutUint16(raw[2:], seq)
		binary.BigEndian.PutUint32(raw[4:], ts)
		l.incoming(raw, src, now)
		seq++
	}
	concealed := 0
	pass := func(frames int) {
		for range frames {
			f, err := l.pull(now)
			if err != nil {
				t.Fatal(err)
			}
			if f.Concealed {
				concealed++
			}
			now, ts = now.Add(audio.FrameDuration), ts+frameOctets
		}
	}
	for range 50 {
		send(false)
		pass(1)
	}
	before := concealed
	for range 60 { // five minutes of silence
		send(true)
		pass(int(5 * time.Second / audio.FrameDuration))
	}
	for range 50 {
		send(false)
		pass(1)
	}
	s := l.Stats()
	if s.Lost != 0 || s.Malformed != 0 || s.Received != 160 {
		t.Errorf("lost %d, malformed %d, received %d; want 0, 0, 160", s.Lost, s.Malformed, s.Received)
	}
	if concealed-before > 4 {
		t.Errorf("%d frames were made up for silence", concealed-before)
	}
}
