package all_test

import (
	"testing"

	"frontdesk.internal/appliance/language/all"
)

// Whoever wants a person, whoever it is, is told from those who want somebody for something.
func TestAnyPerson(t *testing.T) {
	for tag, turns := range map[string]map[string]bool{
		"en": {
			"I'd like to speak to a real person, please": true, "human": true, "can you put me through to somebody": true,
			"I want to talk to somebody about my wedding dress": false, "the person who does the cats": false, "are you open": false,
			"hello is somebody there": false, "no not a person": false,
		},
		"de": {
			"ich möchte mit einem Menschen sprechen": true, "bitte einen Menschen": true, "einen Mitarbeiter bitte": true,
			"ich möchte mit jemandem über die Rechnung sprechen": false, "haben Sie offen": false, "ist da jemand": false,
			"nein keinen Menschen": false,
		},
	} {
		l := all.For(tag)
		for text, want := range turns {
			if got := l.AnyPerson(l.Words(text)); got != want {
				t.Errorf("%s: %v", text, got)
			}
		}
	}
}

// What stands behind the name of somebody for whom a message is, is no part of it.
func TestAddresseeEndsBeforeOtherWords(t *testing.T) {
	for text, want := range map[string]string{
		"Could you tell Maria I'm late": "Maria", "It's for Maria Please.": "Maria",
	} {
		if name, _ := all.For("en").Addressee(text); name != want {
			t.Errorf("%s: for %q", text, name)
		}
	}
}

// A month is nobody for whom a message is.
func TestAMonthIsNobody(t *testing.T) {
	for tag, texts := range map[string][]string{
		"en": {"I'd like to move it to June", "book it for April please"}, "de": {"bitte für August"},
	} {
		for _, text := range texts {
			if name, ok := all.For(tag).Addressee(text); ok {
				t.Errorf("%s: for %s", text, name)
			}
		}
	}
}
