package service_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// What is said on a call that goes on comes to who looks on, here and through the socket, and leaves one line for each look, not
// for each word.
func TestFollowRunningCalls(t *testing.T) {
	s, hub := openStore(t), callhub.New(nil)
	d := servicetest.New(t, service.Options{Records: s, Calls: hub})
	for door, by := range map[string]service.Invoker{"page": d, "socket": behindSocket(t, d)} {
		ctx, stop := context.WithCancel(service.WithActor(t.Context(),
			service.Actor{Kind: "account", Name: "Tom", Door: door, Role: service.Staff}))
		defer stop()
		if now, err := service.ListRunning.Get(ctx, by); err != nil || now.Calls == nil || len(now.Calls) != 0 {
			t.Errorf("%s, before: %+v, %v", door, now, err)
		}
		hub.CallStarted(record.Call{ID: "x", From: "5550123"})
		states := make(chan callhub.State)
		over := make(chan error, 1)
		go func() {
			over <- service.Follow(ctx, by, func(now callhub.State) error {
				select {
				case states <- now:
				case <-ctx.Done():
				}
				return nil
			})
		}()
		sees := func(what string, fits func(callhub.State) bool) {
			t.Helper()
			for now := range states {
				if fits(now) {
					return
				}
			}
			t.Errorf("%s: never saw %s", door, what)
		}
		sees("the call", func(now callhub.State) bool { return len(now.Calls) == 1 && now.Calls[0].ID == "x" })
		for _, word := range []string{"are", "are you", "are you open"} {
			hub.TurnHeard("x", word, false)
		}
		sees("the words", func(now callhub.State) bool { return len(now.Calls) == 1 && now.Calls[0].Saying == "are you open" })
		hub.TurnHeard("x", "are you open", true)
		hub.TurnDone("x", record.Turn{Said: "Yes."})
		sees("the reply", func(now callhub.State) bool { return len(now.Calls) == 1 && len(now.Calls[0].Lines) == 2 })
		if _, err := service.MarkMessage.Do(ctx, by, service.MessageMark{ID: "none"}); err == nil {
			t.Error("a message that is not there was marked")
		}
		before := hub.State().Records
		if _, err := service.SetRecordingSettings.Do(servicetest.Operator(t), by,
			record.RecordingSettings{Mode: record.RecordingAsk}); err != nil {
			t.Fatal(err)
		}
		sees("that something was changed, by whatever door", func(now callhub.State) bool { return now.Records > before })
		hub.CallEnded(record.Call{ID: "x"})
		sees("the end", func(now callhub.State) bool { return len(now.Calls) == 0 })
		stop()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("%s: it ended with %v", door, err)
		}
	}
	looks := map[string]int{}
	if err := s.AuditEntries(1, func(e record.AuditEntry) error {
		if e.Act == "follow the calls that go on" {
			looks[e.Who+" "+e.Door]++
		}
		return nil
	}); err != nil || len(looks) != 2 || looks["account Tom page"] != 1 || looks["account Tom socket"] != 1 {
		t.Errorf("noted %v, %v; want one line for each door", looks, err)
	}
}

// The bound holds, gives way when somebody goes, and the end of the appliance is a good end.
func TestFollowingIsBounded(t *testing.T) {
	hub := callhub.New(nil)
	d := servicetest.New(t, service.Options{Records: openStore(t), Calls: hub})
	ctx := servicetest.As(t.Context(), service.Technician)
	var open []service.Content
	var err error
	for range 1000 {
		var c service.Content
		if c, err = service.FollowRunning.Get(ctx, d); err != nil {
			break
		}
		open = append(open, c)
	}
	if !errors.Is(err, service.ErrTooMany) || len(open) < 8 {
		t.Fatalf("%d look on, then %v", len(open), err)
	}
	hub.End()
	for _, c := range open {
		if err := service.Pour(io.Discard, c); err != nil {
			t.Errorf("at the end of the appliance: %v", err)
		}
		if err := c.Close(); err != nil { // once more takes nobody else's place
			t.Error(err)
		}
	}
	again, err := service.FollowRunning.Get(ctx, d)
	if err != nil {
		t.Fatalf("after they went: %v", err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	stop := errors.New("enough")
	if err := service.Follow(ctx, d, func(callhub.State) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("who has enough: %v", err)
	}
	nobody := service.New(service.Options{})
	if _, err := service.ListRunning.Get(ctx, nobody); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("without an appliance: %v", err)
	}
}
