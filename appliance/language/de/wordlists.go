package de

import "frontdesk.internal/appliance/language/phrase"

// The lists are read only. They hold normalised words (see Words).
var (
	// stopWords carry no meaning for finding services and answers.
	stopWords = phrase.NewSet(`der die das den dem des ein eine einen einem einer eines ich du er sie es wir ihr man mich mir dich dir
		ihn ihm uns euch ihnen sich mein meine meinen meinem meiner meines dein deine ihre ihren ihrem ihrer ihres unser unsere unseren
		unserem unserer euer eure euren sein seine seinen seinem seiner dieser diese dieses diesen diesem jener jene jenes welche
		welcher welches welchen welchem derselbe dieselbe dasselbe bin bist ist sind seid war waren waere waeren gewesen sein habe hast
		hat haben habt hatte hatten haette haetten gehabt werde wirst wird werden werdet wurde wurden wuerde wuerden worden kann kannst
		koennen koennt konnte konnten koennte koennten muss musst muessen muesst musste muesste muessten soll sollen sollte sollten will
		willst wollen wollt wollte wollten darf duerfen duerfte moechte moechten moechtest mag moegen lassen laesst tun tut tue zu zum
		zur in im ins an am ans auf aufs aus bei beim fuer mit nach von vom vor ueber unter um durch gegen ohne bis seit zwischen ab und
		oder aber doch denn weil dass wenn ob als wie so dann da dort hier her hin also auch nur noch schon mal einmal eben halt eh ja
		nein nicht nichts kein keine keinen keinem keiner bitte danke dank gern gerne hallo guten gute tag morgen abend gruess gott
		grueezi servus moin okay oh ah aeh aehm oehm hm mhm na gut was wer wen wem wessen wann wo wohin woher wieso warum weshalb wozu
		womit wofuer wovon worum viel viele vielen mehr sehr ganz alle alles allem allen etwas irgendwas irgend jemand niemand jeder
		jede jedes jetzt gerade eigentlich vielleicht einfach bloss ungefaehr circa etwa ziemlich wirklich natuerlich mir gibt gebe
		geben geht gehen ging komme kommt kommen machen macht mache weiss wissen wuesste sagen sagt sage fragen frage fragt wissen
		hoeren hoert denke glaube meine meinen rufe anrufen rufen ruft anruf wieder nochmal noch zurueck dafuer davon damit dazu darauf
		darueber deswegen herr frau ihnen`)
	// grammatical words only hold a sentence together.
	grammatical = phrase.NewSet(`der die das den dem des ein eine einen einem einer eines ich du er sie es wir ihr mein meine meinen
		unser unsere ihre sein seine ist sind bin war`)
	// lightWords say little about which question it is.
	lightWords = phrase.NewSet(`brauche brauchen braucht benoetige benoetigen nehme nehmen nimmt nehmt akzeptieren akzeptiert anbieten
		bieten bietet biete angebot angeboten nutzen benutzen arbeit arbeiten arbeitet hilfe helfen hilft lange lang oft art sorte leute
		person personen jemanden tag tage tagen zeit zeiten dienst dienste leistung leistungen service services buero praxis firma
		geschaeft betrieb laden platz erste ersten erster neu neue neuen neues neuer moeglich moeglichkeit verfuegbar fall faelle sache
		sachen termin termine kunde kunden kundin patient patienten patientin`)
	titles = phrase.NewSet(`doktor herr frau fraeulein professor magister ingenieur diplomingenieur rechtsanwalt rechtsanwaeltin anwalt
		anwaeltin notar notarin schwester pfleger meister kollege kollegin`)
	// postNominal stand after a name.
	postNominal = phrase.NewSet(`junior senior jun sen mba msc bsc ma llm ii iii med dent jur phil rer nat`)
	// wordNames are first and last names that are everyday words; alone they name nobody.
	wordNames = phrase.NewSet(`klein kleine gross grosse lang lange kurz schwarz weiss braun roth rot jung alt neu koch bauer schneider
		becker fischer weber wagner richter zimmermann vogel fuchs wolf berg stein sommer winter herbst freitag sonntag montag koenig
		kaiser graf engel maurer schuster mueller jaeger hahn baum busch kraus fromm frei reich stark ernst hell thal bach brunnen
		bergmann gaertner maler glaser tischler schreiner sauer suess scharf blume rose heide linde august mai gast wirt bader arzt falk
		may`)
	sameMeaning = map[string]string{
		"kinder": "kind", "kindern": "kind", "kids": "kind", "sohn": "kind", "tochter": "kind", "baby": "kind", "kleinkind": "kind",
		"kosten": "preis", "kostet": "preis", "preise": "preis", "preisen": "preis", "gebuehr": "preis", "gebuehren": "preis",
		"honorar": "preis", "tarif": "preis", "tarife": "preis",
		"zahlen": "zahlung", "bezahlen": "zahlung", "bezahlung": "zahlung", "zahlungen": "zahlung", "zahlt": "zahlung",
		"bezahlt": "zahlung",
		"kasse":   "versicherung", "krankenkasse": "versicherung", "versichert": "versicherung", "versicherungen": "versicherung",
		"kassen": "versicherung", "krankenversicherung": "versicherung",
		"schmerzen": "schmerz", "weh": "schmerz", "schmerzt": "schmerz",
		"kaputt": "defekt", "kaputte": "defekt", "kaputten": "defekt", "defekte": "defekt", "gebrochen": "bruch", "gebrochene": "bruch",
		"gebrochenes": "bruch", "verstopft": "verstopfung", "verstopfte": "verstopfung", "verstopften": "verstopfung",
		"behindert": "rollstuhl", "behinderte": "rollstuhl", "barrierefrei": "rollstuhl",
		"barrierefreier": "rollstuhl", "aengstlich": "angst", "nervoes": "angst", "panik": "angst", "furcht": "angst",
		"gewaehrleistung": "garantie", "anwaelte": "anwalt", "anwaeltin": "anwalt", "rechtsanwalt": "anwalt", "rechtsanwaelte": "anwalt",
		"rechtsanwaeltin": "anwalt",
		"scheiden":        "scheidung", "geschieden": "scheidung", "parken": "parkplatz", "parkplaetze": "parkplatz",
		"parkieren": "parkplatz",
		"parkhaus":  "parkplatz",
		"hunde":     "hund", "hunden": "hund", "gutscheine": "gutschein", "karten": "karte", "velo": "fahrrad", "velos": "fahrrad",
		"rad": "fahrrad", "fahrraeder": "fahrrad", "fahrrads": "fahrrad",
	}
)

// prices are words for what something costs; besidePrice are those that say no more of which price it is.
var (
	prices = phrase.NewSet(`preis preise preisen preisliste kosten kostet koste gebuehr gebuehren tarif tarife tarifen satz saetze honorar
		stundensatz verlangen berechnen teuer`)
	besidePrice = phrase.NewSet(`ungefaehr etwa circa normal normalerweise ueblich ueblicherweise durchschnittlich grob so generell allgemein
		liste aktuell aktuellen geld sind liegen liegt fangen los denn eigentlich`)
)

var heads = phrase.NewSet("person personen leute leuten erwachsene erwachsener erwachsenen gast gaeste gaesten uns kopf nase freunde")

// Heads implements [language.Reader].
func (Language) Heads(w string) bool { return heads[w] }

// PriceAlone implements [language.Reader].
func (Language) PriceAlone(words []string) bool {
	named := false
	for _, w := range words {
		switch {
		case prices[w]:
			named = true
		case stopWords[w], lightWords[w], besidePrice[w]:
		default:
			return false
		}
	}
	return named
}

// StopWord implements [language.Vocabulary].
func (Language) StopWord(w string) bool { return stopWords[w] }

// Grammatical implements [language.Vocabulary].
func (Language) Grammatical(w string) bool { return grammatical[w] }

// LightWord implements [language.Vocabulary].
func (Language) LightWord(w string) bool { return lightWords[w] }

// Title implements [language.Vocabulary].
func (Language) Title(w string) bool { return titles[w] }
