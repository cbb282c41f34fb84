package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/tryout"
)

// noteFlag adds --note to what publishes something.
func noteFlag(cmd *cobra.Command, note *string) {
	cmd.Flags().StringVar(note, "note", "", "what the change is about, for the history")
}

func showEdition(ctx context.Context, r *request) error {
	version, err := readVersion(r.arg)
	if err != nil {
		return err
	}
	e, err := service.ReadEdition.Do(ctx, r.office, version)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(e)
		return nil
	}
	return r.writeProfile(&e.Business)
}

func readVersion(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no version; frontdesk profile history lists them", s)
	}
	return n, nil
}

// listedEdition is a version without all that it says.
type listedEdition struct {
	Version int           `json:"version"`
	At      time.Time     `json:"at,omitzero"`
	Note    string        `json:"note,omitempty"`
	Of      int           `json:"of,omitempty"`
	Changes []edit.Change `json:"changes"`
}

func listHistory(ctx context.Context, r *request, limit int) error {
	es, err := service.ListEditions.Do(ctx, r.office, service.EditionFilter{Before: 0, Limit: limit})
	if err != nil {
		return err
	}
	list, rows := []listedEdition{}, [][]string{}
	for _, e := range es {
		list = append(list, listedEdition{Version: e.Version, At: e.At, Note: e.Note, Of: e.Of, Changes: e.Changes})
		rows = append(rows, []string{strconv.Itoa(e.Version), when(e.At), e.Note, summed(e.Changes)})
	}
	return r.table(list, "No profile was published yet.", []string{"VERSION", "PUBLISHED", "NOTE", "CHANGES"}, rows)
}

// summed tells the first changes and counts the rest.
func summed(cs []edit.Change) string {
	const shownChanges = 3
	var out []string
	for i, c := range cs {
		if i == shownChanges {
			out = append(out, fmt.Sprintf("and %d more", len(cs)-i))
			break
		}
		out = append(out, c.Text)
	}
	return strings.Join(out, "; ")
}

func goBack(ctx context.Context, r *request, note string) error {
	version, err := readVersion(r.arg)
	if err != nil {
		return err
	}
	now, err := service.GoBack.Do(ctx, r.office, service.Reversion{Version: version, Note: note})
	if err != nil {
		return err
	}
	return r.told(map[string]any{"version": now, "of": version},
		"Version %d is published again as version %d; it holds from the next call on.", version, now)
}

func showDraft(ctx context.Context, r *request) error {
	d, err := service.ReadDraft.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(d)
		return nil
	}
	if len(d.Changes) == 0 {
		r.out.line("The draft says what is published.")
	}
	for _, c := range d.Changes {
		r.out.line("%s", shown(c.Text))
	}
	for _, p := range d.Problems {
		r.out.line("to be mended: %s: %s", p.Path, shown(p.Text))
	}
	return nil
}

func importDraft(ctx context.Context, r *request) error {
	b, err := loadProfile(r.arg)
	if err != nil {
		return err
	}
	d, err := service.ReadDraft.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if d, err = service.SaveDraft.Do(ctx, r.office, service.DraftChange{Revision: d.Revision, Section: "", Business: *b}); err != nil {
		return err
	}
	return r.told(d, "The draft is what %s says: %d change(s) from what is published. frontdesk profile publish makes it hold.", r.arg,
		len(d.Changes))
}

func publishDraft(ctx context.Context, r *request, note string, unheard bool) error {
	d, err := service.ReadDraft.Get(ctx, r.office)
	if err != nil {
		return err
	}
	version, err := service.PublishDraft.Do(ctx, r.office, service.Publication{Revision: d.Revision, Note: note, Unheard: unheard})
	if err != nil {
		return err
	}
	return r.told(map[string]any{"version": version}, "The draft is published as version %d; it holds from the next call on.", version)
}

func discardDraft(ctx context.Context, r *request) error {
	d, err := service.ReadDraft.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if d, err = service.DiscardDraft.Do(ctx, r.office, d.Revision); err != nil {
		return err
	}
	return r.told(d, "The draft says again what is published.")
}

func tryQuestion(ctx context.Context, r *request, t service.Trial, at string) error {
	t.Question = r.arg
	if at != "" {
		var err error
		if t.At, err = time.Parse(time.RFC3339, at); err != nil {
			return errors.New("write --at as 2026-12-24T09:30:00Z")
		}
	}
	got, err := service.TryQuestion.Do(ctx, r.office, t)
	if err != nil {
		return noProfile(err)
	}
	if r.json {
		r.out.json(got)
		return nil
	}
	r.out.line("%s", shown(got.Said))
	r.out.fields("  decided by", decidedBy(got), "  by the words", got.Example, "  sure", sureness(got.Sure), "  from", got.Source,
		"  put through to", got.Extension)
	return nil
}

// sureness is how sure a reading was, "" where nothing was read.
func sureness(p float64) string {
	if p <= 0 {
		return ""
	}
	return fmt.Sprintf("%.0f %%", 100*p)
}

// decidedBy says in words who decided.
func decidedBy(r tryout.Result) string {
	switch {
	case r.Outcome == tryout.Right:
		return "rules; on a call the request is filed for the office"
	case r.Model == tryout.ModelMissing:
		return "rules; the language model would be asked, but is not running"
	case r.By == "model":
		return "the language model, among what the profile offers"
	case r.By == "fallback":
		return "neither rules nor model"
	}
	return "rules"
}
