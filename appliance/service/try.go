package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// Trial is a question to be tried.
type Trial struct {
	Question  string    `json:"question"`    // as a caller would say it; "" = the greeting
	At        time.Time `json:"at,omitzero"` // the moment of the call; zero = now
	Published bool      `json:"published"`   // try what is published, not the draft
}

// maxQuestion bounds what is tried, in characters.
const maxQuestion = 500

// TryQuestion says what a caller would be told who asks t.Question, from the draft or from what is published. Nothing is kept of it.
var TryQuestion = define(Op[Trial, tryout.Result]{
	Name: "try-question", Role: Staff, Audit: NoLine("nothing is kept of it"),
	Run: (*Service).tryQuestion,
})

func (s *Service) tryQuestion(ctx context.Context, t Trial) (tryout.Result, error) {
	b, err := s.tried(t.Published)
	if err == nil {
		b, err = s.withExamples(b)
	}
	if err != nil {
		return tryout.Result{}, err
	}
	if t.At.IsZero() {
		t.At = s.o.Now()
	}
	if r := []rune(t.Question); len(r) > maxQuestion {
		t.Question = string(r[:maxQuestion])
	}
	return tryout.Ask(ctx, &b, t.Question, t.At.In(b.Location()), s.o.Mind)
}

// tried returns the profile that is to be tried.
func (s *Service) tried(published bool) (knowledge.Business, error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	w, err := s.working()
	if published && err == nil && w.version == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		return w.mine, err
	}
	if published {
		return s.joined(w.published), nil
	}
	return s.joined(w.mine), nil
}

// Reply answers an open question once and for all.
type Reply struct {
	Question string `json:"question,omitempty"` // as it shall stand in the profile; "" = as the caller asked
	Text     string `json:"text,omitempty"`     // what is said
	SameAs   string `json:"same_as,omitempty"`  // or: the question of an answer that holds here too
}

// Answered is what became of an open question.
type Answered struct {
	Version int           `json:"version"` // of the profile with the answer
	Check   tryout.Result `json:"check"`   // what a caller hears now who asks the same
	Closed  []string      `json:"closed"`  // the questions that left the list, by ID: this one, and others that the answer fits
}

// QuestionReply answers an open question.
type QuestionReply struct {
	ID    string `json:"id"`
	Reply Reply  `json:"reply"`
}

// AnswerQuestion puts an answer to an open question into the profile that is published and into the draft, makes the caller's words
// an example of it, and takes the question off the list. Other changes in the draft stay there unpublished. With SameAs nothing is
// published: the words are one more example of what is there. All of it holds from the next call on. The error is store.ErrNotFound
// for a question that is not on the list or a SameAs that is not in the profile, and an *InvalidError for an answer that cannot be
// published.
var AnswerQuestion = define(Op[QuestionReply, Answered]{
	Name: "answer-question", Role: Owner, Audit: Changes("answer question"),
	About: func(in QuestionReply, _ Answered) string { return in.ID },
	Run:   (*Service).answerQuestion,
})

func (s *Service) answerQuestion(ctx context.Context, in QuestionReply) (Answered, error) {
	version, asked, question, err := s.reply(ctx, in)
	if err != nil {
		return Answered{}, err
	}
	out := Answered{Version: version, Closed: []string{in.ID}}
	if out.Check, err = s.tryQuestion(ctx, Trial{Question: asked, Published: true}); err != nil {
		return out, err
	}
	more, err := s.closeAnswered(ctx, question)
	out.Closed = append(out.Closed, more...)
	return out, err
}

// reply does it, and returns the question as it was asked and as it is answered. Of two people who answer it at once one finds it open.
func (s *Service) reply(ctx context.Context, in QuestionReply) (version int, asked, question string, err error) {
	s.profile.Lock()
	defer s.profile.Unlock()
	open, err := s.openQuestion(in.ID)
	if err != nil {
		return 0, "", "", err
	}
	if version, question, err = s.publishReply(in.Reply, string(open.Question)); err != nil {
		return 0, "", "", err
	}
	if err := s.teachQuestion(ctx, open, question); err != nil {
		return 0, "", "", err
	}
	_, err = s.o.Records.DropUnanswered(in.ID)
	return version, string(open.Question), question, err
}

// teachQuestion makes a caller's words an example of an answer, unless the answer stands under these words.
func (s *Service) teachQuestion(ctx context.Context, open record.Unanswered, question string) error {
	b, _, err := s.o.Records.Profile()
	if err != nil || sameWords(b.Speech(), string(open.Question), question) {
		return err
	}
	e := record.Example{Text: open.Question, Means: "answer:" + question, Taught: record.TaughtByAnswer, CallID: open.CallID}
	_, err = s.teach(ctx, b, e)
	return err
}

// DismissQuestion takes a question off the list without an answer.
var DismissQuestion = define(Op[string, None]{
	Name: "dismiss-question", Role: Owner, Audit: Changes("dismiss question"),
	About: of[None],
	Run:   act((*Service).dismissQuestion),
})

func (s *Service) dismissQuestion(_ context.Context, id string) error {
	_, err := s.o.Records.DropUnanswered(id)
	return err
}

func (s *Service) openQuestion(id string) (record.Unanswered, error) {
	all, err := s.o.Records.UnansweredList()
	if err != nil {
		return record.Unanswered{}, err
	}
	for _, u := range all {
		if u.ID == id {
			return u, nil
		}
	}
	return record.Unanswered{}, store.ErrNotFound
}

// publishReply publishes the profile with one more answer, and returns the question that it stands under. An answer that is there
// already is not published anew. Called with profile held.
func (s *Service) publishReply(r Reply, asked string) (version int, question string, err error) {
	w, err := s.working()
	if err != nil {
		return 0, "", err
	}
	if w.version == 0 {
		return 0, "", fmt.Errorf("no profile is published yet: %w", store.ErrNotFound)
	}
	if r.SameAs != "" {
		if !slices.ContainsFunc(w.published.Answers, func(a knowledge.Answer) bool { return a.Question == r.SameAs }) {
			return 0, "", fmt.Errorf("the profile has no answer to %q: %w", r.SameAs, store.ErrNotFound)
		}
		return w.version, r.SameAs, nil
	}
	a := knowledge.Answer{Question: tidy(r.Question), Reply: tidy(r.Text)}
	if a.Question == "" {
		a.Question = asQuestion(asked)
	}
	with, mine := w.published, w.mine
	with.Answers = append(with.Answers[:len(with.Answers):len(with.Answers)], a)
	mine.Answers = append(mine.Answers[:len(mine.Answers):len(mine.Answers)], a)
	version, err = s.put(w, store.Edition{Business: with, Note: "Answer to a caller's question"}, mine)
	return version, a.Question, err
}

// closeAnswered takes those questions off the list that the answer under question fits, by the rules alone.
func (s *Service) closeAnswered(ctx context.Context, question string) ([]string, error) {
	b, _, err := s.o.Records.Profile()
	if err == nil {
		b, err = s.withExamples(b)
	}
	if err != nil {
		return nil, err
	}
	source := ""
	for i, a := range b.Answers {
		if a.Question == question {
			source = fmt.Sprintf("answers[%d]", i)
		}
	}
	open, err := s.o.Records.UnansweredList()
	if err != nil {
		return nil, err
	}
	var closed []string
	for _, u := range open {
		r, err := tryout.Ask(ctx, &b, string(u.Question), s.o.Now(), nil)
		if err != nil {
			return closed, err
		}
		if r.Outcome != tryout.Answered || (r.Source != source && !strings.HasPrefix(r.Source, source+".")) {
			continue
		}
		if _, err := s.o.Records.DropUnanswered(u.ID); err != nil {
			return closed, err
		}
		closed = append(closed, u.ID)
	}
	return closed, nil
}

// asQuestion writes a caller's words as a question.
func asQuestion(said string) string {
	s := strings.TrimRight(tidy(said), ".?! ")
	if s == "" {
		return s
	}
	return language.Capital(s) + "?"
}

// sameWords says whether two questions differ in nothing that is heard.
func sameWords(l language.Language, a, b string) bool { return slices.Equal(l.Words(a), l.Words(b)) }

func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }
