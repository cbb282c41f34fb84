package service_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store/keyring"
)

// A thorough check opens every value and finds nothing wrong in a sound house; who waits is told what is being done.
func TestTheRecordsAreChecked(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ctx, told := steps(servicetest.Operator(t))
	r, err := service.CheckStore.Get(ctx, h.d)
	if err != nil || len(r.Faults) != 0 || r.Faults == nil || r.Values < 8 || r.Erased != 0 || len(*told) != 1 {
		t.Errorf("%+v, %+v, %v", r, *told, err)
	}
	for _, role := range []service.Role{service.Owner, service.Staff, service.Technician} {
		if _, err := as(h, role, service.CheckStore, service.None{}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
}

// Writing the records anew makes them smaller, loses nothing of what others write meanwhile, and is done to its end when who asked goes.
func TestTheRecordsAreWrittenAnewWhileOthersWrite(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	for range 5 {
		if _, err := h.s.SaveMessage(record.Message{At: noon, Reason: record.Personal(strings.Repeat("much ", 20000))}); err != nil {
			t.Fatal(err)
		}
	}
	ms := ok(h, service.ListMessages, service.MessageFilter{Limit: 5})
	for _, m := range ms {
		if err := h.s.DropMessage(m.ID); err != nil {
			t.Fatal(err)
		}
	}
	before, err := h.s.Size()
	if err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	writers.Go(func() {
		for range 20 {
			if _, err := service.AddNote.Do(servicetest.As(t.Context(), service.Staff), h.d,
				service.CallNote{Call: "a", Text: "meanwhile"}); err != nil {
				t.Error(err)
			}
		}
	})
	ctx, told := steps(servicetest.Operator(t))
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := service.CompactStore.Act(gone, h.d, service.None{}); err != nil || len(*told) != 1 {
		t.Errorf("%+v, %v", *told, err)
	}
	writers.Wait()
	if after, err := h.s.Size(); err != nil || after >= before {
		t.Errorf("%d octets after %d, %v", after, before, err)
	}
	if c := ok(h, service.ReadCall, "a"); len(c.Notes) != 20 || len(c.TurnList) != 1 {
		t.Errorf("%d notes, %d turns", len(c.Notes), len(c.TurnList))
	}
	h.noted("compact records", "user tester|")
}

// The keys are locked in another way without a record being touched; what cannot be leaves the lock that there is.
func TestTheLockOfTheKeysIsChanged(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	first := ok(h, service.ReadKeyLock, service.None{})
	if first.Kind != keyring.KeyFile || first.Keys == 0 {
		t.Errorf("%+v", first)
	}
	for _, bad := range []service.LockChange{
		{}, {Kind: "string"}, {Kind: keyring.Passphrase}, {Kind: keyring.Passphrase, Phrase: "short"},
		{Kind: keyring.KeyFile, File: t.TempDir()}, // a folder
	} {
		if _, err := service.ChangeLock.Do(servicetest.Operator(t), h.d, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
	if now := ok(h, service.ReadKeyLock, service.None{}); now != first {
		t.Errorf("refused, and now %+v", now)
	}
	file := filepath.Join(t.TempDir(), "key")
	other := ok(h, service.ChangeLock, service.LockChange{Kind: keyring.KeyFile, File: file})
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || other.File != file {
		t.Errorf("%+v, %v", other, err)
	}
	rotated := ok(h, service.RotateKeys, service.None{})
	if rotated.Generation != other.Generation+1 || rotated.Keys != other.Keys || rotated.File != file {
		t.Errorf("%+v after %+v", rotated, other)
	}
	if c := ok(h, service.ReadCall, "a"); len(c.TurnList) != 1 || c.Caller.ID != h.who {
		t.Errorf("%+v", c)
	}
	if got := h.chain("change the lock of the keys: " + string(keyring.KeyFile)); len(got) != 2 || !strings.HasSuffix(got[0], "failed") {
		t.Errorf("%q", got)
	}
	h.noted("rotate the root key", "user tester|")
	for _, role := range []service.Role{service.Owner, service.Technician} {
		if _, err := as(h, role, service.RotateKeys, service.None{}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
}

// Who breaks off a change of the root key keeps records that can be read.
func TestARotationThatIsBrokenOff(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	ctx, cancel := context.WithCancel(servicetest.Operator(t))
	cancel()
	_, err := service.RotateKeys.Get(ctx, h.d)
	if c := ok(h, service.ReadCall, "a"); len(c.TurnList) != 1 {
		t.Errorf("%+v after %v", c, err)
	}
	if r := ok(h, service.CheckStore, service.None{}); len(r.Faults) != 0 {
		t.Errorf("%+v after %v", r, err)
	}
}
