package console

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
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

// rawMode has a terminal give every key at once and show none; restore puts it back. What is no terminal stays as it is. A terminal of
// glass may still say "stop" and "go on" (XOFF, XON): it scrolls more slowly than its line brings text.
func rawMode(r io.Reader) (restore func() error, err error) {
	f, ok := r.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() error { return nil }, nil
	}
	before, err := term.MakeRaw(int(f.Fd()))
	if err != nil {
		return nil, fmt.Errorf("prepare terminal: %w", err)
	}
	if t, err := unix.IoctlGetTermios(int(f.Fd()), unix.TCGETS); err == nil {
		t.Iflag |= unix.IXON
		_ = unix.IoctlSetTermios(int(f.Fd()), unix.TCSETS, t) // it works without, if not on glass
	}
	return func() error { return term.Restore(int(f.Fd()), before) }, nil
}

// wire is the way to the terminal. It leaves out what a terminal would be asked, and what only newer ones understand: keyboard
// protocols, marked pastes. A new line begins at the left, which a terminal in raw mode does not see to by itself. It is not safe for concurrent use.
type wire struct {
	to   io.Writer
	old  bool // has no second screen
	held []byte
}

const (
	esc   = 0x1b
	wiped = "\x1b[H\x1b[2J"
)

// Write implements io.Writer.
func (w *wire) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+16)
	for _, c := range p {
		switch {
		case len(w.held) == 0 && c == esc:
			w.held = append(w.held, c)
		case len(w.held) == 0:
			if c == '\n' {
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
			return []byte(wiped)
		}
	}
	return seq
}
