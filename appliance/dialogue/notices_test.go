package dialogue_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/knowledge/profile"
)

// worded is a dentist with notices of their own.
func worded(t *testing.T, n knowledge.Notices) *knowledge.Business {
	t.Helper()
	b, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	b.Greeting, b.Notices = "Bright Smile Dental, good morning.", n
	spoken := b.Spoken(nil)
	return &spoken
}

// The owner words what callers must be told; that no person answers is said whatever the owner writes.
func TestNoticesInTheOwnersWords(t *testing.T) {
	for wording, want := range map[string]string{
		"":                                       "You are speaking with an AI assistant.",
		"Our digital receptionist is a machine.": "Our digital receptionist is a machine.",
		"Maria speaking, in person.":             "You are speaking with an AI assistant.",
	} {
		b := worded(t, knowledge.Notices{Assistant: wording, Recording: "We tape this call. The nine stops that."})
		c := dialogue.New(b, dialogue.Options{Announce: true})
		said := words(c.Handle(at, dialogue.Answered{From: "2175550144"}))
		if !strings.Contains(said, want) || want != wording && wording != "" && strings.Contains(said, wording) {
			t.Errorf("%q: the greeting is %q", wording, said)
		}
		if !strings.Contains(said, "We tape this call. The nine stops that.") {
			t.Errorf("the notice is not the owner's: %q", said)
		}
	}
	ask := worded(t, knowledge.Notices{Ask: "May we tape this?"})
	c := dialogue.New(ask, dialogue.Options{Announce: true, Ask: true})
	if said := words(c.Handle(at, dialogue.Answered{From: "2175550144"})); !strings.Contains(said, "May we tape this?") {
		t.Errorf("the question is not the owner's: %q", said)
	}
	for _, p := range dialogue.Phrases(ask, at) {
		if p.Name == "recording.ask" && p.Text != "May we tape this?" {
			t.Errorf("rendered ahead: %q", p.Text)
		}
	}
}

// Who asks on the telephone hears who answers questions about data, and what the owner has written.
func TestThePrivacyContactIsReadOut(t *testing.T) {
	b := worded(t, knowledge.Notices{
		Privacy: "What you say is written down on a box in our office.",
		Contact: knowledge.PrivacyContact{Name: "Ada Lane", Phone: "+12175550190", Email: "privacy@brightsmile.example"},
	})
	start := func(b *knowledge.Business) *dialogue.Conversation {
		c := dialogue.New(b, dialogue.Options{Rights: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		return c
	}
	for _, text := range []string{
		"Who is responsible for data protection?", "Who can I ask about privacy?", "Who is your data protection officer?",
		"Who answers questions about my data?",
	} {
		c := start(b)
		if said := words(c.Handle(at, dialogue.Heard{Text: text, Confidence: 1})); !strings.Contains(said, "Ada Lane") ||
			!strings.Contains(said, "privacy at brightsmile dot example") {
			t.Errorf("%q: %q", text, said)
		}
	}
	c := start(b)
	said := words(c.Handle(at, dialogue.Heard{Text: "What happens with my data?", Confidence: 1}))
	if !strings.Contains(said, "a box in our office") {
		t.Errorf("what happens: %q", said)
	}
	c = start(b)
	if said := words(c.Handle(at, dialogue.Keyed{Key: '8'})); !strings.Contains(said, "press four") {
		t.Errorf("the menu: %q", said)
	}
	said = words(c.Handle(at, dialogue.Keyed{Key: '4'}))
	if !strings.Contains(said, "Ada Lane") || !strings.Contains(said, "a box in our office") {
		t.Errorf("four: %q", said)
	}
	plain, err := profile.Sample("dental")
	if err != nil {
		t.Fatal(err)
	}
	c = start(plain)
	if said := words(c.Handle(at, dialogue.Keyed{Key: '8'})); strings.Contains(said, "four") {
		t.Errorf("nobody is named: %q", said)
	}
}

// Who wants nothing kept is offered no message, and told so when asking for one.
func TestWhatIsNotTakenIsNotOffered(t *testing.T) {
	for _, text := range []string{
		"Do you have a parking garage for elephants?", "What is the airspeed of a swallow?", "I have a question about the moon.",
	} {
		b, err := profile.Sample("dental")
		if err != nil {
			t.Fatal(err)
		}
		c := dialogue.New(b, dialogue.Options{NoMessages: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		for range 4 {
			out := c.Handle(at, dialogue.Heard{Text: text, Confidence: 1})
			for _, a := range out {
				if u, ok := a.(dialogue.Unanswered); ok {
					out = append(out, c.Handle(at, dialogue.Committed{ID: u.ID})...)
				}
			}
			if said := words(out); strings.Contains(said, "leave a message") || strings.Contains(said, "take a message for") {
				t.Errorf("%q: %q", text, said)
			}
		}
		said := words(c.Handle(at, dialogue.Heard{Text: "I want to leave a message.", Confidence: 1}))
		if !strings.Contains(said, "take no message") {
			t.Errorf("asked for one: %q", said)
		}
	}
}

// Who asks in general what becomes of his data is told, and files no request by it; the message that is being taken goes on.
func TestWhatBecomesOfData(t *testing.T) {
	for _, text := range []string{"What do you do with my data?", "What happens to my phone number?", "Who is responsible for my data?"} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		said := words(c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.9}))
		if !strings.Contains(said, "I write down what is said") || !strings.Contains(said, "Would you like to know what we keep about you?") {
			t.Errorf("%q: said %q, then %s", text, said, c.State())
		}
		if said, c = spoken(t, plain(leave), plain(text)); !strings.Contains(said, "I write down") || c.State() != "askName" {
			t.Errorf("%q in a message: said %q, then %s", text, said, c.State())
		}
	}
}
