package access

import (
	"net/netip"
	"sync"
	"time"
)

// Throttling: a few slips are free, then each further one doubles the wait for that name, and likewise for that address. What is
// waited for is forgotten after a while without guesses.
const (
	freeTries  = 5
	firstWait  = 5 * time.Second
	nameWait   = 30 * time.Second // at most, for a name: else anybody could lock the owner out
	longWait   = 15 * time.Minute // at most, for an address
	forgetting = time.Hour
	maxEntries = 4096 // of names and addresses; beyond it the oldest goes
)

// Throttle makes guessing slow. It counts by name and by address apart: many guesses for one name from many places wait, and so do
// many names from one place. A guess is counted before it is looked at ([Throttle.Try]) and taken back when it was right. It keeps
// everything in memory; a restart forgets, which costs a guesser more than it gives.
type Throttle struct {
	now     func() time.Time
	free    int           // guesses
	longest time.Duration // wait for a name

	mu    sync.Mutex
	tries map[string]try
}

// try is what is known of a name or an address.
type try struct {
	failed int
	last   time.Time
}

// NewThrottle returns an empty throttle; now is its clock.
func NewThrottle(now func() time.Time) *Throttle {
	return newThrottle(now, freeTries, nameWait)
}

// newThrottle returns one that forgives other numbers of guesses.
func newThrottle(now func() time.Time, free int, longest time.Duration) *Throttle {
	return &Throttle{now: now, free: free, longest: longest, tries: map[string]try{}}
}

// Guess is one that was counted before it is known whether it is wrong: of many at the same time, no more are looked at than of as many one
// after the other.
type Guess struct {
	t    *Throttle
	keys []string
}

// Try counts a guess, unless it has to wait: then the error is a *WaitError, and nothing is counted.
func (t *Throttle) Try(name string, from netip.Addr) (*Guess, error) {
	return t.try(keys(name, from))
}

// TryAddress is Try for what everybody guesses at, so that a name to count under would keep everybody out.
func (t *Throttle) TryAddress(from netip.Addr) (*Guess, error) {
	return t.try(keys("", from)[1:])
}

// TryDevice is Try for a browser that is known: what others guess does not count.
func (t *Throttle) TryDevice(device string) (*Guess, error) {
	return t.try([]string{"d" + device})
}

func (t *Throttle) try(keys []string) (*Guess, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var longest time.Duration
	for _, k := range keys {
		longest = max(longest, t.left(k))
	}
	if longest > 0 {
		return nil, &WaitError{longest}
	}
	t.count(keys)
	return &Guess{t, keys}, nil
}

// Passed forgets the wrong guesses of who got in.
func (g *Guess) Passed() {
	g.t.mu.Lock()
	defer g.t.mu.Unlock()
	for _, k := range g.keys {
		delete(g.t.tries, k)
	}
}

// TakeBack takes the guess back: it was not looked at, or it was right and nothing came of it. A nil guess was not counted.
func (g *Guess) TakeBack() {
	if g == nil {
		return
	}
	g.t.mu.Lock()
	defer g.t.mu.Unlock()
	for _, k := range g.keys {
		e, ok := g.t.tries[k]
		if e.failed--; ok && e.failed > 0 {
			g.t.tries[k] = e
		} else {
			delete(g.t.tries, k)
		}
	}
}

// Forget forgets all wrong guesses.
func (t *Throttle) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.tries)
}

// keys of a guess. IPv6 addresses count by their network: one host has as many as it likes.
func keys(name string, from netip.Addr) []string {
	out := []string{"n" + name}
	if from.IsValid() {
		bits := 32
		if from = from.Unmap(); from.Is6() {
			bits = 64
		}
		if p, err := from.Prefix(bits); err == nil {
			out = append(out, "a"+p.String())
		}
	}
	return out
}

// Wait returns how long the next guess has to wait; 0 = not at all.
func (t *Throttle) Wait(name string, from netip.Addr) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	var longest time.Duration
	for _, k := range keys(name, from) {
		longest = max(longest, t.left(k))
	}
	return longest
}

func (t *Throttle) left(key string) time.Duration {
	e, ok := t.tries[key]
	if !ok || e.failed < t.free {
		return 0
	}
	wait := t.longest
	if key[0] == 'a' {
		wait = longWait
	}
	if shift := e.failed - t.free; shift < 10 {
		wait = min(wait, firstWait<<shift)
	}
	return max(0, e.last.Add(wait).Sub(t.now()))
}

// Failed counts a wrong guess.
func (t *Throttle) Failed(name string, from netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count(keys(name, from))
}

func (t *Throttle) count(keys []string) {
	now := t.now()
	for _, k := range keys {
		e := t.tries[k]
		if now.Sub(e.last) > forgetting {
			e.failed = 0
		}
		if _, known := t.tries[k]; !known && len(t.tries) >= maxEntries {
			t.dropOldest()
		}
		t.tries[k] = try{failed: e.failed + 1, last: now}
	}
}

func (t *Throttle) dropOldest() {
	oldest, when := "", time.Time{}
	for k, e := range t.tries {
		if oldest == "" || e.last.Before(when) {
			oldest, when = k, e.last
		}
	}
	delete(t.tries, oldest)
}
