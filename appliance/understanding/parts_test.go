package understanding

import (
	"slices"
	"testing"

	"frontdesk.internal/appliance/knowledge"
)

// TestSplitsBehindAComma: a question behind what is told before it is a part by itself.
func TestSplitsBehindAComma(t *testing.T) {
	r := testReader(t, nil)
	for text, want := range map[string][]string{
		"my rim is bent from the kerb, do you straighten those as well": {
			"my rim is bent from the kerb,", " do you straighten those as well"},
		"it's the red one, please": {"it's the red one, please"},
	} {
		if got := r.parts(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// TestFactsBesideAMatter: what a caller tells around a question is why he asks it, and a remark beside one is no question.
func TestFactsBesideAMatter(t *testing.T) {
	r := testReader(t, nil)
	ask := func(i Intent, score float64, text string) Ask {
		return Ask{Intent: i, Score: score, Text: text, Meaning: meaning(i)}
	}
	matter, question := ask(Matter, 0.8, "my rim is bent"), ask(Parking, 0.9, "where can I park")
	remark := ask(Holidays, 0.6, "so that would be April then")
	for what, parts := range map[string][]Ask{"matter": {matter, question}, "remark": {remark, question}} {
		got, _ := r.together(parts, likelyPart, question, []Candidate{{Meaning: question.Meaning, P: 1}})
		if len(got) != 1 || got[0].Intent != Parking {
			t.Errorf("%s: %+v", what, got)
		}
	}
	if got := r.factsAsked([]Ask{matter, question, remark}); len(got) != 1 || got[0].Intent != Parking {
		t.Errorf("facts asked: %+v", got)
	}
}

// TestNamedInFull: a short turn that names one service in full is about it rather than about something to be taken down.
func TestNamedInFull(t *testing.T) {
	named := []knowledge.Mention{{Items: []int{1}, Score: 1}}
	service := meaning(Service)
	service.Service = 1
	weak := []Ask{{Intent: Complaint, Score: 0.43, Meaning: meaning(Complaint)}, {Intent: Service, Score: 0.39, Meaning: service}}
	short := Reading{Words: []string{"no", "like", "a", "new", "wheel"}, Named: Named{Services: named}, Weak: slices.Clone(weak)}
	if short.preferNamed(); short.Weak[0].Intent != Service || !short.Weak[0].Doubt || len(short.Weak) != 2 {
		t.Errorf("short: %+v", short.Weak)
	}
	long := Reading{Words: make([]string, shortMost+1), Named: Named{Services: named}, Weak: slices.Clone(weak)}
	if long.preferNamed(); long.Weak[0].Intent != Complaint {
		t.Errorf("long: %+v", long.Weak)
	}
}

// TestNoPriceStandsOut: where no service's price is likely, it is asked of which, and the likeliest are named.
func TestNoPriceStandsOut(t *testing.T) {
	price := func(item int, p float64) Candidate {
		m := meaning(Price)
		m.Service = item
		return Candidate{Meaning: m, P: p}
	}
	got := anyPrice([]Candidate{price(2, 0.18), price(0, 0.17), price(1, 0.05)})
	if len(got) != 1 || got[0].Meaning.Service >= 0 || !slices.Equal(got[0].of, []int{2, 0, 1}) {
		t.Errorf("nothing stands out: %+v", got)
	}
	if got := anyPrice([]Candidate{price(2, 0.5), price(0, 0.17), price(1, 0.05)}); len(got) != 3 {
		t.Errorf("one stands out: %+v", got)
	}
}

// TestPriceBeforeADetail: where the price of what was spoken of may be asked for, no sentence of its description is told in its place.
func TestPriceBeforeADetail(t *testing.T) {
	of := func(i Intent, p float64) Ask {
		m := meaning(i)
		m.Service = 1
		return Ask{Intent: i, Score: p, Meaning: m}
	}
	for what, tt := range map[string]struct {
		weak []Ask
		want Intent
	}{"price": {[]Ask{of(Price, 0.4)}, ""}, "nothing": {nil, Detail}} {
		r := Reading{Weak: tt.weak, Detail: &Ask{Intent: Detail, Score: 0.5, Meaning: of(Service, 0).Meaning}}
		r.preferDetail()
		got := Intent("")
		if len(r.Asks) > 0 {
			got = r.Asks[0].Intent
		}
		if got != tt.want {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// TestAnswerBeforeADetail: the owner's answer that is surely asked for is told, however near a sentence of what was told before lies.
func TestAnswerBeforeADetail(t *testing.T) {
	asked := meaning(Answer)
	asked.Answer = 2
	told := meaning(Service)
	for p, want := range map[float64]Intent{0.96: Answer, 0.5: Detail} {
		r := Reading{
			Asks:   []Ask{{Intent: Answer, Answer: 2, Score: p, Meaning: asked}},
			Detail: &Ask{Intent: Detail, Score: 0.46, Meaning: told},
		}
		if r.preferDetail(); r.Asks[0].Intent != want {
			t.Errorf("at %v: %v", p, r.Asks[0].Intent)
		}
	}
}

// TestSomebodyIsOnlySpokenOf: a name in a statement asks for nobody.
func TestSomebodyIsOnlySpokenOf(t *testing.T) {
	r := testReader(t, nil)
	name := r.biz.Staff[0].Name
	for text, want := range map[string]bool{
		"nobody picked up the telephone at " + name: false, name + " please": true, "is " + name + " there today?": true,
		"I would like to speak to " + name + " please": true,
	} {
		if got := r.wantsSomebody(see(t, r, text).whole); got != want {
			t.Errorf("%q wants somebody: %v", text, got)
		}
	}
}

// TestPeopleTogether: that one wants to speak to somebody is sure where it is only open to whom.
func TestPeopleTogether(t *testing.T) {
	r := testReader(t, nil)
	s := see(t, r, "the one who decides such things would be good")
	owner := meaning(Person)
	owner.Person = 0
	out := Reading{Text: s.whole.seg.text, Words: s.whole.seg.words}
	r.decide(&out, s, []Candidate{{Meaning: owner, P: 0.5}, {Meaning: meaning(Person), P: 0.4}, {Meaning: meaning(Message), P: 0.1}})
	if len(out.Asks) != 1 || out.Asks[0].Intent != Person {
		t.Errorf("sure are %+v", out.Asks)
	}
}
