package main

import (
	"context"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// firstStepsCommand is frontdesk first-steps.
func firstStepsCommand() *cobra.Command {
	mark := func(use, short, state string) *cobra.Command {
		return ask(use, short, func(ctx context.Context, r *request) error {
			s, err := service.MarkFirstStep.Do(ctx, r.office, service.FirstStepMark{Step: record.FirstStep(r.arg), State: state})
			return r.showFirstSteps(s, err)
		})
	}
	return group("first-steps", "from a new box to its first answered call",
		described(ask("list", "the steps, and which of them are done", func(ctx context.Context, r *request) error {
			s, err := service.ReadFirstSteps.Get(ctx, r.office)
			return r.showFirstSteps(s, err)
		}), "Lists the steps from a new box to its first answered call. The owner's page\nleads through them.", ""),
		mark("done STEP", "a step is right as it is", service.StepDone),
		mark("skip STEP", "leave a step out", service.StepSkipped),
		mark("again STEP", "take a step up again", service.StepOpen))
}

func (r *request) showFirstSteps(s service.FirstSteps, err error) error {
	if err != nil {
		return err
	}
	rows := [][]string{}
	for _, x := range s.Steps {
		rows = append(rows, []string{string(x.Name), x.State})
	}
	return r.table(s, "", []string{"STEP", "STATE"}, rows)
}

// ringMe rings a telephone of the office for who wants to talk with the assistant.
func ringMe(ctx context.Context, r *request) error {
	if err := service.RingMe.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return r.told(map[string]any{"extension": r.arg, "talked": true}, "The talk is over; frontdesk calls list has it.")
}

// foreseeCall says what would happen on a call.
func foreseeCall(ctx context.Context, r *request) error {
	f, err := service.ForeseeCall.Do(ctx, r.office, service.Foresight{Number: record.PhoneNumber(r.arg)})
	if err != nil {
		return err
	}
	r.print(f, func() {
		r.out.line("%s", shown(f.Text))
		for _, step := range f.Steps {
			r.out.line("  %s", shown(step))
		}
	})
	return nil
}
