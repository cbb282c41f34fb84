package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"frontdesk.internal/cmd/internal/notice"
)

// licences has the file that make setup writes, if it was there when the program was built.
//
//go:embed licences
var licences embed.FS // the directive needs a variable of the package

// licensesCommand tells whose works are in the program and under which licence.
type licensesCommand struct {
	stdout, stderr io.Writer
	// files and modules replace what the program was built with, in tests.
	files   fs.FS
	modules func() []notice.Work
}

// inventory is what frontdesk licenses prints in JSON.
type inventory struct {
	// Complete says whether the texts are there and match the modules of this program.
	Complete bool `json:"complete"`
	// Note says what is missing.
	Note  string        `json:"note,omitempty"`
	Works []notice.Work `json:"works"`
}

// Run implements frontdesk licenses.
func (c *licensesCommand) Run(_ context.Context, args []string) int {
	flags := flag.NewFlagSet("frontdesk licenses", flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() {
		fmt.Fprintln(c.stderr, "Usage: frontdesk licenses [--json] [--text] [NAME]\n\nLists the works of others in this program, or those whose name contains NAME.")
		flags.PrintDefaults()
	}
	asJSON := flags.Bool("json", false, "print one JSON object, with all texts")
	text := flags.Bool("text", false, "print the texts of the licences too")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return exitOK
		}
		return exitUsage
	}
	if flags.NArg() > 1 {
		flags.Usage()
		return exitUsage
	}
	inv, err := c.inventory()
	if err != nil {
		fmt.Fprintf(c.stderr, "frontdesk licenses: %v\n", err)
		return exitFailed
	}
	inv.Works = slices.DeleteFunc(inv.Works, func(w notice.Work) bool {
		return !strings.Contains(strings.ToLower(w.Name), strings.ToLower(flags.Arg(0)))
	})
	out := &printer{w: c.stdout}
	switch {
	case *asJSON:
		out.json(inv)
	case *text:
		out.licenceTexts(inv)
	default:
		out.licences(inv)
	}
	if out.err != nil {
		return exitFailed
	}
	return exitOK
}

// inventory reads what was embedded and compares it with the modules that are really in the program.
func (c *licensesCommand) inventory() (inventory, error) {
	files, modules := c.files, c.modules
	if files == nil {
		files = licences
	}
	if modules == nil {
		modules = builtModules
	}
	data, err := fs.ReadFile(files, "licences/"+notice.File)
	if errors.Is(err, fs.ErrNotExist) {
		return inventory{
			Note:  "This program was built without make setup: only its Go modules are listed, and their licences are unknown to it.",
			Works: modules(),
		}, nil
	}
	if err != nil {
		return inventory{}, fmt.Errorf("read embedded licences: %w", err)
	}
	works, err := notice.Decode(data)
	if err != nil {
		return inventory{}, err
	}
	inv := inventory{Complete: true, Works: works}
	for _, m := range modules() {
		if !slices.ContainsFunc(works, func(w notice.Work) bool { return w.Name == m.Name && w.Version == m.Version }) {
			inv.Complete = false
			inv.Note = "The modules of this program have changed since make setup; run it again to have all licences."
			inv.Works = append(inv.Works, m)
		}
	}
	return inv, nil
}

// builtModules lists the Go modules of others in this program.
func builtModules() []notice.Work {
	works := []notice.Work{}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return works
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		works = append(works, notice.Work{Name: m.Path, Version: m.Version, How: notice.Linked})
	}
	return works
}

func (p *printer) licences(inv inventory) {
	rows := make([][]string, 0, len(inv.Works))
	for _, w := range inv.Works {
		licence := w.Licence
		if licence == "" {
			licence = "unknown"
		}
		rows = append(rows, []string{w.Name, w.Version, licence, w.How})
	}
	p.table("Nothing of that name.", []string{"WORK", "VERSION", "LICENCE", "USE"}, rows)
	if inv.Note != "" {
		p.line("\n%s", inv.Note)
	} else {
		p.line("\nfrontdesk licenses --text NAME prints the texts.")
	}
}

func (p *printer) licenceTexts(inv inventory) {
	for _, w := range inv.Works {
		p.line("%s %s (%s, %s)", w.Name, w.Version, w.Licence, w.How)
		if len(w.Texts) == 0 && w.Home != "" {
			p.line("See %s", w.Home)
		}
		for _, t := range w.Texts {
			p.line("\n---- %s ----\n\n%s", t.Name, strings.TrimRight(t.Text, "\n"))
		}
		p.line("\n%s\n", strings.Repeat("=", 72))
	}
	if inv.Note != "" {
		p.line("%s", inv.Note)
	}
}
