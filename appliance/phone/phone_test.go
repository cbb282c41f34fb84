package phone_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/sdp"
	"frontdesk.internal/appliance/record"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is for what takes milliseconds: it only ends a test that hangs, on a machine that has other things to do.
const patience = time.Minute

// rig is a phone that is registered at a practice PBX.
type rig struct {
	t     *testing.T
	pbx   *phonetest.PBX
	phone *phone.Phone
	calls chan *inCall
	stop  context.CancelFunc
	ended chan error
}

// inCall is one call in the hands of the test; the handler returns when release is closed.
type inCall struct {
	ctx     context.Context
	call    *phone.Call
	release chan struct{}
}

func testLogger(t *testing.T) *slog.Logger {
	t.Helper()
	if os.Getenv("FRONTDESK_TEST_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func newRig(t *testing.T, o phonetest.Options, change func(*phone.Config)) *rig {
	t.Helper()
	if o.Users == nil {
		o.Users = map[string]string{"100": "secret"}
	}
	pbx, err := phonetest.NewPBX(o)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, pbx: pbx, calls: make(chan *inCall, 16), ended: make(chan error, 1)}
	cfg := phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{Registrar: pbx.Addr(), Domain: "practice", User: "100"}, Password: "secret",
		Expires: time.Minute, Logger: testLogger(t),
	}
	if change != nil {
		change(&cfg)
	}
	r.phone, err = phone.New(cfg, phone.HandlerFunc(r.handle))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- r.phone.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-r.ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := pbx.Close(); err != nil {
			t.Errorf("close pbx: %v", err)
		}
	})
	return r
}

func (r *rig) handle(ctx context.Context, c *phone.Call) {
	in := &inCall{ctx: ctx, call: c, release: make(chan struct{})}
	r.calls <- in
	select {
	case <-in.release:
	case <-ctx.Done():
	}
}

func (r *rig) registered() *rig {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.pbx.WaitRegistered(ctx, "100"); err != nil {
		r.t.Fatalf("%v; status %+v", err, r.phone.Status())
	}
	return r
}

func (r *rig) caller(change func(*phonetest.CallerOptions)) *phonetest.Caller {
	r.t.Helper()
	o := phonetest.CallerOptions{PBX: r.pbx.Addr(), User: "01725550144", DisplayName: "Anna"}
	if change != nil {
		change(&o)
	}
	c, err := phonetest.NewCaller(context.Background(), o)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = c.Close() })
	return c
}

type dialled struct {
	leg *phonetest.Leg
	err error
}

func (r *rig) dial(ctx context.Context, c *phonetest.Caller) chan dialled {
	out := make(chan dialled, 1)
	go func() {
		leg, err := c.Dial(ctx, "100")
		out <- dialled{leg, err}
	}()
	return out
}

func (r *rig) next() *inCall {
	r.t.Helper()
	select {
	case in := <-r.calls:
		return in
	case <-time.After(patience):
		r.t.Fatal("no call came in")
		return nil
	}
}

// up makes a call and answers it.
func (r *rig) up(change func(*phonetest.CallerOptions)) (*inCall, *phonetest.Leg) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out := r.dial(ctx, r.caller(change))
	in := r.next()
	if _, _, err := in.call.Answer(ctx); err != nil {
		r.t.Fatalf("answer: %v", err)
	}
	d := <-out
	if d.err != nil {
		r.t.Fatalf("dial: %v", d.err)
	}
	return in, d.leg
}

func wait(t *testing.T, what string, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(patience):
		t.Fatalf("timed out waiting for %s", what)
	}
}

func cause(t *testing.T, in *inCall) error {
	t.Helper()
	wait(t, "the call's end", in.ctx.Done())
	return context.Cause(in.ctx)
}

func TestCallAnsweredCallerHangsUp(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	in, leg := r.up(nil)
	if got, want := in.call.From(), record.PhoneNumber("01725550144"); got != want {
		t.Errorf("From = %q, want %q", got, want)
	}
	if got, want := in.call.DisplayName(), record.Personal("Anna"); got != want {
		t.Errorf("DisplayName = %q, want %q", got, want)
	}
	if got := in.call.To(); got != "100" {
		t.Errorf("To = %q, want 100", got)
	}
	if got := leg.Codec(); got != "PCMU" {
		t.Errorf("codec = %s, want PCMU", got)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := leg.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	if got := cause(t, in); !errors.Is(got, phone.ErrHangup) {
		t.Errorf("cause = %v, want ErrHangup", got)
	}
	var out interface{ Outcome() record.Outcome }
	if !errors.As(context.Cause(in.ctx), &out) || out.Outcome().Reason != "caller_hangup" {
		t.Errorf("outcome = %+v", out)
	}
	for _, step := range in.call.Trace() {
		if strings.Contains(step.Text+step.Note, "01725550144") || strings.Contains(step.Text+step.Note, "Anna") {
			t.Errorf("trace holds the caller: %+v", step)
		}
	}
}

func TestCallAnsweredWeHangUp(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	t.Run("by Hangup", func(t *testing.T) {
		in, leg := r.up(nil)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := in.call.Hangup(ctx); err != nil {
			t.Fatal(err)
		}
		wait(t, "BYE at the caller", leg.Done())
		if got := leg.Cause(); !errors.Is(got, phonetest.ErrRemoteHangup) {
			t.Errorf("caller's cause = %v", got)
		}
		if got := cause(t, in); !errors.Is(got, phone.ErrLocalHangup) {
			t.Errorf("cause = %v", got)
		}
	})
	t.Run("by returning", func(t *testing.T) {
		in, leg := r.up(nil)
		close(in.release)
		wait(t, "BYE at the caller", leg.Done())
	})
}

func TestCancelBeforeAnswer(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	out := r.dial(ctx, r.caller(nil))
	in := r.next()
	cancel()
	if got := cause(t, in); !errors.Is(got, phone.ErrCancelled) {
		t.Errorf("cause = %v, want ErrCancelled", got)
	}
	if d := <-out; d.err == nil {
		t.Error("dial succeeded after CANCEL")
	}
	if _, _, err := in.call.Answer(context.Background()); !errors.Is(err, phone.ErrCancelled) {
		t.Errorf("answer after CANCEL = %v, want ErrCancelled", err)
	}
}

func TestReject(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	for name, tt := range map[string]struct {
		do   func(in *inCall)
		want int
	}{
		"busy":     {func(in *inCall) { _ = in.call.Reject(486) }, 486},
		"returned": {func(in *inCall) { close(in.release) }, 480},
		"hangup":   {func(in *inCall) { _ = in.call.Hangup(context.Background()) }, 480},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			out := r.dial(ctx, r.caller(nil))
			tt.do(r.next())
			var refused *phonetest.RefusedError
			if d := <-out; !errors.As(d.err, &refused) || refused.Status != tt.want {
				t.Errorf("dial = %v, want status %d", d.err, tt.want)
			}
		})
	}
}

func TestBusyAndShutdown(t *testing.T) {
	r := newRig(t, phonetest.Options{}, func(c *phone.Config) {
		c.MaxCalls = 1
		c.BusyStatus = 503
		c.RetryAfter = 7 * time.Second
	}).registered()
	in, leg := r.up(nil)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var refused *phonetest.RefusedError
	if _, err := r.caller(nil).Dial(ctx, "100"); !errors.As(err, &refused) || refused.Status != 503 {
		t.Errorf("second call = %v, want 503", err)
	}
	r.stop()
	if got := cause(t, in); !errors.Is(got, phone.ErrShutdown) {
		t.Errorf("cause = %v, want ErrShutdown", got)
	}
	wait(t, "BYE at the caller", leg.Done())
	r.ended <- <-r.ended
	if got := r.pbx.Bindings("100"); len(got) != 0 {
		t.Errorf("still registered after the stop: %v", got)
	}
	if got := r.phone.Status().State; got != phone.StateStopped {
		t.Errorf("state = %s", got)
	}
}

func TestHoldAndResume(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	in, leg := r.up(nil)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := leg.Hold(ctx); err != nil {
		t.Fatal(err)
	}
	if got := leg.Direction(); got != sdp.SendOnly {
		t.Errorf("held: caller's direction = %v, want sendonly", got)
	}
	if err := leg.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if got := leg.Direction(); got != sdp.SendRecv {
		t.Errorf("resumed: caller's direction = %v, want sendrecv", got)
	}
	if err := leg.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	if got := cause(t, in); !errors.Is(got, phone.ErrHangup) {
		t.Errorf("cause = %v", got)
	}
}

func TestLateOffer(t *testing.T) {
	r := newRig(t, phonetest.Options{}, nil).registered()
	_, leg := r.up(func(o *phonetest.CallerOptions) { o.LateOffer = true; o.Codecs = []string{"PCMA"} })
	if got := leg.Codec(); got != "PCMA" {
		t.Errorf("codec = %s, want PCMA", got)
	}
}

func TestLossyNetwork(t *testing.T) {
	for name, faults := range map[string]phonetest.Faults{
		"first 200 lost": {DropResponses: map[string]int{"200 INVITE": 1}},
		"ACK lost":       {DropRequests: map[string]int{"ACK": 1}},
		"INVITE doubled": {DoubleRequests: map[string]int{"INVITE": 1}},
		"INVITE lost":    {DropRequests: map[string]int{"INVITE": 1}},
		"BYE doubled":    {DoubleRequests: map[string]int{"BYE": 1}},
		"everything once": {
			DropResponses: map[string]int{"200 INVITE": 1, "180 INVITE": 1}, DropRequests: map[string]int{"ACK": 1, "BYE": 1},
			DoubleRequests: map[string]int{"INVITE": 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, phonetest.Options{}, nil).registered()
			r.pbx.SetFaults(faults)
			in, leg := r.up(nil)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if err := leg.Hangup(ctx); err != nil {
				t.Fatal(err)
			}
			if got := cause(t, in); !errors.Is(got, phone.ErrHangup) {
				t.Errorf("cause = %v, want ErrHangup", got)
			}
			if got := len(r.calls); got != 0 {
				t.Errorf("%d more calls came in", got)
			}
		})
	}
}

func TestTransfer(t *testing.T) {
	persons := map[string]phonetest.Answer{"200": phonetest.PersonAnswers, "201": phonetest.PersonBusy, "202": phonetest.PersonSilent}
	r := newRig(t, phonetest.Options{Persons: persons}, nil).registered()
	t.Run("refused, then done", func(t *testing.T) {
		in, leg := r.up(nil)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		for extension, want := range map[string]int{"201": 486, "202": 480, "299": 404} {
			var refused *phone.TransferError
			if err := in.call.Transfer(ctx, extension); !errors.As(err, &refused) || refused.Status != want {
				t.Errorf("transfer to %s = %v, want status %d", extension, err, want)
			}
			if in.ctx.Err() != nil {
				t.Fatalf("call ended after a refused transfer: %v", context.Cause(in.ctx))
			}
		}
		if err := in.call.Transfer(ctx, "200"); err != nil {
			t.Fatalf("transfer: %v", err)
		}
		if got := cause(t, in); !errors.Is(got, phone.ErrTransferred) {
			t.Errorf("cause = %v, want ErrTransferred", got)
		}
		if got := r.pbx.PersonCalls("200"); got != 1 {
			t.Errorf("person was called %d times", got)
		}
		select {
		case <-leg.Done():
			t.Error("the caller was cut off by the transfer")
		default:
		}
		if err := leg.Hangup(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Run("REFER refused", func(t *testing.T) {
		in, _ := r.up(nil)
		r.pbx.SetFaults(phonetest.Faults{RefuseReferWith: 405})
		var refused *phone.TransferError
		if err := in.call.Transfer(context.Background(), "200"); !errors.As(err, &refused) || refused.Status != 405 {
			t.Errorf("transfer = %v, want status 405", err)
		}
		if err := in.call.Transfer(context.Background(), "2;x=\r\n"); !errors.Is(err, phone.ErrState) {
			t.Errorf("transfer to nonsense = %v", err)
		}
	})
}
