package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
)

// within are ways to the states in which a message is taken.
var within = map[string]map[string][]string{
	"dental": {
		"askName": {leave}, "spellName": {leave, "Olena Kravits."}, "checkName": {leave, "~Tom Baker."}, "offerNumber": {leave, "Tom Baker."},
		"askNumber": {leave, "Tom Baker.", "No."}, "checkNumber": {leave, "Tom Baker.", "No.", "217 555 0177"},
		"askReason": {leave, "Tom Baker.", "Yes."}, "askUrgent": {leave, "Tom Baker.", "Yes.", "My crown came off and it hurts."},
		"checkAll":  {leave, "Tom Baker.", "Yes.", "It is about my last bill."},
		"askChange": {leave, "Tom Baker.", "Yes.", "It is about my last bill.", "No."},
	},
	"elektro": {
		"askName": {leaveDE}, "spellName": {leaveDE, "Anke Meier."}, "checkName": {leaveDE, "~Sabine Koch."},
		"offerNumber": {leaveDE, "Sabine Koch."}, "askNumber": {leaveDE, "Sabine Koch.", "Nein."},
		"checkNumber": {leaveDE, "Sabine Koch.", "Nein.", "0511 2312 5548"}, "askReason": {leaveDE, "Sabine Koch.", "Ja."},
		"checkAll": {leaveDE, "Sabine Koch.", "Ja.", "Es geht um meine letzte Rechnung."},
	},
}

// everywhere says sentences in all of them.
func everywhere(t *testing.T, said map[string][]string, want talkOf) {
	t.Helper()
	for sample, ways := range within {
		for state, begin := range ways {
			for _, text := range said[sample] {
				tt := want
				tt.name, tt.sample, tt.turns = state+": "+text, sample, append(append([]string{}, begin...), text)
				if tt.state == "" {
					tt.state = state
				}
				tt.play(t)
			}
		}
	}
}

// Who takes leave is let go, whatever was asked, also as a recogniser writes it.
func TestLeaveTakenAnywhere(t *testing.T) {
	everywhere(t, map[string][]string{
		"dental": {
			"Okay, bye.", "Oh never mind, bye bye.", "No thanks, have a nice day.", "Good buy.", "I have to go.", "That's all, thank you, goodbye.",
			"Sorry, gotta run, take care.",
		},
		"elektro": {
			"Ach, schon gut. Auf Wiederhören.", "auf wie wir hören", "Auf wieder hören.", "Auf Wiedersehn", "Na gut, dann tschüss.",
			"Danke, schönen Tag noch.", "Ich muss jetzt los, tschau.", "auf wieder herren",
		},
	}, talkOf{state: "ended"})
}

// What only holds such words is no leave.
func TestWordsThatTakeNoLeave(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "a name", turns: []string{leave, "Servus Baker"}, not: []language.Key{language.TextGoodbye}},
		{
			name: "a reason", turns: []string{leave, "Tom Baker.", "Yes.", "I could not say goodbye to the doctor and left my bag."},
			state: "checkAll",
		},
		{name: "ein Gruß", sample: "elektro", turns: []string{leaveDE, "Servus, hier ist Sabine Koch."}, state: "offerNumber"},
		{
			name: "ein Grund", sample: "elektro", turns: []string{
				leaveDE, "Sabine Koch.", "Ja.", "Er soll mir bis bald den Plan vom Anschluss schicken.",
			}, state: "askUrgent",
		},
	} {
		if tt.state == "askUrgent" {
			tt.state = ""
			tt.not = []language.Key{language.TextGoodbye}
		}
		tt.play(t)
	}
}

// Who asks for a moment has it, whatever was asked, and is asked nothing new.
func TestMomentAnywhere(t *testing.T) {
	everywhere(t, map[string][]string{
		"dental": {
			"Hang on, let me get a pen.", "One moment please.", "Just a sec.", "Hold on.", "Uh, wait a minute.", "Give me a second.",
			"Can you hold for a moment?", "Bear with me.", "Let me just find my glasses.", "Could you give me a second?",
		},
		"elektro": {"Eine Sekunde bitte.", "Moment.", "Moment, ich hole mir schnell einen Stift.", "Einen kleinen Augenblick.",
			"Warten Sie mal kurz.", "Äh, Sekunde.", "Ich suche eben die Rechnung.", "Bleiben Sie bitte dran.",
			"Könnten Sie einen Moment warten?"},
	}, talkOf{says: []language.Key{language.TextTakeTime}})
}

// Who asks whom he is talking to is told, and asked again.
func TestWhoIsThisAnywhere(t *testing.T) {
	everywhere(t, map[string][]string{
		"dental": {"Wait, is this a robot?", "Am I talking to a real person?", "Who am I speaking to?", "Are you an AI?", "Sorry, who is this?"},
		"elektro": {
			"Sind Sie ein Roboter?", "Spreche ich mit einer Maschine?", "Mit wem spreche ich denn da?", "Ist das hier ein Computer?",
			"Wer ist denn da?", "Moment, sind Sie ein echter Mensch?",
		},
	}, talkOf{says: []language.Key{language.TextRobot}})
}
