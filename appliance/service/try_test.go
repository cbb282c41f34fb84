package service_test

import (
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// A question is tried at a moment of the office, now unless another one is named; nothing of it is kept, and no question is the greeting.
func TestAQuestionIsTriedAtAMoment(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	try := func(x service.Trial) tryout.Result {
		t.Helper()
		got, err := as(h, service.Staff, service.TryQuestion, x)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	const open = "Are you open now?"
	if got := try(service.Trial{Question: open}); !got.At.Equal(noon) || !strings.HasPrefix(got.Said, "Yes") {
		t.Errorf("at noon: %+v", got)
	}
	night := noon.Add(12 * time.Hour)
	if got := try(service.Trial{Question: open, At: night}); !got.At.Equal(night) || !strings.HasPrefix(got.Said, "No") {
		t.Errorf("at midnight: %+v", got)
	}
	h.now = night
	if got := try(service.Trial{Question: open}); !strings.HasPrefix(got.Said, "No") {
		t.Errorf("at midnight by the clock: %+v", got)
	}
	if got := try(service.Trial{}); got.Question != "" || !strings.Contains(got.Said, h.biz.Name) {
		t.Errorf("the greeting: %+v", got)
	}
	if got := try(service.Trial{Question: strings.Repeat("ä", 501)}); len([]rune(got.Question)) != 500 {
		t.Errorf("%d characters are tried", len([]rune(got.Question)))
	}
	try(service.Trial{Question: "do you sell elephants"})
	if us := ok(h, service.ListQuestions, service.None{}); len(us) != 1 {
		t.Errorf("what was tried is on the list: %+v", us)
	}
	if _, err := as(h, service.Visitor, service.TryQuestion, service.Trial{}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by a visitor: %v", err)
	}
}

// The caller's words stand in the profile as a question, with a large letter and a mark, in whatever script they begin.
func TestACallersWordsBecomeAQuestion(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"do you sell   boots": "Do you sell boots?", "is there a playground?": "Is there a playground?", "really?!": "Really?",
		"Öffnet ihr sonntags": "Öffnet ihr sonntags?", "öffnet ihr sonntags.": "Öffnet ihr sonntags?",
		"über was redet ihr": "Über was redet ihr?", "24 hours?": "24 hours?",
	} {
		h := openHouse(t)
		id := ask(t, h.s, record.Personal(said))
		got := ok(h, service.AnswerQuestion, service.QuestionReply{ID: id, Reply: service.Reply{Text: "We do."}})
		as := ok(h, service.ReadProfile, service.None{}).Business.Answers
		if last := as[len(as)-1]; last.Question != want || last.Reply != "We do." || got.Version != 2 {
			t.Errorf("%q stands as %q, version %d", said, last.Question, got.Version)
		}
	}
}

// An answer that cannot be given leaves profile, draft and list as they were, and says what is wrong.
func TestAnAnswerThatCannotBe(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.draft()
	before := ok(h, service.ReadDraft, service.None{})
	id := h.question()
	invalid(h, service.AnswerQuestion, service.QuestionReply{ID: id}, "answers["+strconv.Itoa(len(h.biz.Answers))+"].reply")
	fails(h, service.AnswerQuestion, service.QuestionReply{ID: id, Reply: service.Reply{SameAs: "Do you sell hats?"}}, store.ErrNotFound)
	fails(h, service.AnswerQuestion, service.QuestionReply{ID: "none", Reply: service.Reply{Text: "Yes."}}, store.ErrNotFound)
	fails(h, service.DismissQuestion, "none", store.ErrNotFound)
	if _, err := as(h, service.Staff, service.AnswerQuestion,
		service.QuestionReply{ID: id, Reply: service.Reply{Text: "Yes."}}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by staff: %v", err)
	}
	if p := ok(h, service.ReadProfile, service.None{}); p.Version != 1 || len(p.Business.Answers) != len(h.biz.Answers) {
		t.Errorf("version %d with %d answers", p.Version, len(p.Business.Answers))
	}
	if d := ok(h, service.ReadDraft, service.None{}); d.Revision != before.Revision || len(d.Changes) != len(before.Changes) {
		t.Errorf("the draft: %+v", d.Changes)
	}
	if us := ok(h, service.ListQuestions, service.None{}); len(us) != 1 || us[0].ID != id {
		t.Errorf("the list: %+v", us)
	}
	if es := ok(h, service.ListExamples, service.None{}); len(es) != 0 {
		t.Errorf("taught: %+v", es)
	}
	h.noted("answer question", "user tester|"+id+"|failed", "user tester|"+id+"|failed", "user tester|none|failed",
		"account Maria|"+id+"|failed")
	// Where nothing is published there is nothing to answer from.
	s := openStore(t)
	d := servicetest.New(t, service.Options{Records: s})
	if _, err := service.AnswerQuestion.Do(servicetest.Operator(t), d,
		service.QuestionReply{ID: ask(t, s, "are you there"), Reply: service.Reply{Text: "Yes."}}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("without a profile: %v", err)
	}
}

// A question that another answer holds for becomes an example of it: nothing is published, and who asks so next is answered.
func TestAQuestionThatAnAnswerHoldsFor(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	taught := 0
	h.d = h.with(func(o *service.Options) { o.Taught = func() { taught++ } })
	there := h.biz.Answers[0].Question
	id := ask(t, h.s, "may my little horse wait in the garden")
	got := ok(h, service.AnswerQuestion, service.QuestionReply{ID: id, Reply: service.Reply{SameAs: there, Text: "is not read"}})
	if got.Version != 1 || got.Check.Outcome != tryout.Answered || !slices.Contains(got.Closed, id) || taught == 0 {
		t.Errorf("%+v, taught %d times", got, taught)
	}
	es := ok(h, service.ListExamples, service.None{})
	if len(es) != 1 || es[0].Means != "answer:"+there || es[0].Taught != record.TaughtByAnswer || string(es[0].Text) !=
		"may my little horse wait in the garden" {
		t.Errorf("%+v", es)
	}
	if again := ok(h, service.TryQuestion,
		service.Trial{Question: "may my little horse wait in the garden", Published: true}); again.Outcome != tryout.Answered {
		t.Errorf("%+v", again)
	}
	// Words that differ in nothing that is heard teach nothing.
	id = ask(t, h.s, record.Personal(strings.ToLower(there)))
	ok(h, service.AnswerQuestion, service.QuestionReply{ID: id, Reply: service.Reply{SameAs: there}})
	if es := ok(h, service.ListExamples, service.None{}); len(es) != 1 {
		t.Errorf("%+v", es)
	}
}

// What is dismissed leaves the list for all who have asked it, and stands in the chain by its ID.
func TestAQuestionIsDismissed(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	id := h.question() // of two calls
	if err := h.s.AddUnanswered(record.Unanswered{CallID: "b", At: noon, Question: "do you buy shoes"}); err != nil {
		t.Fatal(err)
	}
	ok(h, service.DismissQuestion, id)
	us := ok(h, service.ListQuestions, service.None{})
	if len(us) != 1 || us[0].Question != "do you buy shoes" {
		t.Errorf("%+v", us)
	}
	if p := ok(h, service.ReadProfile, service.None{}); p.Version != 1 {
		t.Errorf("version %d", p.Version)
	}
	h.noted("dismiss question", "user tester|"+id)
}

// Two who answer the same question at once: one does, and the other is told that it is not on the list any more.
func TestTwoAnswersAtOnce(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	id := h.question()
	answer := func(text string) error {
		_, err := service.AnswerQuestion.Do(servicetest.Operator(t), h.d, service.QuestionReply{ID: id, Reply: service.Reply{Text: text}})
		return err
	}
	// The second one comes while the first is being published, and has come to the lock, or to its end, before that goes on.
	var once sync.Once
	second := make(chan error, 1)
	h.d = h.with(func(o *service.Options) {
		o.Published = func(knowledge.Business, int) {
			once.Do(func() {
				go func() { second <- answer("No, nowhere.") }()
				for len(second) == 0 && !waitsForLock("service.(*Service).reply(") {
					runtime.Gosched()
				}
			})
		}
	})
	if err := answer("Yes, in the shop."); err != nil {
		t.Error(err)
	}
	if err := <-second; !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the second: %v", err)
	}
	count := 0
	for _, a := range ok(h, service.ReadProfile, service.None{}).Business.Answers {
		if a.Question == "Do you sell shoes?" {
			count++
		}
	}
	if count != 1 {
		t.Errorf("it is answered %d times in the profile", count)
	}
}

// waitsForLock tells whether a goroutine waits for a mutex in a function.
func waitsForLock(function string) bool {
	buf := make([]byte, 16<<20)
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, function) && strings.Contains(g, "sync.(*Mutex).Lock") {
			return true
		}
	}
	return false
}

// The draft is tried as it stands, also when it cannot be published.
func TestADraftIsTriedAsItStands(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	d := ok(h, service.ReadDraft, service.None{})
	b := d.Business
	b.Answers = append(b.Answers[:len(b.Answers):len(b.Answers)], knowledge.Answer{
		Question: "Do you have a carousel?", Reply: "Yes, the carousel turns all day.",
	})
	b.Hours.Monday = "whenever"
	if d = ok(h, service.SaveDraft, service.DraftChange{Revision: d.Revision, Business: b}); len(d.Problems) == 0 {
		t.Fatal("it can be published: the test proves nothing")
	}
	x := service.Trial{Question: "Do you have a carousel?"}
	if got := ok(h, service.TryQuestion, x); !strings.Contains(got.Said, "turns all day") {
		t.Errorf("%+v", got)
	}
	x.Published = true
	if got := ok(h, service.TryQuestion, x); strings.Contains(got.Said, "turns all day") {
		t.Errorf("%+v", got)
	}
}
