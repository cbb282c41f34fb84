package remote_test

import (
	"errors"
	"reflect"
	"testing"

	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// TestProfileThroughTheSocket takes the profile through all that can be done with it, and compares with the service.
func TestProfileThroughTheSocket(t *testing.T) {
	d, _ := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), c, *b); err != nil || v != 1 {
		t.Fatal(v, err)
	}
	draft, err := service.ReadDraft.Get(servicetest.Operator(t), c)
	if err != nil {
		t.Fatal(err)
	}
	b.Hours.Sunday = "9-12"
	stale := draft.Revision
	if draft, err = service.SaveDraft.Do(servicetest.Operator(t), c,
		service.DraftChange{Revision: draft.Revision, Section: edit.Hours, Business: *b}); err != nil || len(draft.Changes) != 1 {
		t.Fatal(draft.Changes, err)
	}
	if want, err := service.ReadDraft.Get(servicetest.Operator(t), d); err != nil || want.Revision != draft.Revision ||
		!reflect.DeepEqual(want.Changes, draft.Changes) {
		t.Errorf("the draft at the service: %+v, %v", want.Changes, err)
	}
	var conflict *service.ConflictError
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), c,
		service.DraftChange{Revision: stale, Section: edit.Hours, Business: *b}); !errors.As(err, &conflict) || conflict.Section != edit.Hours {
		t.Errorf("a stale change: %v", err)
	}
	if r, err := service.TryQuestion.Do(servicetest.Operator(t), c, service.Trial{Question: "are you open on sunday"}); err != nil ||
		r.Source != "hours.sunday" {
		t.Errorf("Try: %+v, %v", r, err)
	}
	if v, err := service.PublishDraft.Do(servicetest.Operator(t), c,
		service.Publication{Revision: draft.Revision, Note: "Sundays"}); err != nil || v != 2 {
		t.Fatal(v, err)
	}
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), c, service.Publication{Revision: draft.Revision, Note: ""}); !errors.Is(err,
		service.ErrUnchanged) {
		t.Errorf("published twice: %v", err)
	}
	if _, err := service.DiscardDraft.Do(servicetest.Operator(t), c, draft.Revision); err != nil {
		t.Error(err)
	}
	if h, err := service.ListEditions.Do(servicetest.Operator(t), c, service.EditionFilter{Before: 0, Limit: 0}); err != nil || len(h) != 2 ||
		h[0].Note != "Sundays" {
		t.Errorf("History: %+v, %v", h, err)
	}
	if e, err := service.ReadEdition.Do(servicetest.Operator(t), c, 1); err != nil || len(e.Changes) != 1 {
		t.Errorf("Edition: %+v, %v", e.Changes, err)
	}
	if v, err := service.GoBack.Do(servicetest.Operator(t), c, service.Reversion{Version: 1, Note: ""}); err != nil || v != 3 {
		t.Errorf("GoBack: %d, %v", v, err)
	}
	if _, err := service.GoBack.Do(servicetest.Operator(t), c, service.Reversion{Version: 9, Note: ""}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("back to nothing: %v", err)
	}
}

func TestQuestionsAndTokensThroughTheSocket(t *testing.T) {
	d, s := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), c, *b); err != nil {
		t.Fatal(err)
	}
	open, err := service.ListQuestions.Get(servicetest.Operator(t), c)
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	got, err := service.AnswerQuestion.Do(servicetest.Operator(t), c,
		service.QuestionReply{ID: open[0].ID, Reply: service.Reply{Text: "No, we only sell toothbrushes."}})
	if err != nil || got.Version != 2 || got.Check.Said == "" {
		t.Errorf("AnswerQuestion: %+v, %v", got, err)
	}
	if err := s.AddUnanswered(record.Unanswered{Question: "what is love"}); err != nil {
		t.Fatal(err)
	}
	if open, err = service.ListQuestions.Get(servicetest.Operator(t), c); err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	if err := service.DismissQuestion.Act(servicetest.Operator(t), c, open[0].ID); err != nil {
		t.Error(err)
	}
	if err := service.DismissQuestion.Act(servicetest.Operator(t), c, "a/b"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an ID that cannot be: %v", err)
	}
	made, err := service.AddToken.Do(servicetest.Operator(t), c, service.TokenWish{Name: "calendar", Role: record.RoleStaff})
	if err != nil {
		t.Fatal(err)
	}
	if known, err := service.CheckToken.Do(servicetest.Operator(t), d, made.Secret); err != nil || known.ID != made.ID {
		t.Errorf("CheckToken: %+v, %v", known, err)
	}
	if list, err := service.ListTokens.Get(servicetest.Operator(t), c); err != nil || len(list) != 1 || list[0].ID != made.ID {
		t.Error(list, err)
	}
	if err := service.RevokeToken.Act(servicetest.Operator(t), c, made.ID); err != nil {
		t.Error(err)
	}
}

func TestExamplesThroughTheSocket(t *testing.T) {
	d, _ := office(t)
	c := serve(t, remote.Socket(t.TempDir()), d)
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.ListMeanings.Get(servicetest.Operator(t), c); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nothing is published: %v", err)
	}
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), c, *b); err != nil {
		t.Fatal(err)
	}
	ms, err := service.ListMeanings.Get(servicetest.Operator(t), c)
	if err != nil || len(ms) < 10 {
		t.Errorf("Meanings: %d, %v", len(ms), err)
	}
	e, err := service.CorrectTurn.Do(servicetest.Operator(t), c, service.Correction{Call: "call-1", Turn: 0, Means: "hours"})
	if err != nil || e.Text != "hello" || e.Says != "opening hours" {
		t.Fatalf("Correct: %+v, %v", e, err)
	}
	if _, err := service.CorrectTurn.Do(servicetest.Operator(t), c,
		service.Correction{Call: "call-1", Turn: 0, Means: "nonsense"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a meaning that is none: %v", err)
	}
	if kept, err := service.KeepExample.Do(servicetest.Operator(t), c, e.ID); err != nil || !kept.General {
		t.Errorf("KeepExample: %+v, %v", kept, err)
	}
	if list, err := service.ListExamples.Get(servicetest.Operator(t), c); err != nil || len(list) != 1 || list[0].ID != e.ID {
		t.Errorf("Examples: %+v, %v", list, err)
	}
	if err := service.RemoveExample.Act(servicetest.Operator(t), c, e.ID); err != nil {
		t.Error(err)
	}
	if err := service.RemoveExample.Act(servicetest.Operator(t), c, e.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}
