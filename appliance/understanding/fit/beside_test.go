package fit

import (
	"testing"

	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
)

// What is said beside the judged turns counts less than they do, and teaches the probe nothing of people who are asked for by what they do.
func TestBeside(t *testing.T) {
	turns := []struct {
		turn          corpus.Turn
		label         string
		meaning, bare float64 // what it counts with vectors, and by words alone
	}{
		{corpus.Turn{Kind: "harm", Want: []string{"harm"}}, "harm", besideMeant, besideMeant},
		{corpus.Turn{Kind: "right", Want: []string{"right:erase"}}, "erase", besideMeant, besideMeant},
		{corpus.Turn{Kind: "person", Want: []string{"person"}}, "person", besideMeant, besideMeant},
		{corpus.Turn{Kind: "general", Want: []string{"unknown"}}, "general", besideMeant, besideMeant},
		{corpus.Turn{Kind: "person", Want: []string{"person:Ann Lee"}}, "", besideNamed, 0},
		{corpus.Turn{Kind: "price", Want: []string{"price:repair"}}, "price", besideNamed, 0},
		{corpus.Turn{Kind: "followup", Before: "Do you do repairs?", Want: []string{"hours"}}, "", besideNamed, 0},
	}
	for _, c := range turns {
		ws, err := wants(c.turn.Want)
		if err != nil {
			t.Fatal(err)
		}
		if got := besideLabel(ws, c.turn.Kind); got != c.label {
			t.Errorf("%v teaches the probe %q, want %q", c.turn, got, c.label)
		}
		tr := &trade{Trade: corpus.Trade{Turns: []corpus.Turn{c.turn}}, beside: true}
		for model, want := range map[string]float64{"m": c.meaning, "": c.bare} {
			s := &Set{base: &understanding.Head{Model: model}}
			if got := s.weight(tr, 0); got != want {
				t.Errorf("%v counts %v with model %q, want %v", c.turn, got, model, want)
			}
		}
	}
}
