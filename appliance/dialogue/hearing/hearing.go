// Package hearing reads what a caller said: which of the things that a receptionist is asked, which day, number, name, yes or no.
//
// It is the deterministic half of understanding. A [Reader] is built from one profile and compares normalised words with patterns and with
// the profile's own names; it reports what it is sure of and, apart, what it only suspects. It decides nothing about the conversation and
// makes no reply. Everything is pure and safe for concurrent use; the time is an argument.
package hearing

import (
	"strings"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
)

// Intent is one of the things a caller can want. The values are the closed list below; they appear in records.
type Intent string

// What a caller can want.
const (
	Hours       Intent = "hours"       // opening hours: in general, of a day, now
	Holidays    Intent = "holidays"    // which days are closed
	Price       Intent = "price"       // what something costs
	Duration    Intent = "duration"    // how long a service takes
	Address     Intent = "address"     // where the business is
	Directions  Intent = "directions"  // how to get there
	Parking     Intent = "parking"     // where to park
	Services    Intent = "services"    // what is offered
	Service     Intent = "service"     // whether something is offered, and what it is
	Staff       Intent = "staff"       // who works there, who somebody is
	Phone       Intent = "phone"       // the office's number
	Email       Intent = "email"       // the office's e-mail address
	Website     Intent = "website"     // the office's website
	Answer      Intent = "answer"      // one of the owner's own answers
	Business    Intent = "business"    // whom did I reach
	Message     Intent = "message"     // leave a message, be called back
	Appointment Intent = "appointment" // book, move, cancel; a message until there is a calendar
	Person      Intent = "person"      // talk to a person, any or a named one
	Emergency   Intent = "emergency"   // one of the owner's emergency words
	Privacy     Intent = "privacy"     // delete, show or stop using my data
	Recorded    Intent = "recorded"    // is this call recorded
	Robot       Intent = "robot"       // are you a machine
	WrongNumber Intent = "wrong_number"
	Goodbye     Intent = "goodbye"
	Thanks      Intent = "thanks"
	Hello       Intent = "hello"
	Repeat      Intent = "repeat"
	Slower      Intent = "slower"
	Hold        Intent = "hold"     // the caller needs a moment
	Question    Intent = "question" // "I have a question": nothing asked yet
	Help        Intent = "help"     // what can you do, which keys
	NeverMind   Intent = "never_mind"
)

// Ask is one thing that the caller wants.
type Ask struct {
	Intent   Intent
	Score    float64             // 0…1
	Services []knowledge.Mention // named with it
	Staff    []knowledge.Mention
	Roles    []knowledge.Mention
	Answer   int // Answer: index in the profile
	When     language.When
	Aspect   language.Aspect // Hours: what about them
	Unknown  []string        // words with meaning that were not understood; for Price and Service
	Text     string          // the part of the utterance it was read from
	Because  string          // the example that decided; "" = none

	at []int // positions in its segment, to tell overlapping readings
}

// Reading is what one utterance means.
type Reading struct {
	Text  string
	Words []string
	Asks  []Ask         // sure, in the order in which they are to be dealt with; empty when nothing is sure
	Weak  []Ask         // suspected, best first
	When  language.When // days and times anywhere in the utterance
	Named Named         // what of the profile was named anywhere in it
}

// Named are the profile's items that were named.
type Named struct {
	Services, Staff, Roles []knowledge.Mention
}

// Has says whether intent i is among the sure ones.
func (r Reading) Has(i Intent) bool {
	_, ok := r.Get(i)
	return ok
}

// Get returns the sure reading of intent i.
func (r Reading) Get(i Intent) (Ask, bool) {
	for _, a := range r.Asks {
		if a.Intent == i {
			return a, true
		}
	}
	return Ask{}, false
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}
