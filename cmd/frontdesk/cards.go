package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// addCaller makes a card, or, where use names one, changes it.
func addCaller(use, short string) *cobra.Command {
	var add, remove, tag, untag []string
	cmd := ask(use, short, func(ctx context.Context, r *request) error {
		var e service.CallerEdit
		var err error
		if e.Add, err = fieldsOf(add); err != nil {
			return err
		}
		if e.Remove, err = fieldsOf(remove); err != nil {
			return err
		}
		for _, t := range tag {
			e.Tags = append(e.Tags, record.Tag(t))
		}
		for _, t := range untag {
			e.Untag = append(e.Untag, record.Tag(t))
		}
		c, err := service.ChangeCaller.Do(ctx, r.office, service.CallerChange{ID: r.arg, Edit: e})
		return r.changedCard(ctx, c.ID, err)
	})
	fs := cmd.Flags()
	fs.StringArrayVar(&add, "set", nil, "`KIND=VALUE` to put on the card: name, number, email, address, company, language, note; may be "+
		"given several times")
	fs.StringArrayVar(&remove, "remove", nil, "`KIND=VALUE` to take off the card")
	fs.StringArrayVar(&tag, "tag", nil, "`tag` to put on: vip, blocked, protected, no_contact, restricted, objects, minor")
	fs.StringArrayVar(&untag, "untag", nil, "`tag` to take off")
	return described(cmd, "", strings.ReplaceAll(`  frontdesk callers USE --set name="Ada Reed" --set number=+12175550142
  frontdesk callers USE --tag vip`, "USE", use))
}

// changedCard shows a card after it was changed, when it was.
func (r *request) changedCard(ctx context.Context, id string, err error) error {
	if err != nil {
		return err
	}
	r.arg = id
	return showCaller(ctx, r)
}

// mergeCallers is frontdesk callers merge.
func mergeCallers() *cobra.Command {
	var into string
	cmd := ask("merge ID", "take a card with its calls onto another one", func(ctx context.Context, r *request) error {
		return r.changedCard(ctx, into, service.MergeCallers.Act(ctx, r.office, service.Merge{From: r.arg, Into: into}))
	})
	cmd.Flags().StringVar(&into, "into", "", "`ID` of the card that stays")
	return cmd
}

// splitCaller is frontdesk callers split.
func splitCaller() *cobra.Command {
	var calls []string
	cmd := ask("split ID", "make a card of its own for calls of somebody else", func(ctx context.Context, r *request) error {
		c, err := service.SplitCaller.Do(ctx, r.office, service.Split{From: r.arg, Calls: calls})
		return r.changedCard(ctx, c.ID, err)
	})
	cmd.Flags().StringArrayVar(&calls, "call", nil, "`ID` of a call that goes; may be given several times")
	return cmd
}

// holdCaller is frontdesk callers hold.
func holdCaller() *cobra.Command {
	var reason, until string
	cmd := ask("hold ID", "legal hold: nothing of the caller is removed", func(ctx context.Context, r *request) error {
		day, err := time.ParseInLocation(time.DateOnly, until, time.Local)
		if err != nil {
			return fmt.Errorf("read --until: write the day as 2027-03-02: %w", err)
		}
		hold := record.Hold{Caller: r.arg, Reason: reason, Until: day.AddDate(0, 0, 1).Add(-time.Second)}
		if err := service.HoldCaller.Act(ctx, r.office, hold); err != nil {
			return err
		}
		return listHolds(ctx, r)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "`why`")
	cmd.Flags().StringVar(&until, "until", "", "last `day`, as 2027-03-02")
	return described(cmd, "", "  frontdesk callers hold ID --reason \"case 12/27\" --until 2027-03-02")
}

func releaseCaller(ctx context.Context, r *request) error {
	if err := service.ReleaseCaller.Act(ctx, r.office, r.arg); err != nil {
		return err
	}
	return listHolds(ctx, r)
}

// eraseCaller is frontdesk callers erase.
func eraseCaller() *cobra.Command {
	var reason string
	cmd := ask("erase ID", "erase a caller with all that is kept, and look for traces", func(ctx context.Context, r *request) error {
		e, err := service.EraseCaller.Do(ctx, r.office, service.Erasure{ID: r.arg, Reason: reason})
		if err != nil {
			return err
		}
		r.print(e, func() {
			r.out.line("Erased in %s: %d calls with %d turns, %d messages, %d other records. Receipt: %s", e.Took.Round(time.Millisecond), e.Calls,
				e.Turns, e.Messages, e.Other, e.ID)
			r.out.proof(e.Proof)
		})
		if !e.Proof.Clean() {
			return errTraces
		}
		return nil
	})
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, kept with the receipt; name nobody")
	return described(cmd, `Erases a caller with all that is kept, and looks for traces in the raw files. A
legal hold wins over it. It ends with 1 when something is left.`, "")
}

func makeCallerCode(ctx context.Context, r *request) error {
	c, err := service.MakeCallerCode.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	return r.told(c, "Tell the person at the number on the card: %s. It is good once, until %s.", c.Code, when(c.Until))
}

// exportCaller is frontdesk callers export.
func exportCaller() *cobra.Command {
	var file string
	var redact []string
	cmd := ask("export ID", "all that is kept of a caller, for the person", func(ctx context.Context, r *request) error {
		zip, err := service.ExportCaller.Do(ctx, r.office, service.DossierWish{ID: r.arg, Redact: redact})
		if err != nil {
			return err
		}
		return r.whole("dossier", file, func(w io.Writer) error { return service.Pour(w, zip) })
	})
	outFlag(cmd, &file)
	cmd.Flags().StringArrayVar(&redact, "redact", nil, "`name` or word of somebody else to take out of texts; may be given several times")
	return described(cmd, `Writes all that is kept of a caller, for the person: a ZIP archive with a page
to read, JSON and recordings.`,
		"  frontdesk callers export ID --out dossier.zip --redact \"Ada Reed\"")
}

// noteConsent is frontdesk callers consent.
func noteConsent() *cobra.Command {
	var to, said string
	cmd := ask("consent ID", "note what a caller said about being recorded or contacted", func(ctx context.Context, r *request) error {
		consent := record.Consent{Caller: r.arg, Kind: record.ConsentKind(to), State: record.ConsentState(said)}
		if _, err := service.NoteConsent.Do(ctx, r.office, consent); err != nil {
			return err
		}
		return listConsents(ctx, r)
	})
	cmd.Flags().StringVar(&to, "to", string(record.ConsentRecording), "`what` it is about: recording or contact")
	cmd.Flags().StringVar(&said, "said", "", "`what` was said: given, refused or withdrawn")
	return described(cmd, "", "  frontdesk callers consent ID --to recording --said withdrawn")
}

func listConsents(ctx context.Context, r *request) error {
	cs, err := service.ListConsents.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, c := range cs {
		notice := ""
		if c.Notice > 0 {
			notice = strconv.Itoa(c.Notice)
		}
		rows = append(rows, []string{when(c.At), string(c.Kind), string(c.State), string(c.How), notice, c.Call, fmt.Sprintf("%.1f", c.Second)})
	}
	return r.table(cs, "Nothing was noted.", []string{"WHEN", "WHAT", "STATE", "HOW", "NOTICE", "CALL", "SECOND"}, rows)
}

// fieldsOf reads KIND=VALUE.
func fieldsOf(list []string) ([]record.Field, error) {
	var fs []record.Field
	for _, s := range list {
		kind, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("%q is not KIND=VALUE, such as email=ada@example.org", s)
		}
		fs = append(fs, record.Field{Kind: record.FieldKind(kind), Value: record.Personal(value)})
	}
	return fs, nil
}
