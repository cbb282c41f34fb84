package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/logring"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/statefile"
	"frontdesk.internal/appliance/store"
)

// request is one command line over the records. It is filled when the command runs.
type request struct {
	office service.Invoker
	arg    string // the argument; "" when none was given
	state  string // folder of the records
	json   bool
	flags  *pflag.FlagSet
	in     io.Reader
	out    *printer
	notes  io.Writer // beside what was asked for: standard error
}

// needs says what a command over the records has to have open.
type needs int

const (
	needsRecords  needs = iota // the running appliance, or the records when none runs
	needsBox                   // likewise; without records the machine alone
	needsVersions              // likewise, and also with records that cannot be opened: a new version may be what mends them
	needsFolder                // the folder of the records: there is no office
	needsNothing
)

// act is what a command does, and prints by r.out.
type act func(ctx context.Context, r *request) error

// ask makes a command that asks the running appliance, or opens the records when none runs.
func ask(use, short string, do act) *cobra.Command { return office(needsRecords, use, short, do) }

// office makes a command. Its usage line names its argument, such as "show ID".
func office(n needs, use, short string, do act) *cobra.Command {
	var file, state string
	r := &request{}
	cmd := &cobra.Command{Use: use, Short: short, RunE: func(cmd *cobra.Command, args []string) error {
		r.arg = strings.Join(args, " ") // one at most
		r.flags, r.in, r.out = cmd.Flags(), cmd.InOrStdin(), &printer{w: cmd.OutOrStdout()}
		r.notes = cmd.ErrOrStderr()
		err := r.run(cmd.Context(), n, file, state, do)
		return explainDenied(explainMissing(err, r.arg), r.state, os.Geteuid())
	}}
	fs := cmd.Flags()
	jsonFlag(fs, &r.json)
	configFlag(fs, &file)
	fs.StringVar(&state, "state", "", "state `folder`, instead of the one that the settings name")
	return cmd
}

// run does the work with an open office.
func (r *request) run(ctx context.Context, n needs, file, state string, do act) (err error) {
	if n != needsNothing {
		if r.state, err = stateDir(file, state); err != nil && n != needsBox && n != needsVersions {
			return err
		}
	}
	if n == needsRecords || n == needsBox || n == needsVersions {
		o, closeOffice, err := openOffice(ctx, file, state)
		none := errors.Is(err, errNoRecords) || errors.Is(err, config.ErrNoFile)
		if n == needsBox && none || n == needsVersions && err != nil {
			o, closeOffice, err = service.New(service.Options{
				Sound:    &appliance.Sound{Host: soundHost()},
				Platform: service.Platform{Dir: "/", LogRing: formerLog(r.state), Updates: updates()},
				Logger:   slog.New(slog.NewTextHandler(r.notes, nil)), // nothing else remembers what was done
			}),
				func() error { return nil }, nil
		}
		if err != nil {
			return err
		}
		defer func() { _ = closeOffice() }() // what was written is on the disk already
		r.office = o
	}
	if n == needsFolder {
		defer func() { err = errors.Join(err, statefile.GiveToOwner(r.state)) }()
	}
	ctx = asOperator(ctx)
	over := func() {}
	if t, _, ok := typist(ctx); ok && !r.json {
		ctx, over = withBar(ctx, t.out)
	}
	r.out.before = over // what is printed has the line to itself
	err = do(ctx, r)
	over()
	if err != nil {
		return err
	}
	return r.out.err
}

// told prints an answer as JSON or as a sentence.
func (r *request) told(v any, format string, args ...any) error {
	r.print(v, func() { r.out.line(format, args...) })
	return nil
}

// table prints a list as JSON, or rows below a head; without rows it says none.
func (r *request) table(v any, none string, head []string, rows [][]string) error {
	r.print(v, func() { r.out.table(none, head, rows) })
	return nil
}

// print prints v as JSON when that is wanted, else what plain prints.
func (r *request) print(v any, plain func()) {
	if r.json {
		r.out.json(v)
	} else {
		plain()
	}
}

// userName is who runs the command: behind sudo who asked for it.
func userName() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}

// errNoRecords says that nothing was ever kept.
var errNoRecords = errors.New("there are no records")

// stateDir returns state, or when it is "" what the settings name.
func stateDir(file, state string) (string, error) {
	if state != "" {
		return state, nil
	}
	path := configPath(file)
	b, err := os.ReadFile(path)
	if err != nil {
		_, err = config.Load(path) // which says what to do about it
		return "", fmt.Errorf("%w\n(--state FOLDER names the state without the settings)", err)
	}
	cfg, problems := config.Parse(b) // without the secrets, which not everybody who may ask can read
	if len(problems) > 0 {
		return "", fmt.Errorf("%w\n(--state FOLDER names the state without the settings)", &config.Problems{File: path, List: problems})
	}
	return cfg.Storage.Dir, nil
}

// openOffice returns the running appliance, or its records when none runs.
func openOffice(ctx context.Context, file, state string) (service.Invoker, func() error, error) {
	state, err := stateDir(file, state)
	if err != nil {
		return nil, nil, err
	}
	client, err := remote.Dial(ctx, remote.Socket(state))
	if err == nil {
		return client, client.Close, nil
	}
	if !errors.Is(err, remote.ErrNotRunning) {
		return nil, nil, err
	}
	path := filepath.Join(state, "frontdesk.db")
	if _, missing := os.Stat(path); errors.Is(missing, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w in %s yet, and no appliance runs there: start it with frontdesk serve", errNoRecords, state)
	}
	cfg := loadedSettings(file, state)
	records, err := appliance.Open(cfg, appliance.Deps{
		Keys: keyOptions(ctx, cfg.Storage, askTerminal), Models: weights{filepath.Join(state, "models")},
		Documents: documents.NewReader(documentChild(), nil), Updates: updates(),
	})
	if err != nil {
		return nil, nil, errors.Join(offerRestore(err, state, cfg.Backup.Dir), statefile.GiveToOwner(state))
	}
	o := service.Options{Sound: &appliance.Sound{Host: soundHost()}, Platform: service.Platform{LogRing: formerLog(state)}}
	return records.Service(o), func() error { return errors.Join(records.Close(), statefile.GiveToOwner(state)) }, nil
}

// formerLog has what the last starts have said; nil when there is none to be read.
func formerLog(state string) *logring.Ring {
	ring, err := logring.Former(logFolder(state))
	if err != nil {
		return nil
	}
	return ring
}

// loadedSettings are the settings, for the records in state; the defaults when there is no file.
func loadedSettings(file, state string) config.Config {
	cfg, err := config.Load(configPath(file))
	if err != nil {
		cfg = config.Default()
	}
	cfg.Storage.Dir = state
	return cfg
}

// explainMissing says what was not found.
func explainMissing(err error, what string) error {
	if errors.Is(err, store.ErrNotFound) && what != "" {
		return fmt.Errorf("there is no %q; the list command shows what there is", what)
	}
	return err
}

// explainDenied tells the user uid who may do what was denied below state.
func explainDenied(err error, state string, uid int) error {
	if !errors.Is(err, fs.ErrPermission) || uid == 0 {
		return err
	}
	var at *fs.PathError
	if errors.As(err, &at) && (state == "" || !strings.HasPrefix(at.Path, state)) {
		return err
	}
	return fmt.Errorf("%w\nAs root it works: sudo frontdesk …. Who is in the group frontdesk may ask the running service: "+
		"adduser %s frontdesk", err, userName())
}
