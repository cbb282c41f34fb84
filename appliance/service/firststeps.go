package service

import (
	"context"
	"slices"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// States of a first step.
const (
	StepOpen    = "open"
	StepDone    = "done"
	StepSkipped = "skipped"
)

// FirstStep is one of the steps from a new box to its first answered call.
type FirstStep struct {
	Name  record.FirstStep `json:"name"`
	State string           `json:"state"` // StepOpen, StepDone, StepSkipped
}

// FirstSteps are all of them, in their order.
type FirstSteps struct {
	Steps []FirstStep `json:"steps"`
	Done  int         `json:"done"` // and skipped
}

// ReadFirstSteps tells which of the first steps are done: by what there is, or because somebody said that it is right as it is.
var ReadFirstSteps = define(Op[None, FirstSteps]{
	Name: "read-first-steps", Role: Owner, Audit: NoLine("how far the box is set up"),
	Run: get((*Service).readFirstSteps),
})

func (s *Service) readFirstSteps(context.Context) (FirstSteps, error) {
	s.profile.Lock()
	w, err := s.working()
	s.profile.Unlock()
	if err != nil {
		return FirstSteps{}, err
	}
	marks, err := s.o.Records.FirstSteps()
	if err != nil {
		return FirstSteps{}, err
	}
	registered := s.o.Runtime().Phone.Registered()
	out := FirstSteps{}
	for _, name := range record.FirstSteps() {
		step := FirstStep{Name: name, State: StepOpen}
		i := slices.IndexFunc(marks, func(m record.FirstMark) bool { return m.Step == name })
		switch {
		case s.stepDone(&w, name, registered) || i >= 0 && !marks[i].Skipped:
			step.State = StepDone
		case i >= 0:
			step.State = StepSkipped
		}
		if step.State != StepOpen {
			out.Done++
		}
		out.Steps = append(out.Steps, step)
	}
	return out, nil
}

// stepDone reports whether what there is shows that a step is done. What a sample says is nobody's word until its section was changed.
func (s *Service) stepDone(w *working, name record.FirstStep, registered bool) bool {
	b := &w.mine
	switch name {
	case record.StepTrade:
		return w.version > 0 || b.Name != "" || b.Trade != "" || len(b.Services) > 0
	case record.StepHours:
		return b.Name != "" && !profile.IsSample(b) && (w.version > 0 || w.touched(edit.Hours)) && !neverOpen(b.Hours)
	case record.StepPrices:
		return len(b.Services) > 0 && (w.version > 0 || w.touched(edit.Services))
	case record.StepPeople:
		return len(HandsetsOf(b)) > 0 && (w.version > 0 || w.touched(edit.Staff) || w.touched(edit.Transfer))
	case record.StepPhone:
		return registered
	case record.StepGreeting:
		return s.heard.has(wording(b, record.NoticeAssistant))
	case record.StepPublish:
		return w.version > 0
	case record.StepRing: // only who rang knows
	}
	return false
}

// touched reports whether a section of the draft was changed after the whole was taken from a sample.
func (w *working) touched(s edit.Section) bool {
	first := 0
	for _, revision := range w.draft.Changed {
		if first == 0 || revision < first {
			first = revision
		}
	}
	return w.draft.Changed[string(s)] > first
}

// neverOpen reports whether no day of the week has hours.
func neverOpen(h knowledge.Hours) bool {
	return !slices.ContainsFunc([]string{h.Monday, h.Tuesday, h.Wednesday, h.Thursday, h.Friday, h.Saturday, h.Sunday}, func(day string) bool {
		return day != "" && day != "closed"
	})
}

// FirstStepMark says of a step that it is right as it is, that it is left out, or that it is open again.
type FirstStepMark struct {
	Step  record.FirstStep `json:"step"`
	State string           `json:"state"` // StepOpen, StepDone, StepSkipped
}

// MarkFirstStep says of one of the first steps that it is right as it is, left out, or open again. What the box itself sees to be done
// stays so.
var MarkFirstStep = define(Op[FirstStepMark, FirstSteps]{
	Name: "mark-first-step", Role: Owner, Audit: Changes("mark a first step"),
	About: func(in FirstStepMark, _ FirstSteps) string { return string(in.Step) },
	Run:   (*Service).markFirstStep,
})

func (s *Service) markFirstStep(ctx context.Context, in FirstStepMark) (FirstSteps, error) {
	if !slices.Contains(record.FirstSteps(), in.Step) {
		return FirstSteps{}, store.ErrNotFound
	}
	if !slices.Contains([]string{StepOpen, StepDone, StepSkipped}, in.State) {
		return FirstSteps{}, &InvalidError{
			What: "step", Problems: []knowledge.Problem{{Path: "state", Text: "choose open, done or skipped"}},
		}
	}
	if err := s.noteStep(ctx, in); err != nil {
		return FirstSteps{}, err
	}
	return s.readFirstSteps(ctx)
}

func (s *Service) noteStep(ctx context.Context, in FirstStepMark) error {
	m := record.FirstMark{Step: in.Step, Skipped: in.State == StepSkipped, At: s.o.Now(), By: ActorOf(ctx).By()}
	return s.o.Records.MarkFirstStep(m, in.State == StepOpen)
}

// RingMe rings a telephone of the office; who picks up talks with the assistant, as a caller does. It returns when that is over. Only
// telephones of the profile are rung, those of its draft, too.
var RingMe = define(Op[string, None]{
	Name: "ring-me", Role: Owner, Needs: needPhone, Long: true, Audit: Changes("ring a telephone to talk with the assistant"),
	About: of[None],
	Run:   act((*Service).ringMe),
})

func (s *Service) ringMe(ctx context.Context, extension string) error {
	s.profile.Lock()
	w, err := s.working()
	s.profile.Unlock()
	if err != nil {
		return err
	}
	known := append(HandsetsOf(&w.mine), HandsetsOf(&w.published)...)
	if !slices.ContainsFunc(known, func(h Handset) bool { return h.Extension == extension }) {
		return &InvalidError{
			What: "call", Problems: []knowledge.Problem{
				{Path: "extension", Text: "choose a telephone that stands under Staff or Putting callers through"},
			},
		}
	}
	if err := s.o.Telephone.TalkWith(ctx, extension); err != nil {
		return err
	}
	return s.noteStep(ctx, FirstStepMark{Step: record.StepRing, State: StepDone})
}
