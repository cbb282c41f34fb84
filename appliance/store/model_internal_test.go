package store

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"frontdesk.internal/appliance/record"
)

// model is what the records should hold, in plain maps.
type model struct {
	callers  map[string]map[string]bool // caller → digits of numbers
	calls    map[string]string          // call → caller
	turns    map[string]int
	messages map[string]string // message → call
	done     map[string]bool
	held     map[string]bool
}

// TestModel plays random acts against the store and against plain maps, with restarts, compactions and interrupted jobs in between, and
// compares all of both.
func TestModel(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("STORE_MODEL_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("STORE_MODEL_SEED=%d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	dir := t.TempDir()
	s := openIn(t, dir)
	m := &model{map[string]map[string]bool{}, map[string]string{}, map[string]int{}, map[string]string{}, map[string]bool{}, map[string]bool{}}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	one := func(set map[string]string) string {
		keys := slices.Sorted(maps.Keys(set))
		if len(keys) == 0 {
			return ""
		}
		return keys[r.IntN(len(keys))]
	}
	caller := func() string {
		keys := slices.Sorted(maps.Keys(m.callers))
		if len(keys) == 0 {
			return ""
		}
		return keys[r.IntN(len(keys))]
	}
	n := 0
	acts := []func(){
		func() { // a call
			n++
			from := record.PhoneNumber(fmt.Sprintf("+1217555%04d", r.IntN(30)))
			if r.IntN(10) == 0 {
				from = ""
			}
			c, err := s.BeginCall(record.Call{ID: fmt.Sprint("c", n), From: from, Started: t1.Add(time.Duration(n) * time.Second)})
			must(err)
			m.calls[c.ID] = c.CallerID
			if m.callers[c.CallerID] == nil {
				m.callers[c.CallerID] = map[string]bool{}
			}
			if from != "" {
				m.callers[c.CallerID][from.Digits()] = true
			}
		},
		func() {
			if c := one(m.calls); c != "" {
				must(s.AddTurn(c, record.Turn{Index: m.turns[c], Heard: "words"}))
				m.turns[c]++
			}
		},
		func() {
			if c := one(m.calls); c != "" {
				x, err := s.SaveMessage(record.Message{CallID: c, Reason: "reason"})
				must(err)
				m.messages[x.ID] = c
			}
		},
		func() {
			if x := one(m.messages); x != "" {
				m.done[x] = !m.done[x]
				must(s.MarkDone(x, m.done[x]))
			}
		},
		func() {
			if c := one(m.calls); c != "" {
				must(s.AddUnanswered(record.Unanswered{CallID: c, Question: record.Personal(fmt.Sprint("question ", r.IntN(5)))}))
			}
		},
		func() {
			if c := caller(); c != "" {
				must(s.SetHold(record.Hold{Caller: c, Until: t1.Add(time.Hour)}))
				m.held[c] = true
			}
		},
		func() {
			if c := caller(); c != "" && m.held[c] {
				must(s.DropHold(c))
				delete(m.held, c)
			}
		},
		func() { // erase
			c := caller()
			job, err := s.Erase(c, "", "")
			var held *HeldError
			switch {
			case c == "":
				if !errors.Is(err, ErrNotFound) {
					t.Fatal(err)
				}
				return
			case m.held[c]:
				if !errors.As(err, &held) {
					t.Fatalf("a held caller was erased: %v", err)
				}
				return
			}
			must(err)
			if r.IntN(2) == 0 {
				must(s.FinishJob(job)) // else it is found after a restart
			}
			m.forget(c)
		},
		func() { // merge
			from, into := caller(), caller()
			if from == into {
				return
			}
			job, err := s.Merge(from, into, "")
			must(err)
			must(s.FinishMove(job))
			for d := range m.callers[from] {
				m.callers[into][d] = true
			}
			for call, c := range m.calls {
				if c == from {
					m.calls[call] = into
				}
			}
			m.held[into] = m.held[into] || m.held[from]
			delete(m.callers, from)
			delete(m.held, from)
		},
		func() { // split
			c := one(m.calls)
			who := m.calls[c]
			x, job, err := s.Split(who, []string{c}, record.Caller{}, "")
			if err != nil { // held, or the only call
				return
			}
			must(s.FinishJob(job))
			m.calls[c] = x.ID
			m.callers[x.ID] = map[string]bool{}
		},
		func() {
			if r.IntN(5) == 0 {
				must(s.Compact())
			}
		},
		func() {
			if r.IntN(5) == 0 {
				must(s.keys.Rotate(t.Context()))
			}
		},
		func() { // restart
			if r.IntN(5) > 0 {
				return
			}
			must(s.Close())
			s = openIn(t, dir)
			jobs, err := s.Jobs()
			must(err)
			for _, j := range jobs {
				must(errors.Join(s.ResumeJob(j), s.FinishJob(j)))
			}
		},
	}
	for range 600 {
		acts[min(r.IntN(len(acts)+4), len(acts)+3)%len(acts)]()
	}
	m.compare(t, s)
	sound(t, s)
}

func (m *model) forget(caller string) {
	for call, c := range m.calls {
		if c != caller {
			continue
		}
		delete(m.calls, call)
		delete(m.turns, call)
		for x, of := range m.messages {
			if of == call {
				delete(m.messages, x)
				delete(m.done, x)
			}
		}
	}
	delete(m.callers, caller)
}

func (m *model) compare(t *testing.T, s *Store) {
	t.Helper()
	calls, err := s.Calls(Filter{Limit: 10000})
	if err != nil || len(calls) != len(m.calls) {
		t.Errorf("%d calls, want %d, %v", len(calls), len(m.calls), err)
	}
	for _, c := range calls {
		ts, err := s.Turns(c.ID)
		if m.calls[c.ID] != c.CallerID || err != nil || len(ts) != m.turns[c.ID] {
			t.Errorf("call %s of %s with %d turns, %v; want %s, %d", c.ID, c.CallerID, len(ts), err, m.calls[c.ID], m.turns[c.ID])
		}
	}
	callers, err := s.Callers(10000)
	if err != nil || len(callers) != len(m.callers) {
		t.Errorf("%d callers, want %d, %v", len(callers), len(m.callers), err)
	}
	for _, c := range callers {
		got := map[string]bool{}
		for _, n := range c.Numbers() {
			got[n.Digits()] = true
			if x, err := s.FindCaller(n); err != nil || x.ID != c.ID {
				t.Errorf("%s is found as %s, %v", c.ID, x.ID, err)
			}
		}
		if want := m.callers[c.ID]; !maps.Equal(got, want) {
			t.Errorf("numbers of %s: %v, want %v", c.ID, got, want)
		}
		if _, err := s.Hold(c.ID); (err == nil) != m.held[c.ID] {
			t.Errorf("hold on %s: %v, want %v", c.ID, err, m.held[c.ID])
		}
		theirs, err := s.Calls(Filter{Caller: c.ID, Limit: 10000})
		if err != nil || slices.ContainsFunc(theirs, func(x record.Call) bool { return m.calls[x.ID] != c.ID }) {
			t.Errorf("calls of %s: %+v, %v", c.ID, theirs, err)
		}
	}
	ms, err := s.Messages(10000, true)
	if err != nil || len(ms) != len(m.messages) {
		t.Errorf("%d messages, want %d, %v", len(ms), len(m.messages), err)
	}
	open := 0
	for _, x := range ms {
		if m.messages[x.ID] != x.CallID || x.Done != m.done[x.ID] || x.CallerID != m.calls[x.CallID] {
			t.Errorf("%+v", x)
		}
		if !x.Done {
			open++
		}
	}
	if n, err := s.CountOpen(); err != nil || n != open {
		t.Errorf("%d are open, want %d, %v", n, open, err)
	}
}
