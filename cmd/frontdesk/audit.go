package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// auditCommand is frontdesk audit.
func auditCommand() *cobra.Command {
	var q service.AuditQuery
	var since, head string
	list := ask("list", "who read, played, exported, changed and removed what", func(ctx context.Context, r *request) error {
		return listAudit(ctx, r, q, since)
	})
	limitFlag(list, &q.Limit)
	list.Flags().StringVar(&q.Who, "who", "", "only what somebody did who has this in the `name`")
	list.Flags().StringVar(&q.About, "about", "", "only what was done about what has this in its `ID`")
	sinceFlag(list, &since, "what was done")

	verify := ask("verify", "find out whether the chain was changed, cut or reordered", func(ctx context.Context, r *request) error {
		return verifyAudit(ctx, r, head)
	})
	verify.Flags().StringVar(&head, "head", "", "a head that was kept elsewhere: the `file` with what audit head --json has printed")

	return group("audit", "who did what with the records",
		described(list, "Lists who read, played, exported, changed and removed what, newest first.",
			"  frontdesk audit list --who ada --since 2026-03-02\n  frontdesk audit list --about CALLER"),
		described(verify, `Finds out whether the audit chain was changed, cut or put in another order, and
says how far back that can be told. It ends with 1 when something is wrong.`, ""),
		ask("head", "sign the end of the chain, to be kept elsewhere", func(ctx context.Context, r *request) error {
			h, err := service.SignAudit.Get(ctx, r.office)
			if err != nil {
				return err
			}
			return r.told(h, "Entry %d of %s: %s", h.Seq, when(h.At), h.Hash)
		}))
}

func listAudit(ctx context.Context, r *request, q service.AuditQuery, since string) (err error) {
	if q.Since, err = dayFlag("since", since); err != nil {
		return err
	}
	list, err := service.ListAudit.Do(ctx, r.office, q)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, e := range list {
		failed := ""
		if e.Failed {
			failed = "failed"
		}
		rows = append(rows, []string{strconv.FormatUint(e.Seq, 10), when(e.At), e.Door, e.Who, e.Act, e.Subject, failed})
	}
	return r.table(list, "Nothing was done yet.", []string{"ENTRY", "WHEN", "DOOR", "WHO", "WHAT", "OF", ""}, rows)
}

// errTampered says that the chain is not whole, which was printed.
var errTampered = errors.New("the audit chain is not whole")

// vouched says how far back the check reaches.
func vouched(r audit.Verification) string {
	switch {
	case r.Since.IsZero() && r.SinceSeq == 0 && r.Confirmed == 0:
		return "The key ring cannot say up to which entry the chain went."
	case r.Confirmed == 0 && r.Entries > 0:
		return "The key ring does not confirm the end of this chain."
	case r.SinceSeq == 0:
		return fmt.Sprintf("The key ring confirms the chain from its first entry to entry %d.", r.Confirmed)
	}
	return fmt.Sprintf("The key ring confirms the chain up to entry %d. It has known the chain since %s (entry %d): whether entries "+
		"were cut off before that, it cannot say.",
		r.Confirmed, when(r.Since), r.SinceSeq)
}

func verifyAudit(ctx context.Context, r *request, head string) error {
	var noted []record.AuditHead
	if head != "" {
		b, err := os.ReadFile(head)
		if err != nil {
			return fmt.Errorf("read head: %w", err)
		}
		var h record.AuditHead
		if err := json.Unmarshal(b, &h); err != nil {
			return fmt.Errorf("read head %s: %w", head, err)
		}
		noted = append(noted, h)
	}
	rep, err := service.VerifyAudit.Do(ctx, r.office, noted)
	if err != nil {
		return err
	}
	r.print(rep, func() {
		r.out.line("%d entries from %s to %s, %d signed heads.", rep.Entries, when(rep.From), when(rep.To), rep.Heads)
		for _, f := range rep.Faults {
			r.out.line("  %s", f.What)
		}
		r.out.line("%s", vouched(rep))
		if len(rep.Faults) == 0 {
			r.out.line("Nothing was changed, cut or put in another order.")
		}
	})
	if len(rep.Faults) > 0 {
		return errTampered
	}
	return nil
}
