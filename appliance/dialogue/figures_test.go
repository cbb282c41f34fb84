package dialogue_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
)

// Money, a house, an hour and a date are no telephone number, wherever one is asked for; what is told with them is kept.
func TestOtherFigures(t *testing.T) {
	offer, offerDE := []string{leave, "Tom Baker."}, []string{leaveDE, "Sabine Koch."}
	for _, x := range []struct {
		sample string
		begin  []string
		text   string
		number record.PhoneNumber
		holds  string
	}{
		{"dental", offer, "Yes, and say I want the three hundred and forty dollars back.", "2175550144", "three hundred and forty dollars"},
		{"dental", offer, "Yeah, and tell her the bill was $1,250.", "2175550144", "$1,250"},
		{"dental", offer, "Tom Baker, 48 Orchard Lane, Monday at nine, move it.", "", ""},
		{"dental", offer, "This number, I said.", "2175550144", ""},
		{"dental", offer, "It ends in four four.", "2175550144", ""},
		{"dental", append(offer, "No."), "The number I'm phoning from. Ends in four four.", "2175550144", ""},
		{"dental", append(offer, "No."), "The one I'm on is fine.", "2175550144", ""},
		{"dental", append(offer, "No.", "217 555 0188"), "No, no, the number I'm ringing from, it ends in four four.", "2175550144", ""},
		{"dental", append(offer, "No.", "217 555 0188"), "No, call me on this number.", "2175550144", ""},
		{"elektro", offerDE, "Ja, und es geht um zweihundert und zehn Euro, die will ich zurück.", "05115550144", "Euro"},
		{"elektro", offerDE, "Ja, und sagen Sie ihm, die Rechnung war 1250 €.", "05115550144", "1250"},
		{"elektro", offerDE, "Sabine Koch, Lindenweg 48, Montag um neun, bitte verschieben.", "", ""},
		{"elektro", append(offerDE, "Nein."), "Die Nummer, von der ich anrufe, endet auf vier vier.", "05115550144", ""},
		{"elektro", append(offerDE, "Nein.", "0511 555 0188"), "Nein, diese Nummer hier.", "05115550144", ""},
	} {
		said, state, m := keptOf(t, x.sample, append(append([]string{}, x.begin...), x.text)...)
		switch {
		case x.number == "" && (state != "offerNumber" && state != "askNumber" || strings.Contains(said, "digits")):
			t.Errorf("%s: said %q, then %s", x.text, said, state)
		case x.number != "" && (m.Number != x.number || m.NumberFrom != "caller_id" || !strings.Contains(string(m.Reason), x.holds)):
			t.Errorf("%s: said %q, then %s, kept %+v", x.text, said, state, m)
		}
	}
}

// keptOf is what is said last to a caller, the state after that, and the message that is kept when he hangs up then.
func keptOf(t *testing.T, business string, turns ...string) (said, state string, m record.Message) {
	t.Helper()
	from := map[string]record.PhoneNumber{"dental": "2175550144", "elektro": "05115550144"}[business]
	c := dialogue.New(sample(t, business), dialogue.Options{Words: sharedReader})
	c.Handle(at, dialogue.Answered{From: from})
	do := func(ev dialogue.Event) {
		out := c.Handle(at, ev)
		said = words(out)
		for _, a := range out {
			switch a := a.(type) {
			case dialogue.Commit:
				m = a.Message
				said += words(c.Handle(at, dialogue.Committed{ID: a.ID}))
			case dialogue.Unanswered:
				said += words(c.Handle(at, dialogue.Committed{ID: a.ID}))
			}
		}
	}
	for _, text := range turns {
		do(dialogue.Heard{Text: text, Confidence: 0.95})
	}
	last := said
	state = c.State()
	do(dialogue.HungUp{})
	return last, state, m
}

// Who rings the emergency services tells no number of his: he is sent there, and what he has told is kept.
func TestEmergencyNumberIsNone(t *testing.T) {
	for _, x := range []talkOf{
		{turns: []string{leave, "Tom Baker.", "Never mind the number, I'm calling nine one one."}, holds: "nine one one first"},
		{turns: []string{leave, "Tom Baker.", "No.", "I'm calling 911 now."}, holds: "nine one one first"},
		{sample: "elektro", turns: []string{leaveDE, "Sabine Koch.", "Egal, ich rufe jetzt eins eins zwei an."},
			holds: "eins eins zwei an, falls"},
	} {
		x.name, x.state = x.turns[len(x.turns)-1], "ended"
		x.play(t)
	}
}
