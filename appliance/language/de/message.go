package de

import (
	"slices"
	"strings"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/digits"
	"frontdesk.internal/appliance/language/phrase"
	"frontdesk.internal/appliance/record"
)

// Words that tell how urgent something is: the strong ones decide, the others are worth asking.
var (
	urgentWords = phrase.NewSet(`dringend dringende dringendes dringender dringlich eilig eilige sofort notfall notfalls asap
		unverzueglich umgehend schnellstmoeglich schnellstens pressiert beeilung beeilen eilt brandeilig`)
	hintWords = phrase.NewSet(`schmerzen schmerz weh zahnschmerzen heute jetzt bald schnell leck undicht tropft kaputt gebrochen
		rohrbruch wasser ueberschwemmung gericht gerichtstermin frist morgen geschwollen fieber blutet blutung stark schlimm ernst
		wichtig kalt ausgefallen verstopft krankenhaus spital polizei unfall heizung eingesperrt ausgesperrt`)
	notUrgent = phrase.Compile("nicht|weniger|keineswegs so? dringend|eilig|pressiert", "eilt|pressiert ... nicht", "dringend|eilig nicht $",
		"^ nein|na dringend|eilig nicht",
		"nichts dringendes|eiliges", "kein|keine notfall|eile|hetze|stress", "hat ... zeit", "irgendwann", "bei gelegenheit",
		"wann ... passt")
	soonest = phrase.Compile("heute noch|unbedingt ... ... ... sonst", "noch heute ... ... ... sonst",
		"sonst ... anwalt|polizei|chef|bank|gericht",
		"unbedingt heute|noch|sofort|gleich", "muss|muessen|will|moechte heute noch", "so schnell|bald|rasch wie|als",
		"moeglichst schnell|bald|rasch", "so bald")
)

// Urgency implements [language.Replies].
func (Language) Urgency(words []string) language.Urgency {
	switch {
	case notUrgent.In(words):
		return language.UrgencyDenied
	case urgentWords.Any(words), soonest.In(words):
		return language.UrgencySaid
	case hintWords.Any(words):
		return language.UrgencyHinted
	}
	return language.UrgencyUnknown
}

// Part implements [language.Replies].
func (Language) Part(words []string) language.Part {
	for _, w := range words {
		switch {
		case strings.HasSuffix(w, "name"), strings.HasSuffix(w, "namen"), w == "schreibweise", w == "buchstabiert", w == "geschrieben",
			w == "schreibt":
			return language.PartName
		case strings.HasSuffix(w, "nummer"), w == "ziffer", w == "ziffern", w == "zahl", w == "zahlen", w == "telefon", w == "vorwahl":
			return language.PartNumber
		case w == "nachricht", w == "grund", w == "text", w == "anliegen", w == "rest", w == "mitteilung", w == "inhalt", w == "botschaft":
			return language.PartReason
		}
	}
	return language.PartNone
}

var farewells = phrase.Compile("tschuess|tschuessi|ciao|ade|adieu|pfiat|pfueat|baba|servus|"+
	"wiederhoeren|wiedersehen|wiederschauen|wiederluege", "bis bald|dann|spaeter|morgen", "schoenen tag|abend ... noch?")

// cardPhrases are what payment cards are called, and what stands on them; most are compounds: "Kreditkarte".
var cardPhrases = phrase.Compile("visa|mastercard|amex|maestro|cvv|cvc|pruefziffer|pruefnummer|sicherheitscode", "american express",
	"diners club", "master card", "gueltig bis")

// SpeaksOfCard implements [language.Replies].
func (Language) SpeaksOfCard(words []string) bool {
	return cardPhrases.In(words) || slices.ContainsFunc(words, func(w string) bool {
		return strings.HasSuffix(w, "karte") || strings.HasSuffix(w, "karten") || strings.HasPrefix(w, "kartennummer") ||
			strings.HasPrefix(w, "kreditkarten")
	})
}

// Farewell implements [language.Replies].
func (Language) Farewell(words []string) bool { return farewells.In(words) }

var numberLeads = []string{"und meine nummer ist", "meine nummer ist", "meine telefonnummer ist", "meine handynummer ist",
	"meine nummer lautet", "telefonnummer", "handynummer", "nummer ist", "nummer lautet", "nummer", "unter der", "unter", "telefon"}

// BeforeNumber implements [language.Slots].
func (l Language) BeforeNumber(text string) string {
	i := digits.Begin(text, l.ReadDigits)
	if i <= 0 {
		return text
	}
	text = strings.TrimRight(text[:i], " ,.(+-:")
	for _, w := range numberLeads {
		if cut, ok := strings.CutSuffix(strings.ToLower(text), w); ok && len(cut) <= len(text) {
			return strings.TrimRight(text[:len(cut)], " ,.")
		}
	}
	return text
}

// own says that something is the caller's.
var own = phrase.NewSet(`mein meine meinen meinem meiner mich mir`)

// ofPrivacy are how callers ask what becomes of data, and who answers for them.
var ofPrivacy = phrase.Compile("was passiert|geschieht mit meinen|meiner|den|der daten|nummer|telefonnummer|angaben|stimme|aufnahme",
	"was machen|macht sie|ihr|man? mit meinen|meiner|den|der daten|nummer|telefonnummer|angaben|stimme|aufnahme",
	"wer ... datenschutz|datenschutzbeauftragter|datenschutzbeauftragte", "wer ... verantwortlich|zustaendig ... daten|datenschutz",
	"wer ... daten|datenschutz verantwortlich|zustaendig", "wie lange ... daten|aufnahme|angaben gespeichert|aufgehoben|behalten|speichern",
	"datenschutzerklaerung|datenschutzbeauftragten|datenschutzhinweise", "ihren|eurem|ihrem datenschutz",
	"wer bekommt|sieht meine|die daten|nummer|aufnahme")

// OfPrivacy implements [language.Replies].
func (Language) OfPrivacy(words []string) bool {
	return ofPrivacy.In(words) && !phrase.Has(words, "loeschen", "kopie", "vergessen", "entfernen")
}

// Right implements [language.Replies].
func (Language) Right(words []string) record.RequestKind {
	has := func(list ...string) bool { return phrase.Has(words, list...) }
	begins := func(stems ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return slices.ContainsFunc(stems, func(s string) bool { return strings.HasPrefix(w, s) })
		})
	}
	mine, data := own.Any(words), begins("daten", "angaben", "information", "aufnahme", "aufzeichnung", "eintrag", "eintraege", "adresse",
		"nummer", "telefonnummer")
	switch {
	case begins("widerruf", "zurueckzieh", "zurueckgezogen", "ziehe", "zieh") && begins("einwilligung", "zustimmung", "erlaubnis",
		"einverstaendnis"):
		return record.RequestWithdraw
	case begins("loesch", "geloescht", "vernicht") && mine, begins("vergess") && (data && mine || has("mich")), begins("entfern",
		"streich", "herausnehm", "heraus") && mine && (data || begins("system", "kartei", "datei", "liste",
		"verteiler") && !begins("anruf", "werb")):
		return record.RequestErase
	case mine && begins("anruf", "anzuruf", "angerufen", "ruf", "kontaktier", "schreib", "meld", "werb", "belaestig") && (has("nicht",
		"keine", "nie") && has("mehr", "wieder", "nie") || begins("aufhoer", "hoeren", "streich", "liste")):
		return record.RequestNoContact
	case begins("widersprech", "widerspruch", "widerspreche") && begins("assistent", "maschine", "roboter", "ki", "computer", "automat",
		"sprachcomputer"):
		return record.RequestObject
	case begins("auskunft", "auskuenfte") && (mine || begins("daten")), data && mine && begins("gespeichert", "speicher", "kopie",
		"haben", "welche", "hinterlegt", "wissen", "sehen", "aufbewahr"),
		has("was") && mine && has("ueber", "von") && begins("gespeichert", "speicher", "wissen", "haben", "wisst", "habt"):
		return record.RequestAccess
	}
	return ""
}

// Word lists are read only.
var (
	against = phrase.NewSet(`nicht kein keine keinen keiner ohne stopp stop stoppen stoppt aufhoeren niemand nie verweigere ablehne
		lehne widersprechen widerspreche ausschalten abschalten nein aus beenden gegen`)
	recordingStems = []string{"aufnahme", "aufnehm", "aufgenommen", "aufzeich", "aufgezeich", "aufzuzeich", "aufzunehm", "mitschneid",
		"mitschnitt", "mitgeschnitten", "tonband"}
)

// SaysRecorded implements [language.Replies].
func (l Language) SaysRecorded(notice string) bool {
	return slices.ContainsFunc(l.Words(notice), ofRecording)
}

// ofRecording says whether a word is one for recording.
func ofRecording(word string) bool {
	return slices.ContainsFunc(recordingStems, func(s string) bool { return strings.HasPrefix(word, s) })
}

// RefusesRecording implements [language.Replies].
func (Language) RefusesRecording(words []string) bool {
	off := phrase.Has(words, "schalten", "stellen", "machen") && phrase.Has(words, "ab") // "schalten Sie die Aufnahme ab"
	if !against.Any(words) && !off {
		return false
	}
	apart := phrase.Has(words, "nehmen", "nehmt", "zeichnen", "zeichnet", "schneiden", "schneidet") && phrase.Has(words, "auf",
		"mit") // "nehmen Sie nicht auf"
	return apart || slices.ContainsFunc(words, ofRecording)
}
