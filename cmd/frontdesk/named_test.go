package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk.internal/appliance/config"
)

// named is where a text names a command line: words in lower case, then perhaps what stands for an argument.
var named = regexp.MustCompile(`\bfrontdesk((?: [a-z][a-z-]*)+)(?: ([A-Z]{2,}|/[a-z]\S*))?`)

// nothingLike returns the command lines that a text names and the program does not have. With all it is a text for people that names
// nothing else by the program's name; without, source code, of which what begins with no command is prose.
func nothingLike(text string, all bool) (bad []string) {
	root := rootCommand()
	complete(root)
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		words := strings.Fields(m[1])
		cmd, rest, _ := root.Find(words)
		switch {
		case words[0] == "frontdesk", words[0] == "completion", m[2] == "USE": // user and group; the library's; a usage line that is put in
		case cmd == root:
			if all {
				bad = append(bad, m[0])
			}
		case len(rest) > 0 && cmd.Annotations[meantVerb] != "" && all: // of a group, what follows is one of its verbs
			bad = append(bad, m[0])
		case m[2] != "" && (all || len(rest) == 0): // with what stands for an argument it is a whole line
			one := parses(append(words, "x"))
			if one != nil && parses(append(words, "x", "x")) != nil {
				bad = append(bad, m[0]+": "+one.Error())
			}
		}
	}
	return bad
}

// Whatever tells people to type a command, in what is shipped and in what the program says, names one that there is.
func TestNamedCommands(t *testing.T) {
	for path, text := range map[string]string{"the packaged settings": string(config.Packaged())} {
		for _, bad := range nothingLike(text, true) {
			t.Errorf("%s: there is no %q", path, bad)
		}
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if e.IsDir() {
			skip := name == "build" || name == "bin" || e.Name() == "testdata" || e.Name() == "models"
			if skip || strings.HasPrefix(e.Name(), ".") && name != "." {
				return fs.SkipDir
			}
			return nil
		}
		shipped := name == "README.md" || strings.HasPrefix(name, "systemd/units/") || strings.HasPrefix(name, "firmware/scripts/") ||
			name == "firmware/nfpm.yaml" || name == "appliance/config/frontdesk.toml"
		source := filepath.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go") || filepath.Ext(name) == ".html"
		if !shipped && !source {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, bad := range nothingLike(string(text), shipped) {
			t.Errorf("%s: there is no %q", name, bad)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The test sees what the sample settings once said.
func TestNamedCommandsAreLookedUp(t *testing.T) {
	for text, want := range map[string]bool{
		"Who gets in: frontdesk console keys add FILE, or": false, "frontdesk console trust FILE, or": true,
		"frontdesk backup setup makes one": true,
		"frontdesk backup begin":           false, "frontdesk begin": false, "frontdesk calls list": true, "the frontdesk of an office": false,
		"frontdesk models import /media/usb": true, "frontdesk check tells all": true,
	} {
		if got := len(nothingLike(text, true)) == 0; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
