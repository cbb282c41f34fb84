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
		{Stem: "swap", Change: language.ChangeMove}, {Stem: "instead", Change: language.ChangeMove},
		{Stem: "confirm", Change: language.ChangeKnown}, {Stem: "already", Change: language.ChangeKnown},
		{Stem: "existing", Change: language.ChangeKnown}, {Stem: "forgot", Change: language.ChangeKnown},
	}
	calledOff = phrase.Compile("call|calling ... off", "drop out", "do not need ... appointment|booking|visit", "no longer need",
		"not need anybody|anyone|somebody", "take|taking|scratch|strike|cross ... off|out", "scrap ... appointment|booking|visit",
		"back|backing out of")
	pushed = phrase.Compile("push|put|bump|pushing|putting|bumping|leave ... back|off|till|until", "bring|bringing ... forward|earlier",
		"push|bump|shove|shuffle|scoot ... to")
	absent = phrase.Compile("not|cannot|never ... make|come|coming|attend|making|attending", "something|somethings came|come up")
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
