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

func (s *Service) readEgress(_ context.Context, from string) (EgressReport, error) {
	r := EgressReport{Destinations: []record.Destination{}}
	if s.o.Out != nil {
		r.Destinations = s.o.Out.Destinations()
		if err := s.o.Records.AddEgress(s.o.Out.Take()); err != nil { // up to now
			return r, err
		}
	}
	list, err := s.o.Records.Egress(from)
	r.Ledger = some(list)
	return r, err
}
