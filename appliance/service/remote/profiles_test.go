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
	if v, err := c.PublishProfile(t.Context(), *b); err != nil || v != 1 {
		t.Fatal(v, err)
	}
	draft, err := c.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b.Hours.Sunday = "9-12"
	stale := draft.Revision
	if draft, err = c.SaveDraft(t.Context(), draft.Revision, edit.Hours, *b); err != nil || len(draft.Changes) != 1 {
		t.Fatal(draft.Changes, err)
	}
	if want, err := d.Draft(t.Context()); err != nil || want.Revision != draft.Revision || !reflect.DeepEqual(want.Changes, draft.Changes) {
		t.Errorf("the draft at the service: %+v, %v", want.Changes, err)
	}
	var conflict *service.ConflictError
	if _, err := c.SaveDraft(t.Context(), stale, edit.Hours, *b); !errors.As(err, &conflict) || conflict.Section != edit.Hours {
		t.Errorf("a stale change: %v", err)
	}
	if r, err := c.Try(t.Context(), service.Trial{Question: "are you open on sunday"}); err != nil || r.Source != "hours.sunday" {
		t.Errorf("Try: %+v, %v", r, err)
	}
	if v, err := c.PublishDraft(t.Context(), draft.Revision, "Sundays"); err != nil || v != 2 {
		t.Fatal(v, err)
	}
	if _, err := c.PublishDraft(t.Context(), draft.Revision, ""); !errors.Is(err, service.ErrUnchanged) {
		t.Errorf("published twice: %v", err)
	}
	if _, err := c.DiscardDraft(t.Context(), draft.Revision); err != nil {
		t.Error(err)
	}
	if h, err := c.History(t.Context(), 0, 0); err != nil || len(h) != 2 || h[0].Note != "Sundays" {
		t.Errorf("History: %+v, %v", h, err)
	}
	if e, err := c.Edition(t.Context(), 1); err != nil || len(e.Changes) != 1 {
		t.Errorf("Edition: %+v, %v", e.Changes, err)
	}
	if v, err := c.GoBack(t.Context(), 1, ""); err != nil || v != 3 {
		t.Errorf("GoBack: %d, %v", v, err)
	}
	if _, err := c.GoBack(t.Context(), 9, ""); !errors.Is(err, store.ErrNotFound) {
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
	if _, err := c.PublishProfile(t.Context(), *b); err != nil {
		t.Fatal(err)
	}
	open, err := c.Unanswered(t.Context())
	if err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	got, err := c.AnswerQuestion(t.Context(), open[0].ID, service.Reply{Text: "No, we only sell toothbrushes."})
	if err != nil || got.Version != 2 || got.Check.Said == "" {
		t.Errorf("AnswerQuestion: %+v, %v", got, err)
	}
	if err := s.AddUnanswered(record.Unanswered{Question: "what is love"}); err != nil {
		t.Fatal(err)
	}
	if open, err = c.Unanswered(t.Context()); err != nil || len(open) != 1 {
		t.Fatal(open, err)
	}
	if err := c.DismissQuestion(t.Context(), open[0].ID); err != nil {
		t.Error(err)
	}
	if err := c.DismissQuestion(t.Context(), "a/b"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an ID that cannot be: %v", err)
	}
	made, err := c.AddToken(t.Context(), "calendar", record.RoleStaff)
	if err != nil {
		t.Fatal(err)
	}
	if known, err := d.CheckToken(t.Context(), made.Secret); err != nil || known.ID != made.ID {
		t.Errorf("CheckToken: %+v, %v", known, err)
	}
	if list, err := c.Tokens(t.Context()); err != nil || len(list) != 1 || list[0].ID != made.ID {
		t.Error(list, err)
	}
	if err := c.RevokeToken(t.Context(), made.ID); err != nil {
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
	if _, err := c.Meanings(t.Context()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nothing is published: %v", err)
	}
	if _, err := c.PublishProfile(t.Context(), *b); err != nil {
		t.Fatal(err)
	}
	ms, err := c.Meanings(t.Context())
	if err != nil || len(ms) < 10 {
		t.Errorf("Meanings: %d, %v", len(ms), err)
	}
	e, err := c.Correct(t.Context(), "call-1", 0, "hours")
	if err != nil || e.Text != "hello" || e.Says != "opening hours" {
		t.Fatalf("Correct: %+v, %v", e, err)
	}
	if _, err := c.Correct(t.Context(), "call-1", 0, "nonsense"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a meaning that is none: %v", err)
	}
	if kept, err := c.KeepExample(t.Context(), e.ID); err != nil || !kept.General {
		t.Errorf("KeepExample: %+v, %v", kept, err)
	}
	if list, err := c.Examples(t.Context()); err != nil || len(list) != 1 || list[0].ID != e.ID {
		t.Errorf("Examples: %+v, %v", list, err)
	}
	if err := c.RemoveExample(t.Context(), e.ID); err != nil {
		t.Error(err)
	}
	if err := c.RemoveExample(t.Context(), e.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}
