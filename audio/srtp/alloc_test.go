//go:build !race

package srtp_test

import (
	"encoding/binary"
	"testing"

	"frontdesk.internal/audio/srtp"
)

// Not under the race detector: it has sync.Pool, which the library uses, forget at random.
func TestAPacketAllocatesNothing(t *testing.T) {
	for _, suite := range srtp.Suites() {
		a, b := pair(t, suite)
		p, mid, out := packet(0), make([]byte, 1600), make([]byte, 1600)
		seq := uint16(0)
		if got := testing.AllocsPerRun(300, func() {
			seq++
			binary.BigEndian.PutUint16(p[2:], seq)
			n, err := a.Seal(mid, p)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := b.Open(out, mid[:n]); !ok {
				t.Fatal("refused")
			}
		}); got > 0 {
			t.Errorf("%s: %v allocations a packet", suite, got)
		}
	}
}
