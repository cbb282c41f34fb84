package service_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// The technician reads the code of the first run, the same however often, until somebody has claimed the box by it.
func TestTheCodeOfTheFirstRun(t *testing.T) {
	h := openHouse(t)
	first, err := as(h, service.Technician, service.ReadOwnerCode, service.None{})
	if err != nil || len(first.Code) != len("ABCD-EFGH-JKMN") || first.Account != "" {
		t.Fatalf("at the first run: %+v, %v", first, err)
	}
	if again := ok(h, service.ReadOwnerCode, service.None{}); again != first {
		t.Errorf("asked again: %+v, not %+v", again, first)
	}
	for _, role := range []service.Role{service.Owner, service.Staff, service.Visitor} {
		if got, err := as(h, role, service.ReadOwnerCode, service.None{}); !errors.Is(err, service.ErrRefused) || got.Code != "" {
			t.Errorf("role %b: %+v, %v", role, got, err)
		}
	}
	claim := service.OwnerClaim{Browser: browser(), Code: service.Password(strings.ToLower(first.Code)), Name: "Maria", Password: good}
	if in, err := as(h, service.Visitor, service.ClaimOwner, claim); err != nil || in.Secret == "" || in.Name != "Maria" {
		t.Errorf("claimed by the code: %v", err)
	}
	if got := ok(h, service.ReadOwnerCode, service.None{}); got != (service.OwnerAccess{Account: "Maria"}) {
		t.Errorf("when there is an owner: %+v", got)
	}
	h.noted("read the one-time code of the owner", "account Maria|", "user tester|", "account Maria||failed", "account Maria||failed",
		"account Maria||failed") // what is read again within minutes is one line
	if err := h.s.AuditEntries(1, func(e record.AuditEntry) error {
		if strings.Contains(fmt.Sprint(e), first.Code) {
			t.Errorf("the code stands in the chain: %+v", e)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

// A reset takes nothing away until the code is used: then name and password are new, and who was signed in is so no more.
func TestAResetHoldsOffUntilTheCodeIsUsed(t *testing.T) {
	h := openHouse(t)
	before := h.claim()
	tom := ok(h, service.AddPerson, service.NewPerson{Name: "Tom", Password: good})
	reset, err := as(h, service.Technician, service.ResetOwner, service.None{})
	if err != nil || reset.Code == "" || reset.Account != "Maria" {
		t.Fatalf("%+v, %v", reset, err)
	}
	if got := ok(h, service.ReadOwnerCode, service.None{}); got != reset {
		t.Errorf("read again: %+v, not %+v", got, reset)
	}
	sign := func(name string, password service.Password) error {
		_, err := as(h, service.Visitor, service.SignIn, service.SignInTry{Browser: browser(), Name: name, Password: password})
		return err
	}
	if err := sign("Maria", good); err != nil {
		t.Errorf("the former password, before the code is used: %v", err)
	}
	next := service.OwnerClaim{Browser: browser(), Code: service.Password(reset.Code), Name: "Mia", Password: "green bicycle under water"}
	ok(h, service.ClaimOwner, next)
	if err := sign("Maria", good); !errors.Is(err, access.ErrWrong) {
		t.Errorf("the former name and password: %v", err)
	}
	if err := sign("Mia", next.Password); err != nil {
		t.Errorf("the new ones: %v", err)
	}
	if _, err := h.gate.Session(t.Context(), string(before.Secret)); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("who was signed in before: %v", err)
	}
	people := ok(h, service.ListPeople, service.None{})
	if len(people) != 2 || people[0].Name != "Mia" || people[1].ID != tom.ID {
		t.Errorf("%+v", people)
	}
	fails(h, service.ClaimOwner, next, access.ErrOwnerExists) // a code is for once
	if _, err := as(h, service.Owner, service.ResetOwner, service.None{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by the owner: %v", err)
	}
	h.noted("reset the owner's password", "account Maria|", "account Maria||failed")
}

// Two resets: the second code alone is taken.
func TestOnlyTheLastCodeIsTaken(t *testing.T) {
	h := openHouse(t)
	h.claim()
	first, second := ok(h, service.ResetOwner, service.None{}), ok(h, service.ResetOwner, service.None{})
	if first.Code == second.Code {
		t.Fatal("both codes are the same")
	}
	claim := service.OwnerClaim{Browser: browser(), Code: service.Password(first.Code), Name: "Maria", Password: good}
	fails(h, service.ClaimOwner, claim, access.ErrCode)
	claim.Code = service.Password(second.Code)
	ok(h, service.ClaimOwner, claim)
}
