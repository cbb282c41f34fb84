package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/models"
	"frontdesk.internal/systemd"
)

// docsCommand writes what a package holds beside the program. All of it is made from what the program knows of itself, so that
// none of it is kept by hand.
type docsCommand struct{ stdout, stderr io.Writer }

// Run implements frontdesk docs.
func (c *docsCommand) Run(ctx context.Context, args []string) int {
	if len(args) != 1 || strings.HasPrefix(args[0], "-") {
		fmt.Fprintln(c.stderr, "Usage: frontdesk docs FOLDER\n\nWrites manual, completion for shells, settings, licences and units into FOLDER, as packages hold them.")
		if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
			return exitOK
		}
		return exitUsage
	}
	if err := writeDocs(ctx, args[0]); err != nil {
		fmt.Fprintln(c.stderr, "frontdesk docs:", err)
		return exitFailed
	}
	return exitOK
}

// writeDocs writes all files into dir.
func writeDocs(ctx context.Context, dir string) error {
	topics, err := readHelp(ctx)
	if err != nil {
		return err
	}
	var licences strings.Builder
	if code := (&licensesCommand{stdout: &licences, stderr: io.Discard}).Run(ctx, []string{"--text"}); code != exitOK {
		return fmt.Errorf("list licences: ended with %d", code)
	}
	files := map[string]string{
		"frontdesk.1":      manualPage(topics),
		"frontdesk.toml.5": settingsPage(config.Sample),
		"frontdesk.bash":   bashCompletion(topics),
		"_frontdesk":       zshCompletion(topics),
		"frontdesk.fish":   fishCompletion(topics),
		"frontdesk.toml":   string(config.Packaged()),
		"copyright":        copyrightHead + licences.String(),
	}
	for name := range systemd.Installed() {
		text, err := systemd.Unit(name)
		if err != nil {
			return err
		}
		files[name] = string(text)
	}
	libraries, err := runtimeFiles()
	if err != nil {
		return err
	}
	for _, name := range libraries {
		files["tmpfiles.conf"] += fmt.Sprintf("L+ %s/models/%s - - - - %s/%s\n", config.Default().Storage.Dir, name, libraryDir, name)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

// libraryDir is where the package puts the shared libraries that it brings along; links lead there from the folder of models.
const libraryDir = "/usr/lib/frontdesk"

// runtimeFiles returns the names of the files of ONNX Runtime.
func runtimeFiles() ([]string, error) {
	m, err := models.Builtin()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, model := range m.Models {
		if model.Role != models.OnnxRuntime {
			continue
		}
		for _, f := range model.Files {
			if !slices.Contains(names, f.Name) { // those of another processor have the same names
				names = append(names, f.Name)
			}
		}
	}
	return names, nil
}

// copyrightHead comes before the list of the works of others in a package's copyright file.
const copyrightHead = `Frontdesk is licensed under the Apache License, Version 2.0.
On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.

Works of others that are in the program or in this package, with their licences:

`
