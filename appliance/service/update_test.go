package service_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/update"
)

// roots are the two of a box; it takes new.raucb alone.
type roots struct{}

var errTampered = errors.New("signature verification failed")

func (roots) Status(context.Context) (update.Versions, error) {
	return update.Versions{Slots: []update.Slot{
		{Name: "A", Version: "1.2", Running: true, Next: true, Good: true}, {Name: "B", Version: "1.1", Good: true},
	}}, nil
}

func (roots) Install(_ context.Context, file string, _ bool, told func(int)) (update.Bundle, error) {
	if !strings.HasSuffix(file, "/new.raucb") {
		return update.Bundle{}, errTampered
	}
	told(100)
	return update.Bundle{Compatible: "frontdesk-box-amd64", Version: "1.3"}, nil
}

func (roots) Back(context.Context) (update.Slot, error) {
	return update.Slot{Name: "B", Version: "1.1"}, nil
}

func (roots) Restart() error { return nil }

// Who installed which version stands in the audit chain, and who tried to; the staff sees the versions and changes nothing.
func TestAnUpdateLeavesItsLine(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	file := service.NewVersion{File: "/media/usb/new.raucb"}
	if b, err := as(h, service.Technician, service.InstallUpdate, file); err != nil || b.Version != "1.3" {
		t.Fatalf("%+v %v", b, err)
	}
	if _, err := as(h, service.Staff, service.InstallUpdate, file); !errors.Is(err, service.ErrRefused) {
		t.Errorf("the staff installs: %v", err)
	}
	if s, err := as(h, service.Staff, service.ReadUpdate, service.None{}); err != nil || len(s.Slots) != 2 {
		t.Errorf("the staff sees %+v %v", s, err)
	}
	invalid(h, service.InstallUpdate, service.NewVersion{File: "/media/usb/tampered.raucb"}, "file")
	ok(h, service.GoBackVersion, service.None{})
	var lines []string
	for _, e := range ok(h, service.ListAudit, service.AuditQuery{}) {
		how := "done"
		if e.Failed {
			how = "failed"
		}
		lines = append(lines, strings.Join(strings.Fields(e.Act+" "+e.Subject+" "+how), " "))
	}
	for _, want := range []string{
		"install version 1.3 done", "install version failed", "have the next start take the other version 1.1 done",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("there is no %q in %q", want, lines)
		}
	}
	none := h.with(func(o *service.Options) { o.Platform.Updates = nil })
	if _, err := service.ReadUpdate.Get(servicetest.Operator(t), none); !errors.Is(err, update.ErrNoBox) {
		t.Errorf("a machine that is no box says %v", err)
	}
}

// asked counts how often the machine was asked to start anew.
type asked struct {
	roots
	times int
	err   error
}

func (a *asked) Restart() error {
	a.times++
	return a.err
}

// On a box the machine starts anew, elsewhere the program; calls are hurried only for who says so, and only when it does happen.
func TestTheBoxRestarts(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	machine, programs, hurried, ordered := &asked{}, 0, 0, 0
	change := func(o *service.Options) {
		o.Runtime = func() service.Runtime { return service.Runtime{Running: true, CallsNow: 2} }
		o.Platform.Updates = machine
		o.Platform.Restart = func() error { programs++; return nil }
		o.Platform.Ordered = func(now bool) {
			if ordered++; now {
				hurried++
			}
		}
	}
	box := h.with(change)
	r, err := service.RestartBox.Do(servicetest.As(t.Context(), service.Owner), box, service.RestartOrder{})
	want := service.Restarting{Machine: true, Calls: 2}
	if err != nil || r != want || machine.times != 1 || programs != 0 || hurried != 0 || ordered != 1 {
		t.Errorf("%+v %v: machine %d, program %d, hurried %d of %d", r, err, machine.times, programs, hurried, ordered)
	}
	_, err = service.RestartBox.Do(servicetest.As(t.Context(), service.Staff), box, service.RestartOrder{})
	if !errors.Is(err, service.ErrRefused) {
		t.Errorf("the staff restarts: %v", err)
	}
	machine.err = errors.New("nobody hears it")
	_, err = service.RestartBox.Do(servicetest.Operator(t), box, service.RestartOrder{Now: true})
	if !errors.Is(err, machine.err) || hurried != 0 || ordered != 1 {
		t.Errorf("%v, and calls were ended %d times", err, hurried)
	}
	program := h.with(func(o *service.Options) { change(o); o.Platform.Updates = nil })
	r, err = service.RestartBox.Do(servicetest.Operator(t), program, service.RestartOrder{Now: true})
	if err != nil || r.Machine || programs != 1 || hurried != 1 {
		t.Errorf("%+v %v: program %d, hurried %d", r, err, programs, hurried)
	}
	nothing := h.with(func(o *service.Options) { o.Platform = service.Platform{} })
	if _, err = service.RestartBox.Get(servicetest.Operator(t), nothing); !errors.Is(err, service.ErrNotRunning) {
		t.Errorf("where nothing runs: %v", err)
	}
	if e := ok(h, service.ListAudit, service.AuditQuery{}); !slices.ContainsFunc(e, func(e record.AuditEntry) bool {
		return e.Act == "restart the box" && !e.Failed
	}) {
		t.Errorf("there is no line: %+v", e)
	}
}
