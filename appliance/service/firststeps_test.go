package service_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// steps are the states of the first steps, as "trade hours=done …" with what is open left bare.
func stepsNow(t *testing.T, d *service.Service) string {
	t.Helper()
	got, err := service.ReadFirstSteps.Get(servicetest.Operator(t), d)
	if err != nil {
		t.Fatal(err)
	}
	closed, out := 0, []string{}
	for _, s := range got.Steps {
		word := string(s.Name)
		if s.State != service.StepOpen {
			word, closed = word+"="+s.State, closed+1
		}
		out = append(out, word)
	}
	if closed != got.Done {
		t.Errorf("%d are done of %v", got.Done, out)
	}
	return strings.Join(out, " ")
}

// From a new box to a call: what a sample says is nobody's word, what the owner enters, skips and does counts.
func TestFirstSteps(t *testing.T) {
	s, p := openStore(t), &fakePhone{}
	now := service.Runtime{Running: true}
	d := servicetest.New(t, service.Options{
		Records: s, Telephone: p, Voice: spoken{}, Runtime: func() service.Runtime { return now },
	})
	op := servicetest.Operator(t)
	want := func(steps string) {
		t.Helper()
		if got := stepsNow(t, d); got != steps {
			t.Errorf("steps: %s\n want: %s", got, steps)
		}
	}
	want("trade hours prices people phone greeting publish ring")
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	draft, err := service.SaveDraft.Do(op, d, service.DraftChange{Business: *b})
	if err != nil {
		t.Fatal(err)
	}
	want("trade=done hours prices people phone greeting publish ring")
	change := func(section edit.Section) {
		t.Helper()
		if draft, err = service.SaveDraft.Do(op, d, service.DraftChange{Revision: draft.Revision, Section: section, Business: *b}); err != nil {
			t.Fatal(err)
		}
	}
	b.Hours.Saturday, b.Services[0].Name = "9-12", "check"
	change(edit.Hours)
	change(edit.Services)
	want("trade=done hours prices=done people phone greeting publish ring") // the name is that of the sample
	b.Name, b.Greeting = "Hillside Dental", ""
	change(edit.Card)
	want("trade=done hours=done prices=done people phone greeting publish ring")
	mark := func(step record.FirstStep, state string) {
		t.Helper()
		if _, err := service.MarkFirstStep.Do(op, d, service.FirstStepMark{Step: step, State: state}); err != nil {
			t.Fatal(err)
		}
	}
	mark(record.StepPeople, service.StepSkipped)
	want("trade=done hours=done prices=done people=skipped phone greeting publish ring")
	mark(record.StepPeople, service.StepOpen)
	want("trade=done hours=done prices=done people phone greeting publish ring")
	mark(record.StepPeople, service.StepSkipped)
	mark(record.StepPeople, service.StepDone)
	now.Phone.State = "registered"
	c, err := service.HearNotice.Do(op, d, record.NoticeAssistant)
	if err != nil {
		t.Fatal(err)
	}
	poured(t, c)
	want("trade=done hours=done prices=done people=done phone=done greeting=done publish ring")

	b.Transfer.Extension = "200"
	change(edit.Transfer)
	p.refuses = &service.CallError{Text: "Extension 200 did not answer"}
	var failed *service.CallError
	if err := service.RingMe.Act(op, d, "200"); !errors.As(err, &failed) {
		t.Errorf("nobody picked up: %v", err)
	}
	want("trade=done hours=done prices=done people=done phone=done greeting=done publish ring")
	p.refuses, p.called = nil, ""
	var invalid *service.InvalidError
	if err := service.RingMe.Act(op, d, "00900123456"); !errors.As(err, &invalid) || p.called != "" {
		t.Errorf("a number that is no telephone of the office: %q, %v", p.called, err)
	}
	if err := service.RingMe.Act(op, d, "200"); err != nil || p.called != "200 talks" { // it stands in the draft alone
		t.Errorf("%q, %v", p.called, err)
	}
	if _, err := service.PublishDraft.Do(op, d, service.Publication{Revision: draft.Revision}); err != nil {
		t.Fatal(err)
	}
	want("trade=done hours=done prices=done people=done phone=done greeting=done publish=done ring=done")
}
