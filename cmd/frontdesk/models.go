package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/hint"
	"frontdesk.internal/models/progress"
)

// modelsVerb is one thing that can be done with models.
type modelsVerb struct {
	name    string
	args    string // as the usage shows them
	least   int    // fewest arguments
	most    int    // most arguments, -1 for any number
	summary string
	more    string // what the help says beyond the summary
	run     func(ctx context.Context, r *modelsRequest) error
}

// modelsRequest is one command line of frontdesk models.
type modelsRequest struct {
	lib   *models.Library
	names []string
	json  bool
	out   *printer
	bars  *progress.Reporter
}

// errBad is returned when a model's files are not what they should be, and this was printed.
var errBad = errors.New("bad model files")

// modelsCommand keeps the weights that the engines run on. It needs no running appliance.
type modelsCommand struct {
	stdout, stderr io.Writer
	fetcher        models.Fetcher // how fetch reaches the world; tests set it
}

func (c *modelsCommand) verbs() []modelsVerb {
	return []modelsVerb{
		{name: "list", summary: "what models there are, what for, and whether they are here", run: listModels},
		{name: "fetch", args: "[NAME...]", most: -1, summary: "fetch what is missing of models, by default of those in use",
			more: "It can be interrupted and goes on where it stopped. Nothing gets its name before its hash is right.", run: c.fetch},
		{name: "verify", args: "[NAME...]", most: -1, summary: "hash the files of models anew, by default of all that are here or in use",
			more: "It ends with 1 when a file is missing or not what it should be.", run: verifyModels},
		{name: "import", args: "FOLDER", least: 1, most: 1, summary: "take models from a folder or a stick, without any network",
			more: "Every missing file that the manifest knows is taken, whatever its name and wherever below FOLDER.", run: importModels},
		{name: "use", args: "NAME", least: 1, most: 1, summary: "use another model for what it is for, from the next start on", run: useModel},
	}
}

// Run implements frontdesk models.
func (c *modelsCommand) Run(ctx context.Context, args []string) int {
	v, rest, code := c.choose(args)
	if v == nil {
		return code
	}
	name := "frontdesk models " + v.name
	r := &modelsRequest{out: &printer{w: c.stdout}, bars: progress.For(c.stderr)}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() {
		fmt.Fprintf(c.stderr, "%s: %s\n\nUsage: %s [flags] %s\n\n", name, v.summary, name, v.args)
		if v.more != "" {
			fmt.Fprintf(c.stderr, "%s\n\n", v.more)
		}
		flags.PrintDefaults()
	}
	file := configFlag(flags)
	dir := flags.String("dir", "", "models `folder`, instead of the one that the settings or make setup name")
	flags.BoolVar(&r.json, "json", false, "print JSON, with whole numbers of bytes")
	var err error
	if r.names, err = parseMixed(flags, rest); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if len(r.names) < v.least || v.most >= 0 && len(r.names) > v.most {
		flags.Usage()
		return exitUsage
	}
	err = c.do(ctx, v, r, *file, *dir)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errBad): // It was printed.
	case ctx.Err() != nil:
		hint.Print(c.stderr, name, hint.New("Nothing is broken: run the same command again and it goes on where it stopped.", "interrupted"))
	default:
		hint.Print(c.stderr, name, err)
	}
	return exitFailed
}

// choose finds the verb; without one list is meant. It returns nil and the exit code when there is nothing to run.
func (c *modelsCommand) choose(args []string) (*modelsVerb, []string, int) {
	all := c.verbs()
	help := len(args) > 0 && (args[0] == "help" || args[0] == "--help" || args[0] == "-h")
	if !help && (len(args) == 0 || strings.HasPrefix(args[0], "-")) {
		return &all[0], args, exitOK
	}
	for i := range all {
		if all[i].name == args[0] {
			return &all[i], args[1:], exitOK
		}
	}
	if !help {
		fmt.Fprintf(c.stderr, "frontdesk models: there is no verb %q\n\n", args[0])
	}
	fmt.Fprint(c.stderr, "Usage: frontdesk models VERB [flags]\n\n")
	for _, v := range all {
		fmt.Fprintf(c.stderr, "  %-17s %s\n", v.name+" "+v.args, v.summary)
	}
	fmt.Fprint(c.stderr, "\nA model of your own is an entry in a models.toml in the models folder or the one above it. A voice whose entry\n"+
		"names languages speaks those; a language without a voice is spoken by espeak-ng.\n")
	if help {
		return nil, nil, exitOK
	}
	return nil, nil, exitUsage
}

// do runs the verb with an open library.
func (c *modelsCommand) do(ctx context.Context, v *modelsVerb, r *modelsRequest, file, dir string) error {
	dir, err := modelsDir(file, dir)
	if err != nil {
		return err
	}
	if r.lib, err = models.Open(dir); err != nil {
		return err
	}
	err = v.run(ctx, r)
	// Run by root for the service, whose account has to be able to go on with what is there.
	if err := errors.Join(err, giveToOwner(dir)); err != nil {
		return err
	}
	return r.out.err
}

// modelsDir returns the folder that was given, or that serve would use with the settings in file. Without settings it is
// the one that make setup has filled.
func modelsDir(file, dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	path := configPath(file)
	if _, err := os.Stat(path); file == "" && errors.Is(err, os.ErrNotExist) {
		return models.DefaultDir("", "")
	}
	cfg, err := config.Load(path)
	if err != nil {
		return "", hint.Wrap(err, "Correct the settings (frontdesk check), or name the models folder: --dir FOLDER", "find the models folder")
	}
	return models.DefaultDir(cfg.Models.Dir, cfg.Storage.Dir)
}

// find returns the named models, or those in use when none is named.
func (r *modelsRequest) find() ([]models.Model, error) {
	if len(r.names) == 0 {
		return r.inUse()
	}
	var out []models.Model
	for _, name := range r.names {
		m, err := r.lib.Find(name)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

// inUse returns the models that are used for all roles.
func (r *modelsRequest) inUse() ([]models.Model, error) {
	var out []models.Model
	for _, role := range models.Roles() {
		used, err := r.lib.AllInUse(role)
		if err != nil {
			return nil, err
		}
		out = append(out, used...)
	}
	return out, nil
}

// fetch implements frontdesk models fetch.
func (c *modelsCommand) fetch(ctx context.Context, r *modelsRequest) error {
	list, err := r.find()
	if err != nil {
		return err
	}
	f := c.fetcher
	f.Progress = r.bars
	if err := r.lib.Fetch(ctx, f, list...); err != nil {
		return err
	}
	return r.report(list, "All are here and verified")
}

// verifyModels implements frontdesk models verify.
func verifyModels(ctx context.Context, r *modelsRequest) error {
	list, err := r.find()
	if err == nil && len(r.names) == 0 {
		list = r.withPresent(list)
	}
	if err != nil {
		return err
	}
	found, err := r.lib.Verify(ctx, r.bars, list...)
	if err != nil {
		return err
	}
	return r.findings(found)
}

// withPresent adds to list the other models of which any file is there, be it of the wrong size.
func (r *modelsRequest) withPresent(list []models.Model) []models.Model {
	named := make(map[string]bool)
	for _, m := range list {
		named[m.Name] = true
	}
	for _, m := range r.lib.Manifest().Models {
		for _, f := range m.Files {
			if _, err := os.Stat(r.lib.Path(m, f)); err == nil && !named[m.Name] {
				named[m.Name] = true
				list = append(list, m)
			}
		}
	}
	return list
}

// importModels implements frontdesk models import.
func importModels(ctx context.Context, r *modelsRequest) error {
	whole, err := r.lib.Import(ctx, r.names[0], r.bars)
	if err != nil {
		return err
	}
	if len(whole) > 0 {
		return r.report(whole, "Taken and verified")
	}
	used, err := r.inUse()
	if err != nil {
		return err
	}
	for _, m := range used {
		if r.lib.State(m) != cachedir.Verified {
			return hint.New("Copy the files there as they are; frontdesk models list --json shows their names, sizes and hashes.",
				"no model could be made whole from %s, and %s is still missing", r.names[0], m.Name)
		}
	}
	return r.report(nil, "Nothing in "+r.names[0]+" that was missing; all models in use are here and verified")
}

// useModel implements frontdesk models use.
func useModel(_ context.Context, r *modelsRequest) error {
	m, err := r.lib.Find(r.names[0])
	if err != nil {
		return err
	}
	if err := r.lib.Use(m.Role, m.Name); err != nil {
		return err
	}
	if r.json {
		return r.report([]models.Model{m}, "")
	}
	in := ""
	if len(m.Languages) > 0 {
		in = " in " + strings.Join(m.Languages, ", ")
	}
	r.out.line("%s is used for %s%s from the next start of Frontdesk on.", m.Name, m.Role, in)
	return nil
}
