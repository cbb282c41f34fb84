// Package understanding reads what a caller said against one business: which of the things that a receptionist is asked is meant, and how
// sure that is.
//
// It knows no trade. Meaning comes from three things that a fitted [Head] weighs: what a sentence means by its embedding and by its words,
// learned from trade-free examples (package language) and from judged turns of other trades; how near it lies to what this profile says of
// itself, its services, people and the owner's answers; and which of their names it holds. What is exact stays a rule of the
// language: days, times, numbers, the owner's emergency words. A [Reader] reports what it is sure of and, apart, what it only
// suspects. It decides nothing about the conversation and makes no reply.
//
// A Reader is built when a profile is published and is safe for concurrent use. It does no I/O of its own: vectors come from the [Embedder]
// it is given, and without one it reads by words alone. The time is an argument. It starts no goroutine.
package understanding

import (
	"context"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Intent is one of the things a caller can want. The values are the closed list below; they appear in records.
type Intent string

// What a caller can want.
const (
	Hours           Intent = "hours"       // opening hours: in general, of a day, now
	Holidays        Intent = "holidays"    // which days are closed
	Price           Intent = "price"       // what something costs
	Duration        Intent = "duration"    // how long a service takes
	Address         Intent = "address"     // where the business is
	Directions      Intent = "directions"  // how to get there
	Parking         Intent = "parking"     // where to park
	Services        Intent = "services"    // what is offered
	Service         Intent = "service"     // whether something is offered, and what it is
	Staff           Intent = "staff"       // who works there, who somebody is
	Phone           Intent = "phone"       // the office's number
	Email           Intent = "email"       // the office's e-mail address
	Website         Intent = "website"     // the office's website
	Answer          Intent = "answer"      // one of the owner's own answers
	Quote           Intent = "quote"       // a passage of one of the owner's documents
	Business        Intent = "business"    // whom did I reach
	Detail          Intent = "detail"      // a sentence of what is said of the service, or in the answer, that was spoken of before
	Message         Intent = "message"     // leave a message, be called back
	Appointment     Intent = "appointment" // book, move, cancel; a message until there is a calendar
	Matter          Intent = "matter"      // something for the office to see to: an order, a bill, something lost, a delivery, work wanted
	Complaint       Intent = "complaint"   // not content with what the office did
	Person          Intent = "person"      // talk to a person, any or a named one
	Emergency       Intent = "emergency"   // one of the owner's emergency words
	Harm            Intent = "harm"        // somebody or something is in danger, in no words of the owner's
	Child           Intent = "child"       // the caller is a child
	Privacy         Intent = "privacy"     // one of a caller's rights; Ask.Right says which
	Recorded        Intent = "recorded"    // is this call recorded
	RefuseRecording Intent = "refuse_recording"
	Robot           Intent = "robot" // are you a machine
	WrongNumber     Intent = "wrong_number"
	Goodbye         Intent = "goodbye"
	Thanks          Intent = "thanks"
	Hello           Intent = "hello"
	Repeat          Intent = "repeat"
	Slower          Intent = "slower"
	Hold            Intent = "hold"     // the caller needs a moment
	Question        Intent = "question" // "I have a question": nothing asked yet
	Help            Intent = "help"     // what can you do, which keys
	NeverMind       Intent = "never_mind"
	Chitchat        Intent = "chitchat" // a remark that asks nothing
	Unknown         Intent = "unknown"  // a question that the profile has no answer to
)

// Ask is one thing that the caller wants.
type Ask struct {
	Intent   Intent
	Score    float64             // how sure it is, 0…1
	Because  string              // the example of the owner that decided; "" = none
	Services []knowledge.Mention // named or meant
	Staff    []knowledge.Mention
	Roles    []knowledge.Mention
	Answer   int                // Answer: index in the profile
	Passage  int                // Quote: index in the profile
	Sentence string             // Detail: as the owner wrote it
	Source   string             // Detail: where it stands in the profile
	Right    record.RequestKind // Privacy
	When     language.When
	Aspect   language.Aspect // Hours: what about them
	Guessed  bool            // Services: none of their names was said
	Likely   []int           // Price of no service: those that may be meant, likeliest first
	Doubt    bool            // of a fact: to be told only with the question whether it was wanted
	Text     string          // the part of the utterance it was read from
	Meaning  Meaning         // the candidate that was judged
}

// Reading is what one utterance means.
type Reading struct {
	Text  string
	Words []string
	Asks  []Ask         // sure, in the order in which they are to be dealt with; empty when nothing is sure
	Weak  []Ask         // suspected, best first
	None  float64       // how likely the profile has nothing of what was asked; 0 where something exact decided
	When  language.When // days and times anywhere in the utterance
	Named Named         // what of the profile was named anywhere in it
	// Detail is what the profile says further of what was spoken of before, where that may be what is asked on about; nil for nothing.
	Detail *Ask
	// Meaning says that sentence vectors were at hand; without them the words alone were read.
	Meaning bool
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

// Vectors are what the embedding models of a language make of texts: Model names them, and each text has one vector, in which those of
// several models stand one after the other.
type Vectors struct {
	Model   string
	Dims    []int // how long the vector of each model is
	Vectors [][]float32
}

// Embedder makes vectors of texts. It may be slow the first time and must obey the context.
type Embedder interface {
	Embed(ctx context.Context, language string, texts []string) (Vectors, error)
}

// information intents are answered at once; several in one breath are all answered.
var information = map[Intent]bool{
	Hours: true, Holidays: true, Price: true, Duration: true, Address: true, Directions: true, Parking: true, Services: true, Service: true,
	Staff: true, Phone: true, Email: true, Website: true, Answer: true, Quote: true, Business: true, Detail: true,
}

// Informative says whether i asks for a fact.
func Informative(i Intent) bool { return information[i] }

// TakenDown says whether i is met by a message for the office, whatever it is called: one of them taken for another does no harm.
func TakenDown(i Intent) bool {
	return i == Message || i == Appointment || i == Matter || i == Complaint
}

// courtesy intents count only when nothing else was said.
var courtesy = map[Intent]bool{
	Thanks: true, Hello: true, Question: true, Goodbye: true, Hold: true, Help: true, NeverMind: true, Repeat: true, Chitchat: true,
}

// Courtesy says whether i is small talk or steers the conversation, and asks nothing of the business.
func Courtesy(i Intent) bool { return courtesy[i] }
