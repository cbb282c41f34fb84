package service

import (
	"context"

	"frontdesk.internal/appliance/record"
)

// OwnerAccess is how the owner gets into the page.
type OwnerAccess struct {
	// Code is the one-time code that makes the owner's account, or sets a new password; "" when none is wanted.
	Code string `json:"code,omitempty"`
	// Account is the name of the owner's account; "" when there is none yet.
	Account string `json:"account,omitempty"`
}

// ReadOwnerCode returns the one-time code of the first run, or of a reset that is under way, and the owner's name.
var ReadOwnerCode = define(Op[None, OwnerAccess]{
	Name: "read-owner-code", Role: Technician, Audit: Reads("read the one-time code of the owner"),
	Run: get((*Service).readOwnerCode),
})

func (s *Service) readOwnerCode(ctx context.Context) (OwnerAccess, error) {
	code, err := s.o.Guard.Code(ctx)
	if err != nil {
		return OwnerAccess{}, err
	}
	return s.ownerAccess(ctx, code)
}

// ResetOwner makes a one-time code by which the owner sets a new name and password. The former ones hold until then.
var ResetOwner = define(Op[None, OwnerAccess]{
	Name: "reset-owner", Role: Technician, Audit: Changes("reset the owner's password"),
	Run: get((*Service).resetOwner),
})

func (s *Service) resetOwner(ctx context.Context) (OwnerAccess, error) {
	code, err := s.o.Guard.ResetOwner(ctx)
	if err != nil {
		return OwnerAccess{}, err
	}
	return s.ownerAccess(ctx, code)
}

func (s *Service) ownerAccess(ctx context.Context, code string) (OwnerAccess, error) {
	people, err := s.o.Guard.People(ctx)
	if err != nil {
		return OwnerAccess{}, err
	}
	a := OwnerAccess{Code: code}
	for _, p := range people {
		if p.Role == record.RoleOwner {
			a.Account = p.Name
		}
	}
	return a, nil
}
