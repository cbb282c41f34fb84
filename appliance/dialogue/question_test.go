package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// What can be answered is answered where the reason is asked for, and the reason still wanted; both halves of a turn are served.
func TestQuestionsWhereTheReasonIsDue(t *testing.T) {
	due, dueDE := []string{leave, "Tom Baker.", "Yes."}, []string{leaveDE, "Sabine Koch.", "Ja."}
	for _, tt := range []talkOf{
		{
			name: "a question", turns: append(due[:3:3], "When are you open on Friday?"), holds: "Friday",
			says: []language.Key{language.TextAskReason}, state: "askReason",
		},
		{name: "wants to know", turns: append(due[:3:3], "I wanted to know when you are open on Friday."), holds: "Friday", state: "askReason"},
		{
			name: "the reason, and a question", turns: append(due[:3:3], "It's about my last bill. When are you open on Friday?"), holds: "Friday",
			state: "checkAll",
		},
		{
			name: "a question, and the reason", turns: append(due[:3:3], "Where are you located? I need to drop off my old x-rays."),
			holds: "x-rays", state: "checkAll",
		},
		{
			name: "a question, then the reason", turns: append(due[:3:3], "How much is a cleaning?", "It's about my last bill."), holds: "last bill",
			state: "checkAll",
		},
		{
			name: "a question, then nothing", turns: append(due[:3:3], "How much is a cleaning?", "No, nothing else.", "Yes."),
			want: &record.Message{Name: "Tom Baker", Number: "2175550144"},
		},
		{
			name: "a wish that is no question of facts", turns: append(due[:3:3], "Could the doctor call my pharmacy about the prescription?"),
			state: "checkAll", holds: "pharmacy",
		},
		{
			name: "eine Frage", sample: "elektro", turns: append(dueDE[:3:3], "Wann haben Sie am Freitag geöffnet?"), holds: "Freitag",
			says: []language.Key{language.TextAskReason}, state: "askReason",
		},
		{
			name: "Grund und Frage", sample: "elektro",
			turns: append(dueDE[:3:3], "Es geht um meine letzte Rechnung. Wann haben Sie am Freitag geöffnet?"), holds: "Freitag", state: "checkAll",
		},
		{
			name: "nichts weiter", sample: "elektro", turns: append(dueDE[:3:3], "Wann haben Sie am Freitag geöffnet?", "Nein, nichts."),
			state: "checkAll",
		},
	} {
		tt.play(t)
	}
}

// A message for somebody whom the profile does not name is kept for that name, and the caller is told.
func TestMessageForSomebodyNotListed(t *testing.T) {
	for _, tt := range []talkOf{
		{
			name: "begins so", turns: []string{"I'd like to leave a message for Mr. Hoffman."}, holds: "I don't have Mister Hoffman on my list",
			state: "askName",
		},
		{name: "kept", turns: []string{"Can I leave a message for Janet Hoffman?", "Tom Baker.", "Yes.", "It's about my last bill.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Number: "2175550144", For: "Janet Hoffman", Reason: "It's about my last bill."}},
		{
			name: "in the reason", turns: []string{leave, "Tom Baker.", "Yes.", "Please tell Mrs. Whitfield that her keys are here."},
			holds: "I don't have Missus Whitfield on my list",
		},
		{name: "one of the staff", turns: []string{"I'd like to leave a message for Dr. Lopez."}, lacks: "on my list", state: "askName"},
		{name: "nobody", turns: []string{"I'd like to leave a message for Christmas."}, lacks: "on my list", state: "askName"},
		{
			name: "his wife", turns: []string{leave, "Tom Baker.", "Yes.", "I need a cleaning for my wife."}, lacks: "on my list", state: "checkAll",
		},
		{
			name: "auf Deutsch", sample: "elektro", turns: []string{"Ich möchte eine Nachricht für Herrn Petersen hinterlassen."},
			holds: "Herr Petersen steht nicht auf meiner Liste", state: "askName",
		},
		{
			name: "im Grund", sample: "elektro", turns: []string{
				leaveDE, "Sabine Koch.", "Ja.", "Richten Sie Frau Albers aus, dass der Plan fertig ist.",
			}, holds: "Frau Albers steht nicht auf meiner Liste",
		},
		{
			name: "keine Person", sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Ja.", "Ich brauche ein Angebot für Steckdosen."},
			lacks: "Liste",
		},
	} {
		tt.play(t)
	}
}
