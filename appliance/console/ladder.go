package console

import (
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/store"
)

// ladder shows the messages of a call, or of the registration, between the telephone system and this box.
type ladder struct {
	call   string
	got    service.Ladder
	known  bool
	gone   bool
	rows   list
	asking pending
}

func (l *ladder) command() string { return "frontdesk phone ladder " + l.call }
func (l *ladder) keys() string    { return "j down  k up  b back  ? help" }

func (l *ladder) refresh(e *env) tea.Cmd {
	return ask(e, &l.asking, quick, func(ctx ctx) (service.Ladder, error) { return service.ReadLadder.Do(ctx, e.service, l.call) },
		func(got service.Ladder, err error) tea.Cmd {
			switch {
			case err == nil:
				l.got, l.known, l.gone = got, true, false
			case errors.Is(err, store.ErrNotFound):
				l.gone = true
			}
			return nil
		})
}

// soundStep is the text of steps that are no messages.
const soundStep = "RTP"

func (l *ladder) key(e *env, k press) tea.Cmd {
	if k.name == "r" {
		return l.refresh(e)
	}
	l.rows.key(k)
	return nil
}

func (l *ladder) draw(_ *env, p *page) {
	switch {
	case l.gone:
		p.wrap(plain, 1, "The messages of this call are not kept any more; those of the last calls since the start are.")
		return
	case !l.known:
		p.line(plain, " Asking the box ...")
		return
	case len(l.got.Steps) == 0:
		p.line(plain, " Nothing was exchanged yet.")
		return
	}
	what := "Call " + l.call
	if l.call == service.RegistrationLadder {
		what = "Registration"
	}
	p.row(span{strong, " " + what}, span{plain, "  " + l.got.End})
	steps := l.got.Steps
	first, end := p.window(&l.rows, len(steps), p.left()-1)
	drawSteps(p, steps[first:end])
}

// ladderWidth is the room between the two sides, in characters.
const ladderWidth = 22

// drawSteps draws messages: the telephone system on the left, this box on the right.
func drawSteps(p *page, steps []service.LadderMessage) {
	if len(steps) == 0 {
		return
	}
	p.line(plain, "PBX                     box")
	var second time.Time
	for _, s := range steps {
		at := s.At.Local()
		stamp := at.Format("        .000")
		if m := at.Truncate(time.Second); !m.Equal(second) {
			second, stamp = m, at.Format("15:04:05.000")
		}
		p.line(plain, " %s  %s  %s", arrow(p, s), stamp, s.Note)
	}
}

// arrow draws one message between the two sides.
func arrow(p *page, s service.LadderMessage) string {
	text := p.fit(s.Text, ladderWidth-5)
	room := max(0, ladderWidth-4-len([]rune(text)))
	line := "─"
	if s.Text == soundStep {
		line = "═"
	}
	rest := strings.Repeat(line, room)
	if s.Sent {
		return "│◀" + rest + " " + text + " " + line + "│"
	}
	return "│" + line + " " + text + " " + rest + "▶│"
}
