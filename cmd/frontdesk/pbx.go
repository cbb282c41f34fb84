package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/sheets"
)

// pbxCommand is frontdesk pbx.
func pbxCommand() *cobra.Command {
	return group("pbx", "what to type where at the telephone system",
		ask("list", "for which telephone systems there is a sheet", listSheets),
		described(ask("sheet NAME", "what to fill in at a telephone system", showSheet),
			"Shows what to fill in at a telephone system so that it has an extension for\n"+
				"this box, with the extension and address that are set here.",
			"  frontdesk pbx sheet freepbx"))
}

func listSheets(_ context.Context, r *request) error {
	var rows [][]string
	for _, s := range sheets.All() {
		rows = append(rows, []string{s.Name, s.Title, s.Tested()})
	}
	return r.table(sheets.Names(), "There is none.", []string{"NAME", "TELEPHONE SYSTEM", ""}, rows)
}

func showSheet(ctx context.Context, r *request) error {
	s, ok := sheets.Find(r.arg)
	if !ok {
		return fmt.Errorf("there is no sheet for %q; there are %s", r.arg, strings.Join(sheets.Names(), ", "))
	}
	var v sheets.Values
	if a, err := service.ReadPhoneAccount.Get(ctx, r.office); err == nil { // before there is an account the names stay in braces
		v = sheets.Values{Extension: a.User, PBX: a.Registrar, Transport: a.Transport}
	}
	s = s.Filled(v)
	r.print(s, func() {
		r.out.line("%s: %s", s.Title, s.Where)
		r.out.line("")
		for _, f := range s.Fields {
			r.out.line("  %-36s %s", f.Name, shown(f.Value))
		}
		for line := range strings.Lines(s.Text) {
			r.out.line("  %s", shown(strings.TrimRight(line, "\n")))
		}
		r.out.line("")
		for _, n := range s.Notes {
			r.out.line("%s", n)
		}
		r.out.line("")
		r.out.line("At this box:")
		for _, f := range sheets.Box() {
			r.out.line("  %-36s %s", f.Name, shown(v.Fill(f.Value)))
		}
		r.out.line("%s", s.Tested())
	})
	return nil
}
