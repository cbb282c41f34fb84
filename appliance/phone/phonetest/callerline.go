package phonetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"

	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/audio/srtp"
)

func (l *Leg) openLine() (*line.Line, error) {
	var rtp, rtcp line.PacketConn = l.media.rtp, l.media.rtcp
	if l.caller.o.Loss > 0 {
		rtp = newLossy(rtp, l.caller.o.Loss)
	}
	if l.choice.Encrypt.Valid() {
		s, err := srtp.New(l.choice.Encrypt, l.choice.Decrypt)
		if err != nil {
			return nil, fmt.Errorf("open audio line: %w", err)
		}
		rtp, rtcp = s.Wrap(rtp), s.Wrap(rtcp)
	}
	a, err := line.New(line.Config{
		RTP: rtp, RTCP: rtcp, Remote: l.choice.Remote, RemoteRTCP: l.choice.RemoteRTCP,
		Codec:   line.Codec{Name: l.choice.Codec.Name, PayloadType: l.choice.Codec.PayloadType, ReceiveType: l.choice.Receive.Codec},
		EventPT: l.choice.EventPayload, EventReceiveType: l.choice.Receive.Event, Rate: l.caller.o.PCMRate,
		Direction: direction(l.choice.Direction), Logger: l.caller.o.Logger,
	})
	if err != nil {
		return nil, fmt.Errorf("open audio line: %w", err)
	}
	return a, nil
}

// lossy loses packets on their way out, lossRun in a row on average, by a source of chance that is the same in each run. Only the
// line's clock sends.
type lossy struct {
	line.PacketConn
	chance *rand.Rand
	begin  float64 // of losing the next packet while none is being lost
	losing bool
}

// lossRun is how many packets a gap has on average.
const lossRun = 2.5

func newLossy(c line.PacketConn, loss float64) *lossy {
	return &lossy{PacketConn: c, chance: rand.New(rand.NewPCG(7, 11)), begin: loss / (1 - loss) / lossRun}
}

// WriteToUDPAddrPort implements line.PacketConn.
func (l *lossy) WriteToUDPAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if l.losing {
		l.losing = l.chance.Float64() >= 1/lossRun
	} else {
		l.losing = l.chance.Float64() < l.begin
	}
	if l.losing {
		return len(b), nil
	}
	return l.PacketConn.WriteToUDPAddrPort(b, to)
}

// keys makes the keys of a call, when it is to be encrypted.
func keys(s sdp.Security) []srtp.Key {
	if s == sdp.Plain {
		return nil
	}
	var ks []srtp.Key
	for _, suite := range srtp.Suites() {
		ks = append(ks, srtp.NewKey(suite))
	}
	return ks
}

// Suite is what the leg's audio is encrypted with, empty for nothing.
func (l *Leg) Suite() srtp.Suite { return l.choice.Encrypt.Suite() }

func direction(d sdp.Direction) line.Direction {
	switch d {
	case sdp.SendOnly:
		return line.SendOnly
	case sdp.RecvOnly:
		return line.RecvOnly
	case sdp.Inactive:
		return line.Inactive
	}
	return line.SendRecv
}

// SendKeys presses keys as telephone events; the line must be running.
func (l *Leg) SendKeys(ctx context.Context, keys string) error {
	if err := l.line.SendKeys(ctx, keys); err != nil {
		return fmt.Errorf("send keys: %w", err)
	}
	return nil
}
