package console

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
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

// wire is the way to the terminal, for what the library cannot be told otherwise: a new line begins at the left, which a terminal
// in raw mode does not see to by itself; a terminal of glass has no second screen; none is asked what it can do.
type wire struct {
	to      io.Writer
	instead *strings.Replacer
}

const (
	esc   = 0x1b
	wiped = "\x1b[H\x1b[2J"
)

func newWire(to io.Writer, t Terminal) wire {
	pairs := []string{"\n", "\r\n", ansi.RequestModeSynchronizedOutput, "", ansi.RequestModeUnicodeCore, ""}
	if t.old() {
		pairs = append(pairs, ansi.SetModeAltScreenSaveCursor, wiped, ansi.ResetModeAltScreenSaveCursor, wiped)
	}
	return wire{to, strings.NewReplacer(pairs...)}
}

// Write implements io.Writer. The library writes control sequences whole.
func (w wire) Write(p []byte) (int, error) {
	if _, err := w.to.Write([]byte(w.instead.Replace(string(p)))); err != nil {
		return 0, err
	}
	return len(p), nil
}
