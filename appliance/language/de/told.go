package de

import (
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/phrase"
)

// asides are what German-speaking callers say beside a message.
var asides = language.Asides{
	Fillers: phrase.NewSet(`ach oh okay na ja jaja jawohl also aeh aehm oehm hm hallo servus moin tach griass gruezi grueezi bitte jo halt ` +
		`gell mei
		hoeren freilich entschuldigung nun naja haeh sog amal geh`),
	Replies: phrase.NewSet(`nein ne nee na genau richtig gut klar stimmt super prima passt so dann und aber danke doch no eh`),
	Joins:   phrase.NewSet("und aber oder weil denn sondern"),
	Leads: language.NewRunSet(`guten tag|morgen|abend
		schoenen guten? tag|morgen|abend
		gruess gott|sie|dich|euch
		griass di|gott|enk|eich
		gruesse sie
		hallo zusammen|du|sie
		danke schoen|sehr?
		vielen dank
		hoeren sie? mal?
		hoer mal
		sagen sie mal
		sag mal
		passen sie auf
		wissen sie was?
		weisst du? was?
		schreib|schreiben|schreibst|schreibt|notier|notieren|notiere sie|du|ihr? bitte|mal|halt? auf|dazu|hin|rein|hinein|ein? dass?
		schreib|schreiben|notieren|notier sie|du|s? bitte|noch|auch|mal? dazu|auf|rein? dass?
		sagen|sag|sagst|richten|richte|sagt|sags sie|du? bitte|ihm|ihr|ihnen|denen? bitte? aus? dass?
		koennen|koennten|kannst|koennt sie|du|ihr bitte|mal|ihm|ihr? aufschreiben|notieren|sagen|ausrichten|weitergeben dass?
		geben|gib sie|du? bitte? weiter|durch dass?
		und? nicht vergessen
		vergessen sie nicht dass?
		vergiss nicht dass?
		denken sie dran|daran dass?
		hauptsache
		habe|hab ich doch|ja|schon|eh|eben|gerade? schon|eben|gerade|eh|grad? gesagt|gsagt
		habe|hab i doch|ja|schon|eh|scho|eben? schon|scho|eben|eh? gesagt|gsagt
		ich|i habe|hab doch|ja|schon|eh|eben|gerade? schon|eben|gerade|eh|grad? gesagt|gsagt
		ich|i sage|sags|sag es? doch|ja
		ich|i sags doch|ja?
		wie gesagt
		was ich sagen will|wollte ist? dass?
		oh gott
		mein gott
		um gottes|himmels willen
		um himmels willen
		herrschaftszeiten
		jetzt reicht es mir langsam|aber?
		uebrigens
		ansonsten bitte? weitergeben
		weitergeben
		mein name ist|lautet
		ich|i frage|frag sie|dich|euch doch|ja|jetzt?`),
	Says: language.NewRunSet(`sagen|sag|richten|richte sie? bitte?
		koennen|koennten|kannst|koennt sie|du|ihr bitte?`),
	That: phrase.NewSet("dass"),
	Intros: language.NewRunSet(`hier ist|spricht der|die|da|d?
		da ist|spricht der|die?
		ich|i bin der|die|es|da?
		i bins der|die?
		ich|i bin es der|die?
		mein name ist|lautet
		der? name ist
		ich heisse
		es ist
		das ist
		fuer
		von
		vorname
		nachname
		schreiben sie auf
		schreib auf`),
	Ends: language.NewRunSet(`uebrigens
		oh gott
		bitte
		danke
		bitte schoen
		danke schoen
		vielen dank
		gell
		ne
		oder
		oder so
		und so
		ja oder nein
		weitergeben
		bitte weitergeben
		tschuess
		wissen sie`),
	Whole: phrase.Compile("^ sie|du|ihr hoeren|hoerst|hoert mir|ja|nie|gar|ueberhaupt? nicht? zu", "^ hoeren|hoerst sie|du mir? ... zu",
		"^ habe|hab|hob ich|i doch|ja|eh|schon|scho|eben|gerade|grad? doch|ja|eh|schon|scho|eben|gerade|grad? "+
			"doch|ja|eh|schon|scho|eben|gerade|grad? gesagt|gsagt|gegeben|genannt $",
		"^ ich|i habe|hab|hob doch|ja|eh|schon|scho|eben|gerade|grad|das|es|ihnen? doch|ja|eh|schon|scho|eben|gerade|grad|das? "+
			"gesagt|gsagt|gegeben $",
		"^ ich|i sage|sags|sag es? doch|ja? $", "^ das habe|hab ich|i ... gesagt|gsagt $", "^ das ist|war nicht was",
		"^ das meine|wollte|will ich nicht $",
		"^ nein? das ... nicht $", "^ nein? nicht|ned das|so $", "^ nichts davon $", "^ ich gebe auf", "^ das ist ja|doch zum",
		"^ des ist ja zum",
		"^ das|des gibt es|das ja|doch nicht", "^ egal $", "^ ja oder nein $", "^ oh|mein gott $", "^ um gottes|himmels willen $",
		"^ jetzt reicht",
		"^ kann|koennte|darf ich mal|bitte|mit ... ... sprechen|reden $", "^ ich|i will|moechte|wuerde|muss ... ... mit ... ... sprechen|reden $",
		"^ verbinden|verbinde sie|mich|du", "^ was haben|hast|habt sie|du|ihr ... aufgeschrieben|notiert|geschrieben|gschrieben|drin",
		"^ haben|hast|habt sie|du|ihr ... ... drin|aufgeschrieben|notiert|dazugeschrieben|vermerkt|drauf|dabei $",
		"^ haben|hast|habt sie|du|ihr das|des mit",
		"^ diese|die|unter nummer|dieser|der passt|stimmt|nummer|geht", "^ das ist mein|meine handy|nummer|mobilnummer|handynummer",
		"^ das passt|stimmt so|schon? $", "^ passt so|schon|gut? $", "^ stimmt so|schon|genau? $", "^ ich|i frage|frag sie|dich|euch was? $",
		"^ ich habe eine|mal frage $",
		"^ aendern sie die|den|das nachricht|text|grund $", "^ weitergeben|abschicken|schicken $",
		"^ geben|schicken sie es|das|die ... weiter|ab $",
		"^ wie geht es ihnen|dir|euch $", "^ herrschaftszeiten|kruzifix|himmel|mensch $", "^ moment|warten mal|sie|bitte? $",
		"^ lassen sie das|es so|einfach? so? $",
		"^ das|des war alles|es $", "^ das|des wars $", "^ mehr nicht $", "^ nur einmal|einfach|kurz $", "^ sags doch $"),
	Speaks: phrase.Compile("^ kann|koennte|darf ich|i mal|bitte? mit ... sprechen|reden $",
		"^ ich|i will|moechte|wuerde|muss|wollte bitte|gerne|gern|nur? mit ... sprechen|reden $",
		"koennt|koennten|koennen|kannst|wuerden ihr|sie|du ... was|etwas aufschreiben|ausrichten|sagen|weitergeben|notieren $"),
	Instead: language.NewRunSet(`was ich will|moechte|brauche|meine ist dass?
		ich will nur|einfach dass
		die|meine nachricht ist|lautet|heisst|soll dass|lauten|heissen?
		die nachricht soll sein|lauten|heissen dass?
		es soll|muss|sollte heissen|lauten|drinstehen|dastehen dass?
		aendern sie die|meine|den nachricht|text|grund in|auf?
		aender die|meine|den nachricht|text in|auf?
		schreiben|schreib|schreibst sie|du? einfach|nur|lieber|stattdessen|bloss dass?
		schreiben|schreib|notieren|notier sie|du? einfach|nur|lieber|stattdessen|bloss auf|hin dass?
		sagen|sag|richten sie|du? ihm|ihr|ihnen? einfach|nur|lieber|stattdessen|bloss aus? dass?
		stattdessen
		nochmal von vorne|vorn
		noch mal von vorne|vorn`),
	Closes: language.NewRunSet(`das|des ist die|meine ganze? nachricht
		das|des ist alles was drinstehen|draufstehen|rein soll
		mehr nicht
		und mehr nicht
		sonst nichts
		und sonst nichts
		lassen sie es dabei
		lassen sie es einfach so
		das reicht
		das genuegt
		und das war es
		und fertig`),
	Parts:   phrase.NewSet("und aber weil ob bevor wenn dass damit sondern falls nachdem obwohl deshalb deswegen"),
	About:   Language{}.About,
	Carries: func(w string) bool { return !stopWords[w] },
	Title:   Language{}.Title,
	Hanging: Language{}.Hanging,
	Words:   Language{}.Words,
}

// Told implements [language.Replies].
func (Language) Told(text, name string) (string, bool) { return asides.Tell(text, name) }

// Brief implements [language.Replies].
func (Language) Brief(text string, most int) string { return asides.Brief(text, most) }

// asksKept are how it is asked what a message says.
var asksKept = phrase.Compile(
	"haben|hast|habt sie|du|ihr ... ... drin|drinnen|drauf|dabei|aufgeschrieben|notiert|"+
		"dazugeschrieben|vermerkt|mitgeschrieben|aufgenommen|verstanden|gehoert",
	"haben|hast|habt sie|du|ihr auch? das|des|den|die auch? mit|vom|von", "haben|hast|habt sie|du|ihr ... ... auch $",
	"habe|hast das|des mit dem|der|den",
	"was haben|hast|habt sie|du|ihr ... aufgeschrieben|notiert|geschrieben|gschrieben|drin|verstanden|stehen",
	"was steht da|jetzt|denn|drin|drauf|in",
	"steht da|das|des|die|der|es ... ... drin|drauf|dabei|da|auch|drinnen",
	"ist|sind das|des|die|der|es ... ... drin|dabei|notiert|aufgeschrieben|drauf|vermerkt $",
	"lesen|lies sie|du? ... vor", "was geben|sagen|richten sie ... weiter|aus", "hauptsache ... ... drin|drauf|notiert|aufgeschrieben|steht",
	"hoffentlich ... ... drin|drauf|notiert|aufgeschrieben|steht")

// AsksKept implements [language.Replies].
func (Language) AsksKept(words []string) bool { return asksKept.In(words) }

// requests are how it is asked that something be done.
var requests = phrase.Compile("^ koennen|koennten|kann|koennte|wuerden|wuerde|kannst|koennt|koennts|wollen|darf|duerfen "+
	"sie|du|ihr|jemand|er|ich|i|wir|man|wer|es|der|die",
	"^ gibt es eine? moeglichkeit", "^ waere es|das moeglich")

// Requests implements [language.Replies].
func (Language) Requests(words []string) bool { return requests.In(words) }

// wishes are how a turn says by itself what is wanted.
var wishes = phrase.Compile("^ ich|i|wir will|moechte|wollte|brauche|brauchen|moechten|haette|wollen|wollten|haetten|mag|suche|suchen",
	"^ es geht um|darum", "^ es soll|handelt", "^ ich|i|wir rufe|rufen ... an", "^ sagen|richten|sag sie|ihm|ihr")

// Wishes implements [language.Replies].
func (Language) Wishes(words []string) bool {
	for len(words) > 0 && (asides.Fillers[words[0]] || asides.Replies[words[0]]) {
		words = words[1:]
	}
	return wishes.In(words)
}

var (
	// someone is whom callers describe by what he does, and whoDoes what they say behind it.
	someone = phrase.NewSet(`dame frau herr herrn mann kollege kollegen kollegin mitarbeiter mitarbeiterin person maedchen bursche typ ` +
		`jemand jemanden
		jemandem dem den der die`)
	whoDoes = phrase.NewSet("der die das wo was wer welcher welche")
	wanting = phrase.NewSet("mit sagen fuer an zu sprechen reden fragen bitte ausrichten soll moechte will")
)

// describedMost is how many words behind tell what he does.
const describedMost = 8

// Describes implements [language.Replies].
func (Language) Describes(words []string) []string {
	for i, w := range words {
		if !someone[w] || i+2 >= len(words) || !whoDoes[words[i+1]] || !wanting.Any(words[max(0, i-4):i]) {
			continue
		}
		return words[i+2 : min(len(words), i+2+describedMost)]
	}
	return nil
}
