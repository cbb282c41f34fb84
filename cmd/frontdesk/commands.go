package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/models/progress"
)

// execute runs a command line of root and returns the exit code.
func execute(ctx context.Context, root *cobra.Command, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root.SilenceUsage, root.SilenceErrors = true, true // report prints them
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(flagFault)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetArgs(append([]string{}, args...)) // nil would be those of the program
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	complete(root)
	cmd, err := root.ExecuteContextC(withTerminal(ctx, stdin, stderr))
	return report(stderr, cmd, err)
}

// complete has every command explain itself with a sentence at least, and take the arguments that its usage line names. What has verbs
// and does nothing by itself asks for one.
func complete(cmd *cobra.Command) {
	switch cmd.Name() { // of cobra's own commands
	case "help":
		cmd.Short = "explain a command, as --help does"
		return
	case "completion":
		cmd.Short = "completion of commands and flags for a shell"
	}
	if cmd.Long == "" {
		cmd.Long = strings.ToUpper(cmd.Short[:1]) + cmd.Short[1:] + "."
	}
	cmd.Args = arguments
	if !strings.Contains(cmd.Use, "FILE") && !strings.Contains(cmd.Use, "FOLDER") {
		cmd.ValidArgsFunction = cobra.NoFileCompletions
	}
	if cmd.HasSubCommands() {
		cmd.Args, cmd.ValidArgsFunction, cmd.SuggestionsMinimumDistance = noSuchVerb, nil, 2
		if !cmd.Runnable() {
			cmd.DisableFlagsInUseLine = true
			cmd.RunE = func(*cobra.Command, []string) error { return &usageError{} }
		}
	}
	for _, c := range cmd.Commands() {
		complete(c)
	}
}

// meantVerb notes on a command the verb that is meant when none is given.
const meantVerb = "meant"

// group makes a command of verbs, of which the first is meant when none is given.
func group(name, short string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: name, Short: short, RunE: verbs[0].RunE, Annotations: map[string]string{meantVerb: verbs[0].Name()}}
	cmd.Flags().AddFlagSet(verbs[0].Flags())
	cmd.AddCommand(verbs...)
	return cmd
}

// command makes a command.
func command(use, short string, run func(cmd *cobra.Command, args []string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, RunE: run}
}

// described adds to a command what its help says beyond the one line, and examples.
func described(cmd *cobra.Command, long, example string) *cobra.Command {
	cmd.Long, cmd.Example = long, example
	return cmd
}

// fit has a command that runs engines check the processor first: engines that were built for another one would end the process with
// an illegal instruction, at the latest with the first call.
func fit(check func() error, cmd *cobra.Command) *cobra.Command {
	cmd.PersistentPreRunE = func(*cobra.Command, []string) error { return check() }
	return cmd
}

// jsonFlag adds --json.
func jsonFlag(fs *pflag.FlagSet, v *bool) {
	fs.BoolVar(v, "json", false, "print JSON, with whole numbers")
}

// usageError says what is wrong with a command line; without err it lacks the verb.
type usageError struct{ err error }

// Error implements error.
func (e *usageError) Error() string { return fmt.Sprint(e.err) }

// misused is a usageError with that text.
func misused(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// arguments allows what the usage line names, such as "show ID", "try [QUESTION]" or "fetch [NAME...]".
func arguments(cmd *cobra.Command, args []string) error {
	names := strings.Fields(cmd.Use)[1:]
	most := len(names)
	for i, name := range names {
		if len(args) <= i && name[0] != '[' {
			return misused("%s is missing", name)
		}
		if strings.HasSuffix(name, "...]") {
			most = math.MaxInt
		}
	}
	if len(args) > most {
		return misused("%q is one word too many", args[most])
	}
	return nil
}

// noSuchVerb allows no arguments: they would be verbs. The verb help is that of every command.
func noSuchVerb(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if args[0] == "help" {
		return pflag.ErrHelp
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return misused("there is no command %q; did you mean %s?", args[0], strings.Join(near, " or "))
	}
	if !cmd.HasParent() {
		return misused("there is no command %q", args[0])
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return misused("there is no command %q; use one of: %s", args[0], strings.Join(names, ", "))
}

// flagFault explains a flag that cannot be taken.
func flagFault(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	switch {
	case cmd.HasSubCommands() && cmd.Flags().NArg() > 0:
		return noSuchVerb(cmd, cmd.Flags().Args())
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return misused("%w; names of more than one letter take two dashes: --%s", err, unknown.GetSpecifiedShortnames())
	}
	return &usageError{err}
}

// errSaid ends a command that has printed already what is wrong.
var errSaid = errors.New("it was printed")

// statusError ends a command with a status of its own and says nothing.
type statusError struct {
	error
	status int
}

// report says why a command has ended, and what to do then, and returns the exit code.
func report(w io.Writer, cmd *cobra.Command, err error) int {
	var use *usageError
	var status *statusError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return status.status
	case errors.Is(err, errSaid):
	case !errors.As(err, &use):
		progress.PrintFault(w, cmd.CommandPath(), err)
	case use.err == nil:
		fmt.Fprint(w, cmd.UsageString())
		return exitUsage
	case cmd.HasSubCommands():
		fmt.Fprintf(w, "%s: %v\n%[1]s --help lists what there is.\n", cmd.CommandPath(), use.err)
		return exitUsage
	default:
		fmt.Fprintf(w, "%s: %v\nUsage: %s\n%[1]s --help explains it.\n", cmd.CommandPath(), use.err, cmd.UseLine())
		return exitUsage
	}
	return exitFailed
}

// usageTemplate is cobra's own for a terminal of 80 columns: flags are wrapped, examples come last, where they are still seen.
const usageTemplate = `Usage:{{if and .Runnable (not .DisableFlagsInUseLine)}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{$cmds := .Commands}}{{if eq (len .Groups) 0}}

Commands:{{range $cmds}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{else}}{{range $group := .Groups}}

{{.Title}}{{range $cmds}}{{if and (eq .GroupID $group.ID) (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}
{{if .HasAvailableSubCommands}}
{{with index .Annotations "meant"}}Without a command: {{.}}. {{end}}{{.CommandPath}} COMMAND --help explains each.
{{end}}`
