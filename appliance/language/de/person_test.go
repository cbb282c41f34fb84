package de

import "testing"

func TestWantsPerson(t *testing.T) {
	for text, want := range map[string]bool{
		"Zentrale bitte.": true, "Kann ich mit einem Menschen sprechen?": true, "Ich möchte mit jemandem sprechen.": true,
		"Verbinden Sie mich bitte.":                true,
		"Ich will nicht mit einer Maschine reden.": true,
		"Sind Sie ein Mensch?":                     false, "Wann haben Sie geöffnet?": false, "Was kostet das für eine Person?": false,
	} {
		if got := (Language{}).WantsPerson(Language{}.Words(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
