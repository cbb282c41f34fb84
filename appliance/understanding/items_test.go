package understanding

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
)

// topics is an embedder that knows three topics by some words.
type topics struct{ err error }

var topicWords = [][]string{{"chain", "links", "drivetrain"}, {"wheel", "rim", "spoke"}, {"card", "pay", "cash"}}

func (e topics) Embed(_ context.Context, _ string, texts []string) (Vectors, error) {
	v := Vectors{Model: "topics", Dims: []int{4}, Vectors: make([][]float32, len(texts))}
	for i, t := range texts {
		v.Vectors[i] = []float32{0, 0, 0, 0.1}
		for k, words := range topicWords {
			for _, w := range words {
				if strings.Contains(strings.ToLower(t), w) {
					v.Vectors[i][k]++
				}
			}
		}
	}
	return v, e.err
}

func testBusiness() *knowledge.Business {
	return &knowledge.Business{
		Name: "Test", Language: "en", Region: "GB", TimeZone: "Europe/London",
		Services: []knowledge.Service{{Name: "chain replacement"}, {Name: "wheel truing", Minutes: 30}},
		Answers:  []knowledge.Answer{{Question: "Do you take cards?", Reply: "Cash and every card."}},
		Staff:    []knowledge.Person{{Name: "Ann Smith", Role: "workshop and repairs"}},
	}
}

// testReader reads by topics with a head whose probe knows nothing, and with a scorer of weights w.
func testReader(t *testing.T, w map[string]float64) *Reader {
	t.Helper()
	h := &Head{Language: "en", Model: "topics", Dims: []int{4}, Mean: make([]float32, 4), Costs: DefaultCosts(), Harm: 1}
	for name, x := range w {
		h.Scorer.Names, h.Scorer.Linear = append(h.Scorer.Names, name), append(h.Scorer.Linear, float32(x))
	}
	h.Probe = Probe{Intents: []string{"policy", "price"}, Dim: 4, Bias: []float32{0, 0}, Scale: []float32{1, 1}, Dense: make([]byte, 8)}
	h.Ready()
	r, err := NewMeaningReader(t.Context(), testBusiness(), all.For("en"), h, topics{}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func see(t *testing.T, r *Reader, text string) Seen {
	t.Helper()
	s, err := r.See(t.Context(), text, time.Date(2026, 10, 13, 10, 30, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServiceIsFoundByMeaning(t *testing.T) {
	r := testReader(t, nil)
	s := see(t, r, "My links are rusty.")
	fits := r.serviceFits(s, r.likelihoods(s))
	if fits[0].item != 0 || fits[0].name < 0.9 || fits[1].name > 0.1 {
		t.Errorf("fits %+v, want the chain", fits)
	}
	s = see(t, r, "Is plastic fine to pay with?")
	fits = r.answerFits(s, r.likelihoods(s))
	if fits[0].name < 0.9 {
		t.Errorf("fits %+v, want the answer", fits)
	}
}

// TestLikelihoods: services, answers and none of them share one, and what is left out has no share.
func TestLikelihoods(t *testing.T) {
	r := testReader(t, nil)
	s := see(t, r, "My links are rusty.")
	for _, r := range []*Reader{r, r.Lacking(0, -1)} {
		l := r.likelihoods(s)
		sum := math.Exp(l.none)
		for _, x := range append(l.services, l.answers...) {
			sum += math.Exp(x)
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("they sum to %v", sum)
		}
		if left := r.noService == 1; left != math.IsInf(l.services[0], -1) || !left && l.services[0] < l.none {
			t.Errorf("%+v", l)
		}
	}
	if l := NewReader(testBusiness(), all.For("en"), r.head).likelihoods(s); l.services != nil {
		t.Errorf("by words alone: %+v", l)
	}
}

func TestStandingsOfAListSumToOne(t *testing.T) {
	sum := 0.0
	for _, f := range rank([]fit{{total: 0.2}, {total: 0.5}, {total: 0.4}}, "x.", 3) {
		for _, x := range f.features {
			if x.Name == "x.share" {
				sum += math.Exp(x.Value)
			}
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("shares sum to %v", sum)
	}
}

func TestOverlapCountsRareWordsMore(t *testing.T) {
	v := newVocabulary(all.For("en"))
	v.add([]string{"chain replacement"}, "A new chain for your bicycle.")
	v.add([]string{"bicycle fitting"}, "We fit the bicycle to you.")
	v.add([]string{"wheel truing"}, "The wheel of a bicycle made round.")
	got := v.overlaps(all.For("en").Words("The chain of my bicycle"))
	if got[0].all <= got[1].all || got[0].names == 0 || got[2].names != 0 {
		t.Errorf("overlaps %+v", got)
	}
	if got[0].part <= 0 || got[0].part >= 1 {
		t.Errorf("part of the names said: %v", got[0].part)
	}
}

func TestUnknownIsJudgedOnce(t *testing.T) {
	r := testReader(t, nil)
	cs := r.head.Judge(r.Candidates(see(t, r, "Do you sell kayaks?")))
	n, sum := 0, 0.0
	for _, c := range cs {
		sum += c.P
		if c.Meaning.Intent == Unknown {
			n++
		}
	}
	if n != 1 || math.Abs(sum-1) > 1e-9 {
		t.Errorf("unknown %d times, probabilities sum to %v", n, sum)
	}
}

func TestWhatWasMeantBeforeSpeaksForTheSame(t *testing.T) {
	r := testReader(t, map[string]float64{"after.service": 5, "is.duration": 1})
	before := meaning(Price)
	before.Service = 1
	cs := r.head.Judge(r.Candidates(see(t, r, "And how long?").After(before)))
	if m := cs[0].Meaning; m.Intent != Duration || m.Service != 1 {
		t.Errorf("read %+v, want how long the truing takes", m)
	}
	without := r.Candidates(see(t, r, "And how long?"))
	if slices.ContainsFunc(without, func(c Candidate) bool {
		return slices.ContainsFunc(c.Features, func(f Feature) bool { return strings.HasPrefix(f.Name, "after.") })
	}) {
		t.Error("something speaks of a turn before where there was none")
	}
}

func TestHeadKeepsWhatItReads(t *testing.T) {
	r := testReader(t, map[string]float64{"log": 1})
	data, err := r.head.Save()
	if err != nil {
		t.Fatal(err)
	}
	h, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	s := see(t, r, "What is a new chain?")
	a, b := r.head.Judge(r.Candidates(s)), h.Judge(r.With(h).Candidates(s))
	if a[0].Meaning != b[0].Meaning || a[0].P != b[0].P {
		t.Errorf("a loaded head judges %+v, the saved one %+v", b[0], a[0])
	}
	if _, err := Load([]byte(`{"dims":[4],"mean":[0]}`)); err == nil {
		t.Error("a head whose parts do not fit was loaded")
	}
}
