package dialogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge/profile"
	"frontdesk.internal/appliance/language"
)

// announced is a conversation after its greeting with the notice.
func announced(t *testing.T, degraded bool) (*dialogue.Conversation, []dialogue.Action) {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	c := dialogue.New(b, dialogue.Options{Announce: true})
	return c, c.Handle(at, dialogue.Answered{From: "2175550144", Degraded: degraded})
}

// at is a Monday morning.
var at = time.Date(2026, 3, 2, 16, 0, 0, 0, time.UTC)

func stops(actions []dialogue.Action) bool {
	return slices.ContainsFunc(actions, func(a dialogue.Action) bool { _, ok := a.(dialogue.StopRecording); return ok })
}

func words(actions []dialogue.Action) string {
	var all []string
	for _, a := range actions {
		if s, ok := a.(dialogue.Say); ok {
			all = append(all, s.Clauses...)
		}
	}
	return strings.Join(all, " ")
}

func TestTheNoticeStandsBeforeTheQuestion(t *testing.T) {
	_, actions := announced(t, false)
	var says []dialogue.Say
	for _, a := range actions {
		if s, ok := a.(dialogue.Say); ok {
			says = append(says, s)
		}
	}
	if len(says) != 3 || !says[0].Firm || !says[1].Firm || !says[1].Notice || says[2].Firm || says[0].Notice || says[2].Notice {
		t.Fatalf("greeting: %+v", says)
	}
	if got := strings.Join(says[1].Clauses, " "); got != english.Text(language.TextNotice, language.Args{}) {
		t.Errorf("notice: %q", got)
	}
	if last := says[2].Clauses[len(says[2].Clauses)-1]; !strings.HasSuffix(last, "?") {
		t.Errorf("the greeting ends with %q", last)
	}
	// Each of them is rendered ahead.
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	ahead := map[string]bool{}
	for _, p := range dialogue.Phrases(b, at) {
		ahead[p.Name] = true
	}
	for _, s := range says {
		if !ahead[s.Phrase] {
			t.Errorf("%q is not rendered ahead", s.Phrase)
		}
	}
}

func TestRefusalsOfTheRecording(t *testing.T) {
	for text, want := range map[string]bool{
		"Please don't record this.":              true,
		"I do not want to be recorded.":          true,
		"Stop recording.":                        true,
		"No recording, please.":                  true,
		"Could you turn off the recording?":      true,
		"I'd rather not be taped.":               true,
		"Do not tape this call.":                 true,
		"I don't agree to that recording":        true,
		"Nine.":                                  true,
		"Press nine":                             true,
		"Is this call recorded?":                 false,
		"I don't have my medical record here.":   false,
		"No, I need a copy of my record please.": false,
		"How much is a teeth cleaning?":          false,
		"Are you open at nine?":                  false,
	} {
		c, _ := announced(t, false)
		c.Handle(at, dialogue.Spoken{})
		actions := c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.9})
		if stops(actions) != want {
			t.Errorf("%q: stops %v, want %v", text, stops(actions), want)
		}
		if said := words(actions); want && !strings.Contains(said, "not being recorded") {
			t.Errorf("%q is answered with %q", text, said)
		}
		if want && stops(c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.9})) {
			t.Errorf("%q: stopped twice", text)
		}
	}
}

func TestTheKeyThatRefuses(t *testing.T) {
	for _, degraded := range []bool{false, true} {
		c, _ := announced(t, degraded)
		if actions := c.Handle(at, dialogue.Keyed{Key: '9'}); !stops(actions) || !strings.Contains(words(actions), "not being recorded") {
			t.Errorf("degraded %v: %+v", degraded, actions)
		}
	}
	// In a telephone number it is a digit.
	c, _ := announced(t, false)
	c.Handle(at, dialogue.Spoken{})
	for _, text := range []string{"I would like to leave a message.", "My name is Anna Berger.", "No."} {
		c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95})
		c.Handle(at, dialogue.Spoken{})
	}
	for _, k := range "2175550199" {
		if stops(c.Handle(at, dialogue.Keyed{Key: k})) {
			t.Errorf("the digit %c of a number stopped the recording", k)
		}
	}
	// Without an announcement no key refuses anything. Who says so all the same has refused that words are kept, too.
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	plain := dialogue.New(b, dialogue.Options{NotWritten: true})
	plain.Handle(at, dialogue.Answered{})
	if stops(plain.Handle(at, dialogue.Keyed{Key: '9'})) {
		t.Error("a key that means nothing has stopped something")
	}
	said := plain.Handle(at, dialogue.Heard{Text: "don't record me"})
	if !slices.Contains(said, dialogue.Action(dialogue.StopRecording{Unwritten: true})) || !strings.Contains(words(said), "not written down") {
		t.Errorf("%+v", said)
	}
	if again := plain.Handle(at, dialogue.Heard{Text: "is this call recorded?"}); stops(again) ||
		!strings.Contains(words(again), "not written down") {
		t.Errorf("asked afterwards: %+v", again)
	}
}

// A long turn says more than the refusal: that is dealt with, too.
func TestARefusalInALongTurn(t *testing.T) {
	c, _ := announced(t, false)
	c.Handle(at, dialogue.Spoken{})
	actions := c.Handle(at, dialogue.Heard{
		Text: "Please don't record this, I only want to know how much a teeth cleaning is.", Confidence: 0.9,
	})
	if !stops(actions) || !strings.Contains(words(actions), "dollars") {
		t.Errorf("stops %v, says %q", stops(actions), words(actions))
	}
}
