package web

import (
	"context"
	"sync"

	"frontdesk.internal/appliance/progress"
)

// jobs are what takes longer than somebody looks at a page that does not move: one at a time, whoever began it.
type jobs struct {
	ctx  context.Context //nolint:containedctx // of the server
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu  sync.Mutex
	now job
}

// job is one of them, as it is shown.
type job struct {
	What    string
	Step    progress.Step
	Running bool
	Done    string // what came of it
	Fault   string
}

func newJobs() *jobs {
	j := &jobs{}
	j.ctx, j.stop = context.WithCancel(context.Background())
	return j
}

// close ends the job, as far as it can be ended, and waits for it.
func (j *jobs) close() {
	j.stop()
	j.wg.Wait()
}

// start does fn with what ctx carries, and returns false when another job goes on. fn returns what came of it, or why nothing did, as shown to people.
func (j *jobs) start(ctx context.Context, what string, fn func(ctx context.Context) (done, fault string)) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.now.Running || j.ctx.Err() != nil {
		return false
	}
	j.now = job{What: what, Running: true}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	after := context.AfterFunc(j.ctx, cancel)
	ctx = progress.With(ctx, func(s progress.Step) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.now.Step = s
	})
	j.wg.Go(func() {
		defer cancel()
		defer after()
		done, fault := fn(ctx)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.now = job{What: what, Done: done, Fault: fault}
	})
	return true
}

// show is look for a page: what came of a job is shown once.
func (j *jobs) show() job {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.now
	if !now.Running {
		j.now = job{}
	}
	return now
}

// look tells how the job is, or the last one was.
func (j *jobs) look() job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now
}
