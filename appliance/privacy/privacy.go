// Package privacy deals with what callers may ask for: to see and to take along what is kept of them, to have it corrected, restricted or
// erased, to object and to take a consent back. It keeps the requests and their deadlines, checks that who asks is whom it is
// about, and does what was asked for; it also removes what has been kept for long enough.
//
// An erasure is real: the caller's key is destroyed first, from when on nothing of the caller can be read in any file, copy or
// backup; then the recordings are written over and removed, the records removed and the file written anew. What is interrupted is
// completed by [Officer.Resume] after the next start. [Officer.Prove] looks for traces in the raw files.
//
// It knows no door and no telephone; those ask it. It starts no goroutine. An [Officer] is safe for concurrent use.
package privacy

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/models/progress"
)

// Records are the records; *store.Store is the real one.
type Records interface {
	Caller(id string) (record.Caller, error)
	ChangeCaller(id string, change func(c *record.Caller) error) (record.Caller, error)
	Calls(f store.Filter) ([]record.Call, error)
	Turns(call string) ([]record.Turn, error)
	MessagesOfCaller(caller string) ([]record.Message, error)
	Consents(caller string) ([]record.Consent, error)
	AddConsent(c record.Consent) (record.Consent, error)
	Notices(kind record.NoticeKind) ([]record.Notice, error)
	Hold(caller string) (record.Hold, error)

	SaveRequest(r record.Request) (record.Request, error)
	Request(id string) (record.Request, error)
	Requests() ([]record.Request, error)

	Erase(caller, reason, by string) (store.Job, error)
	Merge(from, into, by string) (store.Job, error)
	Split(from string, calls []string, card record.Caller, by string) (record.Caller, store.Job, error)
	Jobs() ([]store.Job, error)
	ResumeJob(j store.Job) error
	FinishJob(j store.Job) error
	Tombstone(id string) (store.Tombstone, error)
	Compact() error
}

var _ Records = (*store.Store)(nil)

// Recordings are the kept sounds of calls.
type Recordings interface {
	Move(call, owner string) error
	Remove(call string) error
}

// Options for New. Records is needed.
type Options struct {
	Records    Records
	Recordings Recordings       // nil: there are none
	Dir        string           // state folder, whose files are looked through
	Now        func() time.Time // nil = time.Now
	Logger     *slog.Logger
}

// allCalls is a limit beyond what anybody calls: what a person is owed is all of it.
const allCalls = 1 << 30

// Officer deals with the rights of callers.
type Officer struct {
	o     Options
	jobs  sync.Mutex // one job at a time
	codes codes
}

// New returns an officer.
func New(o Options) *Officer {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Officer{o: o, codes: codes{of: map[string]code{}}}
}

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
	job, err := p.o.Records.Erase(caller, reason, by)
	if err != nil {
		return Erased{}, err
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

// carry does what a job leaves to be done outside of the records. ctx only carries who is told of it: it goes to its end.
func (p *Officer) carry(ctx context.Context, j store.Job) error {
	p.jobs.Lock()
	defer p.jobs.Unlock()
	if p.o.Recordings != nil {
		for i, call := range j.Calls {
			progress.Tell(ctx, progress.Step{What: "Going through recordings", Done: int64(i + 1), Total: int64(len(j.Calls))})
			err := errors.New("unknown kind of job")
			switch j.Kind {
			case store.JobErase:
				err = p.o.Recordings.Remove(call)
			case store.JobMove:
				err = p.o.Recordings.Move(call, j.Into)
			}
			if err != nil {
				return err
			}
		}
	}
	if j.Kind == store.JobErase {
		progress.Tell(ctx, progress.Step{What: "Writing the records anew"})
		if err := p.o.Records.Compact(); err != nil {
			return err
		}
	}
	return p.o.Records.FinishJob(j)
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
		if err := p.o.Records.ResumeJob(j); err != nil {
			return err
		}
		// The recordings of calls that began while it was interrupted are in the job now.
		again, err := p.o.Records.Jobs()
		if err != nil {
			return err
		}
		for _, k := range again {
			if k.ID == j.ID {
				j = k
			}
		}
		if err := p.carry(ctx, j); err != nil {
			return err
		}
		p.o.Logger.Info("what was interrupted is completed", "job", string(j.Kind))
	}
	return nil
}
