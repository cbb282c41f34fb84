package en

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	changeStems = language.ChangeStems{
		{Stem: "cancel", Change: language.ChangeCancel},
		{Stem: "reschedul", Change: language.ChangeMove}, {Stem: "mov", Change: language.ChangeMove},
		{Stem: "postpon", Change: language.ChangeMove}, {Stem: "chang", Change: language.ChangeMove},
		{Stem: "shift", Change: language.ChangeMove}, {Stem: "rebook", Change: language.ChangeMove},
		{Stem: "confirm", Change: language.ChangeKnown}, {Stem: "already", Change: language.ChangeKnown},
		{Stem: "existing", Change: language.ChangeKnown}, {Stem: "forgot", Change: language.ChangeKnown},
	}
	calledOff = phrase.Compile("call|calling ... off", "drop out", "do not need ... appointment|booking|visit")
	pushed    = phrase.Compile("push|put|pushing|putting ... back|off")
	absent    = phrase.Compile("not|cannot|never ... make|come|coming|attend|making|attending", "something|somethings came|come up")
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
