package phone_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
)

// A phone that runs answers itself on every kind of socket, whoever else is let in, again and again.
func TestPing(t *testing.T) {
	for _, tt := range []struct{ transport, listen string }{
		{"udp", "127.0.0.1:0"}, {"udp", "0.0.0.0:0"}, {"tcp", "127.0.0.1:0"}, {"tcp", "0.0.0.0:0"},
	} {
		t.Run(tt.transport+" "+tt.listen, func(t *testing.T) {
			p, err := phone.New(phone.Config{
				Listen: tt.listen, Extension: record.Extension{Transport: tt.transport, User: "100"}, Logger: slog.New(slog.DiscardHandler),
				MaxCalls: 2,
			}, phone.HandlerFunc(func(context.Context, *phone.Call) {}))
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			ran := make(chan error, 1)
			go func() { ran <- p.Run(ctx) }()
			for range 3 {
				if err := p.Ping(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if s := p.Status(); s.Strangers != 0 || s.Malformed != 0 {
				t.Errorf("status = %+v", s)
			}
			stop()
			if err := <-ran; err != nil {
				t.Error(err)
			}
			if err := p.Ping(t.Context()); err == nil {
				t.Error("a phone that has ended answers")
			}
		})
	}
}

// Before it runs, nobody reads the socket: the ping must not come back.
func TestPingNotRunning(t *testing.T) {
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{User: "100"}, Logger: slog.New(slog.DiscardHandler), MaxCalls: 2,
	}, phone.HandlerFunc(func(context.Context, *phone.Call) {}))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
