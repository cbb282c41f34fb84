package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set when the program is built: -ldflags "-X main.version=…".
var version string // set by the linker

// versionCommand prints what this program is.
func versionCommand() *cobra.Command {
	var asJSON bool
	cmd := command("version", "print version and build", func(cmd *cobra.Command, _ []string) error {
		if asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"version": programVersion(), "go": runtime.Version(),
				"arch": runtime.GOARCH, "engines": hasEngines})
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), versionLine())
		return err
	})
	jsonFlag(cmd.Flags(), &asJSON)
	return cmd
}

// versionLine is the version in words.
func versionLine() string {
	with := "with engines"
	if !hasEngines {
		with = "without engines"
	}
	return fmt.Sprintf("frontdesk %s (%s, %s, %s)", programVersion(), runtime.Version(), runtime.GOARCH, with)
}

// programVersion falls back to what the Go tool noted when the build set no version.
func programVersion() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
