package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// breachCommand is frontdesk breach.
func breachCommand() *cobra.Command {
	var in service.BreachReport
	var since, noticed, file string
	report := ask("report WHAT", "note a breach of data: the 72 hours run", func(ctx context.Context, r *request) error {
		in.What = r.arg
		for text, into := range map[*string]*time.Time{&since: &in.Since, &noticed: &in.Noticed} {
			if *text == "" {
				continue
			}
			at, err := time.ParseInLocation("2006-01-02 15:04", *text, time.Local)
			if err != nil {
				return fmt.Errorf("%q is no moment: write 2026-03-02 09:30", *text)
			}
			*into = at
		}
		b, err := service.ReportBreach.Do(ctx, r.office, in)
		return r.breach(b, err)
	})
	report.Flags().StringVar(&in.Whose, "whose", "", "`whose` data; without it everybody's")
	report.Flags().IntVar(&in.People, "people", 0, "how `many` people it is about")
	report.Flags().StringVar(&since, "since", "", "the `moment` when it began, 2026-03-02 09:30")
	report.Flags().StringVar(&noticed, "noticed", "", "the `moment` when it was noticed; without it now")
	report.Flags().StringVar(&in.Done, "done", "", "`what` was done already")

	var step service.BreachStep
	note := ask("note BREACH", "note what was done about it", func(ctx context.Context, r *request) error {
		step.ID = r.arg
		b, err := service.NoteBreach.Do(ctx, r.office, step)
		return r.breach(b, err)
	})
	note.Flags().StringVar(&step.Text, "text", "", "`what` was done, or why nothing needs to be")
	note.Flags().BoolVar(&step.Notified, "notified", false, "the authority was told")
	note.Flags().BoolVar(&step.Closed, "closed", false, "nothing is left to be done")

	draft := ask("draft BREACH", "a draft of the notice to the authority", func(ctx context.Context, r *request) error {
		c, err := service.DraftBreach.Do(ctx, r.office, r.arg)
		if err != nil {
			return err
		}
		return r.whole("draft", file, func(w io.Writer) error { return service.Pour(w, c) })
	})
	outFlag(draft, &file)
	return group("breach", "data was lost or seen by who may not: clock, facts, notice",
		ask("list", "breaches that were reported", listBreaches), report, note, draft, sealForAuthority())
}

// breach prints a breach.
func (r *request) breach(b record.Breach, err error) error {
	if err != nil {
		return err
	}
	r.print(b, func() {
		r.out.fields("Breach", b.ID, "What", b.What, "People", strconv.Itoa(b.People), "Since", when(b.Since), "Noticed", when(b.Noticed),
			"Notice due", when(b.Due()), "Authority told", when(b.Notified), "Closed", when(b.Closed))
		for _, f := range b.Facts {
			r.out.line("  %s", shown(f))
		}
		r.out.line("Next: frontdesk breach draft %s", b.ID)
	})
	return nil
}

func listBreaches(ctx context.Context, r *request) error {
	bs, err := service.ListBreaches.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, b := range bs {
		state := "told " + when(b.Notified)
		switch {
		case b.Runs() && time.Now().After(b.Due()):
			state = "OVERDUE"
		case b.Runs():
			state = "due " + when(b.Due())
		case b.Notified.IsZero():
			state = "closed without a notice"
		}
		rows = append(rows, []string{b.ID, when(b.Noticed), state, strconv.Itoa(b.People), shown(b.What)})
	}
	return r.table(bs, "No breach was reported.", []string{"BREACH", "NOTICED", "AUTHORITY", "PEOPLE", "WHAT"}, rows)
}

// sealForAuthority is frontdesk breach seal.
func sealForAuthority() *cobra.Command {
	var in service.AuthorityWish
	var file string
	cmd := ask("seal CALLERS", "all that is kept of callers, sealed for an authority", func(ctx context.Context, r *request) error {
		in.Callers = strings.FieldsFunc(r.arg, func(c rune) bool { return c == ',' || c == ' ' })
		c, err := service.SealForAuthority.Do(ctx, r.office, in)
		if err != nil {
			return err
		}
		sum := sha256.New()
		err = r.whole("sealed export", file, func(w io.Writer) error { return service.Pour(io.MultiWriter(w, sum), c) })
		if err != nil || file == "" {
			return err
		}
		return r.told(map[string]string{"file": file, "sha256": fmt.Sprintf("%x", sum.Sum(nil))},
			"The audit chain keeps its hash: sha256 %x", sum.Sum(nil))
	})
	fs := cmd.Flags()
	fs.StringVar(&in.Authority, "authority", "", "`who` asks")
	fs.StringVar(&in.Reference, "reference", "", "their `number`")
	fs.StringVar(&in.Ground, "ground", "", "order or `law`")
	fs.StringVar(&in.Key, "to", "", "their public `key`: age1...")
	outFlag(cmd, &file)
	return described(cmd, `Writes all that is kept of callers, sealed so that the authority alone can open
it, with who got what from whom. CALLERS are their IDs, with commas between.`, "")
}
