package en

import (
	"slices"

	"frontdesk.internal/appliance/language/phrase"
)

// persons are the usual ways to ask for a human being. "Are you a real person?" is none: it asks what we are.
var persons = phrase.Compile("^ operator $", "^ a|an? operator please? $", "^ representative|receptionist|agent|human please? $",
	"talk|speak ... to|with a|an? actual|real? live? person|human|somebody|someone", "get|give|need|want me? a|an? actual|real? person|human",
	"put me through|on", "connect|transfer me",
	"not ... talk|speak to|with a|an? machine|robot|computer")

// WantsPerson implements [language.Replies].
func (Language) WantsPerson(words []string) bool { return persons.In(words) }

// anyone are words for a person who is nobody in particular; besideAnyone stand around them.
var (
	anyone       = phrase.NewSet("person human somebody someone operator representative agent receptionist employee whoever whoever's charge")
	besideAnyone = phrase.NewSet("i i'd i'll i'm would like to want need wanna can could may might let me you us please talk speak talking " +
		"speaking with a an the actual real live being member of your staff team hello hi hey yes yeah just now get give put through on " +
		"in is responsible connect transfer prefer rather instead uh um er okay so well oh")
)

// AnyPerson implements [language.Replies].
func (Language) AnyPerson(words []string) bool {
	return anyone.Any(words) && !slices.ContainsFunc(words, func(w string) bool { return !anyone[w] && !besideAnyone[w] })
}
