// Package callhub keeps what happens on calls at this moment, for who looks on: the words as they are said, and that records have
// changed.
//
// A [Hub] is told by the reception (it is a reception.Observer) and never makes it wait: it notes and wakes, and a looker who is
// slow sees the newest state and not each step on the way. What it holds is in memory and goes when the call ends; the
// records keep it. The package starts no goroutine. A Hub is safe for concurrent use; what it returns are copies.
package callhub

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
)

// maxLines is how much of a call is kept: the newest lines.
const maxLines = 200

// Line is something that was said on a call.
type Line struct {
	Caller bool      `json:"caller"` // else Frontdesk
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	CutOff bool      `json:"cut_off,omitempty"` // the caller interrupted
}

// Call is a call that goes on.
type Call struct {
	record.Call
	Lines []Line `json:"lines"`
	// Saying is what the caller is saying, as far as it was understood.
	Saying string `json:"saying,omitempty"`
	// Decided are the actions so far, as in the turns' records.
	Decided []string `json:"decided"`

	speaking Line // what is being said to the caller, or was said last; it is among the lines that State returns
}

// State is all calls that go on, the longest first, and how often the kept records have changed since the start.
type State struct {
	Calls   []Call `json:"calls"`
	Records uint64 `json:"records"`
}

// Hub is the present state with those who look on.
type Hub struct {
	now func() time.Time

	mu       sync.Mutex
	calls    map[string]*Call
	records  uint64
	watchers map[chan struct{}]struct{}

	ended chan struct{}
	end   func()
}

// New returns an empty hub; now is its clock, nil = time.Now.
func New(now func() time.Time) *Hub {
	if now == nil {
		now = time.Now
	}
	ended := make(chan struct{})
	return &Hub{
		now: now, calls: map[string]*Call{}, watchers: map[chan struct{}]struct{}{}, ended: ended, end: sync.OnceFunc(func() { close(ended) }),
	}
}

// End tells who looks on that nothing comes any more.
func (h *Hub) End() { h.end() }

// Ended is closed by End.
func (h *Hub) Ended() <-chan struct{} { return h.ended }

// State returns what is going on.
func (h *Hub) State() State {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := State{Records: h.records, Calls: make([]Call, 0, len(h.calls))}
	for _, c := range h.calls {
		k := *c
		k.Lines, k.Decided = append([]Line{}, c.Lines...), append([]string{}, c.Decided...)
		if c.speaking.Text != "" {
			k.add(c.speaking)
		}
		s.Calls = append(s.Calls, k)
	}
	slices.SortFunc(s.Calls, func(a, b Call) int {
		return cmp.Or(a.Started.Compare(b.Started), cmp.Compare(a.ID, b.ID))
	})
	return s
}

// Watch returns a channel that is filled when something has changed since it was last emptied. Call stop in the end.
func (h *Hub) Watch() (changed <-chan struct{}, stop func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers[c] = struct{}{}
	return c, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.watchers, c)
	}
}

// Changed tells that records were changed by somebody: a message was marked as done.
func (h *Hub) Changed() {
	h.change(func() { h.records++ })
}

func (h *Hub) change(fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn()
	for c := range h.watchers {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// CallStarted implements reception.Observer.
func (h *Hub) CallStarted(c record.Call) {
	h.change(func() { h.calls[c.ID] = &Call{Call: c} })
}

// TurnHeard implements reception.Observer.
func (h *Hub) TurnHeard(id, text string, final bool) {
	h.change(func() {
		c := h.calls[id]
		if c == nil {
			return
		}
		c.Saying = text
		if final && text != "" {
			c.Saying = ""
			c.add(Line{Caller: true, Text: text, At: h.now()})
		}
	})
}

// TurnSpeaking implements reception.Observer.
func (h *Hub) TurnSpeaking(id, text string) {
	h.change(func() {
		c := h.calls[id]
		if c == nil {
			return
		}
		if c.speaking.Text == "" {
			c.speaking.At = h.now()
		}
		c.speaking.Text = text
	})
}

// TurnDone implements reception.Observer.
func (h *Hub) TurnDone(id string, t record.Turn) {
	h.change(func() {
		c := h.calls[id]
		if c == nil {
			return
		}
		if t.Decided != "" {
			c.Decided = append(c.Decided, t.Decided)
		}
		c.speaking = Line{}
		if t.Said != "" {
			c.add(Line{Text: t.Said, At: t.SaidAt, CutOff: t.CutOff})
		}
	})
}

// CallEnded implements reception.Observer.
func (h *Hub) CallEnded(c record.Call) {
	h.change(func() {
		delete(h.calls, c.ID)
		h.records++
	})
}

// add puts a line in its place: what Frontdesk said is known when it was said, and the caller may have spoken since.
func (c *Call) add(l Line) {
	at, _ := slices.BinarySearchFunc(c.Lines, l, func(a, b Line) int { return cmp.Or(a.At.Compare(b.At), -1) })
	c.Lines = slices.Insert(c.Lines, at, l)
	if len(c.Lines) > maxLines {
		c.Lines = slices.Delete(c.Lines, 0, len(c.Lines)-maxLines)
	}
}
