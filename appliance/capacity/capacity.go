// Package capacity measures how many calls at once a box holds.
//
// Engines are shared, so that n callers keep them busy for n times what one turn takes, each time that a caller has said something.
// A [Meter] is a reception.Observer; it starts no goroutine and is safe for concurrent use.
package capacity

import (
	"slices"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
)

// What is measured, and how the box follows it.
const (
	fewTurns    = 8               // are enough
	lastTurns   = 64              // count
	turnEvery   = 8 * time.Second // that is how often callers say something, on recorded calls
	busyAtMost  = 0.5             // beyond half of the time, callers wait for each other
	mostCalls   = 32              // the engines are not asked to do more, however quick they were
	leastChange = 2               // turns between changes
)

// Meter is told of each turn of each call. New makes it.
type Meter struct {
	most int // that ports allow
	set  func(calls int)

	mu    sync.Mutex
	took  []time.Duration // the work of the last turns, the newest last
	calls int
	since int // turns since the last change
	up    int // calls that go on
	peak  int // the most of them at a turn since the last change
}

// New returns a meter that tells set how many calls the box holds, each time that this changes. ports is how many UDP ports there are for
// audio, two a call; 0 = as many as are wanted.
func New(ports int, set func(calls int)) *Meter {
	c := &Meter{most: mostCalls, set: set}
	if ports > 0 {
		c.most = max(1, min(mostCalls, ports/2))
	}
	c.calls = min(record.DefaultCalls, c.most)
	return c
}

// CallStarted implements reception.Observer.
func (c *Meter) CallStarted(record.Call) { c.count(1) }

func (c *Meter) count(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.up = max(0, c.up+n)
}

// TurnHeard implements reception.Observer.
func (c *Meter) TurnHeard(string, string, bool) {}

// TurnSpeaking implements reception.Observer.
func (c *Meter) TurnSpeaking(string, string) {}

// CallEnded implements reception.Observer.
func (c *Meter) CallEnded(record.Call) { c.count(-1) }

// TurnDone implements reception.Observer: a turn in which something was recognised shows how long the engines take now, with the
// calls that go on.
func (c *Meter) TurnDone(_ string, t record.Turn) {
	if t.Recognition <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, t.Recognition+t.Decision+t.Voice)
	c.took = c.took[max(0, len(c.took)-lastTurns):]
	c.since++
	c.peak = max(c.peak, c.up)
	n := holds(c.took, c.most)
	if n == c.calls || c.since < leastChange {
		return
	}
	// One at a time, and only after as many as may go on have gone on: more calls make each turn slower, and what that comes to has to
	// be measured.
	if n > c.calls {
		if c.peak < c.calls {
			return
		}
		n = c.calls + 1
	}
	c.calls, c.since, c.peak = n, 0, 0
	c.set(n)
}

// holds is how many calls a box holds whose turns took so long.
func holds(took []time.Duration, most int) int {
	if len(took) < fewTurns {
		return min(record.DefaultCalls, most)
	}
	sorted := slices.Sorted(slices.Values(took))
	slow := sorted[len(sorted)*3/4]
	if slow <= 0 {
		return most
	}
	return max(1, min(most, int(busyAtMost*float64(turnEvery)/float64(slow))))
}
