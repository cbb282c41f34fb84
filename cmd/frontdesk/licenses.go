package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/cmd/internal/notice"
)

// licences has the file that make setup writes, if it was there when the program was built.
//
//go:embed licences
var licences embed.FS // the directive needs a variable of the package

// inventory is what frontdesk licenses prints in JSON.
type inventory struct {
	// Complete says whether the texts are there and match the modules of this program.
	Complete bool `json:"complete"`
	// Note says what is missing.
	Note  string        `json:"note,omitempty"`
	Works []notice.Work `json:"works"`
}

// licensesCommand tells whose works are in the program and under which licence: those in files, and of modules those that files lack.
func licensesCommand(files fs.FS, modules func() []notice.Work) *cobra.Command {
	var asJSON, text, sbom bool
	cmd := command("licenses [NAME]", "whose works are in this program, and their licences", func(cmd *cobra.Command, args []string) error {
		inv, err := readInventory(files, modules())
		if err != nil {
			return err
		}
		inv.Works = slices.DeleteFunc(inv.Works, func(w notice.Work) bool {
			return !strings.Contains(strings.ToLower(w.Name), strings.ToLower(strings.Join(args, "")))
		})
		out := &printer{w: cmd.OutOrStdout()}
		switch {
		case sbom:
			return writeSBOM(out.w, inv.Works, boxPackages)
		case asJSON:
			out.json(inv)
		case text:
			out.licenceTexts(inv)
		default:
			out.licences(inv)
		}
		return out.err
	})
	jsonFlag(cmd.Flags(), &asJSON)
	cmd.Flags().BoolVar(&text, "text", false, "print the texts of the licences too")
	cmd.Flags().BoolVar(&sbom, "sbom", false, "print the list of parts in CycloneDX, on a box with Debian's packages")
	return described(cmd, `Lists the works of others in this program, or those whose name contains NAME,
with their licences; as JSON with all texts, or as a list of parts (SBOM).`,
		"  frontdesk licenses\n  frontdesk licenses --text whisper")
}

// readInventory reads what was embedded and compares it with the modules that are really in the program.
func readInventory(files fs.FS, modules []notice.Work) (inventory, error) {
	data, err := fs.ReadFile(files, "licences/"+notice.File)
	if errors.Is(err, fs.ErrNotExist) {
		return inventory{
			Note:  "This program was built without make setup: only its Go modules are listed, and their licences are unknown to it.",
			Works: modules,
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
	for _, m := range modules {
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
