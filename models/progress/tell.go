package progress

import (
	"context"
	"sync"
	"time"
)

// Step is how far something is.
type Step struct {
	What  string `json:"what"`            // is being done, as shown to people: "Writing the backup"
	Done  int64  `json:"done,omitempty"`  // of Total, in whatever unit
	Total int64  `json:"total,omitempty"` // 0 = nobody knows
}

// often is how often somebody is told of the same thing at the most.
const often = 100 * time.Millisecond

// teller tells somebody.
type teller struct {
	tell func(Step)

	mu   sync.Mutex
	last Step
	at   time.Time
}

type key struct{}

// With returns a context in which tell is told how far the work is: of each new step, of its end, and ten times a second in
// between. It is called by whoever does the work, one call at a time, and must not take long.
func With(ctx context.Context, tell func(Step)) context.Context {
	return context.WithValue(ctx, key{}, &teller{tell: tell})
}

// Tell says how far it is to whoever waits in ctx; without anybody it does nothing.
func Tell(ctx context.Context, s Step) {
	t, ok := ctx.Value(key{}).(*teller)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	over := s.Total > 0 && s.Done >= s.Total && s != t.last
	if s.What == t.last.What && !over && time.Since(t.at) < often {
		return
	}
	t.last, t.at = s, time.Now()
	t.tell(s)
}
