package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"frontdesk.internal/appliance"
	"frontdesk.internal/appliance/config"
	"frontdesk.internal/appliance/documents"
	"frontdesk.internal/appliance/service"
	"frontdesk.internal/appliance/service/remote"
	"frontdesk.internal/appliance/store"
)

// verb is one thing that can be done with a kind of record: "list" of "calls list".
type verb struct {
	name    string
	args    string // as the usage shows them: "ID", "[ID]" where it may be left out; "" for none
	summary string
	flags   func(fs *flag.FlagSet, r *request) // more flags than the common ones; may be nil
	alone   bool                               // needs no records: r.office is nil
	folder  bool                               // needs their folder alone: r.office is nil
	run     func(ctx context.Context, r *request) error
}

// request is one command line of an officeCommand.
type request struct {
	office service.Invoker
	arg    string // the one argument; "" when the verb takes none
	state  string // folder of the records
	json   bool
	limit  int
	all    bool
	caller string
	since  string
	who    string
	about  string
	note   string
	at     string
	role   string
	reply  string
	sameAs string
	tests  bool
	file   string // to write to, or to read from
	words  words  // that are given several times
	others words  // likewise
	name   string
	days   int
	turn   int

	out *printer
}

// words is a flag that may be given several times.
type words []string

// String implements flag.Value.
func (w *words) String() string { return strings.Join(*w, ", ") }

// Set implements flag.Value.
func (w *words) Set(s string) error {
	*w = append(*w, s)
	return nil
}

// officeCommand are the commands over the records. They ask the running appliance, or open the records when none runs.
type officeCommand struct {
	stdout, stderr io.Writer
	name           string
	verbs          []verb
	plain          bool // the one verb has no name on the command line
	bare           bool // works without records, too
}

// Run implements the commands.
func (c *officeCommand) Run(ctx context.Context, args []string) int {
	v, rest, ok := c.choose(args)
	if !ok {
		return exitUsage
	}
	name := "frontdesk " + c.name
	if !c.plain {
		name += " " + v.name
	}
	r := &request{out: &printer{w: c.stdout}}
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() {
		fmt.Fprintf(c.stderr, "%s: %s\n\nUsage: %s [flags] %s\n\n", name, v.summary, name, v.args)
		flags.PrintDefaults()
	}
	file := configFlag(flags)
	state := flags.String("state", "", "state `folder`, instead of the one that the settings name")
	flags.BoolVar(&r.json, "json", false, "print JSON, with whole numbers")
	if v.flags != nil {
		v.flags(flags, r)
	}
	got, err := parseMixed(flags, rest)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUsage
	}
	optional := strings.HasPrefix(v.args, "[")
	if len(got) > 1 || (!optional && (len(got) == 0) != (v.args == "")) {
		flags.Usage()
		return exitUsage
	}
	if len(got) == 1 {
		r.arg = got[0]
	}
	if err := c.do(ctx, v, r, *file, *state); err != nil {
		if errors.Is(err, errUnwell) {
			return exitFailed // it was printed
		}
		fmt.Fprintf(c.stderr, "%s: %v\n", name, explainMissing(err, r.arg))
		return exitFailed
	}
	return exitOK
}

// choose finds the verb; without one on the command line the first is meant.
func (c *officeCommand) choose(args []string) (verb, []string, bool) {
	if c.plain || len(args) == 0 || len(args[0]) > 0 && args[0][0] == '-' && args[0] != "--help" && args[0] != "-h" {
		return c.verbs[0], args, true
	}
	for _, v := range c.verbs {
		if v.name == args[0] {
			return v, args[1:], true
		}
	}
	fmt.Fprintf(c.stderr, "Usage: frontdesk %s VERB [flags]\n\n", c.name)
	for _, v := range c.verbs {
		fmt.Fprintf(c.stderr, "  %-14s %s\n", v.name+" "+v.args, v.summary)
	}
	return verb{}, nil, false
}

// do runs the verb with an open office.
func (c *officeCommand) do(ctx context.Context, v verb, r *request, file, state string) (err error) {
	if v.folder {
		if r.state, err = stateDir(file, state); err != nil {
			return err
		}
	}
	if !v.alone && !v.folder {
		if r.state, err = stateDir(file, state); err != nil && !c.bare {
			return err
		}
		o, closeOffice, err := openOffice(ctx, file, state)
		if c.bare && (errors.Is(err, errNoRecords) || errors.Is(err, config.ErrNoFile)) {
			o, closeOffice, err = service.New(service.Options{Sound: &appliance.Sound{}, Ground: service.Ground{Dir: "/"}}), func() error { return nil }, nil
		}
		if err != nil {
			return err
		}
		defer func() { _ = closeOffice() }() // what was written is on the disk already
		r.office = o
	}
	ctx = service.WithActor(ctx, service.Actor{Kind: "user", Name: userName(), Door: "command line", Role: service.Operator})
	over := func() {}
	if t, _, ok := typist(ctx); ok && !r.json {
		ctx, over = withBar(ctx, t.out)
	}
	r.out.before = over // what is printed has the line to itself
	err = v.run(ctx, r)
	over()
	if err != nil {
		return err
	}
	return r.out.err
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

// parseMixed parses flags before and after arguments, and returns the arguments.
func parseMixed(flags *flag.FlagSet, args []string) ([]string, error) {
	var got []string
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		if flags.NArg() == 0 {
			return got, nil
		}
		if n := len(args) - flags.NArg(); n > 0 && args[n-1] == "--" {
			return append(got, flags.Args()...), nil
		}
		got, args = append(got, flags.Arg(0)), flags.Args()[1:]
	}
}

// errNoRecords says that nothing was ever kept.
var errNoRecords = errors.New("there are no records")

// stateDir returns state, or when it is "" what the settings name.
func stateDir(file, state string) (string, error) {
	if state != "" {
		return state, nil
	}
	cfg, err := config.Load(configPath(file))
	if err != nil {
		return "", fmt.Errorf("%w\n(--state FOLDER names the state without the settings)", err)
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
		Keys: keyOptions(ctx, cfg.Storage, askTerminal), Models: weights{filepath.Join(state, "models")}, Documents: documents.NewReader(documentChild(), nil),
	})
	if err != nil {
		return nil, nil, offerRestore(err, state, cfg.Backup.Dir)
	}
	return records.Service(service.Options{Sound: &appliance.Sound{}}), func() error { return errors.Join(records.Close(), giveToOwner(state)) }, nil
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
