package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
)

// benchCommand measures one part of the appliance on this machine.
type benchCommand struct {
	stdout io.Writer
	stderr io.Writer
}

// bench is one measurement. It takes the arguments after its name.
type bench struct {
	summary string
	run     func(ctx context.Context, args []string) int
}

// benches lists what can be measured.
func (c *benchCommand) benches() map[string]bench {
	return map[string]bench{
		"callers":       {"what becomes of scripted callers with goals, manners and lines of their own, judged by code", (&benchCallersCommand{c.stdout, c.stderr}).Run},
		"turn":          {"how long callers wait for a reply, stage by stage, through SIP and RTP", (&benchTurnCommand{c.stdout, c.stderr}).Run},
		"web":           {"how fast the page is with 20,000 calls stored and two going on, and whether its work delays their sound", (&benchWebCommand{c.stdout, c.stderr}).Run},
		"media":         {"SIP and audio of many calls at once: CPU and memory for each, packets on time, what is left behind", (&benchMediaCommand{c.stdout, c.stderr}).Run},
		"store":         {"the records with a million turns: look-up, commit, start, search, erasure while calls go on", (&benchStoreCommand{c.stdout, c.stderr}).Run},
		"understanding": {"how well callers of businesses are understood that nothing was fitted on", (&benchUnderstandingCommand{c.stdout, c.stderr}).Run},
		"embed":         {"how long the meaning of a sentence takes, for each model in use", (&benchEmbedCommand{c.stdout, c.stderr}).Run},
		"asr":           {"word error rate of the recogniser on recorded prompts over a telephone line", (&benchASRCommand{c.stdout, c.stderr}).Run},
	}
}

// Run implements frontdesk bench NAME.
func (c *benchCommand) Run(ctx context.Context, args []string) int {
	all := c.benches()
	if len(args) > 0 {
		if b, ok := all[args[0]]; ok {
			return b.run(ctx, args[1:])
		}
	}
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	fmt.Fprintln(c.stderr, "usage: frontdesk bench NAME [--json] [flags]")
	for _, name := range names {
		fmt.Fprintf(c.stderr, "  %-14s %s\n", name, all[name].summary)
	}
	if len(args) == 1 && slices.Contains([]string{"-h", "--help", "help"}, args[0]) {
		return 0
	}
	if len(args) > 0 {
		fmt.Fprintf(c.stderr, "frontdesk bench: there is no bench %q; use one of: %s\n", args[0], strings.Join(names, ", "))
	}
	return 2
}

// printBenchJSON writes the one JSON object that ends the output of every bench, with the machine's core count.
func printBenchJSON(w io.Writer, result map[string]any) error {
	result["cores"] = runtime.NumCPU()
	b, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s\n", b)
	return err
}
