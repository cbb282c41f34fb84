package appliance_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
)

// asked are the questions that the test finds in the sample profile; heardBack are the replies as the ears understand them.
var asked = [...]string{"How much is a check-up?", "What are your opening hours on Wednesday?", "What is your address?"}

// rehearse starts a test and waits for its end. One that talks is still running when it is started again.
func rehearse(t *testing.T, c *remote.Client, talks bool) record.SelfTest {
	t.Helper()
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	s, err := service.StartSelfTest.Get(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Running || s.Step == "" {
		t.Errorf("after the start: %+v", s)
	}
	if talks {
		if again, err := service.StartSelfTest.Get(ctx, c); err == nil || !strings.Contains(err.Error(), "running already") {
			t.Errorf("a second start: %+v, %v", again, err)
		}
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.Running {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("the test does not end: %+v", s)
		}
		if s, err = service.ReadSelfTest.Get(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// The box calls itself, asks what its profile answers, scores the replies and keeps the call out of the lists.
func TestTheBoxCallsItself(t *testing.T) {
	e := &scripted{}
	e.PerRune = 8 * time.Millisecond
	e.TextOf = func(call string, n uint64) string {
		if call == "selftest" {
			return "Our address is 1420 Elm Street." // of every reply: most of the voice is not clear then
		}
		return asked[min(int(n), len(asked))-1]
	}
	o := openOffice(t, e, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	c := o.client(t)
	s := rehearse(t, c, true)
	if len(s.Questions) != len(asked) || s.Call == "" || s.SetupMS <= 0 || s.GreetingMS <= 0 || s.WordErrors != 0 || s.Done != s.Of {
		t.Fatalf("test: %+v", s)
	}
	for i, q := range s.Questions {
		if q.Asked != asked[i] || !q.Right || q.ReplyMS <= 0 || q.Source == "" || q.Understood == "" {
			t.Errorf("question %d: %+v", i+1, q)
		}
	}
	voice := func(advice string) bool { return strings.Contains(advice, "voice") } // a busy machine may lose sound, which is told too
	if s.Grade != record.GradeFair || !slices.ContainsFunc(s.Advice, voice) {
		t.Errorf("grade %s, advice %q; want that the voice is not clear", s.Grade, s.Advice)
	}
	if s.Box.Received == 0 || s.Caller.Received == 0 {
		t.Errorf("line: %+v, %+v", s.Box, s.Caller)
	}

	if all, err := service.ListCalls.Do(ctx, c, service.CallFilter{}); err != nil || len(all) != 0 {
		t.Errorf("calls: %v, %v; want none", all, err)
	}
	tests, err := service.ListCalls.Do(ctx, c, service.CallFilter{Tests: true})
	if err != nil || len(tests) != 1 || tests[0].ID != s.Call || tests[0].Origin != record.OriginSelfTest {
		t.Fatalf("calls of the box to itself: %+v, %v", tests, err)
	}
	if d, err := service.ReadCall.Do(ctx, c, s.Call); err != nil || len(d.TurnList) != 1+len(asked) || d.CallerID != "" {
		t.Errorf("the call: %+v, %v", d, err)
	}
	if cs, err := service.ListCallers.Do(ctx, c, 0); err != nil || len(cs) != 0 {
		t.Errorf("callers: %v, %v; want none", cs, err)
	}
	st, err := service.ReadStatus.Get(ctx, c)
	if err != nil || st.CallsToday != 0 || st.Unanswered != 0 {
		t.Errorf("status: %+v, %v", st, err)
	}
}

// What the box mishears is told, and puts nothing on the owner's lists.
func TestTheBoxCallsItselfAndMishears(t *testing.T) {
	e := &scripted{}
	e.PerRune = 8 * time.Millisecond
	e.TextOf = func(string, uint64) string { return "Do you repair violins?" }
	o := openOffice(t, e, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	c := o.client(t)
	s := rehearse(t, c, true)
	if s.Grade != record.GradeFailed || s.WordErrors < 0.5 || !strings.Contains(s.Text, "fact") {
		t.Errorf("test: %+v", s)
	}
	if us, err := service.ListQuestions.Get(ctx, c); err != nil || len(us) != 0 {
		t.Errorf("unanswered: %v, %v; want none", us, err)
	}
	if ms, err := service.ListMessages.Do(ctx, c, service.MessageFilter{Limit: 0, Done: true}); err != nil || len(ms) != 0 {
		t.Errorf("messages: %v, %v; want none", ms, err)
	}
}

// Without engines there is nothing to say yet: the box refuses its own call and says what is missing.
func TestTheBoxCallsItselfWithoutEngines(t *testing.T) {
	o := openOffice(t, &scripted{down: true}, "right")
	s := rehearse(t, o.client(t), false)
	if s.Grade != record.GradeFailed || len(s.Advice) != 2 || !strings.Contains(s.Advice[0], "Speech is not there") ||
		!strings.Contains(s.Text, "phrase") {
		t.Errorf("test: %+v", s)
	}
}
