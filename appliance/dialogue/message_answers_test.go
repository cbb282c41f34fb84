package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/understanding"
)

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

// TestAtTheReadBack: "not urgent" is not urgent, and a day is added to what was said.
func TestAtTheReadBack(t *testing.T) {
	for say, want := range map[string]string{
		"not urgent":                 "Shall I pass that on?",
		"well by Friday if possible": "By Friday",
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

// A corrected last name leaves the first name, and who says what it is and what it is not corrects it.
func TestTheFirstNameStays(t *testing.T) {
	turns := []*understanding.Reading{
		plain(leave), plain("Robert Baker."), plain("Yes."), plain("My crown came off and it hurts."), plain("No."),
	}
	for _, text := range []string{"No, it's B A C K E R.", "It's Bakker, not Baker, and it still hurts."} {
		said, c := spoken(t, append(turns, plain(text), plain("Yes."))...)
		if !strings.Contains(said, "The name is now Robert Ba") || c.State() != "checkAll" {
			t.Errorf("%s: said %q, then %s", text, said, c.State())
		}
	}
}

// A word that is written like the name corrects nothing: "Kate is running late".
func TestAWordLikeTheNameIsNone(t *testing.T) {
	turns := []*understanding.Reading{
		plain(leave), plain("Kate Baker."), plain("Yes."), plain("My crown came off and it hurts."), plain("No."),
	}
	for _, text := range []string{"No, Kate is running late on Monday.", "Yes, it's late for Kate and her son."} {
		if said, _ := spoken(t, append(turns[:len(turns):len(turns)], plain(text))...); strings.Contains(said, "I have Late") {
			t.Errorf("%s: said %q", text, said)
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

// What is said at the read-back is kept: beside a yes, as a full name, as a correction of one thing; and a message is let go as it is by
// a no that asks for nothing.
func TestNothingIsLostAtTheReadBack(t *testing.T) {
	begin := []string{leave, "Baker.", "B A K E R", "Yes.", "It is about my last bill."}
	for say, want := range map[string]record.Message{
		"No, nothing, it's fine, pass it on.":      {Name: "Baker", Reason: "It is about my last bill."},
		"No that's all, send it.":                  {Name: "Baker", Reason: "It is about my last bill."},
		"Nope, all good.":                          {Name: "Baker", Reason: "It is about my last bill."},
		"Yes but say I want it this week.":         {Name: "Baker", Reason: "It is about my last bill. I want it this week."},
		"Sounds good, and tell them I have a dog.": {Name: "Baker", Reason: "It is about my last bill. I have a dog."},
		"Yes, and it's Tom Baker.":                 {Name: "Tom Baker", Reason: "It is about my last bill."},
		"Yes, and as soon as possible.":            {Name: "Baker", Reason: "It is about my last bill.", Urgency: record.Urgent},
		"Make it the March one instead.":           {Name: "Baker", Reason: "It is about my last bill. Make it the March one instead"},
		"The invoice number is 2026 118.":          {Name: "Baker", Reason: "It is about my last bill. The invoice number is 2026 118"},
		"No, also tell her it's by Friday please.": {Name: "Baker", Reason: "It is about my last bill. It's by Friday"},
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

// Who only wants to know something when he is asked for his name has not told it.
func TestAQuestionIsNoName(t *testing.T) {
	said, c := spoken(t, plain(leave), reading("no hang on I only want to know what it costs first", nil,
		[]understanding.Ask{{Intent: understanding.Price, Score: 0.6, Doubt: true}}))
	if strings.Contains(said, "spelled") || c.State() == "offerNumber" || c.State() == "spellName" {
		t.Errorf("said %q, then %s", said, c.State())
	}
}
