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
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
)

// Records are the records; *store.Store is the real one.
type Records interface {
	Caller(id string) (record.Caller, error)
	ChangeCaller(id string, change func(c *record.Caller) error) (record.Caller, error)
	Calls(f store.Filter) ([]record.Call, error)
	Turns(call string) ([]record.Turn, error)
	MessagesOfCaller(caller string) ([]record.Message, error)
	VisitsOf(caller string) ([]record.Visit, error)
	Consents(caller string) ([]record.Consent, error)
	AddConsent(c record.Consent) (record.Consent, error)
	Notices(kind record.NoticeKind) ([]record.Notice, error)
	Hold(caller string) (record.Hold, error)

	SaveRequest(r record.Request) (record.Request, error)
	Request(id string) (record.Request, error)
	Requests() ([]record.Request, error)

	NoteErasure(caller, reason, by string) (store.Job, error)
	DestroyKey(j store.Job) error
	RemoveRecords(j store.Job) (store.Job, error)
	Merge(from, into, by string) (store.Job, error)
	Split(from string, calls []string, card record.Caller, by string) (record.Caller, store.Job, error)
	Jobs() ([]store.Job, error)
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
	o        Options
	jobs     sync.Mutex // one job at a time
	requests sync.Mutex // held from reading a request until it is written: several may deal with it at once
	codes    codes
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
