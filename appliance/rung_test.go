package appliance_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"frontdesk.internal/appliance/phone"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// The box rings a telephone of the office; who picks up hears the greeting. Hanging up ends it, and nobody becomes a caller by it.
func TestTheOwnersTelephoneRings(t *testing.T) {
	o := openOffice(t, &scripted{}, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	c := o.client(t)
	picked := make(chan struct{}, 1)
	telephone(t, o, "200", func(ctx context.Context, c *phone.Call) {
		if _, _, err := c.Answer(ctx); err == nil {
			picked <- struct{}{}
		}
		<-ctx.Done()
	})
	got, err := service.ReadProfile.Get(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	got.Business.Transfer.Extension = "200"
	if _, err := service.PublishProfile.Do(ctx, c, got.Business); err != nil {
		t.Fatal(err)
	}
	talk, hangUp := context.WithCancel(ctx)
	over := make(chan error, 1)
	go func() { over <- service.RingMe.Act(talk, c, "200") }()
	<-picked
	var call record.Call
	o.status(t, "the greeting", func(service.Status) bool {
		calls, err := service.ListCalls.Do(ctx, c, service.CallFilter{})
		if err != nil || len(calls) == 0 {
			return false
		}
		call = calls[0]
		d, err := service.ReadCall.Do(ctx, c, call.ID)
		return err == nil && len(d.TurnList) > 0 && d.TurnList[0].Said != ""
	})
	hangUp()
	if err := <-over; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	o.status(t, "the end", func(s service.Status) bool { return s.CallsNow == 0 })
	d, err := service.ReadCall.Do(ctx, c, call.ID)
	if err != nil || d.Origin != record.OriginBox || d.CallerID != "" || d.From != "" || d.Ended.IsZero() {
		t.Errorf("%+v, %v", d.Call, err)
	}
}

// telephone is a telephone of the office at the practice PBX.
func telephone(t *testing.T, o *office, extension string, handle phone.HandlerFunc) {
	t.Helper()
	p, err := phone.New(phone.Config{
		Listen: "127.0.0.1:0", Extension: record.Extension{Registrar: o.pbx.Addr(), User: extension}, Password: "theirs",
		Logger: slog.New(slog.DiscardHandler),
	}, handle)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if err := o.pbx.WaitRegistered(t.Context(), extension); err != nil {
		t.Fatal(err)
	}
}
