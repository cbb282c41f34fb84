package line

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
)

// counting is a mouth that says samples which can be told apart, and an ear that hears nothing.
type counting struct{ frames int }

func (*counting) Hear(Frame) {}
func (c *counting) Say(dst audio.PCM) int {
	c.frames++
	for i := range dst {
		dst[i] = int16(1000 * (c.frames % 20))
	}
	return len(dst)
}

// received takes the packets that have come, in the order of their numbers: packets of one moment change places in the link.
func received(c *audiotest.Socket) []*rtp.Packet {
	var out []*rtp.Packet
	for buf := make([]byte, 1500); ; {
		_ = c.SetReadDeadline(time.Now())
		n, _, err := c.ReadFromUDPAddrPort(buf)
		if err != nil {
			break
		}
		p := new(rtp.Packet)
		if p.Unmarshal(append([]byte(nil), buf[:n]...)) == nil && (p.PayloadType == 0 || p.PayloadType == 101) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *rtp.Packet) int { return int(a.SequenceNumber) - int(b.SequenceNumber) })
	return out
}

// Packets are as long as the other side wants them: no sample is lost or sent twice, timestamps count samples, a key flushes what waits.
func TestPacketTime(t *testing.T) {
	for _, tt := range []struct{ asked, octets, packets int }{
		{0, 160, 50}, {20, 160, 50}, {10, 80, 100}, {15, 80, 100}, {30, 160, 50}, {40, 320, 25}, {60, 480, 16}, {200, 480, 16},
	} {
		t.Run(fmt.Sprint(tt.asked), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				link := audiotest.NewLink(audiotest.Faults{})
				ours, theirs := link.Socket(1), link.Socket(2)
				l, err := New(Config{
					RTP: ours, Remote: theirs.Addr(), Codec: Codec{Name: "PCMU"}, EventPT: 101, Rate: 8000, PacketTime: tt.asked,
					Logger: slog.New(slog.DiscardHandler),
				})
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancelCause(t.Context())
				ran := make(chan error, 1)
				go func() { ran <- l.Run(ctx, &counting{}, &counting{}) }()
				time.Sleep(time.Second + 5*time.Millisecond)
				stop(errors.New("enough"))
				<-ran
				packets := received(theirs)
				for i, p := range packets {
					switch {
					case len(p.Payload) != tt.octets:
						t.Fatalf("%d octets in a packet, want %d", len(p.Payload), tt.octets)
					case p.Marker != (i == 0):
						t.Errorf("packet %d: marker %v", i, p.Marker)
					case i > 0 && (p.Timestamp-packets[i-1].Timestamp != uint32(tt.octets) || p.SequenceNumber != packets[i-1].SequenceNumber+1):
						t.Fatalf("packet %d: %+v after %+v", i, p.Header, packets[i-1].Header)
					}
				}
				got := len(packets)
				if got < tt.packets-1 || got > tt.packets+2 {
					t.Errorf("%d packets in a second, want %d", got, tt.packets)
				}
			})
		})
	}
}

// What is packed when a key is to be sent goes out before it.
func TestPacketTimeAndKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := audiotest.NewLink(audiotest.Faults{})
		ours, theirs := link.Socket(1), link.Socket(2)
		l, err := New(Config{
			RTP: ours, Remote: theirs.Addr(), Codec: Codec{Name: "PCMU"}, EventPT: 101, Rate: 8000, PacketTime: 60,
			Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancelCause(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- l.Run(ctx, &counting{}, &counting{}) }()
		time.Sleep(145 * time.Millisecond)
		if err := l.SendKeys(ctx, "5"); err != nil {
			t.Error(err)
		}
		time.Sleep(200 * time.Millisecond)
		stop(errors.New("enough"))
		<-ran
		var kinds []string
		var samples int
		for _, p := range received(theirs) {
			kind := "voice"
			if p.PayloadType == 101 {
				kind = "key"
			} else {
				samples += len(p.Payload)
			}
			if len(kinds) == 0 || kinds[len(kinds)-1] != kind {
				kinds = append(kinds, kind)
			}
		}
		if got := strings.Join(kinds, " "); got != "voice key voice" || samples%160 != 0 {
			t.Errorf("%s, %d samples", got, samples)
		}
	})
}
