package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/record"
)

// TestAsksBesideTheAnswer: a question beside the answer to ours is answered, or goes into the message, and the answer counts.
func TestAsksBesideTheAnswer(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "told", turns: []string{leave, "It's Tom Baker but do you have parking there"}, holds: "Parking is free", state: "offerNumber"},
		{name: "a yes and a question", turns: []string{leave, "Tom Baker.", "yes and hey where can I park"}, holds: "Parking is free",
			lacks: "number", state: "askReason"},
		{name: "not known", turns: []string{leave, "Tom Baker.", "Yes.", "It is about my bridge.",
			"Yes, but how long do you keep a broken bridge?"}, holds: "I'll put it in the message"},
		{name: "not known kept", turns: []string{leave, "Tom Baker.", "yes and is there a fee if my parrot comes along",
			"It is about my bridge.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "It is about my bridge. Is there a fee if my parrot comes along"}},
		{name: "german", sample: "elektro", turns: []string{leaveGerman, "thomas huber aber wo kann man bei ihnen parken"},
			holds: "Parkplätze", state: "offerNumber"},
	} {
		t.Run(tt.name, tt.play)
	}
}
