package service

import (
	"context"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Out is the way out; *egress.Gate is the real one.
type Out interface {
	Destinations() []record.Destination
	Take() []record.Egress
}

// NetworkLedger keeps what went over the network; *store.Store is the real one.
type NetworkLedger interface {
	AddEgress(list []record.Egress) error
	Egress(from string) ([]record.Egress, error)
}

var _ NetworkLedger = (*store.Store)(nil)

// EgressReport is where the box may speak to, and to whom it spoke.
type EgressReport struct {
	Destinations []record.Destination `json:"destinations"` // none: nothing runs here
	Ledger       []record.Egress      `json:"ledger"`       // the oldest first
}

// Egress tells where the box may speak to, and to whom it spoke from a day on, "2026-03-02"; "" = ever.
func (d *Service) Egress(_ context.Context, from string) (EgressReport, error) {
	r := EgressReport{Destinations: []record.Destination{}}
	ledger, ok := d.records.(NetworkLedger)
	if !ok {
		return r, ErrNoRights
	}
	if d.out != nil {
		r.Destinations = d.out.Destinations()
		if err := ledger.AddEgress(d.out.Take()); err != nil { // up to now
			return r, err
		}
	}
	list, err := ledger.Egress(from)
	r.Ledger = some(list)
	return r, err
}
