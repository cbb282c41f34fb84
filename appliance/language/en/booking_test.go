package en_test

import (
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/en"
)

func TestChanges(t *testing.T) {
	for want, texts := range map[language.Change][]string{
		language.ChangeCancel: {
			"I need to cancel my appointment.", "Cancel Thursday, please.", "Please cancel my booking.",
			"I'm calling to call off the booking for the weekend.", "I don't need the appointment any more, it's sorted itself out.",
			"I'd like to move it. No, please cancel it.", "I have to drop out of the Monday class this week.",
			"Take me off Friday night, please.", "We no longer need anybody on Friday.", "Scratch my name from the list, take me out.",
			"I have to back out of tomorrow night.",
		},
		language.ChangeMove: {
			"I have to move my appointment to another day.", "We'd need to reschedule.", "Could I move it to Friday, same time?",
			"Could I change my two o'clock to a bit later?", "I don't want to cancel it, just move it.", "I need to push back the visit by a week.",
			"Something's come up at work, so I've to put off coming in.", "I already have an appointment and would like to change it.",
			"Could you bump me from Wednesday to Friday?", "Could you bring it forward to the Monday?", "Can we leave it till next week?",
			"Would two o'clock be okay instead?",
		},
		language.ChangeKnown: {"Please confirm my booking for Monday.", "I already have an appointment.", "I forgot when my appointment is."},
		language.ChangeAbsent: {
			"I can't make it on Thursday.", "I can't make it at three, something's come up.", "I won't be able to come in after all.",
			"My daughter's down with a fever, so we won't be coming on Monday.", "I've an appointment at two and I'll not make it.",
		},
		language.ChangeNone: {
			"I'd like to make an appointment.", "Can I book a cleaning?", "Could I come in on Monday at ten?", "Can you squeeze me in today?",
			"When could you fit me in?", "I'd like to schedule a check-up.", "I want to reserve a table for four.",
			"Something in the mornings would be best for me.", "Do you have anything free on Thursday?",
		},
	} {
		for _, text := range texts {
			if got := (en.Language{}).Changes(en.Language{}.Words(text)); got != want {
				t.Errorf("%q: %d, want %d", text, got, want)
			}
		}
	}
}
