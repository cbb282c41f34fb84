package dialogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/understanding"
)

// TestNotUnderstoodInAnyOrder: whether turns are not understood at all or only suspected, in whatever order, each is answered, and
// soon the question is on the owner's list. The walk fails when nothing is said.
func TestNotUnderstoodInAnyOrder(t *testing.T) {
	const turns = 5
	b := sample(t, "dental")
	suspected := understanding.Reading{
		Text: "the blue one then", Words: []string{"the", "blue", "one", "then"}, Meaning: true,
		Weak: []understanding.Ask{{Intent: understanding.Parking, Score: 0.4}, {Intent: understanding.Hours, Score: 0.3}},
	}
	nothing := understanding.Reading{Text: "the blue one then", Words: suspected.Words, Meaning: true}
	for order := range 1 << turns {
		w := walk{
			biz: b, now: time.Date(2026, 11, 23, 10, 15, 0, 0, b.Location()), events: []dialogue.Event{dialogue.Answered{From: "2175550144"}},
		}
		c := w.play(t)
		for i := range turns {
			r := suspected
			if order>>i&1 == 1 {
				r = nothing
			}
			c.send(dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9})
			c.settle()
		}
		if c.listed == 0 {
			c.fail("after %d turns that nobody understood nothing is on the list (order %b)", turns, order)
		}
	}
}

// TestPricesAreTold: where all that may be meant is a price, it is told at once, and whether that was it is asked.
func TestPricesAreTold(t *testing.T) {
	b := sample(t, "dental")
	item := func(name string) []knowledge.Mention {
		i := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == name })
		return []knowledge.Mention{{Items: []int{i}}}
	}
	ask := func(i understanding.Intent, name string) understanding.Ask {
		return understanding.Ask{Intent: i, Score: 0.4, Services: item(name)}
	}
	likely := ask(understanding.Price, "check-up")
	likely.Score = 0.6
	for _, tt := range []struct {
		what   string
		weak   []understanding.Ask
		said   []string
		reply  string
		states string // after the turn and after the reply
	}{
		{"one", []understanding.Ask{likely}, []string{"sixty-five dollars", "Does that help"}, "Yes.",
			"guessing idle"},
		{"two", []understanding.Ask{ask(understanding.Price, "check-up"), ask(understanding.Price, "crown")},
			[]string{"check-up is", "crown starts"}, "Yes, thank you.", "guessing idle"},
		{"one and the service", []understanding.Ask{ask(understanding.Service, "crown"), ask(understanding.Price, "crown")},
			[]string{"On our list there is crown", "price for crown"}, "No.", "guessing offered"},
		{"a price and another service", []understanding.Ask{ask(understanding.Price, "crown"), ask(understanding.Service, "check-up")},
			[]string{"Is it about"}, "No.", "guessing offered"},
		{"a service alone", []understanding.Ask{ask(understanding.Service, "crown")}, []string{"Did you want to know about crown"}, "Yes.",
			"guessing idle"},
		{"no price is known", []understanding.Ask{ask(understanding.Price, "night guard")}, []string{"Did you want to know the price"}, "No.",
			"guessing offered"},
		{"one that is less likely", []understanding.Ask{ask(understanding.Price, "check-up")}, []string{"Did you want to know the"}, "No.",
			"guessing offered"},
		{"another question", []understanding.Ask{ask(understanding.Price, "crown")}, []string{"price for crown"},
			"What are your hours on Monday?", "guessing idle"},
	} {
		c := dialogue.New(b, dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		r := understanding.Reading{Text: "what would that be", Words: []string{"what", "would", "that", "be"}, Meaning: true, Weak: tt.weak}
		out := c.Handle(at, dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9})
		said, states := words(out), c.State()
		for _, want := range tt.said {
			if !strings.Contains(said, want) {
				t.Errorf("%s: said %q, want %q", tt.what, said, want)
			}
		}
		for _, a := range c.Handle(at, dialogue.Heard{Text: tt.reply, Confidence: 0.9}) {
			if u, ok := a.(dialogue.Unanswered); ok {
				c.Handle(at, dialogue.Committed{ID: u.ID})
			}
		}
		if states += " " + c.State(); states != tt.states {
			t.Errorf("%s: %s, want %s", tt.what, states, tt.states)
		}
	}
}

// Facts that are hardly likely, or less likely than that the profile has nothing of what was asked, are not even asked about; what can be
// done for the caller is.
func TestHardlyLikelyIsNotAskedAbout(t *testing.T) {
	b := sample(t, "dental")
	hours := func(p float64) understanding.Ask { return understanding.Ask{Intent: understanding.Hours, Score: p} }
	matter := understanding.Ask{Intent: understanding.Matter, Score: 0.2}
	for _, tt := range []struct {
		what string
		weak []understanding.Ask
		none float64
		want string
	}{
		{"likely enough", []understanding.Ask{hours(0.4)}, 0.3, "opening hours"},
		{"hardly likely", []understanding.Ask{hours(0.25)}, 0.2, "I don't have that information"},
		{"what every business has", []understanding.Ask{hours(0.4)}, 0.5, "opening hours"},
		{"likelier nothing", []understanding.Ask{guessedAnswer(0, 0.4)}, 0.5, "I don't have that information"},
		{"something to be done", []understanding.Ask{hours(0.25), matter}, 0.2, "take that down"},
	} {
		c := dialogue.New(b, dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		r := understanding.Reading{
			Text: "the one with the tablets", Words: []string{"the", "one", "with", "the", "tablets"}, Meaning: true, Weak: tt.weak, None: tt.none,
		}
		if said := words(c.Handle(at, dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9})); !strings.Contains(said, tt.want) {
			t.Errorf("%s: said %q, want %q", tt.what, said, tt.want)
		}
	}
}

// TestAsksOnUnsurely: who asks on about a service in words that hardly mean anything hears what else is said of it.
func TestAsksOnUnsurely(t *testing.T) {
	b := sample(t, "dental")
	crown := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == "crown" })
	price := []understanding.Ask{{Intent: understanding.Price, Score: 1, Services: []knowledge.Mention{{Items: []int{crown}, Score: 1}}}}
	weak := []understanding.Ask{{Intent: understanding.Hours, Score: 0.2}}
	said, _ := spokenTo(t, b, reading("how much is a crown", price, nil), reading("does that include the x-rays?", nil, weak))
	if !strings.Contains(said, b.Services[crown].Description) || b.Services[crown].Description == "" {
		t.Errorf("said %q", said)
	}
}

// TestBackAfterAHoliday: hours asked for beside a holiday are those after it.
func TestBackAfterAHoliday(t *testing.T) {
	b := sample(t, "dental")
	day := time.Date(2026, 12, 25, 0, 0, 0, 0, b.Location())
	for b.DayHours(day).Holiday == "" {
		day = day.AddDate(0, 0, 1)
	}
	asks := []understanding.Ask{
		{Intent: understanding.Holidays, Score: 1, When: language.When{Days: []time.Time{day}, Named: []string{"Christmas"}}},
		{Intent: understanding.Hours, Score: 0.8, Aspect: language.AspectOpens},
	}
	said, _ := spokenTo(t, b, reading("over Christmas when are you back", asks, nil))
	if !strings.Contains(said, "closed for") || !strings.Contains(said, "We open again") {
		t.Errorf("said %q", said)
	}
}

// TestEachDayOnce: days asked for in several parts of a turn are told once each.
func TestEachDayOnce(t *testing.T) {
	b := sample(t, "dental")
	saturday, sunday := time.Date(2026, 12, 5, 0, 0, 0, 0, b.Location()), time.Date(2026, 12, 6, 0, 0, 0, 0, b.Location())
	on := func(days ...time.Time) understanding.Ask {
		return understanding.Ask{Intent: understanding.Hours, Score: 1, When: language.When{Days: days}}
	}
	asks := []understanding.Ask{on(saturday, sunday), on(sunday)}
	said, _ := spokenTo(t, b, reading("on Saturday or Sunday, or at least on Sunday", asks, nil))
	if strings.Count(said, "On Saturday") != 1 || strings.Count(said, "On Sunday") != 1 {
		t.Errorf("said %q", said)
	}
}

// TestVisitForAService: who may want a service or an appointment, and names a day, is asked about the appointment alone.
func TestVisitForAService(t *testing.T) {
	b := sample(t, "dental")
	crown := slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == "crown" })
	weak := []understanding.Ask{
		{Intent: understanding.Service, Score: 0.5, Services: []knowledge.Mention{{Items: []int{crown}}}},
		{Intent: understanding.Appointment, Score: 0.4},
	}
	for _, tt := range []struct {
		when language.When
		want string
	}{
		{language.When{Days: []time.Time{at.AddDate(0, 0, 2)}}, "Is it about an appointment?"}, {language.When{}, "crown or an appointment"},
	} {
		r := reading("could that be done on Thursday", nil, weak)
		r.When = tt.when
		if said, _ := spokenTo(t, b, r); !strings.Contains(said, tt.want) {
			t.Errorf("%v: said %q", tt.when, said)
		}
	}
}

// TestLikelyIsTold: a fact that is likely meant is told with the question whether it was wanted; who says no is asked about what else
// may have been meant, and then the question is on the owner's list.
func TestLikelyIsTold(t *testing.T) {
	b := sample(t, "dental")
	crown := []knowledge.Mention{{Items: []int{slices.IndexFunc(b.Services, func(s knowledge.Service) bool { return s.Name == "crown" })}}}
	likely := func(i understanding.Intent) understanding.Ask {
		return understanding.Ask{Intent: i, Score: 0.6, Doubt: true, Text: "what about that then"}
	}
	offered := likely(understanding.Service)
	offered.Services, offered.Guessed = crown, true
	parking, hours, services := likely(understanding.Parking), likely(understanding.Hours), likely(understanding.Services)
	for _, tt := range []struct {
		what    string
		reading understanding.Reading
		turns   []string // what is said after it
		said    []string // in each reply
		states  string
	}{
		{"told", understanding.Reading{Weak: []understanding.Ask{parking}}, []string{"Yes, thanks."},
			[]string{"lot behind the building", "else"}, "guessing idle"},
		{"then another question", understanding.Reading{Weak: []understanding.Ask{parking}}, []string{"What are your hours on Monday?"},
			[]string{"Does that help?", "we are open"}, "guessing idle"},
		{"no, the other", understanding.Reading{Weak: []understanding.Ask{parking, hours}}, []string{"No.", "Yes."},
			[]string{"lot behind the building", "opening hours", "open"}, "guessing guessing idle"},
		{"no, and nothing else", understanding.Reading{Weak: []understanding.Ask{parking}}, []string{"No."},
			[]string{"lot behind the building", "on the list"}, "guessing offered"},
		{"neither", understanding.Reading{Weak: []understanding.Ask{parking, hours}}, []string{"No.", "No."},
			[]string{"lot behind the building", "opening hours", "on the list"}, "guessing guessing offered"},
		{"likely enough to act, still with the question", understanding.Reading{Asks: []understanding.Ask{offered}, Weak: nil}, []string{"Yes."},
			[]string{"On our list there is crown", "else"}, "guessing idle"},
		{"a long list is asked about", understanding.Reading{Weak: []understanding.Ask{services}}, []string{"No."},
			[]string{"what services we offer", "on the list"}, "guessing offered"},
	} {
		c := dialogue.New(b, dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		r := tt.reading
		r.Text, r.Words, r.Meaning = "what about that then", []string{"what", "about", "that", "then"}, true
		var states []string
		for i := range len(tt.turns) + 1 {
			h := dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9}
			if i > 0 {
				h = dialogue.Heard{Text: tt.turns[i-1], Confidence: 0.9}
			}
			out := c.Handle(at, h)
			for _, a := range out {
				if u, ok := a.(dialogue.Unanswered); ok {
					out = append(out, c.Handle(at, dialogue.Committed{ID: u.ID})...)
				}
			}
			if said := words(out); !strings.Contains(said, tt.said[i]) || strings.Contains(said, "Yes, we offer") {
				t.Errorf("%s: said %q, want %q", tt.what, said, tt.said[i])
			}
			states = append(states, c.State())
		}
		if got := strings.Join(states, " "); got != tt.states {
			t.Errorf("%s: %s, want %s", tt.what, got, tt.states)
		}
	}
}

// TestNoHarm: who says that it is no emergency is served with what was said, and need not say it again.
func TestNoHarm(t *testing.T) {
	b := sample(t, "dental")
	parking := understanding.Ask{Intent: understanding.Parking, Score: 0.6, Doubt: true}
	for _, tt := range []struct {
		what, reply, said, state string
		weak                     []understanding.Ask
	}{
		{"told", "No.", "lot behind the building", "guessing", []understanding.Ask{parking}},
		{"asked", "No.", "leave a message", "guessing", []understanding.Ask{{Intent: understanding.Message, Score: 0.4}}},
		{"nothing else", "No.", "How can I help", "idle", nil},
		{"it is one", "Yes.", "nine one one", "saving", []understanding.Ask{parking}},
	} {
		c := dialogue.New(b, dialogue.Options{Words: sharedReader})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		r := understanding.Reading{
			Text: "I had to climb through it twice", Words: []string{"i", "had", "to", "climb", "through", "it", "twice"}, Meaning: true,
			Asks: []understanding.Ask{{Intent: understanding.Harm, Score: 0.2}}, Weak: tt.weak,
		}
		if said := words(c.Handle(at, dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9})); !strings.Contains(said, "emergency") {
			t.Fatalf("%s: said %q", tt.what, said)
		}
		said := words(c.Handle(at, dialogue.Heard{Text: tt.reply, Confidence: 0.9}))
		if !strings.Contains(said, tt.said) || tt.what != "it is one" && c.State() != tt.state {
			t.Errorf("%s: said %q, then %s", tt.what, said, c.State())
		}
	}
}

// TestBothAreTold: what the parts of a turn likely ask is told at once, with one question behind it.
func TestBothAreTold(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{Words: sharedReader})
	c.Handle(at, dialogue.Answered{From: "2175550144"})
	r := understanding.Reading{
		Text: "the lot and the place", Words: []string{"the", "lot", "and", "the", "place"}, Meaning: true,
		Asks: []understanding.Ask{
			{Intent: understanding.Parking, Score: 0.6, Doubt: true}, {Intent: understanding.Address, Score: 0.6, Doubt: true},
		},
	}
	said := words(c.Handle(at, dialogue.Heard{Reading: &r, Text: r.Text, Confidence: 0.9}))
	if !strings.Contains(said, "lot behind the building") || !strings.Contains(said, "Elm Street") ||
		strings.Count(said, "Does that help?") != 1 || c.State() != "guessing" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}
