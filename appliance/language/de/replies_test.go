package de_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

func TestYesNo(t *testing.T) {
	for want, texts := range map[language.Reply][]string{
		language.Yes: {
			"Ja.", "Ja bitte.", "Ja, gerne.", "Jawohl", "Genau.", "Ja genau", "Richtig.", "Das ist richtig.", "Das stimmt.", "Stimmt.",
			"Stimmt so.", "Stimmt genau", "Passt.", "Passt schon.", "Das passt, ne?", "Das passt so.", "Freilich.", "Natürlich.",
			"Na klar.", "Klar doch", "Sicher",
			"Gern.", "Sehr gerne.", "Okay", "Alles klar.", "In Ordnung.", "Das ist in Ordnung", "Einverstanden.", "Mhm", "Jo", "Jep",
			"Auf jeden Fall.", "Kein Problem.", "Von mir aus.", "Machen Sie das.", "Das wäre nett.", "Das wär super", "Warum nicht?",
			"Ich bitte darum.", "So ist es.", "Äh, ja",
			"Na gut", "Tip top", "Ja, das ist meine Nummer", "Ja, machen Sie das bitte so", "Ja, das können Sie gerne so weitergeben",
			"Da haben Sie richtig gehört", "Korrekt", "Exakt", "Ich glaube schon",
		},
		language.No: {
			"Nein.", "Nein danke.", "Nee", "Nö", "Danke, nein.", "Auf keinen Fall.", "Lieber nicht.", "Das stimmt nicht.", "Stimmt nicht",
			"Das ist falsch.", "Falsch.", "Nicht richtig.", "Nicht ganz.", "Nicht nötig.", "Das passt nicht.", "Das passt mir nicht",
			"Na.", "Naa", "Eher nicht.", "Ich glaube nicht.", "Nicht dringend.", "Das eilt nicht.", "Das hat Zeit", "Keine Eile.",
			"Es ist nicht eilig", "Nein, 5 5 1", "Nein, das ist die falsche Nummer", "Brauche ich nicht", "Das brauch ich nicht.",
			"Das war's.", "Muss nicht sein", "Keinesfalls", "Noch nicht", "Ne, danke", "Richtig ist das nicht", "Kein Interesse",
		},
		language.Neither: {
			"Was haben Sie für Öffnungszeiten?", "Anna Berger", "", "Morgen um fünf", "Mein Name ist Müller",
			"Ich hätte gern einen Termin am Montag", "Wie bitte?", "Einen Moment", "null eins sieben zwei",
			"Können Sie mich zurückrufen?",
		},
	} {
		for _, text := range texts {
			if got := german.YesNo(german.Words(text)); got != want {
				t.Errorf("YesNo(%q) = %v, want %v", text, got, want)
			}
		}
	}
}

func TestBackchannel(t *testing.T) {
	for _, s := range []string{"mhm", "Okay.", "Aha", "Ach so.", "Achso", "Verstehe.", "Ja, ja", "Ja genau", "Hm", "", "Alles klar",
		"Gut", "Super", "Ah ja", "Na ja"} {
		if !german.Backchannel(s) {
			t.Errorf("%q is only a sign of listening", s)
		}
	}
	for _, s := range []string{"ja", "Nein.", "Stopp", "Warten Sie", "Okay, aber was ist mit Sonntag", "Genau?", "Entschuldigung",
		"Hallo", "Anna Berger", "Moment"} {
		if german.Backchannel(s) {
			t.Errorf("%q wants the floor", s)
		}
	}
}

func TestQuestions(t *testing.T) {
	for text, want := range map[string]bool{
		"Was kostet das": true, "Haben Sie am Montag offen": true, "Guten Tag, können Sie mir helfen": true,
		"Sie haben am Montag offen?": true, "Also, wann machen Sie auf": true,
		"Ich hätte gern einen Termin": false, "Müller": false, "": false, "Das ist gut": false,
	} {
		if got := german.IsQuestion(text); got != want {
			t.Errorf("%q is a question: %v", text, got)
		}
	}
	for text, want := range map[string]bool{"Nehmen Sie auch neue Patienten": true, "Was kostet": false,
		"Ich wollte nur mal fragen ob": false, "Kann ich mit Karte zahlen": true} {
		if got := german.WholeQuestion(german.Words(text)); got != want {
			t.Errorf("%q is a whole question: %v", text, got)
		}
	}
}

func TestAspect(t *testing.T) {
	for text, want := range map[string]language.Aspect{
		"Wie sind Ihre Öffnungszeiten?": language.AspectHours, "Wann haben Sie geöffnet?": language.AspectHours,
		"Wann haben Sie am Samstag offen?": language.AspectHours,
		"Haben Sie gerade offen?":          language.AspectIsOpen, "Haben Sie am Samstag auf?": language.AspectIsOpen,
		"Ist heute offen": language.AspectIsOpen, "Haben Sie noch geöffnet": language.AspectIsOpen,
		"Haben Sie am Sonntag geschlossen?": language.AspectIsClosed, "Ist heute zu?": language.AspectIsClosed,
		"Wann machen Sie auf?": language.AspectOpens, "Ab wann haben Sie offen?": language.AspectOpens,
		"Wann öffnen Sie?":    language.AspectOpens,
		"Wann schließen Sie?": language.AspectCloses, "Bis wann haben Sie offen?": language.AspectCloses,
		"Wie lange haben Sie heute geöffnet?": language.AspectCloses, "Wann machen Sie zu": language.AspectCloses,
		"Wann öffnen und wann schließen Sie?": language.AspectHours, "Hallo": language.AspectHours,
	} {
		if got := german.Aspect(german.Words(text)); got != want {
			t.Errorf("Aspect(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRefusesAndThisNumber(t *testing.T) {
	for _, s := range []string{"Das möchte ich lieber nicht sagen", "Nein", "Ich will meinen Namen nicht nennen", "anonym",
		"Das sag ich nicht", "Das geht Sie nichts an", "Nein danke", "Keine Nummer", "Ich habe kein Telefon",
		"Ich möchte keinen Namen angeben"} {
		if !german.Refuses(german.Words(s)) {
			t.Errorf("%q refuses", s)
		}
	}
	for _, s := range []string{"diese Nummer", "Unter dieser Nummer", "die Nummer, von der ich anrufe", "Die gleiche Nummer",
		"Meine Nummer haben Sie ja", "Die Sie auf dem Display sehen", "Die haben Sie doch, die Nummer haben Sie"} {
		if !german.ThisNumber(german.Words(s)) {
			t.Errorf("%q means the caller ID", s)
		}
	}
	for _, s := range []string{"Anna Berger", "null eins sieben zwei", "Müller ist mein Name"} {
		if german.Refuses(german.Words(s)) || german.ThisNumber(german.Words(s)) {
			t.Errorf("%q is neither", s)
		}
	}
}

func TestSaysWhy(t *testing.T) {
	for text, want := range map[string]bool{
		"Ich möchte eine Nachricht hinterlassen.":                               false,
		"Kann mich bitte jemand zurückrufen?":                                   false,
		"Können Sie mich zurückrufen wegen meiner Rechnung vom letzten Monat?":  true,
		"Sagen Sie dem Doktor, dass die neuen Tabletten mich schwindlig machen": true,
		"Ich möchte eine Nachricht für Frau Doktor Lopez hinterlassen":          false,
		"Es geht um den Kostenvoranschlag, bitte rufen Sie zurück":              true,
	} {
		if got := german.SaysWhy(text); got != want {
			t.Errorf("SaysWhy(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestUrgency(t *testing.T) {
	for text, want := range map[string]language.Urgency{
		"Es ist dringend": language.UrgencySaid, "sehr eilig": language.UrgencySaid, "so schnell wie möglich": language.UrgencySaid,
		"Ein Notfall, bitte sofort": language.UrgencySaid, "Es pressiert": language.UrgencySaid, "möglichst bald": language.UrgencySaid,
		"nicht dringend": language.UrgencyDenied, "Das eilt nicht": language.UrgencyDenied, "Es hat Zeit": language.UrgencyDenied,
		"kein Notfall": language.UrgencyDenied, "keine Eile": language.UrgencyDenied, "Das ist nicht so eilig": language.UrgencyDenied,
		"Ich habe starke Schmerzen": language.UrgencyHinted, "Der Hahn tropft": language.UrgencyHinted,
		"Die Heizung ist ausgefallen": language.UrgencyHinted,
		"Es geht um die Rechnung":     language.UrgencyUnknown, "": language.UrgencyUnknown,
	} {
		if got := german.Urgency(german.Words(text)); got != want {
			t.Errorf("Urgency(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestPart(t *testing.T) {
	for text, want := range map[string]language.Part{"der Name ist falsch": language.PartName, "mein Nachname": language.PartName,
		"die Telefonnummer": language.PartNumber, "die letzte Ziffer": language.PartNumber, "die Nachricht": language.PartReason,
		"nein": language.PartNone} {
		if got := german.Part(german.Words(text)); got != want {
			t.Errorf("Part(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFarewell(t *testing.T) {
	for text, want := range map[string]bool{"Tschüss!": true, "Auf Wiederhören": true, "Pfiat di": true, "Uf Widerluege": false,
		"Ciao": true, "Schönen Tag noch": true, "Guten Tag": false, "Ich warte": false} {
		if got := german.Farewell(german.Words(text)); got != want {
			t.Errorf("%q takes leave: %v", text, got)
		}
	}
}

func TestRight(t *testing.T) {
	for text, want := range map[string]record.RequestKind{
		"Bitte löschen Sie alle meine Daten":                             record.RequestErase,
		"Ich möchte, dass Sie mich aus Ihrer Kartei streichen":           record.RequestErase,
		"Können Sie meine Nummer aus dem System entfernen?":              record.RequestErase,
		"Ich widerrufe meine Einwilligung":                               record.RequestWithdraw,
		"Ich ziehe meine Zustimmung zurück":                              record.RequestWithdraw,
		"Rufen Sie mich nicht mehr an":                                   record.RequestNoContact,
		"Ich will keine Anrufe mehr von Ihnen bekommen, lassen Sie mich": record.RequestNoContact,
		"Hören Sie auf, mich anzurufen":                                  record.RequestNoContact,
		"Ich widerspreche der Bearbeitung durch einen Computer":          record.RequestObject,
		"Welche Daten haben Sie über mich gespeichert?":                  record.RequestAccess,
		"Was wissen Sie über mich?":                                      record.RequestAccess,
		"Ich hätte gern Auskunft über meine Daten":                       record.RequestAccess,
		"Können Sie mich bitte zurückrufen":                              "", "Ich habe meinen Termin vergessen": "",
		"Was haben Sie für mich frei": "", "Meine Nummer ist null eins": "", "Rufen Sie mich bitte nicht vor neun an": "",
	} {
		if got := german.Right(german.Words(text)); got != want {
			t.Errorf("Right(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRefusesRecording(t *testing.T) {
	for text, want := range map[string]bool{
		"Bitte nicht aufnehmen": true, "Ich will nicht, dass das aufgezeichnet wird": true, "Keine Aufzeichnung": true,
		"Nehmen Sie das nicht auf": true, "Stoppen Sie die Aufnahme": true, "Ohne Mitschnitt bitte": true,
		"Wird das aufgenommen?": false, "Ich will das nicht": false, "Nehmen Sie neue Patienten auf?": false, "": false,
	} {
		if got := german.RefusesRecording(german.Words(text)); got != want {
			t.Errorf("%q refuses to be recorded: %v", text, got)
		}
	}
}

func TestDisclosed(t *testing.T) {
	for text, want := range map[string]bool{
		"Hier ist der digitale Assistent der Praxis Kern.": true, "Sie sprechen mit einer KI.": true,
		"Unser Telefonassistent hilft Ihnen.": true, "Hier spricht ein Computer": true,
		"Willkommen bei der Praxis Kern. Was kann ich für Sie tun?": false, "Autohaus Müller": false,
	} {
		if got := german.Disclosed(text); got != want {
			t.Errorf("%q tells of a machine: %v", text, got)
		}
	}
}

func TestHanging(t *testing.T) {
	for _, w := range strings.Fields("und oder weil der eine für von im äh möchte dass wie") {
		if !german.Hanging(w) {
			t.Errorf("no sentence ends in %q", w)
		}
	}
	for _, w := range strings.Fields("an auf zu mit ein das bitte morgen termin kann") {
		if w != "ein" && german.Hanging(w) {
			t.Errorf("a sentence can end in %q", w)
		}
	}
}

func TestRefersBackAndJoins(t *testing.T) {
	for text, want := range map[string]bool{"Was kostet das?": true, "Wie lange dauert es": true, "Und was zahle ich dafür?": true,
		"Was kostet eine Krone": false} {
		if got := german.RefersBack(german.Words(text)); got != want {
			t.Errorf("%q points back: %v", text, got)
		}
	}
	if !german.Joins("und") || !german.Joins("ausserdem") || german.Joins("oder") {
		t.Error("Joins")
	}
}

func TestSentences(t *testing.T) {
	for text, want := range map[string]string{
		"Guten Tag. Hier ist Müller. Haben Sie offen?": "Guten Tag.|Hier ist Müller.|Haben Sie offen?",
		"Am 24. Dezember um 8 Uhr. Und am 31.?":        "Am 24. Dezember um 8 Uhr.|Und am 31.?",
		"Ich war bei Dr. Kern. Bitte um Rückruf":       "Ich war bei Dr. Kern.|Bitte um Rückruf",
		"z. B. morgen. oder übermorgen.":               "z. B. morgen.|oder übermorgen.",
		"":                                             "",
	} {
		if got := strings.Join(german.Sentences(text), "|"); got != want {
			t.Errorf("Sentences(%q) = %q, want %q", text, got, want)
		}
	}
}
