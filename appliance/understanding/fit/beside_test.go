package fit

import (
	"testing"

	"frontdesk.internal/appliance/understanding/corpus"
)

// What is said beside the judged turns counts less than they do, and teaches the probe nothing of people who are asked for by what they do.
func TestBeside(t *testing.T) {
	turns := []struct {
		turn   corpus.Turn
		label  string
		counts float64
	}{
		{corpus.Turn{Kind: "harm", Want: []string{"harm"}}, "harm", besideMeant},
		{corpus.Turn{Kind: "right", Want: []string{"right:erase"}}, "erase", besideMeant},
		{corpus.Turn{Kind: "person", Want: []string{"person"}}, "person", besideMeant},
		{corpus.Turn{Kind: "general", Want: []string{"unknown"}}, "general", besideMeant},
		{corpus.Turn{Kind: "person", Want: []string{"person:Ann Lee"}}, "", besideNamed},
		{corpus.Turn{Kind: "price", Want: []string{"price:repair"}}, "price", besideNamed},
		{corpus.Turn{Kind: "followup", Before: "Do you do repairs?", Want: []string{"hours"}}, "", besideNamed},
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
		if got := tr.weight(0); got != c.counts {
			t.Errorf("%v counts %v, want %v", c.turn, got, c.counts)
		}
	}
}
