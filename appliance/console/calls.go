package console

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/callhub"
	"frontdesk.internal/appliance/record"
	"frontdesk.internal/appliance/service"
)

// calls lists the last calls.
type calls struct {
	tests  bool // those of the box to itself
	list   []record.Call
	known  bool
	rows   list
	asking pending
}

func (c *calls) command() string {
	if c.tests {
		return "frontdesk calls list --tests"
	}
	return "frontdesk calls list   frontdesk calls show ID"
}
func (c *calls) keys() string {
	return "j down  k up  Enter opens  l messages  t " + map[bool]string{true: "real calls", false: "test calls"}[c.tests] + "  b back  ? help"
}

// mostCalls is how many are listed.
const mostCalls = 100

func (c *calls) refresh(e *env) tea.Cmd {
	tests := c.tests
	return ask(e, &c.asking, quick, func(ctx ctx) ([]record.Call, error) {
		return service.ListCalls.Do(ctx, e.service, service.CallFilter{Limit: mostCalls, Tests: tests})
	}, func(got []record.Call, err error) tea.Cmd {
		if err == nil && tests == c.tests {
			c.list, c.known = got, true
		}
		return nil
	})
}

func (c *calls) key(e *env, k press) tea.Cmd {
	c.rows.n = len(c.list)
	switch k.name {
	case "r":
		return c.refresh(e)
	case "t":
		c.tests, c.known, c.list, c.rows = !c.tests, false, nil, list{}
		c.asking = pending{}
		return c.refresh(e)
	case "l":
		if c.rows.at < len(c.list) {
			return e.open(&ladder{call: c.list[c.rows.at].ID})
		}
		return nil
	}
	if c.rows.key(k) {
		return e.open(&oneCall{id: c.list[c.rows.at].ID})
	}
	return nil
}

func (c *calls) draw(e *env, p *page) {
	switch {
	case !c.known:
		p.line(plain, " Asking the box ...")
		return
	case len(c.list) == 0:
		p.line(plain, " No calls yet.")
		return
	}
	p.line(strong, "  Began        From            Codec Lasted    MOS  End")
	first, end := p.window(&c.rows, len(c.list), p.left())
	for i := first; i < end; i++ {
		x := c.list[i]
		l, mark := c.rows.mark(i)
		p.row(span{l, mark + stamp(e.now(), x.Started) + "  " + p.cell(from(x), 16) + p.cell(x.Codec, 6) + p.cell(lasted(e.now(), x), 10) +
			p.cell(mos(x), 5) + outcome(x)})
	}
}

// from says where a call came from, without saying who it was.
func from(c record.Call) string {
	switch c.Origin {
	case record.OriginSelfTest:
		return "test call"
	case record.OriginBox:
		return "talk at the box"
	}
	return c.From.Masked()
}

// lasted says how long a call was, or goes on.
func lasted(now time.Time, c record.Call) string {
	switch {
	case c.Answered.IsZero():
		return ""
	case c.Ended.IsZero():
		return since(now, c.Answered) + "+"
	}
	return span2(c.Ended.Sub(c.Answered))
}

// mos is the estimated quality of the sound, "" when nothing is known.
func mos(c record.Call) string {
	if q := service.JudgeLine(c.Codec, c.Line); q.MOS > 0 && !c.Ended.IsZero() {
		return fmt.Sprintf("%.1f", q.MOS)
	}
	return ""
}

// oneCall shows one call: its sound, and how long each turn took where.
type oneCall struct {
	id      string
	got     service.CallDetail
	known   bool
	words   *callhub.Call // what is said on it now; nil: it is over
	rows    list
	asking  pending
	looking pending
	typed   *input // a note that is being written
	note    string // one that was
	writing pending
}

func (c *oneCall) command() string { return "frontdesk calls show " + c.id }
func (c *oneCall) typing() bool    { return c.typed != nil }
func (c *oneCall) keys() string {
	if c.typed != nil {
		return "Enter keeps the note  Esc leaves it"
	}
	return "j down  k up  l messages  n write a note  b back  ? help"
}

func (c *oneCall) refresh(e *env) tea.Cmd {
	call := ask(e, &c.asking, quick, func(ctx ctx) (service.CallDetail, error) { return service.ReadCall.Do(ctx, e.service, c.id) },
		func(got service.CallDetail, err error) tea.Cmd {
			if err == nil {
				c.got, c.known = got, true
			} else if !c.known {
				e.fail(err)
			}
			return nil
		})
	if c.known && !c.got.Ended.IsZero() {
		c.words = nil
		return call
	}
	words := ask(e, &c.looking, quick, service.ListRunning.From(e.service), func(s callhub.State, err error) tea.Cmd {
		c.words = nil
		if i := slices.IndexFunc(s.Calls, func(x callhub.Call) bool { return x.ID == c.id }); err == nil && i >= 0 {
			c.words = &s.Calls[i]
		}
		return nil
	})
	return tea.Batch(call, words)
}

// drawWords shows the newest words of a call that goes on, in at most so many rows.
func (c *oneCall) drawWords(p *page, most int) {
	rows := make([]string, 0, len(c.words.Lines)+1)
	for _, l := range c.words.Lines {
		rows = append(rows, map[bool]string{true: "caller", false: "we"}[l.Caller]+": "+l.Text)
	}
	if c.words.Saying != "" {
		rows = append(rows, "caller: "+c.words.Saying+" ...")
	}
	for _, r := range rows[max(0, len(rows)-most):] {
		p.line(plain, "  %s", r)
	}
}

// write keeps the note that was typed.
func (c *oneCall) write(e *env) tea.Cmd {
	in := service.CallNote{Call: c.id, Text: record.Personal(c.note)}
	if c.note = ""; in.Text == "" {
		return nil
	}
	return ask(e, &c.writing, quick, func(ctx ctx) (record.Note, error) { return service.AddNote.Do(ctx, e.service, in) },
		func(_ record.Note, err error) tea.Cmd {
			if err != nil {
				e.fail(err)
				return nil
			}
			e.say(good, "The note is kept.")
			return c.refresh(e)
		})
}

func (c *oneCall) key(e *env, k press) tea.Cmd {
	if c.typed != nil {
		if !c.typed.key(k) {
			return nil
		}
		c.typed = nil
		return c.write(e)
	}
	switch k.name {
	case "n":
		c.typed = &input{label: "Note", most: service.MaxNote, done: func(v string) { c.note = v }}
		return nil
	case "l":
		return e.open(&ladder{call: c.id})
	case "r":
		return c.refresh(e)
	}
	c.rows.key(k)
	return nil
}

func (c *oneCall) draw(e *env, p *page) {
	if !c.known {
		p.line(plain, " Asking the box ...")
		return
	}
	x, q := c.got, c.got.Quality
	p.row(span{strong, " Call " + c.id}, span{plain, "  " + stamp(e.now(), x.Started) + "  " + from(x.Call)})
	p.field("State", plain, strings.TrimSpace(lasted(e.now(), x.Call)+"  "+outcome(x.Call)))
	p.field("About", plain, strings.TrimSpace(x.Summary+" "+x.Next))
	sound := q.Text
	if q.MOS > 0 {
		sound = fmt.Sprintf("%s  MOS %.1f  loss %.1f %% in, %.1f %% out  jitter %.1f ms  %d frames filled in", x.Codec, q.MOS, q.LossPercent,
			q.SentPercent, q.JitterMS, q.Concealed) + ". " + q.Text
	}
	l := plain
	if q.Verdict == service.QualityPoor || q.Verdict == service.QualityBad {
		l = warn
	}
	p.field("Sound", l, sound)
	p.field("Sent", plain, fmt.Sprintf("%d packets, %d late, worst %s; first %s after the answer", x.Line.Sent, x.Line.SentLate,
		millis(x.Line.SentWorst), millis(x.Line.FirstSent)))
	for _, n := range x.Notes {
		p.field("Note", plain, string(n.Text)+" ("+n.By+", "+strings.TrimSpace(stamp(e.now(), n.At))+")")
	}
	if c.typed != nil {
		c.typed.draw(p)
	}
	p.gap()
	if c.words != nil {
		c.drawWords(p, max(1, p.left()/2))
		p.gap()
	}
	if len(x.TurnList) == 0 {
		p.line(plain, "  Nothing was said yet.")
		return
	}
	p.line(strong, "  Turn  pause  heard  decided  voice  line   total  what was decided")
	first, end := p.window(&c.rows, len(x.TurnList), p.left())
	for i := first; i < end; i++ {
		t := x.TurnList[i]
		_, mark := c.rows.mark(i)
		p.row(span{plain, mark + fmt.Sprintf("%3d %7s%7s%9s%7s%6s%8s  ", t.Index+1, secs(t.Endpointing), secs(t.Recognition), secs(t.Decision),
			secs(t.Voice), secs(t.Media), secs(t.Total)) + t.Decided + by(t)})
	}
}

func by(t record.Turn) string {
	if t.DecidedBy == "" {
		return ""
	}
	return " (" + t.DecidedBy + ")"
}

// secs writes a time as seconds with two digits, "" for none.
func secs(d time.Duration) string {
	if d <= 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", d.Seconds())
}

func millis(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
