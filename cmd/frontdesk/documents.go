package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// documentChild is the command line of the process that reads a document: this very program.
func documentChild() []string { return []string{"/proc/self/exe", "extract"} }

// extractCommand is the child process that reads one document from its standard input.
type extractCommand struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// Run reads the document and ends.
func (c *extractCommand) Run(_ context.Context, args []string) int {
	fs := flag.NewFlagSet("frontdesk extract", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	name := fs.String("name", "", "`name` of the file, for its form")
	language := fs.String("language", "en", "`tag` of the language that it is written in")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if *name == "" || fs.NArg() > 0 {
		fmt.Fprintln(c.stderr, "frontdesk extract: --name is needed, and no arguments besides the flags; frontdesk documents add starts this command by itself")
		return exitUsage
	}
	if err := documents.Serve(*name, *language, c.stdin, c.stdout); err != nil {
		fmt.Fprintln(c.stderr, "frontdesk extract:", err)
		return exitFailed
	}
	return exitOK
}

// documentsCommand are documents list, show, add, change, remove and restore. A document is named by its ID, or by its name.
func documentsCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "documents", verbs: []verb{
		{name: "list", summary: "which documents callers may be told of", run: listDocuments},
		{name: "show", args: "DOCUMENT", summary: "one document with its passages", run: showDocument},
		{name: "add", args: "FILE", summary: "take a text, Markdown, PDF or Word file (.docx) of up to 20 MB", run: addDocument, flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.name, "name", "", "how it is `called` aloud: \"house rules\"; after the file without it")
			fs.StringVar(&r.sameAs, "replace", "", "`DOCUMENT` whose new version it is; passages that are off stay off")
		}},
		{name: "change", args: "DOCUMENT", summary: "give it another name, or switch passages off and on", run: changeDocument, flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.name, "name", "", "how it is `called` aloud")
			fs.Var(&r.words, "off", "`PASSAGE` of which callers are not told, as show lists it; may be given several times")
			fs.Var(&r.others, "on", "`PASSAGE` of which they are told again")
		}},
		{name: "remove", args: "DOCUMENT", summary: "have callers not told of it any more", run: removeDocument},
		{name: "restore", args: "DOCUMENT", summary: "take a removal back, within a day", run: restoreDocument},
	}}
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
	return record.Document{}, fmt.Errorf("several documents are called %q: name the one that is meant by its ID, as frontdesk documents list shows it", named)
}

func listDocuments(ctx context.Context, r *request) error {
	ds, err := service.ListDocuments.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(ds)
		return nil
	}
	var rows [][]string
	for _, d := range ds {
		state := fmt.Sprintf("%d of %d", d.On(), len(d.Passages))
		if !d.Removed.IsZero() {
			state = "removed"
		}
		rows = append(rows, []string{d.ID, d.Name, d.File, pagesText(d.Pages), state, when(d.At)})
	}
	r.out.table("There are no documents.", []string{"DOCUMENT", "NAME", "FILE", "PAGES", "PASSAGES TOLD", "SINCE"}, rows)
	return nil
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

func addDocument(ctx context.Context, r *request) error {
	f := service.DocumentFile{File: r.arg, Name: r.name}
	if r.sameAs != "" {
		old, err := r.document(ctx, r.sameAs)
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
	return r.toldDocument(d, "Callers are told of it from the next call on. Look through the passages: frontdesk documents change "+d.ID+" --off PASSAGE switches one off.")
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

func changeDocument(ctx context.Context, r *request) error {
	d, err := r.document(ctx, r.arg)
	if err != nil {
		return err
	}
	if d, err = service.ChangeDocument.Do(ctx, r.office, service.DocumentChange{ID: d.ID, Edit: service.DocumentEdit{Name: r.name, Off: r.words, On: r.others}}); err != nil {
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
