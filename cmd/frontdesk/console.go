package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/console"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
)

// consoleCommand is the technician's full-screen program; its verbs are ways into it.
func consoleCommand() *cobra.Command {
	var file, state string
	var login, ascii bool
	cmd := command("console", "the technician's full-screen program", func(cmd *cobra.Command, _ []string) error {
		return showConsole(cmd.Context(), cmd.InOrStdin(), cmd.OutOrStdout(), file, state, login, ascii)
	})
	fs := cmd.Flags()
	configFlag(fs, &file)
	fs.StringVar(&state, "state", "", "state `folder`, instead of the one that the settings name")
	fs.BoolVar(&login, "login", false, "ask for the PIN, and again after quitting: for a serial line, instead of a getty")
	fs.BoolVar(&ascii, "ascii", false, "draw with ASCII only, whatever TERM and the locale say")
	cmd.AddCommand(
		described(ask("password", "make a password for SSH that holds once", newConsolePassword),
			"Makes a password that lets into the console over SSH once, within 15 minutes.", ""),
		ask("keys", "the public keys that let into the console over SSH", listConsoleKeys),
		described(ask("trust FILE", "let the owner of a public key in over SSH", trustKey),
			"Lets the owner of a public key in over SSH; - reads the key from standard input.",
			"  frontdesk console trust id_ed25519.pub"),
		ask("distrust FINGERPRINT", "let the owner of a key in no more", distrustKey),
		described(ask("pin", "set the PIN that a serial line asks for", setPIN),
			`Sets the PIN that a serial line asks for. It is typed twice, or read from the
first line of standard input.`, ""))
	return described(cmd, `The technician's full-screen program: how the box is, its telephone account, its
calls. It works without a browser and without the Internet.`, "")
}

// showConsole runs the console on the terminal that this program has.
func showConsole(ctx context.Context, stdin io.Reader, stdout io.Writer, file, state string, login, ascii bool) error {
	in, ok := stdin.(*os.File)
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
	who := userName()
	if login { // it runs for whoever knows the PIN
		who = ""
	}
	var restart func() error
	if box := updates(); box != nil && login { // no shell waits on a line of a box that was made from the image
		restart = box.Restart
	}
	err := console.Run(ctx, console.Options{
		Repair: login, RestartMachine: restart,
		Service: office, In: in, Out: stdout, Size: size, Resized: sizes, Terminal: t, Door: doorName(in, login), Who: who, Login: login,
		Folder: filepath.Join(state, "support"), Problem: func() string { return lastFault(configPath(file), state) },
	})
	if errors.Is(err, console.ErrRepair) {
		return &statusError{err, exitRescue}
	}
	return err
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

// faultLines is how many lines of the log say why the last start failed.
const faultLines = 4

// lastFault says what keeps the appliance from starting: what is wrong with the settings, else the last errors that it has left.
func lastFault(file, state string) string {
	if p := settingsProblem(file); p != "" {
		return p
	}
	ring, err := logring.Former(logFolder(state))
	if err != nil {
		return ""
	}
	text := ""
	for _, l := range ring.After(0, slog.LevelWarn, faultLines) {
		text += l.At.Local().Format("15:04:05") + " " + l.Text + " "
	}
	if text == "" {
		return ""
	}
	return "What it said last: " + strings.TrimSpace(text)
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
func setPIN(ctx context.Context, r *request) error {
	pin, err := readPIN(ctx, r.in)
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
	}
	return r.told(s, "The PIN holds from now on. A serial line of this box asks for it.")
}

// readPIN reads the PIN twice without showing it, or once from what is no terminal.
func readPIN(ctx context.Context, in io.Reader) (string, error) {
	if t, fd, ok := typist(ctx); ok {
		return typedHidden(t, fd, "New PIN: ", "The same once more: ")
	}
	return readPassword("-", in)
}
