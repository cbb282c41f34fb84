package de

import (
	"regexp"
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

var lead = regexp.MustCompile(`(?i)^\s*(?:und |aber |also |na |naja )*(?:(?:ich|i|wir|mir) )?(?:will|wollt|wollte|wollten|möchte|frag|frage) ` +
	`(?:(?:ja|doch|nur|bloß|bloss|halt|eigentlich|mal|einfach) )*(?:wissen|fragen)?,? ?(?:ob )?`)

// WithoutLead implements [language.Reader].
func (Language) WithoutLead(clause string) string {
	if cut := clause[len(lead.FindString(clause)):]; strings.Contains(strings.ToLower(clause[:len(clause)-len(cut)]), "wissen") ||
		strings.Contains(strings.ToLower(clause[:len(clause)-len(cut)]), "frag") {
		return cut
	}
	return clause
}

var asksToDo = phrase.Compile(
	"koennen|koennten|koennte|koenntet|koennt|kann|wuerden|wuerdet|wuerde|wollen|wollt sie|ihr|jemand|wer|man|ich|wir|du",
	"kommen|kommt|schicken|schickt|schauen|schaut|machen|macht sie|ihr|jemand")

// AsksToDo implements [language.Reader].
func (Language) AsksToDo(words []string) bool { return asksToDo.In(words) }

// RefersBack implements [language.Reader].
func (Language) RefersBack(words []string) bool {
	return phrase.Has(words, "das", "es", "dies", "dieses", "dafuer", "davon", "damit", "dazu", "daran", "darueber", "sowas", "da", "drauf",
		"darauf", "dabei", "drin", "darin", "dran")
}

// Conjunction implements [language.Reader].
func (Language) Conjunction(word string) bool {
	return phrase.Has([]string{word}, "und", "aber", "doch")
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

var askedBeside = language.Beside{
	Joins: phrase.NewSet("und aber oder also sagen sie sag mal einmal ach ja noch eben nur halt aehm aeh hm so kurz eine frage"),
	Opens: phrase.Compile("^ ist|sind|war|wird|werden|wuerde|kann|koennen|koennt|koennte|koennten|darf|duerfen|muss|muessen|soll|sollen|"+
		"haben|habt|hat|gibt|kostet|kosten|geht|dauert|macht|machen|nehmen|nehmt|bekomme|kriege|brauche|kommt|kommen|waere|"+
		"bin|rufen|ruft|meldet|melden|wissen|zahlt|zahlen|braucht|brauchen|heben|hebt|bleibt|gilt|liegt|fahren|fahrt|holen|holt|schicken|"+
		"schickt|bringen|bringt|bekommen|bekommt|waren|hatten|haetten|"+
		"wuerden ich|wir|sie|ihr|er|es|man|das|die|der|den|da|denn|mir|uns|etwas|was",
		"^ was|wann|wo|wer|wie|wieso|warum|welche|welcher|welches|wohin|womit ist|sind|kostet|kosten|wird|kann|koennen|koennt|muss|soll|"+
			"macht|machen|machts|dauert|haben|habt|hat|geht|gibt|waere|wuerde|wuerden|verlangen|verlangt|nehmen|nehmt|passiert|bekomme|"+
			"kommt|kommen|brauche|brauchen",
		"^ wie viel|lange|teuer|spaet|weit|oft|bald|gross|hoch", "^ bis|ab|seit wann", "^ um wie viel",
		"^ koennen|koennten sie|ihr mir sagen"),
	Any: phrase.Compile("^ was kostet|kosten|wuerde|waere|macht|verlangen|verlangt das|es|so|denn|mich|der|die|sie|ihr|ungefaehr",
		"^ wie lange|viel|teuer dauert|braucht|kostet|ist|waere|wird|haben", "^ gibt es da|bei|eine|einen|ein"),
	Starts: questionStart, Words: Language{}.Words,
}

// AskedBeside implements [language.Reader].
func (Language) AskedBeside(text string) (rest, question string) { return askedBeside.Find(text) }

var tellMe = phrase.Compile("^ koennen|koennten|kannst|koennt sie|du|ihr mir ... sagen",
	"^ bitte|nur|einfach? sagen|sag|sags|sagts sie|du|ihr? mir")

// TellMe implements [language.Reader].
func (Language) TellMe(words []string) bool { return tellMe.In(words) }

// asksToPassOn are ways to want that the office be told something, or see to something.
var asksToPassOn = phrase.Compile(
	"koennen|koennten|kannst|koennt|wuerden|wuerdest sie|ihr|du ... weitergeben|ausrichten|weiterleiten|aufschreiben|notieren|vormerken",
	"koennen|koennten|kannst|koennt sie|ihr|du ... bitte|dem|der|das|ihm|ihr ... weitergeben|ausrichten|weiterleiten",
	"schreiben|schreib|schreibt sie? bitte? auf", "notieren sie bitte|dass", "geben sie das|es|bitte weiter",
	"richten|richte sie? ihm|ihr|bitte ... aus",
	"kann|koennte|soll mich|uns bitte? jemand|wer|einer ... anrufen|zurueckrufen|melden",
	"soll|kann|koennte bitte? jemand|wer|einer ... anrufen|zurueckrufen")

// AsksToPassOn implements [language.Reader].
func (Language) AsksToPassOn(words []string) bool { return asksToPassOn.In(words) }
