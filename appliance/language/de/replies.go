package de

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

var (
	yesWords = phrase.NewSet(`ja jawohl genau richtig stimmt korrekt passt klar gerne gern freilich natuerlich selbstverstaendlich
		sicher sicherlich bestimmt okay einverstanden mhm doch exakt absolut unbedingt logisch logo eh gut prima super perfekt bitte
		stimmts meinetwegen jaja hoffentlich yes`)
	noWords = phrase.NewSet(`nein nei naa noi nee ne na nicht falsch keinesfalls niemals nie nichts keine kein ueberhaupt no`)
	// sureYes and sureNo decide as the first word.
	sureYes = phrase.NewSet(`ja jawohl genau richtig korrekt freilich natuerlich selbstverstaendlich jaja klar`)
	sureNo  = phrase.NewSet(`nein nei naa noi nee ne keinesfalls niemals no`)
	// noPhrases and yesPhrases are tried before the single words.
	yesPhrases = phrase.Compile("so ist es", "das|es|so stimmt|passt", "stimmt so|genau|schon|alles|das|ja",
		"passt so|schon|mir|gut|genau|alles|das|perfekt|ja", "das ist richtig|korrekt|gut|recht|okay|fein|sie|er|die|der|mir? recht",
		"ist richtig|korrekt|gut|recht|okay|in",
		"in ordnung", "geht klar|in", "alles klar|gut|richtig", "na klar|gut|sicher|logo|schoen", "ja bitte|gerne|gern",
		"sehr gerne|gern", "bitte ja|gerne", "machen sie das|nur|mal|es", "tun sie das|es", "ich bitte darum", "ich bitte sie? darum",
		"von mir aus", "kein problem|thema", "keine einwaende", "warum|wieso nicht",
		"das waere nett|gut|lieb|super|schoen|toll|perfekt|prima|freundlich|wunderbar",
		"waere nett|gut|lieb|super|schoen|toll|perfekt|prima", "haette ich gerne|gern", "habe ich", "das haben sie richtig",
		"haben sie richtig", "koennen sie machen|gerne", "klingt gut", "tip top", "auf jeden fall", "jeden fall",
		"aber ja|sicher|natuerlich|klar|gerne|freilich|selbstverstaendlich", "ich glaube|denke schon|ja", "schon ja|gut|recht",
		"das bin ich", "jawohl", "moechte ich", "will ich", "bin ich")
	noPhrases = phrase.Compile("auf keinen fall",
		"lieber|eher|besser|ganz|noch|gar|leider|bitte|momentan|jetzt|heute|sicher|bestimmt nicht",
		"stimmt|passt|geht|will|moechte|brauche|brauch|muss|mag|soll|sollen|darf|wollen ... nicht",
		"das ist|war nicht|falsch|verkehrt|alles", "ist falsch|verkehrt",
		"nicht richtig|korrekt|ganz|wirklich|noetig|notwendig|jetzt|heute|dringend|eilig|so|mehr|unbedingt|gut|recht|in|noetig|der|die|das",
		"danke nein", "nein danke", "keine eile", "keinen bedarf", "eilt|pressiert ... nicht", "hat ... zeit", "glaube|denke ich? nicht",
		"das war es", "war es schon|das", "das waere es", "das wars", "muss nicht sein", "weder noch", "so nicht", "kommt nicht in",
		"habe ich nicht|keine|keinen|kein", "brauche ich keine|keinen|kein|nicht", "haben sie falsch", "na danke", "kein interesse",
		"ist|war das|es nicht")
)

// tags are words at the end that only ask for assent.
var tags = phrase.NewSet(`ne gell gelt oder`)

// questionTag says that a word at the end only asks for assent: "das passt, ne?".
func questionTag(words []string) []string {
	n := len(words)
	if n > 1 && (tags[words[n-1]] || words[n-1] == "nicht" && words[n-2] == "oder") {
		return words[:n-1]
	}
	return words
}

// asking are words with which a question begins and no answer.
var asking = phrase.NewSet(`wie was wer wo wann warum wieso weshalb welche welcher welches koennen kann haben`)

// leading are a yes or no at the beginning of an answer, whatever follows, and what may stand before them.
var leading = phrase.NewSet(`nein nei naa noi ne nee noe na ja jaja jo joa ach oh aeh aehm hm`)

// LeadingReply implements [language.Replies].
func (Language) LeadingReply(word string) bool { return leading[word] }

var (
	denies = phrase.Compile("^ und|also|aber? nicht der|die|das|den|dem|ein|eine|einen|fuer|ueber|mit|so|mein|meine",
		"^ und|also|aber? ich|wir meine|meinte|meinen|will|wollte|moechte|brauche|suche|wollen|brauchen nicht|kein|keine|keinen|keins",
		"^ und|also|aber? es|das ist|sind|geht|war nicht|kein|keine|um|fuer nicht|kein|keine|keinen?",
		"^ und|also|aber? es geht nicht")
	// deniesAnswered are the same in an answer.
	deniesAnswered = phrase.Compile("^ und|also|aber? nicht|kein|keine|keinen|keinem|keiner|nix",
		"^ das|es|der|die|er|sie|ich ist|war|bin|sind|meinte|meine|wollte ... nicht $",
		"^ darum|davon|danach ... nicht $")
	// deniesNot are the beginnings that deny nothing: "nicht sicher".
	deniesNot = phrase.Compile("^ nicht sicher|ganz|nur|so|mehr|weit|wahr", "^ keine|kein ahnung|problem|thema|sorge|zeit|eile")
)

// Denies implements [language.Replies].
func (Language) Denies(words []string, answered bool) bool {
	return !deniesNot.In(words) && (denies.In(words) || answered && deniesAnswered.In(words))
}

// YesNo implements [language.Replies]. A clear first word counts more than what follows it.
func (Language) YesNo(words []string) language.Reply {
	words = questionTag(words)
	first := firstWord(words)
	if first == "" {
		return language.Neither
	}
	no, yes := noPhrases.In(words), yesPhrases.In(words)
	short := len(words) <= 4
	switch {
	case first == "na" && len(words) == 1:
		return language.No // Bavarian and Austrian
	case sureNo[first] && !(yes && phrase.Has(words, "problem")):
		return language.No
	case sureYes[first] && no && short && phrase.Has(words, "nicht", "falsch", "keine", "kein"):
		return language.No // "richtig ist das nicht"
	case sureYes[first]:
		return language.Yes
	case no:
		return language.No
	case yes:
		return language.Yes
	case asking[first]:
		return language.Neither // "wie bitte?"
	case short && noWords.Any(words) && first != "na":
		return language.No
	case short && yesWords.Any(words):
		return language.Yes
	}
	return language.Neither
}

// replySlips are words that are written for a yes or no where it is said alone.
var replySlips = map[string]string{
	"9": "nein", "neun": "nein", "nain": "nein", "neien": "nein", "nei": "nein", "neim": "nein", "nahm": "nein", "jahr": "ja", "jar": "ja",
	"jahre": "ja", "yeah": "ja", "denau": "genau", "jenau": "genau", "gnau": "genau",
}

// ReplyHeard implements [language.Replies].
func (Language) ReplyHeard(word string) string {
	return language.ReplyHeard(word, replySlips, sureYes, sureNo)
}

var (
	refusals = phrase.Compile("lieber|eher|besser nicht",
		"moechte|will|mag|werde|kann|darf ... nicht ... sagen|nennen|geben|angeben|verraten|mitteilen|sagen|preisgeben",
		"moechte|will|mag ich? nicht", "moechte|will ... keinen|keine namen|name|nummer|angaben|telefonnummer",
		"kein|keine|keinen name|namen|nummer|telefon|telefonnummer|angabe|angaben|handy",
		"sage|sag ich? nicht", "geht sie ... nichts an", "das geht sie", "anonym", "ueberspringen", "^ nein $", "nein danke",
		"danke nein", "privat", "habe|hab ... keine|keinen|kein|nicht", "ohne namen|name|nummer", "spielt keine rolle",
		"tut nichts zur sache")
	thisNumber = phrase.Compile("diese|dieser|dieselbe|derselben|selbe|selben|gleiche|gleichen ... nummer|telefonnummer|handynummer",
		"nummer ... anrufe|anruf|telefoniere", "von der ich", "unter dieser|der", "die sie sehen|haben|da|auf",
		"die ... nummer haben sie", "haben sie ... nummer", "meine nummer sehen|haben", "ihrem display", "im display", "am display",
		"diese hier", "diese da", "die angezeigte|angezeigt")
)

// Refuses implements [language.Replies].
func (Language) Refuses(words []string) bool { return refusals.In(words) }

// ThisNumber implements [language.Replies].
func (Language) ThisNumber(words []string) bool { return thisNumber.In(words) }

// aboutWords say what a call is about.
var aboutWords = phrase.NewSet(`wegen weil bezueglich betreffend betreffs betrifft hinsichtlich naemlich`)

var isAbout = phrase.Compile("es|da geht um", "geht es? um")

// messageWords say only that a message is to be taken, and by whom.
var messageWords = phrase.NewSet(`nachricht nachrichten hinterlassen lassen aufnehmen notieren anruf anrufe zurueckrufen rueckruf
	zurueck rueckrufen telefon nummer notiz geben erreichen kontakt melden meldet richten ausrichten weitergeben herr frau doktor buero
	praxis sprechen reden name heisse spaeter bald morgen heute moeglich hallo bitte zahnarzt anwalt klempner installateur kollege
	kollegin chef chefin mitarbeiter besprechen bitten`)

// whyLeast is how many words with meaning tell what something is about; German puts into one what other languages say in two.
const whyLeast = 3

// SaysWhy implements [language.Replies].
func (l Language) SaysWhy(text string) bool {
	words := l.Words(text)
	if aboutWords.Any(words) || isAbout.In(words) {
		return len(words) > 4
	}
	n := 0
	for _, w := range words {
		if _, number := cardinal(w); !stopWords[w] && !messageWords[w] && !number && !language.AllDigits(w) {
			n++
		}
	}
	return n >= whyLeast
}

// questionLeast is the fewest words of a question that can stand for itself on a list.
const questionLeast = 4

// WholeQuestion implements [language.Reader].
func (Language) WholeQuestion(words []string) bool {
	return len(words) >= questionLeast && questionStart[words[0]]
}
