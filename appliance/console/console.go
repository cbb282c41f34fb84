// Package console is the technician's full-screen program: how the box is, its account at the telephone system, its calls, and what
// repairs it, on a terminal of 80 by 24 characters over a serial line, in a terminal or over SSH.
//
// [Run] shows it on one terminal. What is shown comes from the service itself, or from the running appliance behind its socket; the
// console knows of no socket, and of no file but the support bundle that it saves. Every text goes through one place that takes out
// of it whatever could steer a terminal, and cuts it to the width of the window ([page]), because callers choose their own names.
// Digits and letters choose, Esc or b goes back; no key that a serial line eats is needed. A screen is redrawn only where it changed,
// so that 9600 baud do.
//
// Screens ([screen]) live in the library's one loop: they ask by [ask], whose answers come back into the loop, and need no locks.
//
// Keys are told apart here and not by the library: on a serial line anybody types before anyone has signed in, and line noise types
// too. Ours holds [maxSequence] bytes at most and swallows what it does not know whole, in whatever pieces it comes; the library
// holds a paste that never ends, takes a function key of the Linux console that comes together with another key for a typed letter,
// and with its reading come questions about keyboard protocols, whose answers are keys over a slow line. gdamore/tcell would be all
// screens anew. Drawing is the library's, but for [wire].
//
// Goroutines: those of the library; one that reads keys, and ends with what it reads from; one that tells them apart. Run waits for all
// but the reading one and questions to the office that are under way, which end with the context.
package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"frontdesk.internal/appliance/service"
)

// Size of a terminal in characters. Zero in either means that it is not known: 80 by 24.
type Size struct{ Width, Height int }

// or80 puts what a terminal has always had in place of what is not known.
func (s Size) or80() Size {
	if s.Width <= 0 || s.Height <= 0 {
		return Size{80, 24}
	}
	return Size{min(s.Width, maxWidth), min(s.Height, maxHeight)}
}

// The largest window that is drawn on.
const (
	maxWidth  = 200
	maxHeight = 100
)

// Options for Run. Office, In and Out are needed.
type Options struct {
	Service service.Invoker // does what is asked for
	// In are the keys. A terminal is put into raw mode, and back in the end.
	In io.Reader
	// Out is the screen. It is never asked anything.
	Out io.Writer
	// Size of the window at the start, and later ones as they come.
	Size    Size
	Resized <-chan Size
	// Terminal is what the screen can show.
	Terminal Terminal
	// Door names where somebody sits, for the log: "console", "console ttyS0", "ssh".
	Door string
	// Who sits there, where that is known, such as the name of an SSH key; "" = a technician.
	Who string
	// Login asks for the PIN first, again after quitting, and after some time without a key. Run ends with ctx only.
	Login bool
	// Idle is how long nobody presses a key until the console locks itself, or ends where nobody signs in; 0 = ten minutes with Login,
	// never without.
	Idle time.Duration
	// Folder is where support bundles are saved; "" = nowhere but where somebody says.
	Folder string
	// Problem says what keeps the appliance from starting, "" = nothing known; it is asked when nobody answers. nil = nothing.
	Problem func() string
	// Repair offers, while nobody answers, to leave the line to who repairs the box; Run then ends with ErrRepair.
	Repair bool
	// RestartMachine, while nobody answers, has the machine start anew: what is left on a box without a shell. nil = it is not offered.
	RestartMachine func() error
	// Beat is how often what is shown is asked for anew; 0 = every two seconds.
	Beat time.Duration
	// Now is the clock; nil = time.Now.
	Now func() time.Time
}

// ErrRepair says that somebody wants to repair the box at this line: it does not run.
var ErrRepair = errors.New("the line is left to who repairs the box")

const (
	beatEvery = 2 * time.Second
	idleLimit = 10 * time.Minute
	fps       = 10 // at most; nothing is drawn when nothing changed
)

// Run shows the console until somebody quits or ctx ends, which is no error. It does not wait for a read of In that is under way.
func Run(ctx context.Context, o Options) (err error) {
	ctx, cancel := context.WithCancel(service.WithActor(ctx,
		service.Actor{Kind: "technician", Name: o.Who, Door: o.Door, Role: service.Technician}))
	defer cancel()
	restore, err := rawMode(o.In)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, restore()) }()
	size := o.Size.or80()
	// The library reads nothing, and so leaves the keyboard protocols alone.
	r := newRoot(ctx, o)
	p := tea.NewProgram(r,
		tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(newWire(o.Out, o.Terminal)),
		tea.WithEnvironment(o.Terminal.environment()), tea.WithColorProfile(profile(o.Terminal)),
		tea.WithWindowSize(size.Width, size.Height), tea.WithFPS(fps), tea.WithoutSignalHandler(),
	)
	wait := typing(ctx, o.In, func(k press) { p.Send(k) }, cancel)
	_, err = p.Run()
	ended := ctx.Err() != nil
	cancel()
	wait()
	if err != nil && (!ended || errors.Is(err, tea.ErrProgramPanic)) {
		return fmt.Errorf("show console: %w", err)
	}
	if r.env.left {
		return ErrRepair
	}
	return nil
}

func profile(t Terminal) colorprofile.Profile {
	if t.Color {
		return colorprofile.ANSI
	}
	return colorprofile.ASCII
}
