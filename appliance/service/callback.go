package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Handset is a telephone of the office from which people call back.
type Handset struct {
	Extension string `json:"extension"`
	Name      string `json:"name"` // whose it is
}

// ListHandsets are the telephones that the published profile knows: those of the staff, and the one that callers are put through to.
var ListHandsets = define(Op[None, []Handset]{
	Name: "list-handsets", Role: Staff, Audit: NoLine("it stands in the business profile"),
	Run: get((*Service).listHandsets),
})

func (s *Service) listHandsets(ctx context.Context) ([]Handset, error) {
	p, err := s.readProfile(ctx)
	if err != nil {
		return nil, err
	}
	return HandsetsOf(&p.Business), nil
}

// HandsetsOf are the telephones that a profile knows.
func HandsetsOf(b *knowledge.Business) []Handset {
	list := []Handset{}
	add := func(extension, name string) {
		if extension != "" && !slices.ContainsFunc(list, func(h Handset) bool { return h.Extension == extension }) {
			list = append(list, Handset{extension, name})
		}
	}
	for _, person := range b.Staff {
		add(person.Extension, person.Name)
	}
	add(b.Transfer.Extension, "Front desk")
	return list
}

// CallError says why two were not joined, as a sentence without its full stop.
type CallError struct{ Text string }

// Error implements error.
func (e *CallError) Error() string { return e.Text }

// Ring says which telephone of the office rings, to be joined with who left a message.
type Ring struct {
	Message   string `json:"message"`
	Extension string `json:"extension"`
	Sure      bool   `json:"sure,omitempty"` // also when the person does not want to be called unasked
}

// CallBack rings a telephone of the office, and joins it with who left a message. It returns when the two are joined, or says why
// they are not. Only telephones of the profile are rung, and only numbers of the public plan that cost what a call costs: what a
// caller has left may be anything.
var CallBack = define(Op[Ring, None]{
	Name: "call-back", Role: Staff, Needs: needPhone, Long: true, Audit: Changes("call back"),
	About: func(in Ring, _ None) string { return in.Message },
	Run:   act((*Service).callBack),
})

func (s *Service) callBack(ctx context.Context, in Ring) error {
	m, err := s.o.Records.Message(in.Message)
	if err != nil {
		return err
	}
	p, err := s.readProfile(ctx)
	if err != nil {
		return err
	}
	number, ok := numbering.Callable(m.Number, p.Business.Region)
	var ps []knowledge.Problem
	if !slices.ContainsFunc(HandsetsOf(&p.Business), func(h Handset) bool { return h.Extension == in.Extension }) {
		ps = append(ps, knowledge.Problem{Path: "extension", Text: "choose a telephone of the business profile"})
	}
	if !ok {
		ps = append(ps, knowledge.Problem{Path: "number", Text: "the message has no number that can be called"})
	}
	asked, err := s.unasked(m)
	if err != nil {
		return err
	}
	if asked && !in.Sure {
		ps = append(ps, knowledge.Problem{
			Path: "sure", Text: "this person does not want to be called unasked: call only if the message asks for it, and say that you are sure",
		})
	}
	if len(ps) > 0 {
		return &InvalidError{What: "call", Problems: ps}
	}
	return s.o.Telephone.CallBack(ctx, in.Extension, number, m.Name)
}

// unasked reports whether who left a message does not want to be called unasked: by the message's own card, or by that of the
// number that is called.
func (s *Service) unasked(m record.Message) (bool, error) {
	for _, find := range []func() (record.Caller, error){
		func() (record.Caller, error) { return s.o.Records.Caller(m.CallerID) },
		func() (record.Caller, error) { return s.o.Records.FindCaller(m.Number) },
	} {
		c, err := find()
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		if err == nil && c.Has(record.TagNoContact) {
			return true, nil
		}
	}
	return false, nil
}

// harmless keeps a spreadsheet from taking a text for a formula; a number keeps its plus.
func harmless[S ~string](text S) string {
	v := string(text)
	if strings.HasPrefix(v, "+") && strings.Trim(v[1:], "0123456789") == "" || !strings.ContainsAny(v[:min(1, len(v))], "=+-@\t\r") {
		return v
	}
	return "'" + v
}
