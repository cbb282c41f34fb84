package callhub_test

import (
	"sync"
	"testing"
	"time"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/reception"
	"frontdesk.internal/appliance/record"
)

var _ reception.Observer = (*callhub.Hub)(nil)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestACallAsItGoes(t *testing.T) {
	h := callhub.New(func() time.Time { return noon })
	changed, stop := h.Watch()
	defer stop()
	next := func() callhub.State {
		t.Helper()
		select {
		case <-changed:
		default:
			t.Fatal("nobody was told")
		}
		return h.State()
	}
	h.CallStarted(record.Call{ID: "b", Started: noon})
	h.CallStarted(record.Call{ID: "a", Started: noon.Add(-time.Minute)})
	if s := next(); len(s.Calls) != 2 || s.Calls[0].ID != "a" || s.Records != 0 {
		t.Fatalf("State() = %+v, want a before b", s)
	}
	h.TurnHeard("b", "are you", false)
	if c := next().Calls[1]; c.Saying != "are you" || len(c.Lines) != 0 {
		t.Errorf("while the caller speaks: %+v", c)
	}
	h.TurnHeard("b", "are you open", true)
	h.TurnDone("b", record.Turn{Decided: "answer.hours", Said: "Yes.", SaidAt: noon, CutOff: true})
	c := next().Calls[1]
	if c.Saying != "" || len(c.Lines) != 2 || !c.Lines[0].Caller || c.Lines[1].Text != "Yes." || !c.Lines[1].CutOff ||
		c.Decided[0] != "answer.hours" {
		t.Errorf("after a turn: %+v", c)
	}
	h.CallEnded(record.Call{ID: "b"})
	if s := next(); len(s.Calls) != 1 || s.Records != 1 {
		t.Errorf("after the call: %+v", s)
	}
	h.Changed()
	if s := next(); s.Records != 2 {
		t.Errorf("after a change of records: %+v", s)
	}
}

func TestLinesAreInTheOrderInWhichTheyWereSaid(t *testing.T) {
	at := noon
	h := callhub.New(func() time.Time { return at })
	h.CallStarted(record.Call{ID: "a", Started: noon})
	h.TurnHeard("a", "one", true)
	at = noon.Add(time.Second)
	h.TurnSpeaking("a", "tw")
	h.TurnSpeaking("a", "two") // more is said
	at = noon.Add(2 * time.Second)
	h.TurnHeard("a", "and", true)
	lines := func() (got string) {
		for _, l := range h.State().Calls[0].Lines {
			got += l.Text + " "
		}
		return got
	}
	if got := lines(); got != "one two and " {
		t.Errorf("while it is being said: %s", got)
	}
	at = noon.Add(10 * time.Second)
	h.TurnHeard("a", "three", true) // interrupts
	h.TurnDone("a", record.Turn{Said: "two", SaidAt: noon.Add(time.Second)})
	h.TurnDone("a", record.Turn{Said: "four", SaidAt: noon.Add(11 * time.Second)})
	if got := lines(); got != "one two and three four " {
		t.Errorf("lines: %s", got)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	h := callhub.New(nil)
	h.TurnHeard("x", "hello", true)
	h.TurnDone("x", record.Turn{Said: "Hello."})
	h.CallEnded(record.Call{ID: "x"})
	if s := h.State(); len(s.Calls) != 0 {
		t.Errorf("calls that never began: %+v", s)
	}
}

func TestNobodyWaits(t *testing.T) {
	h := callhub.New(nil)
	_, stop := h.Watch() // never read
	defer stop()
	h.CallStarted(record.Call{ID: "a"})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 500 {
				h.TurnHeard("a", "word", true)
				h.TurnDone("a", record.Turn{Said: "reply"})
				_ = h.State()
			}
		})
	}
	all.Wait()
	if n := len(h.State().Calls[0].Lines); n != 200 {
		t.Errorf("%d lines are kept, want the newest 200", n)
	}
}
