// Package service is the one service layer under page, API, console and command line: what an owner or a technician can ask
// the appliance and tell it to do.
//
// It is plain Go over the records and a function that tells how the box is doing. It knows nothing of HTTP, of sockets or
// of who asks: who may ask is decided by those above. Times are taken from an injected clock. The package starts no
// goroutine; a [Service] is safe for concurrent use if its records are. What it returns belongs to the caller.
package service

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/tryout"
)

// Records are the records of the appliance as the service needs them; *store.Store is the real one.
type Records interface {
	Calls(f store.Filter) ([]record.Call, error)
	Call(id string) (record.Call, error)
	Turns(call string) ([]record.Turn, error)
	Callers(limit int) ([]record.Caller, error)
	Caller(id string) (record.Caller, error)
	Messages(limit int, done bool) ([]record.Message, error)
	MessagesOf(call string) ([]record.Message, error)
	MessagesOfCaller(caller string) ([]record.Message, error)
	CountOpen() (int, error)
	CountCalls(since time.Time) (int, error)
	Message(id string) (record.Message, error)
	MarkDone(id string, done bool) error
	UnansweredList() ([]record.Unanswered, error)
	DropUnanswered(id string) (record.Unanswered, error)
	Profiles
	Examples
	TokenRecords
}

var _ Records = (*store.Store)(nil)

// MaxList is the most entries that one answer holds.
const MaxList = 1000

// Options for New. Records is needed.
type Options struct {
	Records Records
	// Live tells how the running appliance is; nil says that none runs here.
	Live func() Live
	// Published is told of every profile that was published, one after the other; nil = nobody. The profile must not be changed.
	Published func(b knowledge.Business, version int)
	// Taught is told when the examples have changed that the owner has taught; nil = nobody.
	Taught func()
	// Mind is the language model for questions that are tried; nil = there is none.
	Mind tryout.Mind
	// Telephone is the running phone; nil: none runs here.
	Telephone Telephone
	// Recordings are the kept sounds of calls; nil: there are none here.
	Recordings Recordings
	// TapesChanged is told when the owner changed whether calls are recorded; nil = nobody.
	TapesChanged func(s record.RecordingSettings)
	// Extensions keep the account at the telephone system; nil = Records, if they can.
	Extensions Extensions
	// Gate keeps the accounts of the page; nil: there are none.
	Gate Gate
	// SelfTests make calls of the box to itself; nil: nothing runs here.
	SelfTests SelfTests
	// Logger hears of what people did by any door; nil = nobody.
	Logger *slog.Logger
	// Sound is the microphone and the speaker of the box; nil: they cannot be used here.
	Sound Sound
	// Talks are conversations at the box; nil: nobody answers here.
	Talks Talks
	// Rights are what callers' rights need.
	Rights Rights
	// Out is the way out of the network; nil: nothing runs here.
	Out Out
	// Backups are those of the box.
	Backups Backups
	// Ground is what the box stands on.
	Ground Ground
	// Documents reads files that become documents; nil: none can be read here.
	Documents DocumentReader
	// Now is the clock; nil = time.Now.
	Now func() time.Time
}

// Service answers questions about the appliance.
type Service struct {
	importing sync.Mutex // held while a list of contacts is read or taken over

	records   Records
	live      func() Live
	published func(b knowledge.Business, version int)
	taught    func()
	mind      tryout.Mind
	phone     Telephone
	saved     Extensions // nil: nothing can be saved

	recordings   Recordings       // may be nil
	taping       RecordingRecords // nil: nothing can be set
	tapesChanged func(s record.RecordingSettings)

	gate    Gate      // nil: there are no accounts
	pins    PINs      // nil: there is no console
	tickets Tickets   // nil: likewise
	tests   SelfTests // nil: nothing runs here
	log     *slog.Logger
	sound   Sound // nil: none can be used
	talks   Talks // nil: nobody answers
	now     func() time.Time

	ground Ground

	office  *privacy.Office // nil: callers' rights cannot be dealt with
	audit   *audit.Log      // nil: nobody notes who did what
	kept    Kept            // nil: as office
	storage Storage         // nil: it is not ours
	backups Backups
	out     Out // nil: nothing runs here

	documents DocumentRecords // nil: none are kept
	reader    DocumentReader  // nil: none can be read

	searching searching

	profile sync.Mutex // held from reading profile and draft until both are written
	testing sync.Mutex // one test of a telephone account at a time
}

// New returns a service over o.Records.
func New(o Options) *Service {
	d := &Service{records: o.Records, live: o.Live, published: o.Published, mind: o.Mind, phone: o.Telephone, gate: o.Gate, now: o.Now}
	d.tests, d.sound, d.talks = o.SelfTests, o.Sound, o.Talks
	d.ground = o.Ground
	if d.taught = o.Taught; d.taught == nil {
		d.taught = func() {}
	}
	if d.live == nil {
		d.live = func() Live { return Live{} }
	}
	if d.log = o.Logger; d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	d.pins, _ = o.Gate.(PINs)
	d.tickets, _ = o.Gate.(Tickets)
	if d.now == nil {
		d.now = time.Now
	}
	if d.saved = o.Extensions; d.saved == nil {
		d.saved, _ = o.Records.(Extensions)
	}
	d.office, d.audit, d.backups = o.Rights.Office, o.Rights.Audit, o.Backups
	d.out = o.Out
	if d.kept = o.Rights.Kept; d.kept == nil {
		d.kept, _ = o.Records.(Kept)
	}
	d.storage, _ = o.Records.(Storage)
	d.documents, _ = o.Records.(DocumentRecords)
	d.reader = o.Documents
	d.taping, _ = o.Records.(RecordingRecords)
	d.recordings, d.tapesChanged = o.Recordings, o.TapesChanged
	return d
}

// CallFilter chooses calls. The zero value is all of them.
type CallFilter struct {
	Caller string    // of this caller only
	Since  time.Time // started then or later
	Before time.Time // started earlier
	Limit  int       // at most so many; 0 or more than MaxList = MaxList
	Tests  bool      // calls of the box to itself instead of all others
}

// CallDetail is one call with all that belongs to it.
type CallDetail struct {
	record.Call
	Caller      record.Caller    `json:"caller"`
	TurnList    []record.Turn    `json:"turn_list"`
	MessageList []record.Message `json:"message_list"`
	Seconds     float64          `json:"seconds"` // from answer to end; 0 while it goes on or when it was not answered
	Quality     Quality          `json:"quality"` // of the sound; unknown while the call goes on
	// RecordingSeconds is how long the recording is that is kept; 0 when there is none (any more).
	RecordingSeconds float64 `json:"recording_seconds"`
}

// CallerDetail is one caller with the calls, newest first.
type CallerDetail struct {
	record.Caller
	CallList    []record.Call    `json:"call_list"`
	MessageList []record.Message `json:"message_list"` // newest first
}

// Calls returns the chosen calls, newest first.
func (d *Service) Calls(ctx context.Context, f CallFilter) ([]record.Call, error) {
	cs, err := d.records.Calls(store.Filter{Caller: f.Caller, Since: f.Since, Before: f.Before, Limit: limit(f.Limit), Tests: f.Tests})
	if err == nil {
		err = d.saw(ctx, "list calls", "")
	}
	return some(cs), err
}

// Call returns one call with its caller, turns and messages; store.ErrNotFound when there is none.
func (d *Service) Call(ctx context.Context, id string) (CallDetail, error) {
	c, err := d.records.Call(id)
	if err != nil {
		return CallDetail{}, err
	}
	if err := d.saw(ctx, "read call", id); err != nil {
		return CallDetail{}, err
	}
	detail := CallDetail{Call: c, MessageList: []record.Message{}, Quality: JudgeLine(c.Codec, c.Line)}
	if d.recordings != nil {
		detail.RecordingSeconds = d.recordings.Length(id).Seconds()
	}
	if !c.Answered.IsZero() && !c.Ended.IsZero() {
		detail.Seconds = c.Ended.Sub(c.Answered).Seconds()
	}
	if detail.Caller, err = d.records.Caller(c.CallerID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return CallDetail{}, err
	}
	turns, err := d.records.Turns(id)
	if err != nil {
		return CallDetail{}, err
	}
	detail.TurnList = some(turns)
	ms, err := d.records.MessagesOf(id)
	detail.MessageList = some(ms)
	return detail, err
}

// Callers returns up to n callers, the one who called last first; 0 = MaxList.
func (d *Service) Callers(ctx context.Context, n int) ([]record.Caller, error) {
	cs, err := d.records.Callers(limit(n))
	if err == nil {
		err = d.saw(ctx, "list callers", "")
	}
	return some(cs), err
}

// Caller returns one caller with the latest calls; store.ErrNotFound when there is none.
func (d *Service) Caller(ctx context.Context, id string) (CallerDetail, error) {
	c, err := d.records.Caller(id)
	if err != nil {
		return CallerDetail{}, err
	}
	if err := d.saw(ctx, "read caller", id); err != nil {
		return CallerDetail{}, err
	}
	cs, err := d.records.Calls(store.Filter{Caller: id, Limit: 100})
	if err != nil {
		return CallerDetail{}, err
	}
	ms, err := d.records.MessagesOfCaller(id)
	return CallerDetail{Caller: c, CallList: some(cs), MessageList: some(ms)}, err
}

// Messages returns up to n messages, newest first, without those that are done unless done is set; 0 = MaxList.
func (d *Service) Messages(ctx context.Context, n int, done bool) ([]record.Message, error) {
	ms, err := d.records.Messages(limit(n), done)
	if err == nil {
		err = d.saw(ctx, "list messages", "")
	}
	return some(ms), err
}

// Message returns one message; store.ErrNotFound when there is none.
func (d *Service) Message(ctx context.Context, id string) (record.Message, error) {
	m, err := d.records.Message(id)
	if err != nil {
		return m, err
	}
	return m, d.saw(ctx, "read message", id)
}

// MarkDone sets whether a message was dealt with, and returns it as it is then.
func (d *Service) MarkDone(ctx context.Context, id string, done bool) (record.Message, error) {
	act := "mark message done"
	if !done {
		act = "mark message open"
	}
	if err := d.did(ctx, act, id, d.records.MarkDone(id, done)); err != nil {
		return record.Message{}, err
	}
	return d.records.Message(id)
}

// Unanswered returns the open questions, those asked most often first.
func (d *Service) Unanswered(context.Context) ([]record.Unanswered, error) {
	us, err := d.records.UnansweredList()
	return some(us), err
}

func limit(n int) int {
	if n <= 0 || n > MaxList {
		return MaxList
	}
	return n
}

// some makes an empty list of none, so that it is [] in JSON.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
