package phonetest

import (
	"net/netip"
	"testing"

	"frontdesk.internal/audio/line"
)

// sink counts packets.
type sink struct {
	line.PacketConn
	n int
}

func (s *sink) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) {
	s.n++
	return len(b), nil
}

// The network loses the share that it is told to, mostly several packets in a row.
func TestLoss(t *testing.T) {
	const packets = 20000
	s := &sink{}
	l := newLossy(s, 0.03)
	gaps, before := 0, true
	for range packets {
		n := s.n
		if _, err := l.WriteToUDPAddrPort([]byte{1}, netip.AddrPort{}); err != nil {
			t.Fatal(err)
		}
		came := s.n > n
		if before && !came {
			gaps++
		}
		before = came
	}
	lost := packets - s.n
	if share := float64(lost) / packets; share < 0.025 || share > 0.035 {
		t.Errorf("lost %.3f", share)
	}
	if run := float64(lost) / float64(gaps); run < 2 || run > 3 {
		t.Errorf("%.2f packets in a row", run)
	}
}
