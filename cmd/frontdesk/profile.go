package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// profileCommand are the commands over the profile: what is published, the draft, and files.
func profileCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "profile", verbs: []verb{
		{name: "show", args: "[VERSION]", summary: "the published profile, or one of before, as TOML, or as JSON with its version", run: showProfile},
		{name: "history", summary: "what was published when, and what it changed", flags: limitFlag, run: listHistory},
		{name: "back", args: "VERSION", summary: "publish an older version again", flags: noteFlag, run: goBack},
		{name: "draft", summary: "what the draft changes, and what is wrong with it", run: showDraft},
		{name: "draft-import", args: "FILE", summary: "make a .toml or .json file the draft", run: importDraft},
		{name: "publish", summary: "publish the draft", flags: noteFlag, run: publishDraft},
		{name: "discard", summary: "make the draft say again what is published", run: discardDraft},
		{name: "try", args: "[QUESTION]", summary: "what a caller would be told by the draft; without a question the greeting", flags: tryFlags, run: tryQuestion},
		{name: "sample", args: "NAME", summary: "a complete profile to start from: " + strings.Join(profile.SampleNames(), ", "), alone: true, run: sampleProfile},
		{name: "check", args: "FILE", summary: "print all that is wrong with a profile file", alone: true, run: checkProfile},
		{name: "import", args: "FILE", summary: "publish the profile in a .toml or .json file", run: importProfile},
		{name: "export", args: "FILE", summary: "write the published profile to a .toml or .json file", run: exportProfile},
	}}
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
			return errUnwell
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
	if r.json {
		r.out.json(map[string]any{"version": version, "id": b.ID, "name": b.Name})
		return nil
	}
	r.out.line("%s is published as version %d; it holds from the next call on.", shown(b.Name), version)
	return nil
}

func exportProfile(ctx context.Context, r *request) error {
	p, err := service.ReadProfile.Get(ctx, r.office)
	if err != nil {
		return noProfile(err)
	}
	if err := profile.Save(r.arg, &p.Business); err != nil {
		return err
	}
	if r.json {
		r.out.json(map[string]any{"version": p.Version, "file": r.arg})
		return nil
	}
	r.out.line("Version %d of %s is in %s.", p.Version, shown(p.Business.Name), r.arg)
	return nil
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
