package console

import (
	"log/slog"

	tea "charm.land/bubbletea/v2"

	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/service"
)

// logs shows the newest lines of the program's log, and follows it.
type logs struct {
	lines  []logring.Line // oldest first
	level  slog.Level
	wrong  string
	known  bool
	stay   bool // somebody reads further up: do not follow
	rows   list
	asking pending
}

func (l *logs) command() string { return "frontdesk logs" }
func (l *logs) keys() string {
	return "k up  j down  f follow  1 all  2 info  3 warnings  4 errors  b back"
}

// keptLines is how many lines are looked at.
const keptLines = 500

func (l *logs) refresh(e *env) tea.Cmd {
	f := service.LogFilter{Level: l.level, Limit: keptLines}
	if len(l.lines) > 0 {
		f.After = l.lines[len(l.lines)-1].Number
	}
	return ask(e, &l.asking, quick, func(ctx ctx) ([]logring.Line, error) {
		return service.ReadLogs.Do(ctx, e.service, f)
	}, func(got []logring.Line, err error) tea.Cmd {
		switch {
		case f.Level != l.level: // another one was chosen meanwhile
		case err != nil:
			l.wrong = explain(err)
		default:
			l.known, l.wrong = true, ""
			l.add(got)
		}
		return nil
	})
}

// add keeps the newest lines, with the chosen one where it was.
func (l *logs) add(got []logring.Line) {
	if n := len(l.lines); n > 0 && len(got) > 0 && got[len(got)-1].Number < l.lines[n-1].Number {
		l.lines = nil // the box was started anew
	}
	l.lines = append(l.lines, got...)
	if over := len(l.lines) - keptLines; over > 0 {
		l.lines = l.lines[over:]
		l.rows.at -= over
	}
	if l.rows.n = len(l.lines); !l.stay {
		l.rows.at = l.rows.n
	}
	l.rows.bound()
}

func (l *logs) key(e *env, k press) tea.Cmd {
	switch k.name {
	case "1", "2", "3", "4":
		l.level = map[string]slog.Level{"1": slog.LevelDebug, "2": slog.LevelInfo, "3": slog.LevelWarn, "4": slog.LevelError}[k.name]
		l.lines, l.known, l.stay, l.rows, l.asking = nil, false, false, list{}, pending{}
		return l.refresh(e)
	case "f":
		l.stay, l.rows.at = false, len(l.lines)
	case "r":
		return l.refresh(e)
	}
	l.rows.key(k)
	l.stay = l.rows.at < len(l.lines)-1
	return nil
}

func (l *logs) draw(_ *env, p *page) {
	switch {
	case l.wrong != "":
		p.wrap(bad, 1, l.wrong)
		return
	case !l.known:
		p.line(plain, " Asking the box ...")
		return
	case len(l.lines) == 0:
		p.line(plain, " Nothing of that kind since the start.")
		return
	}
	const whole = 4 // rows for the chosen line as a whole
	rows := max(1, p.height-whole-1)
	from, to := p.window(&l.rows, len(l.lines), rows)
	for i := from; i < to; i++ {
		x := l.lines[i]
		_, mark := l.rows.mark(i)
		p.row(span{strong, mark}, span{plain, x.At.Local().Format("15:04:05 ")}, span{levelOf(x.Level), levelWord(x.Level)}, span{plain, x.Text})
	}
	for len(p.rows) < rows {
		p.gap()
	}
	p.rule()
	x := l.lines[min(l.rows.at, len(l.lines)-1)]
	p.wrap(plain, 1, x.At.Local().Format("2 Jan 15:04:05.000 ")+x.Text)
}

func levelOf(l slog.Level) look {
	switch {
	case l >= slog.LevelError:
		return bad
	case l >= slog.LevelWarn:
		return warn
	}
	return plain
}

func levelWord(l slog.Level) string {
	switch {
	case l >= slog.LevelError:
		return "error "
	case l >= slog.LevelWarn:
		return "warn  "
	case l >= slog.LevelInfo:
		return "info  "
	}
	return "debug "
}
