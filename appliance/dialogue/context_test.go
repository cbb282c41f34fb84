package dialogue_test

import (
	"testing"

	"frontdesk.internal/appliance/record"
)

// TestTheMessageHasItsContext: what a message is about that leans on a turn before is kept with that turn; who introduced himself with one
// name is not asked for it again; who wants the office to be told, or to call, leaves a message.
func TestTheMessageHasItsContext(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "leans", turns: []string{"My upper retainer has a crack in it, can you mend such a thing?",
			"Could somebody ring me about it, please?", "Tom Baker.", "Yes."}, holds: "retainer has a crack"},
		{name: "does not lean", turns: []string{"How much is a cleaning for my two boys?", leave, "Tom Baker.", "Yes.",
			"It is about the bill for my last visit.", "Yes."},
			want: &record.Message{Name: "Tom Baker", Reason: "It is about the bill for my last visit."}},
		{name: "german name", sample: "elektro", turns: []string{"Guten Tag, Hofer hier. Haben Sie am Samstag offen?",
			"Kann mich bitte jemand zurückrufen?"}, lacks: "Wie ist Ihr Name"},
		{name: "german pass on", sample: "elektro",
			turns: []string{"Können Sie bitte weitergeben, dass der Techniker erst am Montag kommen soll?"}, holds: "Wie ist Ihr Name"},
	} {
		t.Run(tt.name, tt.play)
	}
}
