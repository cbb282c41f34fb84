package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/imports"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

func undoImport(ctx context.Context, r *request) error {
	if err := service.UndoImport.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return listImports(ctx, r)
}

// badShown is how many bad rows are printed.
const badShown = 20

// importContacts is frontdesk callers import.
func importContacts() *cobra.Command {
	var columns []string
	var dry bool
	cmd := ask("import FILE", "take contacts over from a table (CSV), vCards or JSON", func(ctx context.Context, r *request) error {
		c, err := readContacts(ctx, r, columns)
		if err != nil {
			return err
		}
		if dry {
			r.print(c, func() { r.out.importPlan(c) })
			return nil
		}
		b, err := service.ImportContacts.Do(ctx, r.office, service.ImportOf(r.arg, c))
		if err != nil {
			return err
		}
		r.print(b, func() {
			r.out.badRows(c)
			r.out.line("%d contacts taken over: %d new cards, %d that learned something; %d rows or parts of rows were bad.", b.Rows, b.New,
				b.Merged, b.Bad)
			r.out.line("To take it back: frontdesk callers undo %s", b.ID)
		})
		return nil
	})
	cmd.Flags().StringArrayVar(&columns, "map", nil, "`COLUMN=KIND` for a table: what is taken from a column (name, number, email, "+
		"address, company, language, note, history; nothing: left out)")
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would be taken from which column, and which rows are bad")
	return described(cmd, "", `  frontdesk callers import contacts.vcf
  frontdesk callers import people.csv --map "Mobile=number" --dry-run`)
}

// readContacts reads the file that the request names.
func readContacts(ctx context.Context, r *request, columns []string) (imports.Contacts, error) {
	o := imports.Options{Mapping: map[string]record.FieldKind{}}
	for _, m := range columns {
		column, kind, ok := strings.Cut(m, "=")
		if !ok || kind != "" && !slices.Contains(record.FieldKinds(), record.FieldKind(kind)) {
			return imports.Contacts{}, fmt.Errorf("%q is not COLUMN=KIND", m)
		}
		o.Mapping[column] = record.FieldKind(kind)
	}
	if p, err := service.ReadProfile.Get(ctx, r.office); err == nil {
		o.Region = p.Business.Region
	}
	f, err := os.Open(r.arg)
	if err != nil {
		return imports.Contacts{}, fmt.Errorf("open contacts: %w", err)
	}
	c, err := imports.Read(ctx, f, o)
	return c, errors.Join(err, f.Close())
}

// importPlan says what would be done.
func (p *printer) importPlan(c imports.Contacts) {
	for _, column := range slices.Sorted(maps.Keys(c.Mapping)) {
		p.line("%-30s → %s", shown(column), c.Mapping[column])
	}
	for _, column := range c.Columns {
		if _, ok := c.Mapping[column]; !ok {
			p.line("%-30s   left out", shown(column))
		}
	}
	p.badRows(c)
	p.line("%d contacts would be taken over; nothing was done.", len(c.Rows))
}

func (p *printer) badRows(c imports.Contacts) {
	for i, b := range c.Bad {
		if i == badShown {
			p.line("  … and %d more", len(c.Bad)-badShown)
			break
		}
		p.line("  line %d: %s", b.Line, b.Why)
	}
}

func listImports(ctx context.Context, r *request) error {
	list, err := service.ListImports.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, b := range list {
		rows = append(rows, []string{b.ID, when(b.At), b.File, string(b.State), strconv.Itoa(b.New), strconv.Itoa(b.Merged), strconv.Itoa(b.Bad)})
	}
	return r.table(list, "Nothing was taken over.", []string{"IMPORT", "WHEN", "FILE", "STATE", "NEW", "MERGED", "BAD"}, rows)
}
