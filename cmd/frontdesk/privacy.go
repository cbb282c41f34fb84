package main

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// privacyCommand is frontdesk privacy.
func privacyCommand() *cobra.Command {
	var days int
	due := ask("due", "what will be removed because its time is over",
		func(ctx context.Context, r *request) error { return listDue(ctx, r, days) })
	due.Flags().IntVar(&days, "days", 0, "also what is due within so many `days`")

	var texts []string
	prove := ask("prove-erasure [RECEIPT]", "look through the raw files for what was erased", func(ctx context.Context, r *request) error {
		p, err := service.ProveErasure.Do(ctx, r.office, service.Trace{Receipt: r.arg, Texts: texts})
		if err != nil {
			return err
		}
		return r.proof(p)
	})
	prove.Flags().StringArrayVar(&texts, "text", nil, "`words` or number of the person to look for, which are not kept; may be given "+
		"several times")

	return group("privacy", "callers' rights, legal holds, how long things are kept", append([]*cobra.Command{
		ask("requests", "what callers have asked for, with deadlines", listRequests),
		fileRequest(), identifyRequest(),
		ask("done REQUEST", "do what was asked for, or note that it was done", func(ctx context.Context, r *request) error {
			got, err := service.CompleteRequest.Do(ctx, r.office, r.arg)
			return r.request(got, err)
		}),
		refuseRequest(),
		ask("erasures", "receipts of all erasures", listErasures),
		described(prove, `Looks through the raw files for what must not be there any more: of all
erasures, or of that of one receipt. It ends with 1 when something is left.`, ""),
		ask("holds", "legal holds, which win over erasure and retention", listHolds),
		due, sweepRecords(), retentionCommand(),
		ask("notices", "what callers must be told, and since when", listNotices), hearNotice(),
		ask("record", "the record of processing activities (GDPR Article 30)", processingRecord),
	}, letterCommands()...)...)
}

// identityFlag adds --identity.
func identityFlag(cmd *cobra.Command, how *string) {
	cmd.Flags().StringVar(how, "identity", "", "`how` the person was known: office, call_back, code or number; without it the request "+
		"waits for that")
}

// fileRequest is frontdesk privacy request.
func fileRequest() *cobra.Command {
	var kind, how, agent, proof, what string
	cmd := ask("request CALLER", "note what a caller asks for", func(ctx context.Context, r *request) error {
		got, err := service.FileRequest.Do(ctx, r.office, record.Request{
			Caller: r.arg, Kind: record.RequestKind(kind), Identity: record.Identity(how), Agent: record.Personal(agent),
			Proof: record.Personal(proof), What: record.Personal(what),
		})
		return r.request(got, err)
	})
	fs := cmd.Flags()
	fs.StringVar(&kind, "right", "", "`which`: access, portability, rectify, restrict, object, erase, withdraw or no_contact")
	identityFlag(cmd, &how)
	fs.StringVar(&agent, "agent", "", "`name` of who asks for the person")
	fs.StringVar(&proof, "proof", "", "`what` shows that the agent may, such as \"letter of 2 March\"")
	fs.StringVar(&what, "what", "", "what is wrong, in the person's `words`")
	return described(cmd, "", "  frontdesk privacy request CALLER --right access --identity office")
}

// identifyRequest is frontdesk privacy identify.
func identifyRequest() *cobra.Command {
	var how string
	cmd := ask("identify REQUEST", "note how it was checked that this is the person", func(ctx context.Context, r *request) error {
		got, err := service.IdentifyRequest.Do(ctx, r.office, service.Identification{ID: r.arg, How: record.Identity(how)})
		return r.request(got, err)
	})
	identityFlag(cmd, &how)
	return cmd
}

// refuseRequest is frontdesk privacy refuse.
func refuseRequest() *cobra.Command {
	var reason string
	cmd := ask("refuse REQUEST", "end a request with a reason", func(ctx context.Context, r *request) error {
		got, err := service.RefuseRequest.Do(ctx, r.office, service.Refusal{ID: r.arg, Reason: reason})
		return r.request(got, err)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, which the person is told")
	return cmd
}

// request prints what became of a request.
func (r *request) request(q record.Request, err error) error {
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(q)
		return nil
	}
	r.out.fields("Request", q.ID, "Caller", q.Caller, "Right", string(q.Kind), "State", string(q.State), "Came", when(q.At), "Due",
		when(q.Due), "Identity", string(q.Identity), "Done", when(q.Finished), "Reason", q.Reason)
	if q.State == record.RequestOpen && q.Identity == record.IdentityNone {
		r.out.line("Check first that this is the person: frontdesk callers code %s makes a code to be told at the number on the card,", q.Caller)
		r.out.line("or frontdesk privacy identify %s --identity office.", q.ID)
	} else if q.State == record.RequestOpen {
		r.out.line("Then: frontdesk privacy done %s", q.ID)
	}
	return nil
}

func listRequests(ctx context.Context, r *request) error {
	rs, err := service.ListRequests.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, q := range rs {
		state := string(q.State)
		if q.Overdue(time.Now()) {
			state = "OVERDUE"
		}
		rows = append(rows, []string{q.ID, string(q.Kind), state, when(q.At), when(q.Due), q.Caller, string(q.Identity)})
	}
	return r.table(rs, "Nobody has asked for anything.", []string{"REQUEST", "RIGHT", "STATE", "CAME", "DUE", "CALLER", "IDENTITY"}, rows)
}

func listErasures(ctx context.Context, r *request) error {
	ts, err := service.ListErasures.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, t := range ts {
		done := when(t.Finished)
		if done == "" {
			done = "goes on"
		}
		rows = append(rows, []string{t.ID, when(t.At), done, strconv.Itoa(t.Calls), strconv.Itoa(t.Messages), t.By, t.Reason})
	}
	return r.table(ts, "Nobody was erased.", []string{"RECEIPT", "ASKED", "DONE", "CALLS", "MESSAGES", "BY", "REASON"}, rows)
}

// errTraces says that something was found, which was printed.
var errTraces = errors.New("there is something left: see above")

// proof prints what was found of an erasure, and fails when something was.
func (r *request) proof(p privacy.Proof) error {
	r.print(p, func() { r.out.proof(p) })
	if !p.Clean() {
		return errTraces
	}
	return nil
}

func (p *printer) proof(found privacy.Proof) {
	p.line("%s", found.Shown())
	if len(found.Skips) > 0 {
		p.line("Not looked through: %s, which hold nothing of callers.", strings.Join(found.Skips, ", "))
	}
	for _, f := range found.Found {
		p.line("  %s at octet %d: %s", f.File, f.Offset, f.What)
	}
}

func listHolds(ctx context.Context, r *request) error {
	hs, err := service.ListHolds.Get(ctx, r.office)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, h := range hs {
		rows = append(rows, []string{h.Caller, h.Until.Format(time.DateOnly), h.By, h.Reason})
	}
	return r.table(hs, "Nothing is held.", []string{"CALLER", "UNTIL", "BY", "REASON"}, rows)
}

func listDue(ctx context.Context, r *request, days int) error {
	due, err := service.ListDue.Do(ctx, r.office, days)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, d := range due {
		held := ""
		if d.Held != "" {
			held = "stays: " + d.Held
		}
		rows = append(rows, []string{string(d.Kind), d.ID, d.Caller, when(d.Since), held})
	}
	return r.table(due, "Nothing is due.", []string{"WHAT", "ID", "CALLER", "KEPT SINCE", ""}, rows)
}

// sweepRecords is frontdesk privacy sweep.
func sweepRecords() *cobra.Command {
	var dry bool
	cmd := ask("sweep", "remove what is due now; it is done each night anyway", func(ctx context.Context, r *request) error {
		if dry {
			return listDue(ctx, r, 0)
		}
		s, err := service.SweepRecords.Get(ctx, r.office)
		if err != nil {
			return err
		}
		r.print(s, func() { r.out.swept(s) })
		return nil
	})
	cmd.Flags().BoolVar(&dry, "dry-run", false, "only say what would be removed")
	return cmd
}

func (p *printer) swept(s privacy.Swept) {
	if len(s.Removed) == 0 {
		p.line("Nothing was due.")
	}
	for _, kind := range []privacy.DueKind{
		privacy.DueRecording, privacy.DueTranscript, privacy.DueCall, privacy.DueMessage, privacy.DueVisit, privacy.DueCaller,
	} {
		if n := s.Removed[kind]; n > 0 {
			p.line("%-12s %d removed", kind, n)
		}
	}
	if s.Held > 0 {
		p.line("%d stay because of a legal hold.", s.Held)
	}
}

// retentionCommand is frontdesk privacy retention: it shows or changes how long things are kept.
func retentionCommand() *cobra.Command {
	var given record.Retention
	var preview bool
	cmd := ask("retention", "how long things are kept; flags change it", func(ctx context.Context, r *request) error {
		k, err := service.ReadRetention.Get(ctx, r.office)
		if err != nil {
			return err
		}
		changed, into := false, retentionFlags(&k)
		for name, days := range retentionFlags(&given) {
			if r.flags.Changed(name) {
				*into[name], changed = *days, true
			}
		}
		if preview {
			list, err := service.PreviewRetention.Do(ctx, r.office, k)
			if err != nil {
				return err
			}
			return r.told(list, "The next night would remove %d things; nothing is changed.", len(list))
		}
		if changed {
			if k, err = service.SetRetention.Do(ctx, r.office, k); err != nil {
				return err
			}
		}
		r.print(k, func() {
			r.out.fields("What was said", keptFor(k.Transcripts), "Calls", keptFor(k.Calls), "Messages",
				keptFor(k.Messages)+" from when they were dealt with",
				"Callers", keptFor(k.Callers), "From lists", keptFor(k.Imported), "From programs", keptFor(k.Pushed), "By the office",
				keptFor(k.Office), "Of children", keptFor(k.Minors))
		})
		return nil
	})
	into := retentionFlags(&given)
	for name, what := range map[string]string{
		"transcripts": "what was said on calls", "calls": "that there was a call", "messages": "messages, from when they were dealt with",
		"callers": "cards of people who have called, when nothing else is kept of them", "imported": "cards that were taken over from a list",
		"pushed": "cards that a program has written", "office": "cards on which the office has written", "minors": "all of it of children",
		"security": "sign-ins and refusals (0 = 90)",
	} {
		cmd.Flags().IntVar(into[name], name, 0, what+": so many `days`, 0 = for ever")
	}
	cmd.Flags().BoolVar(&preview, "preview", false, "only tell how many things the next night would remove")
	return described(cmd, "", "  frontdesk privacy retention\n  frontdesk privacy retention --transcripts 30 --calls 365")
}

// retentionFlags are the fields of k by the names of their flags.
func retentionFlags(k *record.Retention) map[string]*int {
	return map[string]*int{"transcripts": &k.Transcripts, "calls": &k.Calls, "messages": &k.Messages, "callers": &k.Callers,
		"imported": &k.Imported,
		"pushed":   &k.Pushed, "office": &k.Office, "minors": &k.Minors, "security": &k.Security}
}

// keptFor is a time in days.
func keptFor(days int) string {
	if days == 0 {
		return "for ever"
	}
	return strconv.Itoa(days) + " days"
}

func processingRecord(ctx context.Context, r *request) error {
	p, err := service.ReadProcessing.Get(ctx, r.office)
	if err != nil {
		return err
	}
	return r.told(p, "%s", p.Text())
}
