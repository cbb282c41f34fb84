package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statistics"
)

// statisticsCommand sums up calls.
func statisticsCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "statistics", plain: true, verbs: []verb{{
		name: "statistics", summary: "when people call, why, what becomes of it and how long they wait; nothing of anybody is in it", run: showStatistics,
		flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.since, "from", "", "first `DAY`, as 2026-03-02; thirty days ago when it is not said")
			fs.StringVar(&r.at, "to", "", "last `DAY`; today when it is not said")
		},
	}}}
}

func showStatistics(ctx context.Context, r *request) error {
	var from, to time.Time
	var err error
	if r.since != "" {
		if from, err = time.ParseInLocation(time.DateOnly, r.since, time.Local); err != nil {
			return fmt.Errorf("read --from: write the day as 2026-03-02: %w", err)
		}
	}
	if r.at != "" {
		if to, err = time.ParseInLocation(time.DateOnly, r.at, time.Local); err != nil {
			return fmt.Errorf("read --to: write the day as 2026-03-02: %w", err)
		}
		to = to.AddDate(0, 0, 1)
	}
	s, err := service.ReadStatistics.Do(ctx, r.office, service.Period{From: from, To: to})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(s)
		return nil
	}
	r.out.statistics(s)
	return nil
}

func (p *printer) statistics(s statistics.Report) {
	p.line("%d calls from %s to %s, %d of them answered; %d callers, %.0f %% of them called again.", s.Calls, when(s.From), when(s.To), s.Answered, s.Callers, 100*s.Repeat)
	p.line("Half of the calls take up to %.0f s, 95 %% up to %.0f s. Half of the replies come within %.0f ms, 95 %% within %.0f ms.", s.Duration.P50, s.Duration.P95, s.Response.P50, s.Response.P95)
	p.line("%d messages, %d of them open; half were dealt with within %.1f hours. %d questions wait for an answer.", s.Messages, s.Open, s.DoneAfter.P50, s.Questions)
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
