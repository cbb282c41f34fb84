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
		"Ja hier Krause, können Sie bitte ausrichten, dass ...":      "Krause",
		"Es ist auf den Namen Schneider reserviert.":                 "Schneider",
		"Ob das am Samstag klappt, Lukas hier.":                      "Lukas",
		"Ja, Hofer, guten Tag. Sie kommen am achtzehnten.":           "Hofer",
		"Guten Tag, Bergmann. Ich war Mitglied bei Ihnen.":           "Bergmann",
		"Ja, guten Tag, Schuster mein Name. Ich war am Grab.":        "Schuster",
		"Lehnert, Sabine Lehnert. Können Sie mal schauen?":           "Sabine Lehnert",
		"Ja hallo, Meier am Apparat, ich hätte eine Frage.":          "Meier",
		"Grüß Gott, da ist die Huber Anni, wann haben Sie offen?":    "Huber Anni",
		"Guten Tag, Termin bitte, am Montag.":                        "",
		"Samstag, haben Sie da offen?":                               "",
		"ja, hofer, guten tag":                                       "",
		"Bergmann":                                                   "",
		"Ja hier Montag auf?":                                        "",
		"Ist morgen jemand hier?":                                    "",
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

// What is said with a name is told from it.
func TestNameAndRemark(t *testing.T) {
	for text, want := range map[string]string{
		"Ich bin Olena Krawez und ich brauche das heute noch.":            "Olena Krawez|ich brauche das heute noch.",
		"Sabine Koch, es geht um meine Heizung.":                          "Sabine Koch|es geht um meine Heizung.",
		"Sabine Koch hier, meine Heizung ist ausgefallen":                 "Sabine Koch|meine Heizung ist ausgefallen",
		"Mein Name ist Anna, aber Sie können auch meinen Mann anrufen.":   "Anna|Sie können auch meinen Mann anrufen.",
		"Ich bräuchte einen Kostenvoranschlag, mein Name ist Yusuf Demir": "Yusuf Demir|Ich bräuchte einen Kostenvoranschlag",
		"Vorname Olena, Nachname Krawez":                                  "Olena Krawez|",
		"Mein Nachname ist Krawez, mein Vorname Olena":                    "Olena Krawez|",
		"Hofer von der Firma Holzbau":                                     "Hofer|von der Firma Holzbau",
		"Ja gut, ich heiße Petra Lang.":                                   "Petra Lang|",
		"Wozu brauchen Sie den?":                                          "|",
		"Warum wollen Sie das wissen?":                                    "|",
		"Nein, ich möchte keine Nachricht hinterlassen.":                  "|",
		"Vergessen Sie es.":                                               "|",
		"Rohrbruch, alles steht unter Wasser":                             "|",
		"Das ist dringend":                                                "|",
	} {
		n, ok := german.PersonName(text)
		if got := n.Text + "|" + n.Remark; got != want || ok == (want == "|") {
			t.Errorf("PersonName(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

// Letters are spelled in many ways.
func TestSpelledNames(t *testing.T) {
	for text, want := range map[string]string{
		"K R A W E Z": "Krawez", "S wie Siegfried, A, U, E, R": "Sauer", "Siegfried Anton Ulrich Emil Richard": "Sauer",
		"Salzwedel Aachen Unna Essen Rostock": "Sauer", "M, Ü, Doppel-L, E, R": "Müller", "M, U Umlaut, L, L, E, R": "Müller",
		"G, R, O, Eszett": "Groß", "G R O scharfes S": "Groß", "großes M, kleines A, I, E, R": "Maier",
		"H U B E R Bindestrich L A N G": "Huber-Lang", "P wie Berta, E, N": "Ben", "Anton, A N T O N": "Anton", "Be wie Berta, A, U": "Bau",
	} {
		if n, ok := german.PersonName(text); n.Text != want || !ok {
			t.Errorf("PersonName(%q) = %q, want %q", text, n.Text, want)
		}
	}
	for _, tt := range []struct{ heard, text, want string }{
		{"Anna Meier", "Mit A Y.", "Anna Mayer"}, {"Anna Meier", "M, A, I, E, R", "Anna Maier"}, {"Anna Schmidt", "mit Doppel-T", "Anna Schmitt"},
		{"Anna Schmidt", "Ohne T.", "Anna Schmid"}, {"Anna Maier", "mit E I", "Anna Meier"}, {"Torsten Lang", "Mit T H.", "Thorsten Lang"},
		{"Anna Krawetz", "Wie man es spricht.", "Anna Krawetz"}, {"Anna Krawetz", "KRAWEZ", "Anna Krawez"}, {"Anna Krawetz", "Wozu?", ""},
	} {
		if n, _ := german.Respell(tt.heard, german.NameDoubt(tt.heard, sure), tt.text); n.Text != tt.want {
			t.Errorf("Respell(%q, %q) = %q, want %q", tt.heard, tt.text, n.Text, tt.want)
		}
	}
}

func sure(string) bool { return false }

func TestNameDoubt(t *testing.T) {
	for name, want := range map[string]language.NamePart{
		"Anna Berger": language.NameSure, "Frau Müller": language.NameSure, "Thomas Huber": language.NameSure, "Petra Lang": language.NameSure,
		"Anke Meier": language.NameLast, "Frau Schmidt": language.NameLast, "Stefan Huber": language.NameSure,
		"Yusuf Demirtas": language.NameLast, "Zoltanka Demirtas": language.NameWhole, "Ursula von der Haide": language.NameLast,
		"Dr. Kern": language.NameSure,
	} {
		if got := german.NameDoubt(name, sure); got != want {
			t.Errorf("NameDoubt(%q) = %v, want %v", name, got, want)
		}
	}
}
