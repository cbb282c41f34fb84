package appliance_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
)

// silent is a caller who listens.
type silent struct{}

func (silent) Hear(line.Frame)   {}
func (silent) Say(audio.PCM) int { return 0 }

// callIn dials and keeps the line running until the call is over.
func (o *office) callIn(ctx context.Context, t *testing.T) *phonetest.Leg {
	t.Helper()
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.pbx.Addr(), User: "2175550144"})
	if err != nil {
		t.Fatal(err)
	}
	leg, err := caller.Dial(ctx, "100")
	if err != nil {
		t.Fatal(err)
	}
	media, cancel := context.WithCancel(ctx)
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = leg.Line().Run(media, silent{}, silent{})
	}()
	t.Cleanup(func() {
		cancel()
		<-over
		_ = caller.Close()
	})
	return leg
}

// Told to stop, the box takes no more calls, lets the one that is up go on for a while, and ends it with a goodbye.
func TestStopEndsCallsWithAGoodbye(t *testing.T) {
	o := openOffice(t, &scripted{}, "right", func(c *config.Config) { c.Call.Drain = config.Duration(300 * time.Millisecond) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	leg := o.callIn(ctx, t)
	o.stop()
	if err := o.pbx.WaitUnregistered(ctx, "100"); err != nil {
		t.Fatalf("still registered: %v", err)
	}
	if err := o.ended(); err != nil {
		t.Fatal(err)
	}
	<-leg.Done()
	if err := leg.Cause(); !errors.Is(err, phonetest.ErrRemoteHangup) {
		t.Errorf("the call ended with %v", err)
	}
	s, err := store.Open(filepath.Join(o.state, "frontdesk.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	calls, err := s.Calls(store.Filter{})
	if err != nil || len(calls) != 1 {
		t.Fatalf("calls: %v, %v", calls, err)
	}
	turns, err := s.Turns(calls[0].ID)
	if err != nil || len(turns) == 0 {
		t.Fatalf("turns: %v, %v", turns, err)
	}
	if got := turns[len(turns)-1].Decided; got != "end.shutdown" ||
		calls[0].Outcome != (record.Outcome{Result: record.ResultFailed, Reason: "shutdown"}) {
		t.Errorf("last turn %q, outcome %+v", got, calls[0].Outcome)
	}
}

// A call that ends by itself is waited for no longer than it lasts.
func TestStopWaitsForACall(t *testing.T) {
	o := openOffice(t, &scripted{}, "right", func(c *config.Config) { c.Call.Drain = config.Duration(2 * time.Minute) })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	leg := o.callIn(ctx, t)
	o.stop()
	if err := o.pbx.WaitUnregistered(ctx, "100"); err != nil {
		t.Fatalf("still registered: %v", err)
	}
	select {
	case <-leg.Done():
		t.Error("the call was cut")
	default:
	}
	if err := leg.Hangup(ctx); err != nil {
		t.Fatal(err)
	}
	if err := o.ended(); err != nil {
		t.Fatal(err)
	}
}
