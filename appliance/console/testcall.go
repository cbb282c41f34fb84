package console

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// testCall has the box call itself, and shows how a caller would fare.
type testCall struct {
	now      record.SelfTest
	known    bool
	rows     list
	asking   pending
	starting pending
}

func (t *testCall) command() string { return "frontdesk selftest" }
func (t *testCall) keys() string    { return "s start  j down  k up  l messages  b back  ? help" }

func (t *testCall) refresh(e *env) tea.Cmd {
	return ask(e, &t.asking, quick, service.ReadSelfTest.From(e.service), func(s record.SelfTest, err error) tea.Cmd {
		if err == nil {
			t.now, t.known = s, true
		}
		return nil
	})
}

func (t *testCall) key(e *env, k press) tea.Cmd {
	switch k.name {
	case "s":
		return ask(e, &t.starting, quick, service.StartSelfTest.From(e.service), func(s record.SelfTest, err error) tea.Cmd {
			if err != nil {
				e.fail(err)
				return nil
			}
			t.now, t.known = s, true
			e.say(plain, "")
			return nil
		})
	case "l":
		if t.now.Call != "" {
			return e.open(&ladder{call: t.now.Call})
		}
	case "r":
		return t.refresh(e)
	}
	t.rows.key(k)
	return nil
}

func (t *testCall) draw(e *env, p *page) {
	s := t.now
	p.line(strong, " Test call: the box calls itself and listens to its own answers")
	p.gap()
	switch {
	case !t.known:
		p.line(plain, " Asking the box ...")
		return
	case s.Of == 0:
		p.line(plain, " None was made since the start. Press s; it takes about a minute.")
		return
	case s.Running:
		p.line(plain, " Step %d of %d: %s", s.Done+1, s.Of, s.Step)
		return
	}
	l := map[record.Grade]look{record.GradeGood: good, record.GradeFair: warn, record.GradeFailed: bad}[s.Grade]
	p.field(stamp(e.now(), s.Started), l, s.Text)
	for _, a := range s.Advice {
		p.wrap(warn, column, a)
	}
	p.field("Times", plain, fmt.Sprintf("answered after %.0f ms, greeting %.0f ms after that, longest wait for a reply %.0f ms", s.SetupMS,
		s.GreetingMS, s.ReplyMaxMS))
	p.field("Words", plain, fmt.Sprintf("%.0f %% of the questions' words misheard, %.0f %% of the replies' words clear", s.WordErrors*100,
		s.VoiceClear*100))
	p.field("Line", plain, fmt.Sprintf("in %d packets, %d lost, jitter %.1f ms; out %d lost, %d sent late", s.Box.Received, s.Box.Lost,
		s.Box.JitterMS, s.Caller.Lost, s.Box.SentLate))
	p.gap()
	from, to := p.window(&t.rows, len(s.Questions), p.left()/3)
	for _, q := range s.Questions[from:to] {
		p.line(plain, "  asked  %s", q.Asked)
		p.line(plain, "  heard  %s", q.Heard)
		verdict, l := "right", good
		if !q.Right {
			verdict, l = "WRONG, it is in "+q.Source, bad
		}
		p.row(span{plain, "  said   "}, span{l, "(" + verdict + ") "}, span{plain, q.Said})
	}
}
