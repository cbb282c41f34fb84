package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashEnv); path != "" {
		crashWriter(path)
		return
	}
	if path := os.Getenv(powerEnv); path != "" {
		powerWriter(path)
		return
	}
	goleak.VerifyTestMain(m)
}

var t0 = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t *testing.T) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "state", "frontdesk.db"))
}

func TestACallTurnByTurn(t *testing.T) {
	s := fresh(t)
	c, err := s.BeginCall(record.Call{ID: "c1", From: "+1 555 012 0144", Started: t0, Outcome: record.Outcome{Result: record.ResultRunning}})
	if err != nil || c.CallerID == "" {
		t.Fatalf("%+v, %v", c, err)
	}
	for _, turn := range []record.Turn{
		{Index: 0, Said: "hello"}, {Index: 1, Heard: "hours?"}, {Index: 1, Heard: "hours?", Said: "nine to five"},
	} {
		if err := s.AddTurn("c1", turn); err != nil {
			t.Fatal(err)
		}
	}
	c.Outcome, c.Ended, c.Turns = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}, t0.Add(time.Minute), 2
	if err := s.EndCall(c); err != nil {
		t.Fatal(err)
	}
	got, err := s.Call("c1")
	if err != nil || got.Outcome.Result != record.ResultCompleted || !got.Ended.Equal(c.Ended) {
		t.Errorf("%+v, %v", got, err)
	}
	turns, err := s.Turns("c1")
	if err != nil || len(turns) != 2 || turns[1].Said != "nine to five" {
		t.Errorf("%+v, %v", turns, err)
	}
	if err := s.AddTurn("none", record.Turn{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("turn of an unknown call: %v", err)
	}
	if _, err := s.Call("none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown call: %v", err)
	}
}

func TestCallersAreKnownByNumber(t *testing.T) {
	s := fresh(t)
	begin := func(id string, from record.PhoneNumber) string {
		c, err := s.BeginCall(record.Call{ID: id, From: from, Started: t0})
		if err != nil {
			t.Fatal(err)
		}
		return c.CallerID
	}
	a, b, other := begin("1", "+1 (555) 0100"), begin("2", "+15550100"), begin("3", "5550199")
	if a != b || a == other {
		t.Errorf("callers %s %s %s: want the first two the same", a, b, other)
	}
	if w1, w2 := begin("4", ""), begin("5", ""); w1 == w2 {
		t.Error("two withheld numbers are one caller")
	}
	if err := s.Remember(a, "Anna Berger"); err != nil {
		t.Fatal(err)
	}
	c, err := s.Caller(a)
	if err != nil || c.Name != "Anna Berger" || c.Calls != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	all, err := s.Callers(0)
	if err != nil || len(all) != 4 {
		t.Errorf("%d callers, %v", len(all), err)
	}
}

func TestCallsNewestFirstAndFiltered(t *testing.T) {
	s := fresh(t)
	for i := range 50 {
		from := record.PhoneNumber(fmt.Sprintf("555010%d", i%2))
		if _, err := s.BeginCall(record.Call{
			ID: fmt.Sprintf("c%02d", i), From: from, Started: t0.Add(time.Duration(i) * time.Minute),
		}); err != nil {
			t.Fatal(err)
		}
	}
	ids := func(f store.Filter) string {
		cs, err := s.Calls(f)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range cs {
			out = append(out, c.ID)
		}
		return strings.Join(out, " ")
	}
	c, _ := s.Call("c01")
	for want, f := range map[string]store.Filter{
		"c49 c48 c47": {Limit: 3},
		"c09 c08":     {Limit: 2, Before: t0.Add(10 * time.Minute)},
		"c49 c48":     {Since: t0.Add(48 * time.Minute)},
		"c05 c03 c01": {Caller: c.CallerID, Before: t0.Add(7 * time.Minute)},
		"":            {Before: t0},
	} {
		if got := ids(f); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
}

func TestMessagesAndQuestions(t *testing.T) {
	s := fresh(t)
	m, err := s.SaveMessage(record.Message{CallID: "c1", Name: "Anna", Urgency: record.Urgent})
	if err != nil || m.ID == "" {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := s.MarkDone(m.ID, true); err != nil {
		t.Fatal(err)
	}
	if open, _ := s.Messages(0, false); len(open) != 0 {
		t.Errorf("open: %+v", open)
	}
	if done, _ := s.Messages(0, true); len(done) != 1 || done[0].DoneAt.IsZero() {
		t.Errorf("all: %+v", done)
	}
	for _, q := range []record.Personal{"Do you take Aetna?", "do you take  aetna", "Is there a lift?", "…"} {
		if err := s.AddUnanswered(record.Unanswered{Question: q, At: t0}); err != nil {
			t.Fatal(err)
		}
	}
	if us, err := s.UnansweredList(); err != nil || len(us) != 3 || us[0].Times != 2 {
		t.Errorf("%+v, %v", us, err)
	}
}

func TestProfileVersions(t *testing.T) {
	s := fresh(t)
	if _, _, err := s.Profile(); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no profile: %v", err)
	}
	for i, name := range []string{"one", "two"} {
		if v, err := s.PublishProfile(knowledge.Business{Name: name}); err != nil || v != i+1 {
			t.Errorf("version %d, %v", v, err)
		}
	}
	if b, v, err := s.Profile(); err != nil || b.Name != "two" || v != 2 {
		t.Errorf("%q version %d, %v", b.Name, v, err)
	}
}

func TestASecondProcessIsToldWho(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	open(t, path)
	_, err := store.Open(path, store.Options{})
	var inUse *store.InUseError
	if !errors.As(err, &inUse) || inUse.PID != os.Getpid() {
		t.Errorf("error %v, want InUseError with pid %d", err, os.Getpid())
	}
}

func TestInterruptedCallsAreMarked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	s, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.BeginCall(record.Call{ID: "c", Started: t0, Outcome: record.Outcome{Result: record.ResultRunning}}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddTurn("c", record.Turn{Index: 0, SaidAt: t0.Add(9 * time.Second)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := open(t, path).Call("c")
	if err != nil || c.Outcome.Result != record.ResultCut || c.Turns != 1 || !c.Ended.Equal(t0.Add(9*time.Second)) {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	if err := os.WriteFile(path, []byte("this is no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(path, store.Options{}); err == nil {
		t.Fatal("no error")
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "this is no database" {
		t.Errorf("the file was changed: %q, %v", b, err)
	}
}

func BenchmarkSaveMessage(b *testing.B) {
	s, err := store.Open(filepath.Join(b.TempDir(), "frontdesk.db"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		if _, err := s.SaveMessage(record.Message{CallID: "c", Reason: "a message of a usual length, as people leave them"}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTextsBelongToWhoWroteThem(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "frontdesk.db"))
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	known, err := s.BeginCall(record.Call{ID: "call-1", From: "+15550123", Started: at, Answered: at})
	if err != nil {
		t.Fatal(err)
	}
	first, err := s.SaveMessage(record.Message{At: at, Number: "+15550123", Reason: "running late", Text: true})
	if err != nil {
		t.Fatal(err)
	}
	if first.CallerID != known.CallerID {
		t.Errorf("the text of a known number went to %q, not %q", first.CallerID, known.CallerID)
	}
	var last record.Message
	for _, reason := range []record.Personal{"hello", "are you open"} {
		if last, err = s.SaveMessage(record.Message{At: at, Name: "Ada", Number: "+15550999", Reason: reason, Text: true}); err != nil {
			t.Fatal(err)
		}
	}
	ms, err := s.MessagesOfCaller(last.CallerID)
	if err != nil || len(ms) != 2 || last.CallerID == known.CallerID {
		t.Errorf("a stranger's texts: %+v, %v", ms, err)
	}
	if c, err := s.Caller(last.CallerID); err != nil || c.Name != "Ada" {
		t.Errorf("the stranger is %+v, %v", c, err)
	}
}
