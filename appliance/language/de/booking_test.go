package de_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/de"
)

func TestChanges(t *testing.T) {
	for want, texts := range map[language.Change][]string{
		language.ChangeCancel: {
			"Ich muss meinen Termin absagen.", "Stornieren Sie bitte meine Buchung.", "Dann sage ich hiermit ab.", "Den Montag bitte streichen.",
			"Ich wollte den Termin verschieben, nein, lieber absagen.", "Den Termin brauche ich nicht mehr, hat sich erledigt.",
			"Diese Woche muss ich den Kurs leider ausfallen lassen.",
			"Leider müssen wir die Buchung rückgängig machen.", "Lassen wir den Termin fallen.",
			"Die Besprechung am Siebten entfällt.",
			"Für heute war jemand angesagt, den brauche ich jetzt doch nicht.", "Den Montag müssten wir canceln.",
		},
		language.ChangeMove: {
			"Ich müsste meinen Termin verschieben.", "Können wir das auf Freitag verlegen?", "Wir müssten umbuchen.",
			"Ich möchte den Termin nicht absagen, nur verschieben.", "Ich hatte nächste Woche was ausgemacht, das müsste ich ändern.",
			"Ich habe schon einen Termin und möchte ihn verlegen.",
			"Können wir das auf den Nachmittag legen?", "Statt Freitag wäre uns Samstag lieber.", "Können wir die eine Woche schieben?",
			"Kann man das um eine Woche nach hinten tun?",
		},
		language.ChangeKnown: {
			"Bestätigen Sie mir bitte die Reservierung.", "Ich habe bereits einen Termin.", "Ich habe vergessen, wann mein Termin ist.",
		},
		language.ChangeAbsent: {
			"Um drei schaff ich's nicht, mir ist was dazwischengekommen.", "Ich kann nun doch nicht kommen.", "Am Donnerstag kann ich leider nicht.",
			"Ich hab um zwei einen Termin und pack's nicht.", "Ich kann am Donnerstag nicht kommen.",
			"Die Stunde morgen klappt leider nicht.", "Aus Donnerstag wird bei mir nichts.",
		},
		language.ChangeNone: {
			"Ich hätte gern einen Termin.", "Kann ich eine Reinigung buchen?", "Könnte ich am Montag um zehn kommen?",
			"Wann könnten Sie mich drannehmen?", "Haben Sie am Donnerstag was frei?", "Ich möchte einen Tisch für vier reservieren.",
		},
	} {
		for _, text := range texts {
			if got := (de.Language{}).Changes(de.Language{}.Words(text)); got != want {
				t.Errorf("%q: %d, want %d; %q", text, got, want, de.Language{}.Words(text))
			}
		}
	}
}
