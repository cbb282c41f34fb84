package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
)

// egressCommand is frontdesk egress.
func egressCommand() *cobra.Command {
	var since string
	report := ask("report", "what may be spoken to, and what was, day by day",
		func(ctx context.Context, r *request) error { return reportEgress(ctx, r, since) })
	sinceFlag(report, &since, "what was sent")
	return group("egress", "where the box may speak to, and to whom it spoke", report)
}

func reportEgress(ctx context.Context, r *request, since string) error {
	if _, err := dayFlag("since", since); err != nil {
		return err
	}
	e, err := service.ReadEgress.Do(ctx, r.office, since)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(e)
		return nil
	}
	var rows [][]string
	for _, d := range e.Destinations {
		on := "off"
		if d.On {
			on = "on"
		}
		rows = append(rows, []string{d.Name, on, d.Carries, d.For})
	}
	r.out.table("Nothing runs here, so nothing is let out.", []string{"DESTINATION", "", "CARRIES", "FOR"}, rows)
	r.out.line("Everything else is denied.")
	r.out.line("")
	rows = nil
	for _, l := range e.Ledger {
		refused := ""
		if l.Refused > 0 {
			refused = strconv.FormatUint(l.Refused, 10) + " refused"
		}
		rows = append(rows, []string{
			l.Day, l.Purpose, l.Address, strconv.FormatUint(l.Connections, 10), strconv.FormatUint(l.Sent, 10), strconv.FormatUint(l.Received, 10),
			refused,
		})
	}
	r.out.table("Nothing went over the network.", []string{"DAY", "DESTINATION", "ADDRESS", "CONNECTIONS", "BYTES SENT", "RECEIVED", ""}, rows)
	return nil
}
