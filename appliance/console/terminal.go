package console

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// Terminal is what a screen can show.
type Terminal struct {
	Name  string // as in TERM: "vt100", "xterm-256color"
	ASCII bool   // only ASCII; else UTF-8
	Color bool
}

// TerminalFor reads an environment, as "NAME=value". Without TERM it is a vt100.
func TerminalFor(environ []string) Terminal {
	env := map[string]string{}
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		env[name] = value
	}
	t := Terminal{Name: env["TERM"]}
	if t.Name == "" || t.Name == "dumb" {
		t.Name = "vt100"
	}
	locale := env["LANG"]
	for _, name := range []string{"LC_CTYPE", "LC_ALL"} {
		if env[name] != "" {
			locale = env[name]
		}
	}
	locale = strings.ToLower(locale)
	t.ASCII = t.old() || !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
	t.Color = env["NO_COLOR"] == "" && !t.old()
	return t
}

// old reports whether the terminal is one of glass and plastic, or pretends to be.
func (t Terminal) old() bool {
	return strings.HasPrefix(t.Name, "vt") || t.Name == "ansi"
}

// environment is what the drawing library looks at. With SSH_TTY it never asks the terminal what it can do: answers would come as keys
// over a slow line.
func (t Terminal) environment() []string { return []string{"TERM=" + t.Name, "SSH_TTY=console"} }

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// watched ends the program with its input: a line that was hung up. A terminal is read by the library itself.
func watched(in io.Reader, raw bool, end context.CancelFunc) io.Reader {
	if raw {
		return in
	}
	return &ending{in, end}
}

type ending struct {
	io.Reader
	end context.CancelFunc
}

// Read implements io.Reader.
func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Reader.Read(p)
	if err != nil {
		e.end()
	}
	return n, err
}

// wire is the way to the terminal. It leaves out what a terminal would be asked, and what only newer ones understand: keyboard
// protocols, marked pastes. It is not safe for concurrent use.
type wire struct {
	to       io.Writer
	old      bool // has no second screen
	newlines bool // a new line begins at the left, which the terminal does not see to by itself
	held     []byte
}

const (
	esc   = 0x1b
	clear = "\x1b[H\x1b[2J"
)

// Write implements io.Writer.
func (w *wire) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+16)
	for _, c := range p {
		switch {
		case len(w.held) == 0 && c == esc:
			w.held = append(w.held, c)
		case len(w.held) == 0:
			if c == '\n' && w.newlines {
				out = append(out, '\r')
			}
			out = append(out, c)
		case len(w.held) == 1 && c != '[': // not a control sequence with parameters
			out = append(append(out, w.held...), c)
			w.held = w.held[:0]
		default:
			w.held = append(w.held, c)
			if len(w.held) > 2 && c >= '@' && c <= '~' {
				out = append(out, w.translate(w.held)...)
				w.held = w.held[:0]
			}
		}
	}
	if len(out) > 0 {
		if _, err := w.to.Write(out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// translate returns what is sent in place of one control sequence.
func (w *wire) translate(seq []byte) []byte {
	body, final := seq[2:len(seq)-1], seq[len(seq)-1]
	switch {
	case bytes.ContainsAny(body, "<=>$"):
		return nil
	case len(body) == 0 || body[0] != '?':
		return seq
	}
	switch string(body) {
	case "?2004", "?2026", "?2027":
		return nil
	case "?1049":
		if w.old && (final == 'h' || final == 'l') {
			return []byte(clear)
		}
	}
	return seq
}
