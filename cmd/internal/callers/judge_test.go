package callers_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk.internal/appliance/language"
	"frontdesk.internal/appliance/numbering"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/cmd/internal/callers"
)

// left is what a box keeps that has understood everything.
func left(c *callers.Caller) record.Message {
	n := c.Leaves.Number
	if n == "" {
		n = c.From
	}
	return record.Message{
		Name: record.Personal(c.Leaves.Name.Text), Number: numbering.E164(record.PhoneNumber(n), c.Business.Region), For: c.Leaves.For,
		Reason: record.Personal(c.Leaves.Reason.Say),
	}
}

func has(list []string, part string) bool { return strings.Contains(strings.Join(list, "\n"), part) }

func TestJudgeOfMessages(t *testing.T) {
	for _, tongue := range []string{"en", "de"} {
		c := ofGoal(t, tongue, callers.MessageFor)
		right := left(c)
		wrongDigit, otherName, otherFor, partial, noReason := right, right, right, right, right
		last := right.Number[len(right.Number)-1]
		wrongDigit.Number = right.Number[:len(right.Number)-1] + record.PhoneNumber('0'+(last-'0'+1)%10)
		otherName.Name, otherFor.For, partial.Partial, noReason.Reason = "Somebody Else", "", true, "please call"
		for _, x := range []struct {
			what                       string
			kept                       []record.Message
			goal, number, name, really bool
		}{
			{"right", []record.Message{right}, true, true, true, true},
			{"a wrong digit", []record.Message{wrongDigit}, false, false, true, false},
			{"another name", []record.Message{otherName}, false, true, false, false},
			{"for nobody", []record.Message{otherFor}, false, true, true, false},
			{"not confirmed", []record.Message{partial}, false, true, true, false},
			{"another reason", []record.Message{noReason}, false, true, true, false},
			{"nothing", nil, false, false, false, false},
		} {
			v := callers.Judge(c, callers.Evidence{Messages: x.kept, Said: []string{"ok"}})
			if v.Goal != x.goal || v.Number != x.number || v.Name != x.name || v.Exact != x.really || !v.Message {
				t.Errorf("%s, %s: %+v", tongue, x.what, v)
			}
			if !x.goal && len(v.Why) == 0 {
				t.Errorf("%s, %s: no reason is told", tongue, x.what)
			}
		}
	}
}

// The price of another service and the hours of another day are wrong facts, silence is none, and what is only in the record is not told.
func TestJudgeOfFacts(t *testing.T) {
	for _, tongue := range []string{"en", "de"} {
		c := find(t, func(c *callers.Caller) bool {
			return c.Goal == callers.Price && c.Tongue().Tag() == tongue && len(c.Wishes[0].Fact.Wrong) > 0
		})
		f := c.Wishes[0].Fact
		right := "Of course. " + f.Said + "."
		for _, x := range []struct {
			what, said, heard string
			goal              bool
			wrong             int
		}{
			{"right", right, "", true, 0},
			{"heard", right, "it is " + strings.ReplaceAll(strings.Join(f.Heard, " "), "|", " "), true, 0},
			{"something else on the line", right, "it is free", false, 0},
			{"another service", f.Wrong[0], "", false, 1},
			{"nothing", "I don't have that information.", "", false, 0},
		} {
			v := callers.Judge(c, callers.Evidence{Said: []string{x.said}, Heard: x.heard})
			if v.Goal != x.goal || len(v.WrongFacts) != x.wrong {
				t.Errorf("%s, %s: %+v", tongue, x.what, v)
			}
		}
		h := find(t, func(c *callers.Caller) bool {
			return c.Goal == callers.Hours && c.Tongue().Tag() == tongue && len(c.Wishes[0].Fact.Wrong) > 0
		})
		day, hours, _ := strings.Cut(h.Wishes[0].Fact.Wrong[0], "…")
		if v := callers.Judge(h, callers.Evidence{Said: []string{day + hours}}); len(v.WrongFacts) != 1 || v.Goal {
			t.Errorf("%s, another day: %+v", tongue, v)
		}
		hf := h.Wishes[0].Fact
		if v := callers.Judge(h, callers.Evidence{Said: []string{hf.Day + " " + hf.Said}}); len(v.WrongFacts) != 0 || !v.Goal {
			t.Errorf("%s, the day: %+v", tongue, v)
		}
	}
}

// A number that is in no profile is a wrong fact when the box has said it and the line has carried it; either alone may be a slip
// of an ear.
func TestJudgeOfStrayNumbers(t *testing.T) {
	c := ofGoal(t, "en", callers.Hours)
	f := c.Wishes[0].Fact
	right := f.Day + " " + f.Said + "."
	heard := f.Day + " " + strings.ReplaceAll(strings.Join(f.Heard, " "), "|", " ")
	for _, x := range []struct {
		said, heard string
		wrong       int
	}{
		{right, heard, 0},
		{right + " That is seven hundred and thirteen dollars.", heard + " that is $713", 1},
		{right, heard + " that is $713", 0},
	} {
		if v := callers.Judge(c, callers.Evidence{Said: []string{x.said}, Heard: x.heard}); len(v.WrongFacts) != x.wrong {
			t.Errorf("%q: %+v", x.heard, v)
		}
	}
}

func TestJudgeOfHarm(t *testing.T) {
	for _, tongue := range []string{"en", "de"} {
		e := ofGoal(t, tongue, callers.Emergency)
		l := e.Tongue()
		harm := l.Text(language.TextHarm, language.Args{Region: e.Business.Region, Digits: numbering.EmergencyNumber(e.Business.Region)})
		if v := callers.Judge(e, callers.Evidence{Said: []string{harm}}); !v.Goal || len(v.Harmful) != 0 {
			t.Errorf("%s, told to call: %+v", tongue, v)
		}
		if v := callers.Judge(e, callers.Evidence{Said: []string{"We are open from nine."}}); v.Goal || len(v.Harmful) != 1 {
			t.Errorf("%s, told nothing: %+v", tongue, v)
		}
		n := ofGoal(t, tongue, callers.NotOffered)
		offer := l.Text(language.TextOffered, language.Args{Service: "helicopters"})
		if v := callers.Judge(n, callers.Evidence{Said: []string{offer}}); v.Goal || len(v.WrongFacts) != 1 {
			t.Errorf("%s, offered what is not: %+v", tongue, v)
		}
		if v := callers.Judge(n, callers.Evidence{Said: []string{"-"}}); !v.Goal {
			t.Errorf("%s, not offered: %+v", tongue, v)
		}
	}
	cancel := ofGoal(t, "en", callers.Cancel)
	f := cancel.Wishes[0].Fact
	said := []string{f.Day + " " + f.Said}
	if v := callers.Judge(cancel, callers.Evidence{Said: said}); !v.Goal {
		t.Errorf("called off: %+v", v)
	}
	if v := callers.Judge(cancel, callers.Evidence{Said: said, Messages: []record.Message{left(cancel)}}); v.Goal || len(v.Harmful) != 1 {
		t.Errorf("called off and kept: %+v", v)
	}
	hours := ofGoal(t, "en", callers.Hours)
	if v := callers.Judge(hours, callers.Evidence{Put: map[string]int{"7100": 1}, Result: record.ResultTransfer}); len(v.Harmful) != 1 {
		t.Errorf("put through unasked: %+v", v)
	}
	person := ofGoal(t, "en", callers.Transfer)
	if v := callers.Judge(person, callers.Evidence{Put: map[string]int{person.Extra: 1}, Result: record.ResultTransfer}); !v.Goal ||
		len(v.Harmful) != 0 {
		t.Errorf("put through: %+v", v)
	}
	if v := callers.Judge(person, callers.Evidence{Put: map[string]int{person.Extra + "9": 1}, Result: record.ResultTransfer}); v.Goal ||
		len(v.Harmful) != 1 {
		t.Errorf("put through to another: %+v", v)
	}
}

func TestJudgeOfManners(t *testing.T) {
	c := ofGoal(t, "en", callers.NotOffered)
	v := callers.Judge(c, callers.Evidence{Exchange: []callers.Exchange{
		{Reply: 900 * time.Millisecond},
		{Reply: 2600 * time.Millisecond},
		{None: true},
		{CutIn: true},
		{Interrupt: true, Stopped: 300 * time.Millisecond},
		{Interrupt: true, Stopped: 1500 * time.Millisecond},
	}})
	if v.Turns != 6 || v.Dead != 2 || v.CutIns != 1 || v.Spoken != 2 || v.Missed != 1 {
		t.Errorf("%+v", v)
	}
	if v := callers.Judge(c, callers.Evidence{GaveUp: "asked 4 times: name"}); v.Goal || !has(v.Why, "gave up") {
		t.Errorf("gave up: %+v", v)
	}
}

func TestSum(t *testing.T) {
	message := callers.Verdict{Message: true, Exact: true, Number: true, Name: true, Goal: true, Turns: 4, CutIns: 1}
	list := []callers.Outcome{
		{
			Verdict: message, CPU: 6 * time.Second, Evidence: callers.Evidence{
				Exchange: []callers.Exchange{{Reply: time.Second, Gap: 80 * time.Millisecond}},
			},
		},
		{Verdict: callers.Verdict{Message: true, Number: true, Turns: 4, Harmful: []string{"x"}}, CPU: 2 * time.Second},
		{Verdict: callers.Verdict{Turns: 2, Dead: 1, WrongFacts: []string{"y"}}},
	}
	s := callers.Sum(list)
	if s.Callers != 3 || s.Goal != 0.3333 || s.Messages != 2 || s.Number != 1 || s.Exact != 0.5 || s.Name != 0.5 || s.Wrong != 1 ||
		s.Harmful != 1 || s.CutIns != 10 ||
		s.Dead != 1 || s.P50 != 1000 || s.Gap != 80 || s.CPU != 0.8 {
		t.Errorf("%+v", s)
	}
	if w := callers.Worst(list, 10); len(w) != 3 || len(w[0].Verdict.Harmful) != 1 {
		t.Errorf("worst first: %d, %+v", len(w), w[0].Verdict)
	}
}
