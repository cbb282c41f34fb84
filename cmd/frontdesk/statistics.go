package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
)

// statisticsCommand sums up calls.
func statisticsCommand() *cobra.Command {
	var from, to string
	cmd := ask("statistics", "when people call, why, and what becomes of it", func(ctx context.Context, r *request) error {
		return showStatistics(ctx, r, from, to)
	})
	cmd.Flags().StringVar(&from, "from", "", "first `day`, as 2026-03-02; thirty days ago when it is not said")
	cmd.Flags().StringVar(&to, "to", "", "last `day`; today when it is not said")
	return described(cmd, `Says when people call, why, what becomes of it and how long they wait. Nothing
of anybody is in it.`, "  frontdesk statistics --from 2026-03-01 --to 2026-03-31")
}

func showStatistics(ctx context.Context, r *request, first, last string) error {
	from, err := dayFlag("from", first)
	if err != nil {
		return err
	}
	to, err := dayFlag("to", last)
	if err != nil {
		return err
	}
	if last != "" {
		to = to.AddDate(0, 0, 1)
	}
	s, err := service.ReadStatistics.Do(ctx, r.office, service.Period{From: from, To: to})
	if err != nil {
		return err
	}
	r.print(s, func() { r.out.statistics(s) })
	return nil
}

func (p *printer) statistics(s statistics.Report) {
	p.line("%d calls from %s to %s, %d of them answered; %d callers, %.0f %% of them called again.", s.Calls, when(s.From), when(s.To),
		s.Answered, s.Callers, 100*s.Repeat)
	p.line("Half of the calls take up to %.0f s, 95 %% up to %.0f s. Half of the replies come within %.0f ms, 95 %% within %.0f ms.",
		s.Duration.P50, s.Duration.P95, s.Response.P50, s.Response.P95)
	p.line("%d messages, %d of them open; half were dealt with within %.1f hours. %d questions wait for an answer.", s.Messages, s.Open,
		s.DoneAfter.P50, s.Questions)
	most := slices.Max(s.Hours[:])
	for h, n := range s.Hours {
		if n > 0 {
			p.line("  %02d:00 %5d %s", h, n, strings.Repeat("#", max(1, 40*n/most)))
		}
	}
	for _, list := range []map[string]int{s.Results, s.Reasons} {
		for _, name := range slices.SortedFunc(maps.Keys(list), func(a, b string) int { return list[b] - list[a] }) {
			p.line("  %-20s %d", shown(name), list[name])
		}
		p.line("")
	}
}
