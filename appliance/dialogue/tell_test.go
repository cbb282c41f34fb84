package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

// guessedAnswer is an answer of the profile that is only likely to be meant.
func guessedAnswer(i int, score float64) understanding.Ask {
	m := understanding.Meaning{Intent: understanding.Answer, Service: -1, Answer: i, Person: -1, Passage: -1}
	return understanding.Ask{Intent: understanding.Answer, Answer: i, Score: score, Doubt: true, Meaning: m}
}

// TestNotToldAgain: who goes on after an answer did not want to hear it once more, unless its words come back.
func TestNotToldAgain(t *testing.T) {
	b := sample(t, "dental")
	reply := b.Answers[0].Reply
	first := reading("could you tell me about that", []understanding.Ask{guessedAnswer(0, 0.6)}, nil)
	for _, tt := range []struct {
		what, text string
		asks, weak []understanding.Ask
		again      bool
	}{
		{"something else", "and the other business with my neighbour", []understanding.Ask{guessedAnswer(0, 0.6)}, nil, false},
		{"suspected", "and the other business with my neighbour", nil, []understanding.Ask{guessedAnswer(0, 0.5)}, false},
		{"its words", "so " + strings.Join(strings.Fields(reply)[:8], " "), []understanding.Ask{guessedAnswer(0, 0.6)}, nil, true},
		{"surely meant", "and the other business with my neighbour", []understanding.Ask{{Intent: understanding.Answer, Score: 0.98}}, nil, true},
	} {
		said, _ := spokenTo(t, b, first, reading(tt.text, tt.asks, tt.weak))
		if got := strings.Contains(said, reply); got != tt.again {
			t.Errorf("%s: told again %v, want %v: %q", tt.what, got, tt.again, said)
		}
	}
}

// TestPlainlyTold: what is probably meant is told without asking whether it was.
func TestPlainlyTold(t *testing.T) {
	for score, asks := range map[float64]bool{0.75: false, 0.55: true} {
		said, _ := spoken(t, reading("could you tell me about that", []understanding.Ask{guessedAnswer(0, score)}, nil))
		if got := strings.Contains(said, "Does that help?"); got != asks {
			t.Errorf("at %v: %q", score, said)
		}
	}
}

// TestAgreesAndAdds: who agrees to something that is to be done and adds to it has agreed; whose rest is a question wants an answer first.
func TestAgreesAndAdds(t *testing.T) {
	matter := []understanding.Ask{{Intent: understanding.Matter, Score: 0.5, Meaning: understanding.Meaning{Intent: understanding.Matter}}}
	ask := reading("somebody ought to look at the gate of the yard", nil, matter)
	for text, takes := range map[string]bool{
		"yes I would, it has come off its hinges and lies in the road, a real nuisance": true,
		"yes but tell me, are you open on Saturday at all":                              false,
	} {
		_, c := spoken(t, ask, reading(text, nil, nil))
		if got := strings.HasPrefix(c.State(), "ask"); got != takes {
			t.Errorf("%q: state %s", text, c.State())
		}
	}
}

// TestDeniedDanger: a no behind an outcry, with "nobody is hurt", ends the question whether it is an emergency.
func TestDeniedDanger(t *testing.T) {
	harm := []understanding.Ask{{Intent: understanding.Harm, Score: 0.3, Meaning: understanding.Meaning{Intent: understanding.Harm}}}
	for _, text := range []string{
		"what? no, heavens, nobody's in danger, I want to hire a tent",
		"nah nah nobody's hurt, I just want it gone",
	} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		first := reading("something about the garden", harm, nil)
		c.Handle(at, dialogue.Heard{Text: first.Text, Reading: first, Confidence: 0.9})
		rest := c.Gist(text)
		out := c.Handle(at, dialogue.Heard{Text: text, Reading: reading(rest, nil, nil), Confidence: 0.9})
		if said := words(out); strings.Contains(said, "emergency") || strings.Contains(rest, "nobody") {
			t.Errorf("%q, read %q: %q", text, rest, said)
		}
	}
}

// TestTwoRights: each right is asked about once, a second one in the same breath is not lost, and none is filed twice.
func TestTwoRights(t *testing.T) {
	privacy := func(k record.RequestKind) []understanding.Ask {
		m := understanding.Meaning{Intent: understanding.Privacy}
		return []understanding.Ask{{Intent: understanding.Privacy, Score: 0.9, Right: k, Meaning: m}}
	}
	c := dialogue.New(sample(t, "dental"), dialogue.Options{Words: sharedReader, Rights: true})
	c.Handle(at, dialogue.Answered{From: "2175550144"})
	var filed []record.RequestKind
	hear := func(text string, asks []understanding.Ask) (said string) {
		out := c.Handle(at, dialogue.Heard{Text: text, Reading: reading(c.Gist(text), asks, nil), Confidence: 0.9})
		for i := 0; i < len(out); i++ {
			if r, ok := out[i].(dialogue.Right); ok {
				filed = append(filed, r.Kind)
				out = append(out, c.Handle(at, dialogue.RightDone{ID: r.ID})...)
			}
		}
		return words(out)
	}
	hear("I don't want you holding my details any more, delete them", privacy(record.RequestErase))
	said := hear("yes, delete the lot, and while you're at it what have you actually got on me", privacy(record.RequestErase))
	if len(filed) != 1 || !strings.Contains(said, "what we keep") && !strings.Contains(said, "what we have") {
		t.Fatalf("filed %v, said %q", filed, said)
	}
	hear("yes", nil)
	if len(filed) != 2 || filed[1] != record.RequestAccess {
		t.Fatalf("filed %v", filed)
	}
	if said := hear("I said delete my number", privacy(record.RequestErase)); len(filed) != 2 || !strings.Contains(said, "noted already") {
		t.Errorf("filed %v, said %q", filed, said)
	}
}

// TestTakesLeaveAfterARemark: a goodbye at the end of a remark ends the call.
func TestTakesLeaveAfterARemark(t *testing.T) {
	for text, ends := range map[string]bool{
		"that's smashing, I'll have a think about it and ring back, cheers, bye now": true,
		"I'd better ask my sister first then, see you later":                         true,
		"bye the way, can you also do Saturdays":                                     false,
	} {
		if _, c := spoken(t, reading(text, nil, nil)); (c.State() == "ended") != ends {
			t.Errorf("%q: %s", text, c.State())
		}
	}
}

// TestCondolence: who speaks of somebody who died hears once that we are sorry.
func TestCondolence(t *testing.T) {
	hours := []understanding.Ask{{Intent: understanding.Hours, Score: 0.95}}
	first := reading("we lost my husband in October, when are you open", hours, nil)
	if said, _ := spoken(t, first); !strings.HasPrefix(said, "I'm sorry for your loss.") {
		t.Errorf("said %q", said)
	}
	again := reading("he passed away so suddenly, and on Saturday", hours, nil)
	if said, _ := spoken(t, first, again); strings.Contains(said, "sorry for your loss") {
		t.Errorf("said twice: %q", said)
	}
}

// TestHesitantDanger: who does not know whether it is an emergency and asks what to do is told what to do, whatever he asks.
func TestHesitantDanger(t *testing.T) {
	harm := []understanding.Ask{{Intent: understanding.Harm, Score: 0.3, Meaning: understanding.Meaning{Intent: understanding.Harm}}}
	unknown := []understanding.Ask{{Intent: understanding.Unknown, Score: 0.8, Meaning: understanding.Meaning{Intent: understanding.Unknown}}}
	for text, acts := range map[string]bool{
		"uh I dunno, it just stinks, should I light a match and check":  true,
		"I don't think so, he's laughing away, but should I be worried": true,
		"what should I do, is anybody in the office":                    true,
		"no, it's fine, what do you charge for a visit":                 false,
	} {
		said, c := spoken(t, reading("there's a funny smell in the van", harm, nil), reading(text, unknown, nil))
		if got := strings.Contains(said, "nine one one") || c.State() == "moving"; got != acts {
			t.Errorf("%q: %s, said %q", text, c.State(), said)
		}
	}
}

// TestHarmWhileChoosing: whoever names the service that he was asked for is not asked whether that is an emergency, unless it likely is.
func TestHarmWhileChoosing(t *testing.T) {
	b := sample(t, "dental")
	price := []understanding.Ask{{Intent: understanding.Price, Score: 0.9}}
	for score, asks := range map[float64]bool{0.2: false, 0.7: true} {
		r := reading("the crown", []understanding.Ask{{Intent: understanding.Harm, Score: score}}, nil)
		crown := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == "crown" })
		r.Named.Services = []knowledge.Mention{{Items: []int{crown}, Score: 1, At: []int{1}}}
		said, _ := spokenTo(t, b, reading("what do you charge", price, nil), r)
		if got := strings.Contains(said, "emergency"); got != asks {
			t.Errorf("at %v: %q", score, said)
		}
	}
}
