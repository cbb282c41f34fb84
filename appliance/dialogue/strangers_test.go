package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
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

// TestNoEmergency: who is taken for somebody in need by the owner's words says so, and is served.
func TestNoEmergency(t *testing.T) {
	emergency := []understanding.Ask{{Intent: understanding.Emergency, Score: 0.9}}
	b := *sample(t, "dental")
	b.Emergency.Extension, b.Transfer.Extension = "", ""
	said, c := spokenTo(t, &b, reading("I knocked out a wall in my kitchen", emergency, nil))
	if c.State() != "askName" {
		t.Fatalf("said %q, then %s", said, c.State())
	}
	parking := []understanding.Ask{{Intent: understanding.Parking, Score: 0.95}}
	r := reading("what no there's no emergency I just want to park", parking, nil)
	said = words(c.Handle(at, dialogue.Heard{Reading: r, Text: r.Text, Confidence: 0.9}))
	if !strings.Contains(said, "lot behind") || c.State() != "idle" {
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

// TestConfirmedWithMore: what is added behind the yes to the read-back is in the message.
func TestConfirmedWithMore(t *testing.T) {
	for say, want := range map[string]string{
		"yes please Thursday morning would suit best": "Thursday morning would suit best",
		"yeah and it's about the upper tooth":         "upper tooth",
		"yes that's perfect thank you":                "",
		"yes lovely cheers":                           "",
	} {
		_, c := spoken(t, plain(leave), plain("Tom Baker."), plain("Yes."), plain("It is about my last bill."))
		var kept string
		for _, a := range c.Handle(at, dialogue.Heard{Text: say, Confidence: 0.9}) {
			if m, ok := a.(dialogue.Commit); ok {
				kept = string(m.Message.Reason) + " " + string(m.Message.BestTime)
			}
		}
		if kept == "" || !strings.Contains(kept, want) || want == "" && strings.TrimSpace(kept) != "It is about my last bill." {
			t.Errorf("%q: kept %q, want %q in it", say, kept, want)
		}
	}
}

// TestNoEmergencyButIll: "it's not an emergency" is a no, whatever else is said with it.
func TestNoEmergencyButIll(t *testing.T) {
	harm := func() []understanding.Ask { return []understanding.Ask{{Intent: understanding.Harm, Score: 0.4}} }
	said, _ := spoken(t, reading("she's been sick in the night", harm(), nil),
		reading("no it's not an emergency she's just been sick I want to let you know", harm(), nil))
	if strings.Contains(said, "emergency") {
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

// TestAtTheReadBack: "not urgent" is not urgent, and a day is added to what was said.
func TestAtTheReadBack(t *testing.T) {
	for say, want := range map[string]string{
		"not urgent":                 "Shall I pass that on?",
		"well by Friday if possible": "by Friday",
	} {
		said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("Yes."), plain("It is about my last bill."), plain(say))
		if strings.Contains(said, "urgent now") || !strings.Contains(said, want) || c.State() != "checkAll" {
			t.Errorf("%q: said %q, then %s", say, said, c.State())
		}
		for _, a := range c.Handle(at, dialogue.Heard{Text: "yes", Confidence: 0.9}) {
			m, ok := a.(dialogue.Commit)
			if ok && (!strings.Contains(string(m.Message.Reason), "my last bill") || m.Message.Urgency != record.Normal) {
				t.Errorf("%q: kept %+v", say, m.Message)
			}
		}
	}
}

// TestTheMotherIsNoChild, and a child who fetches her is understood.
func TestTheMotherIsNoChild(t *testing.T) {
	child := func() []understanding.Ask { return []understanding.Ask{{Intent: understanding.Child, Score: 0.8}} }
	said, c := spoken(t, plain(leave), reading("yes I'm the mum Frances Moser", child(), nil))
	if strings.Contains(said, "adult") {
		t.Errorf("said %q, then %s", said, c.State())
	}
	said, c = spoken(t, reading("my mum is not here", child(), nil), reading("hello I'm his mother", nil, nil))
	if !strings.Contains(said, "How can I help") {
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

// TestNotSureIsNoDenial: who does not know whether it is an emergency is in one as long as harm is heard, in either language.
func TestNotSureIsNoDenial(t *testing.T) {
	for say, denies := range map[string]bool{
		"I'm not sure if it's an emergency but he's hurt": false, "nobody is coming and she's hurt": false,
		"it's not an emergency she's just been sick": true, "no emergency": true,
	} {
		if got := all.For("en").DeniesEmergency(all.For("en").Words(say)); got != denies {
			t.Errorf("%q denies: %v", say, got)
		}
	}
	de := all.For("de")
	denied := func(say string) bool { return de.DeniesEmergency(de.Words(say)) }
	if denied("Ich weiß nicht, ob er schwer verletzt ist") || !denied("Nein, das ist kein Notfall") {
		t.Error("German denials are not told apart")
	}
}

// TestAChildSpeaksOfItsMother, and is a child all the same.
func TestAChildSpeaksOfItsMother(t *testing.T) {
	for tag, list := range map[string]map[string]bool{
		"en": {"I'm nine and my mum is not here": false, "I'm looking for my mum": false, "I'm the mum Frances": true, "I'm his mother": true},
		"de": {"Ich bin allein, die Mama ist weg": false, "Ich bin doch die Mutter": true, "ja ich bin die Mama Franziska": true},
	} {
		for say, want := range list {
			if got := all.For(tag).Grown(all.For(tag).Words(say)); got != want {
				t.Errorf("%q is grown up: %v", say, got)
			}
		}
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

// A name that was misheard and ends in a no drops nothing.
func TestNoAtTheEndOfANameDropsNothing(t *testing.T) {
	never := []understanding.Ask{{Intent: understanding.NeverMind, Score: 0.6}}
	if said, c := spoken(t, plain(leave), reading("That will bring no", never, nil)); c.State() != "askName" {
		t.Errorf("said %q, then %s", said, c.State())
	}
	if said, c := spoken(t, plain(leave), reading("Oh no, forget it", never, nil)); c.State() == "askName" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// Who wants something given to somebody asks for no moment, and what he says of himself is no part of the name.
func TestGiveHerAMessage(t *testing.T) {
	for _, text := range []string{"Can you give Maria a message?", "Could you tell Maria I'm running late?"} {
		said, c := spoken(t, reading(text, []understanding.Ask{{Intent: understanding.Message, Score: 0.95}}, nil))
		if c.State() != "askName" || strings.Contains(said, "I'm on") {
			t.Errorf("%s: said %q, then %s", text, said, c.State())
		}
	}
}

// Who takes leave with thanks and a no in the place of letters spells nothing.
func TestFarewellInThePlaceOfLetters(t *testing.T) {
	said, c := spoken(t, plain(leave), plain("Olena Kravits."), plain("Nope, thank you. That's all. Thank you. Goodbye."))
	if c.State() != "ended" && c.State() != "saving" || strings.Contains(said, "Nope") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// A correction of the name takes nothing from the reason.
func TestANameSaidAgainAtTheReadBack(t *testing.T) {
	turns := []*understanding.Reading{plain(leave), plain("Nguyen."), plain("N G U Y E N"), plain("Yes."),
		plain("My crown came off and it hurts."), plain("No.")}
	for _, text := range []string{"No, I said Kim Nguyen.", "No, other way round, Nguyen is the surname."} {
		said, c := spoken(t, append(turns[:len(turns)-1:len(turns)-1], plain("No, not urgent."), plain(text))...)
		if strings.Contains(said, "I said") || strings.Contains(said, "other way") ||
			c.State() == "checkAll" && !strings.Contains(said, "crown") && !strings.Contains(said, "The name is now Kim Nguyen. Shall") {
			t.Errorf("%s: said %q, then %s", text, said, c.State())
		}
	}
}

// A refusal of an offered message with a farewell ends the call, and its "fine" is no yes; an acceptance takes one.
func TestOfferedMessageRefusedOrTaken(t *testing.T) {
	unknown := func(text string) *understanding.Reading {
		return reading(text, []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}}, nil)
	}
	person := []understanding.Ask{{Intent: understanding.Person, Score: 0.5}}
	for text, state := range map[string]string{
		"Nah, that's fine, cheers, bye.": "ended", "No, that's fine.": "idle", "Oh go on then, it's Julie.": "askName",
		"Yeah, go ahead, Tom Hale, H A L E.": "askName",
	} {
		said, c := spoken(t, unknown("Do you have a creche?"), reading(text, nil, person))
		if c.State() != state && !(state == "askName" && c.State() == "offerNumber") {
			t.Errorf("%s: said %q, then %s", text, said, c.State())
		}
	}
}

// Who confirms a message and says who shall call wants nobody now.
func TestYesAndWhoShallCall(t *testing.T) {
	person := []understanding.Ask{{Intent: understanding.Person, Score: 0.95}}
	said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("Yes."), plain("My crown came off."), plain("No."),
		reading("Yes, and I want Maria to call me.", person, nil))
	if c.State() == "moving" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// A number in what is told beside a yes is none of the telephone's.
func TestANumberInADetailChangesNoNumber(t *testing.T) {
	said, c := spoken(t, plain(leave), plain("Tom Baker."), plain("Yes."), plain("I left my jacket there."), plain("No."),
		plain("Yes, but it's got a unicorn on the back and we were on lane twelve."))
	if strings.HasPrefix(c.State(), "checkNumber") {
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

// Harm is heard whatever was asked, and who is not sure whether it is an emergency is taken for somebody in one.
func TestHarmIsHeardEverywhere(t *testing.T) {
	b := *sample(t, "dental")
	b.Emergency = knowledge.Emergency{}
	b.Transfer.Always = true
	either := reading("mm", nil, []understanding.Ask{{Intent: understanding.Hours, Score: 0.4}, {Intent: understanding.Parking, Score: 0.35}})
	harm := reading("my throat feels tight", []understanding.Ask{{Intent: understanding.Harm, Score: 0.8}}, nil)
	for name, first := range map[string][]*understanding.Reading{"at a guess": {either}, "in a message": {plain(leave)}, "at once": nil} {
		said, c := spokenTo(t, &b, append(slices.Clone(first), harm)...)
		if !strings.Contains(said, "Is this an emergency?") {
			t.Fatalf("%s: %q", name, said)
		}
		out := c.Handle(at, dialogue.Heard{Text: "I'm not sure.", Confidence: 0.9})
		if c.State() != "moving" || !strings.Contains(words(out), "nine one one") {
			t.Errorf("%s: said %q, then %s", name, words(out), c.State())
		}
	}
}

// A question about something else is no yes to the question about harm.
func TestWhoAsksOnIsInNoDanger(t *testing.T) {
	harm := reading("it is chucking it down", []understanding.Ask{{Intent: understanding.Harm, Score: 0.5}}, nil)
	asks := reading("Where can I park?", nil, []understanding.Ask{{Intent: understanding.Parking, Score: 0.6, Doubt: true}})
	said, c := spoken(t, harm, asks)
	if c.State() == "moving" || strings.Contains(said, "emergency") || !strings.Contains(said, "lot behind") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// What is said at the read-back is kept: beside a yes, as a full name, as a correction of one thing; and a message is let go as it is by
// a no that asks for nothing.
func TestNothingIsLostAtTheReadBack(t *testing.T) {
	begin := []string{leave, "Baker.", "B A K E R", "Yes.", "It is about my last bill."}
	for say, want := range map[string]record.Message{
		"No, nothing, it's fine, pass it on.":      {Name: "Baker", Reason: "It is about my last bill."},
		"No that's all, send it.":                  {Name: "Baker", Reason: "It is about my last bill."},
		"Nope, all good.":                          {Name: "Baker", Reason: "It is about my last bill."},
		"Yes but say I want it this week.":         {Name: "Baker", Reason: "It is about my last bill. But say I want it this week."},
		"Sounds good, and tell them I have a dog.": {Name: "Baker", Reason: "It is about my last bill. Tell them I have a dog."},
		"Yes, and it's Tom Baker.":                 {Name: "Tom Baker", Reason: "It is about my last bill."},
		"Yes, and as soon as possible.":            {Name: "Baker", Reason: "It is about my last bill.", Urgency: record.Urgent},
		"Make it the March one instead.":           {Name: "Baker", Reason: "It is about my last bill. Make it the March one instead"},
		"The invoice number is 2026 118.":          {Name: "Baker", Reason: "It is about my last bill. The invoice number is 2026 118"},
		"No, also tell her it's by Friday please.": {Name: "Baker", Reason: "It is about my last bill. Also tell her it's by Friday please"},
		"No, it's the March bill, not the April one.": {Name: "Baker",
			Reason: "It is about my last bill. It's the March bill, not the April one"},
	} {
		said, m := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), say)...)
		if m == nil {
			said, m = talk(t, dialogue.Options{}, "", append(slices.Clone(begin), say, "Yes.")...)
		}
		if want.Urgency == "" {
			want.Urgency = record.Normal
		}
		if m == nil || m.Name != want.Name || strings.TrimRight(string(m.Reason), ".") != strings.TrimRight(string(want.Reason), ".") ||
			m.Urgency != want.Urgency || m.Number != "2175550144" {
			t.Errorf("%q: kept %+v\n%s", say, m, said)
		}
	}
}

// A name is heard behind words that lead to it.
func TestLeadsToAName(t *testing.T) {
	for _, say := range []string{"oh right, it's Tom Baker", "Yeah fine, Tom Baker.", "Fine. Tom Baker, 217 555 0142.",
		"great, thanks, Tom Baker"} {
		said, c := spoken(t, plain(leave), plain(say))
		if c.State() == "askName" || strings.Contains(said, "your name") {
			t.Errorf("%q: %q, then %s", say, said, c.State())
		}
	}
}

// What a caller has told before a message is begun stands in it; he is not asked once more.
func TestTheMatterIsNotAskedTwice(t *testing.T) {
	complaint := reading("your crown fell out after two days and nobody has called me back",
		nil, []understanding.Ask{{Intent: understanding.Complaint, Score: 0.5}, {Intent: understanding.Person, Score: 0.3}})
	b := *sample(t, "dental")
	b.Transfer.Extension = ""
	person := reading("I want to speak to someone", []understanding.Ask{{Intent: understanding.Person, Score: 1}}, nil)
	said, c := spokenTo(t, &b, complaint, person, plain("Tom Baker."), plain("Yes."))
	if c.State() == "askReason" || !strings.Contains(said, "fell out") {
		t.Errorf("said %q, then %s", said, c.State())
	}
}

// A name or a number in the place of a yes takes the message that was offered, with what was asked.
func TestANameTakesTheOffer(t *testing.T) {
	unknown := reading("do you rent out excavators", []understanding.Ask{{Intent: understanding.Unknown, Score: 0.9}}, nil)
	for say, state := range map[string]string{"Tom Baker.": "offerNumber", "My number is 217 555 0142.": "askName",
		"Yeah, ask them to ring. Tom Baker.": "offerNumber"} {
		_, c := spoken(t, unknown)
		c.Handle(at, dialogue.Committed{ID: 1})
		out := c.Handle(at, dialogue.Heard{Text: say, Confidence: 0.9})
		if c.State() != state {
			t.Errorf("%q: said %q, then %s", say, words(out), c.State())
		}
	}
}

// A name is taken whole, in its order, and from the caller, not from whom he asks for.
func TestWholeNames(t *testing.T) {
	for _, x := range []struct {
		turns []string
		name  record.Personal
	}{
		{[]string{leave, "It's Priya, P R I Y A, Baker."}, "Priya Baker"},
		{[]string{leave, "Darnell Whitaker.", "W H I T A K E R, Darnell D A R N E L L"}, "Darnell Whitaker"},
		{[]string{leave, "Siobhan knows us, it's Tom Baker, can you send her down?"}, "Tom Baker"},
		{[]string{"I'd like to leave a message for Maria Lopez.", "Maria Lopez, the dentist.", "Tom Baker."}, "Tom Baker"},
	} {
		said, m := talk(t, dialogue.Options{}, "", append(slices.Clone(x.turns), "Yes.", "It is about my last bill.", "Yes.")...)
		if m == nil || m.Name != x.name {
			t.Errorf("%q: kept %+v\n%s", x.turns, m, said)
		}
	}
}

// A question in the middle of a message is answered where the answer is likely, and the message goes on.
func TestALikelyAnswerInAMessage(t *testing.T) {
	parking := reading("and can we park there?", nil, []understanding.Ask{{Intent: understanding.Parking, Score: 0.6, Doubt: true}})
	said, c := spoken(t, plain(leave), parking)
	if !strings.Contains(said, "lot behind") || c.State() != "askName" {
		t.Errorf("said %q, then %s", said, c.State())
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

// Who only wants to know something when he is asked for his name has not told it.
func TestAQuestionIsNoName(t *testing.T) {
	said, c := spoken(t, plain(leave), reading("no hang on I only want to know what it costs first", nil,
		[]understanding.Ask{{Intent: understanding.Price, Score: 0.6, Doubt: true}}))
	if strings.Contains(said, "spelled") || c.State() == "offerNumber" || c.State() == "spellName" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}
