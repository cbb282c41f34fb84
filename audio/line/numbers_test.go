package line_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk.internal/audio/audiotest"
	"frontdesk.internal/audio/line"
)

// The two sides number codec and events differently, and number them anew in the middle of the call.
func TestNumbersOfEachSide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := audiotest.NewLink(audiotest.Faults{Delay: 10 * time.Millisecond})
		near, far := link.Socket(1), link.Socket(2)
		open := func(own, other *audiotest.Socket, send, receive, sendEvents, receiveEvents uint8) *line.Line {
			l, err := line.New(line.Config{
				RTP: own, Remote: other.Addr(), Codec: line.Codec{Name: "G722", PayloadType: send, ReceiveType: receive},
				EventPT: sendEvents, EventReceiveType: receiveEvents, Rate: 16000, Logger: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		box, phone := open(near, far, 97, 9, 96, 101), open(far, near, 9, 97, 101, 96)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		go func() { ended <- box.Run(ctx, &keypad{rate: 16000}, &keypad{rate: 16000}) }()
		go func() { ended <- phone.Run(ctx, &keypad{rate: 16000}, &keypad{rate: 16000}) }()
		exchange := func() {
			t.Helper()
			for _, x := range []struct {
				from, to *line.Line
				keys     string
			}{{box, phone, "12"}, {phone, box, "34"}} {
				if err := x.from.SendKeys(ctx, x.keys); err != nil {
					t.Error(err)
				}
				time.Sleep(500 * time.Millisecond)
				got := ""
				for len(x.to.Digits()) > 0 {
					got += string((<-x.to.Digits()).Key)
				}
				if got != x.keys {
					t.Errorf("keys arrived as %q, want %q", got, x.keys)
				}
			}
		}
		exchange()
		box.Renumber(line.Numbers{Send: 97, Receive: 9, SendEvents: 120, ReceiveEvents: 101})
		phone.Renumber(line.Numbers{Send: 9, Receive: 97, SendEvents: 101, ReceiveEvents: 120})
		exchange()
		cancel()
		<-ended
		<-ended
		for _, l := range []*line.Line{box, phone} {
			if s := l.Stats(); s.Malformed != 0 || s.Received < 100 || s.Lost != 0 {
				t.Errorf("%d packets were not understood, %d received, %d lost", s.Malformed, s.Received, s.Lost)
			}
		}
	})
}
