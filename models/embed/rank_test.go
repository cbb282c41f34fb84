//go:build native

package embed_test

import (
	"errors"
	"math"
	"testing"

	"frontdesk.internal/models/embed"
	"frontdesk.internal/models/engines"
)

func ranking(t testing.TB) embed.Model {
	t.Helper()
	m := mpnet(t)
	m.Ranker = weight(t, "all-mpnet-base-v2-ranker-q8.onnx")
	return m
}

func rank(t testing.TB, e *embed.Engine, said string, items ...engines.RankItem) engines.Ranks {
	t.Helper()
	r, err := e.Rank(t.Context(), "en", said, items)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Items) != len(items) {
		t.Fatalf("%d ranks for %d items", len(r.Items), len(items))
	}
	return r
}

// TestRank: what is meant has the best score, whatever its place, and none of them has where nothing is meant.
func TestRank(t *testing.T) {
	e := engine(t, ranking(t), e5Small(t))
	items := []engines.RankItem{
		{Text: "wheel truing. Straightens a buckled wheel."}, {Text: "chain replacement. A new chain, fitted."},
		{Text: "bicycle hire. City bikes by the day."},
		{Text: "Do you take cards? Yes, all cards and cash.", Answer: true},
	}
	for said, want := range map[string]int{
		"What would a new chain set me back?": 1, "Can I pay with Visa?": 3, "My rim wobbles, could you sort that out?": 0,
		"Who cut down the tree in your garden?": -1,
	} {
		r := rank(t, e, said, items...)
		best, top := -1, r.None
		for i, x := range r.Items {
			if x.Score > top {
				best, top = i, x.Score
			}
		}
		if best != want {
			t.Errorf("%q: item %d, want %d: %+v", said, best, want, r)
		}
		turned := rank(t, e, said, items[3], items[2], items[1], items[0])
		for i, x := range turned.Items {
			if d := math.Abs(x.Score - r.Items[3-i].Score); d > 0.05 {
				t.Errorf("%q: in another order the score of item %d differs by %.3f", said, 3-i, d)
			}
		}
	}
	// A question about a price is told from one whether there is something.
	price, offered := rank(t, e, "How much do you charge for a chain?", items...), rank(t, e, "Do you replace chains as well?", items...)
	if price.Items[1].Facet <= offered.Items[1].Facet {
		t.Errorf("the price: facet %.2f, the service: %.2f", price.Items[1].Facet, offered.Items[1].Facet)
	}
}

func TestRankErrors(t *testing.T) {
	e := engine(t, mpnet(t), e5Small(t))
	if _, err := e.Rank(t.Context(), "en", "hello", []engines.RankItem{{Text: "a"}}); !errors.Is(err, engines.ErrUnavailable) {
		t.Errorf("no ranker: %v", err)
	}
	if _, err := e.Rank(t.Context(), "en", "hello", make([]engines.RankItem, engines.MaxRankItems+1)); !errors.Is(err, engines.ErrTooLarge) {
		t.Errorf("too many: %v", err)
	}
	voice := ranking(t)
	voice.Ranker = voice.File
	if _, err := embed.New(embed.Options{Models: []embed.Model{voice}, OnnxRuntime: weight(t, onnxRuntime)}); err == nil {
		t.Error("an embedder was taken for a ranker")
	}
}

func BenchmarkRank(b *testing.B) {
	e := engine(b, ranking(b))
	var items []engines.RankItem
	for _, t := range []string{"wheel truing", "chain replacement", "full service", "brake adjustment", "bicycle hire", "frame check"} {
		items = append(items, engines.RankItem{Text: t + ". What it is and what it does for the bicycle."})
	}
	rank(b, e, "What would a new chain set me back?", items...)
	for b.Loop() {
		rank(b, e, "What would a new chain set me back?", items...)
	}
}
