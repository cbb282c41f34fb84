package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"frontdesk.internal/appliance/config"
	"frontdesk.internal/models"
	"frontdesk.internal/systemd"
)

// docsCommand writes what a package holds beside the program. All of it is made from what the program knows of itself, so that
// none of it is kept by hand.
func docsCommand() *cobra.Command {
	return command("docs FOLDER", "write manual, completion and units for packages", func(cmd *cobra.Command, args []string) error {
		return writeDocs(cmd.Root(), args[0])
	})
}

// writeDocs writes all files into dir.
func writeDocs(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	root.Long, root.DisableAutoGenTag = root.Long+"\n\n"+manualParts(root), true
	head := &doc.GenManHeader{Section: "1", Source: "Frontdesk", Manual: "User Commands"} // dated by SOURCE_DATE_EPOCH
	if err := doc.GenManTree(root, head, dir); err != nil {
		return fmt.Errorf("write manual: %w", err)
	}
	var bash, zsh, fish bytes.Buffer
	err := errors.Join(root.GenBashCompletionV2(&bash, true), root.GenZshCompletion(&zsh), root.GenFishCompletion(&fish, true))
	if err != nil {
		return fmt.Errorf("write completions: %w", err)
	}
	inv, err := readInventory(licences, builtModules())
	if err != nil {
		return err
	}
	var works bytes.Buffer
	(&printer{w: &works}).licenceTexts(inv)
	var parts bytes.Buffer
	if err := writeSBOM(&parts, inv.Works, ""); err != nil {
		return err
	}
	files := map[string]string{
		"frontdesk.toml.5": string(md2man.Render([]byte(settingsPage(config.Sample)))),
		"frontdesk.bash":   bash.String(),
		"_frontdesk":       zsh.String(),
		"frontdesk.fish":   fish.String(),
		"frontdesk.toml":   string(config.Packaged()),
		"copyright":        copyrightHead + works.String(),
		"sbom.cdx.json":    parts.String(),
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

var (
	sampleTable = regexp.MustCompile(`^\[([a-z_]+)\]`)
	sampleKey   = regexp.MustCompile(`^(?:# )?([a-z_]+) = ("[^"]*"|\[[^\]]*\]|\S+)(?:\s+# (.*))?$`)
)

// settingsPage is frontdesk.toml(5) in Markdown, from the comments of the sample.
func settingsPage(sample []byte) string {
	var b strings.Builder
	b.WriteString("% \"FRONTDESK.TOML\" \"5\" \"\" \"Frontdesk\" \"File Formats\"\n\n# NAME\nfrontdesk.toml - settings of the receptionist " +
		"frontdesk(1)\n\n" +
		"# DESCRIPTION\nA file in the language TOML, in " + defaultConfig +
		". What callers are told is not in it: that is the business profile. " +
		"frontdesk check tells all that is wrong with it at once. Changes are taken up when the service starts anew: systemctl restart " +
		"frontdesk.\n\n# SETTINGS\n")
	for line := range strings.Lines(string(sample)) {
		line = strings.TrimRight(line, "\n")
		if m := sampleTable.FindStringSubmatch(line); m != nil {
			fmt.Fprintf(&b, "### [%s]\n\n", m[1])
		} else if m := sampleKey.FindStringSubmatch(line); m != nil {
			given := "Default"
			if !strings.HasPrefix(line, "#") {
				given = "Example"
			}
			if m[3] != "" {
				m[3] = strings.ToUpper(m[3][:1]) + m[3][1:] + ". "
			}
			fmt.Fprintf(&b, "**%s**\n: %s%s: `%s`.\n\n", m[1], m[3], given, m[2])
		}
	}
	b.WriteString("# SEE ALSO\n**frontdesk(1)**\n")
	return b.String()
}

// manualParts are the parts of frontdesk(1), in Markdown, that its help does not have.
func manualParts(root *cobra.Command) string {
	var b strings.Builder
	for _, g := range root.Groups() {
		fmt.Fprintf(&b, "# %s\n", strings.ToUpper(strings.TrimSuffix(g.Title, ":")))
		for _, c := range root.Commands() {
			if c.GroupID == g.ID && c.IsAvailableCommand() {
				fmt.Fprintf(&b, "**frontdesk %s**\n: %s\n\n", c.Name(), c.Short)
			}
		}
	}
	fmt.Fprintf(&b, "# EXIT STATUS\n0 when all went well, 1 when not, 2 when the command line is wrong.\n\n# FILES\n**%s**\n: Settings; "+
		"see **frontdesk.toml(5)**.\n\n"+
		"**/etc/frontdesk/%s**\n: The password of the extension, one line, mode 0600; the service manager hands it to the "+
		"service.\n\n**%s**\n: Everything the box keeps.\n",
		defaultConfig, config.Credential, config.Default().Storage.Dir)
	return b.String()
}
