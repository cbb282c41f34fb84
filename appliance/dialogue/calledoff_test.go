package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/record"
)

// A message that is called off is dropped in every state of it, and what is wanted instead is answered.
func TestCalledOff(t *testing.T) {
	begins := map[string][]string{
		"askName": {leave}, "spellName": {leave, "Olena Kravits."}, "checkName": {leave, "~Tom Baker."}, "offerNumber": {leave, "Tom Baker."},
		"askNumber": {leave, "Tom Baker.", "No."}, "checkNumber": {leave, "Tom Baker.", "No.", "217 555 0177"},
		"askReason": {leave, "Tom Baker.", "Yes."}, "askUrgent": {leave, "Tom Baker.", "Yes.", "My crown came off and it hurts."},
		"checkAll":  {leave, "Tom Baker.", "Yes.", "It is about my last bill."},
		"askChange": {leave, "Tom Baker.", "Yes.", "It is about my last bill.", "No."},
	}
	for state, begin := range begins {
		talkOf{name: state, turns: begin, state: state}.play(t)
		for _, text := range []string{
			"Forget it, no message, just tell me when you open.", "Never mind, when do you open?",
			"You know what, cancel that. What are your opening hours?", "no don't call me back just tell me when you open",
			"I don't wanna leave a message, when are you open?",
		} {
			talkOf{
				name: state + ": " + text, turns: append(append([]string{}, begin...), text), says: []language.Key{language.TextDropped}, holds: "open",
				state: "idle", none: true,
			}.play(t)
		}
		for _, text := range []string{"Never mind.", "Forget it.", "Leave it, thanks.", "I changed my mind.", "I'll call back later.",
			"There's no need to call me back.", "I really would not like to leave any message."} {
			talkOf{
				name: state + ": " + text, turns: append(append([]string{}, begin...), text), says: []language.Key{language.TextDropped}, state: "idle",
				none: true,
			}.play(t)
			talkOf{name: state + ", then gone: " + text, turns: append(append([]string{}, begin...), text), hangsUp: true, none: true}.play(t)
		}
		talkOf{
			name: state + ": mom", turns: append(append([]string{}, begin...), "My mom is not here, can I leave a message?"),
			not: []language.Key{language.TextDropped},
		}.play(t)
	}
	for _, text := range []string{
		"Vergessen Sie es, keine Nachricht, wann haben Sie geöffnet?", "Lassen wir das. Bis wann haben Sie heute offen?",
	} {
		talkOf{
			name: text, sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", text}, says: []language.Key{language.TextDropped},
			holds: "geöffnet", state: "idle", none: true,
		}.play(t)
	}
}

// A message is refused wherever in a turn that is said; constraints on the call back refuse nothing.
func TestMessageRefused(t *testing.T) {
	for _, text := range []string{
		"Vergessen Sie die Nachricht, wann haben Sie geöffnet?", "nee nachricht net", "nix ausrichten hab ich gesagt",
		"löschen bitte ich will keine nachricht", "vergessense die nachricht", "Sie brauchen mich nicht zurückzurufen, bitte nicht anrufen.",
	} {
		for _, begin := range [][]string{{leaveDE}, {leaveDE, "Sabine Koch."}, {leaveDE, "Sabine Koch.", "Ja."}} {
			talkOf{
				name: text, sample: "elektro", turns: append(append([]string{}, begin...), text),
				says: []language.Key{language.TextDropped}, state: "idle", none: true,
			}.play(t)
		}
	}
	talkOf{
		name: "and takes leave", turns: []string{leave, "Tom Baker.", "There's no message, goodbye."}, state: "ended", none: true,
	}.play(t)
	for _, text := range []string{
		"Please don't call me before nine.", "Don't call me on this number.", "I don't want you to call me at work.",
	} {
		talkOf{name: text, turns: []string{leave, "Tom Baker.", text}, not: []language.Key{language.TextDropped}}.play(t)
	}
}

// Who complains of a call or a message that did not come, or asks for one, calls off nothing; and a no before a time is no denial of it.
func TestWantedAllTheSame(t *testing.T) {
	for _, text := range []string{
		"You do not call me back.", "I left my number twice and got no message.", "Nobody called me back, you never do.",
		"Would you not call me back?", "She said she will not take my message.",
	} {
		talkOf{name: text, turns: []string{leave, "Tom Baker.", "Yes.", text}, not: []language.Key{language.TextDropped}}.play(t)
	}
	for _, text := range []string{
		"Sie haben meine Nachricht vergessen.", "Da kam kein Rückruf.", "Können Sie ihm das nicht weitergeben?", "Ihr ruft mich nicht zurück.",
		"Können Sie mich nicht zurückrufen?", "Habt ihr meine Nachricht nicht?",
	} {
		talkOf{
			name: text, sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Ja.", text}, not: []language.Key{language.TextDropped},
		}.play(t)
	}
	for _, tt := range []talkOf{
		{turns: []string{leave, "Tom Baker.", "No, call me after five on 217 555 0177."},
			want: &record.Message{Name: "Tom Baker", Partial: true, BestTime: "after five"}},
		{turns: []string{leave, "Tom Baker.", "Yes, but not today, after five."},
			want: &record.Message{Name: "Tom Baker", Partial: true, BestTime: "after five"}},
		{sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Nein, am besten nachmittags unter 0511 555 0177."},
			want: &record.Message{Name: "Sabine Koch", Partial: true, BestTime: "nachmittags"}},
	} {
		tt.name, tt.hangsUp = tt.turns[2], true
		tt.play(t)
	}
}

// Who calls a message off when it was read, and says what to tell instead, has that passed on.
func TestAnotherMessageInstead(t *testing.T) {
	for _, text := range []string{
		"actually no hang on scrap that just ask him to bring the mouth guard", "Forget that, just tell them to bring the mouth guard.",
	} {
		talkOf{
			name: text, turns: []string{leave, "Tom Baker.", "Yes.", "It is about my last bill.", text}, state: "checkAll", holds: "mouth guard",
			lacks: "last bill",
		}.play(t)
	}
}
