package remote_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

func TestWhoWaitsForALongActIsToldHowFarItIs(t *testing.T) {
	_, s := office(t)
	d := servicetest.New(t, service.Options{Records: s})
	c := serve(t, filepath.Join(t.TempDir(), "s"), d)
	var steps []progress.Step
	ctx := progress.With(servicetest.Operator(t), func(st progress.Step) { steps = append(steps, st) })
	i := service.Import{File: "people.csv"}
	for n := range 1200 {
		i.Contacts = append(i.Contacts, []record.Field{{Kind: record.FieldNumber, Value: record.Personal(fmt.Sprintf("+1217555%04d", n))}})
	}
	b, err := service.ImportContacts.Do(ctx, c, i)
	if err != nil || b.New != 1200 {
		t.Fatalf("%+v, %v", b, err)
	}
	if n := len(steps); n < 2 || steps[n-1] != (progress.Step{What: "Importing", Done: 1200, Total: 1200}) {
		t.Errorf("told of %+v", steps)
	}
	steps = nil
	who, err := s.Callers(1)
	if err != nil {
		t.Fatal(err)
	}
	e, err := service.EraseCaller.Do(ctx, c, service.Erasure{ID: who[0].ID, Reason: "asked"})
	if err != nil || e.ID == "" {
		t.Fatalf("%+v, %v", e, err)
	}
	if len(steps) == 0 || steps[0].What != "Destroying the key" {
		t.Errorf("told of %+v", steps)
	}
	// Errors keep their meaning.
	var invalid *service.InvalidError
	if _, err := service.ImportContacts.Do(servicetest.Operator(t), c, service.Import{}); !errors.As(err, &invalid) {
		t.Errorf("nothing in it: %v", err)
	}
	if _, err := service.EraseCaller.Do(servicetest.Operator(t), c, service.Erasure{ID: "nobody", Reason: ""}); !errors.Is(err,
		store.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}
