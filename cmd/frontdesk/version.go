package main

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"frontdesk.internal/appliance/service"
)

// version is set when the program is built: -ldflags "-X main.version=…".
var version string // set by the linker

// versionCommand prints what this program is.
func versionCommand() *cobra.Command {
	var asJSON bool
	cmd := command("version", "print version and build", func(cmd *cobra.Command, _ []string) error {
		if asJSON {
			facts := map[string]any{"version": programVersion(), "go": runtime.Version(), "arch": runtime.GOARCH, "engines": hasEngines}
			addSlots(cmd.Context(), facts, updates())
			return json.NewEncoder(cmd.OutOrStdout()).Encode(facts)
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), versionLine())
		return err
	})
	jsonFlag(cmd.Flags(), &asJSON)
	return cmd
}

// slotsWait is how long the box's two versions may take.
const slotsWait = 10 * time.Second

// addSlots adds to facts what both roots of a box hold, or why that cannot be told; elsewhere nothing.
func addSlots(ctx context.Context, facts map[string]any, box service.Updates) {
	if box == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, slotsWait)
	defer cancel()
	both, err := box.Status(ctx)
	if err != nil {
		facts["slots_problem"] = err.Error()
		return
	}
	facts["slots"] = both.Slots
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
