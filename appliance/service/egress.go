package service

import (
	"context"

	"frontdesk.internal/appliance/record"
)

// Out is the way out; *egress.Gate is the real one.
type Out interface {
	Destinations() []record.Destination
	Take() []record.Egress
}

// EgressReport is where the box may speak to, and to whom it spoke.
type EgressReport struct {
	Destinations []record.Destination `json:"destinations"` // none: nothing runs here
	Ledger       []record.Egress      `json:"ledger"`       // the oldest first
}

// ReadEgress tells where the box may speak to, and to whom it spoke from a day on, "2026-03-02"; "" = ever.
var ReadEgress = define(Op[string, EgressReport]{
	Name: "read-egress", Role: Owner, Audit: NoLine("hosts, days and bytes; no person"),
	Run: (*Service).readEgress,
})

func (d *Service) readEgress(_ context.Context, from string) (EgressReport, error) {
	r := EgressReport{Destinations: []record.Destination{}}
	if d.o.Out != nil {
		r.Destinations = d.o.Out.Destinations()
		if err := d.o.Records.AddEgress(d.o.Out.Take()); err != nil { // up to now
			return r, err
		}
	}
	list, err := d.o.Records.Egress(from)
	r.Ledger = some(list)
	return r, err
}
