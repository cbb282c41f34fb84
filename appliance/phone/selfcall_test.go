package phone_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// selfSound is an ear that counts frames with sound in them, and a mouth that makes some.
type selfSound struct {
	heard atomic.Int64
	got   chan struct{} // capacity 1: enough was heard
}

func (s *selfSound) Hear(f line.Frame) {
	if !f.Silence && len(f.PCM) > 0 && f.PCM[len(f.PCM)/2] != 0 && s.heard.Add(1) == 5 {
		s.got <- struct{}{}
	}
}

func (s *selfSound) Say(dst audio.PCM) int {
	for i := range dst {
		dst[i] = 4000
	}
	return len(dst)
}

// startSelf runs a phone that nobody but the box itself may call; every call is answered with a tone.
func startSelf(t *testing.T, transport, listen string, calls chan<- *phone.Call) *phone.Phone {
	t.Helper()
	p, err := phone.New(phone.Config{
		Listen: listen, Extension: record.Extension{Transport: transport, User: "100"}, MediaIP: "192.0.2.7",
		Logger: slog.New(slog.DiscardHandler), MaxCalls: 2,
	}, phone.HandlerFunc(func(ctx context.Context, c *phone.Call) {
		if calls != nil {
			calls <- c
		}
		l, _, err := c.Answer(ctx)
		if err != nil {
			return
		}
		s := &selfSound{got: make(chan struct{}, 1)}
		_ = l.Run(ctx, s, s)
	}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
	return p
}

// The box reaches itself on every kind of socket, though it lets nobody else in and its address for the PBX is one that leads
// nowhere from here; audio goes both ways.
func TestCallSelf(t *testing.T) {
	for _, tt := range []struct{ transport, listen string }{
		{"udp", "127.0.0.1:0"}, {"udp", "0.0.0.0:0"}, {"tcp", "127.0.0.1:0"}, {"tcp", "0.0.0.0:0"},
	} {
		t.Run(tt.transport+" "+tt.listen, func(t *testing.T) {
			calls := make(chan *phone.Call, 2)
			p := startSelf(t, tt.transport, tt.listen, calls)
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			for range 2 { // again: the first left nothing behind
				c, err := p.CallSelf(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if in := <-calls; !in.Self() || in.From() != "" || in.DisplayName() != "Self-test" {
					t.Errorf("the box sees a call from %q %q, itself %v", in.From(), in.DisplayName(), in.Self())
				}
				if c.Ringing <= 0 || c.Answered < c.Ringing || c.AckAt().IsZero() {
					t.Errorf("rang after %v, answered after %v", c.Ringing, c.Answered)
				}
				s := &selfSound{got: make(chan struct{}, 1)}
				talk, stop := context.WithCancel(ctx)
				over := make(chan error, 1)
				go func() { over <- c.Line().Run(talk, s, s) }()
				select {
				case <-s.got:
				case <-ctx.Done():
					t.Error("no sound came back")
				}
				if err := c.Hangup(ctx); err != nil {
					t.Error(err)
				}
				<-c.Done()
				stop()
				<-over
				c.Close()
			}
		})
	}
}

// While the box calls itself, others on the same machine that do not know the secret stay outside.
func TestCallSelfLetsNobodyElseIn(t *testing.T) {
	p := startSelf(t, "udp", "127.0.0.1:0", nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := p.CallSelf(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := p.CallSelf(ctx); !errors.Is(err, phone.ErrSelfBusy) {
		t.Errorf("a second call of the box to itself: %v", err)
	}
	for _, secret := range []string{"", "00000000000000000000000000000000"} {
		other, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{
			PBX: p.Addr().String(), Headers: map[string]string{"X-Frontdesk-Self": secret},
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = other.Dial(ctx, "100")
		var refused *phonetest.RefusedError
		if !errors.As(err, &refused) || refused.Status != 403 {
			t.Errorf("a call with secret %q: %v, want 403", secret, err)
		}
		_ = other.Close()
	}
	if err := c.Hangup(ctx); err != nil {
		t.Error(err)
	}
}

// A box that takes no calls says so to itself too.
func TestCallSelfRefused(t *testing.T) {
	p := startSelf(t, "udp", "127.0.0.1:0", nil)
	p.Refuse()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	_, err := p.CallSelf(ctx)
	var refused *phone.RefusedError
	if !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("CallSelf = %v, want 503", err)
	}
}
