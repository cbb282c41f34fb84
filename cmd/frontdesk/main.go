// Command frontdesk is the receptionist: the appliance itself, the child process with its engines, and the tools around it.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"frontdesk.internal/models/cpucheck"
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
)

// command is one sub-command; run takes the arguments after its name and returns the exit code.
type command struct {
	summary string
	run     func(ctx context.Context, args []string) int
}

// commands is the table of all sub-commands, each in a file of its own.
func commands(stdin io.Reader, stdout, stderr io.Writer) map[string]command {
	return map[string]command{
		"serve":      {"run the appliance", fit(stderr, "serve", cpucheck.Check, (&serveCommand{stdout: stdout, stderr: stderr}).Run)},
		"check":      {"check the settings and print all problems at once", (&checkCommand{stdout: stdout, stderr: stderr}).Run},
		"config":     {"print a sample of the settings (config sample)", (&configCommand{stdout: stdout, stderr: stderr}).Run},
		"console":    {"the technician's full-screen program (console, console pin)", (&consoleCommand{stdin: stdin, stdout: stdout, stderr: stderr}).Run},
		"docs":       {"manual, completion and units for packages; not for people", (&docsCommand{stdout: stdout, stderr: stderr}).Run},
		"demo":       {"three practice calls with the real models", fit(stderr, "demo", cpucheck.Check, (&demoCommand{stdout: stdout, stderr: stderr}).Run)},
		"bench":      {"measure this machine (bench turn, asr, embed, web, media, store)", fit(stderr, "bench", cpucheck.Check, (&benchCommand{stdout: stdout, stderr: stderr}).Run)},
		"engines":    {"the child process of serve; not for people", fit(stderr, "engines", cpucheck.Check, (&enginesCommand{stderr: stderr}).Run)},
		"extract":    {"the child process that reads one document; not for people", (&extractCommand{stdin: stdin, stdout: stdout, stderr: stderr}).Run},
		"calls":      {"who called, and what was said (calls list, show, sound)", callsCommand(stdout, stderr).Run},
		"callers":    {"who has ever called (callers list, show, edit, merge, erase, export, …)", callersCommand(stdout, stderr).Run},
		"messages":   {"what callers left (messages list, show, done, undo, call-back)", messagesCommand(stdout, stderr).Run},
		"unanswered": {"questions that the profile has no answer to (unanswered list, answer, dismiss)", unansweredCommand(stdout, stderr).Run},
		"documents":  {"what callers may be told in your own words (documents add, list, show, remove, …)", documentsCommand(stdout, stderr).Run},
		"examples":   {"callers' words whose meaning you told (examples list, meanings, add, keep, remove)", examplesCommand(stdout, stderr).Run},
		"models":     {"the weights that the engines run on (models list, fetch, verify, import, use)", (&modelsCommand{stdout: stdout, stderr: stderr}).Run},
		"phone":      {"the account at the telephone system (phone show, test, set, ladder)", phoneCommand(stdin, stdout, stderr).Run},
		"recording":  {"whether calls are recorded (recording show, announce, ask, off)", recordingCommand(stdout, stderr).Run},
		"sound":      {"microphone and speaker of the box (sound devices, level, tone, record, talk)", soundCommand(stdout, stderr).Run},
		"selftest":   {"the box calls itself and says how a caller would fare", selfTestCommand(stdout, stderr).Run},
		"logs":       {"the newest lines of the log", logsCommand(stdout, stderr).Run},
		"machine":    {"the computer: load, memory, disk, temperature", machineCommand(stdout, stderr).Run},
		"network":    {"addresses, gateway, clock, the way to the telephone system", networkCommand(stdout, stderr).Run},
		"support":    {"write a support bundle with no personal data in it", supportCommand(stdout, stderr).Run},
		"restart":    {"start the appliance anew when calls are over", restartCommand(stdout, stderr).Run},
		"health":     {"is it answering, and if not, why", healthCommand(stdout, stderr).Run},
		"profile":    {"what the business said (profile show, draft, try, publish, history, import, …)", profileCommand(stdout, stderr).Run},
		"owner":      {"the owner's way into the page (owner code, reset)", ownerCommand(stdout, stderr).Run},
		"token":      {"programs that may use the API (token add, list, revoke)", tokenCommand(stdout, stderr).Run},
		"privacy":    {"callers' rights, legal holds and how long things are kept (privacy requests, due, prove-erasure, …)", privacyCommand(stdout, stderr).Run},
		"audit":      {"who did what with the records (audit list, verify, head)", auditCommand(stdout, stderr).Run},
		"backup":     {"copies of everything on a stick or a share (backup setup, now, list, verify, restore)", backupCommand(stdin, stdout, stderr).Run},
		"statistics": {"when people call, why, and what becomes of it", statisticsCommand(stdout, stderr).Run},
		"egress":     {"where the box may speak to, and to whom it spoke (egress report)", egressCommand(stdout, stderr).Run},
		"store":      {"the file of the records (store check, compact, snapshots, restore)", storeCommand(stdout, stderr).Run},
		"keys":       {"the keys of the records (keys show, lock, rotate)", keysCommand(stdin, stdout, stderr).Run},
		"unlock":     {"type the passphrase of the records for an appliance that waits for it", unlockCommand(stdin, stdout, stderr).Run},
		"version":    {"print version and build", (&versionCommand{stdout: stdout, stderr: stderr}).Run},
		"licenses":   {"whose works are in this program, and under which licences", (&licensesCommand{stdout: stdout, stderr: stderr}).Run},
	}
}

// run executes one command line.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx = withTerminal(ctx, stdin, stderr)
	all := commands(stdin, stdout, stderr)
	if len(args) == 0 {
		usage(stderr, all)
		return exitUsage
	}
	switch args[0] {
	case "help", "-h", "--help":
		usage(stdout, all)
		return exitOK
	case "--version":
		args[0] = "version"
	}
	c, ok := all[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "frontdesk: there is no command %q; frontdesk help lists them\n", args[0])
		return exitUsage
	}
	return c.run(ctx, args[1:])
}

func usage(w io.Writer, all map[string]command) {
	fmt.Fprint(w, "Frontdesk answers the office's telephone.\n\nUsage: frontdesk COMMAND [flags]\n\n")
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(w, "  %-11s %s\n", n, all[n].summary)
	}
	fmt.Fprint(w, "\nEach command explains itself with --help.\n")
}
