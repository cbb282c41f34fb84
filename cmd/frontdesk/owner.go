package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
)

// ownerCommand is frontdesk owner.
func ownerCommand() *cobra.Command {
	return group("owner", "the owner's way into the page",
		ask("code", "the one-time code that makes the owner's account on the page", ownerCode),
		ask("reset", "make a code by which the owner sets a new password", resetOwner),
		ask("sessions", "browsers that are signed in", listSessions),
		ask("sign-out SESSION", "sign a browser out", func(ctx context.Context, r *request) error {
			if err := service.RevokeSession.Act(ctx, r.office, r.arg); err != nil {
				return err
			}
			return r.told(map[string]string{"session": r.arg}, "It is signed out.")
		}),
		ask("security", "sign-ins and refusals, the newest first", listSecurity))
}

func listSessions(ctx context.Context, r *request) error {
	list, err := service.ListSessions.Do(ctx, r.office, service.SessionQuery{})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, s := range list {
		rows = append(rows, []string{s.ID, s.Account, when(s.Created), when(s.Seen), s.From, s.Agent})
	}
	return r.table(list, "Nobody is signed in.", []string{"SESSION", "ACCOUNT", "SINCE", "LAST USED", "FROM", "BROWSER"}, rows)
}

func listSecurity(ctx context.Context, r *request) error {
	list, err := service.ListSecurity.Do(ctx, r.office, 0)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, e := range list {
		failed := ""
		if e.Failed {
			failed = "refused or failed"
		}
		rows = append(rows, []string{when(e.At), e.Act, failed, strconv.Itoa(e.Times), e.Who, e.Door, e.From, e.Agent})
	}
	return r.table(list, "Nobody has signed in.", []string{"WHEN", "WHAT", "", "TIMES", "WHO", "DOOR", "FROM", "BROWSER"}, rows)
}

func ownerCode(ctx context.Context, r *request) error {
	a, err := service.ReadOwnerCode.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if a.Code == "" {
		return r.told(a, "There is no code: %s has the owner's account. frontdesk owner reset makes one for a new password.", a.Account)
	}
	return r.told(a, "%s", a.Code)
}

func resetOwner(ctx context.Context, r *request) error {
	a, err := service.ResetOwner.Get(ctx, r.office)
	if err != nil {
		return err
	}
	return r.told(a,
		"%s\nOpen the page, choose “use it here” below the sign-in, and set a new name and password. The former ones hold until then.", a.Code)
}
