// Package reception holds one live call: ears, mouth and turns.
//
// It joins the line (audio/line), the engines (models/engines), the policy (dialogue) and the records (store) and owns what
// lies between them: end-of-turn detection, barge-in, timers, the order of saying and committing. It decides nothing
// about content; that is dialogue's. It knows no SIP and no bbolt: the small interfaces it needs are declared here.
//
// Goroutines of a call, each waited for before HandleCall returns: rx and clock (inside the line), turn (the loop in
// live.run, the only one that touches the conversation), speaker (renders clauses into the voice queue), scribe (writes
// records, so that a disk never holds up a turn) and one short-lived goroutine for each question to the language model.
package reception

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/audio"
	"frontdesk.internal/audio/line"
	"frontdesk.internal/models/engines"
)

// LineRate is the sample rate at which calls exchange audio with the line, in samples a second; the line converts to the codec's.
const LineRate = engines.Rate

// Call is one incoming call as reception needs it; phone's Call, wrapped by the composition root, is the real one.
type Call interface {
	ID() string
	From() record.PhoneNumber
	DisplayName() record.Personal
	To() string                   // the extension of ours that was called; "" when none was
	Diverted() record.PhoneNumber // who was called first, when their calls go here
	Cause() int                   // Q.850, of the other side's hang-up; 0 when it gave none
	Origin() record.Origin
	Invited() time.Time
	// Answer accepts the call and returns its line and the moment of the ACK.
	Answer(ctx context.Context) (Line, time.Time, error)
	// Reject refuses the call with a SIP status.
	Reject(status int) error
	// Transfer puts the caller through; nil means that the other side took over and the call is at its end.
	Transfer(ctx context.Context, extension string) error
	// Dial calls a person of the office, to whom name is shown beside our number, and returns when the call was answered.
	Dial(ctx context.Context, extension string, name record.Personal) (Leg, error)
	// Join gives the caller to the person on leg; nil means that the PBX has joined them and this call is at its end.
	Join(ctx context.Context, leg Leg) error
}

// Line is the media of an answered call.
type Line interface {
	Run(ctx context.Context, ear line.Ear, mouth line.Mouth) error
	Digits() <-chan line.Digit
	// SendKeys presses keys and returns when they have gone out.
	SendKeys(ctx context.Context, keys string) error
	Stats() line.Stats
}

// Records is what a call writes. Every method returns when the data is durable.
type Records interface {
	BeginCall(c record.Call) (record.Call, error)
	Caller(id string) (record.Caller, error)
	AddTurn(callID string, t record.Turn) error
	SaveMessage(m record.Message) (record.Message, error)
	AddUnanswered(u record.Unanswered) error
	Remember(callerID string, name record.Personal) error
	EndCall(c record.Call) error
}

// Consents are the ledger of consents.
type Consents interface {
	// Consent returns the newest entry; ok is false when there is none.
	Consent(caller string, kind record.ConsentKind) (c record.Consent, ok bool, err error)
	AddConsent(c record.Consent) (record.Consent, error)
	// UseNotice returns the version of a wording.
	UseNotice(n record.Notice) (record.Notice, error)
}

// Rights are requests about what is kept of a caller.
type Rights interface {
	// HasCode reports whether the office has told the caller a code.
	HasCode(caller string) bool
	// File notes a request. With a code that is wrong nothing is noted.
	File(ctx context.Context, r record.Request, code string) (Filed, error)
	// Complete does what a verified request asks for, after the call.
	Complete(ctx context.Context, id string) error
}

// Diary has the office's calendars.
type Diary interface {
	// InForce reports whether times can be offered at all.
	InForce() bool
	// Offer returns free times near what is wished; it waits for nobody.
	Offer(w record.Wish) []record.Slot
	// Book takes a time. Taken: it is not free any more; err: nobody knows.
	Book(ctx context.Context, b record.Booking) (taken bool, err error)
	// Find returns the appointments ahead that were booked with a number; it waits for nobody.
	Find(number record.PhoneNumber) []record.Appointment
	// Move and Cancel change one of them. Taken: it is not as it was, or the other time is not free; err: nobody knows.
	Move(ctx context.Context, a record.Appointment, to record.Slot) (taken bool, err error)
	Cancel(ctx context.Context, a record.Appointment) (taken bool, err error)
}

// Contacts are the office's systems that know callers.
type Contacts interface {
	// Look asks them who calls, and puts what they say on the card with the ID. It returns soon, with an answer or without.
	Look(ctx context.Context, caller string, number record.PhoneNumber)
}

// Filed is what became of a request.
type Filed struct {
	ID              string
	Verified, Wrong bool
	Held            bool          // with Verified and a request to erase: a legal hold forbids it, and nothing is done
	Kept            language.Kept // with Verified and a request to see it
}

// Phrases finds audio that was rendered ahead, at LineRate. The returned samples are shared: they must not be changed.
type Phrases interface {
	Phrase(name string) (audio.PCM, bool)
	Clause(language, text string) (audio.PCM, bool)
}

// Readiness tells whether the engines are there now.
type Readiness interface {
	// Ready reports whether recognition and voice, and separately the language model, can be used.
	Ready() (speech, mind bool)
	// Changed is closed at the next change.
	Changed() <-chan struct{}
}

// Observer is told what happens on calls as it happens, for live views. It is called from the turn loop and must not block.
type Observer interface {
	CallStarted(c record.Call)
	TurnHeard(callID string, text string, final bool)
	// TurnSpeaking is told what is being said to the caller, from its first sound on and again when more is added.
	TurnSpeaking(callID string, text string)
	TurnDone(callID string, t record.Turn)
	CallEnded(c record.Call)
}

// Deps are the parts a Reception is made of. All fields but Observer and Recordings are needed.
type Deps struct {
	Ears     engines.Ears
	Mind     engines.Mind
	Mouth    engines.Mouth
	Meaning  Understanding // nil: callers are read by words alone
	Engines  Readiness
	Phrases  Phrases
	Records  Records
	Business func() (*knowledge.Business, int) // the published profile and its version
	Observer Observer
	// Recordings are asked at the start of each call; nil, or one that returns nil, says that calls are not recorded. ask says that the caller
	// is asked instead of told.
	Recordings func() (t Recordings, ask bool)
	// Written reports whether what who refuses to be recorded says is kept in writing all the same; nil = it is not.
	Written func() bool
	// Consents keep what callers have said about being recorded; nil = nothing is kept, and nothing known.
	Consents Consents
	// Rights deal with requests about what is kept of a caller; nil = they become messages to the office.
	Rights Rights
	// Diary has the office's calendars; nil = there are none.
	Diary Diary
	// Contacts are asked who calls, while it rings; nil = nobody is asked.
	Contacts Contacts
	// Busy reports whether the telephone with an extension is known to be in a call; nil = of none.
	Busy   func(extension string) bool
	Logger *slog.Logger
	Limits Limits
}

// Understanding reads what callers say by meaning.
type Understanding interface {
	// Prepare makes ready to read what callers of b say; it returns at once.
	Prepare(ctx context.Context, b *knowledge.Business)
	// Read returns what text means to b at the moment at, in the language tag, to a caller who wanted before in the turn before (nil =
	// nothing); nil when the words alone must do.
	Read(ctx context.Context, b *knowledge.Business, tag, text string, at time.Time, before *understanding.Meaning) *understanding.Reading
}

// Limits bound a call.
type Limits struct {
	Call     time.Duration // longest call; 0 = 15 minutes
	Ask      time.Duration // longest wait for the language model when the Ask names none; 0 = 2.5 s
	Thinking time.Duration // longest wait for a transcript after a pause; 0 = 6 s
}

func (l Limits) withDefaults() Limits {
	if l.Call == 0 {
		l.Call = 15 * time.Minute
	}
	if l.Ask == 0 {
		l.Ask = 2500 * time.Millisecond
	}
	if l.Thinking == 0 {
		l.Thinking = 6 * time.Second
	}
	return l
}

// Reception answers calls. It is safe for concurrent use; each call has its own state.
type Reception struct {
	deps Deps

	mu      sync.Mutex
	leaving chan struct{}    // closed: calls end after a word of goodbye
	lives   map[string]*live // calls that go on, by ID
}

// New returns a Reception made of deps.
func New(deps Deps) *Reception {
	deps.Limits = deps.Limits.withDefaults()
	if deps.Recordings == nil {
		deps.Recordings = func() (Recordings, bool) { return nil, false }
	}
	if deps.Written == nil {
		deps.Written = func() bool { return false }
	}
	if deps.Observer == nil {
		deps.Observer = nobody{}
	}
	return &Reception{deps: deps, leaving: make(chan struct{}), lives: map[string]*live{}}
}

// HandleCall lives through one call and returns when it is over for us: the phone then hangs up if the caller has not.
// ctx ends with the call; its cause may carry an Outcome.
func (r *Reception) HandleCall(ctx context.Context, c Call) {
	b, version := r.deps.Business()
	speech, _ := r.deps.Engines.Ready()
	if _, ok := r.deps.Phrases.Phrase(dialogue.PhraseGreeting); !ok && !speech {
		// Nothing to say and nothing to hear with: the PBX can do better than we can (degrade to refusal).
		r.deps.Logger.Warn("call refused: no voice and no rendered phrases yet", "call", c.ID())
		r.refuse(c, b, version)
		return
	}
	l := newLive(r.deps, c, b, version)
	l.stop = r.leave()
	defer r.enter(l)()
	l.run(ctx)
}

// Farewell makes every call end after a word of goodbye, also those that are still to come.
func (r *Reception) Farewell() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.leaves() {
		close(r.leaving)
	}
}

// Stay takes [Reception.Farewell] back for calls that are still to come.
func (r *Reception) Stay() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.leaves() {
		r.leaving = make(chan struct{})
	}
}

// leaves says whether calls end after a word of goodbye; r.mu is held.
func (r *Reception) leaves() bool {
	select {
	case <-r.leaving:
		return true
	default:
		return false
	}
}

// leave is what tells a call that begins now that it is to end.
func (r *Reception) leave() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.leaving
}

// refuse sends 486 and keeps a record of it.
func (r *Reception) refuse(c Call, b *knowledge.Business, version int) {
	if err := c.Reject(486); err != nil {
		r.deps.Logger.Warn("refuse call", "call", c.ID(), "err", err)
	}
	rec := record.Call{
		ID: c.ID(), From: numbering.E164(c.From(), b.Region), DisplayName: c.DisplayName(), Diverted: numbering.E164(c.Diverted(), b.Region),
		Extension: c.To(), Origin: c.Origin(), Started: c.Invited(), Ended: time.Now(), Business: b.ID, Profile: version,
		Outcome: record.Outcome{Result: record.ResultRefused, Reason: "engines_down"},
	}
	begun, err := r.deps.Records.BeginCall(rec)
	if err == nil {
		begun.Outcome, begun.Ended = rec.Outcome, rec.Ended
		err = r.deps.Records.EndCall(begun)
	}
	if err != nil {
		r.deps.Logger.Error("keep refused call", "call", c.ID(), "err", err)
	}
}

// outcomer is carried by the causes that end a call's context.
type outcomer interface{ Outcome() record.Outcome }

type nobody struct{}

func (nobody) CallStarted(record.Call)        {}
func (nobody) TurnHeard(string, string, bool) {}
func (nobody) TurnSpeaking(string, string)    {}
func (nobody) TurnDone(string, record.Turn)   {}
func (nobody) CallEnded(record.Call)          {}

var _ Observer = nobody{}
