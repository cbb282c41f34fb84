package main

import (
	"context"
	"io"

	"frontdesk.internal/appliance/service"
)

// ownerCommand are owner code and owner reset.
func ownerCommand(stdout, stderr io.Writer) *officeCommand {
	return &officeCommand{stdout: stdout, stderr: stderr, name: "owner", verbs: []verb{
		{name: "code", summary: "the one-time code that makes the owner's account on the page", run: ownerCode},
		{name: "reset", summary: "make a code by which the owner sets a new password", run: resetOwner},
	}}
}

func ownerCode(ctx context.Context, r *request) error {
	a, err := service.ReadOwnerCode.Get(ctx, r.office)
	if err != nil {
		return err
	}
	switch {
	case r.json:
		r.out.json(a)
	case a.Code == "":
		r.out.line("There is no code: %s has the owner's account. frontdesk owner reset makes one for a new password.", a.Account)
	default:
		r.out.line("%s", a.Code)
	}
	return nil
}

func resetOwner(ctx context.Context, r *request) error {
	a, err := service.ResetOwner.Get(ctx, r.office)
	if err != nil {
		return err
	}
	if r.json {
		r.out.json(a)
		return nil
	}
	r.out.line("%s", a.Code)
	r.out.line("Open the page, choose “use it here” below the sign-in, and set a new name and password. The former ones hold until then.")
	return nil
}
