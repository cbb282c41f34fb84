package line

import (
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
)

type deafMute struct{}

func (deafMute) Hear(Frame)            {}
func (deafMute) Say(dst audio.PCM) int { return len(dst) }

// sink is a socket that takes everything and gives nothing.
type sink struct{ *audiotest.Socket }

func (sink) WriteToUDPAddrPort(b []byte, _ netip.AddrPort) (int, error) { return len(b), nil }

func quietLine(tb testing.TB, codec string, rate int) *Line {
	tb.Helper()
	l, err := New(Config{
		RTP: sink{audiotest.NewLink(audiotest.Faults{}).Socket(1)}, Remote: netip.MustParseAddrPort("10.0.0.2:4000"),
		Codec: Codec{Name: codec}, EventPT: 101, Rate: rate, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	l.start = time.Now()
	l.in.last = l.start
	return l
}

// frameOf is the nth packet of a stream.
func frameOf(tb testing.TB, n int) []byte {
	tb.Helper()
	raw, err := (&rtp.Packet{
		Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: uint32(160 * n), SSRC: 9}, Payload: make([]byte, 160),
	}).Marshal()
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

func TestAFrameAllocatesNothing(t *testing.T) {
	for _, x := range []struct {
		codec string
		rate  int
	}{{"PCMU", 8000}, {"PCMU", 16000}, {"G722", 16000}, {"G722", 8000}} {
		l := quietLine(t, x.codec, x.rate)
		src := netip.MustParseAddrPort("10.0.0.2:4000")
		now, n := l.start, 0
		raw := frameOf(t, 0)
		if got := testing.AllocsPerRun(300, func() {
			raw[2], raw[3] = byte(n>>8), byte(n)
			ts := 160 * n
			raw[4], raw[5], raw[6], raw[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
			l.incoming(raw, src, now)
			if err := l.tick(now, deafMute{}, deafMute{}); err != nil {
				t.Fatal(err)
			}
			now, n = now.Add(audio.FrameDuration), n+1
		}); got != 0 {
			t.Errorf("%+v: %v allocations a frame", x, got)
		}
		if l.in.packets != 301 {
			t.Errorf("%+v: %d packets taken, want 301", x, l.in.packets)
		}
	}
}

func FuzzIncoming(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9, 1, 2, 3}, true)
	f.Add([]byte{0x80, 101, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9, 5, 0x8a, 0, 160}, true)
	f.Add([]byte{0x81, 201, 0, 7, 0, 0, 0, 1}, false)
	f.Add([]byte{0xa0, 0, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9, 1, 2, 200}, true)
	f.Fuzz(func(t *testing.T, b []byte, known bool) {
		l := quietLine(t, "G722", 8000)
		src := netip.MustParseAddrPort("10.0.0.2:4000")
		if !known {
			src = netip.MustParseAddrPort("10.9.9.9:1")
		}
		l.incoming(frameOf(t, 1), netip.MustParseAddrPort("10.0.0.2:4000"), l.start)
		for range 3 {
			l.incoming(b, src, l.start.Add(30*time.Millisecond))
		}
		if err := l.tick(l.start.Add(40*time.Millisecond), deafMute{}, deafMute{}); err != nil {
			t.Fatal(err)
		}
		if !known && l.in.packets != 1 {
			t.Errorf("a stranger's packet was taken: %d", l.in.packets)
		}
		if l.latch.address() != netip.MustParseAddrPort("10.0.0.2:4000") {
			t.Errorf("audio would go to %v", l.latch.address())
		}
	})
}

func BenchmarkFrame(b *testing.B)     { benchmarkFrame(b, "PCMU") }
func BenchmarkWideFrame(b *testing.B) { benchmarkFrame(b, "G722") }

func benchmarkFrame(b *testing.B, codec string) {
	b.Helper()
	l := quietLine(b, codec, 16000)
	src := netip.MustParseAddrPort("10.0.0.2:4000")
	raw := frameOf(b, 0)
	now, n := l.start, 0
	b.ReportAllocs()
	for b.Loop() {
		raw[2], raw[3] = byte(n>>8), byte(n)
		ts := 160 * n
		raw[4], raw[5], raw[6], raw[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
		l.incoming(raw, src, now)
		if err := l.tick(now, deafMute{}, deafMute{}); err != nil {
			b.Fatal(err)
		}
		now, n = now.Add(audio.FrameDuration), n+1
	}
}
