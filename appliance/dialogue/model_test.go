package dialogue_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
)

// modelCase is a turn that only the language model can read.
type modelCase struct {
	profile string
	labels  []string
	text    string
}

func modelCases(t testing.TB) []modelCase {
	t.Helper()
	data, err := os.ReadFile("testdata/model.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []modelCase
	for l := range strings.Lines(string(data)) {
		if p := strings.Split(strings.TrimSpace(l), "\t"); len(p) == 3 {
			out = append(out, modelCase{p[0], strings.Split(p[1], "|"), p[2]})
		}
	}
	return out
}

// askFor returns the question that a turn leads to; ok is false when the rules read it.
func askFor(t testing.TB, c modelCase) (dialogue.Ask, bool) {
	t.Helper()
	b := sample(t, c.profile)
	now := time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location())
	conv := dialogue.New(b, dialogue.Options{})
	conv.Handle(now, dialogue.Answered{From: record.PhoneNumber("2175550144")})
	for _, a := range conv.Handle(now, dialogue.Heard{Text: c.text, Confidence: 0.9}) {
		if ask, ok := a.(dialogue.Ask); ok {
			return ask, true
		}
	}
	return dialogue.Ask{}, false
}

// TestModelCases holds that most of the turns kept for the model are not sure by their words alone, and that their labels can be chosen.
func TestModelCases(t *testing.T) {
	cases := modelCases(t)
	if len(cases) < 24 {
		t.Fatalf("only %d turns", len(cases))
	}
	asked := 0
	for _, c := range cases {
		ask, ok := askFor(t, c)
		if !ok {
			continue
		}
		asked++
		found := false
		for _, l := range c.labels {
			for _, have := range ask.Choices {
				found = found || have == l
			}
		}
		if !found {
			t.Errorf("%s: %q: none of %v can be chosen from %v", c.profile, c.text, c.labels, ask.Choices)
		}
	}
	if asked*2 < len(cases) {
		t.Errorf("the model is asked about %d of %d turns only", asked, len(cases))
	}
}
