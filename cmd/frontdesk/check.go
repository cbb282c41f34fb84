package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"frontdesk.internal/appliance/config"
)

// defaultConfig is where the settings are when no --config is given; the folder of the command comes second.
const defaultConfig = "/etc/frontdesk/frontdesk.toml"

// configFlag adds --config.
func configFlag(fs *pflag.FlagSet, file *string) {
	fs.StringVar(file, "config", "", "settings `file` (default "+defaultConfig+", then frontdesk.toml here)")
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
func checkCommand() *cobra.Command {
	var file string
	var asJSON bool
	cmd := command("check", "check the settings and print all problems at once", func(cmd *cobra.Command, _ []string) error {
		path := configPath(file)
		_, err := config.Load(path)
		var problems *config.Problems
		if err != nil && !errors.As(err, &problems) {
			return err
		}
		out := &printer{w: cmd.OutOrStdout()}
		if asJSON {
			list := []map[string]any{}
			if problems != nil {
				for _, p := range problems.List {
					list = append(list, map[string]any{"line": p.Line, "key": p.Key, "text": p.Text})
				}
			}
			out.json(map[string]any{"file": path, "ok": err == nil, "problems": list})
		} else if err == nil {
			out.line("%s is all right.", path)
		}
		if err != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), err)
			return errSaid
		}
		return out.err
	})
	configFlag(cmd.Flags(), &file)
	jsonFlag(cmd.Flags(), &asJSON)
	return described(cmd, "", "  frontdesk check --config new.toml")
}

// configCommand is frontdesk config.
func configCommand() *cobra.Command {
	sample := command("sample", "print settings to start from", func(cmd *cobra.Command, _ []string) error {
		_, err := cmd.OutOrStdout().Write(config.Sample)
		return err
	})
	cmd := &cobra.Command{Use: "config", Short: "a sample of the settings"}
	cmd.AddCommand(described(sample, "Prints all settings with what they mean, to start from.", "  frontdesk config sample > "+defaultConfig))
	return cmd
}
