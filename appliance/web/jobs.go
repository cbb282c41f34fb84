package web

import (
	"context"
	"sync"

	"frontdesk.internal/models/progress"
)

// jobs are what takes longer than somebody looks at a page that does not move. Each has a key, such as the message that is called
// back; one at a time goes on for a key, whoever began it.
type jobs struct {
	ctx  context.Context //nolint:containedctx // of the server
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu sync.Mutex
	of map[string]job // that go on, and those that are over and whose end nobody has seen yet
}

// job is one of them, as it is shown.
type job struct {
	What    string
	Step    progress.Step
	Running bool
	Done    string // what came of it
	Fault   string
}

// maxJobs bounds how many go on or wait to be seen.
const maxJobs = 32

// recordsJob is the key of what is done with the records as a whole.
const recordsJob = "records"

func newJobs() *jobs {
	j := &jobs{of: map[string]job{}}
	j.ctx, j.stop = context.WithCancel(context.Background())
	return j
}

// close ends all jobs, as far as they can be ended, and waits for them.
func (j *jobs) close() {
	j.stop()
	j.wg.Wait()
}

// start does fn with what ctx carries, and returns false when a job of the key goes on. fn returns what came of it, or why nothing
// did, as shown to people.
func (j *jobs) start(ctx context.Context, key, what string, fn func(ctx context.Context) (done, fault string)) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.of[key].Running || j.ctx.Err() != nil || !j.room() {
		return false
	}
	j.of[key] = job{What: what, Running: true}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	after := context.AfterFunc(j.ctx, cancel)
	ctx = progress.With(ctx, func(s progress.Step) {
		j.mu.Lock()
		defer j.mu.Unlock()
		now := j.of[key]
		now.Step = s
		j.of[key] = now
	})
	j.wg.Go(func() {
		defer cancel()
		defer after()
		done, fault := fn(ctx)
		j.mu.Lock()
		defer j.mu.Unlock()
		j.of[key] = job{What: what, Done: done, Fault: fault}
	})
	return true
}

// room makes room for one more, at the cost of ends that nobody has seen.
func (j *jobs) room() bool {
	for key, x := range j.of {
		if len(j.of) < maxJobs {
			break
		}
		if !x.Running {
			delete(j.of, key)
		}
	}
	return len(j.of) < maxJobs
}

// show is look for a page: what came of a job is shown once.
func (j *jobs) show(key string) job {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.of[key]
	if !now.Running {
		delete(j.of, key)
	}
	return now
}

// look tells how a job is, or was.
func (j *jobs) look(key string) job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.of[key]
}
