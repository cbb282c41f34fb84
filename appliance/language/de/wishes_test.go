package de_test

import "testing"

func TestWithdraws(t *testing.T) {
	for text, want := range map[string]string{
		"Vergessen Sie es, keine Nachricht, sagen Sie mir nur, wann Sie öffnen.": "sagen Sie mir nur, wann Sie öffnen.",
		"Ach, lassen Sie es.":                            "",
		"Lassen wir das.":                                "",
		"Hat sich erledigt, danke.":                      "danke.",
		"Nein, ich möchte keine Nachricht hinterlassen.": "",
		"Doch keine Nachricht. Was kostet eine Stunde?":  "Was kostet eine Stunde?",
		"Ich hab's mir anders überlegt.":                 "",
		"Schon gut.":                                     "",
		"Ich rufe später nochmal an.":                    "",
		"Ich melde mich wieder.":                         "",
	} {
		rest, ok := german.Withdraws(text)
		if rest != want || !ok {
			t.Errorf("Withdraws(%q) = %q, %v, want %q", text, rest, ok, want)
		}
	}
	for _, text := range []string{
		"Meine Mutter ist nicht da, kann ich eine Nachricht hinterlassen?", "Bitte streichen Sie den Termin am Montag.",
		"Keine Nachricht, er soll mich nur anrufen.", "Lassen Sie es im Büro liegen.", "Ich habe die Karte vergessen.",
		"Ich möchte eine Nachricht hinterlassen.", "Nein.", "Das möchte ich nicht sagen.", "",
	} {
		if rest, ok := german.Withdraws(text); ok {
			t.Errorf("%q withdraws, rest %q", text, rest)
		}
	}
}

func TestAsksWhy(t *testing.T) {
	for text, want := range map[string]bool{
		"Wozu brauchen Sie das?": true, "Warum?": true, "Warum wollen Sie das wissen?": true, "Wofür brauchen Sie meine Nummer?": true,
		"Muss das sein?": true, "Ist das notwendig?": true, "Sabine Koch.": false, "Warum ist meine Rechnung so hoch?": false,
	} {
		if got := german.AsksWhy(german.Words(text)); got != want {
			t.Errorf("AsksWhy(%q) = %v", text, got)
		}
	}
}

func TestCallTime(t *testing.T) {
	for text, want := range map[string]string{
		"Rufen Sie mich bitte nach fünf an.":                               "nach fünf|",
		"Meine Heizung ist kaputt, rufen Sie mich bitte erst ab 17 Uhr an": "ab 17 Uhr|Meine Heizung ist kaputt.",
		"Am besten vormittags.":                                            "vormittags|",
		"Vormittags passt es mir am besten.":                               "Vormittags|",
		"Ich bin zwischen neun und elf zu Hause.":                          "zwischen neun und elf|",
		"Ich bin abends erreichbar, es geht um die Rechnung.":              "abends|es geht um die Rechnung.",
		"Es geht um meinen Termin am Freitag.":                             "|Es geht um meinen Termin am Freitag.",
		"Ich brauche das bis Freitag.":                                     "|Ich brauche das bis Freitag.",
	} {
		when, rest := german.CallTime(text, false)
		if got := when + "|" + rest; got != want {
			t.Errorf("CallTime(%q) = %q, want %q", text, got, want)
		}
	}
	if when, rest := german.CallTime("0511 555 0134, aber nur nach fünf", true); when != "nach fünf" || rest != "0511 555 0134." {
		t.Errorf("%q, %q", when, rest)
	}
}

func TestReplaces(t *testing.T) {
	for text, want := range map[string]bool{
		"Eigentlich geht es um die Rechnung.": true, "Nein, ich meinte den Kessel.": true, "Ich meinte den Kessel.": true,
		"Der Kessel tropft.": false, "Und bitte sagen Sie ihm, dass das Tor offen ist.": false,
	} {
		if got := german.Replaces(german.Words(text)); got != want {
			t.Errorf("Replaces(%q) = %v", text, got)
		}
	}
}

func TestAdds(t *testing.T) {
	for text, want := range map[string]bool{
		"Und sagen Sie ihm bitte, dass der Schlüssel unter der Matte liegt.": true, "Außerdem brauche ich eine Kopie.": true,
		"Noch etwas: der Hund ist brav.": true, "Nein, es geht um die Rechnung.": false, "Es ist dringend.": false,
	} {
		if got := german.Adds(german.Words(text)); got != want {
			t.Errorf("Adds(%q) = %v", text, got)
		}
	}
}

func TestRefusesRecordingAndRecords(t *testing.T) {
	for text, want := range map[string]bool{
		"Ich möchte nicht aufgezeichnet werden.": true, "Bitte nehmen Sie das nicht auf.": true, "Keine Aufnahme, bitte.": true,
		"Ich bin gegen die Aufzeichnung.": true, "Schalten Sie die Aufnahme ab.": true, "Mit der Aufzeichnung bin ich nicht einverstanden.": true,
		"Nehmen Sie meine Nachricht auf.": false,
	} {
		if got := german.RefusesRecording(german.Words(text)); got != want {
			t.Errorf("RefusesRecording(%q) = %v", text, got)
		}
	}
}

func TestEndangers(t *testing.T) {
	for text, want := range map[string]bool{
		"Ich will nicht mehr leben.": true, "Ich bringe mich um.": true, "Sie kriegt keine Luft!": true, "Er ist bewusstlos.": true,
		"Ich bringe das Auto um acht.": false, "Mein Hals tut weh, kann ich zu Ihnen kommen?": false,
		"Wann muss ich die Tabletten nehmen?": false, "Ist Frau Huber nicht mehr da?": false,
	} {
		if got := german.Endangers(german.Words(text)); got != want {
			t.Errorf("Endangers(%q) = %v", text, got)
		}
	}
}

func TestUnsure(t *testing.T) {
	for text, want := range map[string]bool{
		"Ich weiß nicht.": true, "Ich bin mir nicht sicher.": true, "Vielleicht.": true,
		"Ich glaube nicht.": false, "Ich glaube ja.": true, "Nein.": false, "Ja!": false,
	} {
		if got := german.Unsure(german.Words(text)); got != want {
			t.Errorf("Unsure(%q) = %v", text, got)
		}
	}
}
