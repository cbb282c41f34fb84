// Package callers holds the callers of bench callers as data: who rings which business, with which voice over which line, what he
// wants and how he behaves; what he answers to what the office says; and the judge of what came of his call.
//
// [Plan] makes the callers from tables. The same number always gives the same callers; the day of the call only decides which
// weekday they ask about. A [Script] is one of them in a call: a small state machine that is told what the office has said and says
// what comes next. [Judge] compares what was heard on the wire, and what the box has kept, with what the caller wanted. The package
// is pure: no sound, no network, no clock.
package callers

import (
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
)

// Goal is what a caller wants.
type Goal string

// The goals.
const (
	Hours      Goal = "hours"       // when the business is open on a day
	Price      Goal = "price"       // what a service costs
	Offered    Goal = "offered"     // whether a service is offered that is
	NotOffered Goal = "not_offered" // whether something is offered that is not
	Answer     Goal = "answer"      // what the owner has answered
	Message    Goal = "message"     // that somebody calls back
	MessageFor Goal = "message_for" // the same of one of the staff
	Transfer   Goal = "transfer"    // to speak with a person
	Emergency  Goal = "emergency"   // help
	Right      Goal = "right"       // one of a caller's rights
	Cancel     Goal = "cancel"      // a message, and in the middle of it no message but an answer
	Correction Goal = "correction"  // a message of which a part is put right on the way
	Two        Goal = "two"         // two answers, asked in one breath
)

// shares is how many of each dozen dozens of callers have a goal.
var shares = []struct {
	goal Goal
	n    int
}{
	{Hours, 8},
	{Price, 10},
	{Offered, 8},
	{NotOffered, 8},
	{Answer, 12},
	{Message, 18},
	{MessageFor, 10},
	{Transfer, 8},
	{Emergency, 10},
	{Right, 8},
	{Cancel, 10},
	{Correction, 14},
	{Two, 8},
}

// Goals are all goals.
func Goals() []Goal {
	var out []Goal
	for _, s := range shares {
		out = append(out, s.goal)
	}
	return out
}

// Caller is one caller.
type Caller struct {
	ID       int // from 1
	Goal     Goal
	Persona  Persona
	Line     Line
	Trade    string
	Business *knowledge.Business
	Voice    string
	HeldOut  bool   // of a trade and a voice that nothing is ever tuned on
	From     string // the number shown to the office; "anonymous" withholds it

	Opening string // what is said after the greeting
	Wishes  []Wish // what is to be learned; the opening asks for the first, or for all where Goal is Two
	Leaves  *Leaves
	Extra   string // the extension of the person wanted; "" is none
	variant int    // which of several ways of saying things
}

// Wish is one thing that a caller wants to know.
type Wish struct {
	Ask, Again string   // how it is asked, and how once more when the reply was about something else
	Topics     []string // what a question back must name to be answered with yes
	Fact       Fact
}

// Leaves is what a caller wants to have taken down.
type Leaves struct {
	Name   Name
	Number string // as it is dialled in the business's region; "" is the number that he calls from
	First  string // the number that is given at first and put right afterwards; "" when it is right at once
	Reason Reason
	For    string // somebody of the staff; "" is anybody
}

// Name is a caller's name.
type Name struct {
	Text string
	Also []string // how it may be written by somebody who only heard it
}

// Reason is what a message is about.
type Reason struct {
	Say  string
	Keys []string // what must be kept of it, "a|b" either
}

// Tongue is the language that the caller speaks.
func (c *Caller) Tongue() language.Language { return all.For(c.Business.Tongues()[0]) }

// Evidence is what came of a call.
type Evidence struct {
	Heard    string   // the office's words, by listening to the line; "" where no recogniser understands the voice
	Said     []string // what the box says that it has said, turn by turn
	Noted    []string // what the box has heard and decided, turn by turn, for people to read
	Told     string   // what the caller has said, all of it
	Messages []record.Message
	Result   record.Result
	Put      map[string]int // how often each extension was put through to
	Exchange []Exchange
	GaveUp   string // why the caller hung up in the middle; "" is that he did not
}

// Exchange is one thing that the caller did, and the reply, as the wire shows them.
type Exchange struct {
	Said      string
	Reply     time.Duration // from the caller's last sound to the first of the reply; 0 when none came
	None      bool          // a reply was due and did not come
	Interrupt bool          // the caller spoke over the office
	Stopped   time.Duration // how long the office went on then
	CutIn     bool          // the office spoke before the caller had ended
	Gap       time.Duration // the longest silence inside the reply
}
