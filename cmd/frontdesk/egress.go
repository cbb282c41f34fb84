package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"

	"frontdesk.internal/appliance/service"
)

// egressCommand is egress report.
func egressCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "egress", verbs: []verb{
		{name: "report", summary: "where the box may speak to, and to whom it spoke, day by day", run: reportEgress, flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.since, "since", "", "only from this `DAY` on, as 2026-03-02")
		}},
	}}
}

func reportEgress(ctx context.Context, r *request) error {
	if r.since != "" {
		if _, err := time.Parse(time.DateOnly, r.since); err != nil {
			return fmt.Errorf("read --since: write the day as 2026-03-02: %w", err)
		}
	}
	e, err := service.ReadEgress.Do(ctx, r.office, r.since)
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
		rows = append(rows, []string{l.Day, l.Purpose, l.Address, strconv.FormatUint(l.Connections, 10), strconv.FormatUint(l.Sent, 10), strconv.FormatUint(l.Received, 10), refused})
	}
	r.out.table("Nothing went over the network.", []string{"DAY", "DESTINATION", "ADDRESS", "CONNECTIONS", "BYTES SENT", "RECEIVED", ""}, rows)
	return nil
}
