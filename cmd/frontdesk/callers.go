package main

import (
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// callersCommand is frontdesk callers.
func callersCommand() *cobra.Command {
	var limit int
	list := ask("list", "who has ever called, the latest first", func(ctx context.Context, r *request) error {
		callers, err := service.ListCallers.Do(ctx, r.office, limit)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, c := range callers {
			rows = append(rows, []string{c.ID, c.Number.Masked(), strconv.Itoa(c.Calls), when(c.LastSeen), string(c.Name)})
		}
		return r.table(callers, "There are no callers.", []string{"ID", "NUMBER", "CALLS", "LAST CALL", "NAME"}, rows)
	})
	limitFlag(list, &limit)
	return group("callers", "who has ever called: cards, consents, holds, erasure, imports",
		list, ask("show ID", "one caller with the calls", showCaller),
		addCaller("add", "make a card"), addCaller("edit ID", "change a card: what is known, and tags"), mergeCallers(), splitCaller(),
		holdCaller(), ask("release ID", "end a legal hold", releaseCaller), eraseCaller(),
		ask("code ID", "a code to key in on the telephone, to show who it is", makeCallerCode), exportCaller(),
		noteConsent(), ask("consents ID", "what a caller has agreed to and refused", listConsents),
		importContacts(), exportContacts("vcard", service.FormVCard, "as vCards"),
		exportContacts("csv", service.FormCSV, "as a table"), ask("imports", "what was taken over, and when", listImports),
		ask("undo IMPORT", "take back what an import has brought, and nothing else", undoImport))
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

// exportContacts is frontdesk callers vcard and csv.
func exportContacts(name string, form service.ContactsForm, how string) *cobra.Command {
	var file string
	cmd := ask(name, "all callers for an address book, "+how, func(ctx context.Context, r *request) error {
		c, err := service.ExportContacts.Do(ctx, r.office, form)
		if err != nil {
			return err
		}
		return r.whole("list", file, func(w io.Writer) error { return service.Pour(w, c) })
	})
	outFlag(cmd, &file)
	return described(cmd, "Writes the cards of all callers "+how+". Who has restricted the use of their\ndata is not among them.",
		"  frontdesk callers "+name+" --out contacts."+map[string]string{"vcard": "vcf"}[name]+map[string]string{"csv": "csv"}[name])
}
