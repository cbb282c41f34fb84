package understanding

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// byWord ranks items by whether they have a word, and notes what it is asked.
type byWord struct {
	word  string
	err   error
	asked [][]Item
	said  []string
}

func (b *byWord) Rank(_ context.Context, tag, said string, items []Item) (Ranks, error) {
	if tag != "en" {
		return Ranks{}, errors.New("another language")
	}
	b.asked, b.said = append(b.asked, items), append(b.said, said)
	r := Ranks{None: 1}
	for _, i := range items {
		k := Rank{Facet: 9}
		if strings.Contains(i.Text, b.word) {
			k.Score = 3
		}
		r.Items = append(r.Items, k)
	}
	return r, b.err
}

func feature(c Candidate, name string) float64 {
	for _, f := range c.Features {
		if f.Name == name {
			return f.Value
		}
	}
	return 0
}

// TestRanked: what the ranker says of an item is among what speaks for it; the whole profile was shown before, and a turn of
// two parts is compared as a whole and by its parts, one of more only as a whole.
func TestRanked(t *testing.T) {
	by := &byWord{word: "wheel"}
	r, err := testReader(t, nil).Ranked(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	if len(by.asked) != 1 || len(by.asked[0]) != 3 || by.said[0] != "" || !by.asked[0][2].Answer ||
		by.asked[0][2].Text != "Do you take cards? Cash and every card." {
		t.Errorf("before the first turn it was asked %q of %+v", by.said, by.asked)
	}
	s := see(t, r, "My rim is bent. Can I pay by card?")
	if !slices.Equal(by.said[1:], []string{"My rim is bent. Can I pay by card?", "My rim is bent.", "Can I pay by card?"}) {
		t.Errorf("compared %q", by.said[1:])
	}
	const more = "My rim is bent. It wobbles. Can I pay by card?"
	if see(t, r, more); by.said[len(by.said)-1] != more {
		t.Errorf("compared %q", by.said[4:])
	}
	z := math.Log(math.Exp(3) + math.Exp(1) + 2)
	var price, none bool
	for _, c := range r.Candidates(s) {
		switch m := c.Meaning; {
		case m.Intent == Price && m.Service == 1:
			price = true
			if got := feature(c, "rank.service.log"); math.Abs(got-(3-z)) > 1e-9 || feature(c, "rank.facet.price") != clearest {
				t.Errorf("the wheel's price: %v, facet %v", got, feature(c, "rank.facet.price"))
			}
		case m.Intent == Unknown:
			none = true
			if got := feature(c, "rank.unknown.service.log") + feature(c, "rank.unknown.answer.log"); math.Abs(got-(1-z)) > 1e-9 {
				t.Errorf("nothing of it: %v", got)
			}
		}
	}
	if !price || !none {
		t.Error("the candidates are not there")
	}
	lacking := r.Lacking(1, -1).share(s.whole.ranks)
	if _, there := lacking.services[1]; there || math.Abs(lacking.none-(1-math.Log(math.Exp(1)+2))) > 1e-9 {
		t.Errorf("without the wheel: %+v", lacking)
	}
}

// TestRankedErrors: a profile that can't be prepared is an error; when the ranker fails while a caller waits, or says too little,
// what is known without it stands.
func TestRankedErrors(t *testing.T) {
	gone := errors.New("gone")
	if _, err := testReader(t, nil).Ranked(t.Context(), &byWord{err: gone}); !errors.Is(err, gone) {
		t.Errorf("while it is prepared: %v", err)
	}
	by := &byWord{}
	r, err := testReader(t, nil).Ranked(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	by.err = gone
	s, err := r.See(t.Context(), "My rim is bent.", time.Now())
	if err != nil || s.whole.ranks != nil || len(by.said) != 2 {
		t.Errorf("while a caller waits: %v, %+v after %q", err, s.whole.ranks, by.said)
	}
}

// TestRankedWhenUnsure: what the scorer is sure of is not compared, and judged by it alone even if it was; the rest is judged by
// what the ranker says.
func TestRankedWhenUnsure(t *testing.T) {
	scorer := func(w float32, name string) Scorer {
		s := Scorer{Names: []string{name}, Linear: []float32{w}}
		s.Ready()
		return s
	}
	ranked := scorer(9, "rank.service")
	h := &Head{Scorer: scorer(1, "near"), Ranked: &ranked, Costs: DefaultCosts(), Harm: 1}
	some := func(near float64, compared bool) []Candidate {
		return []Candidate{
			{Meaning: Meaning{Intent: Service, Service: 1}, Features: []Feature{{"near", near}}, ranked: compared},
			{Meaning: Meaning{Intent: Service, Service: 2}, Features: []Feature{{"rank.service", 1}}, ranked: compared},
		}
	}
	for _, c := range []struct {
		near     float64
		compared bool
		want     int
	}{{1, false, 1}, {1, true, 2}, {5, true, 1}, {5, false, 1}} {
		got := h.Judge(some(c.near, c.compared))
		if got[0].Meaning.Service != c.want {
			t.Errorf("near %v, compared %v: service %d is taken, %d is meant", c.near, c.compared, got[0].Meaning.Service, c.want)
		}
	}
}
