package phone_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/audio/srtp"
)

// tone says a sine and counts the frames in which it hears one.
type tone struct {
	hz    float64
	rate  int
	phase float64
	want  int32
	heard atomic.Int32
	full  chan struct{} // closed when want loud frames were heard
}

func newTone(hz float64, rate int, want int32) *tone {
	return &tone{hz: hz, rate: rate, want: want, full: make(chan struct{})}
}

func (t *tone) Say(dst audio.PCM) int {
	for i := range dst {
		dst[i] = int16(8000 * math.Sin(t.phase))
		t.phase += 2 * math.Pi * t.hz / float64(t.rate)
	}
	return len(dst)
}

func (t *tone) Hear(f line.Frame) {
	peak := int16(0)
	for _, v := range f.PCM {
		peak = max(peak, v)
	}
	if peak > 4000 && !f.Concealed && t.heard.Add(1) == t.want {
		close(t.full)
	}
}

func TestAudioAndKeysBothWays(t *testing.T) {
	for name, change := range map[string]func(*phonetest.CallerOptions){
		"PCMU":                    nil,
		"PCMA":                    func(o *phonetest.CallerOptions) { o.Codecs = []string{"PCMA"} },
		"G722":                    func(o *phonetest.CallerOptions) { o.Codecs = []string{"PCMA", "G722"} },
		"late offer":              func(o *phonetest.CallerOptions) { o.LateOffer = true },
		"encrypted":               func(o *phonetest.CallerOptions) { o.Security = sdp.Required },
		"encrypted below RTP/AVP": func(o *phonetest.CallerOptions) { o.Security = sdp.Preferred },
		"encrypted late offer":    func(o *phonetest.CallerOptions) { o.Security, o.LateOffer = sdp.Required, true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, phonetest.Options{}, nil).registered()
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			out := r.dial(ctx, r.caller(change))
			in := r.next()
			ours, _, err := in.call.Answer(ctx)
			if err != nil {
				t.Fatal(err)
			}
			leg := (<-out).leg
			if leg == nil {
				t.Fatal("not connected")
			}
			if got, want := ours.Stats().Codec, map[string]string{"PCMA": "PCMA", "G722": "G722"}[name]; want != "" && got != want {
				t.Errorf("codec %s, want %s", got, want)
			}
			if got := leg.Suite(); strings.HasPrefix(name, "encrypted") != (got == srtp.GCM256) {
				t.Errorf("encrypted with %q", got)
			}
			if leg.AckAt().IsZero() {
				t.Error("no time of the ACK")
			}
			box, person := newTone(400, 16000, 25), newTone(600, 8000, 25)
			ran := make(chan error, 2)
			legCtx, legEnd := context.WithCancel(ctx)
			go func() { ran <- ours.Run(in.ctx, box, box) }()
			go func() { ran <- leg.Line().Run(legCtx, person, person) }()
			wait(t, "the box to hear half a second", box.full)
			wait(t, "the person to hear half a second", person.full)
			go func() { _ = leg.SendKeys(ctx, "12#") }()
			for _, want := range "12#" {
				select {
				case d := <-ours.Digits():
					if d.Key != want {
						t.Errorf("key %c, want %c", d.Key, want)
					}
				case <-ctx.Done():
					t.Fatal("keys did not arrive")
				}
			}
			if err := ours.SendKeys(ctx, "9"); err != nil {
				t.Error(err)
			}
			if d := <-leg.Line().Digits(); d.Key != '9' {
				t.Errorf("key %c, want 9", d.Key)
			}
			if err := leg.Hangup(ctx); err != nil {
				t.Error(err)
			}
			legEnd()
			<-ran
			<-ran
			if got := cause(t, in); !errors.Is(got, phone.ErrHangup) {
				t.Errorf("cause = %v", got)
			}
		})
	}
}

// While the caller holds, nothing is sent; after it, the audio is back.
func TestHoldStopsTheAudio(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := r.dial(ctx, r.caller(nil))
	in := r.next()
	ours, _, err := in.call.Answer(ctx)
	if err != nil {
		t.Fatal(err)
	}
	leg := (<-out).leg
	box := newTone(400, 16000, 10)
	person := newTone(600, 8000, 10)
	ran := make(chan error, 2)
	legCtx, legEnd := context.WithCancel(ctx)
	go func() { ran <- ours.Run(in.ctx, box, box) }()
	go func() { ran <- leg.Line().Run(legCtx, person, person) }()
	wait(t, "audio", person.full)
	if err := leg.Hold(ctx); err != nil {
		t.Fatal(err)
	}
	sent := ours.Stats().Sent
	for before := box.heard.Load(); box.heard.Load() < before+10; { // music on hold still arrives
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("no audio from the caller who holds")
		}
	}
	if got := ours.Stats().Sent; got > sent+1 {
		t.Errorf("%d packets were sent to a caller who holds", got-sent)
	}
	if err := leg.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	for ours.Stats().Sent < sent+5 {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatal("no audio after the hold")
		}
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Error(err)
	}
	legEnd()
	<-ran
	<-ran
}

// A handler that gives up on a silent line says so with the cause of the call's end.
func TestMediaTimeoutIsTheCause(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	in, leg := r.up(nil)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := in.call.End(ctx, phone.ErrMediaTimeout); err != nil {
		t.Fatal(err)
	}
	wait(t, "BYE at the caller", leg.Done())
	if got := cause(t, in); !errors.Is(got, phone.ErrMediaTimeout) || !errors.Is(got, line.ErrMediaTimeout) {
		t.Errorf("cause = %v", got)
	}
}
