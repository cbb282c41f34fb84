package de

import "frontdesk.internal/appliance/language/phrase"

// persons are the usual ways to ask for a human being.
var persons = phrase.Compile("^ zentrale|vermittlung bitte? $", "mit einem|nem|an echten|richtigen? menschen|mitarbeiter",
	"mit jemandem|jemand sprechen|reden|verbinden", "verbinden|stellen sie mich", "verbind|stell mich", "mich ... durchstellen|verbinden",
	"nicht mit einer|einem maschine|roboter|computer")

// WantsPerson implements [language.Replies].
func (Language) WantsPerson(words []string) bool { return persons.In(words) }
