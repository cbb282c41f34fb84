package line

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"github.com/pion/rtcp"

	"frontdesk.internal/audio"
)

// RTPbleed (AST-2017-005 and -008): somebody who sends packets to our ports gets the call's audio, or is heard in it.
func TestBleed(t *testing.T) {
	var (
		peer     = netip.MustParseAddrPort("10.0.0.2:4000") // as signalled
		peerRTCP = netip.MustParseAddrPort("10.0.0.2:4001")
		behind   = netip.MustParseAddrPort("10.0.0.2:9000") // the same, behind NAT
		intruder = netip.MustParseAddrPort("10.9.9.9:1234")
	)
	report := func(ssrc uint32) []byte {
		b, err := rtcp.Marshal([]rtcp.Packet{&rtcp.ReceiverReport{SSRC: 1, Reports: []rtcp.ReceptionReport{{SSRC: ssrc, FractionLost: 128}}}})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	type step struct {
		src   netip.AddrPort
		count int
	}
	for name, x := range map[string]struct {
		steps []step
		to    netip.AddrPort // where our audio goes in the end
		heard uint64         // packets that were taken
	}{
		"the peer":              {[]step{{peer, 10}}, peer, 10},
		"after the latch":       {[]step{{peer, 1}, {intruder, 500}, {peer, 9}}, peer, 10},
		"a few before the peer": {[]step{{intruder, 4}, {peer, 10}, {intruder, 50}}, peer, 10},
		// until the peer sends, who comes may be it behind NAT
		"many before the peer":              {[]step{{intruder, 50}, {peer, 10}, {intruder, 50}}, peer, 56},
		"peer behind NAT":                   {[]step{{behind, 10}}, behind, 6},
		"peer behind NAT, then an intruder": {[]step{{behind, 10}, {intruder, 500}, {behind, 1}}, behind, 7},
		"both by turns":                     {[]step{{intruder, 3}, {behind, 3}, {intruder, 3}, {behind, 5}, {intruder, 50}}, behind, 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := quietLine(t, "PCMU", 8000)
			now, seq := l.start, uint16(0)
			for _, s := range x.steps {
				for range s.count {
					raw := frameOf(t, 0)
					binary.BigEndian.PutUint16(raw[2:], seq)
					binary.BigEndian.PutUint32(raw[4:], uint32(seq)*160)
					binary.BigEndian.PutUint32(raw[8:], uint32(s.src.Port()))
					l.incoming(raw, s.src, now)
					now, seq = now.Add(audio.FrameDuration), seq+1
				}
			}
			if got := l.Stats(); got.Remote != x.to || got.Received != x.heard {
				t.Errorf("audio goes to %v and %d packets were taken, want %v and %d", got.Remote, got.Received, x.to, x.heard)
			}
			// Reports of the intruder change nothing, on whichever port.
			l.incoming(report(l.tx.ssrc), intruder, now)
			if got := l.Stats(); got.RemoteLoss != 0 {
				t.Error("the intruder's report was believed")
			}
			l.incoming(report(l.tx.ssrc), peerRTCP, now)
			if got := l.Stats(); got.RemoteLoss != 0.5 {
				t.Errorf("the peer's report was not believed: %v", got.RemoteLoss)
			}
			if l.cfg.RemoteRTCP != peerRTCP {
				t.Errorf("reports go to %v", l.cfg.RemoteRTCP)
			}
		})
	}
}
