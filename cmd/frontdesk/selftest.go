package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// selfTestCommand has the box call itself; it fails when a caller would not be served.
func selfTestCommand() *cobra.Command {
	return described(ask("selftest", "the box calls itself and says how a caller would fare", runSelfTest),
		"The box calls itself, asks two or three questions and scores the answers, which\ntakes about a minute. It ends with 1 when a caller "+
			"would not be served.", "")
}

// lookEvery is how often a running test is asked how it goes.
const lookEvery = 250 * time.Millisecond

func runSelfTest(ctx context.Context, r *request) error {
	s, err := service.StartSelfTest.Get(ctx, r.office)
	if err != nil {
		return err
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for told := ""; s.Running; {
		if s.Step != told && !r.json {
			r.out.line("%d/%d  %s", s.Done+1, s.Of, shown(s.Step))
			told = s.Step
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the test goes on in the appliance: %w", context.Cause(ctx))
		}
		if s, err = service.ReadSelfTest.Get(ctx, r.office); err != nil {
			return err
		}
	}
	r.print(s, func() { r.out.selfTest(s) })
	if r.out.err == nil && s.Grade == record.GradeFailed {
		return errSaid
	}
	return nil
}

// selfTest prints a test that has ended.
func (p *printer) selfTest(s record.SelfTest) {
	p.line("")
	p.line("%s", shown(s.Text))
	for _, a := range s.Advice {
		p.line("  - %s", shown(a))
	}
	for _, q := range s.Questions {
		p.line("")
		p.line("  asked      %s", shown(q.Asked))
		p.line("  heard      %s  (%.0f %% of the words wrong)", shown(q.Heard), q.WordErrors*100)
		p.line("  answered   %s  (%s)", shown(q.Said), map[bool]string{true: "right", false: "not the fact of " + q.Source}[q.Right])
		if q.Understood != "" {
			p.line("  came over  %s  (%.0f %% of the words clear)", shown(q.Understood), q.VoiceClear*100)
		}
		p.line("  %.0f ms: waited %.0f, recognised %.0f, decided %.0f (%s), voice %.0f, line %.0f", q.ReplyMS, q.EndpointingMS, q.RecognitionMS,
			q.DecisionMS, q.DecidedBy, q.VoiceMS, q.MediaMS)
	}
	p.line("")
	p.fields(
		"Call", s.Call,
		"Set up", fmt.Sprintf("rang after %.0f ms, answered after %.0f ms", s.RingMS, s.SetupMS),
		"Greeting", fmt.Sprintf("%.0f ms after the answer", s.GreetingMS),
		"Line to the box", lineText(s.Box), "Line from the box", lineText(s.Caller),
	)
}

func lineText(l record.SelfTestLine) string {
	return fmt.Sprintf("%d packets, %d lost, %d late, jitter %.1f ms", l.Received, l.Lost, l.Late, l.JitterMS)
}
