package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// privacyCommand are callers' rights.
func privacyCommand(stdout, stderr io.Writer) *officeCommand {
	var q record.Request
	var kind, how, agent, proof, what, reason string
	file := func(fs *flag.FlagSet, _ *request) {
		fs.StringVar(&kind, "right", "", "`access`, portability, rectify, restrict, object, erase, withdraw or no_contact")
		fs.StringVar(&how, "identity", "", "how the person was known: `office`, call_back, code or number; without it the request waits for that")
		fs.StringVar(&agent, "agent", "", "`name` of who asks for the person")
		fs.StringVar(&proof, "proof", "", "`what` shows that the agent may, such as \"letter of 2 March\"")
		fs.StringVar(&what, "what", "", "what is wrong, in the person's `words`")
	}
	why := func(fs *flag.FlagSet, _ *request) {
		fs.StringVar(&reason, "reason", "", "`why`, which the person is told")
	}
	return &officeCommand{stdout: stdout, stderr: stderr, name: "privacy", verbs: []verb{
		{name: "requests", summary: "what callers have asked for, with deadlines", run: listRequests},
		{name: "request", args: "CALLER", summary: "note what a caller asks for", flags: file, run: func(ctx context.Context, r *request) error {
			q = record.Request{Caller: r.arg, Kind: record.RequestKind(kind), Identity: record.Identity(how), Agent: record.Personal(agent), Proof: record.Personal(proof), What: record.Personal(what)}
			got, err := service.FileRequest.Do(ctx, r.office, q)
			return r.request(got, err)
		}},
		{name: "identify", args: "REQUEST", summary: "note how it was checked that this is the person", flags: file, run: func(ctx context.Context, r *request) error {
			got, err := service.IdentifyRequest.Do(ctx, r.office, service.Identification{ID: r.arg, How: record.Identity(how)})
			return r.request(got, err)
		}},
		{name: "done", args: "REQUEST", summary: "do what was asked for, or note that it was done", run: func(ctx context.Context, r *request) error {
			got, err := service.CompleteRequest.Do(ctx, r.office, r.arg)
			return r.request(got, err)
		}},
		{name: "refuse", args: "REQUEST", summary: "end a request with a reason", flags: why, run: func(ctx context.Context, r *request) error {
			got, err := service.RefuseRequest.Do(ctx, r.office, service.Refusal{ID: r.arg, Reason: reason})
			return r.request(got, err)
		}},
		{name: "erasures", summary: "receipts of all erasures", run: listErasures},
		{name: "prove-erasure", args: "[RECEIPT]", summary: "look through the raw files for what must not be there any more", run: proveErasure, flags: func(fs *flag.FlagSet, r *request) {
			fs.Var(&r.words, "text", "`words` or number of the person to look for, which are not kept; may be given several times")
		}},
		{name: "holds", summary: "legal holds, which win over erasure and retention", run: listHolds},
		{name: "due", summary: "what will be removed because its time is over", run: listDue, flags: func(fs *flag.FlagSet, r *request) {
			fs.IntVar(&r.days, "days", 0, "also what is due within so many `days`")
		}},
		{name: "sweep", summary: "remove what is due now; it is done each night anyway", run: sweep, flags: func(fs *flag.FlagSet, r *request) {
			fs.BoolVar(&r.all, "dry-run", false, "only say what would be removed")
		}},
		retentionVerb(),
		{name: "record", summary: "the record of processing activities (GDPR Article 30), from the settings", run: processingRecord},
	}}
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
	r.out.fields("Request", q.ID, "Caller", q.Caller, "Right", string(q.Kind), "State", string(q.State), "Came", when(q.At), "Due", when(q.Due),
		"Identity", string(q.Identity), "Done", when(q.Finished), "Reason", q.Reason)
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
	if r.json {
		r.out.json(rs)
		return nil
	}
	var rows [][]string
	for _, q := range rs {
		state := string(q.State)
		if q.Overdue(time.Now()) {
			state = "OVERDUE"
		}
		rows = append(rows, []string{q.ID, string(q.Kind), state, when(q.At), when(q.Due), q.Caller, string(q.Identity)})
	}
	r.out.table("Nobody has asked for anything.", []string{"REQUEST", "RIGHT", "STATE", "CAME", "DUE", "CALLER", "IDENTITY"}, rows)
	return nil
}

func listErasures(ctx context.Context, r *request) error {
	ts, err := service.ListErasures.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(ts)
		return nil
	}
	var rows [][]string
	for _, t := range ts {
		done := when(t.Finished)
		if done == "" {
			done = "goes on"
		}
		rows = append(rows, []string{t.ID, when(t.At), done, strconv.Itoa(t.Calls), strconv.Itoa(t.Messages), t.By, t.Reason})
	}
	r.out.table("Nobody was erased.", []string{"RECEIPT", "ASKED", "DONE", "CALLS", "MESSAGES", "BY", "REASON"}, rows)
	return nil
}

// errTraces says that something was found, which was printed.
var errTraces = errors.New("there is something left: see above")

func proveErasure(ctx context.Context, r *request) error {
	p, err := service.ProveErasure.Do(ctx, r.office, service.Trace{Receipt: r.arg, Texts: r.words})
	if err != nil {
		return err
	}
	r.showProof(p)
	if !p.Clean() {
		return errTraces
	}
	return nil
}

func (r *request) showProof(p privacy.Proof) {
	if r.json {
		r.out.json(p)
		return
	}
	r.out.line("%s", p.Shown())
	if len(p.Skips) > 0 {
		r.out.line("Not looked through: %s, which hold nothing of callers.", strings.Join(p.Skips, ", "))
	}
	for _, f := range p.Found {
		r.out.line("  %s at octet %d: %s", f.File, f.Offset, f.What)
	}
}

func listHolds(ctx context.Context, r *request) error {
	hs, err := service.ListHolds.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(hs)
		return nil
	}
	var rows [][]string
	for _, h := range hs {
		rows = append(rows, []string{h.Caller, h.Until.Format(time.DateOnly), h.By, h.Reason})
	}
	r.out.table("Nothing is held.", []string{"CALLER", "UNTIL", "BY", "REASON"}, rows)
	return nil
}

func listDue(ctx context.Context, r *request) error {
	due, err := service.ListDue.Do(ctx, r.office, r.days)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(due)
		return nil
	}
	var rows [][]string
	for _, d := range due {
		held := ""
		if d.Held != "" {
			held = "stays: " + d.Held
		}
		rows = append(rows, []string{string(d.Kind), d.ID, d.Caller, when(d.Since), held})
	}
	r.out.table("Nothing is due.", []string{"WHAT", "ID", "CALLER", "KEPT SINCE", ""}, rows)
	return nil
}

func sweep(ctx context.Context, r *request) error {
	if r.all {
		return listDue(ctx, r)
	}
	s, err := service.SweepRecords.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(s)
		return nil
	}
	if len(s.Removed) == 0 {
		r.out.line("Nothing was due.")
	}
	for _, kind := range []privacy.DueKind{privacy.DueRecording, privacy.DueTranscript, privacy.DueCall, privacy.DueMessage, privacy.DueCaller} {
		if n := s.Removed[kind]; n > 0 {
			r.out.line("%-12s %d removed", kind, n)
		}
	}
	if s.Held > 0 {
		r.out.line("%d stay because of a legal hold.", s.Held)
	}
	return nil
}

// retentionVerb shows or changes how long things are kept.
func retentionVerb() verb {
	fields := map[string]*int{"transcripts": new(int), "calls": new(int), "messages": new(int), "callers": new(int), "minors": new(int)}
	var flags *flag.FlagSet
	return verb{
		name: "retention", summary: "how long things are kept; flags change it", flags: func(fs *flag.FlagSet, _ *request) {
			flags = fs
			for name, what := range map[string]string{
				"transcripts": "what was said on calls", "calls": "that there was a call", "messages": "messages, from when they were dealt with",
				"callers": "cards of people of whom nothing else is kept", "minors": "all of it of children",
			} {
				fs.IntVar(fields[name], name, 0, what+": so many `days`, 0 = for ever")
			}
		},
		run: func(ctx context.Context, r *request) error {
			k, err := service.ReadRetention.Get(ctx, r.office)
			if err != nil {
				return err
			}
			changed := false
			flags.Visit(func(f *flag.Flag) {
				into := map[string]*int{"transcripts": &k.Transcripts, "calls": &k.Calls, "messages": &k.Messages, "callers": &k.Callers, "minors": &k.Minors}[f.Name]
				if into != nil {
					*into, changed = *fields[f.Name], true
				}
			})
			if changed {
				if k, err = service.SetRetention.Do(ctx, r.office, k); err != nil {
					return err
				}
			}
			if r.json {
				r.out.json(k)
				return nil
			}
			days := func(n int) string {
				if n == 0 {
					return "for ever"
				}
				return strconv.Itoa(n) + " days"
			}
			r.out.fields("What was said", days(k.Transcripts), "Calls", days(k.Calls), "Messages", days(k.Messages)+" from when they were dealt with", "Callers", days(k.Callers), "Of children", days(k.Minors))
			return nil
		},
	}
}

func processingRecord(ctx context.Context, r *request) error {
	p, err := service.ReadProcessing.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(p)
		return nil
	}
	r.out.line("%s", p.Text())
	return nil
}

// callerVerbs are those that change a card.
func callerVerbs() []verb {
	var e service.CallerEdit
	var into, reason, until, consent, said string
	var add, remove, tag, untag, calls words
	edit := func(fs *flag.FlagSet, _ *request) {
		fs.Var(&add, "set", "`KIND=VALUE` to put on the card: name, number, email, address, company, language, note; may be given several times")
		fs.Var(&remove, "remove", "`KIND=VALUE` to take off the card")
		fs.Var(&tag, "tag", "`tag` to put on: vip, blocked, protected, no_contact, restricted, objects, minor")
		fs.Var(&untag, "untag", "`tag` to take off")
	}
	change := func(ctx context.Context, r *request) error {
		e = service.CallerEdit{}
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
		if err != nil {
			return err
		}
		r.arg = c.ID
		return showCaller(ctx, r)
	}
	return []verb{
		{name: "add", summary: "make a card", flags: edit, run: change},
		{name: "edit", args: "ID", summary: "change a card: what is known, and tags", flags: edit, run: change},
		{name: "merge", args: "ID", summary: "take a card with its calls onto another one", flags: func(fs *flag.FlagSet, _ *request) {
			fs.StringVar(&into, "into", "", "`ID` of the card that stays")
		}, run: func(ctx context.Context, r *request) error {
			if err := service.MergeCallers.Act(ctx, r.office, service.Merge{From: r.arg, Into: into}); err != nil {
				return err
			}
			r.arg = into
			return showCaller(ctx, r)
		}},
		{name: "split", args: "ID", summary: "make a card of its own for calls of somebody else", flags: func(fs *flag.FlagSet, _ *request) {
			fs.Var(&calls, "call", "`ID` of a call that goes; may be given several times")
		}, run: func(ctx context.Context, r *request) error {
			c, err := service.SplitCaller.Do(ctx, r.office, service.Split{From: r.arg, Calls: calls})
			if err != nil {
				return err
			}
			r.arg = c.ID
			return showCaller(ctx, r)
		}},
		{name: "hold", args: "ID", summary: "legal hold: nothing of the caller is removed", flags: func(fs *flag.FlagSet, _ *request) {
			fs.StringVar(&reason, "reason", "", "`why`")
			fs.StringVar(&until, "until", "", "last `day`, as 2027-03-02")
		}, run: func(ctx context.Context, r *request) error {
			day, err := time.ParseInLocation(time.DateOnly, until, time.Local)
			if err != nil {
				return fmt.Errorf("read --until: write the day as 2027-03-02: %w", err)
			}
			if err := service.HoldCaller.Act(ctx, r.office, record.Hold{Caller: r.arg, Reason: reason, Until: day.AddDate(0, 0, 1).Add(-time.Second)}); err != nil {
				return err
			}
			return listHolds(ctx, r)
		}},
		{name: "release", args: "ID", summary: "end a legal hold", run: func(ctx context.Context, r *request) error {
			if err := service.ReleaseCaller.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return listHolds(ctx, r)
		}},
		{name: "erase", args: "ID", summary: "erase a caller with all that is kept, and look for traces", flags: func(fs *flag.FlagSet, _ *request) {
			fs.StringVar(&reason, "reason", "", "`why`, kept with the receipt; name nobody")
		}, run: eraseCaller(&reason)},
		{name: "code", args: "ID", summary: "a code that the caller keys in on the telephone to show who it is", run: func(ctx context.Context, r *request) error {
			c, err := service.MakeCallerCode.Do(ctx, r.office, r.arg)
			if err != nil {
				return err
			}
			if r.json {
				r.out.json(c)
				return nil
			}
			r.out.line("Tell the person at the number on the card: %s. It is good once, until %s.", c.Code, when(c.Until))
			return nil
		}},
		{name: "export", args: "ID", summary: "all that is kept of a caller, for the person: a ZIP with a page, JSON and recordings", flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.file, "out", "", "write to this `FILE`, which only you may read, instead of standard output")
			fs.Var(&r.words, "redact", "`name` or word of somebody else to take out of texts; may be given several times")
		}, run: func(ctx context.Context, r *request) error {
			zip, err := service.ExportCaller.Do(ctx, r.office, service.DossierWish{ID: r.arg, Redact: r.words})
			if err != nil {
				return err
			}
			return r.whole("dossier", func(w io.Writer) error { return service.Pour(w, zip) })
		}},
		{name: "consent", args: "ID", summary: "note what a caller has told the office about being recorded or contacted", flags: func(fs *flag.FlagSet, _ *request) {
			fs.StringVar(&consent, "to", string(record.ConsentRecording), "recording or contact: `what` it is about")
			fs.StringVar(&said, "said", "", "given, refused or withdrawn: `what` was said")
		}, run: func(ctx context.Context, r *request) error {
			if _, err := service.NoteConsent.Do(ctx, r.office, record.Consent{Caller: r.arg, Kind: record.ConsentKind(consent), State: record.ConsentState(said)}); err != nil {
				return err
			}
			return listConsents(ctx, r)
		}},
		{name: "consents", args: "ID", summary: "what a caller has agreed to and refused", run: listConsents},
	}
}

func eraseCaller(reason *string) func(ctx context.Context, r *request) error {
	return func(ctx context.Context, r *request) error {
		e, err := service.EraseCaller.Do(ctx, r.office, service.Erasure{ID: r.arg, Reason: *reason})
		if err != nil {
			return err
		}
		if r.json {
			r.out.json(e)
		} else {
			r.out.line("Erased in %s: %d calls with %d turns, %d messages, %d other records. Receipt: %s", e.Took.Round(time.Millisecond), e.Calls, e.Turns, e.Messages, e.Other, e.ID)
			r.showProof(e.Proof)
		}
		if !e.Proof.Clean() {
			return errTraces
		}
		return nil
	}
}

func listConsents(ctx context.Context, r *request) error {
	cs, err := service.ListConsents.Do(ctx, r.office, r.arg)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(cs)
		return nil
	}
	var rows [][]string
	for _, c := range cs {
		notice := ""
		if c.Notice > 0 {
			notice = strconv.Itoa(c.Notice)
		}
		rows = append(rows, []string{when(c.At), string(c.Kind), string(c.State), string(c.How), notice, c.Call, fmt.Sprintf("%.1f", c.Second)})
	}
	r.out.table("Nothing was noted.", []string{"WHEN", "WHAT", "STATE", "HOW", "NOTICE", "CALL", "SECOND"}, rows)
	return nil
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
