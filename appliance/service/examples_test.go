package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
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

// What callers can mean stands in the published profile: without one there is nothing to teach.
func TestNothingIsTaughtWithoutAProfile(t *testing.T) {
	s := openStore(t)
	keepCall(t, s, "a", noon)
	d := servicetest.New(t, service.Options{Records: s})
	_, meanings := service.ListMeanings.Get(servicetest.Operator(t), d)
	_, corrected := service.CorrectTurn.Do(servicetest.Operator(t), d, service.Correction{Call: "a", Means: "hours"})
	if !errors.Is(meanings, store.ErrNotFound) || !errors.Is(corrected, store.ErrNotFound) {
		t.Errorf("%v, %v", meanings, corrected)
	}
	if list, err := service.ListExamples.Get(servicetest.Operator(t), d); err != nil || list == nil || len(list) != 0 {
		t.Errorf("%#v, %v", list, err)
	}
}

// Examples are the owner's, newest first, each with when it was told; what is not there is not found, and nobody is told of that.
func TestExamplesAreTheOwners(t *testing.T) {
	h := openHouse(t)
	taught := 0
	h.d = h.with(func(o *service.Options) { o.Taught = func() { taught++ } })
	first, err := as(h, service.Owner, service.CorrectTurn, service.Correction{Call: "a", Means: "hours"})
	if err != nil || first.Text != "when are you open" || first.CallID != "a" || first.Taught != record.TaughtByCorrection ||
		!first.At.Equal(noon) || first.General || first.Stale || first.Says == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	h.now = noon.Add(time.Hour)
	second := ok(h, service.CorrectTurn, service.Correction{Call: "b", Means: "message"})
	list, err := as(h, service.Owner, service.ListExamples, service.None{})
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].ID != first.ID || !list[0].At.Equal(h.now) {
		t.Errorf("%+v, %v", list, err)
	}
	for _, role := range []service.Role{service.Staff, service.Technician} {
		_, listed := as(h, role, service.ListExamples, service.None{})
		_, corrected := as(h, role, service.CorrectTurn, service.Correction{Call: "a", Means: "hours"})
		_, removed := as(h, role, service.RemoveExample, first.ID)
		_, kept := as(h, role, service.KeepExample, first.ID)
		for _, err := range []error{listed, corrected, removed, kept} {
			if !errors.Is(err, service.ErrRefused) {
				t.Errorf("role %b: %v", role, err)
			}
		}
	}
	fails(h, service.CorrectTurn, service.Correction{Call: "none", Means: "hours"}, store.ErrNotFound)
	fails(h, service.CorrectTurn, service.Correction{Call: "a", Turn: 1, Means: "hours"}, store.ErrNotFound)
	fails(h, service.KeepExample, "none", store.ErrNotFound)
	fails(h, service.RemoveExample, "none", store.ErrNotFound)
	if taught != 2 {
		t.Errorf("told %d times, want 2", taught)
	}
	ok(h, service.RemoveExample, second.ID)
	if list = ok(h, service.ListExamples, service.None{}); len(list) != 1 || list[0].ID != first.ID || taught != 3 {
		t.Errorf("%+v, told %d times", list, taught)
	}
	h.noted("remove example", "account Maria|"+first.ID+"|failed", "account Maria|"+first.ID+"|failed", "user tester|none|failed",
		"user tester|"+second.ID)
}

// The words of who is erased go with them; those that the owner has called anybody's stay, without the call that they are from.
func TestWordsThatAreAnybodysStay(t *testing.T) {
	h := openHouse(t)
	general := ok(h, service.CorrectTurn, service.Correction{Call: "a", Means: "hours"})
	ok(h, service.CorrectTurn, service.Correction{Call: "b", Means: "hours"})
	for range 2 { // saying it again changes nothing
		kept, err := as(h, service.Owner, service.KeepExample, general.ID)
		if err != nil || !kept.General || kept.CallID != "" || kept.Text != general.Text || kept.Says != general.Says {
			t.Errorf("%+v, %v", kept, err)
		}
	}
	ok(h, service.EraseCaller, service.Erasure{ID: h.who, Reason: "asked"})
	if list := ok(h, service.ListExamples, service.None{}); len(list) != 1 || list[0].ID != general.ID {
		t.Errorf("%+v", list)
	}
}

// An example as a profile has it is its words and their meaning, in the order in which they were told.
func TestExamplesOfAProfile(t *testing.T) {
	got := service.ExamplesOf([]record.Example{{ID: "1", Text: "one", Means: "hours", CallID: "a"}, {ID: "2", Text: "two", Means: "message"}})
	if want := []knowledge.Example{{Text: "one", Means: "hours"}, {Text: "two", Means: "message"}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if none := service.ExamplesOf(nil); none == nil || len(none) != 0 {
		t.Errorf("none: %#v", none)
	}
}
