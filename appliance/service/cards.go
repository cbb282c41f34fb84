package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// CallerEdit changes a card.
type CallerEdit struct {
	Add    []record.Field `json:"add,omitempty"`    // Source and At are set here
	Remove []record.Field `json:"remove,omitempty"` // Kind and Value say which
	Tags   []record.Tag   `json:"tags,omitempty"`   // to be put on
	Untag  []record.Tag   `json:"untag,omitempty"`  // to be taken off
	By     string         `json:"by,omitempty"`
}

// maxField bounds the value of a field, in bytes.
const maxField = 4096

func (e CallerEdit) check() error {
	var ps []knowledge.Problem
	bad := func(path, format string, args ...any) {
		ps = append(ps, knowledge.Problem{Path: path, Text: fmt.Sprintf(format, args...)})
	}
	for i, f := range slices.Concat(e.Add, e.Remove) {
		path := "field " + strconv.Itoa(i+1)
		switch {
		case !slices.Contains(record.FieldKinds(), f.Kind):
			bad(path, "there is no kind %q", f.Kind)
		case strings.TrimSpace(string(f.Value)) == "" || len(f.Value) > maxField:
			bad(path, "write 1 to %d characters", maxField)
		case f.Kind == record.FieldNumber && len(record.PhoneNumber(f.Value).Digits()) < 2:
			bad(path, "a number has digits")
		case f.Basis != "" && !slices.Contains(record.Bases(), f.Basis):
			bad(path, "there is no ground %q", f.Basis)
		}
	}
	for _, t := range slices.Concat(e.Tags, e.Untag) {
		if !slices.Contains(record.Tags(), t) {
			bad("tags", "there is no tag %q", t)
		}
	}
	if len(ps) > 0 {
		return &InvalidError{What: "caller", Problems: ps}
	}
	return nil
}

// lifts reports whether the edit takes off the card what guards the person: such a tag, or the number by which the card is found
// that has one.
func (e CallerEdit) lifts(c record.Caller) bool {
	return slices.ContainsFunc(e.Untag, func(t record.Tag) bool { return t.Guards() && c.Has(t) }) ||
		c.Guarded() && slices.ContainsFunc(e.Remove, func(f record.Field) bool { return f.Kind == record.FieldNumber })
}

// ErrLifts says that only the owner takes off a card what guards the person. It is [ErrRefused].
var ErrLifts = fmt.Errorf("what a caller has asked for is taken back by the owner alone: %w", ErrRefused)

func (e CallerEdit) apply(c *record.Caller, now time.Time) {
	for _, f := range e.Remove {
		c.Forget(f)
	}
	for _, f := range e.Add {
		if f.Source == "" {
			f.Source = record.SourceOffice
		}
		if f.Basis == "" {
			f.Basis = record.BasisInterest
		}
		f.By, f.At = e.By, now
		c.Learn(f)
	}
	for _, t := range e.Tags {
		c.SetTag(record.Mark{Tag: t, By: e.By, At: now}, true)
	}
	for _, t := range e.Untag {
		c.SetTag(record.Mark{Tag: t}, false)
	}
}

// CallerChange is a change of a card; without an ID a new one.
type CallerChange struct {
	ID   string     `json:"id"`
	Edit CallerEdit `json:"edit"`
}

// ChangeCaller changes a card; "" makes a new one. The error is an *InvalidError when it cannot be like that, and [ErrLifts] when
// somebody else than the owner would take off what guards the person.
var ChangeCaller = define(Op[CallerChange, record.Caller]{
	Name: "change-caller", Role: Staff, Audit: Changes("change caller"),
	About: func(in CallerChange, c record.Caller) string { return cmp.Or(in.ID, c.ID) },
	Doing: func(in CallerChange) string {
		if in.ID == "" {
			return "add caller"
		}
		return "change caller"
	},
	Run: (*Service).changeCaller,
})

func (s *Service) changeCaller(ctx context.Context, in CallerChange) (c record.Caller, err error) {
	if err := in.Edit.check(); err != nil {
		return c, err
	}
	b, err := s.business()
	if err != nil {
		return c, err
	}
	in.Edit.Remove = canonical(in.Edit.Remove, b.Region)
	in.Edit.By = ActorOf(ctx).By()
	if in.ID == "" {
		in.Edit.apply(&c, s.o.Now())
		c, err = s.o.Records.AddCaller(c)
	} else {
		c, err = s.o.Records.ChangeCaller(in.ID, func(c *record.Caller) error {
			if in.Edit.lifts(*c) && !Owner.Admits(ActorOf(ctx).Role) {
				return ErrLifts
			}
			in.Edit.apply(c, s.o.Now())
			return nil
		})
	}
	return c, takenNumber(err)
}

// takenNumber says in plain words that a number is on another card.
func takenNumber(err error) error {
	var taken *store.TakenError
	if errors.As(err, &taken) {
		return &InvalidError{What: "caller", Problems: []knowledge.Problem{{Path: "number", Text: taken.Error()}}}
	}
	return err
}

// canonical brings the numbers among fields into the form in which cards have them.
func canonical(fields []record.Field, region string) []record.Field {
	fields = slices.Clone(fields)
	for i, f := range fields {
		if f.Kind == record.FieldNumber {
			fields[i].Value = record.Personal(numbering.Canonical(record.PhoneNumber(f.Value), region))
		}
	}
	return fields
}

// Merge says which card goes, and onto which one all that belongs to it goes.
type Merge struct {
	From string `json:"from"`
	Into string `json:"into"`
}

// MergeCallers takes the card from, with all that belongs to it, onto another one.
var MergeCallers = define(Op[Merge, None]{
	Name: "merge-callers", Role: Owner, Audit: Changes("merge caller"),
	About: func(in Merge, _ None) string { return in.From + " into " + in.Into },
	Run:   act((*Service).mergeCallers),
})

func (s *Service) mergeCallers(ctx context.Context, in Merge) error {
	return s.o.Privacy.Merge(ctx, in.From, in.Into, ActorOf(ctx).By())
}

// Split names the calls on a card that were somebody else's.
type Split struct {
	From  string   `json:"from"`
	Calls []string `json:"calls"`
}

// SplitCaller makes a new card for some of a caller's calls.
var SplitCaller = define(Op[Split, record.Caller]{
	Name: "split-caller", Role: Owner, Audit: Changes("split caller"),
	About: func(in Split, _ record.Caller) string { return in.From },
	Run:   (*Service).splitCaller,
})

func (s *Service) splitCaller(ctx context.Context, in Split) (record.Caller, error) {
	c, err := s.o.Privacy.Split(ctx, in.From, in.Calls, record.Caller{}, ActorOf(ctx).By())
	if errors.Is(err, store.ErrAllCalls) {
		err = &InvalidError{What: "split", Problems: []knowledge.Problem{{Path: "calls", Text: err.Error()}}}
	}
	return c, err
}
