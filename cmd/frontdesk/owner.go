package main

import (
	"context"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
)

// ownerCommand is frontdesk owner.
func ownerCommand() *cobra.Command {
	return group("owner", "the owner's way into the page",
		ask("code", "the one-time code that makes the owner's account on the page", ownerCode),
		ask("reset", "make a code by which the owner sets a new password", resetOwner))
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
