package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/models"
	"frontdesk.internal/models/cachedir"
	"frontdesk.internal/models/progress"
)

// modelsRequest is one command line of frontdesk models.
type modelsRequest struct {
	lib   *models.Library
	names []string
	json  bool
	out   *printer
	bars  *progress.Reporter
}

// modelsCommand is frontdesk models: the weights that the engines run on. It needs no running appliance.
func modelsCommand() *cobra.Command {
	return described(group("models", "the weights that the engines run on",
		overModels("list", "what models there are, what for, and whether they are here", listModels),
		described(overModels("fetch [NAME...]", "fetch what is missing of models", fetchModels),
			`Fetches what is missing of models, by default of those in use. It can be
interrupted and goes on where it stopped. Nothing gets its name before its hash
is right.`, "  frontdesk models fetch"),
		described(overModels("verify [NAME...]", "hash the files of models anew", verifyModels),
			`Hashes the files of models anew, by default of all that are here or in use. It
ends with 1 when a file is missing or not what it should be.`, ""),
		described(overModels("import FOLDER", "take models from a folder or a stick", importModels),
			`Takes models from a folder or a stick, without any network. Every missing file
that the manifest knows is taken, whatever its name and wherever below FOLDER.`, "  frontdesk models import /media/stick"),
		overModels("use NAME", "use another model for what it is for, from the next start on", useModel)),
		`The weights that the engines run on. A model of your own is an entry in a
models.toml in the models folder or the one above it. A voice whose entry names
languages speaks those; a language without a voice is spoken by espeak-ng.`, "")
}

// overModels makes a command over the models folder.
func overModels(use, short string, do func(ctx context.Context, r *modelsRequest) error) *cobra.Command {
	var file, dir string
	r := &modelsRequest{}
	cmd := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
		r.names, r.out, r.bars = args, &printer{w: cmd.OutOrStdout()}, progress.For(cmd.ErrOrStderr())
		err := r.run(cmd.Context(), file, dir, do)
		if err != nil && !errors.Is(err, errSaid) && cmd.Context().Err() != nil {
			return progress.NewFault("Nothing is broken: run the same command again and it goes on where it stopped.", "interrupted")
		}
		return err
	}}
	jsonFlag(cmd.Flags(), &r.json)
	configFlag(cmd.Flags(), &file)
	cmd.Flags().StringVar(&dir, "dir", "", "models `folder`, instead of the one that the settings or make setup name")
	return cmd
}

// run does the work with an open library.
func (r *modelsRequest) run(ctx context.Context, file, dir string, do func(ctx context.Context, r *modelsRequest) error) error {
	dir, err := modelsDir(file, dir)
	if err != nil {
		return err
	}
	if r.lib, err = models.Open(dir); err != nil {
		return err
	}
	err = do(ctx, r)
	// Run by root for the service, whose account has to be able to go on with what is there.
	if err := errors.Join(err, statefile.GiveToOwner(dir)); err != nil {
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
		return "", progress.WrapFault(err, "Correct the settings (frontdesk check), or name the models folder: --dir FOLDER",
			"find the models folder")
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

// fetchModels implements frontdesk models fetch.
func fetchModels(ctx context.Context, r *modelsRequest) error {
	list, err := r.find()
	if err != nil {
		return err
	}
	if err := r.lib.Fetch(ctx, models.Fetcher{Progress: r.bars}, list...); err != nil {
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
			return progress.NewFault("Copy the files there as they are; frontdesk models list --json shows their names, sizes and hashes.",
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
