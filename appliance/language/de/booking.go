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
		{Stem: "cancel", Change: language.ChangeCancel}, {Stem: "abblas", Change: language.ChangeCancel},
		{Stem: "entfällt", Change: language.ChangeCancel}, {Stem: "entfaellt", Change: language.ChangeCancel},
		{Stem: "rückgängig", Change: language.ChangeCancel}, {Stem: "rueckgaengig", Change: language.ChangeCancel},
		{Stem: "schieb", Change: language.ChangeMove}, {Stem: "statt", Change: language.ChangeMove},
		{Stem: "verschieb", Change: language.ChangeMove}, {Stem: "verschob", Change: language.ChangeMove},
		{Stem: "verleg", Change: language.ChangeMove}, {Stem: "änder", Change: language.ChangeMove},
		{Stem: "aender", Change: language.ChangeMove}, {Stem: "geändert", Change: language.ChangeMove},
		{Stem: "umbuch", Change: language.ChangeMove}, {Stem: "umzubuch", Change: language.ChangeMove},
		{Stem: "bestätig", Change: language.ChangeKnown}, {Stem: "bestaetig", Change: language.ChangeKnown},
		{Stem: "schon", Change: language.ChangeKnown}, {Stem: "bereits", Change: language.ChangeKnown},
		{Stem: "vergessen", Change: language.ChangeKnown},
	}
	calledOff = phrase.Compile("sage|sag|sagen ... ab", "termin|buchung brauche|brauch|brauchen ... nicht mehr",
		"brauche|brauch|brauchen ... termin|buchung nicht mehr", "brauche|brauch|brauchen|braucht ... doch nicht", "lassen|lasse ... fallen",
		"fallen|sausen lassen")
	pushed = phrase.Compile("auf ... legen|verlegt|tun", "nach hinten|vorne")
	absent = phrase.Compile("nicht|nich|nit|net ... kommen|komm|komme|schaffen|wahrnehmen",
		"kann|komme|komm|schaffe|schaff|packe|pack ... nicht|nich|nit|net", "schaffs|packs|schaff's|pack's nicht|nich",
		"dazwischengekommen|verhindert", "klappt|geht ... nicht",
		"wird|wirds ... nichts|nix")
)

// Changes implements [language.Replies].
func (Language) Changes(words []string) language.Change {
	switch c := changeStems.In(words); {
	case c != language.ChangeNone && c != language.ChangeKnown:
		return c
	case calledOff.In(words):
		return language.ChangeCancel
	case pushed.In(words):
		return language.ChangeMove
	case c == language.ChangeNone && absent.In(words):
		return language.ChangeAbsent
	default:
		return c
	}
}
