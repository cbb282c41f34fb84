package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// importVerbs take contacts over, and back.
func importVerbs() []verb {
	return []verb{
		{name: "import", args: "FILE", summary: "take contacts over from a table (CSV), vCards or JSON", run: importContacts, flags: func(fs *flag.FlagSet, r *request) {
			fs.Var(&r.words, "map", "`COLUMN=KIND` for a table: what is taken from a column (name, number, email, address, company, language, note, history; nothing: left out)")
			fs.BoolVar(&r.all, "dry-run", false, "only say what would be taken from which column, and which rows are bad")
		}},
		{name: "imports", summary: "what was taken over, and when", run: listImports},
		{name: "undo", args: "IMPORT", summary: "take back what an import has brought, and nothing else", run: func(ctx context.Context, r *request) error {
			if err := service.UndoImport.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return listImports(ctx, r)
		}},
	}
}

// badShown is how many bad rows are printed.
const badShown = 20

func importContacts(ctx context.Context, r *request) error {
	o := imports.Options{Mapping: map[string]record.FieldKind{}}
	for _, m := range r.words {
		column, kind, ok := strings.Cut(m, "=")
		if !ok || kind != "" && !slices.Contains(record.FieldKinds(), record.FieldKind(kind)) {
			return fmt.Errorf("%q is not COLUMN=KIND", m)
		}
		o.Mapping[column] = record.FieldKind(kind)
	}
	p, err := service.ReadProfile.Get(ctx, r.office)
	if err == nil {
		o.Region = p.Business.Region
	}
	f, err := os.Open(r.arg)
	if err != nil {
		return fmt.Errorf("open contacts: %w", err)
	}
	c, err := imports.Read(ctx, f, o)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if r.all {
		r.importPlan(c)
		return nil
	}
	b, err := service.ImportContacts.Do(ctx, r.office, service.ImportOf(r.arg, c))
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(b)
		return nil
	}
	r.badRows(c)
	r.out.line("%d contacts taken over: %d new cards, %d that learned something; %d rows or parts of rows were bad.", b.Rows, b.New, b.Merged, b.Bad)
	r.out.line("To take it back: frontdesk callers undo %s", b.ID)
	return nil
}

// importPlan says what would be done.
func (r *request) importPlan(c imports.Contacts) {
	if r.json {
		r.out.json(c)
		return
	}
	for _, column := range slices.Sorted(maps.Keys(c.Mapping)) {
		r.out.line("%-30s → %s", shown(column), c.Mapping[column])
	}
	for _, column := range c.Columns {
		if _, ok := c.Mapping[column]; !ok {
			r.out.line("%-30s   left out", shown(column))
		}
	}
	r.badRows(c)
	r.out.line("%d contacts would be taken over; nothing was done.", len(c.Rows))
}

func (r *request) badRows(c imports.Contacts) {
	for i, b := range c.Bad {
		if i == badShown {
			r.out.line("  … and %d more", len(c.Bad)-badShown)
			break
		}
		r.out.line("  line %d: %s", b.Line, b.Why)
	}
}

func listImports(ctx context.Context, r *request) error {
	list, err := service.ListImports.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(list)
		return nil
	}
	var rows [][]string
	for _, b := range list {
		rows = append(rows, []string{b.ID, when(b.At), b.File, string(b.State), strconv.Itoa(b.New), strconv.Itoa(b.Merged), strconv.Itoa(b.Bad)})
	}
	r.out.table("Nothing was taken over.", []string{"IMPORT", "WHEN", "FILE", "STATE", "NEW", "MERGED", "BAD"}, rows)
	return nil
}
