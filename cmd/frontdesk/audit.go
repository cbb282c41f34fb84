package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// auditCommand are audit list, verify and head.
func auditCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "audit", verbs: []verb{
		{name: "list", summary: "who read, played, exported, changed and removed what, newest first", run: listAudit, flags: func(fs *flag.FlagSet, r *request) {
			limitFlag(fs, r)
			fs.StringVar(&r.who, "who", "", "only what somebody did who has this in his `NAME`")
			fs.StringVar(&r.about, "about", "", "only what was done about what has this in its `ID`")
			fs.StringVar(&r.since, "since", "", "only what was done from this `DAY` on, as 2026-03-02")
		}},
		{name: "verify", summary: "find out whether the audit chain was changed, cut or put in another order", run: verifyAudit, flags: func(fs *flag.FlagSet, r *request) {
			fs.StringVar(&r.file, "head", "", "a head that was kept elsewhere: the `FILE` with what audit head --json has printed")
		}},
		{name: "head", summary: "sign the end of the chain, to be kept elsewhere", run: func(ctx context.Context, r *request) error {
			h, err := service.SignAudit.Get(ctx, r.office)
			if err != nil {
				return err
			}
			if r.json {
				r.out.json(h)
				return nil
			}
			r.out.line("Entry %d of %s: %s", h.Seq, when(h.At), h.Hash)
			return nil
		}},
	}}
}

func listAudit(ctx context.Context, r *request) error {
	since, err := r.sinceDay()
	if err != nil {
		return err
	}
	list, err := service.ListAudit.Do(ctx, r.office, service.AuditQuery{Who: r.who, About: r.about, Since: since, Limit: r.limit})
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(list)
		return nil
	}
	var rows [][]string
	for _, e := range list {
		failed := ""
		if e.Failed {
			failed = "failed"
		}
		rows = append(rows, []string{strconv.FormatUint(e.Seq, 10), when(e.At), e.Door, e.Who, e.Act, e.Subject, failed})
	}
	r.out.table("Nothing was done yet.", []string{"ENTRY", "WHEN", "DOOR", "WHO", "WHAT", "OF", ""}, rows)
	return nil
}

// errTampered says that the chain is not whole, which was printed.
var errTampered = errors.New("the audit chain is not whole")

// vouched says how far back the check reaches.
func vouched(r audit.Report) string {
	switch {
	case r.Since.IsZero() && r.SinceSeq == 0 && r.Confirmed == 0:
		return "The key ring cannot say up to which entry the chain went."
	case r.Confirmed == 0 && r.Entries > 0:
		return "The key ring does not confirm the end of this chain."
	case r.SinceSeq == 0:
		return fmt.Sprintf("The key ring confirms the chain from its first entry to entry %d.", r.Confirmed)
	}
	return fmt.Sprintf("The key ring confirms the chain up to entry %d. It has known the chain since %s (entry %d): whether entries were cut off before that, it cannot say.",
		r.Confirmed, when(r.Since), r.SinceSeq)
}

func verifyAudit(ctx context.Context, r *request) error {
	var noted []record.AuditHead
	if r.file != "" {
		b, err := os.ReadFile(r.file)
		if err != nil {
			return fmt.Errorf("read head: %w", err)
		}
		var h record.AuditHead
		if err := json.Unmarshal(b, &h); err != nil {
			return fmt.Errorf("read head %s: %w", r.file, err)
		}
		noted = append(noted, h)
	}
	rep, err := service.VerifyAudit.Do(ctx, r.office, noted)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(rep)
	} else {
		r.out.line("%d entries from %s to %s, %d signed heads.", rep.Entries, when(rep.From), when(rep.To), rep.Heads)
		for _, f := range rep.Faults {
			r.out.line("  %s", f.What)
		}
	}
	if !r.json {
		r.out.line("%s", vouched(rep))
	}
	if len(rep.Faults) > 0 {
		return errTampered
	}
	if !r.json {
		r.out.line("Nothing was changed, cut or put in another order.")
	}
	return nil
}
