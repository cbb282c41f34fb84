package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// heard is a turn that means harm where harm says so, and else what the words alone tell.
func heard(text string, harm bool, also ...understanding.Ask) dialogue.Heard {
	ev := dialogue.Heard{Text: text, Confidence: 0.95}
	if harm {
		asks := append([]understanding.Ask{{Intent: understanding.Harm, Score: 0.6, Text: text}}, also...)
		ev.Reading = &understanding.Reading{
			Text: text, Words: strings.Fields(strings.ToLower(strings.NewReplacer(",", "", ".", "", "!", "", "?", "").Replace(text))), Asks: asks,
			Meaning: true,
		}
	}
	return ev
}

// What sounded like harm is an emergency when the caller says so, or says nothing clear twice; never when he says no to it.
func TestHarmIsAskedAbout(t *testing.T) {
	const first = "He came off the ladder and he's not moving."
	for _, c := range []struct {
		name    string
		answers []dialogue.Heard
		meant   bool
	}{
		{"yes", []dialogue.Heard{heard("Yes, please hurry.", false)}, true},
		{"harm again", []dialogue.Heard{heard("His leg is all wrong and he's gone white.", true)}, true},
		{"nothing clear", []dialogue.Heard{heard("The one with the ladder.", false), heard("The one at the back.", false)}, true},
		{"no", []dialogue.Heard{heard("No.", false)}, false},
		{"no, and another question", []dialogue.Heard{heard("No, when are you open tomorrow?", false)}, false},
		{"no, badly heard", []dialogue.Heard{heard("No, he came to the inside what is the ladder.", true), heard("No, it isn't.", false)}, false},
		{
			"no, badly heard twice", []dialogue.Heard{
				heard("No, he came to the inside what is the ladder.", true), heard("No, he came to the inside what is the ladder.", true),
			}, false,
		},
		{"no, and then harm after all", []dialogue.Heard{heard("No, no, he came off the roof!", true), heard("Yes, an emergency!", false)}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			conv := dialogue.New(sample(t, "dental"), dialogue.Options{})
			conv.Handle(at, dialogue.Answered{From: "2175550144"})
			out := conv.Handle(at, heard(first, true))
			if !speaks(out, language.TextHarm) {
				t.Fatalf("not asked about: %v", out)
			}
			meant := false
			for _, a := range c.answers {
				out = conv.Handle(at, a)
				meant = meant || slices.ContainsFunc(out, func(a dialogue.Action) bool {
					d, ok := a.(dialogue.Decide)
					return ok && strings.HasPrefix(d.Name, "emergency")
				})
			}
			if meant != c.meant {
				t.Errorf("taken for an emergency: %v; %v", meant, out)
			}
		})
	}
}

// speaks tells whether a line with this key is spoken.
func speaks(out []dialogue.Action, key language.Key) bool {
	return slices.ContainsFunc(out, func(a dialogue.Action) bool {
		s, ok := a.(dialogue.Say)
		return ok && slices.ContainsFunc(s.Lines, func(l language.Line) bool { return l.Key == key })
	})
}

// What the owner says in danger comes with the question where harm is likely, and not twice for one danger; a danger that comes after a
// false alarm hears it again.
func TestTheOwnersWordsInDangerDoNotWait(t *testing.T) {
	const words = "bleeding that will not stop"
	says := func(out []dialogue.Action) bool {
		return slices.ContainsFunc(out, func(a dialogue.Action) bool {
			s, ok := a.(dialogue.Say)
			return ok && strings.Contains(strings.Join(s.Clauses, " "), words)
		})
	}
	begin := func() *dialogue.Conversation {
		conv := dialogue.New(sample(t, "dental"), dialogue.Options{})
		conv.Handle(at, dialogue.Answered{From: "2175550144"})
		return conv
	}
	conv := begin()
	if !says(conv.Handle(at, heard("He came off the ladder and he's not moving.", true))) {
		t.Errorf("%q waits for a yes", words)
	}
	if says(conv.Handle(at, heard("Yes, please hurry.", false))) {
		t.Errorf("%q is said twice", words)
	}
	conv = begin()
	conv.Handle(at, heard("It's a killer of a ladder, that one.", true))
	conv.Handle(at, heard("No.", false))
	if out := conv.Handle(at, heard("My face is bleeding and I can't breathe!", false)); !says(out) {
		t.Errorf("after a false alarm %q is not said: %v", words, out)
	}
}
