package appliance_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/phone/phonetest"
	"frontdesk.internal/appliance/phone/phonetest/scene"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/tryout"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/audiotest"
)

// A whole call, over SIP and RTP, says of today, of tomorrow and of other days what is right at the moment of the call, whatever moment
// that is: the tests run at the present one and at an odd one (.ci/test).
func TestACallKnowsWhatDayItIs(t *testing.T) {
	biz, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	in := func(days int) string { return time.Now().In(biz.Location()).AddDate(0, 0, days).Weekday().String() }
	questions := []string{
		"Are you open today?", "Are you open on " + in(0) + "?", "Are you open on " + in(1) + "?", "Are you open on " + in(3) + "?",
		"Are you open on Christmas Day?",
	}
	e := &scripted{}
	e.PerRune = 2 * time.Millisecond // a quick voice
	e.Texts = append(append([]string{}, questions...), "No, thank you. Goodbye.")
	o := openOffice(t, e, "right")
	ctx, cancel := context.WithTimeout(servicetest.Operator(t), 3*time.Minute)
	defer cancel()
	if err := o.app.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	caller, err := phonetest.NewCaller(ctx, phonetest.CallerOptions{PBX: o.pbx.Addr(), User: "2175550144"})
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	leg, err := caller.Dial(ctx, "100")
	if err != nil {
		t.Fatal(err)
	}
	tone := audiotest.Tone(scene.Rate, 440, 6000, 0, scene.Rate/2)
	s := scene.Scene{Name: "days"}
	var speech []audio.PCM
	for _, text := range e.Texts {
		s.Steps, speech = append(s.Steps, scene.Act{Say: text}), append(speech, tone)
	}
	if _, err := scene.PlaySpeech(ctx, s, speech, leg, nil); err != nil {
		t.Fatal(err)
	}
	o.status(t, "the end of the call", func(s service.Status) bool { return s.CallsNow == 0 })
	c := o.client(t)
	calls, err := service.ListCalls.Do(ctx, c, service.CallFilter{})
	if err != nil || len(calls) != 1 {
		t.Fatalf("calls: %v, %v", calls, err)
	}
	detail, err := service.ReadCall.Do(ctx, c, calls[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for _, turn := range detail.TurnList {
		if !strings.HasPrefix(turn.Decided, "answer.hours") || turn.CutOff {
			continue
		}
		answered++
		r, err := tryout.Ask(ctx, biz, string(turn.Heard), turn.HeardAt, nil)
		if err != nil {
			t.Fatal(err)
		}
		// Between the question and the reply midnight may have passed, or a door closed.
		later, err := tryout.Ask(ctx, biz, string(turn.Heard), turn.SaidAt, nil)
		if err != nil {
			t.Fatal(err)
		}
		if said, _, _ := strings.Cut(turn.Said, "."); !strings.HasPrefix(r.Said, said+".") && !strings.HasPrefix(later.Said, said+".") {
			t.Errorf("%q at %v: said %q, want %q", string(turn.Heard), turn.HeardAt.In(biz.Location()), turn.Said, r.Said)
		}
	}
	if answered < len(questions)-1 { // a busy machine may lose a turn
		t.Errorf("%d of %d questions were answered: %+v", answered, len(questions), detail.TurnList)
	}
}
