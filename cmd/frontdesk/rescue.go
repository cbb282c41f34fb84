package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"frontdesk.internal/appliance/access"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/statefile"
)

// rescueCommand is what a serial line shows when somebody wants to repair a box that does not run. Its unit runs it as root.
func rescueCommand() *cobra.Command {
	var file, state string
	cmd := command("rescue", "repair at a serial line, behind the PIN; its unit runs it", func(cmd *cobra.Command, _ []string) error {
		folder := state
		if folder == "" {
			folder = stateFolder(configPath(file))
		}
		r := &rescue{
			settings: configPath(file), door: access.Rescue{Dir: folder}, fault: func() string { return lastFault(configPath(file), folder) },
			in: bufio.NewReaderSize(cmd.InOrStdin(), rescueLine), out: cmd.OutOrStdout(), tty: cmd.InOrStdin(), secret: secretLine(cmd.InOrStdin()),
			login: updates() == nil,
		}
		r.run = r.start
		ctx, over := context.WithTimeout(cmd.Context(), rescueMost)
		defer over()
		return r.serve(ctx)
	})
	configFlag(cmd.Flags(), &file)
	cmd.Flags().StringVar(&state, "state", "", "state `folder`, instead of the one that the settings name")
	return described(cmd, `Says why the service does not run, asks for the console's PIN, and lets somebody
restart it, change its settings, look after its models, or open a shell.`, "")
}

const (
	rescueMost = time.Hour // then the line goes back to the console, whoever has left it open
	rescueLine = 4096      // bytes of a line that is typed
	rescueLog  = "30"      // lines of the log
)

// rescue is one repair.
type rescue struct {
	settings string // file
	door     access.Rescue
	fault    func() string
	in       *bufio.Reader
	tty      io.Reader              // what in reads from
	secret   func() (string, error) // reads a line without showing it; nil: it is shown
	out      io.Writer
	login    bool                                                   // the machine has accounts of its own
	run      func(ctx context.Context, name string, args ...string) // a program at this terminal
}

// self is this program, for commands of its own.
const self = "/proc/self/exe"

// errLeft says that somebody is done.
var errLeft = errors.New("done")

func (r *rescue) say(format string, args ...any) { fmt.Fprintf(r.out, format+"\r\n", args...) }

// line reads what is typed; errLeft at the end of the line.
func (r *rescue) line(prompt string) (string, error) {
	fmt.Fprint(r.out, prompt)
	text, err := r.in.ReadSlice('\n')
	if err != nil {
		return "", errLeft
	}
	return strings.TrimSpace(string(text)), nil
}

// secretLine reads from a terminal without showing it; nil where there is none.
func secretLine(in io.Reader) func() (string, error) {
	f, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func() (string, error) { b, err := term.ReadPassword(int(f.Fd())); return string(b), err }
}

func (r *rescue) serve(ctx context.Context) error {
	r.say("")
	r.say("FRONTDESK  repair")
	if fault := r.fault(); fault != "" {
		r.say("%s", shown(fault))
	} else {
		r.say("Nothing is known of why it does not run; the log may say it.")
	}
	if err := r.pass(ctx); err != nil {
		if errors.Is(err, errLeft) {
			return nil
		}
		return err
	}
	for ctx.Err() == nil {
		r.say("")
		r.say("1 restart  2 settings  3 models  4 log  5 check settings  6 shell  q back to the console")
		what, err := r.line("> ")
		if err != nil || what == "q" {
			return nil //nolint:nilerr // who has hung up is done
		}
		if err := r.do(ctx, what); err != nil {
			r.say("%s", shown(err.Error()))
		}
	}
	return nil
}

// pass asks for the PIN until it is right, or has the system's own login ask where nobody has chosen one.
func (r *rescue) pass(ctx context.Context) error {
	if !r.door.HasPIN() {
		r.say("No PIN was ever chosen for this console, so that nobody can be let in by one.")
		if r.login {
			r.run(ctx, "/bin/login")
		}
		return errLeft
	}
	for ctx.Err() == nil {
		prompt := "PIN (empty: back to the console): "
		if r.login {
			prompt = "PIN (empty: back to the console; login: the system's own login): "
		}
		pin, err := r.pin(prompt)
		switch {
		case err != nil, pin == "":
			return errLeft
		case pin == "login" && r.login:
			r.run(ctx, "/bin/login")
			return errLeft
		}
		if err = r.door.Pass(pin); err == nil {
			return nil
		}
		r.say("%s", shown(err.Error()))
	}
	return errLeft
}

func (r *rescue) pin(prompt string) (string, error) {
	if r.secret == nil {
		return r.line(prompt)
	}
	fmt.Fprint(r.out, prompt)
	text, err := r.secret()
	r.say("")
	return strings.TrimSpace(text), err
}

func (r *rescue) do(ctx context.Context, what string) error {
	switch what {
	case "1":
		r.run(ctx, "systemctl", "restart", "--no-block", "frontdesk.service")
		r.say("It is being restarted. The console says whether that helped: q goes back to it.")
	case "2":
		return r.edit()
	case "3":
		r.run(ctx, self, "models", "verify", "--config", r.settings)
		from, err := r.line("Folder with model files, such as /media/usb; fetch = from the Internet; empty = leave them: ")
		switch {
		case err != nil || from == "":
		case from == "fetch":
			r.run(ctx, self, "models", "fetch", "--config", r.settings)
		default:
			r.run(ctx, self, "models", "import", "--config", r.settings, "--", from)
		}
	case "4":
		r.run(ctx, self, "logs", "-n", rescueLog, "--state", r.door.Dir)
	case "5":
		r.run(ctx, self, "check", "--config", r.settings)
	case "6":
		r.say("A shell as root; exit ends it.")
		r.run(ctx, "/bin/sh", "-l")
	case "":
	default:
		return fmt.Errorf("%q is none of them", what)
	}
	return nil
}

// start runs a program at this terminal, and says when it could not.
func (r *rescue) start(ctx context.Context, name string, args ...string) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r.tty, r.out, r.out
	if err := cmd.Run(); err != nil {
		r.say("%s: %v", name, err)
	}
}

// edit changes the settings line by line, for terminals and machines without an editor. Nothing is written that check would refuse.
func (r *rescue) edit() error {
	b, err := os.ReadFile(r.settings)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	for {
		for i, l := range lines {
			r.say("%3d  %s", i+1, shown(l))
		}
		what, err := r.line("N TEXT replaces line N, +N TEXT comes below it, -N removes it; w writes, q leaves it as it was: ")
		switch {
		case err != nil || what == "q":
			r.say("Nothing was changed.")
			return nil
		case what == "w":
			text := strings.Join(lines, "\n") + "\n"
			if _, problems := config.Parse([]byte(text)); len(problems) > 0 {
				r.say("Not written:")
				for _, p := range problems {
					r.say("  %s", shown(p.String()))
				}
				continue
			}
			if err := writeSettings(r.settings, []byte(text)); err != nil {
				return err
			}
			r.say("Written. 1 restarts with them.")
			return nil
		}
		if lines, err = changeLine(lines, what); err != nil {
			r.say("%s", shown(err.Error()))
		}
	}
}

// writeSettings puts new settings in the place of the former ones, readable by those who could read these.
func writeSettings(file string, b []byte) error {
	mode := os.FileMode(0o644)
	if info, err := os.Stat(file); err == nil {
		mode = info.Mode().Perm()
	}
	if err := statefile.Write(file, b); err != nil {
		return err
	}
	return os.Chmod(file, mode)
}

// changeLine does one change of the settings: "4 TEXT", "+4 TEXT", "-4".
func changeLine(lines []string, what string) ([]string, error) {
	head, text, _ := strings.Cut(what, " ")
	n, err := strconv.Atoi(strings.TrimLeft(head, "+-"))
	switch {
	case err != nil || n < 0 || n > len(lines) || n == 0 && head[0] != '+':
		return lines, fmt.Errorf("there is no line %q", head)
	case head[0] == '-':
		return append(append([]string{}, lines[:n-1]...), lines[n:]...), nil
	case head[0] == '+':
		return append(append(append([]string{}, lines[:n]...), text), lines[n:]...), nil
	}
	out := append([]string{}, lines...)
	out[n-1] = text
	return out, nil
}
