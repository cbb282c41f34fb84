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
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// clinic is a service over an office with the dental sample as version 1.
func clinic(t *testing.T) (*service.Service, *store.Store, knowledge.Business) {
	t.Helper()
	s := openStore(t)
	d := service.New(service.Options{Records: s, Now: func() time.Time { return noon }})
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := d.PublishProfile(t.Context(), *b); err != nil || v != 1 {
		t.Fatal(v, err)
	}
	return d, s, *b
}

func draftOf(t *testing.T, d *service.Service) service.Draft {
	t.Helper()
	got, err := d.Draft(t.Context())
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
	draft, err := d.SaveDraft(t.Context(), draft.Revision, edit.Hours, b)
	if err != nil || len(draft.Changes) != 1 || draft.Changes[0].Section != edit.Hours {
		t.Fatalf("SaveDraft: %+v, %v", draft.Changes, err)
	}
	ask := service.Trial{Question: "Are you open on Sunday?"}
	mine, err := d.Try(t.Context(), ask)
	if err != nil || !strings.HasPrefix(mine.Said, "Yes") {
		t.Errorf("from the draft: %q, %v", mine.Said, err)
	}
	ask.Published = true
	if theirs, err := d.Try(t.Context(), ask); err != nil || !strings.HasPrefix(theirs.Said, "No") {
		t.Errorf("from what is published: %q, %v", theirs.Said, err)
	}
	if v, err := d.PublishDraft(t.Context(), draft.Revision, "  Sundays\n too "); err != nil || v != 2 {
		t.Fatalf("PublishDraft: %d, %v", v, err)
	}
	if draft = draftOf(t, d); len(draft.Changes) != 0 || draft.Base != 2 {
		t.Errorf("after publishing: %+v", draft)
	}
	if _, err := d.PublishDraft(t.Context(), draft.Revision, ""); !errors.Is(err, service.ErrUnchanged) {
		t.Errorf("published again: %v", err)
	}
	history, err := d.History(t.Context(), 0, 0)
	if err != nil || len(history) != 2 || history[0].Note != "Sundays too" || !history[0].At.Equal(noon) || len(history[0].Changes) != 1 {
		t.Fatalf("History: %+v, %v", history, err)
	}
	if older, err := d.History(t.Context(), 2, 5); err != nil || len(older) != 1 || older[0].Version != 1 {
		t.Errorf("older: %+v, %v", older, err)
	}
}

func TestAWrongDraftIsKeptAndNotPublished(t *testing.T) {
	d, _, b := clinic(t)
	b.Hours.Monday, b.Name = "whenever", ""
	draft, err := d.SaveDraft(t.Context(), draftOf(t, d).Revision, "", b)
	if err != nil || len(draft.Problems) != 2 || draft.Problems[0].Section != edit.Card || draft.Problems[1].Path != "hours.monday" || draft.Business.Hours.Monday != "whenever" {
		t.Fatalf("%+v, %v", draft.Problems, err)
	}
	var invalid *service.InvalidError
	if _, err := d.PublishDraft(t.Context(), draft.Revision, ""); !errors.As(err, &invalid) || len(invalid.Problems) != 2 {
		t.Errorf("published: %v", err)
	}
	draft, err = d.DiscardDraft(t.Context(), draft.Revision)
	if err != nil || len(draft.Problems) != 0 || len(draft.Changes) != 0 {
		t.Errorf("DiscardDraft: %+v, %v", draft, err)
	}
}

func TestTwoWindows(t *testing.T) {
	d, _, b := clinic(t)
	first, second := draftOf(t, d).Revision, draftOf(t, d).Revision
	one, two := b, b
	one.Hours.Sunday, two.Address.City = "9-12", "Shelbyville"
	if _, err := d.SaveDraft(t.Context(), first, edit.Hours, one); err != nil {
		t.Fatal(err)
	}
	draft, err := d.SaveDraft(t.Context(), second, edit.Place, two) // another section: no harm
	if err != nil || draft.Business.Hours.Sunday != "9-12" || draft.Business.Address.City != "Shelbyville" {
		t.Fatalf("%+v, %v", draft.Business.Hours, err)
	}
	var conflict *service.ConflictError
	if _, err := d.SaveDraft(t.Context(), second, edit.Hours, b); !errors.As(err, &conflict) || conflict.Section != edit.Hours {
		t.Errorf("the same section: %v", err)
	}
	if _, err := d.PublishDraft(t.Context(), first, ""); !errors.As(err, &conflict) {
		t.Errorf("published what was not looked at: %v", err)
	}
	if _, err := d.SaveDraft(t.Context(), 99, edit.Hours, b); !errors.As(err, &conflict) {
		t.Errorf("a revision that never was: %v", err)
	}
	if _, err := d.SaveDraft(t.Context(), draft.Revision, "nonsense", b); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a section that is none: %v", err)
	}
	// What is published meanwhile counts as a change, too.
	if _, err := d.PublishDraft(t.Context(), draft.Revision, ""); err != nil {
		t.Fatal(err)
	}
	imported := b
	imported.Trade = "clinic"
	before := draftOf(t, d).Revision
	if _, err := d.PublishProfile(t.Context(), imported); err != nil {
		t.Fatal(err)
	}
	if _, err := d.SaveDraft(t.Context(), before, edit.Card, b); !errors.As(err, &conflict) {
		t.Errorf("over an import: %v", err)
	}
}

func TestAnImportLeavesTheDraftItsChanges(t *testing.T) {
	d, s, b := clinic(t)
	mine, theirs := b, b
	mine.Hours.Sunday, theirs.Address.City = "9-12", "Shelbyville"
	if _, err := d.SaveDraft(t.Context(), draftOf(t, d).Revision, edit.Hours, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := d.PublishProfile(t.Context(), theirs); err != nil {
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
	if _, err := d.PublishProfile(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	mine := changed
	mine.Address.City = "Shelbyville"
	if _, err := d.SaveDraft(t.Context(), draftOf(t, d).Revision, edit.Place, mine); err != nil {
		t.Fatal(err)
	}
	old, err := d.Edition(t.Context(), 1)
	if err != nil || len(old.Changes) != 2 {
		t.Fatalf("Edition(1): %+v, %v", old.Changes, err)
	}
	v, err := d.GoBack(t.Context(), 1, "")
	if err != nil || v != 3 {
		t.Fatal(v, err)
	}
	now, err := d.Profile(t.Context())
	if err != nil || now.Business.Name != b.Name || now.Business.Hours.Sunday != b.Hours.Sunday {
		t.Errorf("gone back to %+v, %v", now.Business.Hours, err)
	}
	if draft := draftOf(t, d); draft.Business.Address.City != "Shelbyville" || draft.Business.Name != b.Name {
		t.Errorf("the draft: %+v", draft.Changes)
	}
	if h, err := d.History(t.Context(), 0, 1); err != nil || h[0].Of != 1 || h[0].Note != "Back to version 1" {
		t.Errorf("history: %+v, %v", h, err)
	}
	if _, err := d.GoBack(t.Context(), 9, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("back to nothing: %v", err)
	}
}

func TestAnEmptyBox(t *testing.T) {
	d := service.New(service.Options{Records: openStore(t), Now: func() time.Time { return noon }})
	draft := draftOf(t, d)
	if draft.Base != 0 || draft.Business.Language != "en" || len(draft.Problems) == 0 {
		t.Fatalf("%+v", draft)
	}
	if _, err := d.Try(t.Context(), service.Trial{Published: true}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("tried what is not published: %v", err)
	}
	b, err := profile.Sample("lawfirm")
	if err != nil {
		t.Fatal(err)
	}
	if draft, err = d.SaveDraft(t.Context(), draft.Revision, "", *b); err != nil || len(draft.Problems) != 0 {
		t.Fatal(draft.Problems, err)
	}
	if v, err := d.PublishDraft(t.Context(), draft.Revision, "first"); err != nil || v != 1 {
		t.Errorf("PublishDraft() = %d, %v", v, err)
	}
	if p, err := d.Profile(t.Context()); err != nil || p.Business.ID != "harper-stone" {
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
	if _, err := d.SaveDraft(t.Context(), draftOf(t, d).Revision, edit.Hours, mine); err != nil {
		t.Fatal(err)
	}
	id := ask(t, s, "is there a playground for my kids")
	other := ask(t, s, "playground for kids")
	left := ask(t, s, "do you sell bicycles")
	got, err := d.AnswerQuestion(t.Context(), id, service.Reply{Question: "Do you have a playground?", Text: "Yes, there is a playground in the waiting room."})
	if err != nil || got.Version != 2 || got.Check.Outcome != tryout.Answered || !strings.Contains(got.Check.Said, "playground in the waiting room") {
		t.Fatalf("%+v, %v", got, err)
	}
	if us, err := s.UnansweredList(); err != nil || len(us) != 1 || us[0].ID != left || len(got.Closed) != 2 || got.Closed[1] != other {
		t.Errorf("left on the list: %+v, %v; closed %v", us, err, got.Closed)
	}
	p, err := d.Profile(t.Context())
	if err != nil || len(p.Business.Answers) != len(b.Answers)+1 || p.Business.Hours.Sunday != b.Hours.Sunday {
		t.Errorf("published: %d answers, Sunday %q, %v", len(p.Business.Answers), p.Business.Hours.Sunday, err)
	}
	draft := draftOf(t, d)
	if len(draft.Business.Answers) != len(b.Answers)+1 || draft.Business.Hours.Sunday != "9-12" || len(draft.Changes) != 1 {
		t.Errorf("the draft: %+v", draft.Changes)
	}
	if _, err := d.AnswerQuestion(t.Context(), id, service.Reply{Text: "again"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("answered twice: %v", err)
	}
	var invalid *service.InvalidError
	if _, err := d.AnswerQuestion(t.Context(), left, service.Reply{}); !errors.As(err, &invalid) {
		t.Errorf("without a reply: %v", err)
	}
	if got, err := d.AnswerQuestion(t.Context(), left, service.Reply{SameAs: "Do you have a playground?"}); err != nil || got.Check.Outcome != tryout.Answered {
		t.Errorf("the same as another: %+v, %v", got, err)
	}
	if err := d.DismissQuestion(t.Context(), left); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dismissed what is gone: %v", err)
	}
	last := ask(t, s, "what is love")
	if err := d.DismissQuestion(t.Context(), last); err != nil {
		t.Error(err)
	}
}

func TestTokens(t *testing.T) {
	s := openStore(t)
	now := noon
	d := service.New(service.Options{Records: s, Now: func() time.Time { return now }})
	made, err := d.AddToken(t.Context(), " calendar\tsync ", record.RoleStaff)
	if err != nil || made.Name != "calendar sync" || len(made.Secret) < 46 {
		t.Fatal(made, err)
	}
	got, err := d.CheckToken(t.Context(), made.Secret)
	if err != nil || got.ID != made.ID || got.Role != record.RoleStaff || !got.Used.Equal(noon) {
		t.Errorf("CheckToken: %+v, %v", got, err)
	}
	now = noon.Add(30 * time.Second)
	if got, err = d.CheckToken(t.Context(), made.Secret); err != nil || !got.Used.Equal(noon) {
		t.Errorf("used within the minute: %+v, %v", got, err)
	}
	for _, bad := range []string{"", "fd_", made.Secret + "x", made.Secret[:len(made.Secret)-1], strings.ToUpper(made.Secret)} {
		if _, err := d.CheckToken(t.Context(), bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%d octets: %v", len(bad), err)
		}
	}
	if list, err := d.Tokens(t.Context()); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	if err := d.RevokeToken(t.Context(), made.ID); err != nil {
		t.Error(err)
	}
	if _, err := d.CheckToken(t.Context(), made.Secret); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a revoked token: %v", err)
	}
	for _, bad := range [][2]string{{"", "owner"}, {"x", "root"}, {strings.Repeat("x", 81), "owner"}} {
		if _, err := d.AddToken(t.Context(), bad[0], record.Role(bad[1])); !errors.Is(err, service.ErrBadToken) {
			t.Errorf("AddToken(%q): %v", bad, err)
		}
	}
}
