package dialogue_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
)

// Recognition is told the question that is being answered where its words come back, and the names of the profile where they may be
// said; where anything may follow it is told nothing that it could hear instead.
func TestHint(t *testing.T) {
	for _, tt := range []struct {
		what      string
		turns     []string
		has, none string
	}{
		{"anything", nil, "Maria Lopez", "reach"},
		{"and how it is asked", nil, ". How can I help you?", "reach"},
		{"a reason", []string{leave, "Anna Berger.", "Yes."}, ". What is it about?", "reach"},
		{"a name", []string{leave}, "", "name"},
		{"a number", []string{leave, "Anna Berger.", "No."}, "", "number"},
		{"yes or no", []string{leave, "Anna Berger."}, "Shall we call you back", "Lopez"},
		{"a number that was read", []string{leave, "Anna Berger.", "No.", "303 555 0177."}, "Is that right?", "three"},
		{"what to change", []string{leave, "Anna Berger.", "Yes.", "It's about my bill from May.", "No."},
			"the name, the number, or the message", "Lopez"},
		{"an offer, or names", []string{"Do you have a helicopter for my grandmother?"}, "Would you like to leave a message", ""},
	} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Words: sharedReader})
		out := c.Handle(at, dialogue.Answered{From: "2175550144"})
		for _, say := range tt.turns {
			out = c.Handle(at, dialogue.Heard{Text: say, Confidence: 0.9})
			for _, a := range out {
				if u, ok := a.(dialogue.Unanswered); ok {
					out = append(out, c.Handle(at, dialogue.Committed{ID: u.ID})...)
				}
			}
		}
		hint := ""
		for _, a := range out {
			if e, ok := a.(dialogue.Expect); ok {
				hint = e.Hint
			}
		}
		if !strings.Contains(hint, tt.has) || tt.none != "" && strings.Contains(hint, tt.none) || tt.has == "" && hint != "" || len(hint) > 220 {
			t.Errorf("%s: the hint is %q", tt.what, hint)
		}
	}
}

// Words that were misheard before are listened for with the names of the profile, and leave them room.
func TestHintOfCorrectedWords(t *testing.T) {
	b := sample(t, "dental")
	b.Listen = []string{"Hillcrest Tuering", strings.Repeat("long ", 20)}
	c := dialogue.New(b, dialogue.Options{Words: sharedReader})
	for _, a := range c.Handle(at, dialogue.Answered{From: "2175550144"}) {
		if e, ok := a.(dialogue.Expect); ok && (!strings.HasPrefix(e.Hint, "Hillcrest Tuering, ") || !strings.Contains(e.Hint, "Maria Lopez") ||
			strings.Contains(e.Hint, "long") || len(e.Hint) > 220) {
			t.Errorf("the hint is %q", e.Hint)
		}
	}
	if len(b.Listen) != 2 {
		t.Error("the profile was changed")
	}
}

// A lone word that sounds like a yes or no is one where such an answer is due, and nowhere else.
func TestMisheardReplies(t *testing.T) {
	for _, tt := range []talkOf{
		{name: "know", turns: []string{leave, "Anna Berger.", "Know."}, state: "askNumber"},
		{name: "neun", sample: "elektro", turns: []string{leaveDE, "Anna Berger.", "9."}, state: "askNumber"},
		{name: "genau", sample: "elektro", turns: []string{leaveDE, "Anna Berger.", "Denau."}, state: "askReason"},
		{name: "a digit", turns: []string{leave, "Anna Berger.", "No.", "Nine."}, state: "askNumber"},
	} {
		tt.play(t)
	}
}
