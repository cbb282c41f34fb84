package line_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/line"
)

// end is one side of a call in a test: it says a tone and keeps what it hears.
type end struct {
	line *line.Line
	rtp  *audiotest.Socket
	rate int
	hz   float64
	said int
	quit context.CancelCauseFunc
	err  chan error

	mu     sync.Mutex
	heard  audio.PCM
	frames []line.Frame
}

func (e *end) Hear(f line.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, f.PCM...)
	f.PCM = nil
	e.frames = append(e.frames, f)
}

func (e *end) Say(dst audio.PCM) int {
	if e.hz == 0 {
		return 0
	}
	n := copy(dst, audiotest.Tone(e.rate, e.hz, 8000, e.said, len(dst)))
	e.said += n
	return n
}

// last returns the newest d of what was heard.
func (e *end) last(d time.Duration) audio.PCM {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := int(d.Seconds() * float64(e.rate))
	return e.heard[max(0, len(e.heard)-n):].Clone()
}

type setup struct {
	codec        line.Codec
	rateA, rateB int
	hzA, hzB     float64
	faults       audiotest.Faults
	timeouts     time.Duration
}

// call joins two lines over a network in memory and starts them. Use inside a synctest bubble.
func call(t *testing.T, s setup) (a, b *end, link *audiotest.Link) {
	t.Helper()
	link = audiotest.NewLink(s.faults)
	a = &end{rate: s.rateA, hz: s.hzA, rtp: link.Socket(1), err: make(chan error, 1)}
	aRTCP := link.Socket(1)
	b = &end{rate: s.rateB, hz: s.hzB, rtp: link.Socket(2), err: make(chan error, 1)}
	bRTCP := link.Socket(2)
	open := func(e *end, rtcp *audiotest.Socket, remote *end, remoteRTCP *audiotest.Socket) {
		var err error
		e.line, err = line.New(line.Config{
			RTP: e.rtp, RTCP: rtcp, Remote: remote.rtp.Addr(), RemoteRTCP: remoteRTCP.Addr(), Codec: s.codec, EventPT: 101,
			Rate: e.rate, Logger: slog.New(slog.DiscardHandler), TimeoutFirst: s.timeouts, TimeoutNext: s.timeouts,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	open(a, aRTCP, b, bRTCP)
	open(b, bRTCP, a, aRTCP)
	for _, e := range []*end{a, b} {
		ctx, cancel := context.WithCancelCause(context.Background())
		e.quit = cancel
		go func() { e.err <- e.line.Run(ctx, e, e) }()
	}
	return a, b, link
}

var (
	pcmu     = line.Codec{Name: "PCMU", PayloadType: 0}
	pcma     = line.Codec{Name: "PCMA", PayloadType: 8}
	g722     = line.Codec{Name: "G722", PayloadType: 9}
	errEnded = errors.New("ended by the test")
)

func (e *end) stop(t *testing.T) {
	t.Helper()
	e.quit(errEnded)
	if err := <-e.err; !errors.Is(err, errEnded) {
		t.Errorf("Run returned %v, want the cause of its context", err)
	}
}

func TestTonesArriveBothWays(t *testing.T) {
	for _, codec := range []line.Codec{pcmu, pcma, g722} {
		for _, rates := range [][2]int{{8000, 8000}, {16000, 8000}, {16000, 16000}} {
			synctest.Test(t, func(t *testing.T) {
				a, b, _ := call(t, setup{
					codec: codec, rateA: rates[0], rateB: rates[1], hzA: 700, hzB: 1200, faults: audiotest.Faults{Delay: 15 * time.Millisecond},
				})
				time.Sleep(4 * time.Second)
				for _, x := range []struct {
					e  *end
					hz float64
				}{{a, 1200}, {b, 700}} {
					got := x.e.last(time.Second)
					if hz := audiotest.Peak(got, x.e.rate); math.Abs(hz-x.hz) > 2 {
						t.Errorf("%s: heard %.0f Hz, want %.0f", x.e.line, hz, x.hz)
					}
					if rms := audiotest.RMS(got); math.Abs(rms-8000/math.Sqrt2) > 200 {
						t.Errorf("%s: level %.0f, want %.0f", x.e.line, rms, 8000/math.Sqrt2)
					}
				}
				a.stop(t)
				b.stop(t)
				if s := a.line.Stats(); s.Lost != 0 || s.Late != 0 || s.Sent != 201 && s.Sent != 200 || s.LateFrames != 0 || s.FirstSent.IsZero() {
					t.Errorf("%+v", s)
				}
			})
		}
	}
}

// What a narrow line cannot carry is heard on a wide one.
func TestWideband(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := call(t, setup{
			codec: g722, rateA: 16000, rateB: 16000, hzA: 5200, hzB: 6000,
			faults: audiotest.Faults{Seed: 4, Loss: 0.02, Jitter: 30 * time.Millisecond},
		})
		time.Sleep(10 * time.Second)
		for _, x := range []struct {
			e  *end
			hz float64
		}{{a, 6000}, {b, 5200}} {
			got := x.e.last(5 * time.Second)
			if hz, rms := audiotest.Peak(got, x.e.rate), audiotest.RMS(got); math.Abs(hz-x.hz) > 2 || rms < 5000 {
				t.Errorf("%s: heard %.0f Hz at %.0f, want %.0f", x.e.line, hz, rms, x.hz)
			}
		}
		a.stop(t)
		b.stop(t)
	})
}

func TestLossIsHeardAsALittleNoise(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := call(t, setup{
			codec: pcmu, rateA: 8000, rateB: 8000, hzA: 500, faults: audiotest.Faults{Seed: 3, Loss: 0.05, Jitter: 30 * time.Millisecond},
		})
		time.Sleep(20 * time.Second)
		got := b.last(15 * time.Second)
		if rms := audiotest.RMS(got); rms < 8000/math.Sqrt2*0.93 {
			t.Errorf("level %.0f with 5 %% loss concealed, want nearly %.0f", rms, 8000/math.Sqrt2)
		}
		s := b.line.Stats()
		if s.Lost < 20 || s.Lost > 90 || s.Concealed == 0 {
			t.Errorf("%+v, want about 50 lost of 1000", s)
		}
		if far := a.line.Stats().RemoteLoss; far < 0.005 || far > 0.2 {
			t.Errorf("a knows of %.3f loss at b, want about 0.05", far)
		}
		if rtt := a.line.Stats().RTT; rtt <= 0 || rtt > 100*time.Millisecond {
			t.Errorf("round trip %v", rtt)
		}
		a.stop(t)
		b.stop(t)
	})
}

func TestKeysBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := call(t, setup{codec: pcmu, rateA: 16000, rateB: 8000, hzA: 700, faults: audiotest.Faults{Seed: 9, Loss: 0.1}})
		time.Sleep(time.Second)
		if err := a.line.SendKeys(t.Context(), "0123#"); err != nil {
			t.Fatal(err)
		}
		if err := a.line.SendKeys(t.Context(), "x"); err == nil {
			t.Error("no error for a key that is none")
		}
		time.Sleep(time.Second)
		got := ""
		for len(b.line.Digits()) > 0 {
			d := <-b.line.Digits()
			got += string(d.Key)
		}
		if got != "0123#" {
			t.Errorf("keys arrived as %q", got)
		}
		if s := b.line.Stats(); s.Lost > 30 {
			t.Errorf("events were counted as lost audio: %+v", s)
		}
		a.stop(t)
		b.stop(t)
	})
}

func TestMediaTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, link := call(t, setup{codec: pcmu, rateA: 8000, rateB: 8000})
		time.Sleep(time.Second)
		link.SetFaults(audiotest.Faults{Loss: 1})
		began := time.Now()
		if err := <-a.err; !errors.Is(err, line.ErrMediaTimeout) {
			t.Errorf("Run returned %v", err)
		}
		if d := time.Since(began); d < 14*time.Second || d > 16*time.Second {
			t.Errorf("gave up after %v, want 15 s", d)
		}
		<-b.err
	})
}

func TestHoldStopsSoundAndTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := call(t, setup{codec: pcmu, rateA: 8000, rateB: 8000, hzA: 700, hzB: 900})
		time.Sleep(time.Second)
		a.line.Update(netip.AddrPort{}, line.Inactive)
		time.Sleep(time.Second)
		sent := a.line.Stats().Sent
		b.line.Update(netip.AddrPort{}, line.Inactive)
		time.Sleep(2 * time.Minute)
		if now := a.line.Stats().Sent; now != sent {
			t.Errorf("%d packets were sent on hold", now-sent)
		}
		a.line.Update(netip.AddrPort{}, line.SendRecv)
		b.line.Update(netip.AddrPort{}, line.SendRecv)
		time.Sleep(3 * time.Second)
		if hz := audiotest.Peak(a.last(time.Second), 8000); math.Abs(hz-900) > 2 {
			t.Errorf("after the hold: %.0f Hz, want 900", hz)
		}
		a.stop(t)
		b.stop(t)
	})
}

// A stranger who sends RTP to the port (RTPbleed) must get nothing and not be heard.
func TestStrangersAreNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, link := call(t, setup{codec: pcmu, rateA: 8000, rateB: 8000, hzB: 600})
		time.Sleep(500 * time.Millisecond)
		thief := link.Socket(9)
		for i := range 100 {
			h := rtp.Packet{
				Header: rtp.Header{Version: 2, SequenceNumber: uint16(i), Timestamp: uint32(i * 160), SSRC: 666}, Payload: make([]byte, 160),
			}
			raw, err := h.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := thief.WriteToUDPAddrPort(raw, a.rtp.Addr()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		s := a.line.Stats()
		if s.Remote != b.rtp.Addr() || s.Strangers != 100 {
			t.Errorf("sends to %v, %d strangers; want %v and 100", s.Remote, s.Strangers, b.rtp.Addr())
		}
		if hz := audiotest.Peak(a.last(500*time.Millisecond), 8000); math.Abs(hz-600) > 4 {
			t.Errorf("hears %.0f Hz, want 600", hz)
		}
		a.stop(t)
		b.stop(t)
	})
}

// A PBX behind NAT sends from another address than it says: after a few packets it is believed and answered there.
func TestSymmetricRTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := audiotest.NewLink(audiotest.Faults{})
		mine, theirs, nowhere := link.Socket(1), link.Socket(7), link.Socket(8)
		e := &end{rate: 8000, rtp: mine, hz: 500, err: make(chan error, 1)}
		var err error
		if e.line, err = line.New(line.Config{
			RTP: mine, Remote: nowhere.Addr(), Codec: pcmu, Rate: 8000, Logger: slog.New(slog.DiscardHandler),
		}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		e.quit = cancel
		go func() { e.err <- e.line.Run(ctx, e, e) }()
		for i := range 20 {
			h := rtp.Packet{
				Header: rtp.Header{Version: 2, SequenceNumber: uint16(i), Timestamp: uint32(i * 160), SSRC: 5}, Payload: make([]byte, 160),
			}
			raw, _ := h.Marshal()
			if _, err := theirs.WriteToUDPAddrPort(raw, mine.Addr()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		if s := e.line.Stats(); s.Remote != theirs.Addr() || s.Received < 15 {
			t.Errorf("sends to %v after %d packets from %v", s.Remote, s.Received, theirs.Addr())
		}
		e.stop(t)
	})
}

// scribbler overwrites what it was given, as the rule of ownership allows.
type scribbler struct{ *end }

func (s scribbler) Hear(f line.Frame) {
	s.end.Hear(f)
	for i := range f.PCM {
		f.PCM[i] = 32767
	}
}

func TestOwnershipRule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, _ := call(t, setup{codec: pcmu, rateA: 16000, rateB: 16000, hzA: 700})
		b.quit(errEnded)
		<-b.err
		a.stop(t)
		link := audiotest.NewLink(audiotest.Faults{})
		x, y := link.Socket(1), link.Socket(2)
		mk := func(s *audiotest.Socket, remote netip.AddrPort, hz float64) *end {
			e := &end{rate: 16000, rtp: s, hz: hz, err: make(chan error, 1)}
			var err error
			if e.line, err = line.New(line.Config{
				RTP: s, Remote: remote, Codec: pcmu, Rate: 16000, Logger: slog.New(slog.DiscardHandler),
			}); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			e.quit = cancel
			go func() { e.err <- e.line.Run(ctx, scribbler{e}, e) }()
			return e
		}
		p, q := mk(x, y.Addr(), 700), mk(y, x.Addr(), 0)
		time.Sleep(3 * time.Second)
		if hz := audiotest.Peak(q.last(time.Second), 16000); math.Abs(hz-700) > 2 {
			t.Errorf("a callee that scribbles changed the sound: %.0f Hz", hz)
		}
		p.stop(t)
		q.stop(t)
	})
}
