package engines

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// failedPings in a row mean that the child hangs.
const failedPings = 2

// loadingPings is the same while a model is being loaded: on a slow disk page faults and the mapping of files hold each
// other up, and a child that is killed for that would never come up.
const loadingPings = 20

// tending is the care for one child, from its start to its end.
type tending struct {
	s        *Supervisor
	p        *process
	client   *Client
	loading  atomic.Bool   // a model is being loaded
	answered chan struct{} // closed when the child told its state for the first time
	up       time.Time     // when that was; set before answered is closed
}

// run stays until the child is dead and returns why it ended. The end of ctx stops it in good order.
func (t *tending) run(ctx context.Context) string {
	life, end := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { t.follow(life) })
	wg.Go(func() { // nothing need wait for its time when the child is dead
		defer end()
		select {
		case <-t.p.exited:
		case <-life.Done():
		}
	})

	hung := t.attend(life)
	t.s.use(nil) // from now on requests are refused
	switch {
	case ctx.Err() != nil:
		t.p.stop(ctx, t.s.cfg.StopLimit)
	case hung != "":
		t.p.kill()
	}
	<-t.p.exited
	end()
	_ = t.client.Close() // ends what was still waiting for the child
	wg.Wait()
	t.s.use(nil) // follow may have been late
	if hung != "" {
		return hung
	}
	return t.p.reason()
}

// attend pings the child until ctx ends, as it does with the child, and then returns ""; or until it hangs, and says how.
func (t *tending) attend(ctx context.Context) (hung string) {
	limit := time.NewTimer(t.s.cfg.StartLimit)
	defer limit.Stop()
	select {
	case <-ctx.Done():
		return ""
	case <-limit.C:
		return fmt.Sprintf("hung: no answer %v after the start", t.s.cfg.StartLimit)
	case <-t.answered:
	}
	tick := time.NewTicker(t.s.cfg.PingEvery)
	defer tick.Stop()
	for failed := 0; ; {
		select {
		case <-ctx.Done():
			return ""
		case <-tick.C:
		}
		worst, err := t.ping(ctx)
		switch {
		case ctx.Err() != nil:
			return ""
		case err == nil && worst.Late > t.s.cfg.Grace:
			return fmt.Sprintf("hung: the %s went on for %v after its end", worst.Owner, worst.Late.Round(time.Millisecond))
		case err == nil:
			failed = 0
		default:
			allowed := failedPings
			if t.loading.Load() {
				allowed = loadingPings
			}
			if failed++; failed >= allowed {
				return fmt.Sprintf("hung: %d pings without an answer", failed)
			}
		}
	}
}

func (t *tending) ping(ctx context.Context) (Overdue, error) {
	ctx, cancel := context.WithTimeout(ctx, t.s.cfg.PingTimeout)
	defer cancel()
	return t.client.Ping(ctx)
}

// follow shows the child's state until the child is gone or ctx ends, and warms the prefixes once the mind is ready.
func (t *tending) follow(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	warming := false
	// How the watch ends does not matter: the process itself and the pings decide what becomes of the child.
	_ = t.client.WatchState(ctx, func(c ChildState) {
		if t.up.IsZero() {
			t.up = time.Now()
			t.s.use(t.client)
			t.s.log.Info("engines child is up", "pid", c.PID)
		}
		t.s.state.update(func(st *State) {
			if st.Status != Up {
				st.Status, st.Since = Up, t.up
			}
			st.Child = c
		})
		t.loading.Store(c.Ears.Phase == Loading || c.Mind.Phase == Loading || c.Mouth.Phase == Loading ||
			c.Meaning.Phase == Loading)
		select {
		case <-t.answered:
		default:
			close(t.answered)
		}
		if c.Mind.Phase == Ready && !warming {
			warming = true
			wg.Go(func() { t.warm(ctx) })
		}
	})
}

// warm computes the prefixes of earlier children again, the one used last first.
func (t *tending) warm(ctx context.Context) {
	for _, prefix := range t.s.remembered() {
		if err := t.client.Warm(ctx, prefix); err != nil && ctx.Err() == nil {
			t.s.log.Warn("prefix not warmed again", "err", err)
		}
	}
}
