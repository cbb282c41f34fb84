package dialogue_test

import (
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
)

// patient is how long the conversation waits for the caller after the events.
func patient(t *testing.T, conv *dialogue.Conversation, events ...dialogue.Event) time.Duration {
	t.Helper()
	wait := time.Duration(-1)
	for _, ev := range events {
		for _, a := range conv.Handle(time.Date(2025, 6, 2, 10, 0, 0, 0, time.UTC), ev) {
			if e, ok := a.(dialogue.Expect); ok {
				wait = e.Silence
			}
		}
	}
	return wait
}

// Who was asked something and is silent is spoken to soon; who was told something may think about it; who asks for a moment has it.
func TestPatience(t *testing.T) {
	const asked, told, again, hold = 10 * time.Second, 30 * time.Second, 15 * time.Second, time.Minute
	say := func(text string) dialogue.Event { return dialogue.Heard{Text: text, Confidence: 0.9} }
	silence := dialogue.Silence{}
	tests := []struct {
		name, sample string
		want         time.Duration
		events       []dialogue.Event
	}{
		{"the greeting asks", "dental", asked, nil},
		{"an answer does not", "dental", told, []dialogue.Event{say("What are your opening hours on Monday?")}},
		{"a name is asked for", "dental", asked, []dialogue.Event{say("I would like to leave a message.")}},
		{"asked whether he is there", "dental", again, []dialogue.Event{silence}},
		{"who is there again", "dental", told, []dialogue.Event{silence, say("Where are you located?")}},
		{"a pen", "dental", hold, []dialogue.Event{say("Hold on, let me get a pen.")}},
		{"a pen after the question whether he is there", "dental", hold, []dialogue.Event{silence, say("Just a second please.")}},
		{"a moment in a message", "plumber", hold, []dialogue.Event{say("I would like to leave a message."), say("One moment please.")}},
		{"a moment that is over", "plumber", again, []dialogue.Event{say("Hang on a second."), silence}},
		{"a moment, then a wish", "plumber", asked, []dialogue.Event{say("Wait a minute."), say("I would like to leave a message.")}},
		{"a key after a moment", "plumber", told, []dialogue.Event{say("Wait a minute."), dialogue.Keyed{Key: '2'}}},
		{"ein Stift", "elektro", hold, []dialogue.Event{say("Moment, ich hole mir schnell einen Stift.")}},
		{"einen Augenblick", "elektro", hold, []dialogue.Event{say("Einen Augenblick bitte.")}},
		{"nach dem Namen gefragt", "elektro", asked, []dialogue.Event{say("Ich möchte eine Nachricht hinterlassen.")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conv := dialogue.New(sample(t, tt.sample), dialogue.Options{})
			events := append([]dialogue.Event{dialogue.Answered{From: "217-555-0182"}}, tt.events...)
			if got := patient(t, conv, events...); got != tt.want {
				t.Errorf("the caller may be silent for %v, want %v", got, tt.want)
			}
		})
	}
}
