package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"frontdesk.internal/appliance/config"
)

// defaultConfig is where the settings are when no --config is given; the folder of the command comes second.
const defaultConfig = "/etc/frontdesk/frontdesk.toml"

// configFlag adds --config.
func configFlag(fs *flag.FlagSet) *string {
	return fs.String("config", "", "settings `file` (default "+defaultConfig+", then frontdesk.toml here)")
}

// configPath returns the file to read.
func configPath(given string) string {
	if given != "" {
		return given
	}
	if _, err := os.Stat(defaultConfig); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat("frontdesk.toml"); err == nil {
			return "frontdesk.toml"
		}
	}
	return defaultConfig
}

// checkCommand checks the settings.
type checkCommand struct{ stdout, stderr io.Writer }

// Run implements frontdesk check.
func (c *checkCommand) Run(_ context.Context, args []string) int {
	fs := flag.NewFlagSet("frontdesk check", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	file := configFlag(fs)
	asJSON := fs.Bool("json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	path := configPath(*file)
	_, err := config.Load(path)
	var problems *config.Problems
	if err != nil && !errors.As(err, &problems) {
		fmt.Fprintln(c.stderr, "frontdesk check:", err)
		return exitFailed
	}
	if *asJSON {
		list := []map[string]any{}
		if problems != nil {
			for _, p := range problems.List {
				list = append(list, map[string]any{"line": p.Line, "key": p.Key, "text": p.Text})
			}
		}
		if err := json.NewEncoder(c.stdout).Encode(map[string]any{"file": path, "ok": err == nil, "problems": list}); err != nil {
			return exitFailed
		}
	} else if err == nil {
		fmt.Fprintf(c.stdout, "%s is all right.\n", path)
	}
	if err != nil {
		fmt.Fprintln(c.stderr, err)
		return exitFailed
	}
	return exitOK
}

// configCommand prints the sample.
type configCommand struct{ stdout, stderr io.Writer }

// Run implements frontdesk config sample.
func (c *configCommand) Run(_ context.Context, args []string) int {
	if len(args) != 1 || args[0] != "sample" {
		fmt.Fprintln(c.stderr, "usage: frontdesk config sample > "+defaultConfig)
		return exitUsage
	}
	if _, err := c.stdout.Write(config.Sample); err != nil {
		return exitFailed
	}
	return exitOK
}
