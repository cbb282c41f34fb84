package de

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	changeStems = language.ChangeStems{
		{Stem: "absag", Change: language.ChangeCancel}, {Stem: "abzusag", Change: language.ChangeCancel},
		{Stem: "abgesagt", Change: language.ChangeCancel}, {Stem: "stornier", Change: language.ChangeCancel},
		{Stem: "streich", Change: language.ChangeCancel}, {Stem: "ausfallen", Change: language.ChangeCancel},
		{Stem: "verschieb", Change: language.ChangeMove}, {Stem: "verschob", Change: language.ChangeMove},
		{Stem: "verleg", Change: language.ChangeMove}, {Stem: "änder", Change: language.ChangeMove},
		{Stem: "aender", Change: language.ChangeMove}, {Stem: "geändert", Change: language.ChangeMove},
		{Stem: "umbuch", Change: language.ChangeMove}, {Stem: "umzubuch", Change: language.ChangeMove},
		{Stem: "bestätig", Change: language.ChangeKnown}, {Stem: "bestaetig", Change: language.ChangeKnown},
		{Stem: "schon", Change: language.ChangeKnown}, {Stem: "bereits", Change: language.ChangeKnown},
		{Stem: "vergessen", Change: language.ChangeKnown},
	}
	calledOff = phrase.Compile("sage|sag|sagen ... ab", "termin|buchung brauche|brauch|brauchen ... nicht mehr",
		"brauche|brauch|brauchen ... termin|buchung nicht mehr")
	absent = phrase.Compile("nicht|nich|nit|net ... kommen|komm|komme|schaffen|wahrnehmen",
		"kann|komme|komm|schaffe|schaff|packe|pack ... nicht|nich|nit|net", "schaffs|packs|schaff's|pack's nicht|nich",
		"dazwischengekommen|verhindert")
)

// Changes implements [language.Replies].
func (Language) Changes(words []string) language.Change {
	switch c := changeStems.In(words); {
	case c != language.ChangeNone && c != language.ChangeKnown:
		return c
	case calledOff.In(words):
		return language.ChangeCancel
	case c == language.ChangeNone && absent.In(words):
		return language.ChangeAbsent
	default:
		return c
	}
}
