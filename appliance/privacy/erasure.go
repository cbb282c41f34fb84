package privacy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// Erased is what an erasure did.
type Erased struct {
	store.Tombstone
	Took  time.Duration `json:"took"` // nanoseconds
	Proof Proof         `json:"proof"`
}

// Erase erases a caller, with all that belongs to the caller, and looks for traces afterwards. A [*store.HeldError] says that a legal hold
// forbids it. When ctx ends early the erasure is complete all the same, but for what Resume does: nothing can be read any more.
func (p *Officer) Erase(ctx context.Context, caller, reason, by string) (Erased, error) {
	began := p.o.Now()
	progress.Tell(ctx, progress.Step{What: "Destroying the key"})
	traces, err := p.traces(caller)
	if err != nil {
		return Erased{}, err
	}
	job, err := p.o.Records.NoteErasure(caller, reason, by)
	if err != nil {
		return Erased{}, err
	}
	if err := p.o.Records.DestroyKey(job); err != nil {
		return Erased{}, fmt.Errorf("the erasure is noted, and done after the next start: %w", err)
	}
	if err := p.carry(ctx, job); err != nil {
		return Erased{}, fmt.Errorf("the key is destroyed, so that nothing can be read any more; the rest is done after the next start: %w", err)
	}
	stone, err := p.o.Records.Tombstone(job.ID)
	if err != nil {
		return Erased{}, err
	}
	e := Erased{Tombstone: stone, Took: p.o.Now().Sub(began)}
	e.Proof, err = p.scan(ctx, traces)
	return e, err
}

// eraseCard erases a caller of whom nothing is left but the card; the compaction that follows the night's work writes it over.
func (p *Officer) eraseCard(caller, reason, by string) error {
	p.jobs.Lock()
	defer p.jobs.Unlock()
	return eraseRecords(p.o.Records, caller, reason, by, func(store.Job) error { return nil })
}

// eraseRecords takes the steps that are the store's, and before the last one what between says.
func eraseRecords(r Records, caller, reason, by string, between func(store.Job) error) error {
	job, err := r.NoteErasure(caller, reason, by)
	if err != nil {
		return err
	}
	if err := r.DestroyKey(job); err != nil {
		return err
	}
	if job, err = r.RemoveRecords(job); err != nil {
		return err
	}
	if err := between(job); err != nil {
		return err
	}
	return r.FinishJob(job)
}

// Restored are records that came back with a backup.
type Restored interface {
	Records
	Gone() ([]string, error)
}

// EraseGone removes the records of callers whose keys are destroyed, which a restored copy holds, and returns how many there were.
// Recordings are for who restores: their keys are destroyed, too.
func EraseGone(r Restored) (n int, err error) {
	ids, err := r.Gone()
	if err != nil {
		return 0, err
	}
	for i, id := range ids {
		err := eraseRecords(r, id, "erased before", "restore", func(store.Job) error {
			if i == len(ids)-1 {
				return r.Compact() // once, for all of them
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Merge takes a caller's card, with all that belongs to it, onto another one.
func (p *Officer) Merge(ctx context.Context, from, into, by string) error {
	job, err := p.o.Records.Merge(from, into, by)
	if err != nil {
		return err
	}
	return p.carry(ctx, job)
}

// Split makes a card of its own for some of a caller's calls.
func (p *Officer) Split(ctx context.Context, from string, calls []string, card record.Caller, by string) (record.Caller, error) {
	c, job, err := p.o.Records.Split(from, calls, card, by)
	if err != nil {
		return c, err
	}
	return c, p.carry(ctx, job)
}

// Settle does what is left to be done of cards that were joined because they have one number.
func (p *Officer) Settle(ctx context.Context) error {
	jobs, err := p.o.Records.Jobs()
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if j.Kind == store.JobMove && j.By == store.JoinedBy {
			if err := p.carry(ctx, j); err != nil {
				return err
			}
		}
	}
	return nil
}

// carry takes the steps of a job that come after the note, and of an erasure after the key. Each may have been taken before. ctx only
// carries who is told of it: it goes to its end.
func (p *Officer) carry(ctx context.Context, j store.Job) error {
	p.jobs.Lock()
	defer p.jobs.Unlock()
	jobs, err := p.o.Records.Jobs()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(jobs, func(k store.Job) bool { return k.ID == j.ID })
	if i < 0 {
		return nil // Resume has completed it meanwhile
	}
	switch j = jobs[i]; j.Kind {
	case store.JobErase:
		err = p.carryErasure(ctx, j)
	case store.JobMove:
		err = p.recordings(ctx, j, func(r Recordings, call string) error { return r.Move(call, j.Into) })
		if err == nil {
			err = p.o.Records.DestroyKey(j)
		}
	default:
		err = errors.New("unknown kind of job")
	}
	if err != nil {
		return err
	}
	return p.o.Records.FinishJob(j)
}

// carryErasure takes the steps between the destruction of the key and the end.
func (p *Officer) carryErasure(ctx context.Context, j store.Job) error {
	j, err := p.o.Records.RemoveRecords(j)
	if err != nil {
		return err
	}
	if err := p.recordings(ctx, j, Recordings.Remove); err != nil {
		return err
	}
	progress.Tell(ctx, progress.Step{What: "Writing the records anew"})
	return p.o.Records.Compact()
}

// recordings does something to each recording of a job.
func (p *Officer) recordings(ctx context.Context, j store.Job, do func(r Recordings, call string) error) error {
	if p.o.Recordings == nil {
		return nil
	}
	for i, call := range j.Calls {
		progress.Tell(ctx, progress.Step{What: "Going through recordings", Done: int64(i + 1), Total: int64(len(j.Calls))})
		if err := do(p.o.Recordings, call); err != nil {
			return err
		}
	}
	return nil
}

// Resume completes what was interrupted. It is called once, before anything else.
func (p *Officer) Resume(ctx context.Context) error {
	jobs, err := p.o.Records.Jobs()
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if j.Kind == store.JobErase {
			if err := p.o.Records.DestroyKey(j); err != nil {
				return err
			}
		}
		if err := p.carry(ctx, j); err != nil {
			return err
		}
		p.o.Logger.Info("what was interrupted is completed", "job", string(j.Kind))
	}
	return nil
}
