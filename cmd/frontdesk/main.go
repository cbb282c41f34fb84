// Command frontdesk is the receptionist: the appliance itself, the child process with its engines, and the tools around it.
//
// Commands, flags, help, completion and manual pages are those of spf13/cobra: each command is made by a function of its own, in a
// file of its own, and [rootCommand] lists them all.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	// exitRescue has the unit of a serial line start the repair there.
	exitRescue = 42
)

// run executes one command line.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return execute(ctx, rootCommand(), args, stdin, stdout, stderr)
}

// rootCommand is frontdesk with all that it can do.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "frontdesk",
		Short: "the receptionist that answers the office's telephone",
		Long: `Frontdesk answers the office's telephone: it registers at the phone system as an
extension, talks with callers by speech models on this machine, takes messages,
puts people through, and sends nothing about anybody anywhere but where its
owner says.

Commands ask the appliance that runs on this machine, or open its records when
none runs. Each explains itself with --help; what it prints it prints as JSON
with --json.`,
		Example: `  frontdesk check                   are the settings all right?
  frontdesk health                  does it answer, and if not, why?
  frontdesk calls list --limit 5    who called last
  frontdesk messages done ID        a message was dealt with`,
		Version: programVersion(),
	}
	root.SetVersionTemplate(versionLine() + "\n")
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Calls and callers:", []*cobra.Command{callsCommand(), callersCommand(), messagesCommand(), unansweredCommand(), recordingCommand(),
			statisticsCommand(), notifyCommand(), calendarCommand(), feedCommand(), directoryCommand(), engineHostCommand()}},
		{"What callers are told:", []*cobra.Command{profileCommand(), documentsCommand(), examplesCommand()}},
		{"The box:", []*cobra.Command{
			serveCommand(), firstStepsCommand(), checkCommand(), configCommand(), healthCommand(), phoneCommand(), pbxCommand(), soundCommand(),
			selfTestCommand(), consoleCommand(), machineCommand(), networkCommand(), logsCommand(), supportCommand(), restartCommand(),
			updateCommand(), labelCommand(),
		}},
		{"Records and rights:", []*cobra.Command{
			privacyCommand(), auditCommand(), egressCommand(), firewallCommand(), backupCommand(), storeCommand(), keysCommand(), unlockCommand(),
			ownerCommand(), tokenCommand(), breachCommand(), handoverCommand(), wipeCommand(),
		}},
		{programGroup, []*cobra.Command{modelsCommand(), demoCommand(), benchCommand(), versionCommand(), licensesCommand(licences,
			builtModules)}},
	} {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
			root.AddCommand(c)
		}
	}
	root.SetHelpCommandGroupID(programGroup)
	root.SetCompletionCommandGroupID(programGroup)
	byPrograms := []*cobra.Command{docsCommand(), enginesCommand(), extractCommand(), soundHelperCommand(), ownCommand(), rescueCommand()}
	for _, c := range byPrograms {
		c.Hidden = true
		root.AddCommand(c)
	}
	return root
}

// programGroup is the heading of the commands about the program itself.
const programGroup = "The program:"
