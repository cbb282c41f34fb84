package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// letterCommands are what comes between a request and its end.
func letterCommands() []*cobra.Command {
	var what, reason, why, kind, file string
	var amount float64
	more := ask("more REQUEST", "let a request wait until the person has told more", func(ctx context.Context, r *request) error {
		q, err := service.AskRequester.Do(ctx, r.office, service.MoreWanted{ID: r.arg, What: what})
		return r.request(q, err)
	})
	more.Flags().StringVar(&what, "what", "", "`what` the person has to tell")
	fee := ask("fee REQUEST", "note a fee, where the law allows one", func(ctx context.Context, r *request) error {
		q, err := service.ChargeRequest.Do(ctx, r.office, service.RequestFee{
			ID: r.arg, Amount: int(math.Round(amount * 100)), Reason: record.FeeReason(reason), Why: record.Personal(why),
		})
		return r.request(q, err)
	})
	fee.Flags().Float64Var(&amount, "amount", 0, "how `much`, such as 12.50")
	fee.Flags().StringVar(&reason, "reason", "", "`why`: further_copy or excessive")
	fee.Flags().StringVar(&why, "shown-by", "", "`what` shows that it is excessive")
	letter := ask("letter REQUEST", "a letter about a request, ready to be printed", func(ctx context.Context, r *request) error {
		c, err := service.WriteLetter.Do(ctx, r.office, service.LetterWish{ID: r.arg, Kind: privacy.LetterKind(kind)})
		if err != nil {
			return err
		}
		return r.whole("letter", file, func(w io.Writer) error { return service.Pour(w, c) })
	})
	letter.Flags().StringVar(&kind, "about", "more", "`what` it is about: more, fee, refusal or done")
	outFlag(letter, &file)
	return []*cobra.Command{
		more,
		ask("resume REQUEST", "the person has told what was missing", func(ctx context.Context, r *request) error {
			q, err := service.ResumeRequest.Do(ctx, r.office, r.arg)
			return r.request(q, err)
		}),
		fee, letter,
		ask("refusals [RIGHT]", "refusals that are ready to be sent", func(ctx context.Context, r *request) error {
			ts, err := service.ListRefusals.Do(ctx, r.office, record.RequestKind(r.arg))
			if err != nil {
				return err
			}
			var rows [][]string
			for _, t := range ts {
				rows = append(rows, []string{t.Name, t.Text})
			}
			return r.table(ts, "Nobody may refuse that.", []string{"NAME", "TEXT"}, rows)
		}),
		rectifyRequest(), noContact(),
	}
}

// rectifyRequest is frontdesk privacy rectify.
func rectifyRequest() *cobra.Command {
	var wrong, right []string
	var note string
	cmd := ask("rectify REQUEST", "put right what a request says is wrong", func(ctx context.Context, r *request) error {
		in := service.Rectification{ID: r.arg, Note: note}
		var err error
		if in.Remove, err = fields(wrong); err == nil {
			in.Add, err = fields(right)
		}
		if err != nil {
			return err
		}
		q, err := service.RectifyRequest.Do(ctx, r.office, in)
		return r.request(q, err)
	})
	cmd.Flags().StringArrayVar(&wrong, "wrong", nil, "`KIND=VALUE` as it stands on the card; may be given several times")
	cmd.Flags().StringArrayVar(&right, "right", nil, "`KIND=VALUE` as it is right; may be given several times")
	cmd.Flags().StringVar(&note, "note", "", "`what` was put right elsewhere, and where")
	return described(cmd, "", "  frontdesk privacy rectify REQUEST --wrong name=Ana --right name=Anna")
}

// fields reads fields of a card.
func fields(all []string) (out []record.Field, err error) {
	for _, f := range all {
		kind, value, ok := strings.Cut(f, "=")
		if !ok {
			return nil, fmt.Errorf("%q: write KIND=VALUE, such as name=Anna", f)
		}
		out = append(out, record.Field{Kind: record.FieldKind(kind), Value: record.Personal(value)})
	}
	return out, nil
}

// noContact is frontdesk privacy no-contact.
func noContact() *cobra.Command {
	var file string
	cmd := ask("no-contact", "who is not to be called or written to unasked", func(ctx context.Context, r *request) error {
		if file != "" {
			c, err := service.ExportNoContact.Get(ctx, r.office)
			if err != nil {
				return err
			}
			return r.whole("list", file, func(w io.Writer) error { return service.Pour(w, c) })
		}
		cs, err := service.ListNoContact.Get(ctx, r.office)
		if err != nil {
			return err
		}
		var rows [][]string
		for _, c := range cs {
			rows = append(rows, []string{c.ID, string(c.Name), c.Number.Masked()})
		}
		return r.table(cs, "Nobody has asked for that.", []string{"CALLER", "NAME", "NUMBER"}, rows)
	})
	outFlag(cmd, &file)
	return cmd
}
