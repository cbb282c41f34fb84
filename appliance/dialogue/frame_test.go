package dialogue_test

import (
	"slices"
	"strings"
	"testing"

	"frontdesk.internal/appliance/dialogue"
	"frontdesk.internal/appliance/knowledge"
	"frontdesk.internal/appliance/record"
)

// talk plays a call with the dental sample; it returns what was said last and what was committed.
func talk(t *testing.T, o dialogue.Options, known string, turns ...string) (said string, m *record.Message) {
	t.Helper()
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
	if said, _ := talk(t, dialogue.Options{}, "Anna Berger"); !strings.Contains(said, "AI assistant. Hello, Anna Berger. How can I help you?") {
		t.Errorf("greeting: %q", said)
	}
	for _, o := range []dialogue.Options{{Announce: true}, {Announce: true, Ask: true}} {
		if said, _ := talk(t, o, "Anna Berger"); strings.Count(said, "Anna Berger") != 1 || !strings.HasSuffix(strings.TrimSuffix(said, " Please say yes or no, or press one for yes and nine for no."), "?") {
			t.Errorf("greeting with %+v: %q", o, said)
		}
	}
	if said, _ := talk(t, dialogue.Options{}, "Anna Berger", "I'd like to leave a message."); strings.Contains(said, "name") || !strings.Contains(said, "call you back on the number") {
		t.Errorf("asked: %q", said)
	}
	if said, _ := talk(t, dialogue.Options{}, "", "I'd like to leave a message."); !strings.Contains(said, "your name") {
		t.Errorf("a stranger is asked: %q", said)
	}
	said, _ := talk(t, dialogue.Options{}, "Anna Berger", "I'd like to leave a message.", "Yes.", "It is about the bill for my last visit.")
	if !strings.Contains(said, "from Anna Berger") {
		t.Errorf("summary: %q", said)
	}
	said, _ = talk(t, dialogue.Options{}, "Anna Berger", "This is Peter Berger, I'd like to leave a message.", "Yes.", "It is about the bill for my last visit.")
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
		"Actually, please ask about an appointment for my daughter.": "Actually, please ask about an appointment for my daughter",
		"No, please ask about an appointment for my daughter.":       "Please ask about an appointment for my daughter",
		"Hm.": "It is about the bill for my last visit",
	} {
		said, _ := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), text)...)
		if !strings.Contains(said, "You said: "+want+".") || !strings.Contains(said, "Shall I pass that on?") {
			t.Errorf("%q: %q", text, said)
		}
		if _, m := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), text, "Yes.")...); m == nil || m.Partial || !strings.HasPrefix(string(m.Reason), want) {
			t.Errorf("%q: committed %+v", text, m)
		}
	}
	if said, _ := talk(t, dialogue.Options{}, "", append(slices.Clone(begin), "No.")...); !strings.Contains(said, "What should I change") {
		t.Errorf("no: %q", said)
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
