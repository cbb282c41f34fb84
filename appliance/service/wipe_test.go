package service_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/wipe"
)

// A wipe is ordered by the owner who types what it does, and by nobody else; the order says what the box cannot destroy, and the chain
// has it before anything is gone.
func TestAWipeIsOrdered(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	order := filepath.Join(h.o.Backups.State, "wipe.order")
	invalid(h, service.OrderWipe, "Destroy", "word")
	for _, role := range []service.Role{service.Staff, service.Technician, service.Visitor} {
		if _, err := as(h, role, service.OrderWipe, wipe.Word); !errors.Is(err, service.ErrRefused) {
			t.Errorf("%v: %v", role, err)
		}
	}
	if _, err := os.Stat(order); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("it was ordered: %v", err)
	}
	before := ok(h, service.ReviewWipe, service.None{})
	got, err := as(h, service.Owner, service.OrderWipe, wipe.Word)
	if err != nil || got.Ring == "" || got.Ring != before.Ring || len(got.Beyond) < 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := os.Stat(order); err != nil {
		t.Errorf("nothing was ordered: %v", err)
	}
	noted := 0
	for _, e := range ok(h, service.ListAudit, service.AuditQuery{}) {
		if e.Act == "order that everything is destroyed" && !e.Failed {
			noted++
		}
	}
	if noted != 1 {
		t.Errorf("the chain has %d orders", noted)
	}
}

// Nothing is ordered where nobody would start the box again: it would be destroyed at some later start, when nobody thinks of it.
func TestNoWipeIsOrderedThatNobodyCarriesOut(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	nobody := errors.New("nobody starts it")
	h.o.Platform.Restart = func() error { return nobody }
	h.d = servicetest.New(t, h.o)
	fails(h, service.OrderWipe, wipe.Word, nobody)
	if _, err := os.Stat(filepath.Join(h.o.Backups.State, "wipe.order")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is ordered all the same: %v", err)
	}
}
