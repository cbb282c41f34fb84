// Package health keeps the appliance's lasting conditions: what is wrong now, since when, in plain words.
//
// A part that notices a lasting fault (not registered, a model missing, disk low) sets a condition under a name of its own
// and clears it when the fault is over; page, console, /healthz and metrics read them. A condition is spoken of in the log
// once when it comes, changes or goes, not each time somebody meets it. Single faults of one call do not belong here.
//
// The package starts no goroutine. A [Tracker] is safe for concurrent use; what it returns are copies.
package health

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// Severity says what a condition means for callers.
type Severity int

// The severities. OK is that of no condition at all; nobody sets it.
const (
	OK       Severity = iota
	Degraded          // calls are answered, but something is missing
	Failed            // calls are not answered
)

var words = [...]string{OK: "healthy", Degraded: "degraded", Failed: "failed"}

// String returns "healthy", "degraded" or "failed".
func (s Severity) String() string {
	if s < OK || s > Failed {
		return fmt.Sprintf("severity(%d)", int(s))
	}
	return words[s]
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(b []byte) error {
	i := slices.Index(words[:], string(b))
	if i < 0 {
		return fmt.Errorf("read severity: %q is none of healthy, degraded, failed", b)
	}
	*s = Severity(i)
	return nil
}

// Condition is one lasting fault.
type Condition struct {
	Name     string    `json:"name"` // short, stable: "phone.registration"
	Severity Severity  `json:"severity"`
	Text     string    `json:"text"`  // a plain sentence for the owner: what is wrong and what to do
	Since    time.Time `json:"since"` // when it came, whatever it was called since
}

// Options for New. The zero value is right for tests.
type Options struct {
	Logger *slog.Logger     // nil: says nothing
	Now    func() time.Time // nil: time.Now
}

// Tracker holds the conditions.
type Tracker struct {
	log *slog.Logger
	now func() time.Time

	mu      sync.Mutex
	list    map[string]Condition
	changed chan struct{} // closed at the next change
}

// New returns a tracker without conditions.
func New(o Options) *Tracker {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Tracker{log: o.Logger, now: o.Now, list: map[string]Condition{}, changed: make(chan struct{})}
}

// Set says that the condition named name holds. Setting it again changes what it says, not since when it holds; with
// severity OK it is cleared.
func (t *Tracker) Set(name string, severity Severity, text string) {
	if severity == OK {
		t.Clear(name)
		return
	}
	t.mu.Lock()
	c, held := t.list[name]
	if held && c.Severity == severity && c.Text == text {
		t.mu.Unlock()
		return
	}
	if !held {
		c = Condition{Name: name, Since: t.now()}
	}
	c.Severity, c.Text = severity, text
	t.list[name] = c
	t.wake()
	t.mu.Unlock()
	t.log.Warn("condition holds", "condition", name, "severity", severity.String(), "text", text)
}

// Clear says that the condition named name does not hold any more. One that did not hold is no mistake.
func (t *Tracker) Clear(name string) {
	t.mu.Lock()
	c, held := t.list[name]
	if held {
		delete(t.list, name)
		t.wake()
	}
	now := t.now()
	t.mu.Unlock()
	if held {
		t.log.Info("condition is over", "condition", name, "lasted", now.Sub(c.Since).Round(time.Second))
	}
}

// wake tells those who watch. The caller holds mu.
func (t *Tracker) wake() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// List returns the conditions, the worst first, then the oldest, then by name.
func (t *Tracker) List() []Condition {
	list, _ := t.state()
	return list
}

// Overall returns the severity of the worst condition.
func (t *Tracker) Overall() Severity { return Worst(t.List()) }

// Worst returns the highest severity in list.
func Worst(list []Condition) Severity {
	worst := OK
	for _, c := range list {
		worst = max(worst, c.Severity)
	}
	return worst
}

// Watch calls seen with the conditions now and after every change until ctx ends, and returns its cause. Changes that
// come faster than seen returns are put together.
func (t *Tracker) Watch(ctx context.Context, seen func([]Condition)) error {
	for {
		list, changed := t.state()
		seen(list)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-changed:
		}
	}
}

func (t *Tracker) state() ([]Condition, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]Condition, 0, len(t.list))
	for _, c := range t.list {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b Condition) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.Since.Compare(b.Since), cmp.Compare(a.Name, b.Name))
	})
	return list, t.changed
}
