package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/service"
)

// healthCommand tells how the appliance is; it fails when calls are not answered.
func healthCommand() *cobra.Command {
	return described(ask("health", "is it answering, and if not, why", showHealth),
		`Says whether calls are answered, and if not, why. It ends with 1 when they are
not.`, "")
}

func showHealth(ctx context.Context, r *request) error {
	s, err := service.ReadStatus.Get(ctx, r.office)
	if err != nil {
		return err
	}
	r.print(s, func() { r.out.status(s) })
	if r.out.err == nil && (s.Overall == health.Failed || !s.Answering) {
		return errSaid
	}
	return nil
}

func (p *printer) status(s service.Status) {
	p.line("%s", shown(s.Text))
	p.line("")
	calls := ""
	if s.Running {
		calls = fmt.Sprintf("%d now, at most %d", s.CallsNow, s.MaxCalls)
	}
	business := s.Business
	if s.Profile > 0 {
		business = fmt.Sprintf("%s, profile version %d", s.Business, s.Profile)
	}
	p.fields(
		"Health", s.Overall.String(), "Business", business, "Version", s.Version, "Running since", when(s.Started),
		"Registration", registration(s.Phone), "Engines", enginesText(s.Engines), "Calls", calls,
		"Calls today", strconv.Itoa(s.CallsToday), "Open messages", strconv.Itoa(s.Messages), "Unanswered", strconv.Itoa(s.Unanswered),
	)
	for _, c := range s.Health {
		p.line("  %s since %s: %s", c.Severity, when(c.Since), shown(c.Text))
	}
}

func registration(ph service.Phone) string {
	parts := []string{ph.State}
	if ph.Registrar != "" {
		parts[0] += " at " + ph.Registrar
	}
	if ph.Problem != "" {
		parts = append(parts, ph.Problem)
	}
	return strings.Join(parts, ": ")
}

func enginesText(e service.Engines) string {
	if e.State == "" {
		return ""
	}
	s := fmt.Sprintf("%s (hearing %s, meaning %s, language model %s, voice %s)", e.State, e.Ears.State, e.Meaning.State, e.Mind.State,
		e.Mouth.State)
	if e.Restarts > 0 {
		s += fmt.Sprintf(", restarted %d times", e.Restarts)
	}
	if e.Problem != "" {
		s += ": " + e.Problem
	}
	return s
}
