package de

import (
	"slices"

	"frontdesk.internal/appliance/language/phrase"
)

// persons are the usual ways to ask for a human being.
var persons = phrase.Compile("^ zentrale|vermittlung bitte? $", "mit einem|nem|an echten|richtigen? menschen|mitarbeiter",
	"mit jemandem|jemand sprechen|reden|verbinden", "verbinden|stellen sie mich", "verbind|stell mich", "mich ... durchstellen|verbinden",
	"nicht mit einer|einem maschine|roboter|computer")

// WantsPerson implements [language.Replies].
func (Language) WantsPerson(words []string) bool { return persons.In(words) }

// anyone are words for a person who is nobody in particular; besideAnyone stand around them.
var (
	anyone       = phrase.NewSet("mensch menschen person jemand jemanden jemandem mitarbeiter mitarbeiterin mitarbeitern zentrale vermittlung")
	besideAnyone = phrase.NewSet("ich wuerde moechte will wollte haette gern gerne kann koennte koennten koennen darf bitte mit " +
		"einem einer einen eine ein nem nen dem der den echten echter richtigen richtiger lieber sprechen reden verbinden verbinde sie mich " +
		"mir geben durchstellen stellen durch hallo guten tag morgen ja nur einfach jetzt mal doch von ihnen aus dem team und aeh also")
)

// AnyPerson implements [language.Replies].
func (Language) AnyPerson(words []string) bool {
	return anyone.Any(words) && !slices.ContainsFunc(words, func(w string) bool { return !anyone[w] && !besideAnyone[w] })
}
