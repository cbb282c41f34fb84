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

// A message is somebody's of the office, or nobody's in particular; the name is written plainly, and one that is too long changes nothing.
func TestWhoseAMessageIs(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	assign := func(who string) (record.Message, error) {
		return as(h, service.Staff, service.AssignMessage, service.MessageAssignment{ID: h.message, For: who})
	}
	longest := strings.Repeat("x", 200)
	for _, x := range [][2]string{{" Dr.  Maria\nLopez ", "Dr. Maria Lopez"}, {"", ""}, {longest, longest}} {
		if m, err := assign(x[0]); err != nil || m.For != x[1] || m.Done {
			t.Errorf("%q: %+v, %v", x[0], m, err)
		}
	}
	ok(h, service.AssignMessage, service.MessageAssignment{ID: h.message, For: "Tom"})
	if _, err := assign(strings.Repeat("x", 201)); !invalidAt(err, "for") {
		t.Errorf("%v", err)
	}
	fails(h, service.AssignMessage, service.MessageAssignment{ID: "none", For: "Tom"}, store.ErrNotFound)
	if m := ok(h, service.ReadMessage, h.message); m.For != "Tom" {
		t.Errorf("refused, and now for %q", m.For)
	}
	for _, role := range []service.Role{service.Technician, service.Visitor, service.PhoneCaller} {
		if _, err := as(h, role, service.AssignMessage, service.MessageAssignment{ID: h.message}); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
}

// Lists are the newest first and no longer than is asked for, nor than an answer may be; a filter is of a caller, of a time, or of tests.
func TestListsInOrder(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	keepCall(t, h.s, "c", noon.Add(2*time.Minute))
	if _, err := h.s.BeginCall(record.Call{ID: "other", From: "+12175550142", Started: noon.Add(3 * time.Minute)}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.s.BeginCall(record.Call{ID: "test", Origin: record.OriginSelfTest, Started: noon}); err != nil {
		t.Fatal(err)
	}
	for want, f := range map[string]service.CallFilter{
		"other c b a": {}, "other c": {Limit: 2}, "c b a": {Caller: h.who}, "c b": {Caller: h.who, Limit: 2},
		"other c b": {Since: noon.Add(time.Minute)}, "a": {Before: noon.Add(time.Minute)},
		"b":    {Since: noon.Add(1), Before: noon.Add(61 * time.Second)},
		"test": {Tests: true}, "": {Caller: "none"},
	} {
		var ids []string
		for _, c := range ok(h, service.ListCalls, f) {
			ids = append(ids, c.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%+v: %q, want %q", f, got, want)
		}
	}
	callers := ok(h, service.ListCallers, 0)
	if len(callers) != 3 || callers[0].Number != "+12175550142" || callers[1].ID != h.who || callers[1].Calls != 3 {
		t.Errorf("%+v", callers)
	}
	if one := ok(h, service.ListCallers, 1); len(one) != 1 || one[0].ID != callers[0].ID {
		t.Errorf("%+v", one)
	}
	all := ok(h, service.ListMessages, service.MessageFilter{})
	for i, m := range all[1:] {
		if m.ID > all[i].ID {
			t.Errorf("%s is behind an older one", m.ID)
		}
	}
	ok(h, service.MarkMessage, service.MessageMark{ID: all[0].ID, Done: true})
	if open, done := ok(h, service.ListMessages, service.MessageFilter{}), ok(h, service.ListMessages,
		service.MessageFilter{Done: true}); len(open) != len(all)-1 || len(done) != len(all) || open[0].ID != all[1].ID {
		t.Errorf("%d open, %d in all", len(open), len(done))
	}
	h.noted("mark message done", "user tester|"+all[0].ID)
	// Reading the same list again within minutes is one line for each who reads.
	for range 3 {
		if _, err := as(h, service.Staff, service.ListMessages, service.MessageFilter{}); err != nil {
			t.Fatal(err)
		}
	}
	if lines := h.chain("list messages"); len(lines) != 2 {
		t.Errorf("%q", lines)
	}
}

// A call tells how long it was, what is left to do and who called; one that goes on or was not answered was no time long.
func TestWhatACallTells(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if _, err := h.s.BeginCall(record.Call{ID: "on", From: "+12175550142", Started: noon, Answered: noon}); err != nil {
		t.Fatal(err)
	}
	c, err := h.s.BeginCall(record.Call{ID: "missed", Started: noon})
	if err != nil {
		t.Fatal(err)
	}
	c.Ended, c.Outcome = noon.Add(20*time.Second), record.Outcome{Result: record.ResultFailed}
	if err := h.s.EndCall(c); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"a", "on", "missed"} { // in this order they are noted
		seconds := map[string]float64{"a": 30}[id]
		got := ok(h, service.ReadCall, id)
		if got.Seconds != seconds || got.Quality.Verdict != service.QualityUnknown || got.MessageList == nil || got.TurnList == nil ||
			got.RecordingSeconds != 1 || got.Summary == "" {
			t.Errorf("%s: %+v", id, got)
		}
	}
	if got := ok(h, service.ReadCall, "a"); got.Next == "" || got.Caller.ID != h.who || got.Urgent {
		t.Errorf("%+v", got)
	}
	fails(h, service.ReadCall, "none", store.ErrNotFound)
	for _, role := range []service.Role{service.PhoneCaller, service.Visitor} {
		if _, err := as(h, role, service.ReadCall, "a"); !errors.Is(err, service.ErrRefused) {
			t.Errorf("role %b: %v", role, err)
		}
	}
	h.noted("read call", "user tester|a", "user tester|on", "user tester|missed", "account Maria|a|failed", "account Maria|a|failed")
	// Lines of a list that is noted itself leave none of their own.
	if _, err := service.ReadCall.Do(service.Listing(servicetest.As(t.Context(), service.Staff)), h.d, "b"); err != nil {
		t.Fatal(err)
	}
	if _, err := service.ReadCall.Do(service.AsBox(t.Context(), "retention"), h.d, "b"); err != nil {
		t.Fatal(err)
	}
	if lines := h.chain("read call"); len(lines) != 5 {
		t.Errorf("%q", lines)
	}
}
