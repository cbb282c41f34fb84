// Package hearing reads what a caller said: which of the things that a receptionist is asked, which day, number, name, yes or no.
//
// It is the deterministic half of understanding. A [Reader] is built from one profile and compares normalised words with patterns and with
// the profile's own names; it reports what it is sure of and, apart, what it only suspects. It decides nothing about the conversation and
// makes no reply. Everything is pure and safe for concurrent use; the time is an argument.
package hearing

import (
	"strings"

	"frontdesk.internal/appliance/knowledge"
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

// Aspect is what about the opening hours is asked.
type Aspect string

// The aspects of opening hours.
const (
	AspectHours    Aspect = ""          // in general, or of the days named
	AspectIsOpen   Aspect = "is_open"   // yes or no
	AspectIsClosed Aspect = "is_closed" // the same, the other way round
	AspectOpens    Aspect = "opens"     // when do you open
	AspectCloses   Aspect = "closes"    // when do you close
)

// Ask is one thing that the caller wants.
type Ask struct {
	Intent   Intent
	Score    float64             // 0…1
	Services []knowledge.Mention // named with it
	Staff    []knowledge.Mention
	Roles    []knowledge.Mention
	Answer   int // Answer: index in the profile
	When     When
	Aspect   Aspect   // Hours: what about them
	Unknown  []string // words with meaning that were not understood; for Price and Service
	Text     string   // the part of the utterance it was read from

	at []int // positions in its segment, to tell overlapping readings
}

// Reading is what one utterance means.
type Reading struct {
	Text  string
	Words []string
	Asks  []Ask // sure, in the order in which they are to be dealt with; empty when nothing is sure
	Weak  []Ask // suspected, best first
	When  When  // days and times anywhere in the utterance
	Named Named // what of the profile was named anywhere in it
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

// backchannels are sounds by which a listener shows that he listens; he does not want to speak.
var backchannels = set(`mhm mm mmm hmm hm uh um ah aha uhhuh huh okay right sure alright i see got it great good fine nice cool wow oh
	perfect really yep yup er`)

// Backchannel says whether text, spoken while we speak, is only a sign of listening ("mhm", "okay", "I see") and no wish to take the floor. An
// answer such as yes or no is not one.
func Backchannel(text string) bool {
	words := knowledge.Words(strings.ReplaceAll(strings.ToLower(text), "uh-huh", "uhhuh"))
	if len(words) > 4 {
		return false
	}
	for _, w := range words {
		if !backchannels[w] {
			return false
		}
	}
	return !strings.Contains(text, "?") || len(words) == 0
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// Normalise cuts text into the normalised words that the other functions take.
func Normalise(text string) []string { return knowledge.Words(text) }

// Meaningful says whether a normalised word carries meaning by itself.
func Meaningful(word string) bool { return !knowledge.StopWord(word) }

// IsQuestion says whether text is put as a question.
func IsQuestion(text string) bool {
	return strings.Contains(text, "?") || questionStart[skipFillers(knowledge.Words(text))]
}
