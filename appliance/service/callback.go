package service

import (
	"cmp"
	"context"
	"slices"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/numbering"
)

// Handset is a telephone of the office from which people call back.
type Handset struct {
	Extension string `json:"extension"`
	Name      string `json:"name"` // whose it is
}

// Handsets are the telephones that the published profile knows: those of the staff, and the one that callers are put through to.
func (d *Service) Handsets(ctx context.Context) ([]Handset, error) {
	p, err := d.Profile(ctx)
	if err != nil {
		return nil, err
	}
	list := []Handset{}
	add := func(extension, name string) {
		if extension != "" && !slices.ContainsFunc(list, func(h Handset) bool { return h.Extension == extension }) {
			list = append(list, Handset{extension, name})
		}
	}
	for _, s := range p.Business.Staff {
		add(s.Extension, s.Name)
	}
	add(p.Business.Transfer.Extension, "Front desk")
	return list, nil
}

// CallError says why two were not joined, as a sentence without its full stop.
type CallError struct{ Text string }

// Error implements error.
func (e *CallError) Error() string { return e.Text }

// CallBack rings a telephone of the office, and joins it with who left a message. It returns when the two are joined, or says why they are not. Only
// telephones of the profile are rung, and only numbers of the public plan that cost what a call costs: what a caller has left may be anything.
func (d *Service) CallBack(ctx context.Context, message, extension string) error {
	m, err := d.records.Message(message)
	if err != nil {
		return err
	}
	list, err := d.Handsets(ctx)
	if err != nil {
		return err
	}
	p, err := d.Profile(ctx)
	if err != nil {
		return err
	}
	number, ok := numbering.Callable(m.Number, p.Business.Region)
	var ps []knowledge.Problem
	if !slices.ContainsFunc(list, func(h Handset) bool { return h.Extension == extension }) {
		ps = append(ps, knowledge.Problem{Path: "extension", Text: "choose a telephone of the business profile"})
	}
	if !ok {
		ps = append(ps, knowledge.Problem{Path: "number", Text: "the message has no number that can be called"})
	}
	if len(ps) > 0 {
		return &InvalidError{What: "call", Problems: ps}
	}
	if d.phone == nil {
		return ErrNotRunning
	}
	return d.did(ctx, "call back", cmp.Or(m.CallerID, message), d.phone.CallBack(ctx, extension, number, m.Name))
}
