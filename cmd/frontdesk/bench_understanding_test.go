package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
	"frontdesk.internal/appliance/understanding/corpus"
	fitting "frontdesk.internal/appliance/understanding/fit"
	"frontdesk.internal/models/asrbench"
	"frontdesk.internal/models/engines"
)

func TestUnderstandingUsage(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"--compare --spoken", "two runs"},
		{"--compare --words", "--words and --fit"},
		{"--spoken --fit x", "--words and --fit"},
		{"--sample 10", "--sample"},
		{"--compare --sample -1", "--sample"},
		{"--compare --voices all", "--voices goes with --spoken"},
		{"--spoken --voices flite:slt,nobody", `no voice "nobody"`},
		{"--folds 1", "--folds"},
		{"--compare --keep x", "--keep goes with neither"},
	} {
		var out, errs strings.Builder
		if code := run(t.Context(), append([]string{"bench", "understanding"}, strings.Fields(tt.args)...), nil, &out, &errs); code != 2 ||
			!strings.Contains(errs.String(), tt.want) {
			t.Errorf("%s: got code %d and %q, want %q", tt.args, code, errs.String(), tt.want)
		}
	}
}

// someTrades are two trades with turns that only their number tells apart.
func someTrades(turns int) []corpus.Trade {
	out := []corpus.Trade{{Name: "a"}, {Name: "b"}}
	for i := range turns {
		for k := range out {
			out[k].Turns = append(out[k].Turns, corpus.Turn{Say: fmt.Sprint("turn ", i)})
		}
	}
	return out
}

func TestSampled(t *testing.T) {
	if got := sampled(someTrades(50), 0); len(got) != 100 || got[0] != (place{"a", 0}) || got[99] != (place{"b", 49}) {
		t.Errorf("all of 100 turns: got %d, from %v to %v", len(got), got[0], got[len(got)-1])
	}
	got := sampled(someTrades(50), 30)
	if len(got) != 30 || !slices.Equal(got, sampled(someTrades(50), 30)) {
		t.Fatalf("got %d turns, want the same 30 each time", len(got))
	}
	if !slices.IsSortedFunc(got, func(a, b place) int { return strings.Compare(a.trade, b.trade)*1000 + a.turn - b.turn }) {
		t.Errorf("they do not stand as in the corpus: %v", got)
	}
	ofA := placesIn(someTrades(50)[:1], got)
	if len(ofA) < 5 || len(ofA) > 25 {
		t.Errorf("%d of 30 are of one trade of two alike", len(ofA))
	}
	// One turn more may push one other out.
	kept := 0
	for _, p := range sampled(someTrades(51), 30) {
		if slices.Contains(got, p) {
			kept++
		}
	}
	if kept < 28 {
		t.Errorf("of 30 turns %d stay when the corpus grows by two", kept)
	}
}

func TestInParts(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e"}
	for n, want := range map[int]string{0: "[[a] [b] [c] [d] [e]]", 2: "[[a c e] [b d]]", 9: "[[a] [b] [c] [d] [e]]"} {
		if got := fmt.Sprint(inParts(names, n)); got != want {
			t.Errorf("in %d parts: got %s, want %s", n, got, want)
		}
	}
}

func TestGuessReading(t *testing.T) {
	g := guess{first: plainMeaning(understanding.Hours), second: plainMeaning(understanding.Parking), near: 0.5, lead: 0.1}
	for _, tt := range []struct {
		l    limits
		sure understanding.Intent // "" = asked back
	}{
		{limits{0.4, 0.05}, understanding.Hours},
		{limits{0.4, 0.2}, ""},
		{limits{0.6, 0.05}, understanding.Unknown},
	} {
		r := g.reading(tt.l)
		switch {
		case tt.sure != "" && (len(r.Asks) != 1 || r.Asks[0].Intent != tt.sure || r.Asks[0].Meaning.Service != -1):
			t.Errorf("%v: got %+v, want %s", tt.l, r.Asks, tt.sure)
		case tt.sure == "" && (len(r.Asks) != 0 || len(r.Weak) != 2 || r.Weak[0].Intent != understanding.Hours ||
			r.Weak[1].Intent != understanding.Parking):
			t.Errorf("%v: got %+v and %+v, want both asked about", tt.l, r.Asks, r.Weak)
		}
	}
}

// TestFitLimits holds that the limits follow what acting costs: far guesses are passed on, near ties are asked back about.
func TestFitLimits(t *testing.T) {
	var list []weighed
	for i := range 120 {
		w := weighed{guess: guess{near: 0.2 + 0.005*float64(i), lead: float64(i%12) / 100}, act: 0, ask: 1, pass: 4}
		switch {
		case w.near < 0.4:
			w.act, w.ask, w.pass = 5, 3, 0
		case w.lead < 0.05:
			w.act, w.ask = 5, 1
		}
		list = append(list, w)
	}
	l := fitLimits(list)
	if l.near < 0.38 || l.near > 0.43 || l.lead < 0.04 || l.lead > 0.07 {
		t.Errorf("got %+v, want about {0.4 0.05}", l)
	}
	if l := fitLimits(nil); !math.IsInf(l.near, -1) || !math.IsInf(l.lead, -1) {
		t.Errorf("without guesses: got %+v, want to act always", l)
	}
}

func TestNearestOf(t *testing.T) {
	at := func(m understanding.Intent, vec ...float32) placed {
		return placed{saying{means: plainMeaning(m)}, vec}
	}
	g := nearestOf([]float32{1, 0}, []placed{at(understanding.Hours, 0.8, 0.6), at(understanding.Hours, 0.6, 0.8)},
		[]placed{at(understanding.Parking, 0, 1), at(understanding.Phone, 0.5, 0.86)})
	if g.first.Intent != understanding.Hours || g.second.Intent != understanding.Phone || math.Abs(g.near-0.8) > 1e-6 ||
		math.Abs(g.lead-0.3) > 1e-6 {
		t.Errorf("got %+v", g)
	}
	if g := nearestOf([]float32{1, 0}); g.first.Intent != understanding.Unknown {
		t.Errorf("with nothing to be near to: got %+v", g)
	}
}

// shop is a business with one of everything.
func shop() *knowledge.Business {
	return &knowledge.Business{
		Name: "Keys and More", Trade: "locksmith", Language: "en", Region: "GB",
		Services: []knowledge.Service{
			{Name: "key cutting", Also: []string{"spare keys"}, Minutes: 5}, {Name: "safe opening", Description: "We open any safe."},
		},
		Answers: []knowledge.Answer{{Question: "Do you come out at night?", Reply: "Yes, we do."}},
		Staff:   []knowledge.Person{{Name: "Nora Reed", Role: "owner"}},
	}
}

func TestSayings(t *testing.T) {
	l := all.For("en")
	examples, err := fitting.Examples(examplesOf("en"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[understanding.Intent]int{}
	for _, s := range ownSayings(l, examples, shop()) {
		if strings.ContainsAny(s.text, "{}") {
			t.Errorf("%q has a place that is not filled", s.text)
		}
		if s.means.Intent == understanding.Duration && s.means.Service != 0 {
			t.Errorf("%q asks how long what has no length takes", s.text)
		}
		count[s.means.Intent]++
	}
	for i, want := range map[understanding.Intent]int{
		understanding.Price: 3 * perItem, understanding.Duration: 2 * perItem, understanding.Service: 3*perItem + 1, understanding.Answer: 2,
		understanding.Person: perItem,
	} {
		if count[i] != want {
			t.Errorf("%s: %d texts, want %d", i, count[i], want)
		}
	}
	seen := map[understanding.Meaning]bool{}
	for _, s := range generalSayings(l, examples) {
		if strings.ContainsAny(s.text, "{}") || s.text == "" {
			t.Errorf("%q has a place that is not filled", s.text)
		}
		seen[s.means] = true
	}
	for _, m := range []understanding.Meaning{
		plainMeaning(understanding.Hours), plainMeaning(understanding.Harm), plainMeaning(understanding.Price), rightOf("erase"),
	} {
		if !seen[m] {
			t.Errorf("nothing stands for %+v", m)
		}
	}
	if seen[plainMeaning(understanding.Service)] || seen[plainMeaning("policy")] {
		t.Error("examples stand for what needs an item of the profile")
	}
}

// sayer is a language model that prefers some answers.
type sayer struct {
	prefers map[string]float64
	asked   []engines.CompleteRequest
}

func (s *sayer) Warm(context.Context, string) error { return nil }

func (s *sayer) Complete(_ context.Context, r engines.CompleteRequest) (engines.Completion, error) {
	s.asked = append(s.asked, r)
	c := engines.Completion{Scores: make([]float64, len(r.Scores))}
	for i, text := range r.Scores {
		c.Scores[i] = s.prefers[text]
	}
	return c, nil
}

func TestModelReader(t *testing.T) {
	for _, tt := range []struct {
		prefers       map[string]float64
		first, second understanding.Meaning
		questions     int
	}{
		{map[string]float64{"hours": 0.9, "parking": 0.1}, plainMeaning(understanding.Hours), plainMeaning(understanding.Parking), 1},
		{
			map[string]float64{"price": 0.8, "hours": 0.2, "B": 0.7, "C": 0.3}, serviceMeaning(understanding.Price, 1),
			plainMeaning(understanding.Price), 2,
		},
		{map[string]float64{"duration": 1, "B": 1}, plainMeaning(understanding.Unknown), understanding.Meaning{}, 2},
		{map[string]float64{"policy": 0.6, "erase": 0.4, "A": 0.9, "B": 0.1}, answerMeaning(0), rightOf("erase"), 2},
	} {
		m := &sayer{prefers: tt.prefers}
		r := newModelReader(m, all.For("en"), examplesOf("en"))
		if err := r.prepare(t.Context(), corpus.Trade{Business: shop()}); err != nil {
			t.Fatal(err)
		}
		g, err := r.guess(t.Context(), corpus.Turn{Say: "And how about it?", Before: "Do you cut keys?"})
		if err != nil {
			t.Fatal(err)
		}
		if g.first != tt.first || tt.second.Intent != "" && g.second != tt.second || len(m.asked) != tt.questions {
			t.Errorf("%v: got %+v after %d questions", tt.prefers, g, len(m.asked))
		}
		for _, q := range m.asked {
			if !strings.Contains(q.Prompt, "Caller: And how about it?") || !strings.Contains(q.Prompt, "Do you cut keys?") {
				t.Errorf("the model is not told what was said: %q", q.Prompt)
			}
		}
	}
}

func serviceMeaning(i understanding.Intent, n int) understanding.Meaning {
	m := plainMeaning(i)
	m.Service = n
	return m
}

func answerMeaning(n int) understanding.Meaning {
	m := plainMeaning(understanding.Answer)
	m.Answer = n
	return m
}

// timekeeper takes everything for the opening hours, and is sure of it when it is right.
type timekeeper struct{ trades int }

func (k *timekeeper) prepare(context.Context, corpus.Trade) error {
	k.trades++
	return nil
}

func (k *timekeeper) guess(_ context.Context, turn corpus.Turn) (guess, error) {
	g := guess{first: plainMeaning(understanding.Hours), second: plainMeaning(understanding.Harm), near: 1}
	if wantsHours(turn.Want) {
		g.lead = 1
	}
	return g, nil
}

func wantsHours(want []string) bool {
	return slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(w, "hours") && !strings.Contains(w, "+") })
}

func TestAlone(t *testing.T) {
	trades, err := corpus.Load()
	if err != nil {
		t.Fatal(err)
	}
	trades = slices.DeleteFunc(trades, func(x corpus.Trade) bool { return x.Name != "bicycle" && x.Name != "optician" })
	set, err := readSet(t.Context(), "en", trades, nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	drawn := sampled(trades, 60)
	var k timekeeper
	got, err := alone(t.Context(), "hours", set, drawn, &k, true)
	if err != nil {
		t.Fatal(err)
	}
	x := &comparison{}
	if err := x.enter("hours", set, drawn, got); err != nil {
		t.Fatal(err)
	}
	if k.trades != 2 || len(x.out) != 1 || len(x.out[0].verdicts) != 60 || len(x.out[0].took) != 60 {
		t.Fatalf("got %d columns of %d trades", len(x.out), k.trades)
	}
	right := 0
	for _, v := range x.out[0].verdicts {
		if v.Right {
			right++
		}
		if v.Wrong || v.Right != wantsHours(v.Want) {
			t.Errorf("%+v", v)
		}
	}
	if right == 0 {
		t.Error("nothing was right")
	}
}

// TestSecond holds that the model chooses between what would be asked about, and nothing else.
func TestSecond(t *testing.T) {
	ask := func(i understanding.Intent) understanding.Ask {
		return understanding.Ask{Intent: i, Meaning: plainMeaning(i)}
	}
	sure := func(i understanding.Intent) answer {
		return answer{understanding.Reading{Asks: []understanding.Ask{ask(i)}}, time.Second}
	}
	torn := answer{
		understanding.Reading{Weak: []understanding.Ask{ask(understanding.Hours), ask(understanding.Parking), ask(understanding.Phone)}},
		time.Second,
	}
	at := func(n int) place { return place{"a", n} }
	got := second(map[place]answer{at(0): sure(understanding.Hours), at(1): torn, at(2): torn, at(3): torn},
		map[place]answer{at(0): sure(understanding.Phone), at(1): sure(understanding.Parking), at(2): sure(understanding.Phone), at(3): torn})
	for n, want := range []struct {
		does understanding.Intent
		took time.Duration
	}{{understanding.Hours, time.Second}, {understanding.Parking, 2 * time.Second}, {"", 2 * time.Second}, {"", 2 * time.Second}} {
		r := got[at(n)].reading
		if want.does == "" && (len(r.Asks) != 0 || len(r.Weak) != 3) || want.does != "" && (len(r.Asks) != 1 || r.Asks[0].Intent != want.does) ||
			got[at(n)].took != want.took {
			t.Errorf("turn %d: got %+v in %v, want %+v", n, r, got[at(n)].took, want)
		}
	}
}

func TestPrintColumns(t *testing.T) {
	var cs columns
	cs.add("words", fitting.Verdict{Language: "en", Kind: "fact", Right: true}, 2*time.Millisecond)
	cs.add("model", fitting.Verdict{Language: "en", Kind: "fact", Wrong: true, Harmful: true}, time.Second)
	cs.add("words", fitting.Verdict{Language: "de", Kind: "fact", Asked: true}, 4*time.Millisecond)
	var out, errs strings.Builder
	c := &benchUnderstanding{&out, &errs}
	if err := c.printColumns(understandingFlags{json: true, sample: 2}, cs); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"words":{"turns":2,"right":0.5,"asked":0.5`, `"model":{"turns":1,"right":0`, `"harmful":[0.2065,1]`, `"p50_ms":1000`,
		`"language.de":{"turns":1`, `"sample":2`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing in %s", want, out.String())
		}
	}
	out.Reset()
	if err := c.printColumns(understandingFlags{}, cs); err != nil || !strings.HasPrefix(out.String(), "words ") ||
		strings.Count(out.String(), "\n") != 4 {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestSpeakers(t *testing.T) {
	voices, err := voicesOf("en", voicesInTurn)
	if err != nil || len(voices) < 4 || !slices.Contains(voices, boxVoice) {
		t.Fatalf("English is spoken by %v, %v", voices, err)
	}
	for n, v := range append(slices.Clone(voices), voices[0]) {
		if got := speakers(voices, voicesInTurn, n); !slices.Equal(got, []string{v}) {
			t.Errorf("turn %d is spoken by %v, want %s", n, got, v)
		}
	}
	if got := speakers(voices, voicesAll, 3); !slices.Equal(got, voices) {
		t.Errorf("got %v, want all", got)
	}
	t.Setenv("PATH", t.TempDir())
	if got, err := voicesOf("de", voicesInTurn); len(got) > 0 || err == nil {
		t.Errorf("on a system without German voices: got %v, %v", got, err)
	}
	if got, _ := voicesOf("en", "flite:awb,pico:de-DE"); !slices.Equal(got, []string{"flite:awb"}) {
		t.Errorf("of two voices, one of them German, English has %v", got)
	}
}

func TestExpected(t *testing.T) {
	b := shop()
	got := expected(b)
	if !strings.Contains(got, "Nora Reed") || !strings.Contains(got, "safe opening") {
		t.Errorf("the recogniser is told to expect %q, want names and services as in a call", got)
	}
}

func TestWordErrors(t *testing.T) {
	if e := wordErrors(all.For("en"), "I'm at 12 Mill Lane.", "I am at twelve mill lane"); e.Rate() != 0 || e.Words != 6 {
		t.Errorf("English written in two ways: %+v", e)
	}
	if e := wordErrors(all.For("de"), "Haben Sie am Samstag geöffnet?", "haben sie am Freitag geöffnet"); e.Words != 5 || e.Substituted != 1 {
		t.Errorf("German with one wrong word: %+v", e)
	}
}

func TestPrintSpoken(t *testing.T) {
	right := fitting.Verdict{Language: "en", Kind: "fact", Right: true}
	lost := fitting.Verdict{Language: "en", Kind: "fact", Lost: true, Want: []string{"hours"}}
	list := []spokenTurn{
		{voice: "flite:slt", heard: "one", errors: asrbench.Errors{Words: 4, Substituted: 1}, spoken: lost, text: right, took: time.Second},
		{voice: "flite:slt", rejected: "no_speech", errors: asrbench.Errors{Words: 4, Deleted: 4}, spoken: lost, text: lost},
		{voice: boxVoice, heard: "two", errors: asrbench.Errors{Words: 2}, spoken: right, text: right},
	}
	got := spokenSharesOf(list)
	if got.Turns != 3 || got.Right != 0.3333 || got.Text != 0.6667 || got.Lost != 0.6667 || got.Cost != 0.3334 || got.WER != 0.5 ||
		got.Rejected != 1 {
		t.Errorf("got %+v", got)
	}
	var out, errs strings.Builder
	c := &benchUnderstanding{&out, &errs}
	if err := c.printSpoken(understandingFlags{json: true}, list); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"spoken_right":0.3333`, `"text_right":0.6667`, `"voice.box":{"turns":1,"spoken_right":1`, `"language.en":{"turns":3`, `"wer":0.5`,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is missing in %s", want, out.String())
		}
	}
	out.Reset()
	if err := c.printSpoken(understandingFlags{list: true}, list); err != nil || !strings.Contains(out.String(), `was heard as "one"`) {
		t.Errorf("got %q, %v", out.String(), err)
	}
}
