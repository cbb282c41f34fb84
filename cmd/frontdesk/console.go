package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/term"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/console"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
)

// consoleCommand is the technician's full-screen program; its verbs are ways into it.
type consoleCommand struct {
	stdin          io.Reader
	stdout, stderr io.Writer
}

// verbs are console pin and those about the way in over SSH.
func (c *consoleCommand) verbs() *officeCommand {
	return &officeCommand{stdout: c.stdout, stderr: c.stderr, name: "console", verbs: []verb{
		{name: "password", summary: "make a password that lets into the console over SSH once, within 15 minutes", run: newConsolePassword},
		{name: "keys", summary: "the public keys that let into the console over SSH", run: listConsoleKeys},
		{name: "trust", args: "FILE", summary: "let the owner of a public key in, FILE being such as id_ed25519.pub, or - for standard input", run: c.trustKey},
		{name: "distrust", args: "FINGERPRINT", summary: "let the owner of a key in no more", run: distrustKey},
		{name: "pin", summary: "set the PIN that a serial line asks for; it is typed twice, or read from the first line of standard input", run: c.setPIN},
	}}
}

// Run implements frontdesk console.
func (c *consoleCommand) Run(ctx context.Context, args []string) int {
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		return c.verbs().Run(ctx, args)
	}
	fs := flag.NewFlagSet("frontdesk console", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	file := configFlag(fs)
	state := fs.String("state", "", "state `folder`, instead of the one that the settings name")
	login := fs.Bool("login", false, "ask for the PIN, and again after quitting: for a serial line, instead of a getty")
	ascii := fs.Bool("ascii", false, "draw with ASCII only, whatever TERM and the locale say")
	fs.Usage = func() {
		fmt.Fprint(c.stderr, "frontdesk console: the technician's full-screen program: how the box is, its telephone account, its calls\n\nUsage: frontdesk console [flags]\n\n")
		for _, v := range c.verbs().verbs {
			fmt.Fprintf(c.stderr, "  %-20s %s\n", strings.TrimSpace(v.name+" "+v.args), v.summary)
		}
		fmt.Fprintln(c.stderr)
		fs.PrintDefaults()
	}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	}
	if err := c.show(ctx, *file, *state, *login, *ascii); err != nil {
		fmt.Fprintln(c.stderr, "frontdesk console:", err)
		return exitFailed
	}
	return exitOK
}

// show runs the console on the terminal that this program has.
func (c *consoleCommand) show(ctx context.Context, file, state string, login, ascii bool) error {
	in, ok := c.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return errors.New("this needs a terminal; the commands that frontdesk help lists do not")
	}
	if state == "" {
		state = stateFolder(configPath(file))
	}
	office := remote.At(remote.Socket(state))
	defer func() { _ = office.Close() }() // lets go of idle connections
	size, sizes, stop := windowSizes(in)
	defer stop()
	t := console.TerminalFor(os.Environ())
	t.ASCII = t.ASCII || ascii
	return console.Run(ctx, console.Options{
		Office: office, In: in, Out: c.stdout, Size: size, Resized: sizes, Terminal: t, Door: doorName(in, login), Login: login,
		Folder: filepath.Join(state, "support"), Problem: func() string { return settingsProblem(configPath(file)) },
	})
}

// stateFolder is what the settings say, as far as they can be read: a box whose settings are wrong needs its console most. No secret
// is read, which this account may not be allowed to.
func stateFolder(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return config.Default().Storage.Dir
	}
	cfg, _ := config.Parse(b)
	if cfg.Storage.Dir == "" {
		return config.Default().Storage.Dir
	}
	return cfg.Storage.Dir
}

// settingsProblem says what keeps the appliance from starting with these settings; "" = nothing that is in the file.
func settingsProblem(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return "The settings cannot be read: " + err.Error()
	}
	_, problems := config.Parse(b)
	if len(problems) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s has %d problem(s), so that it cannot start.", file, len(problems))
	for _, p := range problems {
		text += " " + p.String() + "."
	}
	return text
}

// doorName names the terminal for the log: "console ttyS0".
func doorName(in *os.File, login bool) string {
	name, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", in.Fd()))
	if err != nil || !login {
		return "console"
	}
	return "console " + filepath.Base(name)
}

// windowSizes tells how large the terminal is, now and whenever it changes, until stop.
func windowSizes(f *os.File) (now console.Size, changes <-chan console.Size, stop func()) {
	ask := func() console.Size {
		w, h, err := term.GetSize(int(f.Fd()))
		if err != nil {
			return console.Size{}
		}
		return console.Size{Width: w, Height: h}
	}
	signals := make(chan os.Signal, 1)
	sizes := make(chan console.Size, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	ended := make(chan struct{})
	go func() {
		for {
			select {
			case <-signals:
			case <-ended:
				return
			}
			select {
			case sizes <- ask():
			case <-ended:
				return
			}
		}
	}()
	return ask(), sizes, func() { signal.Stop(signals); close(ended) }
}

// setPIN implements console pin.
func (c *consoleCommand) setPIN(ctx context.Context, r *request) error {
	pin, err := c.readPIN()
	if err != nil {
		return err
	}
	if err := access.CheckPIN(pin); err != nil {
		return err
	}
	s, err := service.SetPIN.Do(ctx, r.office, service.NewPIN{PIN: service.Password(pin)})
	switch {
	case err != nil:
		return err
	case !s.OK:
		return errors.New(s.Text)
	case r.json:
		r.out.json(s)
	default:
		r.out.line("The PIN holds from now on. A serial line of this box asks for it.")
	}
	return nil
}

// readPIN reads the PIN twice without showing it, or once from what is no terminal.
func (c *consoleCommand) readPIN() (string, error) {
	in, ok := c.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(c.stdin, maxPassword)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read PIN: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"New PIN: ", "The same once more: "} {
		fmt.Fprint(c.stderr, prompt)
		b, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(c.stderr)
		if err != nil {
			return "", fmt.Errorf("read PIN: %w", err)
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two were not the same; the PIN stays as it was")
	}
	return typed[0], nil
}
