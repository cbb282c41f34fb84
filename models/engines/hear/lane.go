package hear

import (
	"context"
	"errors"
	"sync"
	"time"

	"frontdesk.internal/models/engines"
)

// errOvertaken is the cause of a cancelled task that something more important replaced.
var errOvertaken = errors.New("overtaken by newer work")

// task is one piece of work for a lane.
type task struct {
	ctx    context.Context //nolint:containedctx // a queued task is its context's whole life
	cancel context.CancelCauseFunc
	// optional tasks are taken only by an idle lane and stopped as soon as any other task comes.
	optional bool
	queued   time.Time
	run      func(ctx context.Context, waited time.Duration) // on the lane's goroutine; reports its result itself
}

// lane runs tasks one after the other on one goroutine.
type lane struct {
	most int
	wg   sync.WaitGroup

	mu      sync.Mutex
	wake    *sync.Cond
	queue   []*task
	running *task
	closed  bool
}

// newLane starts a lane that lets most tasks wait.
func newLane(most int) *lane {
	l := &lane{most: most}
	l.wake = sync.NewCond(&l.mu)
	l.wg.Go(l.work)
	return l
}

// newTask makes a task that ends with parent.
func newTask(parent context.Context, run func(ctx context.Context, waited time.Duration)) *task {
	t := &task{run: run}
	t.ctx, t.cancel = context.WithCancelCause(parent)
	return t
}

// submit queues t. It returns engines.ErrBusy when too many wait, or when t is optional and the lane is not idle.
func (l *lane) submit(t *task) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return engines.ErrUnavailable
	case t.optional && (l.running != nil || len(l.queue) > 0):
		return engines.ErrBusy
	}
	l.prune()
	if len(l.queue) >= l.most {
		return engines.ErrBusy
	}
	if l.running != nil && l.running.optional {
		l.running.cancel(errOvertaken)
	}
	for _, q := range l.queue { // at most one: it found the lane idle a moment ago
		if q.optional {
			q.cancel(errOvertaken)
		}
	}
	t.queued = time.Now()
	l.queue = append(l.queue, t)
	l.wake.Signal()
	return nil
}

// prune forgets queued tasks that nobody wants any more.
func (l *lane) prune() {
	kept := l.queue[:0]
	for _, t := range l.queue {
		if t.ctx.Err() == nil {
			kept = append(kept, t)
		}
	}
	clear(l.queue[len(kept):])
	l.queue = kept
}

// work is the lane's goroutine.
func (l *lane) work() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for len(l.queue) == 0 && !l.closed {
			l.wake.Wait()
		}
		if l.closed {
			return
		}
		t := l.queue[0]
		l.queue[0] = nil
		l.queue = l.queue[1:]
		if t.ctx.Err() != nil {
			continue
		}
		l.running = t
		l.mu.Unlock()
		t.run(t.ctx, time.Since(t.queued))
		l.mu.Lock()
		l.running = nil
	}
}

// close stops the running task, forgets the others and waits for the goroutine.
func (l *lane) close() {
	l.mu.Lock()
	l.closed = true
	if l.running != nil {
		l.running.cancel(engines.ErrUnavailable)
	}
	for _, t := range l.queue {
		t.cancel(engines.ErrUnavailable)
	}
	l.queue = nil
	l.wake.Signal()
	l.mu.Unlock()
	l.wg.Wait()
}
