// Package dialogue is the conversation's policy: state and event in, actions out.
//
// It is pure: no I/O, no clock, no goroutine; the time comes with each event. Code decides; the language model is only
// ever asked to choose among listed actions or to fill a slot under a grammar ([Ask]), and what it returns is
// checked again here. A fact that is not in the profile or in the caller's own words is never put into a [Say].
// It knows no language: what it says are keys with arguments ([language.Line]), and the words come from the language of the call.
//
// One [Conversation] belongs to one call and is used from one goroutine (reception's turn loop).
package dialogue

import (
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// Event is something that happened on the call. Handle takes them in order.
type Event interface{ event() }

type (
	// Answered opens the conversation: the greeting is due.
	Answered struct {
		From     record.PhoneNumber // caller ID; "" = withheld
		Known    record.Personal    // name on file, "" when new
		Degraded bool               // the engines are not there: rendered phrases and keys only
	}
	// Heard is a complete caller turn. Reading is what it means, in Language; nil when nobody has read it by meaning: the words must do then.
	Heard struct {
		Reading    *understanding.Reading
		Text       string
		Confidence float64  // 0…1, from the recogniser's token probabilities
		Weak       []string // words that were recognised badly
		Language   string   // BCP 47 tag of the language that was spoken; "" = that of the turn before
	}
	// Unclear says that there was speech, but nothing usable was recognised.
	Unclear struct{ Reason string }
	// Keyed is one key. Digits arrive one by one; '*' and '#' too. The conversation collects them itself and says by Expect when it
	// waits for more.
	Keyed struct{ Key rune }
	// KeysPaused says that no key followed within Expect.KeyPause.
	KeysPaused struct{}
	// Silence says that nothing was heard for Expect.Silence since our last word.
	Silence struct{}
	// Proposed answers an Ask. Choice is the index into Ask.Choices, or -1; Slots by name; Confidence 0…1 that of the choice.
	Proposed struct {
		ID         int
		Choice     int
		Text       string // the raw completion, for free slots
		Confidence float64
		Err        error // the model was not there or too slow: go on without it
	}
	// Committed answers a Commit or an Unanswered: it is durable. Err says that it is not.
	Committed struct {
		ID  int
		Err error
	}
	// Transferred answers a Transfer. Err nil: the other side took the caller and the call ends now.
	Transferred struct {
		ID  int
		Err error
	}
	// RightDone answers a Right. Verified: the code was right; Wrong: it was not; neither: the office deals with it. Held, with
	// Verified and a request to erase: a legal hold keeps everything, and the office deals with it. Kept, with Verified and a request
	// to see it, is what is kept.
	RightDone struct {
		ID              int
		Verified, Wrong bool
		Held            bool
		Kept            language.Kept
		Err             error
	}
	// Booked answers a Book or a Change. Taken: somebody else has the time by now, or the
	// appointment is not as it was; Err: nobody knows, and nothing may be promised.
	Booked struct {
		ID    int
		Taken bool
		Err   error
	}
	// Interrupted says that the caller spoke over us and playing stopped; Played is what was said until then. Heard follows.
	Interrupted struct{ Played string }
	// Spoken says that everything queued was played to its end.
	Spoken struct{}
	// Engines says that recognition and voice went away (Up false) or came back (Up true) in mid-call.
	Engines struct{ Up bool }
	// Office is what somebody of the office wants in mid-call: words to be said, or, with Extension, the caller.
	Office struct{ Say, Extension string }
	// HungUp says that the caller is gone: what is worth keeping is committed now (a partial message). Last is what he was saying; nil
	// = nothing.
	HungUp struct{ Last *Heard }
)

func (Answered) event()    {}
func (Heard) event()       {}
func (Unclear) event()     {}
func (Keyed) event()       {}
func (KeysPaused) event()  {}
func (Silence) event()     {}
func (Proposed) event()    {}
func (Committed) event()   {}
func (Transferred) event() {}
func (RightDone) event()   {}
func (Booked) event()      {}
func (Interrupted) event() {}
func (Spoken) event()      {}
func (Engines) event()     {}
func (Office) event()      {}
func (HungUp) event()      {}

// Action is something to do. reception does them in order; those that take long answer with an event later.
type Action interface{ action() }

type (
	// Say queues words. Lines are what is said, in no language; Clauses are the same in Language, in short pieces that the voice
	// renders one after the other; each is cached by its text.
	Say struct {
		Lines    []language.Line
		Clauses  []string
		Language string // BCP 47 tag
		// Phrase names a fixed phrase (see Phrases) whose audio was rendered ahead and plays even with the engines down; "" = none.
		Phrase string
		// Firm words are played to the end even when the caller speaks (legal notice, goodbye).
		Firm bool
		// Notice words tell the caller that the call is recorded: recording begins when the last of them was really sent.
		Notice bool
		// Slow asks for a slower voice, because the caller did.
		Slow bool
	}
	// Decide names the decision for the record; goes with the next Say. By is "rule", "model", "key", "timer" or "fallback"; Source
	// the profile field.
	Decide struct {
		Name, By, Source string
		// Because is the example whose words decided; "" = none.
		Because string
		// Sure is how sure the reading was that decided, 0…1; 0 = nothing was read.
		Sure float64
	}
	// Expect says what is waited for next. Sent once with every turn given to the caller.
	Expect struct {
		Kind     ExpectKind
		Hint     string        // likely words for recognition
		Silence  time.Duration // Silence is sent after this long
		KeyPause time.Duration // KeysPaused is sent this long after a key
		Number   bool          // a number is asked for or was read back
	}
	// Ask asks the language model; answered by Proposed. Filler is said when the answer takes longer than a moment.
	Ask struct {
		ID      int
		Prompt  string   // follows Prefix(business)
		Choices []string // closed list, single short words; the grammar is made from it. Empty: Grammar holds one.
		Grammar string
		Max     int
		Timeout time.Duration
	}
	// Commit makes a message durable; answered by Committed. "I have noted that" is said only then.
	Commit struct {
		ID      int
		Message record.Message // without ID, call and caller, which reception fills in
	}
	// Unanswered puts a question on the owner's list; answered by Committed.
	Unanswered struct {
		ID       int
		Question string
	}
	// Transfer puts the caller through to a listed extension; answered by Transferred.
	Transfer struct {
		ID        int
		Extension string
		Name      string
		// Brief is what the person is told before, in clauses; none: nothing, and the PBX puts the caller through.
		Brief []string
	}
	// Remember stores what the caller told of himself on his card.
	Remember struct{ Name string }
	// StartRecording begins it: the caller has agreed.
	StartRecording struct{}
	// Consented goes into the ledger of consents: what the caller has said about being recorded.
	Consented struct {
		State record.ConsentState
		How   record.ConsentHow
	}
	// Right is a request about what is kept of the caller; answered by RightDone. Code shows who the caller is; "" = nothing does.
	Right struct {
		ID   int
		Kind record.RequestKind
		Text string
		Code string
	}
	// Book writes an appointment into the office's calendar; answered by Booked. "You're booked" is said only then.
	Book struct {
		ID      int
		Booking record.Booking
	}
	// Change moves an appointment that stands in the calendar, or calls it off; answered by Booked. That it is so is said only then.
	Change struct {
		ID          int
		Appointment record.Appointment
		To          record.Slot // zero = it is called off
	}
	// StopRecording ends the recording of this call and throws away what there is of it. Unwritten: what was said and will be is not
	// kept in writing either, because the caller refused.
	StopRecording struct{ Unwritten bool }
	// Hangup ends the call when everything queued was played.
	Hangup struct{ Outcome record.Outcome }
)

func (Say) action()            {}
func (Decide) action()         {}
func (Expect) action()         {}
func (Ask) action()            {}
func (Commit) action()         {}
func (Unanswered) action()     {}
func (Transfer) action()       {}
func (Remember) action()       {}
func (Hangup) action()         {}
func (StopRecording) action()  {}
func (StartRecording) action() {}
func (Consented) action()      {}
func (Right) action()          {}
func (Book) action()           {}
func (Change) action()         {}

// ExpectKind tells what kind of answer is due; endpointing waits longer for digits and names than for yes or no.
type ExpectKind string

// What can be expected.
const (
	ExpectOpen   ExpectKind = "open"
	ExpectYesNo  ExpectKind = "yes_no"
	ExpectDigits ExpectKind = "digits"
	ExpectName   ExpectKind = "name"
	ExpectReason ExpectKind = "reason"
	ExpectNone   ExpectKind = "none" // keys only
)
