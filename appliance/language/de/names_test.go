package de_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
)

func TestPersonName(t *testing.T) {
	for text, want := range map[string]string{
		"Mein Name ist Anna Berger.":              "Anna Berger",
		"Ich heiße Jürgen Müller":                 "Jürgen Müller",
		"Hier ist Berger.":                        "Berger",
		"Hier spricht Maria Huber":                "Maria Huber",
		"Anna Berger.":                            "Anna Berger",
		"Ja, guten Tag, hier ist die Anna Berger": "Anna Berger",
		"Grüß Gott, mein Name ist Leitner":        "Leitner",
		"Müller mein Name.":                       "Müller",
		"Müller am Apparat":                       "Müller",
		"Frau Schneider":                          "Frau Schneider",
		"Dr. Kern":                                "Dr Kern",
		"Karl-Heinz Rummenigge":                   "Karl-Heinz Rummenigge",
		"Ursula von der Heide":                    "Ursula von der Heide",
		"Peter Stein, bitte.":                     "Peter Stein",
		"Ich bin der Thomas Gruber und ich hätte gern einen Termin": "Thomas Gruber",
		"Hofer von der Firma Holzbau Hofer":                         "Hofer",
		"Meier mit ei":                                              "Meier",
		"Schmidt mit dt":                                            "Schmidt",
		"B E R G E R":                                               "Berger",
		"M-Ü-L-L-E-R.":                                              "Müller",
		"Anna Berger, B E R G E R":                                  "Anna Berger",
		"Meyer, das schreibt sich M-A-I-E-R":                        "Maier",
		"M wie Martha, E, Doppel-L, O":                              "Mello",
		"Müller, M wie Martha, Ü wie Übermut, L wie Ludwig, L wie Ludwig, E wie Emil, R wie Richard": "Müller",
		"be e er ge e er":                              "Berger",
		"Sch wie Schule, U, H":                         "Schuh",
		"G R O ß":                                      "Groß",
		"äh, Maria del Carmen Ortiz":                   "Maria del Carmen Ortiz",
		"Was haben Sie für Öffnungszeiten?":            "",
		"Das möchte ich nicht sagen.":                  "",
		"0172 1234567":                                 "",
		"Ich wollte fragen, ob Sie morgen offen haben": "",
		"Ich bin Kundin bei Ihnen":                     "",
		"Moment bitte":                                 "",
		"":                                             "",
	} {
		got, ok := german.PersonName(text)
		if got.Text != want || ok != (want != "") {
			t.Errorf("PersonName(%q) = %q, %v, want %q", text, got.Text, ok, want)
		}
	}
}

func TestIntroducedName(t *testing.T) {
	for text, want := range map[string]string{
		"Guten Tag, hier ist Anna Berger, ich habe eine Frage.":      "Anna Berger",
		"Hallo, mein Name ist Tom Müller und mein Zahn tut weh.":     "Tom Müller",
		"Grüezi, da spricht Frau Meier, ich hätte gern einen Termin": "Frau Meier",
		"Ich bin die Sabine Koch und brauche Hilfe":                  "Sabine Koch",
		"Ich bin Anna Berger.":                                       "Anna Berger",
		"Hier ist Ursula von der Heide, guten Tag":                   "Ursula von der Heide",
		"Ich bin Kundin bei Ihnen.":                                  "",
		"Ich bin Patient Nummer zwölf":                               "",
		"Ist hier besetzt?":                                          "",
		"Hier ist die Leitung gebrochen":                             "",
		"Mein Name steht auf der Liste":                              "",
		"Hier ist Frau":                                              "",
	} {
		got, ok := german.IntroducedName(text)
		if got.Text != want || ok != (want != "") {
			t.Errorf("IntroducedName(%q) = %q, %v, want %q", text, got.Text, ok, want)
		}
	}
}

func TestBeforeNumber(t *testing.T) {
	for text, want := range map[string]string{
		"Anna Berger, 0172 1234567":                  "Anna Berger",
		"Anna Berger, meine Nummer ist 0172 1234567": "Anna Berger",
		"Berger, und meine Nummer ist die 0172":      "Berger, und meine Nummer ist die",
		"Huber, unter 0172 1234567":                  "Huber",
		"Anna Berger":                                "Anna Berger", "0172": "0172", "": "",
	} {
		if got := german.BeforeNumber(text); got != want {
			t.Errorf("BeforeNumber(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestLetters(t *testing.T) {
	for name, want := range map[string]string{"Berger": "B, E, R, G, E, R", "Müller": "M, Ü, L, L, E, R", "Groß": "G, R, O, Eszett",
		"": "", "O'Neil": "O, N, E, I, L"} {
		if got := german.Letters(name); got != want {
			t.Errorf("Letters(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestSpelledNamesAreMended holds that a name that is corrected letter by letter takes the place of the wrong one.
func TestSpelledNamesAreMended(t *testing.T) {
	n, ok := german.PersonName("M wie Martha, A, I wie Ida, E, R")
	if got := language.MendName("Anna Meyer", n); !ok || got != "Anna Maier" {
		t.Errorf("%q", got)
	}
}

// FuzzPersonName holds that a name is short, has no digits, and is made of the letters that were said.
func FuzzPersonName(f *testing.F) {
	for _, s := range []string{"Hier ist Anna", "B wie Berta E R", "Doppel L", "a b c d e f", "-'-", "ßß ßß", "be ce de Doppel",
		"Sch Sch", "mein Name", "von von von"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		german.IntroducedName(s)
		german.BeforeNumber(s)
		n, ok := german.PersonName(s)
		if !ok {
			return
		}
		if n.Text == "" || strings.ContainsAny(n.Text, "0123456789,.!?") {
			t.Errorf("PersonName(%q) = %q", s, n.Text)
		}
		language.MendName("Anna Berger", n)
		german.Letters(n.Text)
	})
}
