package service_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
)

// wayOut is a way out of the network with what was not yet written down.
type wayOut struct{ fresh []record.Egress }

func (*wayOut) Destinations() []record.Destination {
	return []record.Destination{{Name: "far.example:443"}}
}

func (w *wayOut) Take() []record.Egress {
	fresh := w.fresh
	w.fresh = nil
	return fresh
}

// The ledger is up to now whenever it is read, the oldest day first and from the day that is asked for; reading it again adds nothing.
func TestTheLedgerIsUpToNow(t *testing.T) {
	h := openHouse(t)
	before := record.Egress{Day: "2026-03-01", Address: "old.example:443", Purpose: "backup", Sent: 5, Received: 1}
	if err := h.s.AddEgress([]record.Egress{before}); err != nil {
		t.Fatal(err)
	}
	today := record.Egress{Day: "2026-03-02", Address: "far.example:443", Purpose: "backup", Sent: 70, Received: 7}
	w := &wayOut{fresh: []record.Egress{today}}
	h.d = h.with(func(o *service.Options) { o.Out = w })
	for range 2 {
		r, err := as(h, service.Owner, service.ReadEgress, "")
		if err != nil || len(r.Destinations) != 1 || r.Destinations[0].Name != "far.example:443" ||
			!slices.Equal(r.Ledger, []record.Egress{before, today}) {
			t.Errorf("%+v, %v", r, err)
		}
	}
	w.fresh = []record.Egress{today}
	if r := ok(h, service.ReadEgress, "2026-03-02"); len(r.Ledger) != 1 || r.Ledger[0].Sent != 140 || r.Ledger[0].Received != 14 {
		t.Errorf("today: %+v", r.Ledger)
	}
	if r := ok(h, service.ReadEgress, "2026-03-03"); r.Ledger == nil || len(r.Ledger) != 0 {
		t.Errorf("tomorrow: %#v", r.Ledger)
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		if _, err := as(h, role, service.ReadEgress, ""); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
}

// A command that opens the records by itself has no way out, and shows what was written down.
func TestTheLedgerOfABoxThatDoesNotRun(t *testing.T) {
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	if r, err := service.ReadEgress.Do(servicetest.Operator(t), d, ""); err != nil || r.Destinations == nil || r.Ledger == nil ||
		len(r.Destinations)+len(r.Ledger) != 0 {
		t.Errorf("%#v, %v", r, err)
	}
}

// What was sent and cannot be written down is an error: a ledger without it would say that it never left.
func TestALedgerThatCannotBeWritten(t *testing.T) {
	h := openHouse(t)
	w := &wayOut{fresh: []record.Egress{{Day: "2026-03-02", Address: "far.example:443", Purpose: "backup", Sent: 70}}}
	d := h.with(func(o *service.Options) {
		o.Out, o.Audit = w, audit.New(audit.Options{Records: deaf{h.s}})
	})
	if err := h.s.Close(); err != nil {
		t.Fatal(err)
	}
	h.shut = true
	if r, err := service.ReadEgress.Do(servicetest.Operator(t), d, ""); err == nil || r.Ledger != nil {
		t.Errorf("%+v, %v", r, err)
	}
}
