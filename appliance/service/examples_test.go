package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// school is a service that notes who did what, over an office with the dental sample, and a call with two turns.
func school(t *testing.T) (*service.Service, *store.Store, *int) {
	t.Helper()
	s := openStore(t)
	taught := 0
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }, Taught: func() { taught++ }})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	_, published := service.PublishProfile.Do(servicetest.Operator(t), d, *b)
	_, begun := s.BeginCall(record.Call{ID: "c", From: "2175550142", Started: noon})
	err = errors.Join(published, begun, s.AddTurn("c", record.Turn{Index: 0, Said: "Welcome."}),
		s.AddTurn("c", record.Turn{Index: 1, Heard: "Will my wallet survive a cap on my molar?"}),
		s.AddTurn("c", record.Turn{Index: 2, Heard: "[keys] 1"}))
	if err != nil {
		t.Fatal(err)
	}
	return d, s, &taught
}

func TestAnAnsweredQuestionIsAnExampleAtOnce(t *testing.T) {
	d, s, taught := school(t)
	words := "Might I bring along my hound?"
	id := ask(t, s, record.Personal(words))
	got, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: id, Reply: service.Reply{Question: "Are dogs allowed?", Text: "Dogs may wait outside."}})
	if err != nil || got.Check.Outcome != tryout.Answered || !strings.Contains(got.Check.Said, "wait outside") || got.Check.Example != words ||
		got.Check.Sure != 1 || *taught != 1 {
		t.Fatalf("answered: %+v, %v", got, err)
	}
	p, err := service.ReadProfile.Get(servicetest.Operator(t), d)
	a := p.Business.Answers[len(p.Business.Answers)-1]
	if err != nil || a.Question != "Are dogs allowed?" || len(a.Also) != 0 || len(p.Business.Learned) != 0 {
		t.Errorf("the caller's words are in the edition: %+v, %v", a, err)
	}
	second := ask(t, s, "Could Fido come inside with me?")
	if got, err = service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: second, Reply: service.Reply{SameAs: "Are dogs allowed?"}}); err != nil || got.Version != p.Version ||
		!strings.Contains(got.Check.Said, "wait outside") {
		t.Errorf("the same answer: %+v, %v", got, err)
	}
	list, err := service.ListExamples.Get(servicetest.Operator(t), d)
	// both are of the same moment
	slices.SortFunc(list, func(a, b service.Learned) int { return strings.Compare(string(a.Text), string(b.Text)) })
	if err != nil || len(list) != 2 || list[1].Text != record.Personal(words) || list[1].Means != "answer:Are dogs allowed?" ||
		list[1].Stale || list[1].Taught != record.TaughtByAnswer || list[1].CallID != "c" {
		t.Fatalf("examples: %+v, %v", list, err)
	}
	if err := service.RemoveExample.Act(servicetest.Operator(t), d, list[1].ID); err != nil {
		t.Fatal(err)
	}
	if r, err := service.TryQuestion.Do(servicetest.Operator(t), d, service.Trial{Question: words}); err != nil ||
		strings.Contains(r.Said, "wait outside") {
		t.Errorf("taken back, and yet: %+v, %v", r, err)
	}
	// the answer is gone with the edition
	if _, err := service.GoBack.Do(servicetest.Operator(t), d, service.Reversion{Version: 1, Note: ""}); err != nil {
		t.Fatal(err)
	}
	if list, err = service.ListExamples.Get(servicetest.Operator(t), d); err != nil || len(list) != 1 || !list[0].Stale {
		t.Errorf("an example of what is not there: %+v, %v", list, err)
	}
}

func TestACorrectedTurnIsAnExample(t *testing.T) {
	d, s, taught := school(t)
	ms, err := service.ListMeanings.Get(servicetest.Operator(t), d)
	if err != nil || ms[0].Means != "hours" || ms[len(ms)-1].Means != "unknown" {
		t.Fatalf("meanings: %+v, %v", ms, err)
	}
	e, err := service.CorrectTurn.Do(servicetest.Operator(t), d, service.Correction{Call: "c", Turn: 1, Means: "price:crown"})
	if err != nil || e.Says != "the price of crown" || e.Turn != 1 || *taught != 1 {
		t.Fatalf("Correct: %+v, %v", e, err)
	}
	r, err := service.TryQuestion.Do(servicetest.Operator(t), d,
		service.Trial{Question: "will my wallet survive a cap on my molar", Published: true})
	if err != nil || r.Outcome != tryout.Answered || !strings.Contains(r.Said, "one thousand one hundred") || r.Example != string(e.Text) ||
		r.Steps[0].Sure != 1 {
		t.Errorf("the next time: %+v, %v", r, err)
	}
	for means, outcome := range map[string]tryout.Outcome{"message": tryout.Message, "unknown": tryout.Unanswered, "hours": tryout.Answered} {
		if _, err := service.CorrectTurn.Do(servicetest.Operator(t), d, service.Correction{Call: "c", Turn: 1, Means: means}); err != nil {
			t.Fatal(err)
		}
		if r, err := service.TryQuestion.Do(servicetest.Operator(t), d, service.Trial{Question: string(e.Text)}); err != nil ||
			r.Outcome != outcome {
			t.Errorf("as %s: %+v, %v", means, r, err)
		}
	}
	list, err := service.ListExamples.Get(servicetest.Operator(t), d)
	if err != nil || len(list) != 1 || list[0].Means == "price:crown" {
		t.Errorf("a turn has one meaning: %+v, %v", list, err)
	}
	var invalid *service.InvalidError
	for _, turn := range []int{0, 2} {
		if _, err := service.CorrectTurn.Do(servicetest.Operator(t), d,
			service.Correction{Call: "c", Turn: turn, Means: "hours"}); !errors.As(err, &invalid) {
			t.Errorf("turn %d: %v", turn, err)
		}
	}
	_, noTurn := service.CorrectTurn.Do(servicetest.Operator(t), d, service.Correction{Call: "c", Turn: 9, Means: "hours"})
	_, noMeaning := service.CorrectTurn.Do(servicetest.Operator(t), d, service.Correction{Call: "c", Turn: 1, Means: "price:kayak"})
	if gone := service.RemoveExample.Act(servicetest.Operator(t), d,
		"nonsense"); !errors.Is(noTurn, store.ErrNotFound) || !errors.Is(noMeaning, store.ErrNotFound) || !errors.Is(gone, store.ErrNotFound) {
		t.Errorf("what is not there: %v, %v, %v", noTurn, noMeaning, gone)
	}
	if kept, err := service.KeepExample.Do(servicetest.Operator(t), d, list[0].ID); err != nil || !kept.General {
		t.Errorf("KeepExample: %+v, %v", kept, err)
	}
	if err := service.RemoveExample.Act(servicetest.Operator(t), d, list[0].ID); err != nil {
		t.Error(err)
	}
	acts := map[string]int{}
	err = s.AuditEntries(1, func(e record.AuditEntry) error {
		if !e.Failed {
			acts[e.Act]++
		}
		return nil
	})
	if err != nil || acts["teach example"] != 4 || acts["keep example"] != 1 || acts["remove example"] != 1 {
		t.Errorf("noted: %v, %v", acts, err)
	}
	if us, err := s.UnansweredList(); err != nil || len(us) != 0 {
		t.Errorf("trying has put on the list: %+v, %v", us, err)
	}
}
