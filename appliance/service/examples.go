package service

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Examples are turns of callers whose meaning the owner has told, as the service needs them of the records.
type Examples interface {
	Examples() ([]record.Example, error)
	AddExample(e record.Example) (record.Example, error)
	DropExample(id string) (record.Example, error)
	KeepExample(id string) (record.Example, error)
}

// Learned is one example as the owner sees it.
type Learned struct {
	record.Example
	Says  string `json:"says"`  // what it means, in plain words
	Stale bool   `json:"stale"` // the profile has nothing of that name any more: it is not used
}

// errNoWords says that a turn cannot become an example.
var errNoWords = errors.New("nothing was said in that turn, or it is not kept any more")

// Meanings returns all that callers can mean by the published profile; store.ErrNotFound when none is published.
func (d *Service) Meanings(context.Context) ([]edit.Meaning, error) {
	b, _, err := d.records.Profile()
	if err != nil {
		return nil, err
	}
	return edit.Meanings(b), nil
}

// Examples returns what the box has learned from the owner, the newest first.
func (d *Service) Examples(context.Context) ([]Learned, error) {
	b, _, err := d.records.Profile()
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	all, err := d.records.Examples()
	if err != nil {
		return nil, err
	}
	out := make([]Learned, len(all))
	for i, e := range all {
		out[len(all)-1-i] = learned(b, e)
	}
	return out, nil
}

func learned(b knowledge.Business, e record.Example) Learned {
	m, ok := edit.MeaningOf(b, e.Means)
	return Learned{Example: e, Says: m.Text, Stale: !ok}
}

// Correct says what a turn of a call should have been taken for, as one of Meanings. It holds from the next call on. The error is store.ErrNotFound for a
// turn or a meaning that is not there.
func (d *Service) Correct(ctx context.Context, call string, turn int, means string) (Learned, error) {
	turns, err := d.records.Turns(call)
	if err != nil {
		return Learned{}, err
	}
	b, _, err := d.records.Profile()
	if err != nil {
		return Learned{}, err
	}
	if _, ok := edit.MeaningOf(b, means); !ok {
		return Learned{}, fmt.Errorf("callers cannot mean %q: %w", means, store.ErrNotFound)
	}
	for _, t := range turns {
		if t.Index != turn {
			continue
		}
		text := tidy(string(t.Heard))
		if text == "" || strings.HasPrefix(text, "[keys]") {
			return Learned{}, &InvalidError{What: "correction", Problems: []knowledge.Problem{{Path: "turn", Text: errNoWords.Error()}}}
		}
		e := record.Example{Text: record.Personal(text), Means: means, Taught: record.TaughtByCorrection, CallID: call, Turn: turn}
		return d.teach(ctx, b, e)
	}
	return Learned{}, fmt.Errorf("the call has no turn %d: %w", turn, store.ErrNotFound)
}

// teach keeps an example and tells who answers.
func (d *Service) teach(ctx context.Context, b knowledge.Business, e record.Example) (Learned, error) {
	e.At = d.now()
	e, err := d.records.AddExample(e)
	if errors.Is(err, store.ErrFull) {
		err = &InvalidError{What: "example", Problems: []knowledge.Problem{{Path: "examples", Text: fmt.Sprintf("there are %d already, which is all that there can be; take some back first", store.MaxExamples)}}}
	}
	if err = d.did(ctx, "teach example", e.ID, err); err != nil {
		return Learned{}, err
	}
	d.taught()
	return learned(b, e), nil
}

// RemoveExample takes back what was told; store.ErrNotFound when there is no such example. The answer that was written with it stays in the profile.
func (d *Service) RemoveExample(ctx context.Context, id string) error {
	_, err := d.records.DropExample(id)
	if err = d.did(ctx, "remove example", id, err); err == nil {
		d.taught()
	}
	return err
}

// KeepExample says that the words of an example are anybody's, and name nobody: they stay when the caller is erased who said them.
func (d *Service) KeepExample(ctx context.Context, id string) (Learned, error) {
	e, err := d.records.KeepExample(id)
	if err = d.did(ctx, "keep example", id, err); err != nil {
		return Learned{}, err
	}
	b, _, err := d.records.Profile()
	return learned(b, e), err
}

// withExamples returns b as a call answers by it.
func (d *Service) withExamples(b knowledge.Business) (knowledge.Business, error) {
	all, err := d.records.Examples()
	if err != nil {
		return b, err
	}
	return edit.Taught(b, ExamplesOf(all)), nil
}

// ExamplesOf are examples as a profile has them.
func ExamplesOf(all []record.Example) []knowledge.Example {
	out := make([]knowledge.Example, len(all))
	for i, e := range all {
		out[i] = knowledge.Example{Text: string(e.Text), Means: e.Means}
	}
	return out
}
