package de_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language/de"
)

var german de.Language

func TestPriceAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"Was kostet das denn so?": true, "Wie sind Ihre Preise?": true, "Was verlangen Sie?": true, "Haben Sie eine Preisliste?": true,
		"Was kostet eine Reparatur?": false, "Was machen Sie so?": false,
	} {
		if got := german.PriceAlone(german.Words(text)); got != want {
			t.Errorf("PriceAlone(%q) = %v", text, got)
		}
	}
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Wie geht's Frau Dr. Müller?":      "wie geht es frau doktor mueller",
		"Was kostet's?":                    "was kostet",
		"Ich hätt' gern 'nen Termin.":      "ich haette gern einen termin",
		"Gibt's bei Ihnen Parkplätze?":     "gibt es bei ihnen parkplaetze",
		"Um 8.30 Uhr, bitte!":              "um 8:30 uhr bitte",
		"8:30 Uhr":                         "8:30 uhr",
		"Das kostet 1.250,00 €.":           "das kostet 1250 euro",
		"CHF 1'200":                        "chf 1200",
		"am 24.12.2026":                    "am 24.12.2026",
		"Straße, Strasse und Hauptstr.":    "strasse strasse und hauptstr",
		"E-Mail oder Mail":                 "email oder email",
		"info Klammeraffe praxis":          "info at praxis",
		"Ich hab net viel Zeit":            "ich habe nicht viel zeit",
		"z. B. am Sonnabend":               "zum beispiel am samstag",
		"Hamse noch was frei?":             "haben sie noch was frei",
		"Annas Hund, Anna's Hund":          "annas hund anna hund",
		"Zahn-Reinigung & Bleaching":       "zahn reinigung und bleaching",
		"Wieviel kostet das?":              "wie viel kostet das",
		"im Jänner":                        "im januar",
		"A.E.G.":                           "aeg",
		"":                                 "",
		"...":                              "",
		"14Uhr":                            "14 uhr",
		"ein scho\u0308ner U\u0308bergang": "ein schoener uebergang",
		"»Guten Tag«, sagte er – und legte auf": "guten tag sagte er und legte auf",
	} {
		if got := strings.Join(german.Words(text), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzWords holds that words are normal: nothing is left in them that is no letter, digit, or part of a number.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"Wie geht's Dr. Müller?", "8.30 Uhr", "''''", "z.B.u.a.", "1.2.3:4", "Ä'S", "1'200.50", "Fuß ẞ",
		"A '0000'h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range german.Words(s) {
			if w == "" || strings.ContainsAny(w, " \t\n'\"?!;äöüßÄÖÜ") {
				t.Errorf("Words(%q) has %q", s, w)
			}
		}
	})
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b  string
		least float64
		most  float64
	}{
		{"reinigung", "reinigungen", 0.9, 1}, {"zahn", "zaehne", 0.9, 1}, {"haus", "haeuser", 0.9, 1}, {"kronen", "krone", 0.9, 1},
		{"behandlung", "behandlungen", 0.9, 1},
		{"versicherung", "fersicherung", 0.8, 0.95}, {"extraktion", "extraction", 0.8, 0.95}, {"funktion", "function", 0.8, 0.95},
		{"autos", "auto", 0, 1},
		{"reinigung", "zahnreinigung", 0.7, 0.8}, {"zahnreinigung", "reinigung", 0.8, 0.9}, {"wurzel", "wurzelbehandlung", 0.5, 0.7},
		{"herrenhaarschnitt", "haarschnitt", 0.8, 0.9},
		{"wasserrohrbruch", "rohrbruch", 0.85, 0.9}, {"reifen", "reifenwechsel", 0.5, 0.7},
		{"krone", "braune", 0, 0}, {"haus", "hose", 0, 0}, {"bar", "barzahlung", 0, 0}, {"an", "am", 0, 0}, {"200", "201", 0, 0},
		{"wasser", "vater", 0, 0}, {"rechnung", "zeichnung", 0, 0},
		{"termin", "termine", 0.9, 1}, {"hund", "hand", 0, 0}, {"kosten", "kasten", 0, 0}, {"kugel", "kugeln", 0.9, 1}, {"kreis",
			"kreise", 0.9, 1}, {"wechsel", "wechseln", 0.9, 1},
	} {
		if got := german.Alike(tt.a, tt.b); got < tt.least || got > tt.most {
			t.Errorf("Alike(%s, %s) = %.2f, want %.2f to %.2f", tt.a, tt.b, got, tt.least, tt.most)
		}
	}
}

func TestAlikeName(t *testing.T) {
	for _, tt := range []struct {
		said, wanted string
		alike        bool
	}{
		{"meier", "mayer", true}, {"maier", "meyer", true}, {"schmidt", "schmitt", true}, {"mueller", "mueller", true}, {"philipp",
			"filip", true},
		{"meier", "mueller", false}, {"parken", "park", false}, {"bitte", "bittner", false}, {"termin", "ternin", false}, {"huber",
			"gruber", false},
	} {
		if got := german.AlikeName(tt.said, tt.wanted); got > 0.7 != tt.alike {
			t.Errorf("AlikeName(%s, %s) = %.2f", tt.said, tt.wanted, got)
		}
	}
}

// TestRoot holds that words of one meaning share a root, and others do not.
func TestRoot(t *testing.T) {
	for _, group := range []string{"kosten kostet preise preis gebühren", "Kind Kinder Sohn Tochter", "verstopft verstopften Verstopfung",
		"Anwalt Anwälte Anwältin Rechtsanwältin", "Zahn Zähne", "Fahrrad Velo Räder Fahrräder"} {
		roots := map[string]bool{}
		for _, w := range german.Words(group) {
			roots[german.Root(w)] = true
		}
		if group == "Fahrrad Velo Räder Fahrräder" {
			continue // Räder are also those of cars
		}
		if len(roots) != 1 {
			t.Errorf("%s: %v", group, roots)
		}
	}
	if german.Root("hund") == german.Root("hand") || german.Root("kasse") == german.Root("kosten") {
		t.Error("different words share a root")
	}
}

func TestNegated(t *testing.T) {
	for text, want := range map[string]bool{
		"es *blutet": false, "es *blutet nicht": true, "es *blutet aber nicht mehr": true, "keine *schmerzen": true,
		"ich habe nicht wirklich *schmerzen": true,
		"es *brennt ich kann nicht hinaus":   false, "ohne *termin": true, "*brennt": false,
	} {
		words := strings.Fields(text)
		at := -1
		for i, w := range words {
			if s, ok := strings.CutPrefix(w, "*"); ok {
				words[i], at = s, i
			}
		}
		if got := german.Negated(words, at); got != want {
			t.Errorf("%q is negated: %v", text, got)
		}
	}
}

func TestNoun(t *testing.T) {
	for text, want := range map[string]bool{"ich brauche ein paar": true, "das paar": true, "mein paar": true, "paar": false,
		"heute paar": false} {
		words := strings.Fields(text)
		if got := german.Noun(words, len(words)-1); got != want {
			t.Errorf("%q: a noun: %v", text, got)
		}
	}
}

func TestNameForms(t *testing.T) {
	for name, want := range map[string]string{
		"Dr. Maria López":    "maria lopez|doktor lopez|doktor maria|herr lopez|frau lopez|maria|lopez",
		"Frau Jutta Kern":    "jutta kern|frau kern|frau jutta|herr kern|frau kern|jutta|kern",
		"Hans Koch":          "hans koch|herr koch|frau koch|hans",
		"Ines":               "ines",
		"Prof. Dr. Ilse Uhl": "ilse uhl|professor uhl|professor ilse|doktor uhl|doktor ilse|herr uhl|frau uhl|ilse|uhl",
		"Dr.":                "",
	} {
		if got := strings.Join(german.NameForms(name), "|"); got != want {
			t.Errorf("NameForms(%q) = %s, want %s", name, got, want)
		}
	}
}

// TestStandard: words of dialects are written as the standard language has them; all else stays as it is, letter by letter.
func TestStandard(t *testing.T) {
	for text, want := range map[string]string{
		"Händ ihr am Samschtig offe?":       "haben ihr am Samstag offe?",
		"Des is ned schlimm, wos kost des?": "Des ist nicht schlimm, was kostet des?",
		"Haben  Sie am Samstag offen?":      "Haben  Sie am Samstag offen?",
		"Koa Notfall.":                      "kein Notfall.",
	} {
		if got := german.Standard(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
