package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// version is set when the program is built: -ldflags "-X main.version=…".
var version string // set by the linker

// versionCommand prints what this program is.
type versionCommand struct{ stdout, stderr io.Writer }

// Run implements frontdesk version.
func (c *versionCommand) Run(_ context.Context, args []string) int {
	fs := flag.NewFlagSet("frontdesk version", flag.ContinueOnError)
	fs.SetOutput(c.stderr)
	asJSON := fs.Bool("json", false, "print one JSON object")
	if err := fs.Parse(args); err != nil {
		return exitUsage
	}
	v := programVersion()
	if *asJSON {
		if err := json.NewEncoder(c.stdout).Encode(map[string]any{"version": v, "go": runtime.Version(), "arch": runtime.GOARCH, "engines": hasEngines}); err != nil {
			return exitFailed
		}
		return exitOK
	}
	with := "with engines"
	if !hasEngines {
		with = "without engines"
	}
	fmt.Fprintf(c.stdout, "frontdesk %s (%s, %s, %s)\n", v, runtime.Version(), runtime.GOARCH, with)
	return exitOK
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
