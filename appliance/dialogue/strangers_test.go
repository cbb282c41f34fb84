package dialogue_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/understanding"
)

// reading is a turn as a reader with meaning at hand makes it of text.
func reading(text string, asks, weak []understanding.Ask) *understanding.Reading {
	en := all.For("en")
	w := en.Words(text)
	for _, list := range [][]understanding.Ask{asks, weak} {
		for i := range list {
			list[i].Text = text
		}
	}
	return &understanding.Reading{Text: text, Words: w, Meaning: true, Asks: asks, Weak: weak, When: en.When(w, at, "US")}
}

// spoken has a caller of the sample dentist say one turn after the other, and returns the last reply.
func spoken(t *testing.T, turns ...*understanding.Reading) (said string, c *dialogue.Conversation) {
	t.Helper()
	return spokenTo(t, sample(t, "dental"), turns...)
}

// spokenTo is spoken for callers of b.
func spokenTo(t *testing.T, b *knowledge.Business, turns ...*understanding.Reading) (said string, c *dialogue.Conversation) {
	t.Helper()
	c = dialogue.New(b, dialogue.Options{Words: sharedReader})
	c.Handle(at, dialogue.Answered{From: "2175550144"})
	for _, r := range turns {
		ev := dialogue.Heard{Text: r.Text, Confidence: 0.9}
		if r.Meaning {
			ev.Reading = r
		}
		out := c.Handle(at, ev)
		for _, a := range out {
			if u, ok := a.(dialogue.Unanswered); ok {
				out = append(out, c.Handle(at, dialogue.Committed{ID: u.ID})...)
			}
		}
		said = words(out)
	}
	return said, c
}

// plain is a turn that is read by words alone.
func plain(text string) *understanding.Reading { return &understanding.Reading{Text: text} }

func TestNotUrgentIsNoRefusal(t *testing.T) {
	never := []understanding.Ask{{Intent: understanding.NeverMind, Score: 0.9}}
	said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("Yes."), plain("My crown came off and it hurts."),
		reading("Nah, not urgent.", never, nil))
	if c.State() != "checkAll" || !strings.Contains(said, "Tom Baker") {
		t.Errorf("said %q, then %s; the message must go on", said, c.State())
	}
}

func TestMattersAndComplaintsBeginMessages(t *testing.T) {
	for intent, want := range map[understanding.Intent]string{
		understanding.Matter: "take that down for the office", understanding.Complaint: "sorry to hear that",
	} {
		said, c := spoken(t, reading("the bill you sent has somebody else's crown on it",
			[]understanding.Ask{{Intent: intent, Score: 0.9}}, nil))
		if c.State() != "askName" || !strings.Contains(said, want) {
			t.Errorf("%s: said %q, then %s", intent, said, c.State())
		}
	}
}

// TestYesAndMore: behind the yes to what was told a further question is answered.
func TestYesAndMore(t *testing.T) {
	told := []understanding.Ask{{Intent: understanding.Parking, Score: 0.6, Doubt: true}}
	hours := []understanding.Ask{{Intent: understanding.Hours, Score: 0.9, Aspect: language.AspectIsOpen}}
	next := reading("Yes, but are you open on Sunday?", hours, nil)
	next.Asks[0].When = next.When
	if said, _ := spoken(t, reading("the lot", told, nil), next); !strings.Contains(said, "Sunday") {
		t.Errorf("said %q", said)
	}
}

// TestOneOfTwoIsSuspected: the answer to "is it about this or that" counts as soon as it is only about one of them.
func TestOneOfTwoIsSuspected(t *testing.T) {
	two := []understanding.Ask{{Intent: understanding.Appointment, Score: 0.4}, {Intent: understanding.Parking, Score: 0.3}}
	one := []understanding.Ask{{Intent: understanding.Person, Score: 0.4}, {Intent: understanding.Appointment, Score: 0.3}}
	said, c := spoken(t, reading("I need to cancel Saturday, I'm ill", nil, two), reading("it's about the appointment", nil, one))
	if c.State() != "askName" || !strings.Contains(said, "calendar") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

func TestWrongNumberInAnyState(t *testing.T) {
	wrong := []understanding.Ask{{Intent: understanding.WrongNumber, Score: 0.9}}
	unknown := []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}}
	said, c := spoken(t, reading("I need to refill a prescription", unknown, nil), reading("oh wait this isn't the pharmacy", wrong, nil))
	if c.State() != "ended" || strings.Contains(said, "not sure I understood") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestOneHoliday: who asks about a day hears of that day, once, and not of all holidays.
func TestOneHoliday(t *testing.T) {
	text := "what about Christmas Eve"
	when := all.For("en").When(all.For("en").Words(text), at, "US")
	asks := []understanding.Ask{
		{Intent: understanding.Hours, Score: 0.9, When: when}, {Intent: understanding.Holidays, Score: 0.9, When: when},
	}
	for n := 1; n <= 2; n++ {
		said, _ := spoken(t, reading(text, asks[2-n:], nil))
		if strings.Count(said, "December") != 1 || strings.Contains(said, "New Year") {
			t.Errorf("said %q, want the one day, once", said)
		}
	}
}

// TestTakesUpWhatWasTold: "how long does that take" is about what was told just now, though it was only likely meant.
func TestTakesUpWhatWasTold(t *testing.T) {
	service := func(i int) []knowledge.Mention { return []knowledge.Mention{{Items: []int{i}}} }
	m := understanding.Meaning{Intent: understanding.Price, Service: 0, Answer: -1, Person: -1, Passage: -1}
	told := []understanding.Ask{{Intent: understanding.Price, Score: 0.6, Doubt: true, Services: service(0), Meaning: m}}
	_, c := spoken(t, reading("what would a look at my teeth run", told, nil))
	if b := c.Before(); b == nil || b.Service != 0 {
		t.Errorf("before is %+v, want the price of the first service", b)
	}
	weak := []understanding.Ask{{Intent: understanding.Duration, Score: 0.4, Services: service(3), Guessed: true}}
	r := reading("and how long does that take", nil, weak)
	name := sample(t, "dental").Services[0].Name
	if said := words(c.Handle(at, dialogue.Heard{Reading: r, Text: r.Text, Confidence: 0.9})); !strings.Contains(said, name) {
		t.Errorf("said %q, want how long %q takes", said, name)
	}
}

func TestAQuestionInPlaceOfTheName(t *testing.T) {
	said, c := spoken(t, plain(leave), plain("Oh, when will she be back then?"))
	if c.State() != "askName" || !strings.Contains(said, "I'll put it in the message") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestARefusedGuessIsNotTold: no to a guess does not bring the guess itself.
func TestARefusedGuessIsNotTold(t *testing.T) {
	m := understanding.Meaning{Intent: understanding.Service, Service: 1, Answer: -1, Person: -1, Passage: -1}
	guess := func() []understanding.Ask {
		services := []knowledge.Mention{{Items: []int{1}}}
		return []understanding.Ask{{Intent: understanding.Service, Score: 0.5, Services: services, Meaning: m, Guessed: true}}
	}
	again := guess()
	again[0].Doubt = true
	name := sample(t, "dental").Services[1].Name
	said, c := spoken(t, reading("do you do rides for weddings", nil, guess()), reading("no not that one a wedding I said", again, nil))
	if strings.Contains(said, name) {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestNoThanksBut: behind a no to the offer of a message a question is heard.
func TestNoThanksBut(t *testing.T) {
	unknown := []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}}
	weak := []understanding.Ask{{Intent: understanding.Parking, Score: 0.4, Doubt: true}}
	said, _ := spoken(t, reading("do you do piercings", unknown, nil), reading("no thanks but can I leave the car with you", nil, weak))
	if !strings.Contains(said, "lot behind") {
		t.Errorf("said %q", said)
	}
}

// TestIsThatSomewhereElse: who asks for another place hears whom he has reached, and the owner's list stays clean.
func TestIsThatSomewhereElse(t *testing.T) {
	unknown := []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}}
	said, c := spoken(t, reading("oh hi love is that the hairdresser's", unknown, nil))
	if !strings.Contains(said, "You have reached Bright Smile Dental") || c.State() != "idle" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestAskingOn: what the profile says of a service answers who asks on about it.
func TestAskingOn(t *testing.T) {
	b := sample(t, "dental")
	m := understanding.Meaning{Intent: understanding.Price, Service: 0, Answer: -1, Person: -1, Passage: -1}
	price := []understanding.Ask{{Intent: understanding.Price, Score: 0.97, Services: []knowledge.Mention{{Items: []int{0}}}, Meaning: m}}
	unknown := func() []understanding.Ask { return []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}} }
	said, c := spoken(t, reading("what is the price", price, nil), reading("and is everything in that", unknown(), nil))
	if !strings.Contains(said, strings.Split(b.Services[0].Description, " ")[0]) || c.State() != "guessing" {
		t.Errorf("said %q, then %s", said, c.State())
	}
	r := reading("no but what about that", unknown(), nil)
	said = words(c.Handle(at, dialogue.Heard{Reading: r, Text: r.Text, Confidence: 0.9}))
	if !strings.Contains(said, "don't have that information") {
		t.Errorf("the second time: said %q", said)
	}
}

// TestWhichByAWord: of two that were named the one is meant of which a word is said.
func TestWhichByAWord(t *testing.T) {
	b := sample(t, "dental")
	two := []understanding.Ask{
		{Intent: understanding.Answer, Score: 0.4, Answer: 0}, {Intent: understanding.Parking, Score: 0.3},
	}
	w := ""
	for _, x := range all.For("en").Words(b.Answers[0].Question) {
		if len(x) > len(w) {
			w = x
		}
	}
	said, _ := spoken(t, reading("and then what", nil, two), reading("the "+w+" one", nil, nil))
	if !strings.Contains(said, strings.Split(b.Answers[0].Reply, " ")[0]) {
		t.Errorf("%q: said %q", w, said)
	}
}

// TestReasonNamesTheTopic: a message that follows on what was told says what it is about.
func TestReasonNamesTheTopic(t *testing.T) {
	m := understanding.Meaning{Intent: understanding.Price, Service: 0, Answer: -1, Person: -1, Passage: -1}
	price := []understanding.Ask{{Intent: understanding.Price, Score: 0.97, Services: []knowledge.Mention{{Items: []int{0}}}, Meaning: m}}
	book := []understanding.Ask{{Intent: understanding.Appointment, Score: 0.9}}
	_, c := spoken(t, reading("what is the price", price, nil), reading("could you do that on Saturday", book, nil))
	name := sample(t, "dental").Services[0].Name
	r := plain("Tom Baker.")
	c.Handle(at, dialogue.Heard{Text: r.Text, Confidence: 0.9})
	said := words(c.Handle(at, dialogue.Heard{Text: "Yes.", Confidence: 0.9}))
	if !strings.Contains(said, "About "+name) {
		t.Errorf("said %q, want the service named", said)
	}
}

// TestPartOfTheDay: a day that ends at noon is no yes to the afternoon.
func TestPartOfTheDay(t *testing.T) {
	b := *sample(t, "dental")
	b.Hours.Monday = "8:00-12:00" // the day of the tests
	text := "is anybody there this afternoon"
	when := all.For("en").When(all.For("en").Words(text), at, "US")
	open := []understanding.Ask{{Intent: understanding.Hours, Score: 0.97, When: when, Aspect: language.AspectIsOpen}}
	if said, _ := spokenTo(t, &b, reading(text, open, nil)); !strings.HasPrefix(said, "No, ") {
		t.Errorf("said %q", said)
	}
}

// TestANameIsNoWishForAPerson, however it was read.
func TestANameIsNoWishForAPerson(t *testing.T) {
	person := []understanding.Ask{{Intent: understanding.Person, Score: 0.9}}
	said, c := spoken(t, plain(leave), reading("it's Dashiell Rutherford the third", person, nil))
	if c.State() == "moving" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestJustAsking: who only wanted to know something is not kept in a message that was begun by mistake.
func TestJustAsking(t *testing.T) {
	parking := []understanding.Ask{{Intent: understanding.Parking, Score: 0.6, Doubt: true}}
	book := []understanding.Ask{{Intent: understanding.Appointment, Score: 0.8}}
	said, c := spoken(t, reading("and the lot then", book, nil), reading("no I'm just asking about the parking", parking, nil))
	if !strings.Contains(said, "lot behind") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestInheritsWhenTold: "how long do they take" is about what was spoken of, also where the service is only likely meant.
func TestInheritsWhenTold(t *testing.T) {
	b := sample(t, "dental")
	service := func(i int) []knowledge.Mention { return []knowledge.Mention{{Items: []int{i}}} }
	m := understanding.Meaning{Intent: understanding.Price, Service: 0, Answer: -1, Person: -1, Passage: -1}
	price := []understanding.Ask{{Intent: understanding.Price, Score: 0.97, Services: service(0), Meaning: m}}
	long := []understanding.Ask{{Intent: understanding.Duration, Score: 0.6, Services: service(3), Guessed: true, Doubt: true}}
	said, _ := spoken(t, reading("what is the price", price, nil), reading("and how long do they take", long, nil))
	if !strings.Contains(said, b.Services[0].Name) || strings.Contains(said, b.Services[3].Name) {
		t.Errorf("said %q, want how long %q takes", said, b.Services[0].Name)
	}
}

// TestPresence: when somebody is there is told from the hours that the profile has, in and outside of a message.
func TestPresence(t *testing.T) {
	b := *sample(t, "dental")
	b.Staff = append([]knowledge.Person{{
		Name: "Jarrah Collard", Also: []string{"Jarrah"}, Role: "pump fitter", Extension: "32",
		Hours: &knowledge.Hours{Thursday: "8:00-16:00", Friday: "9:00-12:00"},
	}}, b.Staff...)
	who := []knowledge.Mention{{Items: []int{0}, Score: 1, At: []int{1}}}
	person := func(text string) *understanding.Reading {
		r := reading(text, []understanding.Ask{{Intent: understanding.Person, Score: 0.9, Staff: who}}, nil)
		r.Named.Staff = who
		return r
	}
	for _, tt := range []struct {
		turns []*understanding.Reading
		want  []string
		state string
	}{
		{[]*understanding.Reading{person("is Jarrah there today")},
			[]string{"Jarrah Collard isn't in today", "back on Thursday at eight"}, "idle"},
		{[]*understanding.Reading{person("is Jarrah in on Friday")}, []string{"is in on Friday from nine AM to noon"}, "idle"},
		{[]*understanding.Reading{person("can I speak to Jarrah")},
			[]string{"can't be reached", "back on Thursday at eight", "your name"}, "askName"},
		{[]*understanding.Reading{person("can I speak to Jarrah"), reading("when's he back then", nil, nil)},
			[]string{"will be back on Thursday at eight", "your name"}, "askName"},
	} {
		said, c := spokenTo(t, &b, tt.turns...)
		for _, w := range tt.want {
			if !strings.Contains(said, w) || c.State() != tt.state {
				t.Errorf("%q: said %q, then %s, want %q and %s", tt.turns[len(tt.turns)-1].Text, said, c.State(), w, tt.state)
			}
		}
	}
}

// TestAMessageIsNoGoodbye: a long sentence that takes no leave is what somebody is told, whatever it sounds like.
func TestAMessageIsNoGoodbye(t *testing.T) {
	bye := []understanding.Ask{{Intent: understanding.Goodbye, Score: 0.8}}
	said, c := spoken(t, reading("well then we will have to see how we get on with the two of them", bye, nil))
	if c.State() != "guessing" || !strings.Contains(said, "take that down") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// TestNobodyIsHungUpOnByAGuess: words that only may mean the end of a call are asked about.
func TestNobodyIsHungUpOnByAGuess(t *testing.T) {
	bye := []understanding.Ask{{Intent: understanding.Goodbye, Score: 0.8}}
	if said, c := spoken(t, reading("so all together", bye, nil)); c.State() != "guessing" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// Who tells how to reach him wants no person.
func TestReachMeIsNoWishForAPerson(t *testing.T) {
	person := []understanding.Ask{{Intent: understanding.Person, Score: 0.95}}
	for _, text := range []string{"You can reach me at 217-555-0142.", "You can reach me at"} {
		said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("No, another number."), reading(text, person, nil))
		if !strings.HasPrefix(c.State(), "checkNumber") && c.State() != "askNumber" {
			t.Errorf("%s: said %q, then %s", text, said, c.State())
		}
	}
	if said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("No, another number."),
		reading("Can I talk to a person, please?", person, nil)); c.State() != "moving" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// A day that is by appointment is told as that, in both languages, and is no opening for whoever just comes.
func TestByAppointment(t *testing.T) {
	for _, x := range []struct {
		tag, row, text string
		want, never    []string
	}{
		{"en", "by appointment", "Are you open on Saturday?", []string{"n Saturday we are open by appointment only.", "We open again on Monday"},
			[]string{"Yes,", "No,", "closed"}},
		{"en", "9-12 and by appointment", "Are you open on Saturday at 3 pm?",
			[]string{"No, on Saturday we are open from nine AM to noon, and otherwise by appointment."}, nil},
		{"en", "by appointment only", "What are your opening hours?", []string{"Saturday by appointment only.", "On Sunday we are closed."}, nil},
		{"de", "nach Vereinbarung", "Haben Sie am Samstag geöffnet?", []string{"m Samstag haben wir nur nach Vereinbarung geöffnet."},
			[]string{"Ja,", "Nein,", "geschlossen"}},
		{"de", "9-12, sonst nach Vereinbarung", "Wann haben Sie geöffnet?",
			[]string{"Samstag von neun bis zwölf Uhr, sonst nach Vereinbarung."}, nil},
		{"de", "n.V.", "Wann haben Sie geöffnet?", []string{"Samstag nur nach Vereinbarung.", "Am Sonntag haben wir geschlossen."}, nil},
	} {
		b := *sample(t, "dental")
		b.Language, b.Languages, b.Holidays = x.tag, nil, nil
		b.Hours.Saturday, b.Hours.Sunday = x.row, "closed"
		if faults := b.Validate(); len(faults) > 0 {
			t.Errorf("%q is refused: %v", x.row, faults)
		}
		said, _ := spokenTo(t, &b, plain(x.text))
		for _, w := range x.want {
			if !strings.Contains(said, w) {
				t.Errorf("%q, %q: said %q, want %q", x.row, x.text, said, w)
			}
		}
		for _, w := range x.never {
			if strings.Contains(said, w) {
				t.Errorf("%q, %q: said %q, not %q", x.row, x.text, said, w)
			}
		}
	}
}

// Who asks whether it is open on such a day hears that it is, for those who have an appointment.
func TestByAppointmentToday(t *testing.T) {
	b := *sample(t, "dental")
	b.Holidays = nil
	for _, row := range []*string{&b.Hours.Monday, &b.Hours.Tuesday, &b.Hours.Wednesday, &b.Hours.Thursday, &b.Hours.Friday} {
		*row = "by appointment"
	}
	b.Hours.Saturday, b.Hours.Sunday = b.Hours.Monday, b.Hours.Monday
	if b.OpenAt(at) {
		t.Error("it is open for whoever just comes")
	}
	for text, want := range map[string]string{
		"Are you open right now?":      "Today we are open by appointment only.",
		"When do you open?":            "Today we are open by appointment only.",
		"When do you close today?":     "Today we are open by appointment only.",
		"What are your opening hours?": "We are open every day by appointment only.",
	} {
		if said, _ := spokenTo(t, &b, plain(text)); !strings.Contains(said, want) {
			t.Errorf("%q: said %q, want %q", text, said, want)
		}
	}
}

// The price of several units is worked out where it is the price of one times so many, and nowhere else.
func TestTheSumOfSeveralUnits(t *testing.T) {
	b := *sample(t, "dental")
	b.Name = "Sum Lock and Safe"
	b.Services = []knowledge.Service{
		{Name: "rekeying", Price: knowledge.Price{Amount: 2500, Unit: "per lock", Note: "Plus a $60 trip charge."}},
		{Name: "tasting", Price: knowledge.Price{Amount: 4000, Unit: "per person"}},
		{Name: "fitting", Price: knowledge.Price{From: 4000, Unit: "per hour"}},
	}
	price := func(text string, service int) *understanding.Reading {
		return reading(text, []understanding.Ask{{Intent: understanding.Price, Score: 1, Text: text,
			Services: []knowledge.Mention{{Items: []int{service}, Score: 1, At: []int{0}}}}}, nil)
	}
	for _, x := range []struct {
		text    string
		service int
		want    string
	}{
		{"what is rekeying for six locks", 0, "twenty-five dollars per lock. For six that makes one hundred and fifty dollars. Plus a"},
		{"tasting for the four of us", 1, "For four that makes one hundred and sixty dollars."},
		{"tasting for two adults and three people", 1, ""}, {"fitting for three hours", 2, ""}, {"rekeying on the 4th", 0, ""},
	} {
		said, _ := spokenTo(t, &b, price(x.text, x.service))
		if !strings.Contains(said, x.want) || x.want == "" && strings.Contains(said, "that makes") {
			t.Errorf("%q: %q", x.text, said)
		}
	}
}
