package service_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// searchable is a service whose index runs until the test ends.
func searchable(t *testing.T, s *store.Store) *service.Service {
	t.Helper()
	d := servicetest.New(t, service.Options{Records: s})
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- d.RunIndex(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("RunIndex: %v", err)
		}
	})
	for {
		got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Complete {
			return d
		}
	}
}

func TestSearchFindsWhatWasThereAndWhatComes(t *testing.T) {
	s := openStore(t)
	for i := range 450 { // more than one batch
		keepCall(t, s, fmt.Sprintf("call-%03d", i), noon.Add(time.Duration(i/2)*time.Second)) // two in each moment
	}
	d := searchable(t, s)
	got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: "open", Limit: 10})
	if err != nil || got.Total != 450 || len(got.Calls) != 10 || got.Calls[0].ID != "call-449" || got.Calls[0].Where != service.InHeard ||
		got.Calls[0].Text != "when are you open" {
		t.Fatalf("%d found: %+v, %v", got.Total, got.Calls, err)
	}
	c, err := s.BeginCall(record.Call{ID: "live", From: "+4917255501", Started: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddTurn("live", record.Turn{
		Heard: "do you repair bicycles on the weekend or only on other days of the week", Said: "No.",
	}); err != nil {
		t.Fatal(err)
	}
	for text, where := range map[string]service.Where{"bicycle": service.InHeard, "172555": service.InCaller} {
		if got, err = service.SearchCalls.Do(servicetest.Operator(t), d,
			service.CallSearch{Text: text}); err != nil || got.Total != 1 || got.Calls[0].ID != "live" || got.Calls[0].Where != where {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if err := s.Remember(c.CallerID, "Anna Berger"); err != nil {
		t.Fatal(err)
	}
	if got, err = service.SearchCalls.Do(servicetest.Operator(t), d,
		service.CallSearch{Text: "berger"}); err != nil || got.Total != 1 || got.Calls[0].Name != "Anna Berger" ||
		got.Calls[0].Where != service.InCaller {
		t.Errorf("by name: %+v, %v", got, err)
	}
	if _, err := s.SaveMessage(record.Message{CallID: "live", Reason: "the saddle squeaks"}); err != nil {
		t.Fatal(err)
	}
	if got, err = service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: "saddle"}); err != nil || got.Total != 1 ||
		got.Calls[0].Where != service.InMessage {
		t.Errorf("by message: %+v, %v", got, err)
	}
}

func TestSearchFindsTextsThatCameInNoCall(t *testing.T) {
	s := openStore(t)
	find := func(d *service.Service, words string, want int) service.FoundCalls {
		t.Helper()
		got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: words})
		if err != nil || len(got.Texts) != want || len(got.Calls) != 0 {
			t.Fatalf("%s: %+v, %v", words, got, err)
		}
		return got
	}
	early, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550142", Reason: "is the pump mended", Text: true})
	if err != nil {
		t.Fatal(err)
	}
	d := searchable(t, s)
	find(d, "pump", 1)
	if _, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550142", Reason: "the bell too", Text: true}); err != nil {
		t.Fatal(err)
	}
	if got := find(d, "bell", 1); got.Texts[0].CallerID != early.CallerID {
		t.Errorf("%+v", got.Texts)
	}
	find(d, "555014", 2)
	if err := s.DropMessage(early.ID); err != nil {
		t.Fatal(err)
	}
	find(d, "pump", 0)
	if _, err := privacy.New(privacy.Options{Records: s, Dir: t.TempDir()}).Erase(t.Context(), early.CallerID, "asked", "test"); err != nil {
		t.Fatal(err)
	}
	find(d, "bell", 0)
}
