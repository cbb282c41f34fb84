package console

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/health"
	"frontdesk.internal/appliance/service"
)

// Rows that every screen has: the header, the rules around the middle, the keys and the command. The notice comes on top of them.
const (
	frameRows  = 5
	noticeRows = 3 // at most
)

// View implements tea.Model.
func (r *root) View() tea.View {
	p := r.paint()
	v := tea.NewView(strings.Join(p.rows, "\n"))
	v.AltScreen, v.DisableBracketedPasteMode = true, true
	if c := p.cursor; c != nil && c.x < p.width && c.y < p.height {
		v.Cursor = tea.NewCursor(c.x, c.y)
	}
	return v
}

// paint draws everything.
func (r *root) paint() *page {
	e := r.env
	p := &page{width: e.size.Width, height: e.size.Height, term: e.term}
	e.header(p)
	p.rule()
	notice := r.notice(p)
	middle := &page{width: p.width, height: max(1, p.height-frameRows-len(notice)), term: p.term}
	keys, command := "any key goes back", "frontdesk help"
	switch {
	case r.locked != nil:
		r.locked.draw(e, middle)
		keys, command = r.locked.keys(), "frontdesk console pin (as root) sets another PIN"
	case e.help:
		helpText(e, middle)
	default:
		s := e.front()
		s.draw(e, middle)
		keys, command = s.keys(), s.command()
	}
	if middle.cursor != nil && middle.cursor.y < middle.height {
		p.cursor = &cursor{middle.cursor.x, middle.cursor.y + len(p.rows)}
	}
	rows := middle.rows[:min(len(middle.rows), middle.height)]
	p.rows = append(p.rows, rows...)
	for range middle.height - len(rows) {
		p.gap()
	}
	p.rows = append(p.rows, notice...)
	if middle.more || len(middle.rows) > middle.height {
		p.row(span{plain, strings.Repeat("─", 2)}, span{strong, " more: j, k, or a larger window "}, span{plain, strings.Repeat("─", p.width)})
	} else {
		p.rule()
	}
	p.line(plain, " %s", keys)
	p.line(plain, " $ %s", command)
	p.rows = p.rows[:min(len(p.rows), p.height)]
	return p
}

// notice is what the last act came to, or that nobody answers, in one row or a few.
func (r *root) notice(on *page) []string {
	n := r.env.notice
	if r.locked != nil {
		n = span{} // an answer that came after the end of the session
	}
	if n.text == "" && r.env.down != nil && r.locked == nil && len(r.env.stack) > 1 {
		n = span{bad, explain(r.env.down)}
	}
	p := &page{width: on.width, term: on.term}
	p.wrap(n.look, 1, n.text)
	if len(p.rows) == 0 {
		p.gap()
	}
	return p.rows[:min(len(p.rows), noticeRows)]
}

// header says whether the box answers, whatever is on the screen.
func (e *env) header(p *page) {
	spans := []span{{strong, " FRONTDESK "}}
	switch {
	case e.down != nil && !e.known:
		p.row(append(spans, span{bad, " NOT RUNNING "}, span{plain, "  " + e.now().Format("15:04:05")})...)
		return
	case e.down != nil:
		p.row(append(spans, span{bad, " NO ANSWER "}, span{plain, "  last one " + e.status.At.Local().Format("15:04:05")})...)
		return
	case !e.known:
		p.row(append(spans, span{plain, " asking the box ..."})...)
		return
	}
	s := e.status
	word, l := "answering", good // that it answers is never cut
	switch {
	case !s.Answering:
		word, l = "NOT ANSWERING", bad
	case s.Overall != health.OK:
		word, l = "answering, limited", warn
	}
	calls := fmt.Sprintf("%d calls", s.CallsNow)
	if s.CallsNow == 1 {
		calls = "1 call"
	}
	rest := "  " + s.At.Local().Format("15:04:05") + "  " + calls + e.machineLoad()
	if room := p.width - len(spans[0].text) - 3 - len(word) - len(rest); e.facts.Name != "" && room > 3 {
		name, _, _ := strings.Cut(e.facts.Name, ".")
		spans = append(spans, span{plain, " " + p.fit(name, min(room, 20))})
	}
	p.row(append(spans, span{plain, "  "}, span{l, word}, span{plain, rest})...)
}

// machineLoad is how busy the box is.
func (e *env) machineLoad() string {
	if e.facts.Cores == 0 {
		return ""
	}
	return fmt.Sprintf("  load %.2f  disk %d %%", e.facts.Load[0], e.facts.Disk.Used())
}

// helpText says what the keys do.
func helpText(_ *env, p *page) {
	p.line(strong, " Help")
	p.gap()
	for _, t := range [][2]string{
		{"digits, letters", "do what the row above the last one says"},
		{"Esc or b", "back to the screen before"},
		{"j and k", "down and up in a list, also the arrow keys; Enter opens"},
		{"r", "ask for everything anew; Ctrl-L draws the screen anew"},
		{"q or Ctrl-C", "leave the console; a serial line asks for the PIN again"},
	} {
		p.row(span{plain, "  " + p.cell(t[0], 18)}, span{plain, t[1]})
	}
	p.gap()
	p.wrap(plain, 2, "The first row always says whether the box answers calls, when it said so, and how many go on. A fault ends with the "+
		"key that leads to its repair, such as [1]. The last row names the command that does the same, for scripts.")
}

// since says how long ago t was, in two units at most: "2 h 11 m".
func since(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return span2(now.Sub(t))
}

func span2(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d m %d s", d/time.Minute, d%time.Minute/time.Second)
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h %d m", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d days", d/(24*time.Hour))
}

// phoneLine says how the registration stands, in a few words.
func phoneLine(now time.Time, ph service.Phone) (look, string) {
	text := ph.State
	switch {
	case ph.Registered():
		text = "registered " + since(now, ph.Since)
		if !ph.Next.IsZero() {
			text += ", renews in " + span2(ph.Next.Sub(now))
		}
		for _, more := range []string{strings.ToUpper(ph.Transport), ph.Algorithm} {
			if more != "" {
				text += "  " + more
			}
		}
		return good, text
	case ph.State == "off":
		return warn, "no telephone system is set"
	case ph.Problem != "":
		text += ": " + ph.Problem
	}
	return bad, text
}
