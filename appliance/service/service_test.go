package service_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// noon is 17:00 UTC, noon at the sample clinic.
var noon = time.Date(2026, 3, 2, 17, 0, 0, 0, time.UTC)

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s := openStoreAt(t, func() time.Time { return noon })
	t.Cleanup(func() {
		if err := errors.Join(s.Check(), s.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// openStoreAt opens records with a clock; who asks closes them.
func openStoreAt(t *testing.T, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "frontdesk.db"), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keepCall stores a finished call with one turn, one message and one question.
func keepCall(t *testing.T, s *store.Store, id string, started time.Time) record.Call {
	t.Helper()
	c, err := s.BeginCall(record.Call{ID: id, From: "5550123", Started: started, Answered: started.Add(2 * time.Second)})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.SaveMessage(record.Message{CallID: id, CallerID: c.CallerID, At: started, Name: "Ada", Urgency: record.Normal})
	if err != nil || m.ID == "" {
		t.Fatalf("SaveMessage: %+v, %v", m, err)
	}
	c.Ended, c.Turns, c.Messages = started.Add(32*time.Second), 1, 1
	c.Outcome = record.Outcome{Result: record.ResultCompleted, Reason: "goodbye"}
	if err := errors.Join(
		s.AddTurn(id, record.Turn{Heard: "when are you open", Said: "From eight."}),
		s.AddUnanswered(record.Unanswered{CallID: id, At: started, Question: "do you sell shoes"}),
		s.EndCall(c),
	); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOneCallWithAllThatBelongsToIt(t *testing.T) {
	s := openStore(t)
	kept := keepCall(t, s, "a", noon)
	keepCall(t, s, "b", noon.Add(time.Minute))
	d := servicetest.New(t, service.Options{Records: s})

	got, err := service.ReadCall.Do(servicetest.Operator(t), d, "a")
	if err != nil {
		t.Fatal(err)
	}
	if got.ID != "a" || got.Caller.ID != kept.CallerID || len(got.TurnList) != 1 || len(got.MessageList) != 1 ||
		got.MessageList[0].CallID != "a" || got.Seconds != 30 {
		t.Errorf("Call() = %+v", got)
	}
	caller, err := service.ReadCaller.Do(servicetest.Operator(t), d, kept.CallerID)
	if err != nil || caller.Calls != 2 || len(caller.CallList) != 2 || caller.CallList[0].ID != "b" {
		t.Errorf("Caller() = %+v, %v; want two calls, b first", caller, err)
	}
	b, err := json.Marshal(caller)
	if err != nil || !strings.Contains(string(b), `"calls":2`) || !strings.Contains(string(b), `"call_list":[{"id":"b"`) {
		t.Errorf("JSON of a caller: %s, %v", b, err)
	}
	if b, err = json.Marshal(got); err != nil || !strings.Contains(string(b), `"turns":1`) || !strings.Contains(string(b), `"turn_list":[{`) {
		t.Errorf("JSON of a call: %s, %v", b, err)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t)})
	var lists []any
	add := func(v any, err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		lists = append(lists, v)
	}
	calls, err := service.ListCalls.Do(servicetest.Operator(t), d, service.CallFilter{})
	add(calls, err)
	callers, err := service.ListCallers.Do(servicetest.Operator(t), d, 0)
	add(callers, err)
	messages, err := service.ListMessages.Do(servicetest.Operator(t), d, service.MessageFilter{Limit: 0, Done: false})
	add(messages, err)
	questions, err := service.ListQuestions.Get(servicetest.Operator(t), d)
	add(questions, err)
	got, err := json.Marshal(lists)
	if err != nil || string(got) != "[[],[],[],[]]" {
		t.Errorf("lists of an empty store: %s, %v", got, err)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	d := servicetest.New(t, service.Options{Records: openStore(t)})
	_, call := service.ReadCall.Do(servicetest.Operator(t), d, "x")
	_, caller := service.ReadCaller.Do(servicetest.Operator(t), d, "x")
	_, message := service.ReadMessage.Do(servicetest.Operator(t), d, "x")
	_, done := service.MarkMessage.Do(servicetest.Operator(t), d, service.MessageMark{ID: "x", Done: true})
	_, published := service.ReadProfile.Get(servicetest.Operator(t), d)
	for name, err := range map[string]error{"call": call, "caller": caller, "message": message, "done": done, "profile": published} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, want store.ErrNotFound", name, err)
		}
	}
}

func TestMarkDoneAndUndo(t *testing.T) {
	s := openStore(t)
	keepCall(t, s, "a", noon)
	d := servicetest.New(t, service.Options{Records: s})
	open, err := service.ListMessages.Do(servicetest.Operator(t), d, service.MessageFilter{Limit: 0, Done: false})
	if err != nil || len(open) != 1 {
		t.Fatalf("open messages: %v, %v", open, err)
	}
	for _, done := range []bool{true, false} {
		m, err := service.MarkMessage.Do(servicetest.Operator(t), d, service.MessageMark{ID: open[0].ID, Done: done})
		if err != nil || m.Done != done {
			t.Errorf("MarkDone(%v) = %+v, %v", done, m, err)
		}
		left, err := service.ListMessages.Do(servicetest.Operator(t), d, service.MessageFilter{Limit: 0, Done: false})
		if err != nil || (len(left) == 0) != done {
			t.Errorf("after MarkDone(%v) %d are open, %v", done, len(left), err)
		}
	}
}

func TestPublish(t *testing.T) {
	s := openStore(t)
	sample, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	d := servicetest.New(t, service.Options{Records: s})
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), d, *sample); err != nil || v != 1 {
		t.Fatalf("PublishProfile() = %d, %v", v, err)
	}
	got, err := service.ReadProfile.Get(servicetest.Operator(t), d)
	if err != nil || got.Version != 1 || got.Business.Name != sample.Name {
		t.Errorf("Profile() = %d %q, %v", got.Version, got.Business.Name, err)
	}
	var invalid *service.InvalidError
	if _, err := service.PublishProfile.Do(servicetest.Operator(t), d, knowledge.Business{}); !errors.As(err, &invalid) ||
		!strings.Contains(err.Error(), "name") {
		t.Errorf("an empty profile: %v, want what is wrong with it", err)
	}
	told := 0
	telling := servicetest.New(t, service.Options{Records: s, Published: func(b knowledge.Business, version int) {
		if told = version; b.ID != sample.ID {
			t.Errorf("told of %q", b.ID)
		}
	}})
	if v, err := service.PublishProfile.Do(servicetest.Operator(t), telling, *sample); err != nil || v != 2 || told != 2 {
		t.Errorf("PublishProfile() = %d, %v; told of %d", v, err, told)
	}
}

func TestStatusCountsTodayWhereTheBusinessIs(t *testing.T) {
	s := openStore(t)
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.TimeZone = "America/New_York"
	if _, err := s.PublishProfile(*b); err != nil {
		t.Fatal(err)
	}
	keepCall(t, s, "yesterday", time.Date(2026, 3, 2, 4, 59, 0, 0, time.UTC)) // 23:59 the day before
	keepCall(t, s, "today", time.Date(2026, 3, 2, 5, 1, 0, 0, time.UTC))
	d := servicetest.New(t, service.Options{Records: s, Now: func() time.Time { return noon }, Runtime: func() service.Runtime {
		return service.Runtime{Running: true, Phone: service.Phone{State: "registered"}}
	}})
	got, err := service.ReadStatus.Get(servicetest.Operator(t), d)
	if err != nil {
		t.Fatal(err)
	}
	if got.CallsToday != 1 || got.Messages != 2 || got.Unanswered != 1 || got.Business != b.Name || got.Profile != 1 || !got.Answering {
		t.Errorf("Status() = %+v", got)
	}
}

func TestStatusInPlainWords(t *testing.T) {
	low := health.Condition{Name: "disk", Severity: health.Degraded, Text: "The disk is almost full."}
	broken := health.Condition{Name: "sip", Severity: health.Failed, Text: "The PBX refuses the password."}
	up := service.Runtime{Running: true, Phone: service.Phone{State: "registered"}}
	with := func(cs ...health.Condition) service.Runtime { l := up; l.Health = cs; return l }
	for _, c := range []struct {
		name      string
		live      service.Runtime
		overall   health.Severity
		answering bool
		text      string
	}{
		{"all well", up, health.OK, true, "Frontdesk answers calls."},
		{"limited", with(low), health.Degraded, true, low.Text},
		{"failed", with(broken, low), health.Failed, false, broken.Text},
		{"not registered", service.Runtime{Running: true, Phone: service.Phone{State: "registering"}}, health.Degraded, false, "not registered"},
		{"not running", service.Runtime{}, health.Failed, false, "not running"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := servicetest.New(t, service.Options{Records: openStore(t), Runtime: func() service.Runtime { return c.live }})
			got, err := service.ReadStatus.Get(servicetest.Operator(t), d)
			if err != nil {
				t.Fatal(err)
			}
			if got.Overall != c.overall || got.Answering != c.answering || !strings.Contains(got.Text, c.text) {
				t.Errorf("%v answering=%v %q, want %v %v %q", got.Overall, got.Answering, got.Text, c.overall, c.answering, c.text)
			}
		})
	}
}
