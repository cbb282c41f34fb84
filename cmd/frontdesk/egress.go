package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/statefile"
)

// egressCommand is frontdesk egress.
func egressCommand() *cobra.Command {
	var since string
	report := ask("report", "what may be spoken to, and what was, day by day",
		func(ctx context.Context, r *request) error { return reportEgress(ctx, r, since) })
	sinceFlag(report, &since, "what was sent")
	return group("egress", "where the box may speak to, and to whom it spoke", report, filterCommand())
}

// filterCommand is frontdesk egress filter.
func filterCommand() *cobra.Command {
	var unit, rules, write bool
	cmd := office(needsRecords, "filter", "the outward filter: what the settings mean, and what is in force",
		func(ctx context.Context, r *request) error {
			f, err := service.ReadFilter.Get(ctx, r.office)
			if err != nil {
				return err
			}
			switch {
			case write:
				return writeFilter(r, f, "/")
			case unit:
				r.out.line("%s", strings.TrimRight(f.Unit, "\n"))
			case rules:
				r.out.line("%s", strings.TrimRight(f.Rules, "\n"))
			default:
				showFilter(r, f)
			}
			return nil
		})
	fs := cmd.Flags()
	fs.BoolVar(&unit, "unit", false, "print the drop-in of the service's unit")
	fs.BoolVar(&rules, "nftables", false, "print the same for nftables")
	fs.BoolVar(&write, "write", false, "put both where they belong, as root, and say how they come into force")
	cmd.MarkFlagsMutuallyExclusive("unit", "nftables", "write")
	return described(cmd, `The program speaks to nobody whom its settings do not name. The outward filter
has the machine itself hold whatever runs in its place to that: the service
manager lets the service speak to the telephone system, the networks of the
office, its name servers and the servers that the owner has named,
and to nobody else. It is made when it is written, by root, and looked at by the
box: when the settings mean something else, its state says so.`, "  frontdesk egress filter --write")
}

func showFilter(r *request, f service.FilterReport) {
	if r.json {
		r.out.json(f)
		return
	}
	var rows [][]string
	for _, d := range f.Wanted {
		rows = append(rows, []string{d.Prefix.String(), d.For})
	}
	r.out.table("", []string{"ADDRESSES", "FOR"}, rows)
	for _, n := range f.Unknown {
		r.out.line("%s: no address was found for this name; it is left out.", n)
	}
	switch {
	case f.Problem != "":
		r.out.line("%s", f.Problem)
	case f.Made == nil:
		r.out.line("No outward filter was made. %s makes it.", filter.Make)
	default:
		r.out.line("The outward filter is in force, and is what the settings mean.")
	}
}

// writeFilter puts the filter where it belongs below root.
func writeFilter(r *request, f service.FilterReport, root string) error {
	for path, text := range map[string]string{filter.DropIn: f.Unit, filter.Table: f.Rules} {
		path = filepath.Join(root, path)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = statefile.Write(path, []byte(text))
		}
		if err == nil {
			err = os.Chmod(path, 0o644) // the service reads it, and there is no secret in it
		}
		if err != nil {
			return fmt.Errorf("write the filter: %w", err)
		}
	}
	return r.told(map[string]any{"unit": filter.DropIn, "nftables": filter.Table, "apply": filter.Apply},
		"Written: %s and %s.\nThe first comes into force by: %s\n"+
			"The second is for machines that use nftables: have /etc/nftables.conf include it.",
		filter.DropIn, filter.Table, filter.Apply)
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
