package service_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/edit"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// clinic is a service over an office with the dental sample as version 1.
func clinic(t *testing.T) (*service.Service, *store.Store, knowledge.Business) {
	t.Helper()
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), d, *b); err != nil || v != 1 {
		t.Fatal(v, err)
	}
	return d, s, *b
}

func draftOf(t *testing.T, d *service.Service) service.Draft {
	t.Helper()
	got, err := service.ReadDraft.Get(servicetest.Operator(t), d)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDraftIsEditedTriedAndPublished(t *testing.T) {
	d, _, b := clinic(t)
	draft := draftOf(t, d)
	if len(draft.Changes) != 0 || len(draft.Problems) != 0 || draft.Business.Name != b.Name || draft.Base != 1 {
		t.Fatalf("an untouched draft: %+v", draft)
	}
	b.Hours.Sunday = "10:00-12:00"
	draft, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draft.Revision, Section: edit.Hours, Business: b})
	if err != nil || len(draft.Changes) != 1 || draft.Changes[0].Section != edit.Hours {
		t.Fatalf("SaveDraft: %+v, %v", draft.Changes, err)
	}
	ask := service.Trial{Question: "Are you open on Sunday?"}
	mine, err := service.TryQuestion.Do(servicetest.Operator(t), d, ask)
	if err != nil || !strings.HasPrefix(mine.Said, "Yes") {
		t.Errorf("from the draft: %q, %v", mine.Said, err)
	}
	ask.Published = true
	if theirs, err := service.TryQuestion.Do(servicetest.Operator(t), d, ask); err != nil || !strings.HasPrefix(theirs.Said, "No") {
		t.Errorf("from what is published: %q, %v", theirs.Said, err)
	}
	if v, err := service.PublishDraft.Do(servicetest.Operator(t), d,
		service.Publication{Revision: draft.Revision, Note: "  Sundays\n too "}); err != nil || v != 2 {
		t.Fatalf("PublishDraft: %d, %v", v, err)
	}
	if draft = draftOf(t, d); len(draft.Changes) != 0 || draft.Base != 2 {
		t.Errorf("after publishing: %+v", draft)
	}
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), d, service.Publication{Revision: draft.Revision, Note: ""}); !errors.Is(err,
		service.ErrUnchanged) {
		t.Errorf("published again: %v", err)
	}
	history, err := service.ListEditions.Do(servicetest.Operator(t), d, service.EditionFilter{Before: 0, Limit: 0})
	if err != nil || len(history) != 2 || history[0].Note != "Sundays too" || !history[0].At.Equal(noon) || len(history[0].Changes) != 1 {
		t.Fatalf("History: %+v, %v", history, err)
	}
	if older, err := service.ListEditions.Do(servicetest.Operator(t), d,
		service.EditionFilter{Before: 2, Limit: 5}); err != nil || len(older) != 1 || older[0].Version != 1 {
		t.Errorf("older: %+v, %v", older, err)
	}
}

func TestAWrongDraftIsKeptAndNotPublished(t *testing.T) {
	d, _, b := clinic(t)
	b.Hours.Monday, b.Name = "whenever", ""
	draft, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draftOf(t, d).Revision, Section: "", Business: b})
	if err != nil || len(draft.Problems) != 2 || draft.Problems[0].Section != edit.Card || draft.Problems[1].Path != "hours.monday" ||
		draft.Business.Hours.Monday != "whenever" {
		t.Fatalf("%+v, %v", draft.Problems, err)
	}
	var invalid *service.InvalidError
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), d,
		service.Publication{Revision: draft.Revision, Note: ""}); !errors.As(err, &invalid) || len(invalid.Problems) != 2 {
		t.Errorf("published: %v", err)
	}
	draft, err = service.DiscardDraft.Do(servicetest.Operator(t), d, draft.Revision)
	if err != nil || len(draft.Problems) != 0 || len(draft.Changes) != 0 {
		t.Errorf("DiscardDraft: %+v, %v", draft, err)
	}
}

func TestTwoWindows(t *testing.T) {
	d, _, b := clinic(t)
	first, second := draftOf(t, d).Revision, draftOf(t, d).Revision
	one, two := b, b
	one.Hours.Sunday, two.Address.City = "9-12", "Shelbyville"
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: first, Section: edit.Hours, Business: one}); err != nil {
		t.Fatal(err)
	}
	// another section: no harm
	draft, err := service.SaveDraft.Do(servicetest.Operator(t), d, service.DraftChange{Revision: second, Section: edit.Place, Business: two})
	if err != nil || draft.Business.Hours.Sunday != "9-12" || draft.Business.Address.City != "Shelbyville" {
		t.Fatalf("%+v, %v", draft.Business.Hours, err)
	}
	var conflict *service.ConflictError
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: second, Section: edit.Hours, Business: b}); !errors.As(err, &conflict) || conflict.Section != edit.Hours {
		t.Errorf("the same section: %v", err)
	}
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), d, service.Publication{Revision: first, Note: ""}); !errors.As(err,
		&conflict) {
		t.Errorf("published what was not looked at: %v", err)
	}
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: 99, Section: edit.Hours, Business: b}); !errors.As(err, &conflict) {
		t.Errorf("a revision that never was: %v", err)
	}
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draft.Revision, Section: "nonsense", Business: b}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a section that is none: %v", err)
	}
	// What is published meanwhile counts as a change, too.
	if _, err := service.PublishDraft.Do(servicetest.Operator(t), d, service.Publication{Revision: draft.Revision, Note: ""}); err != nil {
		t.Fatal(err)
	}
	imported := b
	imported.Trade = "clinic"
	before := draftOf(t, d).Revision
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), d, imported); err != nil {
		t.Fatal(err)
	}
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: before, Section: edit.Card, Business: b}); !errors.As(err, &conflict) {
		t.Errorf("over an import: %v", err)
	}
}

func TestAnImportLeavesTheDraftItsChanges(t *testing.T) {
	d, s, b := clinic(t)
	mine, theirs := b, b
	mine.Hours.Sunday, theirs.Address.City = "9-12", "Shelbyville"
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draftOf(t, d).Revision, Section: edit.Hours, Business: mine}); err != nil {
		t.Fatal(err)
	}
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), d, theirs); err != nil {
		t.Fatal(err)
	}
	draft := draftOf(t, d)
	if draft.Business.Hours.Sunday != "9-12" || draft.Business.Address.City != "Shelbyville" || len(draft.Changes) != 1 || draft.Base != 2 {
		t.Errorf("after an import: %+v", draft.Changes)
	}
	theirs.Address.City = "Springfield again"
	if _, err := s.PublishProfile(theirs); err != nil { // past the service
		t.Fatal(err)
	}
	if draft = draftOf(t, d); draft.Business.Hours.Sunday != "9-12" || draft.Business.Address.City != "Springfield again" || draft.Base != 3 {
		t.Errorf("after a publication past the desk: %+v", draft.Changes)
	}
}

func TestGoBack(t *testing.T) {
	d, _, b := clinic(t)
	changed := b
	changed.Hours.Sunday, changed.Name = "9-12", "Other"
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), d, changed); err != nil {
		t.Fatal(err)
	}
	mine := changed
	mine.Address.City = "Shelbyville"
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draftOf(t, d).Revision, Section: edit.Place, Business: mine}); err != nil {
		t.Fatal(err)
	}
	old, err := service.ReadEdition.Do(servicetest.Operator(t), d, 1)
	if err != nil || len(old.Changes) != 2 {
		t.Fatalf("Edition(1): %+v, %v", old.Changes, err)
	}
	v, err := service.GoBack.Do(servicetest.Operator(t), d, service.Reversion{Version: 1, Note: ""})
	if err != nil || v != 3 {
		t.Fatal(v, err)
	}
	now, err := service.ReadProfile.Get(servicetest.Operator(t), d)
	if err != nil || now.Business.Name != b.Name || now.Business.Hours.Sunday != b.Hours.Sunday {
		t.Errorf("gone back to %+v, %v", now.Business.Hours, err)
	}
	if draft := draftOf(t, d); draft.Business.Address.City != "Shelbyville" || draft.Business.Name != b.Name {
		t.Errorf("the draft: %+v", draft.Changes)
	}
	if h, err := service.ListEditions.Do(servicetest.Operator(t), d, service.EditionFilter{Before: 0, Limit: 1}); err != nil || h[0].Of != 1 ||
		h[0].Note != "Back to version 1" {
		t.Errorf("history: %+v, %v", h, err)
	}
	if _, err := service.GoBack.Do(servicetest.Operator(t), d, service.Reversion{Version: 9, Note: ""}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("back to nothing: %v", err)
	}
}

func TestAnEmptyBox(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t), Now: func() time.Time { return noon }})
	draft := draftOf(t, d)
	if draft.Base != 0 || draft.Business.Language != "en" || len(draft.Problems) == 0 {
		t.Fatalf("%+v", draft)
	}
	if _, err := service.TryQuestion.Do(servicetest.Operator(t), d, service.Trial{Published: true}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("tried what is not published: %v", err)
	}
	b, err := profile.Sample("lawfirm")
	if err != nil {
		t.Fatal(err)
	}
	if draft, err = service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draft.Revision, Section: "", Business: *b}); err != nil || len(draft.Problems) != 0 {
		t.Fatal(draft.Problems, err)
	}
	if v, err := service.PublishDraft.Do(servicetest.Operator(t), d,
		service.Publication{Revision: draft.Revision, Note: "first"}); err != nil || v != 1 {
		t.Errorf("PublishDraft() = %d, %v", v, err)
	}
	if p, err := service.ReadProfile.Get(servicetest.Operator(t), d); err != nil || p.Business.ID != "harper-stone" {
		t.Errorf("published: %q, %v", p.Business.ID, err)
	}
}

// ask puts a question on the list and returns its ID.
func ask(t *testing.T, s *store.Store, question record.Personal) string {
	t.Helper()
	if err := s.AddUnanswered(record.Unanswered{CallID: "c", At: noon, Question: question}); err != nil {
		t.Fatal(err)
	}
	us, err := s.UnansweredList()
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range us {
		if u.Question == question {
			return u.ID
		}
	}
	t.Fatal("not on the list")
	return ""
}

func TestAnswerAQuestionInOneStep(t *testing.T) {
	d, s, b := clinic(t)
	mine := b
	mine.Hours.Sunday = "9-12"
	if _, err := service.SaveDraft.Do(servicetest.Operator(t), d,
		service.DraftChange{Revision: draftOf(t, d).Revision, Section: edit.Hours, Business: mine}); err != nil {
		t.Fatal(err)
	}
	id := ask(t, s, "is there a playground for my kids")
	other := ask(t, s, "playground for kids")
	left := ask(t, s, "do you sell bicycles")
	got, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{
			ID: id, Reply: service.Reply{Question: "Do you have a playground?", Text: "Yes, there is a playground in the waiting room."},
		})
	if err != nil || got.Version != 2 || got.Check.Outcome != tryout.Answered ||
		!strings.Contains(got.Check.Said, "playground in the waiting room") {
		t.Fatalf("%+v, %v", got, err)
	}
	if us, err := s.UnansweredList(); err != nil || len(us) != 1 || us[0].ID != left || len(got.Closed) != 2 || got.Closed[1] != other {
		t.Errorf("left on the list: %+v, %v; closed %v", us, err, got.Closed)
	}
	p, err := service.ReadProfile.Get(servicetest.Operator(t), d)
	if err != nil || len(p.Business.Answers) != len(b.Answers)+1 || p.Business.Hours.Sunday != b.Hours.Sunday {
		t.Errorf("published: %d answers, Sunday %q, %v", len(p.Business.Answers), p.Business.Hours.Sunday, err)
	}
	draft := draftOf(t, d)
	if len(draft.Business.Answers) != len(b.Answers)+1 || draft.Business.Hours.Sunday != "9-12" || len(draft.Changes) != 1 {
		t.Errorf("the draft: %+v", draft.Changes)
	}
	if _, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: id, Reply: service.Reply{Text: "again"}}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("answered twice: %v", err)
	}
	var invalid *service.InvalidError
	if _, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: left, Reply: service.Reply{}}); !errors.As(err, &invalid) {
		t.Errorf("without a reply: %v", err)
	}
	if got, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: left, Reply: service.Reply{SameAs: "Do you have a playground?"}}); err != nil ||
		got.Check.Outcome != tryout.Answered {
		t.Errorf("the same as another: %+v, %v", got, err)
	}
	if err := service.DismissQuestion.Act(servicetest.Operator(t), d, left); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dismissed what is gone: %v", err)
	}
	last := ask(t, s, "what is love")
	if err := service.DismissQuestion.Act(servicetest.Operator(t), d, last); err != nil {
		t.Error(err)
	}
}

func TestTokens(t *testing.T) {
	s := openStore(t)
	now := noon
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return now }})
	made, err := service.AddToken.Do(servicetest.Operator(t), d, service.TokenWish{Name: " calendar\tsync ", Role: record.RoleStaff})
	if err != nil || made.Name != "calendar sync" || len(made.Secret) < 46 {
		t.Fatal(made, err)
	}
	got, err := service.CheckToken.Do(servicetest.Operator(t), d, made.Secret)
	if err != nil || got.ID != made.ID || got.Role != record.RoleStaff || !got.Used.Equal(noon) {
		t.Errorf("CheckToken: %+v, %v", got, err)
	}
	now = noon.Add(30 * time.Second)
	if got, err = service.CheckToken.Do(servicetest.Operator(t), d, made.Secret); err != nil || !got.Used.Equal(noon) {
		t.Errorf("used within the minute: %+v, %v", got, err)
	}
	for _, bad := range []string{"", "fd_", made.Secret + "x", made.Secret[:len(made.Secret)-1], strings.ToUpper(made.Secret)} {
		if _, err := service.CheckToken.Do(servicetest.Operator(t), d, bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%d octets: %v", len(bad), err)
		}
	}
	if list, err := service.ListTokens.Get(servicetest.Operator(t), d); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	if err := service.RevokeToken.Act(servicetest.Operator(t), d, made.ID); err != nil {
		t.Error(err)
	}
	if _, err := service.CheckToken.Do(servicetest.Operator(t), d, made.Secret); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a revoked token: %v", err)
	}
	for _, bad := range [][2]string{{"", "owner"}, {"x", "root"}, {strings.Repeat("x", 81), "owner"}} {
		if _, err := service.AddToken.Do(servicetest.Operator(t), d, service.TokenWish{Name: bad[0], Role: record.Role(bad[1])}); !errors.Is(err,
			service.ErrBadToken) {
			t.Errorf("AddToken(%q): %v", bad, err)
		}
	}
}
