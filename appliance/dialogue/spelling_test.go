package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// Letters that can be no name are not kept: the name is asked for once more, slowly, and then stands as it was heard.
func TestLettersThatAreNoName(t *testing.T) {
	for _, tt := range []talkOf{
		{
			name: "without a vowel", turns: []string{leave, "Olena Kravits.", "K R V T S B"}, says: []language.Key{language.TextNameSlowly},
			state: "spellName",
		},
		{
			name: "then said", turns: []string{leave, "Olena Kravits.", "K R V T S B", "Kravets."}, holds: "I have Olena Kravets",
			state: "checkName",
		},
		{
			name: "twice", turns: []string{leave, "Olena Kravits.", "K R V T S B", "K R V T S B", "Yes."}, hangsUp: true,
			want: &record.Message{Name: "Olena Kravits", Number: "2175550144", Partial: true},
		},
		{name: "said again and heard the same", turns: []string{leave, "Kevin Boyle.", "It's Kevin Boyle."}, state: "offerNumber"},
		{name: "another name", turns: []string{leave, "Tom Meyer.", "P A T E L"}, says: []language.Key{language.TextIsRight}, state: "checkName"},
		{name: "the same name", turns: []string{leave, "Tom Meyer.", "M A I E R"}, state: "offerNumber"},
		{
			name: "ohne Vokal", sample: "elektro", turns: []string{leaveDE, "Sabine Pause.", "K, R, S, W, Z, B."},
			says: []language.Key{language.TextNameSlowly},
		},
		{
			name: "wie gehört", sample: "elektro", turns: []string{leaveDE, "Sabine Pause.", "das ist K, das A, U, S, W, Z, B"},
			says: []language.Key{language.TextNameSlowly},
		},
		{
			name: "Buchstaben mit Wörtern", sample: "elektro",
			turns: []string{leaveDE, "Sabine Pause.", "Das ist K, das ist R, dann A, U, S wie Samuel, E."}, hangsUp: true,
			want: &record.Message{Name: "Sabine Krause", Partial: true},
		},
		{
			name: "K wie Kaufmann", sample: "elektro", turns: []string{leaveDE, "Sabine Pause.", "K wie Kaufmann, R, A, U, S, E."}, hangsUp: true,
			want: &record.Message{Name: "Sabine Krause", Partial: true},
		},
		{name: "halb verstanden", sample: "elektro", turns: []string{leaveDE, "Sabine Pause.", "Das ist der A-U-S-V-Zahnur-V."}, lacks: "Zahnur"},
		{
			name: "ein Buchstabe fehlt", sample: "elektro", says: []language.Key{language.TextIsRight}, holds: "Sabine Krause, buchstabiert K, R",
			turns: []string{leaveDE, "Sabine Pause.", "M, A, I, E, R.", "Nein, Sabine Pause. Das ist K, A, U, S, E.", "Nein, das ist K-A-U-S-E."},
		},
	} {
		tt.play(t)
	}
}

// What stands in the place of a name and is no sentence was a name: it is no reason of the message.
func TestNameNotUnderstood(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "asked for the reason", turns: []string{leave, "Sapping is half full.", "Anna Berger.", "Yes."}, state: "askReason"},
		{name: "taken for a name", turns: []string{leave, "Sapping Half.", "Anna Berger.", "Yes."}, state: "askReason", lacks: "Sapping Half."},
		{name: "a sentence", turns: []string{leave, "The crown that you made last week is loose again.", "Anna Berger.", "Yes."}, holds: "crown"},
	} {
		tt.play(t)
	}
}

// A name that is refused again and again stays as it was heard last, and the message is kept.
func TestRefusedName(t *testing.T) {
	refused := []string{leave, "Olena Kravits.", "M A I E R.", "No, it's K R A V E T S.", "No, Olena Kravets.", "No."}
	for _, tt := range []talkOf{
		{name: "three times", turns: refused, says: []language.Key{language.TextNameNoted}, state: "offerNumber"},
		{
			name: "kept", turns: append(refused, "Yes.", "It's about my bill from May.", "Yes."),
			want: &record.Message{Name: "Olena Kravets", Number: "2175550144", Reason: "It's about my bill from May."},
		},
		{
			name: "another one at the end", turns: append(refused, "Yes.", "It's about my bill from May.", "My name is Tom Barker."),
			says: []language.Key{language.TextNameNoted}, holds: "The name is now Tom Barker.", state: "checkAll",
		},
		{
			name: "and at the end", turns: append(refused, "Yes.", "It's about my bill from May.", "No, the name is wrong."),
			says: []language.Key{language.TextNameNoted, language.TextPassOn}, state: "checkAll",
		},
	} {
		tt.play(t)
	}
}
