package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
)

// TestNoEmergency: who is taken for somebody in need by the owner's words says so, and is served.
func TestNoEmergency(t *testing.T) {
	emergency := []understanding.Ask{{Intent: understanding.Emergency, Score: 0.9}}
	b := *sample(t, "dental")
	b.Emergency.Extension, b.Transfer.Extension = "", ""
	said, c := spokenTo(t, &b, reading("I knocked out a wall in my kitchen", emergency, nil))
	if c.State() != "askName" {
		t.Fatalf("said %q, then %s", said, c.State())
	}
	parking := []understanding.Ask{{Intent: understanding.Parking, Score: 0.95}}
	r := reading("what no there's no emergency I just want to park", parking, nil)
	said = words(c.Handle(at, dialogue.Heard{Reading: r, Text: r.Text, Confidence: 0.9}))
	if !strings.Contains(said, "lot behind") || c.State() != "idle" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestNoEmergencyButIll: "it's not an emergency" is a no, whatever else is said with it.
func TestNoEmergencyButIll(t *testing.T) {
	harm := func() []understanding.Ask { return []understanding.Ask{{Intent: understanding.Harm, Score: 0.4}} }
	said, _ := spoken(t, reading("she's been sick in the night", harm(), nil),
		reading("no it's not an emergency she's just been sick I want to let you know", harm(), nil))
	if strings.Contains(said, "emergency") {
		t.Errorf("said %q", said)
	}
}

// TestTheMotherIsNoChild, and a child who fetches her is understood.
func TestTheMotherIsNoChild(t *testing.T) {
	child := func() []understanding.Ask { return []understanding.Ask{{Intent: understanding.Child, Score: 0.8}} }
	said, c := spoken(t, plain(leave), reading("yes I'm the mum Frances Moser", child(), nil))
	if strings.Contains(said, "adult") {
		t.Errorf("said %q, then %s", said, c.State())
	}
	said, c = spoken(t, reading("my mum is not here", child(), nil), reading("hello I'm his mother", nil, nil))
	if !strings.Contains(said, "How can I help") {
		t.Errorf("said %q, then %s", said, c.State())
	}
	// What was begun goes on.
	said, c = spoken(t, plain(leave), plain("Tom Baker."), reading("it is number four", child(), nil), reading("no I'm the teacher", nil, nil))
	if c.State() != "offerNumber" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestWhoDeniesDangerIsBelieved: after a no, harm that is only suspected is not asked about again; harm that is likely is.
func TestWhoDeniesDangerIsBelieved(t *testing.T) {
	harm := func(p float64) []understanding.Ask {
		return []understanding.Ask{{Intent: understanding.Harm, Score: p}}
	}
	calm := reading("it's only a swarm and she's in bits over it", harm(0.4), nil)
	for _, denial := range []string{"no no nobody's stung, it's just a swarm", "goodness no nothing like that"} {
		said, c := spoken(t, calm, reading(denial, harm(0.4), nil), calm)
		if strings.Contains(said, "emergency") {
			t.Errorf("%s: said %q, then %s", denial, said, c.State())
		}
	}
	said, c := spoken(t, calm, plain("No."), reading("now she's been stung and her throat swells", harm(0.8), nil))
	if c.State() != "guessing" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestNobodyIsThereInDanger: who says yes to danger when nobody can be reached is told once more whom to call, and hears nothing that is
// only likely meant while his name is taken.
func TestNobodyIsThereInDanger(t *testing.T) {
	b := *sample(t, "dental")
	b.Emergency.Extension, b.Transfer.Extension = "", ""
	harm := reading("she can hardly breathe and gets dizzy", []understanding.Ask{{Intent: understanding.Harm, Score: 0.9}}, nil)
	said, c := spokenTo(t, &b, harm, plain("Yes."))
	if !strings.Contains(said, "call nine one one first") || c.State() != "askName" {
		t.Fatalf("said %q, then %s", said, c.State())
	}
	aside := reading("should I take her outside?", []understanding.Ask{guessedAnswer(0, 0.7)}, nil)
	said = words(c.Handle(at, dialogue.Heard{Reading: aside, Text: aside.Text, Confidence: 0.9}))
	if strings.Contains(said, b.Answers[0].Reply) {
		t.Errorf("said %q", said)
	}
}

// TestNotSureIsNoDenial: who does not know whether it is an emergency is in one as long as harm is heard, in either language.
func TestNotSureIsNoDenial(t *testing.T) {
	for say, denies := range map[string]bool{
		"I'm not sure if it's an emergency but he's hurt": false, "nobody is coming and she's hurt": false,
		"it's not an emergency she's just been sick": true, "no emergency": true,
	} {
		if got := all.For("en").DeniesEmergency(all.For("en").Words(say)); got != denies {
			t.Errorf("%q denies: %v", say, got)
		}
	}
	de := all.For("de")
	denied := func(say string) bool { return de.DeniesEmergency(de.Words(say)) }
	if denied("Ich weiß nicht, ob er schwer verletzt ist") || !denied("Nein, das ist kein Notfall") {
		t.Error("German denials are not told apart")
	}
}

// TestAChildSpeaksOfItsMother, and is a child all the same.
func TestAChildSpeaksOfItsMother(t *testing.T) {
	for tag, list := range map[string]map[string]bool{
		"en": {"I'm nine and my mum is not here": false, "I'm looking for my mum": false, "I'm the mum Frances": true, "I'm his mother": true},
		"de": {"Ich bin allein, die Mama ist weg": false, "Ich bin doch die Mutter": true, "ja ich bin die Mama Franziska": true},
	} {
		for say, want := range list {
			if got := all.For(tag).Grown(all.For(tag).Words(say)); got != want {
				t.Errorf("%q is grown up: %v", say, got)
			}
		}
	}
}

// Harm is heard whatever was asked, and who is not sure whether it is an emergency is taken for somebody in one.
func TestHarmIsHeardEverywhere(t *testing.T) {
	b := *sample(t, "dental")
	b.Emergency = knowledge.Emergency{}
	b.Transfer.Always = true
	either := reading("mm", nil, []understanding.Ask{{Intent: understanding.Hours, Score: 0.4}, {Intent: understanding.Parking, Score: 0.35}})
	harm := reading("my throat feels tight", []understanding.Ask{{Intent: understanding.Harm, Score: 0.8}}, nil)
	for name, first := range map[string][]*understanding.Reading{"at a guess": {either}, "in a message": {plain(leave)}, "at once": nil} {
		said, c := spokenTo(t, &b, append(slices.Clone(first), harm)...)
		if !strings.Contains(said, "Is this an emergency?") {
			t.Fatalf("%s: %q", name, said)
		}
		out := c.Handle(at, dialogue.Heard{Text: "I'm not sure.", Confidence: 0.9})
		if c.State() != "moving" || !strings.Contains(words(out), "nine one one") {
			t.Errorf("%s: said %q, then %s", name, words(out), c.State())
		}
	}
}

// A question about something else is no yes to the question about harm.
func TestWhoAsksOnIsInNoDanger(t *testing.T) {
	harm := reading("it is chucking it down", []understanding.Ask{{Intent: understanding.Harm, Score: 0.5}}, nil)
	asks := reading("Where can I park?", nil, []understanding.Ask{{Intent: understanding.Parking, Score: 0.6, Doubt: true}})
	said, c := spoken(t, harm, asks)
	if c.State() == "moving" || strings.Contains(said, "emergency") || !strings.Contains(said, "lot behind") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}
