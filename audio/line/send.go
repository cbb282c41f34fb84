package line

import (
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"frontdesk.internal/audio/dtmf"
)

// outbound counts what was sent. Written by the clock, read by anybody.
type outbound struct {
	packets, octets, late, resets, errs atomic.Uint64
	frames, held                        atomic.Uint64 // that have gone out, and that wait for their packet to be full
	worst                               atomic.Int64  // ns
	firstVoice                          atomic.Int64  // unix ns
}

func (o *outbound) lateness(d time.Duration) {
	if d > lateAfter {
		o.late.Add(1)
	}
	if int64(d) > o.worst.Load() {
		o.worst.Store(int64(d))
	}
}

// send sends the frame in tx.wide, or the telephone event that is due instead.
func (l *Line) send(now time.Time, voice bool) error {
	t := &l.tx
	ts := t.ts
	t.ts += frameOctets
	l.mu.Lock()
	to, sends := l.latch.address(), l.dir.sends()
	t.nums = l.nums
	l.mu.Unlock()
	pcm := t.wide
	if t.down != nil {
		t.coded = t.down.Append(t.coded[:0], t.wide)
		pcm = t.coded
	}
	if !sends || !to.IsValid() {
		t.packing.held = 0
		l.out.held.Store(0)
		clear(pcm)
		t.early.sent(pcm)
		return nil
	}
	l.rtcpDue(now)
	event, ok := l.nextKey()
	if ok {
		clear(pcm)
		t.early.sent(pcm)
		l.flush(to)
		for range event.Copies {
			l.packet(to, t.nums.SendEvents, event.Marker, ts-event.Offset, event.Payload[:])
		}
		t.talking = false
		l.out.frames.Add(1)
		return nil
	}
	p := &t.packing
	if p.held == 0 {
		p.ts, p.marker, p.voice = ts, false, false
	}
	t.coder.encode(t.payload[p.held*frameOctets:][:frameOctets], pcm)
	t.early.sent(pcm)
	p.held++
	p.marker, p.voice = p.marker || voice && !t.talking, p.voice || voice
	t.talking = voice
	l.out.held.Store(uint64(p.held))
	if p.held >= p.frames {
		l.flush(to)
	}
	return nil
}

// packing is how frames become packets.
type packing struct {
	frames int  // in a packet
	halves bool // each frame makes two packets

	held   int // frames in payload
	ts     uint32
	marker bool
	voice  bool
}

// newPacking returns how packets of ms milliseconds are made.
func newPacking(ms int) packing {
	switch {
	case ms <= 0:
		return packing{frames: 1}
	case ms < 20:
		return packing{frames: 1, halves: true}
	}
	return packing{frames: min(ms/20, packMost)}
}

// flush sends what is packed.
func (l *Line) flush(to netip.AddrPort) {
	t := &l.tx
	p := &t.packing
	if p.held == 0 {
		return
	}
	payload := t.payload[:p.held*frameOctets]
	frames, errs := uint64(p.held), l.out.errs.Load()
	p.held = 0
	l.out.held.Store(0)
	if p.halves {
		l.packet(to, t.nums.Send, p.marker, p.ts, payload[:frameOctets/2])
		p.ts, p.marker, payload = p.ts+frameOctets/2, false, payload[frameOctets/2:]
	}
	l.packet(to, t.nums.Send, p.marker, p.ts, payload)
	if l.out.errs.Load() == errs {
		l.out.frames.Add(frames)
	}
	if p.voice && l.out.firstVoice.Load() == 0 {
		l.out.firstVoice.Store(time.Now().UnixNano())
	}
}

// nextKey asks the key sender and tells those who wait for its end.
func (l *Line) nextKey() (dtmf.Packet, bool) {
	l.keysMu.Lock()
	defer l.keysMu.Unlock()
	p, ok := l.keysOut.Next()
	if l.keysEnd != nil && !l.keysOut.Busy() {
		close(l.keysEnd)
		l.keysEnd = nil
	}
	return p, ok
}

// packet sends one RTP packet. A UDP error (the other side's port is closed) is no reason to end a call: silence will.
func (l *Line) packet(to netip.AddrPort, pt uint8, marker bool, ts uint32, payload []byte) {
	t := &l.tx
	h := rtp.Header{Version: 2, Marker: marker, PayloadType: pt, SequenceNumber: t.seq, Timestamp: ts, SSRC: t.ssrc}
	t.seq++
	n, err := h.MarshalTo(t.buf[:])
	if err == nil {
		n += copy(t.buf[n:], payload)
		_, err = l.cfg.RTP.WriteToUDPAddrPort(t.buf[:n], to)
	}
	if err != nil {
		l.out.errs.Add(1)
		return
	}
	l.out.packets.Add(1)
	l.out.octets.Add(uint64(len(payload)))
}

// rtcpDue sends a report when its time has come: every 5 s, spread over half to one and a half times that (RFC 3550 section 6.2).
func (l *Line) rtcpDue(now time.Time) {
	t := &l.tx
	if l.cfg.RTCP == nil || now.Before(t.nextRTCP) {
		return
	}
	first := t.nextRTCP.IsZero()
	interval := 5 * time.Second
	if first {
		interval /= 2
	}
	t.nextRTCP = now.Add(interval/2 + rand.N(interval))
	if first {
		return
	}
	l.sendRTCP(l.senderReport(now))
}

// bye says that we leave (RFC 3550 section 6.6).
func (l *Line) bye() {
	if l.cfg.RTCP != nil && l.out.packets.Load() > 0 {
		l.sendRTCP(l.senderReport(time.Now()), &rtcp.Goodbye{Sources: []uint32{l.tx.ssrc}})
	}
}

func (l *Line) senderReport(now time.Time) rtcp.Packet {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &rtcp.SenderReport{
		SSRC: l.tx.ssrc, NTPTime: ntp(now), RTPTime: l.tx.ts,
		PacketCount: uint32(l.out.packets.Load()), OctetCount: uint32(l.out.octets.Load()),
	}
	if l.in.packets > 0 {
		r.Reports = []rtcp.ReceptionReport{l.reception(now)}
	}
	return r
}

func (l *Line) sendRTCP(ps ...rtcp.Packet) {
	ps = append(ps, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: l.tx.ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: l.tx.cname}},
	}}})
	// RFC 3550 section 6.1: the report first, SDES before BYE.
	if len(ps) == 3 {
		ps[1], ps[2] = ps[2], ps[1]
	}
	b, err := rtcp.Marshal(ps)
	if err == nil {
		l.mu.Lock()
		to := l.cfg.RemoteRTCP
		l.mu.Unlock()
		_, err = l.cfg.RTCP.WriteToUDPAddrPort(b, to)
	}
	if err != nil {
		l.out.errs.Add(1)
	}
}

// ntp is the 64-bit timestamp of RFC 3550 section 4.
func ntp(t time.Time) uint64 {
	const epoch = 2208988800 // 1900 to 1970
	s := uint64(t.Unix() + epoch)
	return s<<32 | uint64(t.Nanosecond())<<32/1e9
}
