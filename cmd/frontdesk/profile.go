package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// profileCommand is frontdesk profile: what is published, the draft, and files.
func profileCommand() *cobra.Command {
	var limit int
	history := ask("history", "what was published when, and what it changed",
		func(ctx context.Context, r *request) error { return listHistory(ctx, r, limit) })
	limitFlag(history, &limit)

	var note string
	back := ask("back VERSION", "publish an older version again", func(ctx context.Context, r *request) error { return goBack(ctx, r, note) })
	noteFlag(back, &note)
	var unheard bool
	publish := ask("publish", "publish the draft", func(ctx context.Context, r *request) error { return publishDraft(ctx, r, note, unheard) })
	noteFlag(publish, &note)
	publish.Flags().BoolVar(&unheard, "unheard", false, "also when nobody has heard a new wording of the notices (frontdesk privacy hear)")

	var trial service.Trial
	var at string
	try := ask("try [QUESTION]", "what a caller would be told by the draft",
		func(ctx context.Context, r *request) error { return tryQuestion(ctx, r, trial, at) })
	try.Flags().BoolVar(&trial.Published, "published", false, "try what is published instead of the draft")
	try.Flags().StringVar(&at, "at", "", "the `moment` of the call, such as 2026-12-24T09:30:00Z; else now")

	sample := office(needsNothing, "sample NAME", "a complete profile to start from", sampleProfile)
	sample.ValidArgs = profile.SampleNames()
	return group("profile", "what the business said: draft, try, publish, history",
		described(ask("show [VERSION]", "the published profile, or one of before", showProfile),
			`Prints the published profile, or one of before, as TOML, or as JSON with its
version.`, ""),
		history, back,
		ask("draft", "what the draft changes, and what is wrong with it", showDraft),
		ask("draft-import FILE", "make a .toml or .json file the draft", importDraft),
		publish, ask("discard", "make the draft say again what is published", discardDraft),
		described(try, "Says what a caller would be told by the draft; without a question, the greeting.",
			"  frontdesk profile try \"are you open on Sunday\"\n  frontdesk profile try --published --at 2026-12-24T09:30:00Z"),
		described(sample, "Prints a complete profile to start from:\n"+strings.Join(profile.SampleNames(),
			", ")+".", "  frontdesk profile sample dental > practice.toml"),
		office(needsNothing, "check FILE", "print all that is wrong with a profile file", checkProfile),
		ask("import FILE", "publish the profile in a .toml or .json file", importProfile),
		ask("export FILE", "write the published profile to a .toml or .json file", exportProfile))
}

func showProfile(ctx context.Context, r *request) error {
	if r.arg != "" {
		return showEdition(ctx, r)
	}
	p, err := service.ReadProfile.Get(ctx, r.office)
	if err != nil {
		return noProfile(err)
	}
	if r.json {
		r.out.json(p)
		return nil
	}
	return r.writeProfile(&p.Business)
}

func sampleProfile(_ context.Context, r *request) error {
	b, err := profile.Sample(r.arg)
	if err != nil {
		return err
	}
	return r.writeProfile(b)
}

func (r *request) writeProfile(b *knowledge.Business) error {
	if r.json {
		return profile.Encode(r.out.w, profile.JSON, b)
	}
	return profile.Encode(r.out.w, profile.TOML, b)
}

func checkProfile(_ context.Context, r *request) error {
	b, err := loadProfile(r.arg)
	if r.json {
		problems := []map[string]any{}
		var all profile.Problems
		if err != nil && !errors.As(err, &all) {
			return err
		}
		for _, p := range all {
			problems = append(problems, map[string]any{"line": p.Line, "path": p.Path, "text": p.Text})
		}
		r.out.json(map[string]any{"file": r.arg, "ok": err == nil, "problems": problems})
		if err != nil {
			return errSaid
		}
		return nil
	}
	if err != nil {
		return err
	}
	r.out.line("%s is all right: %s.", r.arg, shown(b.Name))
	return nil
}

func importProfile(ctx context.Context, r *request) error {
	b, err := loadProfile(r.arg)
	if err != nil {
		return err
	}
	version, err := service.PublishProfile.Do(ctx, r.office, *b)
	if err != nil {
		return err
	}
	return r.told(map[string]any{"version": version, "id": b.ID, "name": b.Name},
		"%s is published as version %d; it holds from the next call on.", shown(b.Name), version)
}

func exportProfile(ctx context.Context, r *request) error {
	p, err := service.ReadProfile.Get(ctx, r.office)
	if err != nil {
		return noProfile(err)
	}
	if err := profile.Save(r.arg, &p.Business); err != nil {
		return err
	}
	return r.told(map[string]any{"version": p.Version, "file": r.arg}, "Version %d of %s is in %s.", p.Version, shown(p.Business.Name), r.arg)
}

// loadProfile reads a file; problems are told with its name.
func loadProfile(name string) (*knowledge.Business, error) {
	b, err := profile.Load(name)
	var all profile.Problems
	if errors.As(err, &all) {
		return nil, fmt.Errorf("%s:\n%w", name, all)
	}
	return b, err
}

// noProfile says what to do when none was published.
func noProfile(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("no profile was published yet: frontdesk profile import FILE does it")
	}
	return err
}
