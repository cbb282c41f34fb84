package callers_test

import (
	"strings"
	"testing"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/cmd/internal/callers"
)

// office says texts as the box does.
func office(c *callers.Caller, lines ...language.Line) string {
	var out []string
	for _, l := range lines {
		l.Args.Region, l.Args.Currency, l.Args.Now = c.Business.Region, c.Business.Currency, now
		out = append(out, strings.TrimSpace(c.Tongue().Text(l.Key, l.Args)))
	}
	return strings.Join(out, " ")
}

// dialled is the number that a caller wants to leave.
func dialled(c *callers.Caller) string {
	if c.Leaves.Number != "" {
		return c.Leaves.Number
	}
	return c.From
}

// A caller tells name, number and reason when he is asked, says yes to what is read back right and no to what is wrong, and takes leave.
func TestScriptOfMessage(t *testing.T) {
	for _, tongue := range []string{"en", "de"} {
		c := find(t, func(c *callers.Caller) bool {
			return c.Goal == callers.Message && c.Tongue().Tag() == tongue && c.Leaves.Number != "" && !c.Persona.Hesitates && !c.Persona.Talks &&
				!c.Persona.Interrupts
		})
		s := c.NewScript()
		l := c.Tongue()
		hear := func(lines ...language.Line) callers.Move { return s.Next(office(c, lines...)) }
		if m := s.Next("x"); m.Say != c.Opening {
			t.Errorf("%s: opening %q", tongue, m.Say)
		}
		if m := hear(language.K(language.TextTakeMessage), language.K(language.TextAskName)); !strings.Contains(m.Say, c.Leaves.Name.Text) {
			t.Errorf("%s: name %q", tongue, m.Say)
		}
		if m := hear(language.K(language.TextAskNumber)); l.ReadDigits(m.Say).Digits == "" {
			t.Errorf("%s: number %q", tongue, m.Say)
		}
		right, wrong := dialled(c), []byte(dialled(c))
		wrong[3] = '0' + (wrong[3]-'0'+1)%10
		check := func(n string) callers.Move {
			return hear(language.K(language.TextNumberIs, language.Args{Number: n}), language.K(language.TextIsRight))
		}
		if m := check(string(wrong)); l.YesNo(l.Words(m.Say)) == language.Yes || l.ReadDigits(m.Say).Digits != right {
			t.Errorf("%s: to a wrong number the caller says %q", tongue, m.Say)
		}
		if m := check(right); l.YesNo(l.Words(m.Say)) != language.Yes {
			t.Errorf("%s: to the right number the caller says %q", tongue, m.Say)
		}
		if m := hear(language.K(language.TextAskReason)); m.Say != c.Leaves.Reason.Say {
			t.Errorf("%s: reason %q", tongue, m.Say)
		}
		summary := func(name string) callers.Move {
			return hear(language.K(language.TextSummary, language.Args{Name: name, Digits: right[len(right)-2:], Words: "x"}),
				language.K(language.TextPassOn))
		}
		if m := summary("Bertha Nobody"); l.YesNo(l.Words(m.Say)) == language.Yes {
			t.Errorf("%s: to another name the caller says %q", tongue, m.Say)
		}
		if m := summary(c.Leaves.Name.Text); l.YesNo(l.Words(m.Say)) != language.Yes {
			t.Errorf("%s: to the right message the caller says %q", tongue, m.Say)
		}
		if m := hear(language.K(language.TextNoted), language.K(language.TextAnythingElse)); !l.Farewell(l.Words(m.Say)) {
			t.Errorf("%s: at the end the caller says %q", tongue, m.Say)
		}
		if m := hear(language.K(language.TextGoodbye)); !m.Hangup {
			t.Errorf("%s: after the goodbye: %+v", tongue, m)
		}
	}
}

// A name that is read back is told from a number, though both begin alike.
func TestScriptTellsNameFromNumber(t *testing.T) {
	for _, tongue := range []string{"en", "de"} {
		c := ofGoal(t, tongue, callers.Message)
		l := c.Tongue()
		for name, yes := range map[string]bool{c.Leaves.Name.Text: true, "Anna Nobody": false} {
			s := c.NewScript()
			s.Next("x")
			m := s.Next(office(c, language.K(language.TextNameSpelled, language.Args{Name: name, Spelled: "Xyz"}), language.K(language.TextIsRight)))
			if (l.YesNo(l.Words(m.Say)) == language.Yes) != yes || !yes && !strings.Contains(m.Say, c.Leaves.Name.Text) {
				t.Errorf("%s: to the name %s the caller says %q", tongue, name, m.Say)
			}
		}
	}
}

// Who is asked the same again and again hangs up, and the judge knows why.
func TestScriptGivesUp(t *testing.T) {
	c := ofGoal(t, "en", callers.Message)
	s := c.NewScript()
	s.Next("x")
	for range 8 {
		if s.Next(office(c, language.K(language.TextNumberKeys))); s.GaveUp() != "" {
			break
		}
	}
	if s.GaveUp() == "" || !s.Next("Goodbye.").Hangup {
		t.Errorf("gave up: %q", s.GaveUp())
	}
}

// In the middle of a message the caller calls it off and asks; he takes no message afterwards.
func TestScriptCallsOff(t *testing.T) {
	c := ofGoal(t, "en", callers.Cancel)
	s := c.NewScript()
	s.Next("x")
	s.Next(office(c, language.K(language.TextAskName)))
	if m := s.Next(office(c, language.K(language.TextAskNumber))); m.Say != c.Wishes[0].Ask {
		t.Errorf("at the number the caller says %q", m.Say)
	}
	f := c.Wishes[0].Fact
	if m := s.Next(f.Day + " " + f.Said + ". " +
		office(c, language.K(language.TextAnythingElse))); !c.Tongue().Farewell(c.Tongue().Words(m.Say)) {
		t.Errorf("after the answer the caller says %q", m.Say)
	}
}

// Only who is in danger says yes when he is asked.
func TestScriptInDanger(t *testing.T) {
	for g, yes := range map[callers.Goal]bool{callers.Emergency: true, callers.Price: false, callers.Message: false} {
		c := ofGoal(t, "en", g)
		s := c.NewScript()
		s.Next("x")
		m := s.Next(office(c, language.K(language.TextHarm, language.Args{Digits: "911"})))
		if l := c.Tongue(); (l.YesNo(l.Words(m.Say)) == language.Yes) != yes {
			t.Errorf("%s: %q", g, m.Say)
		}
	}
}

// Who interrupts asks for something long, speaks over the reply after a while, and says then what he wants.
func TestScriptInterrupts(t *testing.T) {
	c := find(t, func(c *callers.Caller) bool { return c.Persona.Interrupts && c.Goal == callers.Price })
	s := c.NewScript()
	if m := s.Next("Hello."); c.Greeting() == 0 || m.Interrupt == 0 || m.Say == c.Opening {
		t.Errorf("greeting after %v, then %+v", c.Greeting(), m)
	}
	if m := s.Next("We offer"); m.Say != c.Opening || m.Interrupt != 0 {
		t.Errorf("then %+v", m)
	}
}
