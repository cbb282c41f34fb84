package service

import (
	"context"
	"errors"

	"frontdesk.internal/appliance/access"
)

// Gate is what the service needs of the accounts; *access.Gate is the real one.
type Gate interface {
	Code(ctx context.Context) (string, error)
	ResetOwner(ctx context.Context) (string, error)
	Fresh() (bool, error)
	People(ctx context.Context) ([]access.Person, error)
}

// errNoGate says that the service was made without accounts.
var errNoGate = errors.New("there are no accounts here")

// OwnerAccess is how the owner gets into the page.
type OwnerAccess struct {
	// Code is the one-time code that makes the owner's account, or sets a new password; "" when none is wanted.
	Code string `json:"code,omitempty"`
	// Account is the name of the owner's account; "" when there is none yet.
	Account string `json:"account,omitempty"`
}

// OwnerCode returns the one-time code of the first run, or of a reset that is under way, and the owner's name.
func (d *Service) OwnerCode(ctx context.Context) (OwnerAccess, error) {
	if d.gate == nil {
		return OwnerAccess{}, errNoGate
	}
	code, err := d.gate.Code(ctx)
	if err != nil {
		return OwnerAccess{}, err
	}
	return d.ownerAccess(ctx, code)
}

// ResetOwner makes a one-time code by which the owner sets a new name and password. The former ones hold until then.
func (d *Service) ResetOwner(ctx context.Context) (OwnerAccess, error) {
	if d.gate == nil {
		return OwnerAccess{}, errNoGate
	}
	code, err := d.gate.ResetOwner(ctx)
	d.acted(ctx, "reset the owner's password", err)
	if err != nil {
		return OwnerAccess{}, err
	}
	return d.ownerAccess(ctx, code)
}

func (d *Service) ownerAccess(ctx context.Context, code string) (OwnerAccess, error) {
	people, err := d.gate.People(ctx)
	if err != nil {
		return OwnerAccess{}, err
	}
	a := OwnerAccess{Code: code}
	for _, p := range people {
		if p.Role == "owner" {
			a.Account = p.Name
		}
	}
	return a, nil
}
