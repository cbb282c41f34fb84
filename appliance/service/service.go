// Package service is the one service layer under page, API, console and command line: what an owner or a technician can ask
// the appliance and tell it to do.
//
// Each thing is an [Op] with a name, who may ask for it, and the line that it leaves in the audit chain; page, API, console and command
// line have it done by an [Invoker] and reach for nothing around it. Who acts stands in the context ([WithActor]). The service
// knows nothing of HTTP and of sockets; package remote is the same operations over the control socket. Times are taken from an
// injected clock. The package starts no goroutine; a [Service] is safe for concurrent use. What it returns belongs to who asked.
package service

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/audit"
	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/egress/filter"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/privacy"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/statistics"
	"frontdesk.internal/appliance/store"
	"frontdesk.internal/appliance/summary"
	"frontdesk.internal/appliance/tryout"
)

// MaxList is the most entries that one answer holds.
const MaxList = 1000

// Options for New. Records, Privacy, Audit and Guard belong together: without them nothing can be asked for but what needs no records.
type Options struct {
	Records *store.Store
	Privacy *privacy.Officer // callers' rights
	Audit   *audit.Log       // who did what
	Guard   *access.Guard    // accounts and sign-in

	// Runtime tells how the running appliance is; nil = none runs here.
	Runtime func() Runtime
	// Filter tells whom the settings mean the box to speak to, and names whose addresses it could not find; nil = nothing runs here.
	Filter func(context.Context) (wanted []filter.Opening, unknown []string, err error)
	// Published is told of every profile that was published, one after the other; nil = nobody. The profile must not be changed.
	Published func(b knowledge.Business, version int)
	// Taught is told when the examples have changed that the owner has taught; nil = nobody.
	Taught func()
	// RecordingChanged is told when the owner changed whether calls are recorded; nil = nobody.
	RecordingChanged func(s record.RecordingSettings)

	Live       Live           // who joins in the calls that go on; nil = nothing runs here
	Calls      *callhub.Hub   // the calls that go on; nil = nothing runs here
	Voice      Voice          // speaks what is to be heard before it is published; nil = there is none
	Mind       tryout.Mind    // the language model for questions that are tried; nil = there is none
	Telephone  Telephone      // the running phone; nil = none runs here
	Recordings Recordings     // the kept sounds of calls; nil = there are none
	SelfTests  SelfTests      // calls of the box to itself; nil = nothing runs here
	Sound      Sound          // microphone and speaker of the box; nil = they cannot be used here
	Talks      Talks          // conversations at the box; nil = nobody answers here
	Notifier   Notifier       // tells the office; nil = nothing runs here
	Diary      Diary          // the office's calendars, at hand; nil = nothing runs here
	Contacts   Contacts       // the office's systems that know callers; nil = nothing runs here
	Hosts      Hosts          // the computers that help the box; nil = nothing runs here
	Out        Out            // the way out of the network; nil = nothing runs here
	Documents  DocumentReader // reads files that become documents; nil = none can be read here
	Backups    Backups        // where they go
	Platform   Platform       // what the box runs on

	Logger *slog.Logger     // hears of what people did through any door; nil = nobody
	Now    func() time.Time // nil = time.Now
}

// Service does all that is asked of the appliance, one [Op] at a time.
type Service struct {
	o Options

	searching searching
	noContact noContacts
	summed    kept[statistics.Report] // of the last 30 days
	due       kept[[]privacy.Due]     // in the next DueAhead days
	heard     heard

	profile   sync.Mutex // held from reading profile and draft until both are written
	importing sync.Mutex // held while a list of contacts is read, taken over or taken back
	testing   sync.Mutex // one test of a telephone account at a time

	former former // the telephone account before the present one

	following atomic.Int32 // who looks on at the calls that go on
}

// New returns the service.
func New(o Options) *Service {
	if o.Runtime == nil {
		o.Runtime = func() Runtime { return Runtime{} }
	}
	if o.Published == nil {
		o.Published = func(knowledge.Business, int) {}
	}
	if o.Taught == nil {
		o.Taught = func() {}
	}
	if o.RecordingChanged == nil {
		o.RecordingChanged = func(record.RecordingSettings) {}
	}
	if o.Recordings == nil {
		o.Recordings = noRecordings{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{o: o}
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
	Summary          string  `json:"summary"`          // what it was about, in a sentence without the caller's words
	Next             string  `json:"next,omitempty"`   // what is left to do, as a sentence; "" = nothing
	Urgent           bool    `json:"urgent,omitempty"` // somebody should look at it at once
}

// CallerDetail is one caller with the calls, newest first.
type CallerDetail struct {
	record.Caller
	CallList    []record.Call    `json:"call_list"`
	MessageList []record.Message `json:"message_list"` // newest first
}

// ListCalls returns the chosen calls, newest first.
var ListCalls = define(Op[CallFilter, []record.Call]{
	Name: "list-calls", Role: Staff | Technician, Audit: Reads("list calls"),
	Run: (*Service).listCalls,
})

func (s *Service) listCalls(_ context.Context, f CallFilter) ([]record.Call, error) {
	cs, err := s.o.Records.Calls(store.Filter{Caller: f.Caller, Since: f.Since, Before: f.Before, Limit: limit(f.Limit), Tests: f.Tests})
	return some(cs), err
}

// ReadCall returns one call with its caller, turns and messages; store.ErrNotFound when there is none.
var ReadCall = define(Op[string, CallDetail]{
	Name: "read-call", Role: Staff | Technician, Audit: Reads("read call"),
	About: of[CallDetail],
	Run:   (*Service).readCall,
})

func (s *Service) readCall(_ context.Context, id string) (CallDetail, error) {
	c, err := s.o.Records.Call(id)
	if err != nil {
		return CallDetail{}, err
	}
	detail := CallDetail{Call: c, MessageList: []record.Message{}, Quality: JudgeLine(c.Codec, c.Line)}
	detail.RecordingSeconds = s.o.Recordings.Length(id).Seconds()
	if !c.Answered.IsZero() && !c.Ended.IsZero() {
		detail.Seconds = c.Ended.Sub(c.Answered).Seconds()
	}
	if detail.Caller, err = s.o.Records.Caller(c.CallerID); err != nil && !errors.Is(err, store.ErrNotFound) {
		return CallDetail{}, err
	}
	turns, err := s.o.Records.Turns(id)
	if err != nil {
		return CallDetail{}, err
	}
	detail.TurnList = some(turns)
	ms, err := s.o.Records.MessagesOf(id)
	detail.MessageList = some(ms)
	decided := summary.Decisions(turns)
	detail.Summary, detail.Urgent = summary.Of(c, decided), summary.Urgent(decided, ms)
	detail.Next = summary.Next(c, decided, ms, c.From != "")
	return detail, err
}

// ListCallers returns up to n callers, the one who called last first; 0 = MaxList.
var ListCallers = define(Op[int, []record.Caller]{
	Name: "list-callers", Role: Staff, Audit: Reads("list callers"),
	Run: (*Service).listCallers,
})

func (s *Service) listCallers(_ context.Context, n int) ([]record.Caller, error) {
	cs, err := s.o.Records.Callers(limit(n))
	return some(cs), err
}

// ReadCaller returns one caller with the latest calls; store.ErrNotFound when there is none.
var ReadCaller = define(Op[string, CallerDetail]{
	Name: "read-caller", Role: Staff | PhoneCaller, Audit: Reads("read caller"),
	About: of[CallerDetail],
	Run:   (*Service).readCaller,
})

func (s *Service) readCaller(_ context.Context, id string) (CallerDetail, error) {
	c, err := s.o.Records.Caller(id)
	if err != nil {
		return CallerDetail{}, err
	}
	cs, err := s.o.Records.Calls(store.Filter{Caller: id, Limit: 100})
	if err != nil {
		return CallerDetail{}, err
	}
	ms, err := s.o.Records.MessagesOfCaller(id)
	return CallerDetail{Caller: c, CallList: some(cs), MessageList: some(ms)}, err
}

// MessageFilter chooses messages.
type MessageFilter struct {
	Limit int  `json:"limit"` // at most so many; 0 = MaxList
	Done  bool `json:"done"`  // those too that were dealt with
}

// ListMessages returns up to n messages, newest first, without those that are done unless done is set; 0 = MaxList.
var ListMessages = define(Op[MessageFilter, []record.Message]{
	Name: "list-messages", Role: Staff | Technician, Audit: Reads("list messages"),
	Run: (*Service).listMessages,
})

func (s *Service) listMessages(_ context.Context, in MessageFilter) ([]record.Message, error) {
	ms, err := s.o.Records.Messages(limit(in.Limit), in.Done)
	return some(ms), err
}

// ReadMessage returns one message; store.ErrNotFound when there is none.
var ReadMessage = define(Op[string, record.Message]{
	Name: "read-message", Role: Staff, Audit: Reads("read message"),
	About: of[record.Message],
	Run:   (*Service).readMessage,
})

func (s *Service) readMessage(_ context.Context, id string) (record.Message, error) {
	return s.o.Records.Message(id)
}

// MessageMark says whether a message was dealt with.
type MessageMark struct {
	ID   string `json:"id"`
	Done bool   `json:"done"`
}

// MarkMessage sets whether a message was dealt with, and returns it as it is then.
var MarkMessage = define(Op[MessageMark, record.Message]{
	Name: "mark-message", Role: Staff, Audit: Changes("mark message"),
	About: func(in MessageMark, _ record.Message) string { return in.ID },
	Doing: func(in MessageMark) string {
		if in.Done {
			return "mark message done"
		}
		return "mark message open"
	},
	Run: (*Service).markMessage,
})

func (s *Service) markMessage(_ context.Context, in MessageMark) (record.Message, error) {
	if err := s.o.Records.MarkDone(in.ID, in.Done); err != nil {
		return record.Message{}, err
	}
	return s.o.Records.Message(in.ID)
}

// MessageAssignment says whose a message is.
type MessageAssignment struct {
	ID  string `json:"id"`
	For string `json:"for"` // "" = nobody's in particular
}

// longestName bounds for whom a message may be, in bytes.
const longestName = 200

// AssignMessage says who of the office deals with a message, and returns it as it is then.
var AssignMessage = define(Op[MessageAssignment, record.Message]{
	Name: "assign-message", Role: Staff, Audit: Changes("assign message"),
	About: func(in MessageAssignment, _ record.Message) string { return in.ID },
	Run:   (*Service).assignMessage,
})

func (s *Service) assignMessage(_ context.Context, in MessageAssignment) (record.Message, error) {
	who := strings.Join(strings.Fields(in.For), " ")
	if len(who) > longestName {
		return record.Message{}, &InvalidError{What: "message", Problems: []knowledge.Problem{{Path: "for", Text: "write a shorter name"}}}
	}
	if err := s.o.Records.Assign(in.ID, who); err != nil {
		return record.Message{}, err
	}
	return s.o.Records.Message(in.ID)
}

// ListQuestions returns the open questions, those asked most often first.
var ListQuestions = define(Op[None, []record.Unanswered]{
	Name: "list-questions", Role: Staff, Audit: Reads("list questions"),
	Run: get((*Service).listQuestions),
})

func (s *Service) listQuestions(context.Context) ([]record.Unanswered, error) {
	us, err := s.o.Records.UnansweredList()
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
