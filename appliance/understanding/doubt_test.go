package understanding

import "testing"

// TestDoubt: what is likely and may be something else is told with a question, what is sure without one, and what is hardly likelier
// than others is asked about.
func TestDoubt(t *testing.T) {
	r := testReader(t, nil)
	service, answer := meaning(Price), meaning(Answer)
	service.Service, answer.Answer = 0, 0
	const said = "and what would that set me back"
	for _, tt := range []struct {
		what  string
		m     Meaning
		p     float64
		asked bool // among the sure ones
		doubt bool
	}{
		{"sure", service, 0.97, true, false},
		{"likely, no name was said", service, 0.85, true, true},
		{"likely, an answer", answer, 0.85, true, true},
		{"likely, what every business has", meaning(Hours), 0.85, true, false},
		{"not sure", meaning(Hours), 0.6, false, true},
		{"hardly likelier", meaning(Hours), 0.4, false, false},
		{"not sure, no fact", meaning(Person), 0.6, false, false},
		{"one of what is taken down", meaning(Appointment), 0.6, true, false},
	} {
		s := see(t, r, said)
		out := Reading{Text: said, Words: s.whole.seg.words, Named: s.whole.seg.named}
		r.decide(&out, s, []Candidate{
			{Meaning: tt.m, P: tt.p}, {Meaning: meaning(Message), P: (1 - tt.p) * 0.6}, {Meaning: meaning(Unknown), P: (1 - tt.p) * 0.4},
		})
		if (len(out.Asks) == 1) != tt.asked {
			t.Errorf("%s: sure are %+v", tt.what, out.Asks)
			continue
		}
		a := append(out.Asks, out.Weak...)[0]
		if a.Meaning != tt.m || a.Doubt != tt.doubt {
			t.Errorf("%s: %v, doubt %v", tt.what, a.Meaning, a.Doubt)
		}
	}
}

// TestUnlessHarm: what else may be meant by a turn that may speak of harm is known too, for a caller who says that it is none.
func TestUnlessHarm(t *testing.T) {
	r := testReader(t, nil)
	r.head.Harm = 0.1
	service := meaning(Price)
	service.Service = 0
	const said = "the door fell shut behind me and what does that cost"
	s := see(t, r, said)
	out := Reading{Text: said, Words: s.whole.seg.words, Named: s.whole.seg.named}
	r.decide(&out, s, []Candidate{
		{Meaning: service, P: 0.5}, {Meaning: meaning(Harm), P: 0.3}, {Meaning: meaning(Message), P: 0.12}, {Meaning: meaning(Hours), P: 0.05},
	})
	if len(out.Asks) != 1 || out.Asks[0].Intent != Harm {
		t.Fatalf("asked is %+v", out.Asks)
	}
	if len(out.Weak) != 2 || out.Weak[0].Meaning != service || !out.Weak[0].Doubt || out.Weak[1].Intent != Message || out.Weak[1].Doubt {
		t.Errorf("else %+v", out.Weak)
	}
}

// TestAServiceByNameIsNoHarm: whoever only names a service speaks of no harm, whatever its name may sound like.
func TestAServiceByNameIsNoHarm(t *testing.T) {
	r := testReader(t, nil)
	r.head.Harm = 0.1
	name := r.biz.Services[0].Name
	for said, asked := range map[string]bool{"and the " + name: false, "my " + name + " exploded": true} {
		s := see(t, r, said)
		out := Reading{Text: said, Words: s.whole.seg.words, Named: s.whole.seg.named}
		r.decide(&out, s, []Candidate{{Meaning: meaning(Harm), P: 0.9}, {Meaning: meaning(Unknown), P: 0.1}})
		if out.Has(Harm) != asked {
			t.Errorf("%s: %+v", said, out.Asks)
		}
	}
}
