package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// What a caller tells before he is asked is kept for its place and not asked again.
func TestWhatIsToldEarly(t *testing.T) {
	const number, numberDE = "2175550142", "051123125548"
	for _, tt := range []talkOf{
		{name: "number at a no to the name", turns: []string{leave, "~Tom Baker", "No that's wrong, it's 217 555 0142"},
			hangsUp: true, want: &record.Message{Number: number, NumberFrom: "spoken", Partial: true}},
		{name: "number at a yes to the name", turns: []string{leave, "~Tom Baker", "Yes, and my number is 217 555 0142"}, state: "checkNumber"},
		{
			name: "number in the place of a yes", turns: []string{leave, "~Tom Baker", "two one seven, five five five, oh one four two", "Yes."},
			state: "checkNumber",
		},
		{name: "number and time in the place of the name", turns: []string{leave, "call me on 217 555 0142 after five please", "Tom Baker"},
			hangsUp: true,
			want:    &record.Message{Name: "Tom Baker", Number: number, NumberFrom: "spoken", BestTime: "after five", Partial: true}},
		{
			name: "time at the name check", turns: []string{leave, "~Tom Baker", "Yes, call me after five"}, hangsUp: true,
			want: &record.Message{Name: "Tom Baker", BestTime: "after five", Partial: true},
		},
		{name: "reason in the place of a yes", turns: []string{leave, "~Tom Baker", "It's about my bill from last week"}, hangsUp: true,
			want: &record.Message{Name: "Tom Baker", Reason: "It's about my bill from last week", Partial: true}},
		{name: "name and reason at the name check",
			turns: []string{leave, "~Tom Baker", "No, it's Tom Barker, and it's about my bill from last week"}, hangsUp: true,
			want: &record.Message{Name: "Tom Barker", Reason: "It's about my bill from last week", Partial: true}},
		{name: "reason at the number", turns: []string{leave, "Tom Baker", "Yes, and it is about my bill from last week"}, state: "checkAll"},
		{
			name: "reason behind two replies", turns: []string{
				leave, "Tom Baker", "no", "217 555 0142", "Yes that's right, and it is about my bill from last week",
			}, state: "checkAll",
		},
		{
			name: "reason before the number", turns: []string{leave, "Tom Baker", "No, it's about my bill from last week, 217 555 0142", "Yes"},
			state: "checkAll",
		},
		{
			name:  "reason in the place of the number",
			turns: []string{leave, "Tom Baker", "no", "It's about my bill from last week", "217 555 0142", "Yes."}, state: "checkAll",
		},
		{
			name: "number behind the letters", turns: []string{leave, "Olena Kravits", "K R A V E T S, and the number is 217 555 0142", "Yes."},
			state: "askReason",
		},
		{name: "mail in the place of the name", turns: []string{leave, "My email is tom.baker@example.com", "Tom Baker", "Yes."}, hangsUp: true,
			want: &record.Message{Name: "Tom Baker", Reason: "tom.baker@example.com", Partial: true, Number: "2175550144"}},
		{name: "spoken mail at the name check", turns: []string{leave, "~Tom Baker", "Yes. tom dot baker at example dot com"}, hangsUp: true,
			want: &record.Message{Name: "Tom Baker", Reason: "tom.baker@example.com", Partial: true}},

		{name: "Nummer beim Nein zum Namen", sample: "elektro",
			turns: []string{leaveDE, "~Sabine Koch.", "Nein, das stimmt nicht. Es ist die 0511 2312 5548"}, hangsUp: true,
			want: &record.Message{Number: numberDE, NumberFrom: "spoken", Partial: true}},
		{
			name: "Nummer beim Ja zum Namen", sample: "elektro", turns: []string{leaveDE, "~Sabine Koch.", "Ja. Meine Nummer ist 0511 2312 5548"},
			state: "checkNumber",
		},
		{
			name: "Nummer vor dem Namen", sample: "elektro", turns: []string{leaveDE, "Rufen Sie mich unter 0511 2312 5548 zurück.", "Sabine Koch"},
			state: "checkNumber",
		},
		{name: "Zeit vor dem Namen", sample: "elektro", turns: []string{leaveDE, "Am besten morgen Vormittag.", "Sabine Koch"}, hangsUp: true,
			want: &record.Message{Name: "Sabine Koch", BestTime: "morgen Vormittag", Partial: true}},
		{
			name: "Grund beim Ja zum Namen", sample: "elektro",
			turns: []string{leaveDE, "~Sabine Koch.", "Ja genau, und es geht um meine Rechnung vom letzten Monat.", "Ja."}, state: "checkAll",
		},
		{
			name: "Grund beim Ja zur Nummer", sample: "elektro",
			turns: []string{leaveDE, "Sabine Koch.", "Ja bitte, es geht um meine Rechnung vom letzten Monat."}, state: "checkAll",
		},
		{name: "Name und Grund statt Buchstaben", sample: "elektro",
			turns: []string{leaveDE, "~Sabine Pause.", "Nein, Krause. Es geht um meine Rechnung vom letzten Monat."}, hangsUp: true,
			want: &record.Message{Name: "Sabine Krause", Reason: "Es geht um meine Rechnung vom letzten Monat.", Partial: true}},
		{
			name: "Mail", sample: "elektro", turns: []string{
				leaveDE, "Sie können mir auch schreiben, sabine punkt koch ät example punkt de", "Sabine Koch", "Ja.",
			}, state: "askReason",
		},
	} {
		tt.play(t)
	}
}

// A name that nobody can understand is asked for once more, then its letters; then the message goes on without it. So does what
// else can't be understood.
func TestWhatIsNotUnderstoodIsLeftOut(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "once", turns: []string{leave, "~"}, says: []language.Key{language.TextDidntCatch, language.TextAskNameAgain}, state: "askName"},
		{name: "twice", turns: []string{leave, "~", "~"}, says: []language.Key{language.TextAskNameSpell}, state: "askName"},
		{
			name: "three times", turns: []string{leave, "~", "~", "~"}, not: []language.Key{language.TextOfferMessage, language.TextOfferHelp},
			state: "offerNumber",
		},
		{name: "twice, then letters", turns: []string{leave, "~", "~", "P A T E L"}, state: "offerNumber"},
		{name: "not a name, then nothing", turns: []string{leave, "The blue one over there.", "~", "~"}, state: "offerNumber"},
		{name: "a check", turns: []string{leave, "~Tom Baker", "~", "~", "~"}, state: "offerNumber"},
		{name: "letters", turns: []string{leave, "Olena Kravits", "~", "~", "~"}, state: "offerNumber"},
		{name: "a reason", turns: []string{leave, "Tom Baker", "Yes.", "~", "~", "~"}, state: "checkAll"},
		{
			name: "the whole", turns: []string{leave, "Tom Baker", "Yes.", "It is about my last bill.", "~", "~", "~"},
			want: &record.Message{Name: "Tom Baker", Number: "2175550144", Reason: "It is about my last bill.", Partial: true},
		},
		{name: "zweimal", sample: "elektro", turns: []string{leaveDE, "~", "~"}, says: []language.Key{language.TextAskNameSpell}},
		{name: "dreimal", sample: "elektro", turns: []string{leaveDE, "~", "~", "~"}, state: "offerNumber"},
	} {
		tt.play(t)
	}
}
