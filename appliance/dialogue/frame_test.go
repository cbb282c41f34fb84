package dialogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/language/all"
	"frontdesk.internal/appliance/record"
)

// talk plays a call with the dental sample; it returns what was said last and what was committed.
func talk(t *testing.T, o dialogue.Options, known string, turns ...string) (said string, m *record.Message) {
	t.Helper()
	o.Words = sharedReader
	c := dialogue.New(sample(t, "dental"), o)
	said = words(c.Handle(at, dialogue.Answered{From: "2175550144", Known: record.Personal(known)}))
	for _, text := range turns {
		out := c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95})
		for _, a := range out {
			if x, ok := a.(dialogue.Commit); ok {
				m = &x.Message
			}
		}
		said = words(out)
	}
	return said, m
}

// Who is known is greeted by name, is not asked for it, and can say that somebody else is calling.
func TestAKnownCaller(t *testing.T) {
	if said, _ := talk(t, dialogue.Options{}, "Anna Berger"); !strings.Contains(said,
		"AI assistant. Hello, Anna Berger. How can I help you?") {
		t.Errorf("greeting: %q", said)
	}
	for _, o := range []dialogue.Options{{Announce: true}, {Announce: true, Ask: true}} {
		if said, _ := talk(t, o, "Anna Berger"); strings.Count(said, "Anna Berger") != 1 ||
			!strings.HasSuffix(strings.TrimSuffix(said, " Please say yes or no, or press one for yes and nine for no."), "?") {
			t.Errorf("greeting with %+v: %q", o, said)
		}
	}
	if said, _ := talk(t, dialogue.Options{}, "Anna Berger", "I'd like to leave a message."); strings.Contains(said, "name") ||
		!strings.Contains(said, "call you back on the number") {
		t.Errorf("asked: %q", said)
	}
	if said, _ := talk(t, dialogue.Options{}, "", "I'd like to leave a message."); !strings.Contains(said, "your name") {
		t.Errorf("a stranger is asked: %q", said)
	}
	said, _ := talk(t, dialogue.Options{}, "Anna Berger", "I'd like to leave a message.", "Yes.", "It is about the bill for my last visit.")
	if !strings.Contains(said, "from Anna Berger") {
		t.Errorf("summary: %q", said)
	}
	said, _ = talk(t, dialogue.Options{}, "Anna Berger", "This is Peter Berger, I'd like to leave a message.", "Yes.",
		"It is about the bill for my last visit.")
	if !strings.Contains(said, "from Peter Berger") {
		t.Errorf("another caller's summary: %q", said)
	}
}

// What is on file is no reason to keep a message that nobody has begun to leave.
func TestAKnownCallerWhoHangsUp(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{})
	c.Handle(at, dialogue.Answered{Known: "Anna Berger"})
	c.Handle(at, dialogue.Heard{Text: "I'd like to leave a message.", Confidence: 0.95})
	if out := c.Handle(at, dialogue.HungUp{}); len(out) > 0 {
		t.Errorf("kept: %+v", out)
	}
}

// A new sentence at the read-back is what the message is to say.
func TestTheReasonIsReplaced(t *testing.T) {
	begin := []string{"I'd like to leave a message.", "Anna Berger.", "Yes.", "It is about the bill for my last visit."}
	for text, want := range map[string]string{
		"Actually, please ask about an appointment for my daughter.": "Ask about an appointment for my daughter",
		"No, please ask about an appointment for my daughter.":       "Ask about an appointment for my daughter",
		"Hm.": "It is about the bill for my last visit",
	} {
		said, _ := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), text)...)
		if text == "Hm." { // nothing was changed
			want = ""
		} else {
			want = "Now it says: " + want + "."
		}
		if strings.Contains(said, "number ending in") || !strings.Contains(said, want) || !strings.Contains(said, "Shall I pass that on?") {
			t.Errorf("%q: %q", text, said)
		}
		if _, m := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), text, "Yes.")...); m == nil || m.Partial ||
			!strings.HasPrefix("Now it says: "+string(m.Reason), strings.TrimSuffix(want, ".")) {
			t.Errorf("%q: committed %+v", text, m)
		}
	}
	if said, _ := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), "No.")...); !strings.Contains(said, "What should I change") {
		t.Errorf("no: %q", said)
	}
}

// What is told besides at the read-back, and corrects nothing, is kept with what was said before.
func TestTheReasonIsAddedTo(t *testing.T) {
	said, m := talk(t, dialogue.Options{}, "", "I'd like to leave a message.", "Anna Berger.", "Yes.",
		"It is about the bill for my last visit.",
		"My insurance changed its address last month.", "Yes.")
	if m == nil || m.Reason != "It is about the bill for my last visit. My insurance changed its address last month." {
		t.Errorf("%+v\n%s", m, said)
	}
}

// Somebody of the staff is found by first name, last name, role, or name and role.
func TestWhoIsMeant(t *testing.T) {
	b := sample(t, "dental")
	b.Staff = append(b.Staff, knowledge.Person{Name: "Maria Keller", Role: "bookkeeper", Extension: "209"})
	for text, want := range map[string]string{
		"Can I speak to Dr. Lopez?":                     "201",
		"Can I speak to Maria Lopez, please?":           "201",
		"Put me through to Keller, please.":             "209",
		"Could I talk to the bookkeeper?":               "209",
		"Can I speak to Maria, the bookkeeper, please?": "209",
		"Can I speak to Maria?":                         "",
	} {
		c := dialogue.New(b, dialogue.Options{})
		c.Handle(at, dialogue.Answered{})
		out := c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95})
		got := ""
		for _, a := range out {
			if m, ok := a.(dialogue.Transfer); ok {
				got = m.Extension
			}
		}
		if got != want || want == "" && !strings.Contains(words(out), "Do you mean Doctor Maria Lopez or Maria Keller?") {
			t.Errorf("%q: put through to %q, want %q: %s", text, got, want, words(out))
		}
	}
}

// Who was asked which person is meant can say so in a word.
func TestWhichPerson(t *testing.T) {
	for text, want := range map[string]string{"Keller.": "209", "The bookkeeper.": "209", "Doctor Lopez": "201"} {
		b := sample(t, "dental")
		b.Staff = append(b.Staff, knowledge.Person{Name: "Maria Keller", Role: "bookkeeper", Extension: "209"})
		c := dialogue.New(b, dialogue.Options{})
		c.Handle(at, dialogue.Answered{})
		c.Handle(at, dialogue.Heard{Text: "Can I speak to Maria?", Confidence: 0.95})
		moved := slices.ContainsFunc(c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95}), func(a dialogue.Action) bool {
			m, ok := a.(dialogue.Transfer)
			return ok && m.Extension == want
		})
		if !moved {
			t.Errorf("%q does not choose", text)
		}
	}
}

func TestYesIsNoName(t *testing.T) {
	for _, text := range []string{"Yes, that is right.", "Yes.", "That's correct.", "Okay."} {
		if said, _ := talk(t, dialogue.Options{}, "", "I'd like to leave a message.", text); !strings.Contains(said, "your name") {
			t.Errorf("%q is taken for a name: %q", text, said)
		}
	}
	for _, text := range []string{"Yes, this is Grace Right.", "Okay, Anna Berger."} {
		if said, _ := talk(t, dialogue.Options{}, "", "I'd like to leave a message.", text); strings.Contains(said, "your name") {
			t.Errorf("%q is no name: %q", text, said)
		}
	}
}

// "Slower, please" holds for the rest of the call, but not for what only plays as it was rendered.
func TestSlower(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{})
	c.Handle(at, dialogue.Answered{})
	slow := func(ev dialogue.Event) (all, some bool) {
		all = true
		for _, a := range c.Handle(at, ev) {
			if s, ok := a.(dialogue.Say); ok {
				all, some = all && s.Slow, some || s.Slow
			}
		}
		return all, some
	}
	if _, some := slow(dialogue.Heard{Text: "How much is a cleaning?", Confidence: 0.95}); some {
		t.Error("slow without being asked")
	}
	for _, text := range []string{"Slower, please.", "And a root canal?"} {
		if all, _ := slow(dialogue.Heard{Text: text, Confidence: 0.95}); !all {
			t.Errorf("not slow after %q", text)
		}
	}
	if _, some := slow(dialogue.Engines{}); some {
		t.Error("slow without a voice")
	}
}

// A bare no right after the notice refuses the recording; later it is what it was.
func TestNoAfterTheNotice(t *testing.T) {
	for text, want := range map[string]bool{
		"No.": true, "I don't want that.": true, "No, thank you.": true, "I'd rather not.": true,
		"No, how much is a cleaning?": false, "Yes.": false, "I don't have my insurance card with me.": false,
	} {
		c, _ := announced(t, false)
		out := c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95})
		ends := slices.ContainsFunc(out, func(a dialogue.Action) bool { _, ok := a.(dialogue.Hangup); return ok })
		if stops(out) != want || ends {
			t.Errorf("%q: refuses %v, want %v; ends the call %v", text, stops(out), want, ends)
		}
	}
	c, _ := announced(t, false)
	c.Handle(at, dialogue.Heard{Text: "How much is a cleaning?", Confidence: 0.95})
	if stops(c.Handle(at, dialogue.Heard{Text: "No.", Confidence: 0.95})) {
		t.Error("a later no refuses the recording")
	}
}

// "My mom is not here" is a reason to leave a message and not a reason to leave none, wherever it is said.
func TestNotHereIsNoNeverMind(t *testing.T) {
	const text = "My mom is not here, can I leave a message?"
	begin := []string{"I'd like to leave a message.", "Anna Berger.", "Yes.", text}
	for n := range begin {
		turns := append(slices.Clone(begin[:n]), text)
		if said, _ := talk(t, dialogue.Options{}, "", turns...); strings.Contains(said, english.Text(language.TextDropped, language.Args{})) ||
			said == "" {
			t.Errorf("%q: %q", turns, said)
		}
	}
	if said, _ := talk(t, dialogue.Options{}, "", text); !strings.Contains(said, "I'll take a message") {
		t.Errorf("%q: %q", text, said)
	}
	if _, m := talk(t, dialogue.Options{}, "", append(begin, "Yes.")...); m == nil || m.Partial || string(m.Reason) != text {
		t.Errorf("not kept: %+v", m)
	}
}

// Whoever drops a message is not asked for the rest of it.
func TestNeverMindInAMessage(t *testing.T) {
	for _, text := range []string{"Never mind.", "Forget it."} {
		said, _ := talk(t, dialogue.Options{}, "", "I'd like to leave a message.", text)
		if !strings.Contains(said, english.Text(language.TextDropped, language.Args{})) {
			t.Errorf("%q: %q", text, said)
		}
	}
}

// What is kept of a caller can be asked for in many words and in every place; it is asked back, and then it reaches those who deal
// with requests.
func TestWhatDoYouHaveAboutMe(t *testing.T) {
	o := dialogue.Options{Rights: true}
	for text, want := range map[string]record.RequestKind{
		"What do you have about me?": record.RequestAccess, "What information do you have on me?": record.RequestAccess,
		"Which of my data do you keep?": record.RequestAccess, "I want to be taken out of your system.": record.RequestErase,
		"Please delete everything you have about me.": record.RequestErase,
	} {
		for _, before := range [][]string{nil, {"How much is a cleaning?"}, {"I'd like to leave a message."}} {
			o.Words = sharedReader
			c := dialogue.New(sample(t, "dental"), o)
			c.Handle(at, dialogue.Answered{From: "2175550144"})
			for _, said := range append(slices.Clone(before), text) {
				c.Handle(at, dialogue.Heard{Text: said, Confidence: 0.95})
			}
			var got record.RequestKind
			for _, a := range c.Handle(at, dialogue.Heard{Text: "Yes.", Confidence: 0.95}) {
				if r, ok := a.(dialogue.Right); ok {
					got = r.Kind
				}
			}
			if got != want {
				t.Errorf("%q after %q: request %q, want %q", text, before, got, want)
			}
		}
	}
}

// A request in the middle of a message does not cost the message: it goes on where it was, whatever becomes of the request.
func TestARequestInAMessage(t *testing.T) {
	for _, answer := range []string{"Yes.", "No."} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		for _, text := range []string{"I'd like to leave a message.", "Anna Berger.", "What do you have about me?"} {
			c.Handle(at, dialogue.Heard{Text: text, Confidence: 0.95})
		}
		out := c.Handle(at, dialogue.Heard{Text: answer, Confidence: 0.95})
		for _, a := range out {
			if r, ok := a.(dialogue.Right); ok {
				out = c.Handle(at, dialogue.RightDone{ID: r.ID})
			}
		}
		if c.State() != "offerNumber" || !strings.Contains(words(out), "call you back on the number") {
			t.Errorf("after %q: %s, %q", answer, c.State(), words(out))
		}
	}
	// "The name is wrong" is about the message and not about what is kept.
	said, _ := talk(t, dialogue.Options{Rights: true}, "", "I'd like to leave a message.", "Anna Berger.", "Yes.", "It is about my last bill.",
		"The name is wrong.")
	if !strings.Contains(said, "spell your name") {
		t.Errorf("the name is wrong: %q", said)
	}
}

// A no to a choice is no goodbye.
func TestNoToAChoice(t *testing.T) {
	c := dialogue.New(many(t, "dental"), dialogue.Options{Rights: true})
	c.Handle(at, dialogue.Answered{From: "2175550144"})
	for _, ev := range []dialogue.Event{dialogue.Heard{Text: "Can I speak to Maria?", Confidence: 1}, dialogue.Keyed{Key: '8'}} {
		c.Handle(at, ev)
		from := c.State()
		if out := c.Handle(at, dialogue.Heard{Text: "No.", Confidence: 1}); c.State() != "idle" || !strings.Contains(words(out), "help you") {
			t.Errorf("from %s to %s: %q", from, c.State(), words(out))
		}
	}
}

// 0 is a person in the menu of one's own data too, and in the place of a code.
func TestZeroWhereRequestsAreAsked(t *testing.T) {
	for _, keys := range []string{"80", "810"} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true, HasCode: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		var out []dialogue.Action
		for _, k := range keys {
			out = append(out, c.Handle(at, dialogue.Keyed{Key: k})...)
		}
		out = append(out, c.Handle(at, dialogue.KeysPaused{})...)
		if !slices.ContainsFunc(out, func(a dialogue.Action) bool { _, ok := a.(dialogue.Transfer); return ok }) {
			t.Errorf("keys %s: %s, %q", keys, c.State(), words(out))
		}
	}
}

// What is keyed while a request is dealt with is not lost.
func TestAKeyWhileARequestIsDealtWith(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true})
	c.Handle(at, dialogue.Answered{From: "2175550144"})
	c.Handle(at, dialogue.Keyed{Key: '8'})
	var id int
	for _, a := range c.Handle(at, dialogue.Keyed{Key: '1'}) {
		if r, ok := a.(dialogue.Right); ok {
			id = r.ID
		}
	}
	c.Handle(at, dialogue.Keyed{Key: '3'})
	if out := c.Handle(at, dialogue.RightDone{ID: id}); c.State() != "askName" {
		t.Errorf("%s: %q", c.State(), words(out))
	}
}

// Without the engines no answer to a request can be said; the menu goes on, and what was withdrawn is.
func TestARequestWhenTheEnginesGo(t *testing.T) {
	for text, stopped := range map[string]bool{"What do you have about me?": false, "I withdraw my consent.": true} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Rights: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		c.Handle(at, dialogue.Heard{Text: text, Confidence: 1})
		id := 0
		for _, a := range c.Handle(at, dialogue.Heard{Text: "Yes.", Confidence: 1}) {
			if r, ok := a.(dialogue.Right); ok {
				id = r.ID
			}
		}
		c.Handle(at, dialogue.Engines{})
		out := c.Handle(at, dialogue.RightDone{ID: id})
		for _, a := range out {
			if s, ok := a.(dialogue.Say); ok && s.Phrase == "" {
				t.Errorf("%q: said without a voice: %q", text, s.Clauses)
			}
		}
		if id == 0 || c.State() != "menu" || stops(out) != stopped {
			t.Errorf("%q: request %d, %s, recording stopped %v", text, id, c.State(), stops(out))
		}
	}
}

// After three turns that nobody understands a message goes on without what was asked.
func TestUnclearInAMessage(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{})
	c.Handle(at, dialogue.Answered{})
	for _, text := range []string{"I'd like to leave a message.", "Anna Berger.", "I'd rather not say."} {
		c.Handle(at, dialogue.Heard{Text: text, Confidence: 1})
	}
	for range 3 {
		c.Handle(at, dialogue.Unclear{})
	}
	if c.State() != "checkAll" {
		t.Fatal(c.State())
	}
	for _, a := range c.Handle(at, dialogue.Heard{Text: "Yes.", Confidence: 1}) {
		if m, ok := a.(dialogue.Commit); ok && m.Message.Name == "Anna Berger" {
			return
		}
	}
	t.Error("the message is lost")
}

// A call of which nothing is understood ends, and what was told before is kept.
func TestUnclearToTheEnd(t *testing.T) {
	c := dialogue.New(sample(t, "dental"), dialogue.Options{})
	c.Handle(at, dialogue.Answered{})
	for _, text := range []string{"I'd like to leave a message.", "Anna Berger."} {
		c.Handle(at, dialogue.Heard{Text: text, Confidence: 1})
	}
	var kept, ended bool
	for n := 0; !ended && n < 20; n++ {
		for _, a := range c.Handle(at, dialogue.Unclear{}) {
			switch a := a.(type) {
			case dialogue.Commit:
				kept = a.Message.Partial && a.Message.Name == "Anna Berger"
				c.Handle(at, dialogue.Committed{ID: a.ID})
			case dialogue.Hangup:
				ended = a.Outcome.Result == record.ResultNoInput
			}
		}
	}
	if !kept || !ended {
		t.Errorf("kept %v, ended %v", kept, ended)
	}
}

// The same in German, where it differs in more than the words.
func TestTheFrameInGerman(t *testing.T) {
	german := all.For("de")
	for _, test := range []struct {
		turns []string
		key   language.Key // said at the end
	}{
		{turns: []string{"Ich möchte eine Nachricht hinterlassen.", "Ja, das ist richtig."}, key: language.TextAskNameAgain},
		{turns: []string{"Meine Mutter ist nicht da, kann ich eine Nachricht hinterlassen?"}, key: language.TextTakeMessage},
		{
			turns: []string{
				"Ich möchte eine Nachricht hinterlassen.", "Anke Huber.", "Ja.", "Es geht um meine Rechnung.",
				"Nein, bitte fragen Sie nach dem Termin am Montag.",
			}, key: language.TextPassOn,
		},
		{turns: []string{"Ich möchte eine Nachricht hinterlassen.", "Vergessen Sie es."}, key: language.TextDropped},
		{turns: []string{"Was haben Sie über mich gespeichert?"}, key: language.TextGuessAccess},
		{turns: []string{"Löschen Sie meine Daten."}, key: language.TextGuessErase},
		{turns: []string{"Kann ich mit Herrn Brandt sprechen?"}, key: language.TextTransfer},
		{turns: []string{"Kann ich mit Jana sprechen?"}, key: language.TextTransfer},
	} {
		c := dialogue.New(sample(t, "elektro"), dialogue.Options{Rights: true})
		now := time.Date(2026, 11, 23, 10, 15, 0, 0, sample(t, "elektro").Location())
		c.Handle(now, dialogue.Answered{From: "05115550144"})
		said := ""
		for _, text := range test.turns {
			said = words(c.Handle(now, dialogue.Heard{Text: text, Confidence: 0.95}))
		}
		if want := german.Text(test.key, language.Args{}); !strings.Contains(said, want) {
			t.Errorf("%q: %q, want %q in it", test.turns, said, want)
		}
	}
}

// A sentence that happens to begin like a yes agrees to nothing: neither to the recording nor to the message that was read back.
func TestAStatementIsNoYes(t *testing.T) {
	for _, text := range []string{
		"It is about my insurance card.", "I am calling about my insurance card.", "I do have an insurance question.",
	} {
		c := dialogue.New(sample(t, "dental"), dialogue.Options{Announce: true, Ask: true})
		c.Handle(at, dialogue.Answered{From: "2175550144"})
		if acts := c.Handle(at, dialogue.Heard{Text: text, Confidence: 1}); slices.Contains(acts, dialogue.Action(dialogue.StartRecording{})) {
			t.Errorf("%q: recorded", text)
		}
		begin := []string{"I'd like to leave a message.", "Anna Berger.", "Yes.", "It is about the bill for my last visit."}
		if _, m := talk(t, dialogue.Options{}, "", append(begin, text)...); m != nil {
			t.Errorf("%q: committed %+v", text, m)
		}
	}
}
