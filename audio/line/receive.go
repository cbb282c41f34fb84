package line

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"frontdesk.internal/audio/dtmf"
	"frontdesk.internal/audio/jitter"
)

// latch decides whose packets are believed: symmetric RTP that cannot be stolen. The address in the session description is
// believed at once. Before it has sent anything, another source is believed after several packets in a row (a PBX behind NAT); once
// somebody is believed, nobody else is, until signalling names another address or the address that it has named sends after all: who
// came before it was an intruder (RTPbleed).
type latch struct {
	signalled netip.AddrPort
	pinned    netip.AddrPort
	candidate netip.AddrPort
	ssrc      uint32
	streak    int
}

// comfortNoise is the payload type of RFC 3389 at 8000 Hz (RFC 3551 table 4). Some send it without having said so. The noise itself
// is not made: recognition hears silence better.
const comfortNoise = 13

// candidatePackets is how many packets in a row another source must send.
const candidatePackets = 5

func (k *latch) reset(signalled netip.AddrPort) { *k = latch{signalled: signalled} }

// accept tells whether a valid packet from src is taken.
func (k *latch) accept(src netip.AddrPort, ssrc uint32) bool {
	switch {
	case src == k.signalled:
		k.pinned = src
		return true
	case k.pinned.IsValid():
		return src == k.pinned
	case src != k.candidate || ssrc != k.ssrc:
		k.candidate, k.ssrc, k.streak = src, ssrc, 1
		return false
	}
	if k.streak++; k.streak < candidatePackets {
		return false
	}
	k.pinned = src
	return true
}

// address is where we send.
func (k *latch) address() netip.AddrPort {
	if k.pinned.IsValid() {
		return k.pinned
	}
	return k.signalled
}

// inbound is what is known of the other side's stream. Guarded by Line.mu.
type inbound struct {
	packets   uint64
	first     time.Time // first valid packet
	last      time.Time // newest valid packet
	ssrc      uint32
	jitter    float64 // RFC 3550 A.8, timestamp units
	transit   float64
	strangers uint64 // from sources that are not believed
	malformed uint64
	keysLost  uint64
	highest   uint32 // extended sequence number
}

// reports is what RTCP told. Guarded by Line.mu.
type reports struct {
	lastSR   uint32 // middle 32 bits of the NTP time of the newest sender report
	srAt     time.Time
	expected uint64 // at our last report
	lost     uint64
	theirs   float64 // fraction that they lost
	rtt      time.Duration
}

// receive is the rx goroutine of one socket.
func (l *Line) receive(ctx context.Context, conn PacketConn, failed chan<- error) {
	buf := make([]byte, maxPacket)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	for errs := 0; ; {
		n, src, err := conn.ReadFromUDPAddrPort(buf)
		if ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as ICMP port unreachable
			if errs++; errs > 50 {
				failed <- fmt.Errorf("receive audio: %w", err)
				return
			}
			continue
		}
		errs = 0
		l.incoming(buf[:n], netip.AddrPortFrom(src.Addr().Unmap(), src.Port()), time.Now())
	}
}

// incoming handles one datagram: RTP, or RTCP by its payload type (RFC 5761 section 4).
func (l *Line) incoming(b []byte, src netip.AddrPort, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(b) >= 2 && b[1] >= 192 && b[1] <= 223 {
		l.control(b, src, now)
		return
	}
	var h rtp.Header
	n, err := h.Unmarshal(b)
	if err != nil || h.Version != 2 {
		l.in.malformed++
		return
	}
	payload := b[n:]
	if h.Padding {
		pad := 0
		if len(payload) > 0 {
			pad = int(payload[len(payload)-1])
		}
		if pad == 0 || pad > len(payload) {
			l.in.malformed++
			return
		}
		payload = payload[:len(payload)-pad]
	}
	isEvent := l.nums.events(h.PayloadType)
	isAudio := !isEvent && l.nums.audio(h.PayloadType)
	isNoise := h.PayloadType == comfortNoise && !isEvent && !isAudio
	if !isEvent && !isNoise && !isAudio {
		l.in.malformed++
		return
	}
	if !l.latch.accept(src, h.SSRC) {
		l.in.strangers++
		return
	}
	if !l.dir.receives() {
		return
	}
	if l.in.packets++; l.in.packets == 1 {
		l.in.first = now
	}
	l.in.last, l.in.ssrc, l.in.highest = now, h.SSRC, uint32(h.SequenceNumber)
	if isEvent {
		l.key(payload, h, now)
		return
	}
	if isNoise { // silence, told of: no loss, and somebody is there
		l.jb.Skip(h.SequenceNumber, h.SSRC)
		return
	}
	l.measure(h.Timestamp, now)
	l.jb.Push(jitter.Packet{Seq: h.SequenceNumber, TS: h.Timestamp, SSRC: h.SSRC, Payload: payload}, now)
}

// key hands a key on; events share the sequence numbers with the audio, so the jitter buffer is told of the number.
func (l *Line) key(payload []byte, h rtp.Header, now time.Time) {
	l.jb.Skip(h.SequenceNumber, h.SSRC)
	if k, ok := l.keysIn.Packet(payload, h.Timestamp, h.Marker); ok {
		l.pressed(k, dtmf.ByEvent, now)
	}
}

// measure is the interarrival jitter of RFC 3550 section A.8.
func (l *Line) measure(ts uint32, now time.Time) {
	transit := now.Sub(l.start).Seconds()*clockRate - float64(ts)
	if l.in.packets > 1 {
		if d := math.Abs(transit - l.in.transit); d < clockRate { // not across a jump of the timestamps
			l.in.jitter += (d - l.in.jitter) / 16
		}
	}
	l.in.transit = transit
}

// control handles RTCP from whoever's audio is believed, or from where signalling said.
func (l *Line) control(b []byte, src netip.AddrPort, now time.Time) {
	if src.Addr() != l.latch.address().Addr() {
		l.in.strangers++
		return
	}
	ps, err := rtcp.Unmarshal(b)
	if err != nil {
		l.in.malformed++
		return
	}
	for _, p := range ps {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			l.report.lastSR, l.report.srAt = uint32(p.NTPTime>>16), now
			l.received(p.Reports, now)
		case *rtcp.ReceiverReport:
			l.received(p.Reports, now)
		}
	}
}

// received reads what they say of our stream.
func (l *Line) received(rs []rtcp.ReceptionReport, now time.Time) {
	for _, r := range rs {
		if r.SSRC != l.tx.ssrc {
			continue
		}
		l.report.theirs = float64(r.FractionLost) / 256
		if r.LastSenderReport != 0 { // RFC 3550 section 6.4.1
			units := uint32(ntp(now)>>16) - r.LastSenderReport - r.Delay
			if rtt := time.Duration(units) * time.Second / 65536; rtt < 10*time.Second {
				l.report.rtt = rtt
			}
		}
	}
}

// reception is our report about their stream. Called with mu held.
func (l *Line) reception(now time.Time) rtcp.ReceptionReport {
	s := l.jb.Stats()
	r := rtcp.ReceptionReport{
		SSRC: l.in.ssrc, TotalLost: uint32(min(s.Lost, 0x7fffff)), LastSequenceNumber: l.in.highest,
		Jitter: uint32(l.in.jitter), LastSenderReport: l.report.lastSR,
	}
	expected := s.Received + s.Lost
	if d := expected - l.report.expected; d > 0 && s.Lost > l.report.lost {
		r.FractionLost = uint8(min(255, (s.Lost-l.report.lost)*256/d))
	}
	l.report.expected, l.report.lost = expected, s.Lost
	if !l.report.srAt.IsZero() {
		r.Delay = uint32(now.Sub(l.report.srAt).Seconds() * 65536)
	}
	return r
}

// Stats are the figures of a line so far.
type Stats struct {
	Codec                           string
	Received, Lost, Late, Duplicate uint64
	Concealed                       uint64 // frames
	Strangers, Malformed            uint64 // packets that were not taken
	JitterMS                        float64
	Target, Delay                   time.Duration // of the jitter buffer: what it aims at, and what is played has
	// samples at 8 kHz that were left out or repeated to follow the target and the sender's clock
	Cut, Added             uint64
	Skew                   float64   // of the sender's clock against ours, in ppm; positive when it is slower, 0 = not known yet
	Sent, SendErrors       uint64    // packets
	SentFrames, HeldFrames uint64    // of 20 ms: in those packets, and waiting for theirs to be full
	FirstSent              time.Time // first packet with voice in it; zero before
	FirstReceived          time.Time // first packet of the other side's audio; zero before
	LateFrames             uint64    // sent more than 5 ms behind the schedule
	WorstLate              time.Duration
	ScheduleResets         uint64
	RemoteLoss             float64 // fraction, from the newest report
	RTT                    time.Duration
	Remote                 netip.AddrPort // where we send
}

// Stats returns the figures so far.
func (l *Line) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	j := l.jb.Stats()
	s := Stats{
		Codec: l.cfg.Codec.Name, Received: l.in.packets, Lost: j.Lost, Late: j.Late, Duplicate: j.Duplicate,
		Concealed: j.Concealed, Strangers: l.in.strangers, Malformed: l.in.malformed,
		JitterMS: l.in.jitter / clockRate * 1000, Target: j.Target, Delay: j.Delay, Cut: j.Cut, Added: j.Added, Skew: j.Skew,
		Sent: l.out.packets.Load(), SendErrors: l.out.errs.Load(),
		SentFrames: l.out.frames.Load(), HeldFrames: l.out.held.Load(),
		FirstReceived: l.in.first,
		LateFrames:    l.out.late.Load(), WorstLate: time.Duration(l.out.worst.Load()), ScheduleResets: l.out.resets.Load(),
		RemoteLoss: l.report.theirs, RTT: l.report.rtt, Remote: l.latch.address(),
	}
	if ns := l.out.firstVoice.Load(); ns != 0 {
		s.FirstSent = time.Unix(0, ns)
	}
	return s
}
