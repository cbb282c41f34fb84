package service_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/servicetest"
	"frontdesk.internal/appliance/store"
)

// searchable is a service whose index runs until the test ends.
func searchable(t *testing.T, s *store.Store) *service.Service {
	t.Helper()
	d := servicetest.New(t, service.Options{Records: s})
	runIndex(t, d)
	return d
}

// runIndex keeps the index of d until the test ends, and waits until it is whole.
func runIndex(t *testing.T, d *service.Service) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- d.RunIndex(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("RunIndex: %v", err)
		}
	})
	for {
		got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Complete {
			return
		}
	}
}

func TestSearchFindsWhatWasThereAndWhatComes(t *testing.T) {
	s := openStore(t)
	for i := range 450 { // more than one batch
		keepCall(t, s, fmt.Sprintf("call-%03d", i), noon.Add(time.Duration(i/2)*time.Second)) // two in each moment
	}
	d := searchable(t, s)
	got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: "open", Limit: 10})
	if err != nil || got.Total != 450 || len(got.Calls) != 10 || got.Calls[0].ID != "call-449" || got.Calls[0].Where != service.InHeard ||
		got.Calls[0].Text != "when are you open" {
		t.Fatalf("%d found: %+v, %v", got.Total, got.Calls, err)
	}
	c, err := s.BeginCall(record.Call{ID: "live", From: "+4917255501", Started: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddTurn("live", record.Turn{
		Heard: "do you repair bicycles on the weekend or only on other days of the week", Said: "No.",
	}); err != nil {
		t.Fatal(err)
	}
	for text, where := range map[string]service.Where{"bicycle": service.InHeard, "172555": service.InCaller} {
		if got, err = service.SearchCalls.Do(servicetest.Operator(t), d,
			service.CallSearch{Text: text}); err != nil || got.Total != 1 || got.Calls[0].ID != "live" || got.Calls[0].Where != where {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	if _, err := s.MendTurn("live", 0, "do you repair Hillcrest bicycles"); err != nil { // what was heard is found as well
		t.Fatal(err)
	}
	for text, found := range map[string]string{"hillcrest": "Hillcrest bicycles", "weekend": "on the weekend"} {
		if got, err = service.SearchCalls.Do(servicetest.Operator(t), d,
			service.CallSearch{Text: text}); err != nil || got.Total != 1 || got.Calls[0].Where != service.InHeard ||
			!strings.Contains(string(got.Calls[0].Text), found) {
			t.Errorf("%s, want %s: %+v, %v", text, found, got, err)
		}
	}
	if err := s.Remember(c.CallerID, "Anna Berger"); err != nil {
		t.Fatal(err)
	}
	if got, err = service.SearchCalls.Do(servicetest.Operator(t), d,
		service.CallSearch{Text: "berger"}); err != nil || got.Total != 1 || got.Calls[0].Name != "Anna Berger" ||
		got.Calls[0].Where != service.InCaller {
		t.Errorf("by name: %+v, %v", got, err)
	}
	if _, err := s.SaveMessage(record.Message{CallID: "live", Reason: "the saddle squeaks"}); err != nil {
		t.Fatal(err)
	}
	if got, err = service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: "saddle"}); err != nil || got.Total != 1 ||
		got.Calls[0].Where != service.InMessage {
		t.Errorf("by message: %+v, %v", got, err)
	}
}

func TestSearchFindsTextsThatCameInNoCall(t *testing.T) {
	s := openStore(t)
	find := func(d *service.Service, words string, want int) service.FoundCalls {
		t.Helper()
		got, err := service.SearchCalls.Do(servicetest.Operator(t), d, service.CallSearch{Text: words})
		if err != nil || len(got.Texts) != want || len(got.Calls) != 0 {
			t.Fatalf("%s: %+v, %v", words, got, err)
		}
		return got
	}
	early, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550142", Reason: "is the pump mended", Text: true})
	if err != nil {
		t.Fatal(err)
	}
	d := searchable(t, s)
	find(d, "pump", 1)
	if _, err := s.SaveMessage(record.Message{At: noon, Number: "+12175550142", Reason: "the bell too", Text: true}); err != nil {
		t.Fatal(err)
	}
	if got := find(d, "bell", 1); got.Texts[0].CallerID != early.CallerID {
		t.Errorf("%+v", got.Texts)
	}
	find(d, "555014", 2)
	if err := s.DropMessage(early.ID); err != nil {
		t.Fatal(err)
	}
	find(d, "pump", 0)
	if _, err := privacy.New(privacy.Options{Records: s, Dir: t.TempDir()}).Erase(t.Context(), early.CallerID, "asked", "test"); err != nil {
		t.Fatal(err)
	}
	find(d, "bell", 0)
}

// Where a word was found is told with the words around it: a message comes before a note, that before what was heard, and that before what
// was said.
func TestWhereAWordWasFound(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = searchable(t, h.s)
	long := "one two three four five six seven eight nine the glockenspiel ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
	around := "… three four five six seven eight nine the glockenspiel ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
	find := func(text string, where service.Where, words string) {
		t.Helper()
		got := ok(h, service.SearchCalls, service.CallSearch{Text: text})
		if got.Total != 1 || got.Calls[0].ID != "a" || got.Calls[0].Where != where || string(got.Calls[0].Text) != words {
			t.Errorf("%s: %+v", text, got.Calls)
		}
	}
	if err := h.s.AddTurn("a", record.Turn{Index: 1, Heard: "what is that", Said: long}); err != nil {
		t.Fatal(err)
	}
	find("glocken", service.InSaid, around)
	if err := h.s.AddTurn("a", record.Turn{Index: 2, Heard: "a Glockenspiel? Well", Said: "Yes."}); err != nil {
		t.Fatal(err)
	}
	find("glockenspiel", service.InHeard, "a Glockenspiel? Well")
	ok(h, service.AddNote, service.CallNote{Call: "a", Text: "wants the GLOCKENSPIEL"})
	find("GLOCKENSPIEL", service.InNote, "wants the GLOCKENSPIEL")
	if _, err := h.s.SaveMessage(record.Message{CallID: "a", At: noon, Reason: "the glockenspiel is out of tune"}); err != nil {
		t.Fatal(err)
	}
	find("glockenspiel tune", service.InMessage, "the glockenspiel is out of tune")
	if got := ok(h, service.SearchCalls, service.CallSearch{Text: "lockenspiel"}); got.Total != 0 {
		t.Errorf("a piece within a word: %+v", got.Calls)
	}
	if got := ok(h, service.SearchCalls, service.CallSearch{Text: "glockenspiel elephant"}); got.Total != 0 {
		t.Errorf("one of two words: %+v", got.Calls)
	}
}

// Who is searched for by a part of the number is found by it, under the name that is on the card, or that the telephone system has shown.
func TestACallIsFoundByWhoCalled(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = searchable(t, h.s)
	if _, err := h.s.BeginCall(record.Call{ID: "c", From: "+12175550142", DisplayName: "Theobald", Started: noon.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	got := ok(h, service.SearchCalls, service.CallSearch{Text: "5550142"})
	if got.Total != 1 || got.Calls[0].Name != "Theobald" || got.Calls[0].Where != service.InCaller || got.Calls[0].Text != "" {
		t.Errorf("%+v", got.Calls)
	}
	if got = ok(h, service.SearchCalls, service.CallSearch{Text: "theobald"}); got.Total != 1 || got.Calls[0].Where != service.InCaller {
		t.Errorf("%+v", got.Calls)
	}
	if err := h.s.Remember(got.Calls[0].CallerID, "Theodora"); err != nil {
		t.Fatal(err)
	}
	if got = ok(h, service.SearchCalls, service.CallSearch{Text: "5550142"}); got.Calls[0].Name != "Theodora" {
		t.Errorf("%+v", got.Calls)
	}
}

// What is erased, dropped or forgotten is not found a moment later; a call of the box to itself is never found.
func TestWhatIsGoneIsNotFound(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = searchable(t, h.s)
	total := func(text string) int {
		t.Helper()
		return ok(h, service.SearchCalls, service.CallSearch{Text: text}).Total
	}
	if n := total("open"); n != 2 {
		t.Fatalf("%d calls", n)
	}
	if err := h.s.DropTranscript("a"); err != nil {
		t.Fatal(err)
	}
	if n := total("open"); n != 1 {
		t.Errorf("%d calls, one of which is forgotten", n)
	}
	if err := h.s.DropCall("b"); err != nil {
		t.Fatal(err)
	}
	if n := total("open"); n != 0 {
		t.Errorf("%d calls, which are forgotten or gone", n)
	}
	if _, err := h.s.BeginCall(record.Call{ID: "test", Origin: record.OriginSelfTest, Started: noon}); err != nil {
		t.Fatal(err)
	}
	if err := h.s.AddTurn("test", record.Turn{Heard: "testing one two"}); err != nil {
		t.Fatal(err)
	}
	if n := total("testing"); n != 0 {
		t.Errorf("a test call is found %d times", n)
	}
	// Of what cannot be shown any more the search says nothing, while it goes on with the rest.
	if err := h.s.Keys().Destroy(h.who); err != nil {
		t.Fatal(err)
	}
	if got := ok(h, service.SearchCalls, service.CallSearch{}); len(got.Calls) != 0 {
		t.Errorf("%+v", got.Calls)
	}
}

// Who goes away while a search is answered gets nothing of it, and the search stops.
func TestASearchThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	h.d = searchable(t, h.s)
	ctx, gone := context.WithCancel(servicetest.As(t.Context(), service.Staff))
	gone()
	if _, err := service.SearchCalls.Do(ctx, h.d, service.CallSearch{Text: "open"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := as(h, service.Technician, service.SearchCalls, service.CallSearch{Text: "open"}); !errors.Is(err, service.ErrRefused) {
		t.Errorf("by a technician: %v", err)
	}
}

// Without the index nothing is found, and the answer says that it is not complete.
func TestASearchBeforeTheIndexIsMade(t *testing.T) {
	t.Parallel()
	h := openHouse(t)
	if got := ok(h, service.SearchCalls, service.CallSearch{Text: "open"}); got.Total != 0 || got.Complete || got.Calls == nil {
		t.Errorf("%+v", got)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := h.d.RunIndex(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if got := ok(h, service.SearchCalls, service.CallSearch{Text: "open"}); got.Complete {
		t.Error("an index that was broken off is complete")
	}
}
