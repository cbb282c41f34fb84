package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// documentChild is the command line of the process that reads a document: this very program.
func documentChild() []string { return []string{"/proc/self/exe", "extract"} }

// extractCommand is the child process that reads one document from its standard input.
func extractCommand() *cobra.Command {
	var name, language string
	cmd := command("extract", "the child process that reads one document; not for people", func(cmd *cobra.Command, _ []string) error {
		if name == "" {
			return misused("--name is needed; frontdesk documents add starts this command by itself")
		}
		return documents.Serve(name, language, cmd.InOrStdin(), cmd.OutOrStdout())
	})
	cmd.Flags().StringVar(&name, "name", "", "`name` of the file, for its form")
	cmd.Flags().StringVar(&language, "language", "en", "`tag` of the language that it is written in")
	return cmd
}

// documentsCommand is frontdesk documents. A document is named by its ID, or by its name.
func documentsCommand() *cobra.Command {
	var name, old string
	add := ask("add FILE", "take a text, Markdown, PDF or Word file of up to 20 MB", func(ctx context.Context, r *request) error {
		return addDocument(ctx, r, name, old)
	})
	add.Flags().StringVar(&name, "name", "", "how it is `called` aloud: \"house rules\"; after the file without it")
	add.Flags().StringVar(&old, "replace", "", "`DOCUMENT` whose new version it is; passages that are off stay off")

	var e service.DocumentEdit
	change := ask("change DOCUMENT", "give it another name, or switch passages off and on", func(ctx context.Context, r *request) error {
		return changeDocument(ctx, r, e)
	})
	change.Flags().StringVar(&e.Name, "name", "", "how it is `called` aloud")
	change.Flags().StringArrayVar(&e.Off, "off", nil, "`PASSAGE` of which callers are not told, as show lists it; may be given several times")
	change.Flags().StringArrayVar(&e.On, "on", nil, "`PASSAGE` of which they are told again")

	return group("documents", "what callers may be told in your own words",
		ask("list", "which documents callers may be told of", listDocuments),
		ask("show DOCUMENT", "one document with its passages", showDocument),
		described(add, "", "  frontdesk documents add rules.pdf --name \"house rules\""),
		described(change, "", "  frontdesk documents change \"house rules\" --off PASSAGE"),
		ask("remove DOCUMENT", "have callers not told of it any more", removeDocument),
		ask("restore DOCUMENT", "take a removal back, within a day", restoreDocument))
}

// document finds the one that is meant.
func (r *request) document(ctx context.Context, named string) (record.Document, error) {
	ds, err := service.ListDocuments.Get(ctx, r.office)
	if err != nil {
		return record.Document{}, err
	}
	var found []record.Document
	for _, d := range ds {
		if d.ID == named {
			return d, nil
		}
		if strings.EqualFold(d.Name, named) || d.File == named {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 0:
		return record.Document{}, fmt.Errorf("there is no document %q; frontdesk documents list shows what there is", named)
	case 1:
		return found[0], nil
	}
	return record.Document{},
		fmt.Errorf("several documents are called %q: name the one that is meant by its ID, as frontdesk documents list shows it", named)
}

func listDocuments(ctx context.Context, r *request) error {
	ds, err := service.ListDocuments.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, d := range ds {
		state := fmt.Sprintf("%d of %d", d.On(), len(d.Passages))
		if !d.Removed.IsZero() {
			state = "removed"
		}
		rows = append(rows, []string{d.ID, d.Name, d.File, pagesText(d.Pages), state, when(d.At)})
	}
	return r.table(ds, "There are no documents.", []string{"DOCUMENT", "NAME", "FILE", "PAGES", "PASSAGES TOLD", "SINCE"}, rows)
}

// pagesText is a number of pages; "-" where there are none.
func pagesText(n int) string {
	if n == 0 {
		return "-"
	}
	return strconv.Itoa(n)
}

func showDocument(ctx context.Context, r *request) error {
	d, err := r.document(ctx, r.arg)
	if err != nil {
		return err
	}
	return r.toldDocument(d, "")
}

// toldDocument prints a document with its passages below a line that says what was done.
func (r *request) toldDocument(d record.Document, done string) error {
	if r.json {
		r.out.json(d)
		return nil
	}
	if done != "" {
		r.out.line("%s", done)
	}
	r.out.line("%s (%s), from %s, %s", d.Name, d.ID, d.File, when(d.At))
	for _, n := range d.Notes {
		r.out.line("  Note: %s", n)
	}
	var rows [][]string
	for _, p := range d.Passages {
		state := "told"
		if p.Off {
			state = "off"
		}
		rows = append(rows, []string{p.ID, state, pagesText(p.Page), p.Heading, shorten(p.Text)})
	}
	r.out.table("It has no passages.", []string{"PASSAGE", "STATE", "PAGE", "UNDER", "TEXT"}, rows)
	return nil
}

// shorten cuts a passage for a table; JSON has all of it.
func shorten(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

func addDocument(ctx context.Context, r *request, name, replace string) error {
	f := service.DocumentFile{File: r.arg, Name: name}
	if replace != "" {
		old, err := r.document(ctx, replace)
		if err != nil {
			return err
		}
		f.Replace = old.ID
	}
	var err error
	if f.Content, err = readAtMost(r.arg, documents.MaxFile+1); err != nil {
		return err
	}
	d, err := service.AddDocument.Do(ctx, r.office, f)
	if err != nil {
		return err
	}
	return r.toldDocument(d, "Callers are told of it from the next call on. Look through the passages: frontdesk documents change "+d.ID+
		" --off PASSAGE switches one off.")
}

// readAtMost reads the first n bytes of a file.
func readAtMost(name string, n int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open document: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, n))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	return b, nil
}

func changeDocument(ctx context.Context, r *request, e service.DocumentEdit) error {
	d, err := r.document(ctx, r.arg)
	if err != nil {
		return err
	}
	if d, err = service.ChangeDocument.Do(ctx, r.office, service.DocumentChange{ID: d.ID, Edit: e}); err != nil {
		return err
	}
	return r.toldDocument(d, "Changed; it holds from the next call on.")
}

func removeDocument(ctx context.Context, r *request) error {
	d, err := r.document(ctx, r.arg)
	if err != nil {
		return err
	}
	if err := service.RemoveDocument.Act(ctx, r.office, d.ID); err != nil {
		return err
	}
	return r.told(map[string]any{"id": d.ID, "removed": true}, "Removed. For a day it can be had back: frontdesk documents restore "+d.ID)
}

func restoreDocument(ctx context.Context, r *request) error {
	d, err := r.document(ctx, r.arg)
	if err != nil {
		return err
	}
	if d, err = service.RestoreDocument.Do(ctx, r.office, d.ID); err != nil {
		return err
	}
	return r.toldDocument(d, "It is there again.")
}
