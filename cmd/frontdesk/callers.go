package main

import (
	"context"
	"io"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// callersCommand are callers list, show and what changes cards.
func callersCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "callers", verbs: append([]verb{
		{name: "list", summary: "who has ever called, the latest first", run: listCallers, flags: limitFlag},
		{name: "show", args: "ID", summary: "one caller with the calls", run: showCaller},
	}, append(callerVerbs(), importVerbs()...)...)}
}

func listCallers(ctx context.Context, r *request) error {
	callers, err := service.ListCallers.Do(ctx, r.office, r.limit)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(callers)
		return nil
	}
	var rows [][]string
	for _, c := range callers {
		rows = append(rows, []string{c.ID, c.Number.Masked(), strconv.Itoa(c.Calls), when(c.LastSeen), string(c.Name)})
	}
	r.out.table("There are no callers.", []string{"ID", "NUMBER", "CALLS", "LAST CALL", "NAME"}, rows)
	return nil
}

func showCaller(ctx context.Context, r *request) error {
	c, err := service.ReadCaller.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(c)
		return nil
	}
	r.out.fields("Caller", c.ID, "Number", whole(c.Number), "Name", string(c.Name), "First call", when(c.FirstSeen),
		"Last call", when(c.LastSeen), "Calls", strconv.Itoa(c.Calls), "Tags", tags(c.Caller))
	for _, f := range c.Fields {
		from := string(f.Source)
		if f.By != "" {
			from += ", " + f.By
		}
		r.out.line("  %-9s %s  (%s %s)", f.Kind, shown(string(f.Value)), shown(from), when(f.At))
	}
	r.out.line("")
	r.out.calls(c.CallList)
	return nil
}

func tags(c record.Caller) string {
	var list []string
	for _, m := range c.Marks {
		list = append(list, string(m.Tag))
	}
	return strings.Join(list, ", ")
}
