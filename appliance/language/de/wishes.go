package de

import (
	"regexp"
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// withdrawal is how a message is called off.
var withdrawal = language.Withdrawal{
	Sure: language.Runs(`vergessen sie|wir es|das
		vergessen sie|wir es|das einfach|bitte|wieder
		vergessen sie die|meine nachricht
		vergiss es|das
		vergisses
		lassen sie|wir es|das
		lassen sie|wir es|das einfach|lieber|bitte? bleiben|sein
		lassen sie|wir es|das gut sein
		keine nachricht
		doch|lieber keine nachricht
		ich moechte|will|wollte|brauche doch|lieber? keine nachricht
		ich moechte|will|wollte|brauche doch|lieber? keine nachricht hinterlassen|lassen|mehr
		ich moechte|will|wollte keine hinterlassen
		ich hinterlasse doch|lieber? keine nachricht
		ich brauche|brauch|will|moechte|wollte doch? keinen|kein termin|rueckruf|anruf
		es? muss|braucht mich? niemand|keiner anrufen|zurueckrufen
		mich muss|braucht niemand|keiner anrufen|zurueckrufen
		ich will|moechte|wollte nichts aufschreiben|hinterlassen|notieren|ausrichten lassen?
		nichts aufschreiben|notieren
		ich wollte|will doch? nur|bloss|blos|einfach fragen|wissen
		ich frage|frag doch? nur|bloss|blos
		nur|bloss|blos eine? frage
		hat|habe sich schon? erledigt
		das|es hat sich schon? erledigt
		ich habe es|mir mir|es anders ueberlegt
		habe es mir anders ueberlegt
		brechen sie das? ab
		loeschen|streichen|verwerfen|stornieren sie die|meine|diese nachricht
		geben sie nichts weiter
		ich rufe einfach|lieber|dann? spaeter|morgen|selbst nochmal|wieder|noch? mal|einmal? an
		ich rufe einfach|lieber|dann? nochmal|wieder|selbst an
		ich melde mich einfach|lieber|dann? spaeter|wieder|nochmal|selbst|morgen`),
	First: language.Runs(`egal
		ist|das egal
		das ist egal
		schon gut
		streichen|stornieren|loeschen sie das|es
		abbrechen
		abbruch
		nicht noetig
		ist|das nicht noetig
		das ist nicht noetig|so? wichtig
		muss nicht sein`),
	Refuses: phrase.Compile("will|moechte|moecht|wollte|brauche|wuensche|hinterlasse ... keine|kein|keinen ... nachricht|rueckruf|anruf",
		"^ nein|ach|doch? bitte|lieber? keine|kein|keinen nachricht|rueckruf|anruf", "^ nein? die? nachricht|rueckruf|anruf nicht",
		"^ nein|bitte? gar|ueberhaupt? nichts ... ausrichten|aufschreiben|weitergeben|notieren|weiterleiten|hinterlassen lassen?",
		"brauchen|brauchst|braucht|muessen|musst|muesst|sollen|bitte ... nicht|nichts ... "+
			"anrufen|anzurufen|zurueckrufen|zurueckzurufen|weitergeben|aufschreiben|ausrichten|notieren",
		"^ nein|bitte? rufen|ruft|ruf sie? mich? nicht an|zurueck", "nachricht ... loeschen|streichen|verwerfen",
		"^ nein|nah|ach|bitte? vergessen|vergesst|vergiss|loeschen|streichen sie? die|meine? nachricht"),
	Follows: phrase.NewSet(`habe sag sage verbinden bitte danke ich nur sagen koennen koennten was wann wo wie wer welche haben sind ist gibt kann doch aber und
		tschuess nein eigentlich dann lieber sie einfach
		jetzt heute mal ach es das die`),
	Before: phrase.NewSet(`nein ach oh eigentlich okay na wissen sie was entschuldigung moment hm aeh aehm bitte einfach gut ja und ` +
		`aber also dann nee warten doch ok wissens noch mal nochmal`),
	Keeps: phrase.Compile("rufen|ruf|ruft ... mich|uns|zurueck", "rueckruf", "soll|sollen ... anrufen|zurueckrufen|melden"),
	Words: Language{}.Words,
}

// Withdraws implements [language.Replies].
func (Language) Withdraws(text string) (rest string, ok bool) { return withdrawal.Find(text) }

var whys = phrase.Compile("^ warum|wieso|weshalb|wozu|wofuer $",
	"warum|wieso|weshalb|wozu|wofuer ... brauchen|wollen|fragen|benoetigen|wissen|moechten|interessiert|braucht|wollt",
	"warum|wieso|weshalb|wozu|wofuer den|die|das|meinen|meine", "wozu|wofuer das|denn|der|soll", "muss das|ich ... sein|sagen|angeben|nennen",
	"ist das ... noetig|notwendig|wichtig|erforderlich|pflicht", "was geht sie das", "brauchen sie das|den|die wirklich|unbedingt",
	"was tut das zur sache")

// AsksWhy implements [language.Replies].
func (Language) AsksWhy(words []string) bool { return len(words) <= whyMost && whys.In(words) }

// whyMost is the most words of a question for the reason of ours; a longer one is about something else.
const whyMost = 10

// About implements [language.Replies].
func (Language) About(words []string) bool {
	return aboutWords.Any(words) || isAbout.In(words) || phrase.Has(words, "frage", "problem", "anliegen")
}

var directs = phrase.Compile("^ bitte|nur|einfach|lieber? bitte|nur|einfach? sagen|fragen|"+
	"schreiben|richten|sag|frag|schreib|notieren|bitten",
	"^ koennen|koennten|kannst|koennt sie|du|ihr bitte? noch? ... dazuschreiben|hinzufuegen|ergaenzen|notieren|aufschreiben",
	"^ schreiben|schreibt|notieren|ergaenzen sie? bitte? noch|dazu|auch")

// Directs implements [language.Replies].
func (Language) Directs(words []string) bool { return directs.In(words) }

var adds = phrase.Compile("^ und|auch|ausserdem|zusaetzlich|ach|oh ... sagen|fragen|bitte|richten|noch|auch|erwaehnen|schreiben|dass",
	"^ bitte sagen|fragen|schreiben|erwaehnen|richten? sie? ... auch|noch|dazu", "^ noch etwas|was|eine", "^ ausserdem|zusaetzlich|ach|dazu",
	"^ sie koennen noch|auch|dazu", "^ schreiben sie noch|dazu|auch", "^ auch")

// Adds implements [language.Replies].
func (Language) Adds(words []string) bool { return adds.In(words) }

var replaces = phrase.Compile("^ nein|ne|nee|eigentlich|stattdessen|korrektur", "^ doch lieber", "^ ich? meine|meinte|sagte|hatte",
	"stattdessen $")

// Replaces implements [language.Replies].
func (Language) Replaces(words []string) bool { return replaces.In(words) }

var (
	sendsOff = phrase.Compile("so weitergeben|abschicken|schicken|weiterleiten $", "geben|schicken|leiten sie|s'? ... weiter|ab",
		"^ nein|ne|nee? passt|passt so|stimmt so",
		"das|es ist? ... alles|gut|richtig so? $", "^ nein|ne|nee? alles gut|klar|richtig", "nichts zu? aendern", "keine aenderung|aenderungen",
		"so lassen", "lassen sie es so", "passt so|schon $")
	notSentOff = phrase.Compile("nicht|aber|sondern|ausser|falsch|auch|noch")
	// ownNumbers are numbers of telephones; all other words that end so are numbers of things.
	ownNumbers = phrase.NewSet(`telefonnummer handynummer mobilnummer rufnummer festnetznummer privatnummer nummer rueckrufnummer
		buronummer bueronummer geschaeftsnummer dienstnummer firmennummer durchwahlnummer arbeitsnummer faxnummer`)
)

// SendsOff implements [language.Replies].
func (Language) SendsOff(words []string) bool { return sendsOff.In(words) && !notSentOff.In(words) }

// OtherNumber implements [language.Replies].
func (Language) OtherNumber(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return strings.HasSuffix(w, "nummer") && !ownNumbers[w] || w == "kennzeichen" || w == "aktenzeichen"
	})
}

var (
	speaksTo   = phrase.NewSet("sprechen reden verbinden verbinde verbindest telefonieren durchstellen stellen")
	beforeRole = phrase.NewSet("der dem den die einer einem eine einen ihrer ihrem ihren herr herrn frau bitte")
)

// SpeaksTo implements [language.Replies].
func (Language) SpeaksTo(words []string, at int) bool {
	behind := words[min(at+1, len(words)):]
	for at--; at >= 0 && beforeRole[words[at]]; at-- {
	}
	if phrase.Has(behind[:min(2, len(behind))], "sprechen") { // "ich will die Chefin sprechen"
		return true
	}
	return at >= 0 && (words[at] == "mit" || words[at] == "zu" || words[at] == "zur" || words[at] == "zum") && speaksTo.Any(behind)
}

// shouldCall are how a caller wants to hear from somebody.
var shouldCall = phrase.Compile("soll|sollen|sollte|moege|kann|koennte|moechte ... ... "+
	"anrufen|zurueckrufen|melden|anruft|zurueckruft|meldet",
	"rueckruf|anruf von|vom")

// Addresses implements [language.Replies].
func (Language) Addresses(words []string, at int) bool {
	if shouldCall.In(words) {
		return true
	}
	for at--; at >= 0 && (titles[words[at]] || words[at] == "bitte" || words[at] == "die" || words[at] == "den" || words[at] == "der" ||
		words[at] == "dem"); at-- {
	}
	if at < 0 {
		return false
	}
	switch words[at] {
	case "fuer":
		return true
	case "an":
		return phrase.Has(words, "nachricht", "geht", "bitte", "weiter", "weitergeben", "ausrichten", "richten")
	case "sie", "es", "das", "ihr", "du":
		if at > 0 && phrase.Has(words[at-1:at], "koennt", "koennten", "koennen", "kannst", "wuerdet", "wuerden") &&
			phrase.Has(words, "ausrichten", "aufschreiben", "sagen", "weitergeben", "notieren") { // "könnt ihr der Denise was aufschreiben"
			return true
		}
		return at > 0 && phrase.Has(words[at-1:at], "sagen", "richten", "fragen", "geben", "sie")
	}
	return false
}

var passesOn = phrase.Compile("ausrichten|ausrichtet|weitergeben|weiterleiten|uebermitteln|mitteilen",
	"richten|richte|richtet ... ... aus", "geben|gib|gebt ... bescheid|weiter", "nachricht|notiz|mitteilung ... fuer|an",
	"nachricht|notiz|mitteilung hinterlassen", "bitten mich|mir|uns", "sagen dass")

// Relays implements [language.Replies].
func (l Language) Relays(words []string, at int) bool {
	if passesOn.In(words) {
		return true
	}
	for at--; at >= 0 && (titles[words[at]] || words[at] == "bitte"); at-- {
	}
	return at > 0 && words[at] == "sie" && phrase.Has(words[at-1:at], "sagen", "bitten", "erinnern", "fragen")
}

var acquainted = phrase.Compile("war|waren|bin|sind|gewesen ... da|dort|hier|bei",
	"kunde|kundin|patient|patientin|gast|stammkunde|stammkundin",
	"mandant|mandantin|klient|klientin|mitglied|schueler|schuelerin", "kennen|kennt ... mich|uns", "neu bei|hier")

// Acquainted implements [language.Replies].
func (Language) Acquainted(words []string) bool { return acquainted.In(words) }

const (
	clockWord = `(?:halb |viertel (?:vor|nach) )?(?:\d{1,2}(?:[:.]\d\d)?|ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|` +
		`zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn|zwanzig|` +
		`der arbeit|feierabend|dem mittag|mittag|dem mittagessen)(?: uhr(?: dreißig)?)?`
	dayWord = `(?:(?:am |an )?(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|wochenende|vormittag|nachmittag|abend|` +
		`morgen|mittag)(?:s|e|en)?|werktags|tagsüber|morgens|mittags|abends|vormittags|nachmittags|` +
		`(?:noch )?heute?(?: noch)?|morgen|übermorgen|nächste woche|diese woche|später)(?: ` +
		`(?:früh|vormittag|nachmittag|abend|mittag|morgens|abends|vormittags|nachmittags))?`
	someTime = `(?:(?:erst |nur |immer )?(?:nach|vor|ab|bis|um|gegen|zwischen|von|so gegen) (?:` + clockWord + `|` + dayWord +
		`)(?: (?:und|bis|oder) (?:` + clockWord + `|` + dayWord + `))?|(?:erst |nur )?` + dayWord + `|jederzeit)`
	callTime = `(` + someTime + `(?:,? (?:und |oder |außer )?` + someTime + `)*)`
	wantCall = `(?:^|\b)(?:(?:bitte |aber |und |dann |am besten )*(?:rufen|ruft|ruf|erreichen|probieren)(?: sie)? ` +
		`(?:mich|uns|es)|(?:sie )?(?:können|erreichen)(?: sie)? (?:mich|uns)|(?:ich|i|wir) (?:bin|sind)? ` +
		`?erreichbar|` +
		`erreichbar(?: bin ich| sind wir)?|zu hause bin ich|am besten|bin ich|passt es mir|es passt mir|ich (?:bitte um|hätte gern) ` +
		`(?:einen )?rückruf|rückruf)(?: bitte| am besten| nur| erst| wieder| lieber| dann| immer)*`
	callBehind = `(?: (?:bitte |wieder |am besten )*(?:an|zurück|anrufen|zurückrufen|erreichen|erreichbar|zu hause|daheim|da|frei|zu erreichen))`
	callEnd    = callBehind + `*`
)

// callTimes is how German says when to call.
var callTimes = language.CallTimes{
	Said: []*regexp.Regexp{
		regexp.MustCompile(`(?i)` + wantCall + `,? ` + callTime + callEnd + `(?:$|[\s.,;!?])`),
		regexp.MustCompile(`(?i)\b(?:ich|i|wir) (?:bin|sind)(?: immer| erst| nur| dann| wieder| meistens)* ` + callTime + `(?:` +
			callBehind + `|$|[.,;!?])`), // not "we were with you on Sunday"
		regexp.MustCompile(`(?i)\b` + callTime +
			` (?:passt|passts|geht|gehts|wäre|wär|wärs|ist|is|bin|sind|samma|würde|erreichen|erreicht)(?: es| 's| s| sie| ihr| man)?(?: mir| ma| ` +
			`uns| ich| i| wir| mich)?(?: es)?(?: immer| meistens| eh)? (?:am ` +
			`besten|gut|besser|ideal|recht|prima|erreichbar|zu hause|passen|zu erreichen)(?: passen| erreichbar| zu erreichen)?(?:$|[\s.,;!?])`),
	},
	Alone: regexp.MustCompile(`(?i)^(?:(?:ja|und|aber|genau|bitte|gerne|gern|ja genau)[ ,]+)*(?:bitte )?((?:noch heute?|heute? noch)(?: ` +
		`(?:vormittag|nachmittag|abend))?)(?:$|[\s.,;!?])`),
	Loose: regexp.MustCompile(`(?i)\b(?:aber |und )?(?:nur |am besten |bitte )?((?:erst |nur )?(?:nach|vor|ab|bis|zwischen) (?:` + clockWord +
		`|` + dayWord + `)(?: (?:und|bis|oder) (?:` + clockWord + `|` + dayWord + `))?)(?:$|[\s.,;!?])`),
	Joins: regexp.MustCompile(`(?i)[\s,;]*\b(?:und|aber|oder|bitte)\s*$`),
	Digit: regexp.MustCompile(`(?i)^(?:null|eins|zwei|zwo|drei|vier|fünf|sechs|sieben|acht|neun|doppel\pL*)(?:$|[\s.,;!?])`),
}

// mails is how German says e-mail addresses.
var mails = language.NewMails(language.MailWords{
	At: `at|ät|et|klammeraffe|affenschwanz`, Dot: `punkt|dot`, Dash: `bindestrich|minus|strich`, Underscore: `unterstrich`,
	Lead: `(?:(?:und )?(?:meine |die |eine )?e-?mail(?:-?adresse)?(?: ist| lautet|:)? )?`,
})

// MailIn implements [language.Slots].
func (Language) MailIn(text string) (address, rest string) { return mails.Find(text) }

// CallTime implements [language.Slots].
func (Language) CallTime(text string, loose bool) (when, rest string) {
	return callTimes.Find(text, loose)
}
