package service_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// The status counts what is open and what came today, and goes with the hour of the office; before a profile is published the day
// is that of the clock.
func TestTheStatusGoesWithTheDay(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	st := ok(h, service.ReadStatus, service.None{})
	if st.CallsToday != 2 || st.Messages != 3 || st.Unanswered != 1 || st.Business != h.biz.Name || st.Profile != 1 || !st.At.Equal(noon) {
		t.Errorf("%+v", st)
	}
	ok(h, service.MarkMessage, service.MessageMark{ID: h.message, Done: true})
	ok(h, service.DismissQuestion, h.question())
	midnight := h.biz.DayHours(noon).Date.AddDate(0, 0, 1)
	h.now = midnight.Add(-time.Second)
	if st = ok(h, service.ReadStatus, service.None{}); st.CallsToday != 2 || st.Messages != 2 || st.Unanswered != 0 {
		t.Errorf("a second before midnight: %+v", st)
	}
	h.now = midnight
	if st = ok(h, service.ReadStatus, service.None{}); st.CallsToday != 0 || st.Messages != 2 {
		t.Errorf("at midnight: %+v", st)
	}
	// A call of the box to itself is nobody's.
	if _, err := h.s.BeginCall(record.Call{ID: "test", Started: h.now, Origin: record.OriginSelfTest}); err != nil {
		t.Fatal(err)
	}
	if st = ok(h, service.ReadStatus, service.None{}); st.CallsToday != 0 {
		t.Errorf("a test call is counted: %+v", st)
	}
}

func TestTheStatusWithoutAProfile(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	zone := time.FixedZone("there", 5*3600)
	now := time.Date(2026, 3, 3, 0, 30, 0, 0, zone)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return now }})
	keepCall(t, s, "yesterday", now.Add(-31*time.Minute))
	keepCall(t, s, "today", now.Add(-29*time.Minute))
	st, err := service.ReadStatus.Get(servicetest.As(t.Context(), service.Visitor), d)
	if err != nil || st.CallsToday != 1 || st.Business != "" || st.Profile != 0 || st.Answering || st.Overall != health.Failed ||
		st.Health == nil {
		t.Errorf("%+v, %v", st, err)
	}
}

// The worst condition decides, whatever else is right, and its own words are told first.
func TestTheStatusSaysTheWorst(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	conditions := []health.Condition{
		{Name: "disk", Severity: health.Degraded, Text: "The disk is almost full."},
		{Name: "clock", Severity: health.OK, Text: "The clock is right."},
	}
	run := service.Runtime{Running: true, Phone: service.Phone{State: "registered"}, Health: conditions, CallsNow: 2, MaxCalls: 4}
	h.d = h.with(func(o *service.Options) { o.Runtime = func() service.Runtime { return run } })
	st := ok(h, service.ReadStatus, service.None{})
	if st.Overall != health.Degraded || !st.Answering || st.Text != "Frontdesk answers calls, with limits. The disk is almost full." ||
		st.CallsNow != 2 || st.MaxCalls != 4 {
		t.Errorf("%+v", st)
	}
	// One that does not get calls says that, even where only something small is wrong besides.
	run.Phone.State = "off"
	if st = ok(h, service.ReadStatus, service.None{}); st.Answering || st.Overall != health.Degraded ||
		st.Text != "Frontdesk does not get calls: it is not registered at the telephone system." {
		t.Errorf("%+v", st)
	}
	run.Running = false
	if st = ok(h, service.ReadStatus, service.None{}); st.Answering || st.Overall != health.Failed {
		t.Errorf("%+v", st)
	}
}

// Whatever is wrong, the status says one thing, and never that calls are answered when they are not.
func TestTheStatusNeverSaysMoreThanIsSo(t *testing.T) {
	s := openStore(t)
	for _, running := range []bool{false, true} {
		for _, phone := range []string{"registered", "registering", "failed", "off", "stopped", ""} {
			for _, worst := range []health.Severity{health.OK, health.Degraded, health.Failed} {
				run := service.Runtime{Running: running, Phone: service.Phone{State: phone}}
				if worst != health.OK {
					run.Health = []health.Condition{{Name: "x", Severity: worst, Text: "The disk is full."}}
				}
				d := servicetest.New(t, service.Options{Records: s, Runtime: func() service.Runtime { return run }})
				got, err := service.ReadStatus.Get(servicetest.Operator(t), d)
				if err != nil {
					t.Fatal(err)
				}
				if want := running && phone == "registered" && worst != health.Failed; got.Answering != want {
					t.Errorf("running %v, %q, %v: answering %v", running, phone, worst, got.Answering)
				}
				if got.Text == "" || !strings.HasSuffix(got.Text, ".") || got.Answering != strings.Contains(got.Text, "answers calls") {
					t.Errorf("running %v, %q, %v: %q", running, phone, worst, got.Text)
				}
				if got.Overall < worst || got.Answering && got.Overall == health.Failed || !got.Answering && got.Overall == health.OK ||
					!running && got.Overall != health.Failed {
					t.Errorf("running %v, %q, %v: overall %v", running, phone, worst, got.Overall)
				}
				if got.Health == nil {
					t.Error("conditions are null")
				}
			}
		}
	}
}
