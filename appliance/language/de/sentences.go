package de

import (
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// breaks is where German sentences end.
var breaks = language.Breaks{
	Abbreviations: phrase.NewSet(`dr prof hr fr frl str nr tel bzw ca z.b u.a d.h usw evtl ggf inkl exkl max mag ing dipl geb zzgl st
		abs art vgl jr sen`),
	Ordinals: true,
	Before:   []string{"und", "oder", "sowie", "mit", "für", "bis", "aber"},
}

// Clauses implements [language.Speaker].
func (Language) Clauses(text string) []string { return breaks.Clauses(text) }

// Sentences implements [language.Reader].
func (Language) Sentences(text string) []string { return breaks.Sentences(text) }

// Word lists are read only.
var (
	// questionStart are words that begin a question; in German a verb does, too.
	questionStart = phrase.NewSet(`was wann wo wer wie wieso warum weshalb welche welcher welches welchen wohin woher womit wofuer wozu
		wen wem wessen haben hat habt sind ist seid kann koennen koennt koennte koennten darf duerfen duerfte gibt bieten bietet machen
		macht nehmen nehmt nimmt tun werden wird wuerden wuerde muss muessen soll sollen kostet kosten geht gehen verkaufen akzeptieren
		reparieren behandeln arbeiten liegt kommt kommen braucht brauche finde bekomme bekommt lohnt reicht passt stimmt oeffnen
		schliessen wissen waere`)
	// backchannels are sounds and words by which a listener shows that he listens; he does not want to speak.
	backchannels = phrase.NewSet(`mhm hm hmm aha ah ach so oh aeh aehm oehm okay genau gut verstehe ich alles klar super prima schoen
		toll soso naja na perfekt interessant richtig stimmt eben wunderbar fein sehr freilich jaja also verstanden sicher wow`)
	// hanging are words with which no sentence ends. Those that are also the end of a verb ("rufen Sie mich an") are not among them.
	hanging = phrase.NewSet(`und oder aber weil wenn ob der die den dem des ein eine einen einem einer mein meine meinen meinem meiner
		ihr ihre ihren ihrem unser unsere unseren zum zur für von vom im in am ans ins bei beim gegen durch ohne zwischen äh ähm öh halt
		also wie sehr dass denn sowie beziehungsweise sondern möchte hätte würde wollte der dieser diese diesen nächsten`)
	fillers = phrase.NewSet(`aeh aehm oehm oeh ah oh ach also na naja hm hmm ja nun tja und aber so okay eigentlich sagen sie mal einmal bitte
		hallo guten tag gruess gott grueezi servus entschuldigung`)
	// hesitations stand before an answer and say nothing.
	hesitations = phrase.NewSet(`aeh aehm oehm oeh ah oh ach also hm hmm nun tja und eigentlich naja`)
)

// IsQuestion implements [language.Reader].
func (l Language) IsQuestion(text string) bool {
	if strings.Contains(text, "?") {
		return true
	}
	for _, w := range l.Words(text) {
		if !fillers[w] {
			return questionStart[w]
		}
	}
	return false
}

// Backchannel implements [language.Reader]. A single "ja" may be an answer and is none; "ja, ja" is one.
func (l Language) Backchannel(text string) bool {
	words := l.Words(text)
	if len(words) > 4 || strings.Contains(text, "?") && len(words) > 0 {
		return false
	}
	yes := 0
	for _, w := range words {
		switch {
		case w == "ja":
			yes++
		case !backchannels[w]:
			return false
		}
	}
	return yes == 0 || len(words) > 1
}

// Hanging implements [language.Reader].
func (Language) Hanging(word string) bool { return hanging[word] }

// RefersBack implements [language.Reader].
func (Language) RefersBack(words []string) bool {
	return phrase.Has(words, "das", "es", "dies", "dieses", "dafuer", "davon", "damit", "dazu", "daran", "darueber", "sowas", "da", "drauf",
		"darauf", "dabei", "drin", "darin", "dran")
}

// GoesOn implements [language.Reader].
func (l Language) GoesOn(word string) bool {
	return l.Joins(word) || word == "aber" || word == "nur" || word == "bloss"
}

// Joins implements [language.Reader].
func (Language) Joins(word string) bool {
	switch word {
	case "und", "auch", "ausserdem", "dazu", "dann", "plus", "sowie", "zudem":
		return true
	}
	return false
}

// firstWord returns the first word that is no hesitation.
func firstWord(words []string) string {
	for _, w := range words {
		if !hesitations[w] {
			return w
		}
	}
	return ""
}

var (
	hoursPhrases = phrase.Compile("oeffnungszeiten|oeffnungszeit|zeiten|sprechzeiten|sprechzeit|" +
		"sprechstunde|sprechstunden|geschaeftszeiten|ladenoeffnungszeiten|buerozeiten|ordinationszeiten|schalterzeiten")
	closesPhrases = phrase.Compile("wann ... zu|schliessen|schliesst|zumachen|dicht|feierabend", "bis wann",
		"wie lange ... offen|auf|geoeffnet|da|arbeiten|besetzt", "bis wie viel uhr", "ab wann ... zu|geschlossen")
	opensPhrases = phrase.Compile("wann ... oeffnen|oeffnet|aufmachen|aufsperren", "wann macht|machen|sperrt|sperren ... auf", "ab wann",
		"wie frueh", "wann ... wieder")
	nowPhrases = phrase.Compile("haben|hat|habt|seid|sind|ist|machen|macht ... offen|auf|geoeffnet|da|zu|geschlossen|besetzt",
		"offen|geoeffnet|geschlossen jetzt|gerade|noch|heute|aktuell", "jetzt|gerade|noch|heute|aktuell offen|geoeffnet|geschlossen")
)

// Aspect implements [language.Reader].
func (Language) Aspect(words []string) language.Aspect {
	switch {
	case hoursPhrases.In(words), phrase.Has(words, "oeffnen", "oeffnet", "auf") && phrase.Has(words, "schliessen", "schliesst", "zu"):
		return language.AspectHours
	case closesPhrases.In(words):
		return language.AspectCloses
	case opensPhrases.In(words):
		return language.AspectOpens
	case phrase.Has(words, "wann", "welche", "welchen"):
		return language.AspectHours
	case nowPhrases.In(words) && phrase.Has(words, "zu", "geschlossen"):
		return language.AspectIsClosed
	case nowPhrases.In(words):
		return language.AspectIsOpen
	}
	return language.AspectHours
}

var machines = phrase.Compile("ki|automatisch|automatische|automatischer|automat|roboter|maschine|"+
	"computer|sprachcomputer|sprachassistent|sprachassistentin|telefonassistent|telefonassistentin|computerstimme",
	"kuenstliche|kuenstlichen|kuenstlicher intelligenz", "digitale|digitaler|digitalen|virtuelle|virtueller|virtuellen|"+
		"elektronischer assistent|assistentin|assistenz|assistenten")

// Disclosed implements [language.Replies].
func (l Language) Disclosed(greeting string) bool { return machines.In(l.Words(greeting)) }
