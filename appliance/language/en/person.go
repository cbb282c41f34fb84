package en

import "frontdesk.internal/appliance/language/phrase"

// persons are the usual ways to ask for a human being. "Are you a real person?" is none: it asks what we are.
var persons = phrase.Compile("^ operator $", "^ a|an? operator please? $", "^ representative|receptionist|agent|human please? $",
	"talk|speak ... to|with a|an? actual|real? live? person|human|somebody|someone", "get|give|need|want me? a|an? actual|real? person|human",
	"put me through|on", "connect|transfer me",
	"not ... talk|speak to|with a|an? machine|robot|computer")

// WantsPerson implements [language.Replies].
func (Language) WantsPerson(words []string) bool { return persons.In(words) }
