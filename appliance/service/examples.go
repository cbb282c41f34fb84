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

// Learned is one example as the owner sees it.
type Learned struct {
	record.Example
	Says  string `json:"says"`  // what it means, in plain words
	Stale bool   `json:"stale"` // the profile has nothing of that name any more: it is not used
}

// errNoWords says that a turn cannot become an example.
var errNoWords = errors.New("nothing was said in that turn, or it is not kept any more")

// ListMeanings returns all that callers can mean by the published profile; store.ErrNotFound when none is published.
var ListMeanings = define(Op[None, []edit.Meaning]{
	Name: "list-meanings", Role: Owner, Audit: NoLine("it stands in the business profile"),
	Run: get((*Service).listMeanings),
})

func (s *Service) listMeanings(context.Context) ([]edit.Meaning, error) {
	b, _, err := s.o.Records.Profile()
	if err != nil {
		return nil, err
	}
	return edit.Meanings(b), nil
}

// ListExamples returns what the box has learned from the owner, the newest first.
var ListExamples = define(Op[None, []Learned]{
	Name: "list-examples", Role: Owner, Audit: Reads("list examples"),
	Run: get((*Service).listExamples),
})

func (s *Service) listExamples(context.Context) ([]Learned, error) {
	b, err := s.business()
	if err != nil {
		return nil, err
	}
	all, err := s.o.Records.Examples()
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
	if e.Means == record.Listened {
		return Learned{Example: e, Says: "listened for"}
	}
	m, ok := edit.MeaningOf(b, e.Means)
	return Learned{Example: e, Says: m.Text, Stale: !ok}
}

// Correction says what a turn of a call should have been taken for.
type Correction struct {
	Call  string `json:"call"`
	Turn  int    `json:"turn"`
	Means string `json:"means"`
}

// CorrectTurn says what a turn of a call should have been taken for, as one of Meanings. It holds from the next call on. The error
// is store.ErrNotFound for a turn or a meaning that is not there.
var CorrectTurn = define(Op[Correction, Learned]{
	Name: "correct-turn", Role: Owner, Audit: Changes("teach example"),
	About: func(_ Correction, e Learned) string { return e.ID },
	Run:   (*Service).correctTurn,
})

func (s *Service) correctTurn(ctx context.Context, in Correction) (Learned, error) {
	turns, err := s.o.Records.Turns(in.Call)
	if err != nil {
		return Learned{}, err
	}
	b, _, err := s.o.Records.Profile()
	if err != nil {
		return Learned{}, err
	}
	if _, ok := edit.MeaningOf(b, in.Means); !ok {
		return Learned{}, fmt.Errorf("callers cannot mean %q: %w", in.Means, store.ErrNotFound)
	}
	for _, t := range turns {
		if t.Index != in.Turn {
			continue
		}
		text := tidy(string(t.Heard))
		if text == "" || strings.HasPrefix(text, "[keys]") {
			return Learned{}, &InvalidError{What: "correction", Problems: []knowledge.Problem{{Path: "turn", Text: errNoWords.Error()}}}
		}
		e := record.Example{Text: record.Personal(text), Means: in.Means, Taught: record.TaughtByCorrection, CallID: in.Call, Turn: in.Turn}
		return s.teach(ctx, b, e)
	}
	return Learned{}, fmt.Errorf("the call has no turn %d: %w", in.Turn, store.ErrNotFound)
}

// teach keeps an example and tells who answers.
func (s *Service) teach(_ context.Context, b knowledge.Business, e record.Example) (Learned, error) {
	e.At = s.o.Now()
	e, err := s.o.Records.AddExample(e)
	if errors.Is(err, store.ErrFull) {
		err = &InvalidError{
			What: "example", Problems: []knowledge.Problem{
				{Path: "examples", Text: fmt.Sprintf("there are %d already, which is all that there can be; take some back first", store.MaxExamples)},
			},
		}
	}
	if err != nil {
		return Learned{}, err
	}
	s.o.Taught()
	return learned(b, e), nil
}

// RemoveExample takes back what was told; store.ErrNotFound when there is no such example. The answer that was written with it
// stays in the profile.
var RemoveExample = define(Op[string, None]{
	Name: "remove-example", Role: Owner, Audit: Changes("remove example"),
	About: of[None],
	Run:   act((*Service).removeExample),
})

func (s *Service) removeExample(_ context.Context, id string) error {
	_, err := s.o.Records.DropExample(id)
	if err == nil {
		s.o.Taught()
	}
	return err
}

// KeepExample says that the words of an example are anybody's, and name nobody: they stay when the caller is erased who said them.
var KeepExample = define(Op[string, Learned]{
	Name: "keep-example", Role: Owner, Audit: Changes("keep example"),
	About: of[Learned],
	Run:   (*Service).keepExample,
})

func (s *Service) keepExample(_ context.Context, id string) (Learned, error) {
	e, err := s.o.Records.KeepExample(id)
	if err != nil {
		return Learned{}, err
	}
	b, err := s.business()
	return learned(b, e), err
}

// withExamples returns b as a call answers by it.
func (s *Service) withExamples(b knowledge.Business) (knowledge.Business, error) {
	all, err := s.o.Records.Examples()
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
